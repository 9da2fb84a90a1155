"""A book through WeasyPrint: its pages as HTML, its resources, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, Final

from articlekit.errors import MissingDependency
from articlekit.model import Book
from articlekit.needs import no_weasyprint
from articlekit.report import Report
from articlekit.writers.pdf.faces import given_faces
from articlekit.writers.pdf.fonts import FONT_SCHEME, Fonts, bundled_fonts, with_given
from articlekit.writers.pdf.loading import import_engine
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.parting import can_join
from articlekit.writers.pdf.pictures import Picture, scaled_pictures
from articlekit.writers.pdf.plan import PART_PAGES, plan, stays_in_chapters
from articlekit.writers.pdf.setting import Setting, Style, write_apart, write_whole
from articlekit.writers.pdf.sizes import page_rules, page_size
from articlekit.writers.pdf.tell import tell_missing
from articlekit.writers.user_css import read_user_css

if TYPE_CHECKING:
    from types import ModuleType

    from articlekit.writers.pdf.engine import Outcome, Resource

# How WeasyPrint begins what it logs when a picture is not on the page.
_IMAGE_LOST: Final = ("Failed to load image", "Failed to load inline SVG", "Failed to render SVG")


def write_by_weasyprint(
    book: Book,
    options: PdfOptions,
    target: BinaryIO,
    report: Report,
    part_pages: int = PART_PAGES,
) -> None:
    """Write the book; two runs give the same bytes.

    A book of more than `part_pages` pages, about, is laid out in parts. Characters that no
    font has are reported as `pdf-missing-glyph`, and chapters that cannot be laid out as
    `article-skipped`: those are set as bare paragraphs. Raises MissingDependency without
    WeasyPrint or its libraries, and UsageError for a style sheet that cannot be taken.
    """
    engine = weasyprint_engine()
    fonts = with_given(bundled_fonts(), given_faces(options.font))
    style = Style(_own_rules(options, fonts), _user_rules(options))
    size = page_size(options.page_size)
    with TemporaryDirectory(prefix="articlekit-") as folder:
        pictures = scaled_pictures(book, size, Path(folder))
        resources = dict(_resources(pictures, fonts, engine))
        setting = Setting(engine, style, pictures, resources, options.pdf_standard, report)
        outcome = None
        if can_join() and stays_in_chapters(style.user):
            outcome = write_apart(book, plan(book, size, part_pages), setting, target)
        outcome = outcome or write_whole(book, setting, target)
    _tell(outcome, report)


def weasyprint_engine() -> ModuleType:
    """Import WeasyPrint, or say in one line what to install."""
    try:
        return import_engine()
    except (ImportError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MissingDependency(no_weasyprint(reason)) from error


def _own_rules(options: PdfOptions, fonts: Fonts) -> str:
    folder = files(__package__)
    sheets = [fonts.css, folder.joinpath("print.css").read_text("utf-8")]
    sheets.append(page_rules(page_size(options.page_size)))
    sheets.append(folder.joinpath("themes", f"{options.theme}.css").read_text("utf-8"))
    return "\n".join(sheets)


def _user_rules(options: PdfOptions) -> str:
    if options.css is None:
        return ""
    # In a string this is the same, and it ends no `style` element.
    return read_user_css(Path(options.css)).replace("</", r"<\/")


def _resources(
    pictures: Mapping[str, Picture], fonts: Fonts, engine: ModuleType
) -> Iterator[tuple[str, Resource]]:
    """Yield the URL and the file of everything the pages may load."""
    for source, picture in pictures.items():
        yield source, engine.Resource(picture.path, picture.media_type)
    for name, path in fonts.files.items():
        yield FONT_SCHEME + name, engine.Resource(path, "font/otf")


def _tell(outcome: Outcome, report: Report) -> None:
    """Report what the engine could not do."""
    tell_missing(outcome.missing, report)
    for complaint in outcome.complaints:
        if complaint.startswith(_IMAGE_LOST):
            report.add("image-failed", f"not in the PDF: {complaint}", reason="decode_error")
