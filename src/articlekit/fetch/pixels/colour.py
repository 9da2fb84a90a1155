"""Colours: every mode and profile to plain sRGB, grey or RGB, with alpha or without."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

# What each of Pillow's modes becomes before its pixels may be mixed. Modes of more than
# eight bits are scaled instead; all others become RGB.
_PLAIN: Final = {
    "1": "L",
    "L": "L",
    "LA": "LA",
    "La": "LA",
    "PA": "RGBA",
    "RGB": "RGB",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "CMYK": "CMYK",
}
_GREYS: Final = {"RGB": "L", "RGBA": "LA"}

# The sample that tells a drawing from a photograph: nearest pixels, so that no colour is
# made up by mixing. Photographs have tens of thousands of colours in it.
_SAMPLE: Final = (256, 256)
_FEW_COLOURS: Final = 4096
_ROUNDING: Final = 4


def unpacked(image: Image) -> Image:
    """Return a loaded image in mode L, LA, RGB, RGBA or CMYK, in its own colour space.

    Alpha that hides nothing is dropped.
    """
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    mode = _PLAIN.get(image.mode, "RGB")
    if "transparency" in image.info and mode in ("L", "RGB"):
        mode = "LA" if mode == "L" else "RGBA"
    plain = image if image.mode == mode else image.convert(mode)
    if has_alpha(plain) and plain.getchannel("A").getextrema() == (255, 255):
        return plain.convert(mode.removesuffix("A"))
    return plain


def to_srgb(image: Image, profile: bytes | None) -> Image:
    """Return an unpacked image as L, LA, RGB or RGBA with its colours in sRGB.

    `profile` is its ICC profile; one that is broken is passed over.
    """
    mode = "RGB" if image.mode == "CMYK" else image.mode
    converted = _profiled(image, mode, profile) if profile and mode not in _GREYS.values() else None
    if converted is not None:
        return converted
    return image if image.mode == mode else image.convert(mode)


def to_grey(image: Image) -> Image:
    """Return an sRGB image as L or LA: luma of Rec. 601, as in JPEG."""
    mode = _GREYS.get(image.mode)
    return image if mode is None else image.convert(mode)


def has_alpha(image: Image) -> bool:
    """Whether a plain image may be transparent anywhere."""
    return image.mode in ("LA", "RGBA")


def flatten(image: Image) -> Image:
    """Return a plain image without transparency, as it looks on white paper."""
    if not has_alpha(image):
        return image
    from PIL import Image as Pillow

    paper = Pillow.new("RGBA", image.size, "white")
    flat = Pillow.alpha_composite(paper, image.convert("RGBA"))
    return flat.convert("L" if image.mode == "LA" else "RGB")


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
        return _is_drawn_in_grey(sample)
    limit = min(_FEW_COLOURS, sample.width * sample.height // 4)
    colours = sample.getcolors(max(limit, 256))
    if colours is not None and all(_is_grey(pixel) for _, pixel in colours):
        return _is_drawn_in_grey(sample)  # WebP and AVIF keep black and white as RGB
    return colours is not None


def _is_grey(pixel: int | float | tuple[int, ...]) -> bool:
    """Whether a pixel of RGB has no colour but what lossy formats add by rounding."""
    return isinstance(pixel, tuple) and max(pixel[:3]) - min(pixel[:3]) <= _ROUNDING


def _is_drawn_in_grey(sample: Image) -> bool:
    """Whether it is mostly of a few greys, of which there are 256 at most."""
    counts = sorted(sample.convert("L").histogram(), reverse=True)
    return sum(counts[:8]) > sum(counts) / 2


def _profiled(image: Image, mode: str, profile: bytes) -> Image | None:
    """Convert from an embedded profile, or None without a usable one.

    Those of greys are not asked: their curves differ too little to show in a book.
    """
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, srgb, outputMode=mode)
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
