"""How a PDF is to be: by which engine, in which standard, page, style and fonts.

The names are those of the run's settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from articlekit.errors import UsageError, did_you_mean
from articlekit.writers.pdf.sizes import page_size

#: The engines by preference; "auto" is the first of the others that works here.
ENGINES: Final = ("auto", "weasyprint", "typst")
#: Every PDF is tagged as PDF/UA-1 (ISO 14289-1) asks; the others add PDF/A-2 or -3
#: (ISO 19005): `b` for how it looks, `u` for its text, `a` for its structure, too.
STANDARDS: Final = ("ua-1", "a-2b", "a-2u", "a-2a", "a-3b", "a-3u", "a-3a")
#: As an EPUB's: classic is a printed book's page, plain without its ornaments, sans in 黑体.
THEMES: Final = ("classic", "plain", "sans")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfOptions:
    """What may be chosen.

    `pdf_engine` is one of `ENGINES`; `font` has font files and folders that come first;
    `pdf_standard` is one of `STANDARDS`; `page_size` a name in `sizes.SIZES` or width and
    height, as in "120x180mm"; `theme` one of `THEMES`; `css` is a file whose rules come
    last. Raises UsageError for what is no choice.
    """

    pdf_engine: str = "auto"
    font: Sequence[str] = ()
    pdf_standard: str = "ua-1"
    page_size: str = "a5"
    theme: str = "classic"
    css: str | Path | None = None

    def __post_init__(self) -> None:
        """Refuse what is no choice, with the nearest that is one."""
        for name, value, known in (
            ("pdf_engine", self.pdf_engine, ENGINES),
            ("pdf_standard", self.pdf_standard, STANDARDS),
            ("theme", self.theme, THEMES),
        ):
            if value not in known:
                raise UsageError(f"{name} cannot be {value!r}{did_you_mean(value, known)}")
        if isinstance(self.font, str):
            raise UsageError("font is a list of font files and folders")
        page_size(self.page_size)
