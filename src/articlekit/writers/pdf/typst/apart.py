"""Files of a part of a book: its pages, and one behind them that says where its places are.

A PDF by Typst names the places of headings alone. So the page behind the last has a link to
every place that another part leads to; it tells where they are, and goes when the parts are
joined. What is before the chapters has a page of their titles behind it, each under the number
of the page that the chapter is really on, so that the contents are Typst's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pikepdf
from pikepdf import Object, Pdf

from articlekit.model import Book, Chapter
from articlekit.writers.pdf.choice import Group
from articlekit.writers.pdf.crossing import name_of
from articlekit.writers.pdf.joining import Piece
from articlekit.writers.pdf.parting import Laid
from articlekit.writers.pdf.typst.document import (
    MAIN,
    Files,
    Numbered,
    Targets,
    before,
    chapters,
    in_language,
    opening,
)
from articlekit.writers.pdf.typst.literals import array, block, call, literal, text_code
from articlekit.writers.pdf.typst.order import move_notes
from articlekit.writers.pdf.typst.walk import Picture


def front_files(
    book: Book, pictures: Mapping[str, Picture], usual: Group, starts: Mapping[str, int]
) -> Files:
    """Return the files of what is before the chapters, which begin on the pages `starts`."""
    titles = []
    for chapter in book.chapters:
        title, number = block(text_code(chapter.meta.title)), str(starts[chapter.id])
        code = call("stand-in", literal(chapter.id), number, title)
        language = chapter.meta.language or book.meta.language
        titles.append(in_language(language, usual, block(code)))
    behind = f"#{call('stand-ins', block(';'.join(titles)))}\n"
    return Files({MAIN: "".join([*opening(book, usual), *before(book, pictures), behind])})


def part_files(
    book: Book,
    numbered: Numbered,
    targets: Targets,
    pictures: Mapping[str, Picture],
    usual: Group,
    page: int,
) -> Files:
    """Return the files of some chapters, whose first page has a number."""
    files = Files()
    main = [*opening(book, usual), f"#counter(page).update({page})\n"]
    main += chapters(files, book, numbered, targets, pictures, usual)
    main.append(f"#{call('directory', array(map(literal, listed(numbered.chapters, targets))))}\n")
    files.sources[MAIN] = "".join(main)
    return files


def listed(chapters: Sequence[Chapter], targets: Targets) -> list[str]:
    """The places in some chapters that other parts lead to."""
    ids = [chapter.id for chapter in chapters]
    held = {each for each in targets.far if targets.holders[each] in ids}
    return [*ids, *sorted(held.difference(ids))]


def laid_front(path: Path, book: Book) -> Laid:
    """Tell of a front that was written how many pages are before that of the titles."""
    with pikepdf.open(path) as pdf:
        pages = _numbers(pdf)
        places = dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())
        return Laid(pages[places[book.chapters[0].id][0].objgen], {})


def laid_part(path: Path, ids: Sequence[str]) -> Laid:
    """Tell of a part that was written how many pages it has, and where the places in it are."""
    with pikepdf.open(path) as pdf:
        pages = _numbers(pdf)
        found = _places(pdf, ids)
        return Laid(len(pages) - 1, {each: pages[place[0].objgen] for each, place in found})


def _numbers(pdf: Pdf) -> dict[tuple[int, int], int]:
    return {page.obj.objgen: number for number, page in enumerate(pdf.pages)}


def piece_of(path: Path, laid: Laid, notes: int) -> Piece:
    """Return a part as it is to be joined."""
    prepare = partial(_prepare, list(laid.anchors), notes)
    return Piece(path, frozenset(laid.anchors), laid.pages, prepare)


def _prepare(ids: Sequence[str], notes: int, pdf: Pdf) -> None:
    """Give the places their names, and put the notes in order."""
    if ids:
        named = pdf.Root.Names.Dests.Names
        for identifier, place in _places(pdf, ids):
            named.append(name_of(identifier))
            named.append(place)
    if notes:
        move_notes(pdf)


def _places(pdf: Pdf, ids: Sequence[str]) -> list[tuple[str, Object]]:
    """Return what the links on the last page lead to, which are in the order of the ids."""
    named = pdf.Root.Names.Dests.Names
    names = {bytes(named[at]): named[at + 1] for at in range(0, len(named), 2)}
    found = []
    for identifier, link in zip(ids, pdf.pages[-1].obj.Annots, strict=True):
        place = link.Dest
        known = names.get(bytes(place)) if isinstance(place, pikepdf.String) else None
        found.append((identifier, place if known is None else known))
    return found
