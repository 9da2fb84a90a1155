"""Small images for the tests of fetch/pixels, and what they become."""

from __future__ import annotations

from io import BytesIO

import pillow_heif
import pytest
from PIL import Image, ImageDraw

from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import BadImage, Processed, Recipe


def smooth(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    """Something like a photograph: many colours, no edges."""
    few = (size[0] // 20 + 2, size[1] // 20 + 2)
    bands = [Image.effect_noise(few, 90).resize(size, Image.Resampling.BICUBIC) for _ in "RGB"]
    return Image.merge("RGB", bands).convert(mode)


def drawing(size: tuple[int, int] = (300, 200), colour: str = "red") -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((10, 10, size[0] // 2, size[1] // 2), fill=colour)
    return image


def see_through(image: Image.Image) -> Image.Image:
    clear = image.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(image.size))
    return clear


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = BytesIO()
    if format == "HEIF":
        pillow_heif.from_pillow(image).save(out, **options)
    else:
        image.save(out, format, **options)
    return out.getvalue()


def animated(format: str = "GIF", size: tuple[int, int] = (60, 40)) -> bytes:
    frames = [drawing(size, colour) for colour in ("red", "green", "blue")]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:])


def decoded(made: Processed) -> Image.Image:
    image = Image.open(BytesIO(made.data))
    image.load()
    assert image.size == (made.width, made.height)
    assert made.media_type == Image.MIME[image.format or ""]
    return image


def refusal(data: bytes, recipe: Recipe | None = None) -> BadImage:
    with pytest.raises(BadImage) as caught:
        process(data, recipe)
    return caught.value
