"""Rasters by Pillow: bounded before decoding, upright, in sRGB, JPEG or PNG."""

from __future__ import annotations

import struct
import zlib
from contextlib import ExitStack
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from articlekit.fetch.pixels import colour, jpeg, png
from articlekit.fetch.pixels.encode import encode
from articlekit.fetch.pixels.openers import bound, open_image
from articlekit.fetch.pixels.pillow import STRICT_PILLOW
from articlekit.fetch.pixels.recipe import BadImage, Desk, Processed, Recipe
from articlekit.fetch.pixels.resample import ENGINES

if TYPE_CHECKING:
    from PIL.Image import Image

_CORE: Final = frozenset({"image/jpeg", "image/png", "image/gif"})
# Types whose files are checked without decoding them to all their pixels.
_CHECKED: Final = frozenset({"image/jpeg", "image/png"})
_GREY_MODES: Final = ("1", "L", "I")

# What is said of files of many pictures. A JPEG's others are thumbnails and brightness maps,
# an HEIC's too.
_FRAMES: Final = {
    "image/gif": "its first frame alone",
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


def process_raster(data: bytes, media_type: str, recipe: Recipe, desk: Desk) -> Processed:
    """Make a raster one that any book may hold; raises BadImage.

    What takes much memory is done while `desk` is held. A JPEG and a PNG that may stay as
    they are take little: one is checked at an eighth of its size, the other line by line.

    Reasons: `bomb` when decoding would take more than `recipe.pixels`, `decode_error`
    when the bytes are broken or end early, `unsupported_format` when the library that
    reads them is not installed.
    """
    from PIL import Image

    try:
        with ExitStack() as held:
            if media_type not in _CHECKED:
                held.enter_context(desk)
            held.enter_context(STRICT_PILLOW)
            image = held.enter_context(open_image(data, media_type, recipe))
            if media_type == "image/gif" and _may_move(recipe):
                return _gif(image, data, recipe)
            if media_type in _CORE and _fits(image, data, recipe) and _may_stay(image, data):
                size = image.size
                _verify(image, data)
                return Processed(data, media_type, *size)
            if media_type in _CHECKED:
                held.enter_context(desk)
            return _convert(image, media_type, recipe)
    except Image.DecompressionBombError as error:
        raise BadImage("bomb", str(error)) from None
    except _BROKEN as error:
        raise BadImage("decode_error", " ".join(str(error).split())[:200]) from None


def _fits(image: Image, data: bytes, recipe: Recipe) -> bool:
    """Whether the recipe allows as many pixels, bytes, colours and frames, and its alpha."""
    small = image.width <= recipe.width and image.height <= recipe.height
    light = recipe.most_bytes is None or len(data) <= recipe.most_bytes
    grey = not recipe.grayscale or image.mode.startswith(_GREY_MODES)
    still = _may_move(recipe) or not _is_animated(image)
    solid = recipe.transparency or not image.has_transparency_data
    return small and light and grey and still and solid


def _may_move(recipe: Recipe) -> bool:
    return recipe.animation and not recipe.grayscale


def _is_animated(image: Image) -> bool:
    # A JPEG's other pictures are no frames.
    return image.format in ("GIF", "PNG") and getattr(image, "is_animated", False)


def _may_stay(image: Image, data: bytes) -> bool:
    """Whether nothing has to be turned, hidden or made RGB."""
    if image.mode == "CMYK" or b"exif:GPS" in data:  # XMP repeats the place in that namespace
        return False
    if image.format == "PNG" and not png.may_have_exif(data):
        return True
    exif = image.getexif()
    return exif.get(_ORIENTATION, 1) in (0, 1) and _GPS not in exif


def _verify(image: Image, data: bytes) -> None:
    """See that the file is whole; where that takes decoding it, `image` shrinks.

    Broken files raise one of `_BROKEN`.
    """
    is_whole = _CHECKS.get(image.format or "")
    if is_whole is not None and is_whole(data):
        return
    image.draft("L", (1, 1))
    image.load()


# Faster than decoding, where they know the answer.
_CHECKS: Final = MappingProxyType({"JPEG": jpeg.is_whole, "PNG": png.is_whole})


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
        bound(size, frame + 1, recipe)
        image.load()
    if frame == 0 and not _fits(image, data, recipe):
        image.seek(0)
        return _convert(image, "image/gif", recipe)
    return Processed(data, "image/gif", *size)


def _convert(image: Image, media_type: str, recipe: Recipe) -> Processed:
    """Decode, fit, make it sRGB or grey, turn it upright, and encode it."""
    from PIL.Image import Transpose

    note = _FRAMES.get(media_type) if getattr(image, "is_animated", False) else None
    profile = image.info.get("icc_profile")
    target = _fitted(image, media_type, recipe)
    if media_type == "image/jpeg":
        # It is decoded at a fraction of its size, still twice what is needed. Only colours
        # of a known space may be left out.
        double = (2 * target[0], 2 * target[1]) if target != image.size else image.size
        image.draft("L" if recipe.grayscale and not profile else None, double)
    image.load()
    # Read after loading: Pillow turns TIFFs by itself, and then says so here.
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    plain = colour.unpacked(image)
    drawn = media_type != "image/jpeg" and colour.is_line_art(image, plain)
    if plain.size != target:
        plain = ENGINES[recipe.engine](plain, target)
    # After shrinking, as it is work for each pixel.
    plain = colour.to_srgb(plain, profile)
    if not recipe.transparency:
        plain = colour.flatten(plain)
    if recipe.grayscale:
        plain = colour.to_grey(plain)
    if turn is not None:
        plain = plain.transpose(Transpose[turn])
    encoded, kind = encode(plain, drawn, recipe)
    return Processed(encoded, kind, *plain.size, note)


def _fitted(image: Image, media_type: str, recipe: Recipe) -> tuple[int, int]:
    """Return the size that fits the recipe once the image is turned; never a larger one."""
    turned = image.getexif().get(_ORIENTATION, 1) >= _SIDEWAYS and media_type != "image/tiff"
    box = (recipe.height, recipe.width) if turned else (recipe.width, recipe.height)
    scale = min(box[0] / image.width, box[1] / image.height, 1.0)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))
