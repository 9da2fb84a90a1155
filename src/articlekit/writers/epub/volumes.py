"""A book that is too large for one file, parted into volumes between its chapters."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Final

from lxml import etree

from articlekit.model import Book, Chapter, Part
from articlekit.writers.epub.outline import ids_of, image_keys
from articlekit.writers.epub.words import language_tag, title_of, words_for

# Bytes of an EPUB without chapters, and of a cover that is drawn.
_EMPTY: Final = 12_000
_DRAWN: Final = 130_000
# A chapter's entries in the contents, the package and the zip; and how much more than the
# article's own tree its page takes, compressed.
_ENTRY: Final = 1_000
_GROWTH: Final = 1.4


@dataclass(frozen=True, slots=True)
class Volume:
    """A part of a larger book; `elsewhere` has the ids that are in the others.

    `number` counts from 1 and is 0 for a book that is whole; `collection` is its title.
    """

    book: Book
    number: int = 0
    collection: str = ""
    elsewhere: frozenset[str] = frozenset()
    is_last: bool = True


def part_book(book: Book, budget: int) -> tuple[Volume, ...]:
    """Part `book` into volumes that take `budget` bytes each by estimate, of a chapter at least."""
    groups = list(_groups(book, budget))
    if len(groups) < 2:
        return (Volume(book),)
    starts = accumulate((len(group) for group in groups), initial=0)
    every = [
        {anchor for each in group for anchor in (each.id, *ids_of(each.body))} for group in groups
    ]
    language = language_tag(book.meta.language)
    title = title_of(book.meta.title, language)
    name = words_for(language).volume
    return tuple(
        Volume(
            replace(
                book,
                meta=replace(book.meta, title=name.format(title=title, number=number)),
                chapters=tuple(group),
                parts=tuple(_parts_within(book.parts, start, start + len(group))),
            ),
            number,
            title,
            frozenset().union(*(ids for ids in every if ids is not own)),
            is_last=number == len(groups),
        )
        for number, (group, own, start) in enumerate(zip(groups, every, starts, strict=False), 1)
    )


def _parts_within(parts: Sequence[Part], start: int, end: int) -> Iterator[Part]:
    """Yield what of the parts is among the chapters from `start` to `end`."""
    first = 0
    for part in parts:
        size = min(end, first + part.size) - max(start, first)
        if size > 0:
            yield Part(part.title, size)
        first += part.size


def volume_path(target: Path, number: int) -> Path:
    """Return where a volume lies: "book-2.epub" beside "book.epub"."""
    suffix = "".join(target.suffixes[-2:]) if target.name.endswith(".kepub.epub") else target.suffix
    return target.with_name(f"{target.name.removesuffix(suffix)}-{number}{suffix}")


def _groups(book: Book, budget: int) -> Iterator[Sequence[Chapter]]:
    start = _EMPTY + (book.cover.size if book.cover is not None else _DRAWN)
    group: list[Chapter] = []
    images: set[str] = set()
    total = start
    for chapter in book.chapters:
        text = etree.tostring(chapter.body, encoding="utf-8", with_tail=False)
        own = int(len(zlib.compress(text, 1)) * _GROWTH) + _ENTRY
        keys = {key for key in image_keys(chapter.body) if key in book.images}
        new = sum(book.images[key].size + _ENTRY for key in keys - images)
        if group and total + own + new > budget:
            yield group
            group, images, total = [], set(), start
            new = sum(book.images[key].size + _ENTRY for key in keys)
        group.append(chapter)
        images |= keys
        total += own + new
    yield group
