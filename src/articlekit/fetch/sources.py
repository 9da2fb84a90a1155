"""Where an `<img src>` leads: to a file beside the article, to an address, or nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import unquote

from articlekit.fetch.http.urls import clean, join, upgrade
from articlekit.model import Origin

# HTML, section 2.4.1 and Infra: stripped around a URL.
_BLANKS: Final = " \t\n\r\f"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")  # URL Standard, section 4.1
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class Remote:
    """An image to be asked for; `url` is absolute, http(s), and upgraded."""

    url: str


@dataclass(frozen=True, slots=True)
class Local:
    """A file inside the article's folder; `path` is its real one."""

    path: Path


@dataclass(frozen=True, slots=True)
class Inline:
    """A `data:` URL, which holds its image itself."""

    src: str


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A src that leads to no image; `reason` is a permanent name."""

    src: str
    reason: str
    detail: str


Where: TypeAlias = Remote | Local | Inline | Nowhere


def locate(src: str, origin: Origin, page_url: str | None) -> Where:
    """Find what `src` means in an article from `origin`, published at `page_url`.

    A file in the article's folder comes before an address on the page's host. Outside of
    that folder nothing is ever read: an article is a stranger's text.
    """
    src = src.strip(_BLANKS)
    if not src:
        return Nowhere(src, "no_address", "the image names no address")
    if src[:5].lower() == "data:":
        return Inline(src)
    if _DRIVE.match(src) or src[:5].lower() == "file:":
        return Nowhere(src, "outside_folder", "files outside the article's folder are not read")
    if _SCHEME.match(src) or src.startswith(("//", "\\\\")):
        return _absolute(src, origin, page_url)
    found = None if src.startswith(("/", "\\")) else _beside(src, origin.folder)
    if isinstance(found, Local):
        return found
    if origin.base is not None:
        url = join(src, origin.base)
        if url is None:
            return Nowhere(src, "bad_scheme", "no http(s) address")
        return Remote(upgrade(url, page_url))
    return found or _without_base(src, origin)


def _absolute(src: str, origin: Origin, page_url: str | None) -> Where:
    # Without a page whose scheme it could take, `//host/x` is asked for by https.
    url = clean(src) if _SCHEME.match(src) else join(src, origin.base or "https://x/")
    if url is None:
        return Nowhere(src, "bad_scheme", f"no http(s) address: {src[:80]}")
    return Remote(upgrade(url, page_url))


def _without_base(src: str, origin: Origin) -> Nowhere:
    if origin.folder is not None and src.startswith("/") and _is_file(Path(src)):
        return Nowhere(src, "outside_folder", "files outside the article's folder are not read")
    return Nowhere(src, "no_address", "the article has no address that it could belong to")


def _beside(src: str, folder: Path | None) -> Local | Nowhere | None:
    """Look for a file in `folder`; None when there is no folder to look in."""
    if folder is None:
        return None
    path = re.split(r"[?#]", src, maxsplit=1)[0]
    names = dict.fromkeys((unquote(path), path, unquote(path).replace("\\", "/")))
    outside = False
    for name in names:
        try:
            real, home = (folder / name).resolve(), folder.resolve()
        except (OSError, ValueError, RuntimeError):  # too long, a NUL, a circle of links
            continue
        if not real.is_relative_to(home):
            outside = True
        elif _is_file(real):
            return Local(real)
    if outside:
        return Nowhere(src, "outside_folder", "files outside the article's folder are not read")
    return Nowhere(src, "file_missing", f"no such file beside the article: {path[:80]}")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
