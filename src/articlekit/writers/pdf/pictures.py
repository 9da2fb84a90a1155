"""Pictures as a printer needs them: of the pixels that their printed size can show.

They are scaled and encoded here, once, before layout: the engine would put a photograph
of 1600 pixels into a column of 11 cm whole, and encode every PNG a second time.
"""

from __future__ import annotations

import io
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from articlekit.model import IMAGE_SCHEME, Book, Image
from articlekit.writers.pdf.sizes import PageSize

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

#: Pixels on an inch of paper. Offset printing asks for 300, screens and desk printers show
#: no more than this.
DPI: Final = 200
_CSS_DPI: Final = 96
_MM: Final = 25.4
# Scaling by less than this saves little and blurs.
_WORTH: Final = 1.15
_QUALITY: Final = 85
# A PNG as JPEG: a photograph takes a tenth to a quarter of the bytes, a drawing as many or more.
_PHOTO: Final = 3
# By so much more that a sample can tell: one band of rows in eight, down the whole picture.
_CLEARLY: Final = 1.5 * _PHOTO
_BAND: Final = 16
_BANDS: Final = 8
# Below this many bytes a PNG may as well stay one.
_SMALL: Final = 60_000
_RASTERS: Final = frozenset({"image/jpeg", "image/png", "image/gif"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's file as it goes into the PDF; `width` and `height` are the original's pixels."""

    path: Path
    media_type: str
    width: int
    height: int


def scaled_pictures(book: Book, size: PageSize, folder: Path) -> Mapping[str, Picture]:
    """Return every picture of the book by its `src`, those too large scaled into `folder`."""
    widths = _printed_widths(book, size)
    images = [image for image in _images(book) if widths.get(image.id)]
    unused = {each.id: each for each in _images(book) if not widths.get(each.id)}
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads:
        made = threads.map(lambda each: _scaled(each, widths[each.id], folder), images)
        pictures = dict(zip((IMAGE_SCHEME + each.id for each in images), made, strict=True))
    return pictures | {IMAGE_SCHEME + key: _as_it_is(each) for key, each in unused.items()}


def _images(book: Book) -> Iterator[Image]:
    yield from book.images.values()
    if book.cover is not None and book.cover.id not in book.images:
        yield book.cover


def _printed_widths(book: Book, size: PageSize) -> Mapping[str, float]:
    """How wide each image is printed at most, in millimetres, by its id."""
    widths: dict[str, float] = defaultdict(float)
    for chapter in book.chapters:
        for element in chapter.body.iter("img"):
            key = (element.get("src") or "").removeprefix(IMAGE_SCHEME)
            if (image := book.images.get(key)) is not None and image.height:
                ratio = image.width / image.height
                declared = _declared_width(element.get("width"), element.get("height"), ratio)
                wide = (declared or image.width) * _MM / _CSS_DPI
                widths[key] = max(widths[key], min(wide, size.measure, size.depth * 0.7 * ratio))
    if book.cover is not None:
        widths[book.cover.id] = size.width
    return widths


def _declared_width(width: str | None, height: str | None, ratio: float) -> float:
    if width and width.isdecimal():
        return int(width)
    return int(height) * ratio if height and height.isdecimal() else 0


def _as_it_is(image: Image) -> Picture:
    return Picture(image.path, image.media_type, image.width, image.height)


def _scaled(image: Image, millimetres: float, folder: Path) -> Picture:
    """Scale one image; what Pillow cannot read stays as it is, for the engine to complain of."""
    from PIL import Image as Pillow

    width = max(1, round(millimetres / _MM * DPI))
    large = image.width > width * _WORTH
    if image.media_type not in _RASTERS or not (large or _is_heavy(image)):
        return _as_it_is(image)
    try:
        with Pillow.open(image.path) as opened:
            pixels = _resized(opened, width if large else image.width)
            kind, data = _encoded(pixels)
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        return _as_it_is(image)
    if not large and len(data) >= image.size:
        return _as_it_is(image)
    path = folder / image.id
    path.write_bytes(data)
    return Picture(path, kind, image.width, image.height)


def _is_heavy(image: Image) -> bool:
    """Tell whether a PNG may be a photograph, which JPEG holds in fewer bytes."""
    return image.media_type == "image/png" and image.size > _SMALL


def _resized(opened: Pixels, width: int) -> Pixels:
    """Decode an image no larger than needed, the first frame of a GIF, upright."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    height = max(1, round(opened.height * width / opened.width))
    opened.draft(None, (width, height))
    pixels = ImageOps.exif_transpose(opened)
    if pixels.mode in ("RGBA", "LA", "PA") or "transparency" in pixels.info:
        pixels = _opaque(pixels.convert("RGBA"))
    elif pixels.mode not in ("RGB", "L"):
        pixels = pixels.convert("RGB")
    if pixels.width <= width:
        return pixels
    if pixels.width != opened.width:  # turned upright: the sides have changed places
        height = max(1, round(pixels.height * width / pixels.width))
    resized = pixels.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3.0)
    resized.format = pixels.format or opened.format
    return resized


def _opaque(pixels: Pixels) -> Pixels:
    """Take off an alpha channel that says nothing."""
    low, _ = pixels.getchannel("A").getextrema()
    return pixels.convert("RGB") if low == 255 else pixels


def _encoded(pixels: Pixels) -> tuple[str, bytes]:
    """Encode as JPEG what is a photograph, else as PNG."""
    if pixels.mode == "RGBA":
        return "image/png", _saved(pixels, "PNG")
    jpeg = _saved(pixels, "JPEG", quality=_QUALITY, optimize=True)
    if pixels.format == "JPEG" or _is_clearly_photo(pixels, len(jpeg)):
        return "image/jpeg", jpeg
    png = _saved(pixels, "PNG")
    photo = len(png) > _SMALL and len(jpeg) * _PHOTO < len(png)
    return ("image/jpeg", jpeg) if photo else ("image/png", png)


def _is_clearly_photo(pixels: Pixels, jpeg: int) -> bool:
    """Tell whether a PNG would have many times the bytes of the JPEG, without making it."""
    from PIL import Image as Pillow

    if jpeg * _CLEARLY < _SMALL:
        return False
    tops = range(0, pixels.height, _BAND * _BANDS)
    sample = Pillow.new(pixels.mode, (pixels.width, _BAND * len(tops)))
    for at, top in enumerate(tops):
        sample.paste(pixels.crop((0, top, pixels.width, top + _BAND)), (0, at * _BAND))
    png = len(_saved(sample, "PNG")) * pixels.height / sample.height
    return png > jpeg * _CLEARLY


def _saved(pixels: Pixels, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    pixels.save(buffer, kind, **options)
    return buffer.getvalue()
