"""Rasters by Pillow: bounded before decoding, upright, in sRGB, JPEG or PNG."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Final

from articlekit.fetch.pixels import colour
from articlekit.fetch.pixels.pillow import STRICT_PILLOW
from articlekit.fetch.pixels.recipe import BadImage, Processed, Recipe

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
_CORE: Final = frozenset({"image/jpeg", "image/png", "image/gif"})

# What is said of files of many pictures. A JPEG's others are thumbnails and brightness maps.
_FRAMES: Final = {
    "image/webp": "its first frame alone",
    "image/avif": "its first frame alone",
    "image/png": "its first frame alone",
    "image/tiff": "its first page alone",
}

# What Pillow's parsers are seen to raise for broken files. BlockedIOError and the like
# are OSErrors; struct.error and zlib.error are their own.
_BROKEN: Final = (
    OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError,
    AttributeError, RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip

# EXIF 2.32, section 4.6: the tags that matter here.
_ORIENTATION: Final = 0x0112
_GPS: Final = 0x8825
# Orientations from 5 on swap width and height.
_SIDEWAYS: Final = 5
# How to turn each upright, in the names of PIL.Image.Transpose.
_TURNS: Final = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def process_raster(data: bytes, media_type: str, recipe: Recipe) -> Processed:
    """Make a raster one that any book may hold; raises BadImage.

    Reasons: `bomb` when decoding would take more than `recipe.pixels`, `decode_error`
    when the bytes are broken or end early.
    """
    from PIL import Image

    try:
        with STRICT_PILLOW, _open(data, media_type) as image:
            _bound(image.size, 1, recipe)
            if media_type == "image/gif":
                return _gif(image, data, recipe)
            if media_type in _CORE and _fits(image, recipe) and _may_stay(image, data):
                size = image.size
                _verify(image)
                return Processed(data, media_type, *size)
            return _convert(image, media_type, recipe)
    except Image.DecompressionBombError as error:
        raise BadImage("bomb", str(error)) from None
    except _BROKEN as error:
        raise BadImage("decode_error", " ".join(str(error).split())[:200]) from None


def _open(data: bytes, media_type: str) -> Image:
    from PIL import Image

    Image.init()
    factory, _ = Image.OPEN[_PLUGINS[media_type]]
    return factory(BytesIO(data), "")


def _bound(size: tuple[int, int], frames: int, recipe: Recipe) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise BadImage("decode_error", f"{width}×{height} pixels")
    if width * height * frames > recipe.pixels or frames > recipe.frames:
        raise BadImage("bomb", f"{width}×{height} pixels, {frames} frames")


def _fits(image: Image, recipe: Recipe) -> bool:
    return image.width <= recipe.width and image.height <= recipe.height


def _may_stay(image: Image, data: bytes) -> bool:
    """Whether nothing has to be turned, hidden or made RGB."""
    exif = image.getexif()
    upright = exif.get(_ORIENTATION, 1) in (0, 1)
    # XMP repeats the place in a namespace of EXIF's.
    placeless = _GPS not in exif and b"exif:GPS" not in data
    return upright and placeless and image.mode != "CMYK"


def _verify(image: Image) -> None:
    """Decode all of the file at the smallest scale there is, which shrinks `image`.

    Broken files raise one of `_BROKEN`.
    """
    image.draft("L", (1, 1))
    image.load()


def _gif(image: Image, data: bytes, recipe: Recipe) -> Processed:
    """Keep a GIF that decodes; a still one out of bounds becomes PNG."""
    frame = 0
    size = image.size
    image.load()
    while True:
        try:
            image.seek(frame + 1)
        except EOFError:
            break
        frame += 1
        _bound(size, frame + 1, recipe)
        image.load()
    if frame == 0 and not _fits(image, recipe):
        image.seek(0)
        return _convert(image, "image/gif", recipe)
    return Processed(data, "image/gif", *size)


def _convert(image: Image, media_type: str, recipe: Recipe) -> Processed:
    """Decode, make it sRGB, fit it, turn it upright, and encode it."""
    from PIL import Image

    note = _FRAMES.get(media_type) if getattr(image, "is_animated", False) else None
    target = _fitted(image, media_type, recipe)
    if target != image.size:
        # A JPEG is decoded at a fraction of its size, still twice what is needed.
        image.draft(None, (2 * target[0], 2 * target[1]))
    image.load()
    # Read after loading: Pillow turns TIFFs by itself, and then says so here.
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    plain = colour.to_srgb(image)
    lossless = media_type != "image/jpeg" and colour.is_line_art(image, plain)
    if plain.size != target:
        plain = plain.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        plain = plain.transpose(Image.Transpose[turn])
    encoded, kind = _encode(plain, lossless, recipe)
    return Processed(encoded, kind, *plain.size, note)


def _fitted(image: Image, media_type: str, recipe: Recipe) -> tuple[int, int]:
    """Return the size that fits the recipe once the image is turned; never a larger one."""
    turned = image.getexif().get(_ORIENTATION, 1) >= _SIDEWAYS and media_type != "image/tiff"
    box = (recipe.height, recipe.width) if turned else (recipe.width, recipe.height)
    scale = min(box[0] / image.width, box[1] / image.height, 1.0)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))


def _encode(image: Image, lossless: bool, recipe: Recipe) -> tuple[bytes, str]:
    """Encode as PNG what is drawn or transparent, and as JPEG what is a photograph."""
    if lossless or colour.has_alpha(image):
        png = _png(image)
        if lossless or len(png) <= recipe.png_bytes:
            return png, "image/png"
    flat = colour.flatten(image)
    out = BytesIO()
    # No profile, EXIF or comment is handed on: it is sRGB, upright, and says nothing more.
    flat.save(out, "JPEG", quality=recipe.quality, optimize=True, exif=b"", icc_profile=None)
    return out.getvalue(), "image/jpeg"


def _png(image: Image) -> bytes:
    out = BytesIO()
    image.info = {}  # the writer would hand on profiles and texts
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
