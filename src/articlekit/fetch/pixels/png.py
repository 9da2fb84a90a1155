"""Whether a PNG is whole, without making an image of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

# PNG, section 11.2.1: samples a pixel, by colour type.
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PALETTE: Final = 3
# PNG, section 9.2: the filters of a line go from 0 to 4.
_LAST_FILTER: Final = 4
# How much is inflated at once, in bytes; it grows 1032-fold at the most.
_BITE: Final = 65536

# What makes Pillow find EXIF in a PNG; it looks behind the pixels too, and decodes them for it.
_EXIF_MARKS: Final = (b"eXIf", b"Raw profile type", b"XML:com.adobe.xmp")


def may_have_exif(data: bytes) -> bool:
    """Whether it is worth it to look for EXIF; False is certain."""
    return any(mark in data for mark in _EXIF_MARKS)


def is_whole(data: bytes) -> bool:
    """Whether all chunks and all lines of pixels are there and sound.

    A decoder would find nothing to complain of. False says only that one has to be asked:
    it is also the answer for interlaced images. `data` begins with a sound IHDR.
    """
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    samples = _SAMPLES.get(colour)
    if samples is None or interlaced:
        return False
    line = (width * samples * depth + 7) // 8 + 1
    left, kinds = line * height, set()
    inflater = zlib.decompressobj()
    try:
        for kind, body in _chunks(data):
            kinds.add(kind)
            for at in range(0, len(body) if kind == b"IDAT" and left else 0, _BITE):
                piece = inflater.decompress(body[at : at + _BITE], left) if left else b""
                # A line begins where what is left is a number of whole lines.
                if max(piece[left % line :: line], default=0) > _LAST_FILTER:
                    return False
                left -= len(piece)
    except (zlib.error, ValueError, struct.error):
        return False
    return left == 0 and b"IEND" in kinds and (colour != _PALETTE or b"PLTE" in kinds)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the chunks up to IEND; raises ValueError or struct.error for broken ones."""
    view, at, kind = memoryview(data), 8, b""
    while kind != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        (expected,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(view[at + 4 : at + 8 + length]) != expected:
            raise ValueError("a chunk is damaged")
        yield kind, view[at + 8 : at + 8 + length]
        at += 12 + length
