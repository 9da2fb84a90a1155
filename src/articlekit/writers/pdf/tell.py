"""What every PDF engine reports in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from articlekit.report import Report

_INSTALL: Final = "install a font that has them, for Chinese pip install 'articlekit[fonts-zh]'"
# A message lists this many characters; a book without any Chinese font lacks thousands.
_LISTED: Final = 20


def tell_missing(characters: Iterable[str], report: Report) -> None:
    """Report the characters that no font has, if there are any, in the order of Unicode."""
    missing = sorted(set(characters))
    if not missing:
        return
    listed = " ".join(f"{c} (U+{ord(c):04X})" for c in missing[:_LISTED])
    more = " …" if len(missing) > _LISTED else ""
    message = f"{len(missing)} characters no font can draw: {listed}{more}; {_INSTALL}"
    report.add("pdf-missing-glyph", message)
