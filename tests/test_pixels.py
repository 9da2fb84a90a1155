"""What images are made to be, by every engine and profile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from articlekit.fetch.pixels import resample
from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import PROFILES, Recipe
from articlekit.fetch.pixels.resample import ENGINES, best_engine
from pixel_samples import animated, decoded, drawing, encoded, see_through, smooth

GREY = Recipe(grayscale=True)


# Both engines


@pytest.fixture(params=sorted(ENGINES))
def small(request: pytest.FixtureRequest) -> Recipe:
    return Recipe(width=100, height=160, engine=request.param)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF", "JXL"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_photographs_are_shrunk(small: Recipe, format: str, mode: str) -> None:
    image = smooth((250, 170), mode)
    made = decoded(process(encoded(image, format), small))
    assert (made.format, made.size) == ("JPEG", (100, 68))
    # Luma, as JPEG halves the resolution of colours.
    small_image = image.resize((100, 68), Image.Resampling.LANCZOS)
    assert difference(made.convert("L"), small_image.convert("L")) < 4


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of their samples."""
    return max(ImageStat.Stat(ImageChops.difference(one, other.convert(one.mode))).mean)


@pytest.mark.parametrize("size", [(300, 200), (101, 161), (9000, 10), (3, 2000), (100, 800)])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "RGBA", "LA"])
def test_engines_differ_by_rounding(size: tuple[int, int], mode: str) -> None:
    image = see_through(smooth(size)).convert("LA" if mode == "LA" else "RGBA").convert(mode)
    scale = min(100 / size[0], 160 / size[1])
    target = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    made = [engine(image, target) for engine in ENGINES.values()]
    assert all((each.mode, each.size) == (mode, target) for each in made)
    assert difference(*made) < 3


def test_colours_turns_and_depths_survive_shrinking(small: Recipe) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = process(encoded(drawing(), "JPEG", exif=exif.tobytes()), small)
    assert decoded(turned).size == (100, 150)
    cmyk = encoded(drawing().convert("CMYK"), "JPEG")
    assert b"Adobe" in cmyk  # which says that the inks are inverted
    red, green, blue = decoded(process(cmyk, small)).getpixel((20, 20))
    assert (red > 230, green < 30, blue < 30) == (True, True, True)
    wide = Image.new("I;16", (200, 10), 0x8000)
    assert decoded(process(encoded(wide, "PNG"), small)).convert("L").getextrema() == (128, 128)
    clear = decoded(process(encoded(see_through(smooth()), "PNG"), small))
    assert (clear.mode, clear.getextrema()[3][0] < 5) == ("RGBA", True)


def test_profiles_are_applied_to_what_was_shrunk(small: Recipe) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    data = encoded(Image.new("RGB", (300, 300), (200, 0, 0)), "JPEG", icc_profile=swapped)
    red, green, _ = decoded(process(data, small)).getpixel((5, 5))
    assert (red < 10, green > 190) == (True, True)
    grey = decoded(process(data, replace(small, grayscale=True)))
    assert abs(grey.getpixel((5, 5)) - 0.587 * 200) < 8  # green's share of luma, not red's


@pytest.mark.parametrize("missing", ["pyvips", "_libvips"])
def test_without_libvips_pillow_shrinks(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert best_engine() == Recipe().engine == "vips"  # as for who develops this
    monkeypatch.setattr(resample, "find_spec", lambda name: None if name == missing else name)
    best_engine.cache_clear()
    try:
        assert Recipe().engine == "pillow"
    finally:
        best_engine.cache_clear()


def test_libvips_is_left_alone_in_a_fork() -> None:
    code = """
import os, signal
from PIL import Image
from articlekit.fetch.pixels.resample import by_pillow, by_vips
image = Image.effect_noise((600, 400), 50).convert("RGB")
by_vips(image, (300, 200))
for _ in range(5):
    child = os.fork()
    if not child:
        signal.alarm(20)
        same = by_vips(image, (300, 200)).tobytes() == by_pillow(image, (300, 200)).tobytes()
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)


# Profiles


def test_every_recipe_has_a_key_of_its_own() -> None:
    plain = Recipe(engine="pillow")
    others = [
        replace(plain, width=1), replace(plain, height=1), replace(plain, quality=1),
        replace(plain, pixels=1), replace(plain, frames=1), replace(plain, png_bytes=1),
        replace(plain, most_bytes=1), replace(plain, grayscale=True),
        replace(plain, animation=False), replace(plain, transparency=False),
        replace(plain, engine="vips"),
    ]  # fmt: skip
    assert len({each.key for each in [plain, *others]}) == 12
    assert len({each.key for each in PROFILES.values()}) == 3
    assert PROFILES["kobo"] == PROFILES["default"] == Recipe()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "HEIF"])
@pytest.mark.parametrize("make", [smooth, drawing, see_through])
def test_grey_images_of_everything(format: str, make: Callable[..., Image.Image]) -> None:
    image = see_through(smooth()) if make is see_through else make()
    if format == "JPEG":
        image = image.convert("RGB")
    made = decoded(process(encoded(image, format), GREY))
    assert made.mode in ("L", "LA")
    assert made.size == (300, 200)


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_what_is_grey_already_is_not_touched(format: str) -> None:
    data = encoded(smooth(mode="L"), format)
    assert process(data, GREY).data is data


def test_drawings_stay_sharp_in_grey() -> None:
    made = decoded(process(encoded(drawing(), "PNG"), GREY))
    assert (made.format, made.mode) == ("PNG", "L")
    assert sorted(colour for _, colour in made.getcolors()) == [76, 255]  # red's luma, and white


def test_grey_flattens_on_white() -> None:
    image = smooth((64, 64)).convert("RGBA")
    image.putalpha(Image.new("L", (64, 64), 0))
    image.putpixel((0, 0), (0, 0, 0, 255))
    data = encoded(image, "WEBP", lossless=True, exact=True)
    made = decoded(process(data, replace(GREY, png_bytes=10)))
    assert (made.mode, made.format) == ("L", "JPEG")
    assert made.getpixel((50, 50)) > 250


@pytest.mark.parametrize("recipe", [GREY, PROFILES["kindle"], PROFILES["eink"]])
@pytest.mark.parametrize("format", ["GIF", "PNG"])
def test_where_nothing_moves_the_first_frame_stays(recipe: Recipe, format: str) -> None:
    made = process(animated(format), recipe)
    assert (made.media_type, made.note) == ("image/png", "its first frame alone")
    assert decoded(made).convert("L").getpixel((15, 15)) == 76  # red
    assert process(animated(format)).note is None


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP"])
def test_for_a_kindle_what_is_transparent_is_put_on_white(format: str) -> None:
    image = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    image.paste("red", (0, 0, 30, 40))
    data = encoded(image, format, **({"lossless": True} if format == "WEBP" else {}))
    made = decoded(process(data, PROFILES["kindle"]))
    assert (made.format, made.has_transparency_data) == ("PNG", False)
    assert made.convert("RGB").getpixel((45, 20)) == (255, 255, 255)
    solid = encoded(image.convert("RGB"), "PNG")
    assert process(solid, PROFILES["kindle"]).data is solid


def test_a_vector_drawing_stays_one_in_grey() -> None:
    data = b"<svg xmlns='http://www.w3.org/2000/svg'><rect fill='red'/></svg>"
    assert process(data, PROFILES["eink"]).media_type == "image/svg+xml"


def test_the_size_of_an_eink_screen() -> None:
    made = process(encoded(smooth((1300, 400)), "JPEG"), PROFILES["eink"])
    assert (made.width, made.height, decoded(made).mode) == (1264, 389, "L")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_takes_too_many_bytes_is_encoded_again(format: str) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((300, 200), 90) for _ in "RGB"])
    data = encoded(noise, format, **({"quality": 98} if format in ("JPEG", "WEBP") else {}))
    made = process(data, Recipe(most_bytes=20_000))
    assert len(made.data) <= 20_000 < len(data)
    assert (made.media_type, made.width) == ("image/jpeg", 300)


# How they are encoded


def test_a_drawing_of_few_colours_is_given_a_palette() -> None:
    image = drawing()
    made = decoded(process(encoded(image, "TIFF")))
    assert (made.format, made.mode) == ("PNG", "P")
    assert made.convert("RGB").tobytes() == image.tobytes()


def test_colours_that_differ_by_one_are_not_merged() -> None:
    image = Image.new("RGB", (256, 64))
    image.putdata([(x, x // 2, 255 - x % 3) for _ in range(64) for x in range(256)])
    made = decoded(process(encoded(image, "TIFF")))
    assert made.format == "PNG"
    assert made.convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG"])
def test_nothing_but_pixels_is_handed_on(format: str) -> None:
    extras = {"comment": "a secret"} if format == "JPEG" else {}
    data = encoded(smooth((300, 200)), format, dpi=(300, 300), xmp=b"a secret", **extras)
    made = process(data, Recipe(width=200))
    assert b"secret" not in made.data
    assert set(decoded(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
