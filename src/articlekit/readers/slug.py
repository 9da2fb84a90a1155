"""Names for articles' files that every system takes."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SLUG_BYTES: Final = 80
# Names that Windows keeps for devices, with any suffix.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


def slug_of(words: str) -> str:
    """A name for the article's file: safe on every system, at most 80 bytes long."""
    words = unicodedata.normalize("NFC", words)
    # Letters, marks and numbers of any script; what else a file system might refuse is a dash.
    safe = "".join(c if c in "_.-" or unicodedata.category(c)[0] in "LMN" else "-" for c in words)
    short = re.sub("-{2,}", "-", safe).encode()[:_SLUG_BYTES].decode(errors="ignore").strip("-.")
    return f"{short}-" if _DEVICES.match(short) else short or "article"
