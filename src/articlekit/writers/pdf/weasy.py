"""A book through WeasyPrint: its pages as HTML, its resources, and what went wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, Final

from lxml import etree

from articlekit.errors import MissingDependency
from articlekit.model import Book, Chapter, Element
from articlekit.needs import no_weasyprint
from articlekit.report import Report
from articlekit.writers.html.document import head, parts
from articlekit.writers.pdf.addresses import link_addresses
from articlekit.writers.pdf.alternatives import describe_pictures
from articlekit.writers.pdf.dates import created
from articlekit.writers.pdf.faces import given_faces
from articlekit.writers.pdf.fonts import FONT_SCHEME, Fonts, bundled_fonts, with_given
from articlekit.writers.pdf.links import number_links
from articlekit.writers.pdf.loading import import_engine
from articlekit.writers.pdf.notes import put_notes_at_foot
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.pictures import Picture, scaled_pictures
from articlekit.writers.pdf.quotes import write_quotes
from articlekit.writers.pdf.rescue import plain_chapter
from articlekit.writers.pdf.ruby import set_ruby
from articlekit.writers.pdf.sizes import page_rules, page_size
from articlekit.writers.pdf.tables import classify_tables, mark_headers
from articlekit.writers.pdf.tell import tell_missing
from articlekit.writers.pdf.typography import typeset
from articlekit.writers.user_css import read_user_css

if TYPE_CHECKING:
    from types import ModuleType

    from articlekit.writers.pdf.engine import Markup, Outcome, Resource

# How WeasyPrint begins what it logs when a picture is not on the page.
_IMAGE_LOST: Final = ("Failed to load image", "Failed to load inline SVG", "Failed to render SVG")


def write_by_weasyprint(book: Book, options: PdfOptions, target: BinaryIO, report: Report) -> None:
    """Write the book; two runs give the same bytes.

    Characters that no font has are reported as `pdf-missing-glyph`, and chapters that
    cannot be laid out as `article-skipped`: those are set as bare paragraphs. Raises
    MissingDependency without WeasyPrint or its libraries, and UsageError for a style
    sheet that cannot be taken.
    """
    engine = weasyprint_engine()
    fonts = with_given(bundled_fonts(), given_faces(options.font))
    css = _style(options, fonts)
    with TemporaryDirectory(prefix="articlekit-") as folder:
        pictures = scaled_pictures(book, page_size(options.page_size), Path(folder))
        resources = dict(_resources(pictures, fonts, engine))
        markup = _markup(book, css, pictures, engine)
        try:
            outcome = engine.write_pdf(markup, resources, target, options.pdf_standard)
        except engine.LAYOUT_FAULTS:
            book = _without_faults(book, css, pictures, resources, engine, report)
            markup = _markup(book, css, pictures, engine)
            outcome = engine.write_pdf(markup, resources, target, options.pdf_standard)
    _tell(outcome, report)


def weasyprint_engine() -> ModuleType:
    """Import WeasyPrint, or say in one line what to install."""
    try:
        return import_engine()
    except (ImportError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MissingDependency(no_weasyprint(reason)) from error


def _style(options: PdfOptions, fonts: Fonts) -> str:
    folder = files(__package__)
    sheets = [fonts.css, folder.joinpath("print.css").read_text("utf-8")]
    sheets.append(page_rules(page_size(options.page_size)))
    sheets.append(folder.joinpath("themes", f"{options.theme}.css").read_text("utf-8"))
    if options.css is not None:
        # In a string this is the same, and it ends no `style` element.
        sheets.append(read_user_css(Path(options.css)).replace("</", r"<\/"))
    return "\n".join(sheets)


def _markup(book: Book, css: str, pictures: Mapping[str, Picture], engine: ModuleType) -> Markup:
    markup: Markup = engine.Markup(head(book, css, *_created(book)), tuple(_parts(book, pictures)))
    return markup


def _parts(book: Book, pictures: Mapping[str, Picture]) -> Iterator[bytes]:
    sizes = {source: (each.width, each.height) for source, each in pictures.items()}
    languages = iter(chapter.meta.language or book.meta.language for chapter in book.chapters)
    for part in parts(book):
        language = next(languages) if part.tag == "article" else book.meta.language
        describe_pictures(part, language)
        if part.tag == "article":
            _set_article(part, language, sizes)
        yield etree.tostring(part, encoding="utf-8")


def _set_article(
    article: Element, language: str | None, sizes: Mapping[str, tuple[int, int]]
) -> None:
    mark_headers(article)
    put_notes_at_foot(article)
    write_quotes(article, language)
    link_addresses(article)
    number_links(article, language)
    set_ruby(article)
    typeset(article, language, sizes)
    classify_tables(article)


def _without_faults(
    book: Book,
    css: str,
    pictures: Mapping[str, Picture],
    resources: Mapping[str, Resource],
    engine: ModuleType,
    report: Report,
) -> Book:
    """Make the chapters that cannot be laid out plain, so that the others are written."""
    chapters: list[Chapter] = []
    for chapter in book.chapters:
        alone = replace(book, meta=chapter.meta, chapters=(chapter,), cover=None, parts=())
        fault = engine.fault_of(_markup(alone, css, pictures, engine), resources)
        if fault is None:
            chapters.append(chapter)
            continue
        message = f"{chapter.meta.title}: set as bare paragraphs, as its layout failed: {fault}"
        report.add("article-skipped", message)
        chapters.append(plain_chapter(chapter))
    return replace(book, chapters=tuple(chapters))


def _created(book: Book) -> Iterator[str]:
    """Yield the element that becomes the PDF's creation date."""
    if (when := created(book, os.environ)) is not None:
        stamp = when.replace(microsecond=0).isoformat()
        yield f'<meta name="dcterms.created" content="{stamp}">'


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
