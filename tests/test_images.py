"""From any bytes to an image that any book may hold."""

from __future__ import annotations

import struct
import threading
import warnings
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageDraw, ImageFile

from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import BadImage, Processed, Recipe
from articlekit.fetch.pixels.sniff import sniff
from server import picture

SMALL = Recipe(width=100, height=160)


def photo(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    """Something with more colours than any drawing has."""
    bands = [Image.effect_noise(size, 60) for _ in range(3)]
    return Image.merge("RGB", bands).convert(mode)


def drawing(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, size, "white")
    ImageDraw.Draw(image).rectangle((10, 10, size[0] // 2, size[1] // 2), fill="red")
    return image


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def reason(data: bytes, recipe: Recipe | None = None) -> str:
    with pytest.raises(BadImage) as caught:
        process(data, recipe)
    assert "\n" not in caught.value.detail
    return caught.value.reason


# What it is


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
        ("ICO", "image/x-icon"),
    ],
)
def test_sniffing_what_pillow_writes(format: str, media_type: str) -> None:
    assert sniff(picture(format, (32, 32))) == media_type


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avifmiafMA1B", "image/avif"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", None),
        (b"\xff\x0a\x00\x00", "image/jxl"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
        (b"MM\x00*\x00\x00\x00\x08", "image/tiff"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf <?xml version='1.0'?>\n<!-- a > b -->\n<svg>", "image/svg+xml"),
        (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg >', "image/svg+xml"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg:svg xmlns:svg="x">', "image/svg+xml"),
        ("<?xml version='1.0' encoding='utf-16'?><svg/>".encode("utf-16"), "image/svg+xml"),
        (b"<!doctype html><html><svg></svg>", None),
        (b"<html><body>403", None),
        (b"<svgs>", None),
        (b"BM, said the man", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"GIF", None),
        (b"", None),
        (b'{"error": 1}', None),
    ],
)
def test_sniffing(head: bytes, media_type: str | None) -> None:
    assert sniff(head) == media_type


# What stays as it is


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF"])
def test_a_core_image_in_bounds_is_not_touched(format: str) -> None:
    data = encoded(photo(), format)
    made = process(data)
    assert made.data is data
    assert (made.media_type, made.width, made.height) == (f"image/{format.lower()}", 300, 200)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_png_of_every_mode_stays(mode: str) -> None:
    image = Image.new("I;16", (9, 9), 500) if mode == "I;16" else photo().convert(mode)
    data = encoded(image, "PNG")
    assert process(data).data is data


def test_an_animated_gif_stays_however_large() -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    made = process(data, SMALL)
    assert made.data is data
    assert (made.width, made.height) == (200, 200)


def test_a_jpeg_of_many_pictures_is_its_first() -> None:
    data = encoded(photo(), "MPO", save_all=True, append_images=[photo()])
    assert process(data) == Processed(data, "image/jpeg", 300, 200)
    made = process(data, SMALL)
    assert (made.media_type, made.width, made.note) == ("image/jpeg", 100, None)


def test_the_first_page_of_a_tiff_with_a_note() -> None:
    data = encoded(drawing(), "TIFF", save_all=True, append_images=[photo()])
    assert process(data).note == "its first page alone"


def test_nothing_is_upscaled() -> None:
    assert process(encoded(photo((5, 3)), "BMP")).width == 5


# What is converted


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "BMP", "TIFF"])
def test_photographs_become_jpeg(format: str) -> None:
    made = process(encoded(photo(), format))
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 300, 200)
    assert sniff(made.data) == "image/jpeg"


@pytest.mark.parametrize("format", ["WEBP", "BMP", "TIFF", "ICO"])
def test_drawings_become_png(format: str) -> None:
    image = drawing((64, 64))
    options = {"lossless": True} if format == "WEBP" else {}
    made = process(encoded(image, format, **options))
    assert made.media_type == "image/png"
    assert decoded(made.data).convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "TIFF", "PNG", "ICO"])
def test_transparency_is_kept_as_png(format: str) -> None:
    image = photo((64, 64), "RGBA")
    image.putalpha(Image.linear_gradient("L").resize((64, 64)))
    made = process(encoded(image, format), Recipe(width=60))
    assert made.media_type == "image/png"
    assert decoded(made.data).mode == "RGBA"


def test_alpha_that_hides_nothing_is_dropped() -> None:
    assert process(encoded(photo(mode="RGBA"), "WEBP")).media_type == "image/jpeg"


def test_a_large_transparent_photograph_is_flattened_on_white() -> None:
    image = photo((64, 64), "RGBA")
    image.putalpha(Image.new("L", (64, 64), 0))
    image.putpixel((0, 0), (0, 0, 0, 255))
    made = process(encoded(image, "WEBP", lossless=True, exact=True), Recipe(png_bytes=10))
    assert made.media_type == "image/jpeg"
    assert min(decoded(made.data).getpixel((40, 40))) > 250


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((300, 200), (100, 67)),
        ((100, 800), (20, 160)),
        ((101, 161), (100, 159)),
        ((9000, 10), (100, 1)),
    ],
)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF"])
def test_fitting(size: tuple[int, int], expected: tuple[int, int], format: str) -> None:
    made = process(encoded(photo(size), format), SMALL)
    assert (made.width, made.height) == expected
    assert decoded(made.data).size == expected
    assert made.media_type == ("image/jpeg" if format != "GIF" else "image/png")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "WEBP", "TIFF", "PNG", "AVIF"])
def test_turned_upright(format: str, orientation: int) -> None:
    image = drawing((120, 80))
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = process(encoded(image, format, exif=exif.tobytes()), SMALL)
    sideways = orientation >= 5
    assert (made.width, made.height) == ((80, 120) if sideways else (100, 67))
    result = decoded(made.data).convert("RGB")
    corner = {
        1: (0.2, 0.2), 2: (0.8, 0.2), 3: (0.8, 0.8), 4: (0.2, 0.8),
        5: (0.2, 0.2), 6: (0.8, 0.2), 7: (0.8, 0.8), 8: (0.2, 0.8),
    }[orientation]  # fmt: skip
    red = result.getpixel((int(corner[0] * made.width), int(corner[1] * made.height)))
    assert red[0] > 200
    assert red[1] < 80
    assert result.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_the_place_is_not_told(format: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    exif[0x8825] = exif.get_ifd(0x8825)
    data = encoded(photo(), format, exif=exif.tobytes())
    assert 0x8825 in decoded(data).getexif()
    made = process(data)
    assert made.data != data
    assert not dict(decoded(made.data).getexif())


def test_other_exif_is_no_reason_to_encode_again() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    data = encoded(photo(), "JPEG", exif=exif.tobytes())
    assert process(data).data is data


def test_cmyk_becomes_rgb() -> None:
    made = process(encoded(drawing(mode="RGB").convert("CMYK"), "JPEG"))
    assert decoded(made.data).mode == "RGB"
    red, green, blue = decoded(made.data).getpixel((30, 30))
    assert (red > 230, green < 30, blue < 30) == (True, True, True)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_not_clipped(format: str) -> None:
    image = Image.new("I;16", (200, 10))
    for x in range(200):
        for y in range(10):
            image.putpixel((x, y), x * 65535 // 199)
    made = decoded(process(encoded(image, format), SMALL).data).convert("L")
    assert abs(made.getpixel((0, 1)) - 0) < 5
    assert abs(made.getpixel((50, 1)) - 128) < 5
    assert abs(made.getpixel((99, 1)) - 254) < 5


@pytest.mark.parametrize(("top", "mode"), [(1.0, "F"), (255.0, "F"), (5000.0, "F"), (70000, "I")])
def test_wide_pixels_are_scaled(top: float, mode: str) -> None:
    image = Image.new(mode, (8, 8), top)
    image.putpixel((0, 0), 0)
    made = decoded(process(encoded(image, "TIFF")).data).convert("L")
    assert (made.getpixel((0, 0)), made.getpixel((5, 5))) == (0, 255)


def test_profiles_are_applied_and_removed() -> None:
    # sRGB with red and green exchanged: nobody can miss it.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    image = Image.new("RGB", (300, 300), (200, 0, 0))
    made = decoded(process(encoded(image, "PNG", icc_profile=swapped), SMALL).data)
    red, green, _ = made.convert("RGB").getpixel((5, 5))
    assert (red < 10, green > 190) == (True, True)
    assert "icc_profile" not in made.info


def test_a_broken_profile_is_ignored() -> None:
    data = encoded(photo((300, 300)), "PNG", icc_profile=b"nonsense" * 40)
    made = decoded(process(data, SMALL).data)
    assert "icc_profile" not in made.info


@pytest.mark.parametrize("format", ["WEBP", "AVIF"])
def test_of_other_animations_the_first_frame_is_kept_with_a_note(format: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    made = process(encoded(frames[0], format, save_all=True, append_images=frames[1:]))
    assert made.media_type == "image/png"
    assert made.note == "its first frame alone"
    assert decoded(made.data).convert("RGB").getpixel((5, 5))[0] > 240


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_same_bytes_come_out_every_time(format: str) -> None:
    data = encoded(photo(), format)
    assert process(data, SMALL) == process(data, SMALL)


# What is refused


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"])
def test_what_breaks_off_is_refused(format: str) -> None:
    data = encoded(photo(), format)
    assert reason(data[: len(data) // 2]) == "decode_error"
    assert reason(data[:40]) == "decode_error"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"])
def test_it_is_refused_where_others_made_pillow_lenient(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = encoded(photo(), format)
    assert reason(data[: len(data) // 2]) == "decode_error"
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_an_animation_that_breaks_off_is_refused() -> None:
    frames = [photo((50, 50)) for _ in range(4)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert reason(data[:-2000]) == "decode_error"


@pytest.mark.parametrize(
    "data", [b"", b"<!DOCTYPE html><p>403", b'{"code": 403}', b"GIF", b"\0" * 99]
)
def test_what_is_no_image(data: bytes) -> None:
    assert reason(data) == "not_image"


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@pytest.mark.parametrize("size", [(60000, 60000), (100_000_000, 1), (9000, 9000)])
def test_bombs_are_not_decoded(size: tuple[int, int]) -> None:
    assert reason(png_claiming(*size)) == "bomb"


def test_bombs_of_many_frames() -> None:
    frames = [Image.new("L", (50, 50), shade) for shade in range(0, 250, 5)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert reason(data, Recipe(pixels=50 * 50 * 20)) == "bomb"
    assert reason(data, Recipe(frames=20)) == "bomb"


def test_random_damage_never_escapes_as_another_error() -> None:
    import random

    chance = random.Random(7)
    for format in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "ICO"):
        whole = encoded(photo((40, 40)), format)
        for _ in range(40):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 12)):
                data[chance.randrange(8, len(data))] = chance.randrange(256)
            with suppress(BadImage):
                process(bytes(data))


def test_warnings_stay_inside_in_every_thread() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(photo(), "JPEG", exif=exif.tobytes()[:-3])
    before = list(warnings.filters)
    results = []
    threads = [threading.Thread(target=lambda: results.append(process(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(results) == 8
    assert warnings.filters == before


# Drawings

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'
)


def svg(inside: str = "<rect width='1' height='1'/>", attributes: str = "") -> bytes:
    return SVG.format(attributes, inside).encode()


def test_a_drawing_is_cleaned() -> None:
    made = process(svg("<script>alert(1)</script><circle onclick='x()' r='5'/>", "onload='x()'"))
    assert made.media_type == "image/svg+xml"
    assert b"circle" in made.data
    for gone in (b"script", b"alert", b"onclick", b"onload"):
        assert gone not in made.data


@pytest.mark.parametrize(
    "inside",
    [
        "<image href='https://a.example/a.png'/>",
        "<image href='a.png'/>",
        "<image xlink:href='/a.png'/>",
        "<use href='other.svg#a'/>",
        "<image href='data:image/svg+xml,%3Csvg/%3E'/>",
        "<rect fill='url(other.svg#a)'/>",
        "<style>rect { fill: url(a.svg#b) }</style>",
    ],
)
def test_a_drawing_reaches_nothing_outside(inside: str) -> None:
    with suppress(BadImage):
        made = process(svg(inside)).data.replace(b"http://www.w3.org/2000/svg", b"")
        for gone in (b"a.example", b"a.png", b".svg", b"svg+xml"):
            assert gone not in made


def test_a_reference_that_the_filter_leaves_is_refused() -> None:
    assert reason(svg("<image href='a.png'/>")) == "svg_unsafe"
    assert reason(svg("<image xlink:href='https://a.example/a.png'/>")) == "svg_unsafe"


def test_fragments_and_rasters_inside_stay() -> None:
    inside = (
        "<linearGradient id='g'/><rect fill='url(#g)'/><use href='#g'/>"
        "<image href='data:image/png;base64,iVBORw0KGgo='/>"
    )
    made = process(svg(inside)).data
    assert b"url(#g)" in made
    assert b'href="#g"' in made
    assert b"data:image/png;base64," in made


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("width='30' height='20'", (30, 20)),
        ("width='30px' height='20.4px'", (30, 20)),
        ("width='1in' height='72pt'", (96, 96)),
        ("width='10mm' height='1cm'", (38, 38)),
        ("viewBox='0 0 40 10'", (40, 10)),
        ("viewBox='0,0,40,10' width='80'", (80, 20)),
        ("viewBox='0 0 40 10' height='5'", (20, 5)),
        ("viewBox='0 0 40 10' width='100%'", (40, 10)),
        ("width='-3' height='x'", (300, 150)),
        ("", (300, 150)),
        ("viewBox='nonsense' width='7' height='0.1'", (7, 1)),
        ("viewBox='0 0 inf nan'", (300, 150)),
        ("width='1e300' height='1e999'", (100000, 100000)),
    ],
)
def test_the_size_of_a_drawing(attributes: str, size: tuple[int, int]) -> None:
    made = process(svg(attributes=attributes))
    assert (made.width, made.height) == size
    assert b"viewBox" in made.data


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><g>",
        b"<svg><rect/></svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>&nope;</svg>",
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<svg xmlns='http://www.w3.org/2000/svg'><text>&a;</text></svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 50_000,
    ],
)
def test_broken_drawings(data: bytes) -> None:
    assert reason(data) in ("decode_error", "svg_unsafe")


def test_entities_do_not_explode() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    data = f'<!DOCTYPE svg [<!ENTITY a0 "aaaaaaaaaa">{entities}]>'.encode() + svg(
        "<text>&a11;</text>"
    )
    assert reason(data) in ("decode_error", "svg_unsafe")


def test_the_same_drawing_comes_out_every_time() -> None:
    assert process(svg()) == process(svg())
