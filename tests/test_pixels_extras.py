"""Formats that need an extra, with it and without."""

from __future__ import annotations

import struct
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pillow_heif import HeifImageFile
from pillow_jxl import JpegXLImagePlugin

from articlekit.fetch.pixels import jxl
from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import BadImage, Recipe
from pixel_samples import decoded, drawing, encoded, refusal, see_through, smooth


@pytest.mark.parametrize(
    ("head", "modules", "mend"),
    [
        (
            b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heic",
            ["pillow_heif"],
            "pip install 'articlekit[heif]'",
        ),
        (
            b"\xff\x0a\x00",
            ["pillow_jxl", "pillow_jxl.JpegXLImagePlugin"],
            "pip install 'articlekit[jxl]'",
        ),
    ],
)
def test_what_an_extra_reads_is_named(
    head: bytes, modules: list[str], mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    bad = refusal(head)
    assert bad.reason == "unsupported_format"
    assert mend in bad.detail


def test_an_old_pillow_without_avif_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(smooth(), "AVIF")
    monkeypatch.delitem(Image.OPEN, "AVIF")
    bad = refusal(data)
    assert (bad.reason, "pillow>=11.3" in bad.detail) == ("unsupported_format", True)


@pytest.mark.parametrize("format", ["HEIF", "JXL"])
def test_they_become_jpeg_and_png(format: str) -> None:
    made = process(encoded(smooth(), format))
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 300, 200)
    assert process(encoded(see_through(smooth()), format)).media_type == "image/png"


@pytest.mark.parametrize("format", ["HEIF", "JXL"])
def test_they_are_turned_upright(format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = decoded(process(encoded(drawing(), format, exif=exif.tobytes()))).convert("RGB")
    assert made.size == (200, 300)
    red, green, _ = made.getpixel((170, 40))
    assert (red > 220, green < 60) == (True, True)


def test_a_jxl_made_of_a_jpeg(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "a.jpg").write_bytes(encoded(drawing(), "JPEG", exif=exif.tobytes()))
    with Image.open(tmp_path / "a.jpg") as image:
        data = encoded(image, "JXL", lossless_jpeg=True)
    made = process(data)
    assert (made.media_type, made.width, made.height) == ("image/png", 200, 300)
    assert refusal(data, Recipe(pixels=59_999)).reason == "bomb"


def test_a_heic_is_bounded_by_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HeifImageFile, "load", lambda _: pytest.fail("it was decoded"))
    assert refusal(encoded(smooth(), "HEIF"), Recipe(pixels=59_999)).reason == "bomb"
    assert "HEIF" not in Image.OPEN  # Pillow is as it was, for everyone else


def test_a_heic_that_lies_about_its_size_is_refused() -> None:
    data = encoded(Image.new("RGB", (1200, 900)), "HEIF")
    lie = data.replace(struct.pack(">II", 1200, 900), struct.pack(">II", 10, 10))
    assert lie != data
    assert refusal(lie).reason == "decode_error"


def test_a_jxl_is_bounded_by_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JpegXLImagePlugin, "Decoder", lambda **_: pytest.fail("a decoder was made"))
    for container in (False, True):
        data = encoded(smooth(), "JXL", use_container=container)
        assert refusal(data, Recipe(pixels=59_999)).reason == "bomb"


@pytest.mark.parametrize(
    "size",
    [
        (1, 1), (8, 8), (256, 256), (255, 300), (513, 2), (2, 513), (9000, 3), (1600, 1200),
        (1920, 1080), (640, 320), (1500, 1000), (1000, 800), (1200, 1000), (8, 264),
    ],
)  # fmt: skip
def test_the_size_that_a_jxl_states(size: tuple[int, int]) -> None:
    data = encoded(Image.new("L", size), "JXL", effort=1)
    assert jxl.size_of(data) == size
    boxed = data if data[:2] != b"\xff\x0a" else b"\0\0\0\x0cJXL \r\n\x87\n" + box(data)
    assert jxl.size_of(boxed) == size


def box(body: bytes) -> bytes:
    """A codestream behind a box of another kind, with a size of 64 bits."""
    other = struct.pack(">I4s", 12, b"xml ") + b"<a/>"
    return other + struct.pack(">I4sQ", 1, b"jxlc", 16 + len(body)) + body


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x0cJXL \r\n\x87\n",
        b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I4s", 0, b"free"),
        b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I4s", 1, b"free"),
        b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I4s", 9, b"jxlc") + b"x",
    ],
)
def test_a_jxl_without_a_codestream(data: bytes) -> None:
    assert refusal(data).reason == "decode_error"


@pytest.mark.parametrize("format", ["HEIF", "JXL"])
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_their_damage_never_escapes_as_another_error(format: str, data: st.DataObject) -> None:
    whole = bytearray(
        encoded(Image.linear_gradient("L").convert("RGB").crop((0, 0, 32, 32)), format)
    )
    for at in data.draw(st.lists(st.integers(12, len(whole) - 1), min_size=1, max_size=8)):
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(12, len(whole)))
    with suppress(BadImage):
        process(bytes(whole[:cut]))
