"""A book as a PDF, ready to read on a screen and to print."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from articlekit.model import Book
from articlekit.report import Report
from articlekit.writers.html.writer import opened
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.weasy import weasyprint_engine, write_by_weasyprint


@dataclass(frozen=True, slots=True)
class PdfWriter:
    """Writes a book as a tagged PDF, the same bytes every time."""

    suffix: str = ".pdf"
    options: PdfOptions = field(default_factory=PdfOptions)

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write the book.

        Characters that no font has are reported as `pdf-missing-glyph`. Raises
        MissingDependency without WeasyPrint or its libraries, UsageError for a style sheet
        that cannot be taken, and OSError when the target cannot be opened.
        """
        weasyprint_engine()
        with opened(target) as file:
            write_by_weasyprint(book, self.options, file, report)
