"""Which chapters of a book are laid out together: a long book takes memory by the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Final

from articlekit.model import Book, Chapter
from articlekit.writers.pdf.sizes import LEADING, PageSize

#: Pages that are laid out at once, about. A page takes some 0.8 MB meanwhile.
PART_PAGES: Final = 300
# Of a page's squares, those that have text; the others are ends of lines, headings and room.
_FULL: Final = 0.6
# Of a page, what a picture takes, and what is left empty behind a chapter.
_PICTURE: Final = 0.3
_END: Final = 0.5
_POINTS: Final = 72 / 25.4  # in a millimetre
# What a style sheet may say that reaches from one chapter into the next: numbers, texts and
# places of others, where a page begins, what comes first, and what goes around all chapters.
_BEYOND: Final = re.compile(
    r"counter-|counters?\((?!\s*page\s*[,)])|target-|string|running|element\(|bookmark"
    r"|break-|\bpage\s*:|\bfixed\b|:(?:first(?!-l)|last|nth|only|has|root)|[~+]"
    r"|\b(?:html|body)\b[^{}]*\{[^}]*\b(?:border|padding|margin|background|height)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Share:
    """Chapters that follow each other and are laid out together; `first` is the place of the
    first in the book, counted from 0.
    """

    chapters: tuple[Chapter, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The shares of a book, and a guess at the pages that its chapters begin on, by their ids."""

    shares: tuple[Share, ...]
    starts: dict[str, int]


def plan(book: Book, size: PageSize, pages: int = PART_PAGES) -> Plan:
    """Divide a book into shares of about `pages` pages at most, all of about the same size.

    A chapter is never divided.
    """
    lengths = [_length(chapter, size) for chapter in book.chapters]
    count = ceil(sum(lengths) / pages)
    limit = sum(lengths) / max(1, count)
    places, starts, before = [], {}, 0.0
    for chapter, length in zip(book.chapters, lengths, strict=True):
        places.append(int((before + length / 2) / limit))
        starts[chapter.id] = round(before) + 1
        before += length
    return Plan(tuple(_shares(book.chapters, places)), starts)


def _shares(chapters: Sequence[Chapter], places: Sequence[int]) -> list[Share]:
    shares: list[Share] = []
    for _, group in groupby(range(len(chapters)), key=places.__getitem__):
        numbers = list(group)
        shares.append(Share(tuple(chapters[number] for number in numbers), numbers[0]))
    return shares


def stays_in_chapters(css: str) -> bool:
    """Tell whether a style sheet means the same where chapters are laid out apart."""
    return _BEYOND.search(css) is None


def _length(chapter: Chapter, size: PageSize) -> float:
    """Guess how many pages a chapter has."""
    body = chapter.body
    # A Han character has three bytes and fills a square, a Latin letter has one and half of it.
    squares = sum(
        (len(text) + len(text.encode("utf-8", "replace"))) / 4 for text in body.itertext()
    )
    lines = size.depth * _POINTS / (size.font * LEADING)
    pictures = sum(1 for _ in body.iter("img"))
    return max(1.0, squares / (size.line * lines * _FULL) + pictures * _PICTURE + _END)
