"""A book that is not to be one file, parted into volumes between its chapters."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lxml import etree

from articlekit.model import Book, Chapter
from articlekit.writers.epub.look import look_at
from articlekit.writers.epub.shares import Rule, parts_at, shares_of
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
    """A part of a larger book; `anywhere` has the ids that are in any of them.

    `number` counts from 1 and is 0 for a book that is whole; `mark` tells its file's name from
    the others'; `collection` is the book's title.
    """

    book: Book
    number: int = 0
    mark: str = ""
    collection: str = ""
    anywhere: frozenset[str] = frozenset()
    is_last: bool = True


def part_book(book: Book, budget: int | None, rule: Rule = None) -> tuple[Volume, ...]:
    """Part `book` by a rule, then so that each takes `budget` bytes at most by estimate.

    A volume has a chapter at least.
    """
    language = language_tag(book.meta.language)
    title, words = title_of(book.meta.title, language), words_for(language)
    made: list[tuple[str, str, Book]] = []
    shares = list(shares_of(book, rule))
    for share in shares:
        pieces = list(_within(share.book, budget))
        for number, piece in enumerate(pieces, 1):
            mark, name = str(len(made) + 1), words.volume.format(title=title, number=len(made) + 1)
            if share.mark:
                mark, name = share.mark, share.title
                if len(pieces) > 1:
                    mark, name = f"{mark}-{number}", words.volume.format(title=name, number=number)
            made.append((mark, name, piece))
    if len(made) == 1 and not shares[0].mark:
        return (Volume(book),)
    anywhere = frozenset(
        anchor for each in book.chapters for anchor in (each.id, *look_at(each).ids)
    )
    return tuple(
        Volume(
            replace(each, meta=replace(book.meta, title=name)),
            number,
            mark,
            title,
            anywhere,
            is_last=number == len(made),
        )
        for number, (mark, name, each) in enumerate(made, 1)
    )


def volume_path(target: Path, mark: str) -> Path:
    """Return where a volume lies: "book-2.epub" or "book-2024.epub" beside "book.epub"."""
    suffix = "".join(target.suffixes[-2:]) if target.name.endswith(".kepub.epub") else target.suffix
    return target.with_name(f"{target.name.removesuffix(suffix)}-{mark}{suffix}")


def _within(book: Book, budget: int | None) -> Iterator[Book]:
    """Yield pieces of a book that keep to a budget, each with what of the parts is in it."""
    start = 0
    for group in [book.chapters] if budget is None else _groups(book, budget):
        places = range(start, start + len(group))
        yield replace(book, chapters=tuple(group), parts=parts_at(book, places))
        start += len(group)


def _groups(book: Book, budget: int) -> Iterator[Sequence[Chapter]]:
    start = _EMPTY + (book.cover.size if book.cover is not None else _DRAWN)
    group: list[Chapter] = []
    images: set[str] = set()
    total = start
    for chapter in book.chapters:
        text = etree.tostring(chapter.body, encoding="utf-8", with_tail=False)
        own = int(len(zlib.compress(text, 1)) * _GROWTH) + _ENTRY
        keys = {key for key in look_at(chapter).images if key in book.images}
        new = sum(book.images[key].size + _ENTRY for key in keys - images)
        if group and total + own + new > budget:
            yield group
            group, images, total = [], set(), start
            new = sum(book.images[key].size + _ENTRY for key in keys)
        group.append(chapter)
        images |= keys
        total += own + new
    yield group
