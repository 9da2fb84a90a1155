"""Fonts whose characters are found by the same numbers by every reader.

A PDF's text names glyphs by number. In a font program of the kind that Chinese fonts are
(a CID-keyed CFF in OpenType), a reader takes such a number for a CID and looks it up in the
program's charset (ISO 32000-1, 9.7.4.2). WeasyPrint 70 writes the glyph's place in the font
instead, which is the same in whole fonts, and not in those that lost glyphs before: the
page is then garbled in readers that keep to the rule. So the charset is made to say that
each place is its own CID.
"""

from __future__ import annotations

import struct
from typing import Final

# Operators of a Top DICT (Adobe Technical Note 5176, "The Compact Font Format", table 9).
_CHARSET: Final = 15
_CHARSTRINGS: Final = 17
_ROS: Final = (12, 30)
# Bytes that a number of each kind takes (the same note, table 3).
_REAL: Final = 30


def with_plain_charset(font: bytes) -> bytes:
    """Return the font program with a charset in which a glyph's place is its CID.

    Fonts of any other kind come back as they are, and so do broken ones.
    """
    try:
        found = _charset_of(font)
    except (struct.error, IndexError):
        return font
    if found is None:
        return font
    at, count = found
    # One range: the first CID is 1 and `count - 2` others follow it. Format 1 counts them in
    # one byte, and is as short as what it replaces may be.
    short = struct.pack(">BHB", 1, 1, count - 2) if count < 258 else None
    charset = short or struct.pack(">BHH", 2, 1, count - 2)
    return font[:at] + charset + font[at + len(charset) :]


def _charset_of(font: bytes) -> tuple[int, int] | None:
    """Return where the charset is, and of how many glyphs; None where nothing is to be done."""
    start = _table(font, b"CFF ") if font[:4] == b"OTTO" else None
    if start is None:
        return None
    names = _index(font, start + font[start + 2])
    tops = _index(font, names[-1])
    top = _dictionary(font[tops[0] : tops[1]])
    if _ROS not in top or (_CHARSET,) not in top or (_CHARSTRINGS,) not in top:
        return None
    offset, count = top[_CHARSET,], _count(font, start + top[_CHARSTRINGS,])
    # Below 3 an offset is the number of a charset that is in no file.
    return (start + offset, count) if offset > 2 and count > 2 else None


def _table(font: bytes, tag: bytes) -> int | None:
    """Where a table of an OpenType font begins."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for at in range(12, 12 + 16 * tables, 16):
        if font[at : at + 4] == tag:
            (offset,) = struct.unpack_from(">I", font, at + 8)
            return int(offset)
    return None


def _count(font: bytes, at: int) -> int:
    (count,) = struct.unpack_from(">H", font, at)
    return int(count)


def _index(font: bytes, at: int) -> list[int]:
    """Where the objects of an INDEX begin, and behind them where the last one ends."""
    count = _count(font, at)
    if count == 0:
        return [at + 2]
    size = font[at + 2]
    base = at + 2 + size * (count + 1)
    places = (at + 3 + size * n for n in range(count + 1))
    return [base + int.from_bytes(font[place : place + size], "big") for place in places]


def _dictionary(data: bytes) -> dict[tuple[int, ...], int]:
    """Read a DICT: the last operand of each operator, 0 for a real number."""
    found: dict[tuple[int, ...], int] = {}
    at, operand = 0, 0
    while at < len(data):
        first = data[at]
        if first <= 21:
            length = 2 if first == 12 else 1
            found[tuple(data[at : at + length])] = operand
        elif first == _REAL:
            operand, length = 0, _real_length(data, at)
        else:
            operand, length = _integer(data, at)
        at += length
    return found


def _real_length(data: bytes, at: int) -> int:
    """How many bytes a real number takes: it ends by a nibble of 15."""
    end = at + 1
    while 15 not in (data[end] >> 4, data[end] & 15):
        end += 1
    return end + 1 - at


def _integer(data: bytes, at: int) -> tuple[int, int]:
    """Read an integer operand; return it and how many bytes it took."""
    first = data[at]
    if first == 28:
        return struct.unpack_from(">h", data, at + 1)[0], 3
    if first == 29:
        return struct.unpack_from(">i", data, at + 1)[0], 5
    if first <= 246:
        return first - 139, 1
    if first <= 250:
        return (first - 247) * 256 + data[at + 1] + 108, 2
    return -(first - 251) * 256 - data[at + 1] - 108, 2
