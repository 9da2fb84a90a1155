"""Where an address in a book leads: to a file of the book, to the web, or nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import ada_url

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# URL Standard: what a valid URL string may not hold unencoded, and % without two digits.
_INVALID: Final = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})")
_HOST: Final = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. `name` is a file of the book, None for other places.

    `scheme` is in lower case, empty for a path; `leaves` is true of a path that climbs
    out of the book.
    """

    scheme: str = ""
    name: str | None = None
    fragment: str | None = None
    query: bool = False
    leaves: bool = False
    valid: bool = True


def locate(href: str, base: str) -> Target:
    """Take an address apart that stands in the file `base` of the book."""
    href = href.strip("\t\n\r\f ")
    scheme = _SCHEME.match(href)
    if scheme is not None:
        name = scheme.group(1).lower()
        return Target(scheme=name, valid=_valid_remote(name, href))
    if href.startswith("//"):
        return Target(scheme="//")
    path, mark, fragment = href.partition("#")
    path, query, _ = path.partition("?")
    valid = not _INVALID.search(path) and not _INVALID.search(fragment)
    name_in_book, leaves = _join(base, unquote(path, errors="replace"))
    return Target("", name_in_book, unquote(fragment) if mark else None, bool(query), leaves, valid)


def _valid_remote(scheme: str, href: str) -> bool:
    if scheme in ("http", "https"):
        return bool(_HOST.match(href)) and not _INVALID.search(href) and ada_url.check_url(href)
    return scheme in ("data", "javascript") or " " not in href


def _join(base: str, path: str) -> tuple[str, bool]:
    """The name that `path` has from the book's root, and whether it climbed above it."""
    if not path:
        return base, False
    if path.startswith("/"):
        return path.lstrip("/"), True
    parts = base.split("/")[:-1]
    leaves = False
    for part in path.split("/"):
        if part == "..":
            leaves = leaves or not parts
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts), leaves
