"""Write a book by Typst: choose fonts, make the files, compile. Importing this may fail."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from articlekit.model import SUFFIXES, Book
from articlekit.report import Report
from articlekit.writers.labels import labels, series_line
from articlekit.writers.pdf.choice import choose
from articlekit.writers.pdf.dates import created
from articlekit.writers.pdf.faces import given_faces, machine_faces
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.parting import can_join
from articlekit.writers.pdf.pictures import scaled_pictures
from articlekit.writers.pdf.plan import PART_PAGES, Plan, plan
from articlekit.writers.pdf.quotes import marks_in
from articlekit.writers.pdf.scripts import visible
from articlekit.writers.pdf.sizes import page_size
from articlekit.writers.pdf.tell import tell_missing
from articlekit.writers.pdf.typst import compiler
from articlekit.writers.pdf.typst.document import Files, usual_group
from articlekit.writers.pdf.typst.order import put_notes_last
from articlekit.writers.pdf.typst.press import Press, print_book
from articlekit.writers.pdf.typst.stacks import faces_file
from articlekit.writers.pdf.typst.walk import Picture
from articlekit.writers.user_css import read_user_css


def write_by_typst(
    book: Book,
    options: PdfOptions,
    target: BinaryIO,
    report: Report,
    part_pages: int = PART_PAGES,
) -> None:
    """Lay the book out and write it as a tagged PDF, by the options but for `css`.

    A book of more than `part_pages` pages, about, is laid out in parts.

    The same book, fonts and SOURCE_DATE_EPOCH give the same bytes. Characters that no font
    has are reported, and so are pictures and chapters that cannot be laid out, and a style
    sheet. Raises UsageError for a font or a style sheet that is none, and OutputError when
    Typst makes nothing of the book.
    """
    _refuse_css(options, report)
    given = given_faces(options.font)
    with TemporaryDirectory(prefix="articlekit-") as folder:
        root = Path(folder)
        choice = choose(
            visible(_characters(book)),
            _languages(book),
            given,
            machine_faces,
            compiler.built_in_missing,
        )
        tell_missing(choice.missing, report)
        workshop = compiler.open_workshop(root, choice.faces)
        pictures = _place_pictures(book, options, root)
        usual = usual_group(book)
        names = compiler.family_names(workshop, choice.faces)
        faces = faces_file(choice, names, usual, options)
        when = created(book, os.environ)
        press = Press(workshop, faces, pictures, usual, options.pdf_standard, when)
        told = None
        if can_join():
            divided = plan(book, page_size(options.page_size), part_pages)
            told = _print_apart(book, divided, press, target, report)
        if told is None:
            files, made, warnings = print_book(book, press, report)
            target.write(put_notes_last(made) if files.notes else made)
            told = files, warnings
    _tell(*told, report)


def _print_apart(
    book: Book, divided: Plan, press: Press, target: BinaryIO, report: Report
) -> tuple[Files, list[str]] | None:
    from articlekit.writers.pdf.typst.printer import print_apart

    return print_apart(book, divided, press, target, report)


def _refuse_css(options: PdfOptions, report: Report) -> None:
    """Say that Typst reads no CSS; a sheet that is none is refused as it is elsewhere."""
    if options.css is not None:
        read_user_css(Path(options.css))
        message = f"{options.css}: not used, as Typst reads no CSS; try --pdf-engine weasyprint"
        report.add("pdf-css-ignored", message)


def _characters(book: Book) -> set[str]:
    words = labels(book.meta.language)
    found = set(book.meta.title + words.contents + (book.meta.description or "") + "0123456789")
    found.update("".join(book.meta.authors), book.meta.subtitle or "")
    found.update(series_line(book.meta.series, book.meta.number))
    for chapter in book.chapters:
        found.update(chapter.meta.title, *chapter.meta.authors, *chapter.meta.categories)
        language = chapter.meta.language or book.meta.language
        found.update((labels(language).source, labels(language).links))
        found.update(marks_in(chapter.body, language))
        for text in chapter.body.itertext("*"):
            found.update(text)
    return {char for piece in found for char in piece}


def _languages(book: Book) -> Iterator[str | None]:
    yield book.meta.language
    for chapter in book.chapters:
        yield chapter.meta.language
        for element in chapter.body.iterfind(".//*[@lang]"):
            yield element.get("lang")


def _place_pictures(book: Book, options: PdfOptions, root: Path) -> Mapping[str, Picture]:
    """Link the book's pictures into the root, scaled to what their printed size can show."""
    scaled = root / "scaled"
    scaled.mkdir()
    placed = {}
    pictures = scaled_pictures(book, page_size(options.page_size), scaled)
    for number, (src, each) in enumerate(pictures.items(), 1):
        name = f"i{number}{SUFFIXES[each.media_type]}"
        compiler.place(each.path.absolute(), root / name)
        placed[src] = Picture(name, each.width, each.height)
    return placed


def _tell(files: Files, warnings: Sequence[str], report: Report) -> None:
    if files.flattened:
        report.add(
            "nesting-flattened",
            f"{files.flattened} elements nested too deep for Typst: laid out flat in the PDF",
        )
    for each in warnings:
        if each.startswith(compiler.NOT_STANDARD):
            report.add("pdf-engine", each)
        elif "ignored" in each:
            report.add("graphic-lost", f"Typst left something out of the PDF: {each}")
