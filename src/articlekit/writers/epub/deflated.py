"""A file's bytes as the zip holds them, so that they need not be deflated again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

#: How hard deflate tries; as zip programs do unless told otherwise.
LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Deflated:
    """Raw deflate (RFC 1951), and of what it holds the CRC-32 and the bytes."""

    data: bytes
    checksum: int
    size: int

    @classmethod
    def of(cls, data: bytes) -> Deflated:
        """Deflate bytes exactly as `zipfile` would."""
        return cls(zlib.compress(data, LEVEL, -zlib.MAX_WBITS), zlib.crc32(data), len(data))
