"""The EPUB writer: lays the book out and hands its files to the package."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

from articlekit.model import Book
from articlekit.report import Report
from articlekit.writers.epub.access import survey_access
from articlekit.writers.epub.document import MEDIA_TYPE
from articlekit.writers.epub.layout import COVER, CSS, NAV, TITLE_PAGE, Layout, lay_out
from articlekit.writers.epub.metadata import (
    creators,
    identifier_of,
    image_item,
    metadata,
    modified_at,
)
from articlekit.writers.epub.nav import (
    NCX,
    NCX_MEDIA_TYPE,
    contents,
    landmarks,
    nav_document,
    nav_is_read,
    ncx_document,
)
from articlekit.writers.epub.package import Package, Part, write_package
from articlekit.writers.epub.pages import chapter_page, cover_page, title_page
from articlekit.writers.epub.words import UNKNOWN_LANGUAGE, language_tag, title_of
from articlekit.writers.labels import direction


class EpubWriter:
    """Writes a book as an EPUB 3.3 file, the same bytes every time."""

    suffix = ".epub"

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write `book` into `target`, one image or chapter in memory at a time.

        Raises OSError when an image cannot be read or the target not written; a target
        that is a path may then hold part of a book. Raises UsageError for a
        SOURCE_DATE_EPOCH that is no number.
        """
        language = _language(book, report)
        layout = lay_out(book, language)
        identifier = identifier_of(book)
        modified = modified_at(book, os.environ)
        access = survey_access(book, layout, language)
        parts = tuple(_parts(book, layout, identifier, language, report))
        package = Package(
            language=language or UNKNOWN_LANGUAGE,
            direction="rtl" if direction(language) == "rtl" else None,
            modified=modified,
            metadata=tuple(metadata(book, language, access, identifier, modified)),
            parts=parts,
            spine=tuple(_spine(parts, layout)),
            landmarks=landmarks(layout, language),
        )
        write_package(package, target)


def _language(book: Book, report: Report) -> str | None:
    language = language_tag(book.meta.language)
    if language is None:
        message = "the book's language is not known; declare one, as in 'language: zh-CN'"
        report.add("metadata-unknown-language", message)
    return language


def _parts(
    book: Book, layout: Layout, identifier: str, language: str | None, report: Report
) -> Iterator[Part]:
    """Yield the book's files in the order of the zip: what opens first stands first."""
    entries, marks = contents(layout, language), landmarks(layout, language)
    nav = partial(nav_document, entries, marks, language)
    ncx = partial(
        ncx_document,
        entries,
        identifier=identifier,
        title=title_of(book.meta.title, language),
        authors=creators(book),
        language=language,
    )
    yield Part("nav", NAV, MEDIA_TYPE, nav, ("nav",))
    yield Part("ncx", NCX, NCX_MEDIA_TYPE, ncx)
    yield Part("css", CSS, "text/css", _css)
    if layout.cover is not None:
        yield Part("cover", COVER, MEDIA_TYPE, partial(cover_page, book, layout.cover, language))
    yield Part("titlepage", TITLE_PAGE, MEDIA_TYPE, partial(title_page, book, language))
    for number, page in enumerate(layout.pages, 1):
        read: Callable[[], bytes] = partial(chapter_page, page, layout, language, report)
        yield Part(f"chapter-{number:04}", page.name, MEDIA_TYPE, read, page.properties)
    for name, image in layout.files.items():
        properties = ("cover-image",) if name == layout.cover else ()
        yield Part(image_item(image), name, image.media_type, image.read, properties)


def _spine(parts: tuple[Part, ...], layout: Layout) -> Iterator[str]:
    """Yield the ids of the pages in reading order; the contents follow the title page."""
    pages = [part.id for part in parts if part.media_type == MEDIA_TYPE and part.id != "nav"]
    front = [page for page in pages if page in ("cover", "titlepage")]
    yield from front
    if nav_is_read(layout):
        yield "nav"
    yield from pages[len(front) :]


def _css() -> bytes:
    return files(__package__).joinpath("book.css").read_bytes()
