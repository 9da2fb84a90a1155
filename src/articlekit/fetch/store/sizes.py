"""Sizes as people write them, and the size that a cache may have."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from articlekit.errors import UsageError

#: Bytes that a cache may hold unless told otherwise: some 10,000 images as the web has them.
DEFAULT_CAP: Final = 2_000_000_000

_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([KMGT])(I?))?B?", re.IGNORECASE)
_POWERS: Final = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def parse_size(text: str) -> int:
    """Read "500MB", "1.5 GiB" or "4096" as bytes; raises ValueError."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a size; write 500MB or 2GB")
    number, unit, binary = match.groups("")
    return int(float(number) * (1024 if binary else 1000) ** _POWERS[unit.upper()])


def format_size(size: float) -> str:
    """Write bytes with three digits and a unit of thousands: "1.23 GB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 999.5:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def size_cap(environ: Mapping[str, str] = os.environ) -> int:
    """The bytes a cache may hold: ARTICLEKIT_CACHE_SIZE, or 2 GB; raises UsageError."""
    named = environ.get("ARTICLEKIT_CACHE_SIZE", "").strip()
    if not named:
        return DEFAULT_CAP
    try:
        return parse_size(named)
    except ValueError as error:
        raise UsageError(f"ARTICLEKIT_CACHE_SIZE: {error}") from None
