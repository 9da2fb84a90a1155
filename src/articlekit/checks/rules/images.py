"""Images: whole, described, and in a form and size that stores take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from articlekit.checks.archive import Unreadable
from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.package import Item
from articlekit.checks.page import Page
from articlekit.checks.parsing import line_of
from articlekit.checks.rules.types import HEAD
from articlekit.fetch.pixels.pillow import StrictPillow
from articlekit.fetch.pixels.sniff import sniff

_PIXELS: Final = 5_600_000
_BYTES: Final = 5_000_000
_FILE_NAME: Final = re.compile(
    r"\S{1,200}\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|avif|heic)"
    r"|(?:img|dsc|image|screenshot)[-_ ]?\d+",
    re.IGNORECASE,
)
_WORDS: Final = frozenset(
    "image picture photo graphic figure img 图片 圖片 图像 圖像 照片 画像 写真".split()
)
# Pillow's plugins by what the bytes are; the others are told by their types.
_PLUGINS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}


def alternatives(page: Page) -> Iterator[Finding]:
    """Every image has an alt, and it says something."""
    for each in page.elements("img"):
        alt = each.get("alt")
        words = " ".join((alt or "").split())
        code = ""
        if alt is None and each.get("role") not in ("presentation", "none"):
            code = "image-no-alt"
        elif words and _FILE_NAME.fullmatch(words):
            code = "image-alt-file-name"
        elif words.lower() in _WORDS:
            code = "image-alt-word"
        if code:
            cause = f"alt is {words[:60]!r}" if words else (each.get("src") or "")[-80:]
            yield found(code, cause, file=page.name, line=line_of(each))


@dataclass(frozen=True, slots=True)
class Picture:
    """What an image's head says of it; `broken` says why it cannot be read to its end."""

    kind: str
    size: tuple[int, int] = (0, 0)
    mode: str = ""
    broken: str = ""


def look(data: bytes) -> Picture | None:
    """Look at an image without decoding its pixels; None for what is no image to Pillow."""
    kind = sniff(data[:HEAD])
    if kind not in _PLUGINS:
        return None
    from PIL import Image

    Image.init()
    try:
        with StrictPillow():
            factory, _ = Image.OPEN[_PLUGINS[kind]]
            image = factory(BytesIO(data), "")
            size, mode = image.size, image.mode
            image.verify()
    except Exception as error:  # noqa: BLE001  # Pillow's parsers raise anything at hostile bytes
        return Picture(kind, broken=str(error)[:80] or type(error).__name__)
    return Picture(kind, size, mode, "" if _ends(data, kind) else "it breaks off")


def _ends(data: bytes, kind: str) -> bool:
    """Whether the end that a format marks is there; cameras write on behind it."""
    if kind == "image/jpeg":
        return b"\xff\xd9" in data[-65_536:]
    return kind != "image/png" or b"IEND" in data[-65_536:]


def pictures(epub: Epub) -> Iterator[Finding]:
    """Every image can be read, and stores take it."""
    package = epub.package
    if package is None:
        return
    for item in package.by_name.values():
        if item.media_type.startswith("image/") and item.name not in epub.encrypted:
            try:
                data = epub.archive.read(item.name)
            except Unreadable:
                continue
            yield from _picture(item, data, is_cover=item is package.cover)


def _picture(item: Item, data: bytes, *, is_cover: bool) -> Iterator[Finding]:
    if len(data) > _BYTES:
        yield found("image-bytes", f"{len(data) / 1e6:.1f} MB", file=item.name)
    seen = look(data)
    if seen is None:
        if not data:
            yield found("image-broken", "it is empty", file=item.name)
        return
    if seen.broken:
        yield found("image-broken", seen.broken, file=item.name)
    width, height = seen.size
    if width * height > _PIXELS:
        yield found("image-pixels", f"{width}×{height} pixels", file=item.name)
    if seen.kind == "image/webp" and not is_cover:
        yield found("image-format", file=item.name)
    if seen.mode == "CMYK":
        yield found("image-cmyk", file=item.name)
    if is_cover and not seen.broken:
        yield from _cover(item.name, seen)


def _cover(name: str, seen: Picture) -> Iterator[Finding]:
    """Kindle Publishing Guidelines, cover image: 1.6 times as high as wide, 2,560 high."""
    width, height = seen.size
    said = f"{width}×{height} pixels"
    if seen.kind not in ("image/jpeg", "image/png"):
        yield found("cover-format", f"it is {seen.kind}", file=name)
    if min(width, height) < 500 or max(width, height) < 1000:
        yield found("cover-small", said, file=name)
    elif width < 1600 or height < 2560:
        yield found("cover-modest", said, file=name)
    if not 1.25 <= height / max(1, width) <= 1.8:
        yield found("cover-ratio", said, file=name)


PAGE_CHECKS: Final = (alternatives,)
CHECKS: Final = (pictures,)
