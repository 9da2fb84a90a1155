"""What of a book stands in a volume of its own: a year, a part, or a number of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import Final, TypeAlias

from articlekit.model import Book, Part, grouped
from articlekit.writers.epub.words import language_tag, title_of, words_for
from articlekit.writers.labels import labels

#: "year", "part", a number of articles, or None for a book that only its size parts.
Rule: TypeAlias = str | int | None

_UNDATED: Final = "undated"


@dataclass(frozen=True, slots=True)
class Share:
    """A volume's chapters as a book, its title, and its mark in the file's name; both or none."""

    book: Book
    title: str = ""
    mark: str = ""


def shares_of(book: Book, rule: Rule) -> Iterator[Share]:
    """Yield what a rule parts a book into, in reading order; the whole where it says nothing."""
    if isinstance(rule, int):
        for start in range(0, len(book.chapters), rule):
            yield Share(_piece(book, range(start, min(start + rule, len(book.chapters)))))
    else:
        yield from (_RULES[rule](book) if rule in _RULES else [Share(book)])


def _by_year(book: Book) -> Iterator[Share]:
    """Yield years in the direction that the book goes; what has no date comes last."""
    language = language_tag(book.meta.language)
    words, title = words_for(language), title_of(book.meta.title, language)
    years: dict[int, list[int]] = {}
    undated = []
    for place, chapter in enumerate(book.chapters):
        if chapter.meta.published is None:
            undated.append(place)
        else:
            years.setdefault(chapter.meta.published.year, []).append(place)
    if not years:
        yield Share(book)
        return
    dated = list(years)
    for year in sorted(years, reverse=dated[0] > dated[-1]):
        name = words.dated.format(title=title, year=year)
        yield Share(_bare(_piece(book, years[year])), name, f"{year:04}")
    if undated:
        name = words.named.format(title=title, name=labels(language).rest)
        yield Share(_bare(_piece(book, undated)), name, _UNDATED)


def _by_part(book: Book) -> Iterator[Share]:
    language = language_tag(book.meta.language)
    words, title = words_for(language), title_of(book.meta.title, language)
    start, found = 0, list(grouped(book))
    if len(found) < 2:
        yield Share(book)
        return
    for number, (part, chapters) in enumerate(found, 1):
        places = range(start, start + len(chapters))
        start += len(chapters)
        if chapters:
            name = words.named.format(title=title, name=part.title or labels(language).rest)
            yield Share(_bare(_piece(book, places)), name, str(number))


_RULES: Final[Mapping[object, Callable[[Book], Iterator[Share]]]] = MappingProxyType(
    {"year": _by_year, "part": _by_part}
)


def _piece(book: Book, places: Sequence[int]) -> Book:
    chapters = tuple(book.chapters[place] for place in places)
    return replace(book, chapters=chapters, parts=parts_at(book, places))


def _bare(book: Book) -> Book:
    """Leave out an only part, as the volume is that."""
    return book if len(book.parts) > 1 else replace(book, parts=())


def parts_at(book: Book, places: Sequence[int]) -> tuple[Part, ...]:
    """Return what of the book's parts is at these places, which are in reading order."""
    homes = [number for number, (part, _) in enumerate(grouped(book)) for _ in range(part.size)]
    if not homes:
        return ()
    runs = ((number, len(list(run))) for number, run in groupby(homes[at] for at in places))
    return tuple(Part(book.parts[number].title, size) for number, size in runs)
