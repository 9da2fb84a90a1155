"""Bytes to an image whose size is known and whose pixels are not yet decoded."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from articlekit.fetch.pixels.jxl import size_of
from articlekit.fetch.pixels.recipe import BadImage, Recipe

if TYPE_CHECKING:
    from PIL.Image import Image

# Pillow's plugins by media type. They are asked directly: Image.open tries every format
# it knows, and judges the size before it can be bounded here.
_PLUGINS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/x-icon": "ICO",
}

# What has to be installed where a format cannot be read.
_MENDS: Final = {
    "image/avif": "pip install 'pillow>=11.3'",
    "image/heic": "pip install 'articlekit[heif]'",
    "image/jxl": "pip install 'articlekit[jxl]'",
}

_PNG: Final = b"\x89PNG\r\n\x1a\n"


def open_image(data: bytes, media_type: str, recipe: Recipe) -> Image:
    """Read an image's head; raises BadImage, and whatever Pillow's parsers raise.

    Reasons: `bomb` when a size that it states is over the recipe's bounds,
    `unsupported_format` when what reads it is not installed; the detail names the mend.
    """
    return _OPENERS.get(media_type, _open_plugin)(data, media_type, recipe)


def bound(size: tuple[int, int], frames: int, recipe: Recipe) -> None:
    """Raise BadImage when decoding that many pixels is out of the question."""
    width, height = size
    if width < 1 or height < 1:
        raise BadImage("decode_error", f"{width}×{height} pixels")
    if width * height * frames > recipe.pixels or frames > recipe.frames:
        raise BadImage("bomb", f"{width}×{height} pixels, {frames} frames")


def _open_plugin(data: bytes, media_type: str, recipe: Recipe) -> Image:
    from PIL import Image

    Image.init()
    if _PLUGINS[media_type] not in Image.OPEN:
        raise _unsupported(media_type)
    factory, _ = Image.OPEN[_PLUGINS[media_type]]
    image = factory(BytesIO(data), "")
    bound(image.size, 1, recipe)
    return image


def _open_icon(data: bytes, media_type: str, recipe: Recipe) -> Image:
    # The directory's sizes end at 256; Pillow decodes whatever the pictures say of themselves.
    for size in _icon_sizes(data):
        bound(size, 1, recipe)
    return _open_plugin(data, media_type, recipe)


def _icon_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the sizes of an icon's pictures, each a PNG or a bitmap of twice its height."""
    (count,) = struct.unpack_from("<H", data, 4)
    for entry in range(count):
        (at,) = struct.unpack_from("<I", data, 6 + 16 * entry + 12)
        if data.startswith(_PNG, at):
            yield struct.unpack_from(">II", data, at + 16)
        else:
            width, height = struct.unpack_from("<ii", data, at + 4)
            yield abs(width), max(1, abs(height) // 2)


def _open_heif(data: bytes, media_type: str, recipe: Recipe) -> Image:
    try:
        # The class itself, not `register_heif_opener`, which changes Pillow for everyone.
        from pillow_heif import HeifImageFile
    except ImportError:
        raise _unsupported(media_type) from None
    image: Image = HeifImageFile(BytesIO(data), "")  # type: ignore[no-untyped-call]  # no types
    bound(image.size, 1, recipe)
    return image


def _open_jxl(data: bytes, media_type: str, recipe: Recipe) -> Image:
    # The plugin decodes when it opens.
    bound(size_of(data), 1, recipe)
    try:
        from pillow_jxl.JpegXLImagePlugin import JXLImageFile
    except ImportError:
        raise _unsupported(media_type) from None
    image = JXLImageFile(BytesIO(data), "")
    bound(image.size, 1, recipe)
    return image


def _unsupported(media_type: str) -> BadImage:
    return BadImage("unsupported_format", f"{media_type} cannot be read; {_MENDS[media_type]}")


_OPENERS: Mapping[str, Callable[[bytes, str, Recipe], Image]] = MappingProxyType(
    {"image/x-icon": _open_icon, "image/heic": _open_heif, "image/jxl": _open_jxl}
)
