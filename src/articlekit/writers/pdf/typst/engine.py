"""Write a book by Typst: choose fonts, make the files, compile. Importing this may fail."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files as resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from articlekit.errors import OutputError
from articlekit.model import SUFFIXES, Book
from articlekit.report import Report
from articlekit.writers.html.document import published
from articlekit.writers.labels import labels
from articlekit.writers.pdf.choice import choose
from articlekit.writers.pdf.faces import given_faces, machine_faces
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.pictures import scaled_pictures
from articlekit.writers.pdf.scripts import visible
from articlekit.writers.pdf.sizes import page_size
from articlekit.writers.pdf.tell import tell_missing
from articlekit.writers.pdf.typst import compiler
from articlekit.writers.pdf.typst.document import MAIN, Files, make_files, usual_group
from articlekit.writers.pdf.typst.stacks import faces_file
from articlekit.writers.pdf.typst.walk import Picture

# Drawn in place of a picture that the compiler refuses: one white pixel of its kind.
_NOTHING: Final[Mapping[str, bytes]] = {
    ".svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    **dict.fromkeys(
        (".png", ".jpg", ".gif"),
        bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a494441"
            "54789c63f80f0001010100b138f6140000000049454e44ae426082"
        ),
    ),
}


def write_by_typst(book: Book, options: PdfOptions, target: BinaryIO, report: Report) -> None:
    """Lay the book out and write it as a tagged PDF, by the options but for `css`.

    The same book, fonts and SOURCE_DATE_EPOCH give the same bytes. Characters that no font
    has are reported. Raises UsageError for a font that is none, and OutputError when Typst
    makes nothing of the book.
    """
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
        files = make_files(book, pictures, usual)
        names = compiler.family_names(workshop, choice.faces)
        _write(root, files, faces_file(choice, names, usual, options))
        compile_it = partial(
            compiler.compile_book, workshop, MAIN, options.pdf_standard, _created(book)
        )
        try:
            made, warnings = compile_it()
        except OutputError:
            held = [each.file for each in pictures.values()]
            if not _replace_broken(workshop, held, files, report):
                raise
            made, warnings = compile_it()
        target.write(made)
    _tell(files, warnings, report)


def _characters(book: Book) -> set[str]:
    words = labels(book.meta.language)
    found = set(book.meta.title + words.contents + (book.meta.description or "") + "0123456789")
    found.update("".join(book.meta.authors))
    for chapter in book.chapters:
        found.update(chapter.meta.title, *chapter.meta.authors, *chapter.meta.categories)
        found.update(labels(chapter.meta.language or book.meta.language).source)
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


def _write(root: Path, files: Files, faces: str) -> None:
    """Write the sources; the drawings of the text lie beside them."""
    book = resources(__package__).joinpath("book.typ").read_text(encoding="utf-8")
    for name, text in {**files.sources, "book.typ": book, "faces.typ": faces}.items():
        (root / name).write_text(text, encoding="utf-8")
    for name, data in files.drawings.items():
        (root / name).write_bytes(data)


def _replace_broken(
    workshop: compiler.Workshop, pictures: Sequence[str], files: Files, report: Report
) -> bool:
    """Report the pictures that the compiler cannot draw, and draw nothing in their place.

    Tells whether there were any.
    """
    names = [*dict.fromkeys(pictures), *files.drawings]
    broken = compiler.broken_pictures(workshop, names)
    for name, reason in broken.items():
        path = workshop.root / name
        path.unlink()
        # The kind of a picture is told by its bytes, whatever the name says.
        path.write_bytes(_NOTHING[path.suffix])
        if name in files.drawings:
            report.add("graphic-lost", f"a drawing is not in the PDF: {reason}")
        else:
            message = f"not in the PDF: Failed to load image: {reason}"
            report.add("image-failed", message, reason="decode_error")
    return bool(broken)


def _created(book: Book) -> datetime | None:
    """When the book was published, else SOURCE_DATE_EPOCH; the clock would differ each run."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = published(book)
    if when is None and epoch.isdecimal():
        when = datetime.fromtimestamp(int(epoch), UTC)
    return when


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
