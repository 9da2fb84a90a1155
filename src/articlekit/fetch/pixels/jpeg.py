"""Whether a JPEG is whole, without decoding all of it."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

_SOI: Final = b"\xff\xd8"
_EOI: Final = b"\xff\xd9"
# ITU-T T.81, table B.1: sequential frames, of which one scan has all pixels, and the scan.
_SEQUENTIAL: Final = (0xC0, 0xC1)
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SCAN: Final = 0xDA
# T.81, B.1.1.5: in a scan 0xFF is stuffed with a zero, or begins a restart; all else ends it.
_MARK: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
# Bytes of the scan that are decoded: enough for a decoder to use every table.
_PIECE: Final = 4096


def is_whole(data: bytes) -> bool:
    """Whether tables, the scan's beginning and its end are there and sound.

    What a decoder complains of beyond that are bytes that lack and markers that do not
    belong there; bits that are wrong it draws as they are. False says only that one has to
    be asked: it is also the answer for progressive images, of several scans. Raises what
    Pillow raises for broken files.
    """
    begin = _scan_of_one(data)
    if begin is None or not _has_an_end_alone(data, begin + 2):
        return False
    from PIL.JpegImagePlugin import JpegImageFile

    with JpegImageFile(BytesIO(data[: begin + _PIECE] + _EOI)) as image:
        image.draft("L", (1, 1))
        image.load()
    return True


def _has_an_end_alone(data: bytes, begin: int) -> bool:
    """Whether the scan ends, and has no other markers before than restarts."""
    mark = _MARK.search(data, begin)
    return mark is not None and mark.group() == _EOI


def _scan_of_one(data: bytes) -> int | None:
    """Where the scan begins of an image that has but one; None for others.

    A scan of fewer components than the frame has is one of several.
    """
    at, components = len(_SOI), None
    while data[at : at + 1] == b"\xff":
        kind = data[at + 1]
        if kind == 0xFF:  # a fill byte
            at += 1
            continue
        if kind == _SCAN:
            return at if data[at + 4] == components else None
        if kind in _FRAMES:
            if kind not in _SEQUENTIAL:
                return None
            components = data[at + 9]
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None
