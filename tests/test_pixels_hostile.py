"""Images that are damaged, lie about themselves, or are bombs."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from articlekit.fetch.pixels import jpeg, png
from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import Recipe
from pixel_samples import decoded, drawing, encoded, refusal, see_through

# PNG, checked without being decoded


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(
    rows: bytes,
    size: tuple[int, int],
    *,
    depth: int = 8,
    colour: int = 2,
    interlaced: int = 0,
    extra: bytes = b"",
    end: bytes = chunk(b"IEND", b""),
) -> bytes:
    head = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced)
    data = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + data + end


LINE = b"\0" + bytes(range(30))


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (png_of(LINE * 10, (10, 10)), True),
        (png_of(LINE * 20, (10, 10)), True),  # too many lines: every decoder stops in time
        (png_of(LINE * 9, (10, 10)), False),
        (png_of(LINE * 10, (10, 10), end=b""), False),
        (png_of(b"\x05" + LINE[1:] + LINE * 9, (10, 10)), False),
        (png_of(LINE * 9 + b"\xff" + LINE[1:], (10, 10)), False),
        (png_of(LINE * 10, (10, 10))[:-20] + bytes(20), False),
        (png_of(b"\0\1\2\3", (1, 1), interlaced=1), False),
        (png_of(b"\0\1" * 4, (1, 4), colour=3), False),
        (png_of(b"\0\1" * 4, (1, 4), colour=3, extra=chunk(b"PLTE", bytes(6))), True),
        (png_of(b"\0\1" * 4, (8, 4), colour=0, depth=1), True),
        (png_of(bytes(61) * 5, (10, 5), depth=16), True),
        (png_of(LINE * 10, (10, 10), colour=5), False),
    ],
)
def test_which_png_is_whole(data: bytes, whole: bool) -> None:
    assert png.is_whole(data) is whole


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_png_that_is_whole_can_be_decoded(data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA"]))
    whole = bytearray(encoded(see_through(drawing((20, 20))).convert(mode), "PNG"))
    for at in data.draw(st.lists(st.integers(29, len(whole) - 1), max_size=2)):
        whole[at] = data.draw(st.integers(0, 255))
    if png.is_whole(bytes(whole)):
        Image.open(BytesIO(whole)).load()


@pytest.mark.parametrize(("depth", "colour", "line"), [(16, 2, 61), (16, 6, 81), (16, 0, 21)])
def test_sixteen_bits_a_sample_become_eight_when_shrunk(depth: int, colour: int, line: int) -> None:
    row = b"\0" + b"\x80\x01" * ((line - 1) // 2)
    data = png_of(row * 10, (10, 10), depth=depth, colour=colour)
    assert process(data).data is data
    made = decoded(process(data, Recipe(width=5)))
    assert made.size == (5, 5)
    red, green, blue, _ = made.convert("RGBA").getpixel((2, 2))
    assert {red, green, blue} <= {127, 128}


def test_an_interlaced_png_passes_by_being_decoded() -> None:
    data = png_of(b"\0\1\2\3", (1, 1), interlaced=1)
    assert process(data).data is data


# Bombs


def peak(work: Callable[[], object]) -> int:
    """The most bytes that Python's own allocator, zlib's results too, held meanwhile."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


ZEROS = zlib.compress(bytes(60_000_000), 9)


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"zTXt", b"Comment\0\0" + ZEROS),
        chunk(b"iTXt", b"Comment\0\1\0\0\0" + ZEROS),
        chunk(b"iCCP", b"profile\0\0" + ZEROS),
    ],
    ids=["zTXt", "iTXt", "iCCP"],
)
def test_packed_texts_and_profiles_are_not_unpacked(extra: bytes) -> None:
    data = png_of(LINE * 10, (10, 10), extra=extra)
    assert peak(lambda: refusal(data, Recipe(grayscale=True))) < 8_000_000
    assert refusal(data).reason == "decode_error"


def test_pixels_behind_the_last_line_are_not_unpacked() -> None:
    data = png_of(LINE * 10 + bytes(60_000_000), (10, 10))
    assert peak(lambda: process(data)) < 8_000_000


def icon(picture: bytes) -> bytes:
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(picture), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + picture


def webp_claiming(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_claiming(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("L", (7, 9)), "TIFF"))
    for tag, old, new in ((256, 7, width), (257, 9, height)):
        found = data.index(struct.pack("<HHI", tag, 4, 1) + struct.pack("<I", old))
        data[found + 8 : found + 12] = struct.pack("<I", new)
    return bytes(data)


HUGE = (60_000, 60_000)
DIB = struct.pack("<IiiHHIIiiII", 40, 60_000, 120_000, 1, 32, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        (icon(png_of(LINE, HUGE)), {"bomb"}),
        (icon(DIB + bytes(99)), {"bomb"}),
        (icon(png_of(LINE * 10, (10, 10)))[:30], {"decode_error"}),
        (tiff_claiming(*HUGE), {"bomb"}),
        (b"BM" + struct.pack("<III", 99, 0, 54) + DIB, {"bomb"}),
        (webp_claiming(16_000, 16_000), {"bomb", "decode_error"}),
        (
            b"GIF89a" + struct.pack("<HHBBB", 60_000, 60_000, 0, 0, 0) + b";",
            {"bomb", "decode_error"},
        ),
    ],
    ids=["ico-png", "ico-dib", "ico-short", "tiff", "bmp", "webp", "gif"],
)
def test_sizes_that_are_claims(data: bytes, reasons: set[str]) -> None:
    assert peak(lambda: refusal(data)) < 8_000_000
    assert refusal(data).reason in reasons


def test_an_icon_is_bounded_by_its_pictures_not_its_directory() -> None:
    data = icon(encoded(drawing((300, 300)), "PNG"))
    assert refusal(data, Recipe(pixels=80_000)).reason == "bomb"
    assert process(data).media_type == "image/png"


def test_a_gif_of_a_hundred_thousand_frames() -> None:
    head = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\x02\x03\x84\x51\x00\x00"
    bomb = refusal(head + frame * 100_000 + b";")
    assert (bomb.reason, "2001 frames" in bomb.detail) == ("bomb", True)


@pytest.mark.parametrize(
    "options",
    [{}, {"subsampling": 0}, {"restart_marker_blocks": 4}, {"progressive": True}],
    ids=["plain", "444", "restarts", "progressive"],
)
def test_a_jpeg_is_judged_as_a_decoder_judges_it(options: dict[str, Any]) -> None:
    """Cut, holes, strangers' bytes and flipped bits: the quick check finds what decoding finds."""
    dice = Random(7)
    plain = BytesIO()
    noise = Image.frombytes("RGB", (90, 70), dice.randbytes(90 * 70 * 3))
    noise.save(plain, "JPEG", **options)
    sound = plain.getvalue()
    assert jpeg.is_whole(sound) is ("progressive" not in options)
    changes: list[Callable[[int], bytes]] = [
        lambda at: sound[:at],
        lambda at: sound[:at] + bytes(len(sound) - at),
        lambda at: sound[:at] + dice.randbytes(40) + sound[at:],
        lambda at: sound[:at] + sound[at + 40 :],
        lambda at: sound[:at] + bytes([sound[at] ^ 16]) + sound[at + 1 :],
    ]
    for change in changes:
        for _ in range(40):
            data = change(dice.randrange(2, len(sound)))
            if judged(jpeg.is_whole, data):
                assert judged(decodes, data), len(data)


def decodes(data: bytes) -> bool:
    with JpegImageFile(BytesIO(data)) as image:
        image.draft("L", (1, 1))
        image.load()
    return True


def judged(check: Callable[[bytes], bool], data: bytes) -> bool:
    try:
        return check(data)
    except (OSError, SyntaxError, ValueError, LookupError):
        return False
