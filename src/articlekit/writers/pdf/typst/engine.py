"""Write a book by Typst: choose fonts, make the files, compile. Importing this may fail."""

from __future__ import annotations

import json
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
from articlekit.writers.pdf.choice import GROUPS, Choice, Group, choose
from articlekit.writers.pdf.faces import Face, machine_faces
from articlekit.writers.pdf.scripts import visible
from articlekit.writers.pdf.tell import tell_missing
from articlekit.writers.pdf.typst import compiler
from articlekit.writers.pdf.typst.document import MAIN, Files, make_files, usual_group
from articlekit.writers.pdf.typst.literals import array, literal
from articlekit.writers.pdf.typst.walk import Picture

# Drawn in place of a picture that the compiler refuses: nothing.
_NOTHING: Final = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def write_pdf(book: Book, given: Sequence[Face], target: BinaryIO, report: Report) -> None:
    """Lay the book out and write it as PDF/UA-1, or as tagged PDF where it cannot be that.

    The same book, fonts and SOURCE_DATE_EPOCH give the same bytes. `given` are fonts that
    come before all others. Characters that no font has are reported. Raises OutputError
    when Typst makes nothing of the book.
    """
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
        _write(root, files, _faces(choice, names, usual))
        _replace_broken(workshop, {name: image for _, name, image in images}, files, report)
        made, warnings = compiler.compile_book(workshop, MAIN, _created(book))
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


def _faces(choice: Choice, names: Mapping[Face, str], usual: Group) -> str:
    """Return faces.typ: by group, the families of text, bold and typewriter."""
    groups = []
    spacing = []
    for group in GROUPS:
        text = _stack(choice, names, group, choice.text)
        bold = _stack(choice, names, group, choice.bold)
        mono = array(
            literal(name)
            for name in [
                *_families([face for face in choice.given if face.mono], names),
                compiler.MONO,
                *_families([*_eastern(choice, group, choice.bold), *choice.others], names),
            ]
        )
        groups.append(f"{group}:(text:{text},bold:{bold},mono:{mono}),")
        indent, gap = _FLOW[group]
        spacing.append(f"{group}:(indent:{indent},spacing:{gap}),")
    return (
        f"#let faces = ({''.join(groups)})\n#let flow = ({''.join(spacing)})\n"
        f"#let usual = {json.dumps(usual)}\n"
    )


# How a paragraph begins, and the gap between two: 7.35 pt is what there is between lines.
_FLOW: Final[Mapping[Group, tuple[str, str]]] = {
    "sc": ("2em", ".7em"), "tc": ("2em", ".7em"), "jp": ("1em", ".7em"),
    "kr": ("1em", ".7em"), "la": ("0pt", "1.35em"),
}  # fmt: skip


def _stack(
    choice: Choice,
    names: Mapping[Face, str],
    group: Group,
    eastern: Mapping[Group, tuple[Face, ...]],
) -> str:
    """Return the families in the order to ask: Latin ones, those of the group, the others.

    Among Chinese a Latin face has letters alone: quotes and dashes are the Chinese one's.
    """
    held = _eastern(choice, group, eastern)
    latin = [face for face in choice.given if face not in held and not face.mono]
    first = [*_families(latin, names), compiler.LATIN]
    if group != "la":
        cover = 'covers:"latin-in-cjk"'
        letters = [f"(name:{literal(name)},{cover})" for name in first]
        first = []
    else:
        letters = [literal(name) for name in first]
    rest = [*_families([*held, *choice.others], names), compiler.LATIN]
    return array([*letters, *(literal(name) for name in dict.fromkeys(rest) if name not in first)])


def _eastern(
    choice: Choice, group: Group, chosen: Mapping[Group, tuple[Face, ...]]
) -> list[Face]:
    """The group's own faces, then those of the others: a Latin article may quote Chinese."""
    return [
        *chosen.get(group, ()),
        *(face for each, faces in chosen.items() if each != group for face in faces),
    ]


def _families(faces: Sequence[Face], names: Mapping[Face, str]) -> list[str]:
    return list(dict.fromkeys(names[face] for face in faces if face in names))


def _tell(files: Files, warnings: Sequence[str], report: Report) -> None:
    if files.flattened:
        report.add(
            "nesting-flattened",
            f"{files.flattened} elements nested too deep for Typst: laid out flat in the PDF",
        )
    for each in warnings:
        if "ignored" in each:
            report.add("graphic-lost", f"Typst left something out of the PDF: {each}")
