"""A book as a PDF, ready to read on a screen and to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from articlekit.errors import MissingDependency
from articlekit.model import Book
from articlekit.needs import no_pdf_engine, no_typst
from articlekit.report import Report
from articlekit.writers.html.writer import opened
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.weasy import weasyprint_engine, write_by_weasyprint

_Write: TypeAlias = Callable[[Book, PdfOptions, BinaryIO, Report], None]


@dataclass(frozen=True, slots=True)
class PdfWriter:
    """Writes a book as a tagged PDF, the same bytes every time."""

    suffix: str = ".pdf"
    options: PdfOptions = field(default_factory=PdfOptions)

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write the book by the engine that the options name.

        Characters that no font has are reported as `pdf-missing-glyph`, and that Typst laid
        the book out as `pdf-engine`. Raises MissingDependency when the engine, or with
        "auto" any, is not installed, UsageError for a style sheet or font that cannot be
        taken, and OSError when the target cannot be opened.
        """
        write = _CHOOSERS[self.options.pdf_engine](report)
        with opened(target) as file:
            write(book, self.options, file, report)


def _weasyprint(report: Report) -> _Write:
    weasyprint_engine()
    return write_by_weasyprint


def _typst(report: Report) -> _Write:
    """Import Typst, or say in one line what to install."""
    try:
        from articlekit.writers.pdf.typst.engine import write_by_typst
    except ImportError as error:
        raise MissingDependency(no_typst(_first_line(error))) from error
    report.add("pdf-engine", "PDF by Typst")
    return write_by_typst


def _first_working(report: Report) -> _Write:
    """Take WeasyPrint where it loads, else Typst."""
    try:
        weasyprint_engine()
    except MissingDependency as error:
        reason = _first_line(error.__cause__ or error)
    else:
        return write_by_weasyprint
    try:
        from articlekit.writers.pdf.typst.engine import write_by_typst
    except ImportError as error:
        raise MissingDependency(no_pdf_engine(reason)) from error
    report.add("pdf-engine", f"PDF by Typst, as WeasyPrint does not work here: {reason}")
    return write_by_typst


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


_CHOOSERS: Final[Mapping[str, Callable[[Report], _Write]]] = {
    "auto": _first_working,
    "typst": _typst,
    "weasyprint": _weasyprint,
}
