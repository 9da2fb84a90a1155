"""The files of a book in Typst: the main one, its chapters, and the fonts' names."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from articlekit.model import IMAGE_SCHEME, Book, Chapter, Element, Meta, grouped
from articlekit.writers.labels import Labels, direction, labels, series_line
from articlekit.writers.missing import replace_missing_images
from articlekit.writers.pdf.addresses import link_addresses
from articlekit.writers.pdf.alternatives import describe_pictures
from articlekit.writers.pdf.choice import Group, group_of
from articlekit.writers.pdf.dates import created
from articlekit.writers.pdf.links import mark_links
from articlekit.writers.pdf.quotes import write_quotes
from articlekit.writers.pdf.tables import mark_headers
from articlekit.writers.pdf.typography import keep_ends
from articlekit.writers.pdf.typst.blocks import BLOCKS
from articlekit.writers.pdf.typst.formulas import FORMULAS
from articlekit.writers.pdf.typst.inline import INLINE
from articlekit.writers.pdf.typst.languages import tongue
from articlekit.writers.pdf.typst.literals import array, block, call, literal, text_code
from articlekit.writers.pdf.typst.notes import take_notes
from articlekit.writers.pdf.typst.tables import TableHandler
from articlekit.writers.pdf.typst.walk import LEAVES, Context, Handler, Picture, render

MAIN: Final = "main.typ"
# A running title has one line of 8 pt: this many Latin letters, half as many Han characters.
_RUNNING: Final = 72
_IMPORT: Final = '#import "book.typ": *\n'


@dataclass(slots=True)
class Files:
    """What is to lie in the compiler's folder, by name; how many elements were flattened, and
    how many notes there are at the feet of pages.
    """

    sources: dict[str, str] = field(default_factory=dict)
    drawings: dict[str, bytes] = field(default_factory=dict)
    flattened: int = 0
    notes: int = 0


def make_files(book: Book, pictures: Mapping[str, Picture], usual: Group, first: int = 1) -> Files:
    """Return the book's files, but for book.typ, faces.typ and the pictures.

    `pictures` are those of the book by the `src` they have there, and its cover by
    `image:` and its id. `usual` is the group of a language that is not known; the names of
    files count from `first`.
    """
    files = Files()
    targets = find_targets(book)
    main = [*opening(book, usual), *before(book, pictures)]
    main += chapters(files, book, Numbered(book.chapters, first), targets, pictures, usual)
    files.sources[MAIN] = "".join(main)
    return files


@dataclass(frozen=True, slots=True)
class Numbered:
    """Chapters that follow each other, and the number of the first in the names of files."""

    chapters: Sequence[Chapter]
    first: int


def opening(book: Book, usual: Group) -> Iterator[str]:
    """Yield how every file begins that is compiled: what the document is, and its language."""
    yield _IMPORT
    yield f"#show: {call('book.with', *_properties(book))}\n"
    yield f"#show: {in_language(book.meta.language, usual, None)}\n"


def before(book: Book, pictures: Mapping[str, Picture]) -> Iterator[str]:
    """Yield what is before the chapters: cover, title page and contents."""
    meta, words = book.meta, labels(book.meta.language)
    if book.cover is not None and (picture := pictures.get(IMAGE_SCHEME + book.cover.id)):
        said = (literal(words.cover), literal(meta.title))
        yield f"#{call('cover', literal(picture.file), *said)}\n"
    only = book.chapters[0] if len(book.chapters) == 1 else None
    if only is None or only.meta.title != meta.title or meta.subtitle or meta.series:
        line = _byline(meta, words)
        about = meta.description
        series = series_line(meta.series, meta.number)
        yield (
            "#"
            + call(
                "title-page",
                block(text_code(meta.title)),
                block(text_code(meta.subtitle)) if meta.subtitle else "none",
                block(text_code(series)) if series else "none",
                block(line) if line else "none",
                block(text_code(about)) if about else "none",
            )
            + "\n"
        )
    if only is None:
        parts = array(map(_part, _listed_parts(book, words)))
        yield f"#{call('contents', literal(words.contents), parts)}\n"


def chapters(
    files: Files,
    book: Book,
    numbered: Numbered,
    targets: Targets,
    pictures: Mapping[str, Picture],
    usual: Group,
) -> Iterator[str]:
    """Put chapters into the files, and yield what includes them."""
    here, elsewhere = targets.seen_from(numbered.chapters)
    for number, chapter in enumerate(numbered.chapters, numbered.first):
        language = chapter.meta.language or book.meta.language
        context = Context(pictures, here, language, f"d{number}", elsewhere=elsewhere)
        code = _chapter(chapter, language, context, usual)
        files.drawings.update(context.drawings)
        files.flattened += context.flattened
        files.notes += len(context.shown)
        files.sources[f"c{number}.typ"] = f"{_IMPORT}#{code}\n"
        yield f"#include {literal(f'c{number}.typ')}\n"


def _listed_parts(book: Book, words: Labels) -> Iterator[tuple[str, Sequence[Chapter]]]:
    """Yield the parts that the contents show with their chapters, none in a book without."""
    for part, chapters in grouped(book):
        if chapters:
            yield part.title or words.rest, chapters


def _part(listed: tuple[str, Sequence[Chapter]]) -> str:
    title, chapters = listed
    return array(map(literal, (title, chapters[0].id, chapters[-1].id)))


def _properties(book: Book) -> Iterator[str]:
    meta = book.meta
    yield literal(meta.title)
    yield array(literal(author) for author in meta.authors)
    yield literal(meta.description) if meta.description else "none"
    yield array(literal(each) for each in meta.categories)
    day = created(book, os.environ)
    yield _datetime(day) if day is not None else "none"


def _datetime(day: datetime) -> str:
    parts = ("year", "month", "day", "hour", "minute", "second")
    return call("datetime", *(f"{part}:{getattr(day, part)}" for part in parts))


def in_language(language: str | None, usual: Group, body: str | None) -> str:
    """Return text in a language, or the rule that puts all that follows into it."""
    if language is None:
        language = _BY_GROUP[usual]
    code = tongue(language, direction(language), body or "it")
    return code if body is not None else f"it => {code}"


_BY_GROUP: Final[Mapping[Group, str]] = {
    "sc": "zh-CN", "tc": "zh-TW", "jp": "ja", "kr": "ko", "la": "en",
}  # fmt: skip


def _chapter(chapter: Chapter, language: str | None, context: Context, usual: Group) -> str:
    words = labels(language)
    body = deepcopy(chapter.body)
    replace_missing_images(body, language)
    describe_pictures(body, language, chapter.meta.title)
    mark_headers(body)
    write_quotes(body, language)
    link_addresses(body)
    addresses = mark_links(body)
    keep_ends(body, language)
    for paragraph in body.iterfind("p"):
        # Whoever typed an indent has it twice otherwise.
        paragraph.text = (paragraph.text or "").lstrip("\u3000")
    handlers = _handlers()
    take_notes(body, context, lambda note: render(note, handlers, context))
    code = render(body, handlers, context)
    if addresses:
        code += f";{_links(words.links, addresses)}"
    title = block(text_code(chapter.meta.title))
    made = call(
        "chapter",
        literal(chapter.id),
        block(literal(_shortened(chapter.meta.title))),
        title,
        array(map(block, _opening(chapter.meta, words))),
        block(code),
    )
    return in_language(language, usual, block(made))


def _links(title: str, addresses: Sequence[str]) -> str:
    listed = (f"({literal(address)},{block(text_code(address))})" for address in addresses)
    return call("linked", literal(title), array(listed))


def _handlers() -> dict[str, Handler]:
    return {**BLOCKS, **INLINE, **FORMULAS, **TableHandler().handlers()}


def _opening(meta: Meta, words: Labels) -> Iterator[str]:
    """Yield the lines under a chapter's title: who and when, and where from."""
    if line := _byline(meta, words):
        yield line
    if meta.url:
        link = call("link", literal(meta.url), block(text_code(meta.url)))
        yield f"{literal(words.source + words.colon)};{link}"


def _byline(meta: Meta, words: Labels) -> str:
    parts = [words.authors(meta.authors)] if meta.authors else []
    if meta.published is not None:
        parts.append(words.date(meta.published))
    return text_code("\u2003".join(parts)) if parts else ""


@dataclass(frozen=True, slots=True)
class Targets:
    """The ids that links of the book lead to, those that the walk can put a place at.

    `holders` has the id of the chapter that each is in, and `far` those that a link of another
    chapter leads to.
    """

    holders: Mapping[str, str]
    far: frozenset[str]

    def seen_from(self, chapters: Sequence[Chapter]) -> tuple[frozenset[str], frozenset[str]]:
        """Return those in the chapters, and all others."""
        ids = {chapter.id for chapter in chapters}
        here = frozenset(each for each, holder in self.holders.items() if holder in ids)
        return here, frozenset(self.holders.keys() - here)


def find_targets(book: Book) -> Targets:
    wanted: dict[str, set[str]] = {}
    there: dict[str, str] = {chapter.id: chapter.id for chapter in book.chapters}
    for chapter in book.chapters:
        body = chapter.body
        for link in body.iter("a"):
            href = link.get("href") or ""
            if href.startswith("#") and link.get("role") != "doc-backlink":
                wanted.setdefault(href[1:], set()).add(chapter.id)
        for element in body.iterfind(".//*[@id]"):
            if not _is_hidden(element):
                there.setdefault(element.get("id") or "", chapter.id)
    holders = {each: there[each] for each in wanted if each in there}
    far = frozenset(each for each, holder in holders.items() if wanted[each] != {holder})
    return Targets(holders, far)


def _is_hidden(element: Element) -> bool:
    if element.get("role") == "doc-backlink":
        return True
    return any(each.tag in LEAVES for each in element.iterancestors()) and element.tag != "svg"


def _shortened(title: str) -> str:
    """Cut a title to one line of a page's head."""
    width = 0
    for at, char in enumerate(title):
        width += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if width > _RUNNING:
            return title[:at].rstrip() + "…"
    return title


def usual_group(book: Book) -> Group:
    """Return the group that text of no known language is set in: the book's own."""
    return group_of(book.meta.language)
