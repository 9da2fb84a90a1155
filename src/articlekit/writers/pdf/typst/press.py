"""A book through the compiler, whatever of it the compiler cannot do left out and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.resources import files as resources
from typing import Final, TypeAlias

from articlekit.errors import OutputError
from articlekit.model import Book, Chapter
from articlekit.report import Report
from articlekit.writers.pdf.choice import Group
from articlekit.writers.pdf.rescue import plain_chapter
from articlekit.writers.pdf.typst import compiler
from articlekit.writers.pdf.typst.document import MAIN, Files, Numbered, make_files
from articlekit.writers.pdf.typst.walk import Picture

#: The files of a book, its PDF, and the compiler's warnings.
Made: TypeAlias = tuple[Files, bytes, list[str]]
#: Makes the files of chapters.
Make: TypeAlias = Callable[[Sequence[Chapter]], Files]

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


@dataclass(frozen=True, slots=True)
class Press:
    """What a book is printed with; `blank` has the names of drawings that cannot be drawn."""

    workshop: compiler.Workshop
    faces: str
    pictures: Mapping[str, Picture]
    usual: Group
    standard: str
    created: datetime | None
    blank: set[str] = field(default_factory=set)


def print_book(book: Book, press: Press, report: Report) -> Made:
    """Return the book as PDF. Raises OutputError when nothing can be made of it."""

    def make(chapters: Sequence[Chapter]) -> Files:
        return make_files(replace(book, chapters=tuple(chapters)), press.pictures, press.usual)

    return print_chapters(book, Numbered(book.chapters, 1), make, press, report)[0]


def print_chapters(
    book: Book, numbered: Numbered, make: Make, press: Press, report: Report
) -> tuple[Made, Sequence[Chapter]]:
    """Return what is made of some chapters, and these as they could be laid out."""
    files = make(numbered.chapters)
    try:
        return _compiled(files, press), numbered.chapters
    except OutputError:
        replaced = _replace_broken(press, list(files.drawings), report)
    if replaced:
        try:
            return _compiled(make(numbered.chapters), press), numbered.chapters
        except OutputError:
            pass  # something else is wrong, too
    plain = list(_without_faults(book, numbered, press, report))
    return _compiled(make(plain), press), plain


def _compiled(files: Files, press: Press) -> Made:
    """Write the sources and compile them; the drawings of the text lie beside them."""
    root = press.workshop.root
    style = resources(__package__).joinpath("book.typ").read_text(encoding="utf-8")
    for name, text in {**files.sources, "book.typ": style, "faces.typ": press.faces}.items():
        (root / name).write_text(text, encoding="utf-8")
    for name, data in files.drawings.items():
        (root / name).write_bytes(_NOTHING[".svg"] if name in press.blank else data)
    return files, *compiler.compile_book(press.workshop, MAIN, press.standard, press.created)


def _without_faults(
    book: Book, numbered: Numbered, press: Press, report: Report
) -> Iterator[Chapter]:
    """Yield the chapters, those plain that cannot be laid out, so that others are written."""
    for number, chapter in enumerate(numbered.chapters, numbered.first):
        alone = replace(book, meta=chapter.meta, chapters=(chapter,), cover=None)
        try:
            _compiled(make_files(alone, press.pictures, press.usual, number), press)
        except OutputError as error:
            message = f"{chapter.meta.title}: set as bare paragraphs, as its layout failed: {error}"
            report.add("article-skipped", message)
            yield plain_chapter(chapter)
        else:
            yield chapter


def _replace_broken(press: Press, drawings: Sequence[str], report: Report) -> bool:
    """Report the pictures that the compiler cannot draw, and draw nothing in their place.

    Tells whether there were any.
    """
    held = dict.fromkeys(each.file for each in press.pictures.values())
    broken = compiler.broken_pictures(press.workshop, [*held, *drawings])
    for name, reason in broken.items():
        if name in held:
            path = press.workshop.root / name
            path.unlink()
            # The kind of a picture is told by its bytes, whatever the name says.
            path.write_bytes(_NOTHING[path.suffix])
            message = f"not in the PDF: Failed to load image: {reason}"
            report.add("image-failed", message, reason="decode_error")
        else:
            press.blank.add(name)
            report.add("graphic-lost", f"a drawing is not in the PDF: {reason}")
    return bool(broken)
