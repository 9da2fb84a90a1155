"""Write a book by Typst: choose fonts, make the files, compile. Importing this may fail."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files as resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from articlekit.model import IMAGE_SCHEME, Book, Image
from articlekit.report import Report
from articlekit.writers.html.document import published
from articlekit.writers.labels import labels
from articlekit.writers.pdf.choice import choose
from articlekit.writers.pdf.faces import given_faces, machine_faces
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.scripts import visible
from articlekit.writers.pdf.tell import tell_missing
from articlekit.writers.pdf.typst import compiler
from articlekit.writers.pdf.typst.document import MAIN, Files, make_files, usual_group
from articlekit.writers.pdf.typst.stacks import faces_file
from articlekit.writers.pdf.typst.walk import Picture

# Drawn in place of a picture that the compiler refuses: nothing.
_NOTHING: Final = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


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
        workshop = compiler.open_workshop(root, choice.faces)
        tell_missing(choice.missing, report)
        images = _place_images(book, root)
        usual = usual_group(book)
        pictures = {src: Picture(name, image.width, image.height) for src, name, image in images}
        files = make_files(book, pictures, usual)
        names = compiler.family_names(workshop, choice.faces)
        _write(root, files, faces_file(choice, names, usual, options))
        _replace_broken(workshop, {name: image for _, name, image in images}, files, report)
        made, warnings = compiler.compile_book(workshop, MAIN, options.pdf_standard, _created(book))
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


def _place_images(book: Book, root: Path) -> list[tuple[str, str, Image]]:
    """Link the images into the root; return each one's `src`, its name there, and itself."""
    covers = (book.cover,) if book.cover else ()
    placed = []
    for image in dict.fromkeys([*book.images.values(), *covers]):
        name = f"{image.id}{image.suffix}"
        compiler.place(image.path.absolute(), root / name)
        placed.append((IMAGE_SCHEME + image.id, name, image))
    return placed


def _write(root: Path, files: Files, faces: str) -> None:
    """Write the sources; the drawings of the text lie beside them."""
    book = resources(__package__).joinpath("book.typ").read_text(encoding="utf-8")
    for name, text in {**files.sources, "book.typ": book, "faces.typ": faces}.items():
        (root / name).write_text(text, encoding="utf-8")
    for name, data in files.drawings.items():
        (root / name).write_bytes(data)


def _replace_broken(
    workshop: compiler.Workshop, images: Mapping[str, Image], files: Files, report: Report
) -> None:
    """Report the pictures that the compiler cannot draw, and draw nothing in their place."""
    for name, reason in compiler.broken_pictures(workshop, [*images, *files.drawings]).items():
        path = workshop.root / name
        path.unlink()
        if name in files.drawings:
            report.add("graphic-lost", f"a drawing is not in the PDF: {reason}")
        else:
            message = f"not in the PDF: Failed to load image: {reason}"
            report.add("image-failed", message, reason="decode_error")
        path.write_bytes(_NOTHING)


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
