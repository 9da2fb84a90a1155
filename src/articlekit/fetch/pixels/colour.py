"""Colours: every mode and profile to plain sRGB, grey or RGB, with alpha or without."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

# What each of Pillow's modes becomes. Modes of more than eight bits are scaled instead.
_PLAIN: Final = {
    "1": "L",
    "L": "L",
    "LA": "LA",
    "La": "LA",
    "P": "RGB",
    "PA": "RGBA",
    "RGB": "RGB",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
}

# The sample that tells a drawing from a photograph: nearest pixels, so that no colour is
# made up by mixing. Photographs have tens of thousands of colours in it.
_SAMPLE: Final = (256, 256)
_FEW_COLOURS: Final = 4096


def to_srgb(image: Image) -> Image:
    """Return a loaded image in mode L, LA, RGB or RGBA, its colours in sRGB."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    mode = _PLAIN.get(image.mode, "RGB")
    if "transparency" in image.info and mode in ("L", "RGB"):
        mode = "LA" if mode == "L" else "RGBA"
    converted = _profiled(image, mode) or image.convert(mode)
    if has_alpha(converted) and converted.getchannel("A").getextrema() == (255, 255):
        converted = converted.convert(mode.removesuffix("A"))
    return converted


def has_alpha(image: Image) -> bool:
    """Whether a plain image may be transparent anywhere."""
    return image.mode in ("LA", "RGBA")


def flatten(image: Image) -> Image:
    """Return a plain image without transparency, as it looks on white paper."""
    if not has_alpha(image):
        return image
    from PIL import Image as Pillow

    paper = Pillow.new("RGBA", image.size, "white")
    return Pillow.alpha_composite(paper, image.convert("RGBA")).convert("RGB")


def is_line_art(image: Image, plain: Image) -> bool:
    """Whether an image is drawn, not photographed: a palette, or few colours.

    JPEG would draw a halo around each of its lines.
    """
    if image.mode in ("1", "P", "PA"):
        return True
    sample = plain
    if plain.width > _SAMPLE[0] or plain.height > _SAMPLE[1]:
        size = (min(plain.width, _SAMPLE[0]), min(plain.height, _SAMPLE[1]))
        sample = plain.resize(size, resample=0)
    if sample.mode in ("L", "LA"):
        # Grey has 256 values at most: a drawing is mostly of its two commonest.
        counts = sorted(sample.getchannel("L").histogram(), reverse=True)
        return sum(counts[:8]) > sum(counts) / 2
    limit = min(_FEW_COLOURS, sample.width * sample.height // 4)
    return sample.getcolors(max(limit, 256)) is not None


def _profiled(image: Image, mode: str) -> Image | None:
    """Convert from an embedded profile, or None without a usable one."""
    profile = image.info.get("icc_profile")
    if not profile or mode in ("L", "LA"):
        return None  # the curves of greys differ too little to show in a book
    from PIL import ImageCms

    coloured = image.convert(mode) if image.mode in ("P", "PA") else image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(coloured, source, srgb, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # a profile of another colour space, or a broken one


def _eight_bits(image: Image) -> Image:
    """Scale grey of 16 or 32 bits to 8; `convert("L")` alone would clip at 255."""
    wide = image.convert("F")
    _, high = wide.getextrema()
    assert isinstance(high, float)  # one band, so one pair of numbers
    if image.mode == "F":
        # Floats have no fixed white: it is 1, 255, or the lightest there is.
        white = next((white for white in (1.0, 255.0) if high <= white), high)
    else:
        white = max(65535.0, high)
    return wide.point(lambda value: value * (255 / white) + 0.5).convert("L")
