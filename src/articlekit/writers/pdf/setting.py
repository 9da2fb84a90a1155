"""A book set for WeasyPrint: its markup, whole or in parts, and what failed of it made plain."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from lxml import etree

from articlekit.model import Book, Chapter, Element
from articlekit.report import Report
from articlekit.writers.html.document import chapter_of, head, parts
from articlekit.writers.pdf.addresses import link_addresses
from articlekit.writers.pdf.alternatives import describe_pictures
from articlekit.writers.pdf.dates import created
from articlekit.writers.pdf.links import number_links
from articlekit.writers.pdf.notes import put_notes_at_foot
from articlekit.writers.pdf.parting import Laid, file_of, lay_out_apart
from articlekit.writers.pdf.pictures import Picture
from articlekit.writers.pdf.plan import Plan, Share
from articlekit.writers.pdf.quotes import write_quotes
from articlekit.writers.pdf.rescue import plain_chapter
from articlekit.writers.pdf.ruby import set_ruby
from articlekit.writers.pdf.tables import classify_tables, mark_headers
from articlekit.writers.pdf.typography import typeset

if TYPE_CHECKING:
    from types import ModuleType

    from articlekit.writers.pdf.engine import Faces, Markup, Outcome, Resource


@dataclass(frozen=True, slots=True)
class Style:
    """The rules of CSS: our own, and those of the user's sheet, which come last."""

    own: str
    user: str

    def whole(self) -> str:
        return "\n".join(filter(None, (self.own, self.user)))

    def part(self, first: int) -> str:
        """The rules for a part whose first page has this number: even ones are on the left.

        Contents have their numbers from `data-page`, as the chapters are in other parts.
        """
        return f"""{self.own}
@page :first {{ counter-reset: page {first} }}
html {{ break-before: {"recto" if first % 2 else "verso"} }}
.contents a:where([data-page])::after {{ content: leader(" .") attr(data-page) }}
{self.user}"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a book is set with: the engine's module, style, pictures and resources by URL."""

    engine: ModuleType
    style: Style
    pictures: Mapping[str, Picture]
    resources: Mapping[str, Resource]
    standard: str
    report: Report

    def markup(self, book: Book, css: str, pieces: Iterable[Element]) -> Markup:
        """Write the pieces, chapters of the book or what is before them."""
        languages = {each.id: each.meta.language for each in book.chapters}
        sizes = {source: (each.width, each.height) for source, each in self.pictures.items()}
        made: list[bytes] = []
        for piece in pieces:
            language = languages.get(piece.get("id") or "") or book.meta.language
            describe_pictures(piece, language)
            if piece.tag == "article":
                _set_article(piece, language, sizes)
            made.append(etree.tostring(piece, encoding="utf-8"))
        markup: Markup = self.engine.Markup(head(book, css, *_created(book)), tuple(made))
        return markup

    def rescued(self, book: Book, chapters: Iterable[Chapter]) -> Iterator[Chapter]:
        """Yield the chapters, those plain that cannot be laid out, so that others are written."""
        css = self.style.whole()
        for chapter in chapters:
            alone = replace(book, meta=chapter.meta, chapters=(chapter,), cover=None, parts=())
            markup = self.markup(alone, css, parts(alone))
            fault = self.engine.fault_of(markup, self.resources)
            if fault is None:
                yield chapter
                continue
            title = chapter.meta.title
            message = f"{title}: set as bare paragraphs, as its layout failed: {fault}"
            self.report.add("article-skipped", message)
            yield plain_chapter(chapter)


def write_whole(book: Book, setting: Setting, target: BinaryIO) -> Outcome:
    """Lay the book out at once and write it."""

    def write(book: Book) -> Outcome:
        markup = setting.markup(book, setting.style.whole(), parts(book))
        outcome: Outcome = setting.engine.write_pdf(
            markup, setting.resources, target, setting.standard
        )
        return outcome

    try:
        return write(book)
    except setting.engine.LAYOUT_FAULTS:
        return write(replace(book, chapters=tuple(setting.rescued(book, book.chapters))))


def write_apart(book: Book, plan: Plan, setting: Setting, target: BinaryIO) -> Outcome | None:
    """Lay the shares of the plan out one by one, and write them as one PDF.

    Returns None, and has written nothing, for a book of one share and one that cannot be divided.
    """
    if len(plan.shares) < 2:
        return None
    with TemporaryDirectory(prefix="articlekit-") as folder:
        printer = _Printer(book, setting, setting.engine.Faces(), [], {})
        laid = lay_out_apart(plan, printer.front, printer.body, Path(folder))
        if laid is None:
            return None
        from articlekit.writers.pdf.joining import Piece, join

        pieces = [
            Piece(file_of(Path(folder), number), frozenset(each.anchors))
            for number, each in enumerate(laid)
        ]
        # The front was written last.
        join(pieces, target, fonts_of=0)
    return printer.outcome()


@dataclass(frozen=True, slots=True)
class _Printer:
    """Writes the parts of a book; chapters that had to be made plain stay so."""

    book: Book
    setting: Setting
    faces: Faces
    outcomes: list[Outcome]
    plain: dict[str, Chapter]

    def front(self, starts: Mapping[str, int], path: Path) -> Laid:
        return self._write(1, _front(self.book, starts), path)

    def body(self, share: Share, first: int, path: Path) -> Laid:
        chapters = [self.plain.get(each.id, each) for each in share.chapters]
        try:
            return self._write(first, self._set(chapters), path)
        except self.setting.engine.LAYOUT_FAULTS:
            chapters = list(self.setting.rescued(self.book, chapters))
            self.plain.update((each.id, each) for each in chapters)
            return self._write(first, self._set(chapters), path)

    def outcome(self) -> Outcome:
        missing = {each for outcome in self.outcomes for each in outcome.missing}
        complaints = (each for outcome in self.outcomes for each in outcome.complaints)
        made: Outcome = self.setting.engine.Outcome(
            tuple(sorted(missing)), tuple(dict.fromkeys(complaints))
        )
        return made

    def _set(self, chapters: Iterable[Chapter]) -> Iterator[Element]:
        return (chapter_of(chapter, self.book) for chapter in chapters)

    def _write(self, first: int, pieces: Iterable[Element], path: Path) -> Laid:
        setting = self.setting
        markup = setting.markup(self.book, setting.style.part(first), pieces)
        laid: Laid
        with path.open("wb") as file:
            laid, outcome = setting.engine.write_part(
                markup, setting.resources, file, setting.standard, self.faces
            )
        self.outcomes.append(outcome)
        return laid


def _front(book: Book, starts: Mapping[str, int]) -> Iterator[Element]:
    """Yield what is before the chapters, with the numbers of their pages in the contents."""
    for piece in parts(book):
        if piece.tag == "article":
            return
        for link in piece.iterfind(".//a[@href]"):
            if (start := starts.get((link.get("href") or "")[1:])) is not None:
                link.set("data-page", str(start))
        yield piece


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


def _created(book: Book) -> Iterator[str]:
    """Yield the element that becomes the PDF's creation date."""
    if (when := created(book, os.environ)) is not None:
        stamp = when.replace(microsecond=0).isoformat()
        yield f'<meta name="dcterms.created" content="{stamp}">'
