"""How a PDF is to be: its standard, its page, its style."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from articlekit.errors import UsageError, did_you_mean
from articlekit.writers.pdf.sizes import page_size

#: Every PDF is tagged as PDF/UA-1 (ISO 14289-1) asks; the others add PDF/A-2 or -3
#: (ISO 19005): `b` for how it looks, `u` for its text, `a` for its structure, too.
STANDARDS: Final = ("ua-1", "a-2b", "a-2u", "a-2a", "a-3b", "a-3u", "a-3a")
#: As an EPUB's: classic is a printed book's page, plain without its ornaments, sans in 黑体.
THEMES: Final = ("classic", "plain", "sans")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfOptions:
    """What may be chosen.

    `pdf_standard` is one of `STANDARDS`; `page_size` a name in `sizes.SIZES` or its width
    and height, as in "120x180mm"; `theme` one of `THEMES`; `css` is a file whose rules come
    last. Raises UsageError for what is no choice.
    """

    pdf_standard: str = "ua-1"
    page_size: str = "a5"
    theme: str = "classic"
    css: str | Path | None = None

    def __post_init__(self) -> None:
        """Refuse what is no choice, with the nearest that is one."""
        for name, value, known in (
            ("pdf_standard", self.pdf_standard, STANDARDS),
            ("theme", self.theme, THEMES),
        ):
            if value not in known:
                raise UsageError(f"{name} cannot be {value!r}{did_you_mean(value, known)}")
        page_size(self.page_size)
