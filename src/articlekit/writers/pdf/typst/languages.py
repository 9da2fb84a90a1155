"""What a BCP 47 tag means to Typst: its language, its region, and the fonts of its script."""

from __future__ import annotations

import re
from typing import Final, Literal

from articlekit.writers.pdf.choice import group_of
from articlekit.writers.pdf.typst.literals import call, literal

#: Where Chinese in traditional characters is meant unless the tag says.
_TRADITIONAL: Final = "TW"


def code_of(language: str | None) -> str:
    """Return the language as Typst wants it (ISO 639, two or three letters), a literal."""
    primary = (language or "").partition("-")[0].lower()
    # Typst has its rules for Chinese under this name alone.
    primary = "zh" if primary in ("yue", "cmn") else primary
    return literal(primary if re.fullmatch("[a-z]{2,3}", primary) else "en")


def region_of(language: str | None) -> str:
    """Return the region (ISO 3166, two letters), or `none`; punctuation is placed by it."""
    found = re.search("-([A-Za-z]{2})(?:-|$)", language or "")
    if found:
        return literal(found[1].upper())
    return literal(_TRADITIONAL) if group_of(language) == "tc" else "none"


def tongue(language: str | None, way: str, body: str) -> str:
    """Return `body`, an expression, as text in the language, running `ltr` or `rtl`."""
    run: Literal["ltr", "rtl"] = "rtl" if way == "rtl" else "ltr"
    return call(
        "tongue", literal(group_of(language)), code_of(language), region_of(language), run, body
    )
