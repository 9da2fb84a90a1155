"""Where everything in the book lies: files, ids, images, and the headings that nav lists.

All of it is read from the chapters without changing them, before a page is made, as
any chapter may link into any other.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from articlekit.inventory import Heading
from articlekit.model import Book, Chapter, Image, Part
from articlekit.writers.epub.chapter import Draft, survey
from articlekit.writers.epub.groups import plan_contents
from articlekit.writers.epub.look import Look, look_at, without_names
from articlekit.writers.epub.outline import DEPTH, name_headings
from articlekit.writers.epub.words import language_tag, title_of

# What binding calls a chapter; other ids may be no names of files, or differ in case alone.
_STEM: Final = re.compile(r"chapter-[a-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file of a chapter, and the manifest properties that it needs."""

    name: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A chapter and its files; `label` is its title in the contents, unlike any other's there."""

    draft: Draft
    title: str
    label: str
    leaves: tuple[Leaf, ...]

    @property
    def chapter(self) -> Chapter:
        """The chapter itself."""
        return self.draft.chapter

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings that the contents list."""
        return self.draft.headings

    @property
    def name(self) -> str:
        """The file that the chapter begins in."""
        return self.leaves[0].name


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the book: its label in the contents, its own page's file, and its chapters."""

    label: str
    name: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class CoverFile:
    """The cover's picture: its file and item in the package, and its bytes when they are due."""

    name: str
    id: str
    media_type: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Layout:
    """The book's files. `places` maps ids to file names, `images` keys of the book to names.

    `files` are the images that the chapters show, by name. `groups` hold all pages, or there
    are none; the contents list the articles unless `sparse`, where only their parts do.
    `looks` are of the pages, one each.
    """

    pages: tuple[Page, ...]
    looks: tuple[Look, ...]
    groups: tuple[Group, ...]
    sparse: bool
    places: Mapping[str, str]
    images: Mapping[str, str]
    files: Mapping[str, Image]
    cover: CoverFile


def lay_out(
    book: Book,
    language: str | None,
    cover: CoverFile,
    *,
    spans: bool = False,
) -> Layout:
    """Give every chapter and used image its files, and every listed heading an id.

    With `spans` the chapters get those of a Kobo, which take room.
    """
    looks = [look_at(chapter) for chapter in book.chapters]
    drafts = _drafts(book, looks, language, spans=spans)
    keys = dict.fromkeys(key for look in looks for key in look.images)
    used = {key: book.images[key] for key in keys if key in book.images}
    titles = [title_of(chapter.meta.title, language) for chapter in book.chapters]
    labels = distinct(titles, [_day(chapter) for chapter in book.chapters])
    depth, parts = plan_contents(
        book, labels, (heading for draft in drafts for heading in draft.headings), language
    )
    drafts = [_down_to(depth, draft) for draft in drafts]
    places: dict[str, str] = {}
    pages = []
    for number, (draft, look) in enumerate(zip(drafts, looks, strict=True), 1):
        leaves = []
        for part, piece in enumerate(survey(draft, look, used), 1):
            name = f"text/{stem(draft.chapter)}{f'.{part}' if part > 1 else ''}.xhtml"
            leaves.append(Leaf(name, piece.properties))
            places |= dict.fromkeys(piece.ids, name)
        own = leaves[0].name
        places[draft.chapter.id] = own
        for heading in draft.headings:
            places.setdefault(heading.id, own)
        pages.append(Page(draft, titles[number - 1], labels[number - 1], tuple(leaves)))
    return Layout(
        pages=tuple(pages),
        looks=tuple(map(without_names, looks)),
        groups=tuple(_groups(parts, pages)),
        sparse=depth == 0,
        places=places,
        images={key: image_name(image) for key, image in used.items()},
        files={image_name(image): image for image in used.values()},
        cover=cover,
    )


def stem(chapter: Chapter) -> str:
    """Name a chapter's files and items: by its id, so that they stay when its place changes."""
    if _STEM.fullmatch(chapter.id):
        return chapter.id
    return f"chapter-{hashlib.sha256(chapter.id.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _drafts(book: Book, looks: Sequence[Look], language: str | None, *, spans: bool) -> list[Draft]:
    taken = {chapter.id for chapter in book.chapters}.union(*(look.ids for look in looks))
    return [
        Draft(
            chapter,
            tuple(name_headings(look.headings, stem(chapter).removeprefix("chapter-"), taken)),
            language_tag(chapter.meta.language) or language,
            spans,
        )
        for chapter, look in zip(book.chapters, looks, strict=True)
    ]


def _down_to(depth: int, draft: Draft) -> Draft:
    """Leave only headings that the contents have room for."""
    if depth == DEPTH or not draft.headings:
        return draft
    headings = tuple(h for h in draft.headings if h.level <= depth)
    return Draft(draft.chapter, headings, draft.language, draft.spans)


def _groups(parts: Sequence[Part], pages: Sequence[Page]) -> Iterator[Group]:
    labels = distinct([part.title for part in parts], [None] * len(parts))
    start = 0
    for number, (part, label) in enumerate(zip(parts, labels, strict=True), 1):
        yield Group(label, f"text/part-{number:03}.xhtml", tuple(pages[start : start + part.size]))
        start += part.size


def image_name(image: Image) -> str:
    """Return the image's file name: the same bytes are one file, whoever shows them."""
    return f"images/{image.id}{image.suffix}"


def distinct(titles: list[str], days: list[str | None]) -> list[str]:
    """Return the titles, those used twice with their day behind them, or else a number.

    Stores refuse a table of contents with entries that read the same.
    """
    if len(set(titles)) == len(titles):
        return titles
    counts = Counter(titles)
    taken: set[str] = {title for title, count in counts.items() if count == 1}
    # Each title goes on counting, so that thousands of one title take no squared time.
    numbers: Counter[str] = Counter()
    result = []
    for title, day in zip(titles, days, strict=True):
        label = title if counts[title] == 1 or day is None else f"{title} ({day})"
        while counts[title] > 1 and label in taken:
            numbers[title] += 1
            label = f"{title} ({numbers[title] + 1})"
        taken.add(label)
        result.append(label)
    return result


def _day(chapter: Chapter) -> str | None:
    published = chapter.meta.published
    return None if published is None else published.date().isoformat()
