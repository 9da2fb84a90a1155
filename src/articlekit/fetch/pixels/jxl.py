"""The size that a JPEG XL image states, as its decoder tells it only with the pixels."""

from __future__ import annotations

import struct
from typing import Final

_CODESTREAM: Final = b"\xff\x0a"

# ISO/IEC 18181-1, size header: bits of a side by its two-bit selector, and the width as a
# fraction of the height by the three-bit ratio; ratio 0 states a width of its own.
_SIDE_BITS: Final = (9, 13, 18, 30)
_RATIOS: Final = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}


def size_of(data: bytes) -> tuple[int, int]:
    """Return width and height; raises ValueError or struct.error when they are not there."""
    bits = int.from_bytes(_codestream(data)[2:14], "little")

    def take(count: int) -> int:
        nonlocal bits
        value = bits & ((1 << count) - 1)
        bits >>= count
        return value

    def side() -> int:
        return (take(5) + 1) * 8 if in_eights else take(_SIDE_BITS[take(2)]) + 1

    in_eights = take(1)
    height = side()
    ratio = take(3)
    if ratio:
        over, under = _RATIOS[ratio]
        return height * over // under, height
    return side(), height


def _codestream(data: bytes) -> bytes:
    """Return the beginning of the codestream, out of its container where it has one."""
    if data.startswith(_CODESTREAM):
        return data[:16]
    at = 0
    # ISO/IEC 14496-12, section 4.2: boxes; size 1 says that eight more bytes have it.
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        # ISO/IEC 18181-2: jxlp begins with four bytes of its number.
        start = at + head + (4 if kind == b"jxlp" else 0)
        if kind in (b"jxlc", b"jxlp") and data.startswith(_CODESTREAM, start):
            return data[start : start + 16]
        if size < head:
            break
        at += size
    raise ValueError("no codestream")
