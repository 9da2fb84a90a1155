"""Where everything in the book lies: files, ids, images, and the headings that nav lists.

All of it is read from the chapters without changing them, before a page is made, as
any chapter may link into any other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from articlekit.html import MATHML, SVG
from articlekit.model import IMAGE_SCHEME, Book, Chapter, Element, Image
from articlekit.writers.epub.words import clean, title_of

CSS = "style/book.css"
NAV = "nav.xhtml"
COVER = "text/cover.xhtml"
TITLE_PAGE = "text/title.xhtml"

#: Manifest properties that a page needs when it holds elements of a namespace
#: (EPUB 3.3, "Manifest properties vocabulary").
_PROPERTIES = (("mathml", f"{{{MATHML}}}math"), ("svg", f"{{{SVG}}}svg"))
_LEVELS = {"h2": 2, "h3": 3}
# A heading inside these belongs to what they quote or show, not to the article's outline.
_NOT_OUTLINE = ("blockquote", "table", "figure", "details", "li", "dd")
_NOT_LABEL = frozenset({"rt", "rp", f"{{{MATHML}}}annotation", f"{{{SVG}}}style"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the contents list; `position` counts the chapter's h2 and h3 from 0."""

    position: int
    level: int
    label: str
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """A chapter and its file; `label` is its title in the contents, unlike any other's there."""

    chapter: Chapter
    name: str
    title: str
    label: str
    headings: tuple[Heading, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The book's files. `places` maps ids to file names, `images` keys of the book to names."""

    pages: tuple[Page, ...]
    places: Mapping[str, str]
    images: Mapping[str, str]
    files: Mapping[str, Image]
    cover: str | None


def lay_out(book: Book, language: str | None) -> Layout:
    """Give every chapter and used image a file, and every listed heading an id."""
    names = [f"text/{number:04}.xhtml" for number in range(1, len(book.chapters) + 1)]
    places = {
        anchor: name
        for name, chapter in zip(names, book.chapters, strict=True)
        for anchor in [chapter.id, *_ids(chapter.body)]
    }
    titles = [title_of(chapter.meta.title, language) for chapter in book.chapters]
    labels = distinct(titles, [_day(chapter) for chapter in book.chapters])
    pages = tuple(
        Page(
            chapter,
            name,
            title,
            label,
            tuple(_headings(chapter.body, name, places)),
            tuple(
                key for key, tag in _PROPERTIES if next(chapter.body.iter(tag), None) is not None
            ),
        )
        for chapter, name, title, label in zip(book.chapters, names, titles, labels, strict=True)
    )
    keys = dict.fromkeys(key for chapter in book.chapters for key in _image_keys(chapter.body))
    used = {key: book.images[key] for key in keys if key in book.images}
    files = {image_name(image): image for image in used.values()}
    if book.cover is not None:
        files.setdefault(image_name(book.cover), book.cover)
    return Layout(
        pages=pages,
        places=places,
        images={key: image_name(image) for key, image in used.items()},
        files=files,
        cover=None if book.cover is None else image_name(book.cover),
    )


def image_name(image: Image) -> str:
    """Return the image's file name: the same bytes are one file, whoever shows them."""
    return f"images/{image.id}{image.suffix}"


def distinct(titles: list[str], days: list[str | None]) -> list[str]:
    """Return the titles, those used twice with their day behind them, or else a number.

    Stores refuse a table of contents with entries that read the same.
    """
    counts = Counter(titles)
    taken: set[str] = {title for title, count in counts.items() if count == 1}
    result = []
    for title, day in zip(titles, days, strict=True):
        label = title if counts[title] == 1 or day is None else f"{title} ({day})"
        number = 1
        while counts[title] > 1 and label in taken:
            number += 1
            label = f"{title} ({number})"
        taken.add(label)
        result.append(label)
    return result


def label_of(heading: Element) -> str:
    """Return what a heading reads without the readings of its characters (ruby)."""
    return clean("".join(_label_parts(heading)))


def _label_parts(element: Element) -> Iterator[str]:
    if element.tag not in _NOT_LABEL:
        yield element.text or ""
        for child in element:
            yield from _label_parts(child)
            yield " " if child.tag == "br" else ""
            yield child.tail or ""


def _headings(body: Element, name: str, places: dict[str, str]) -> Iterator[Heading]:
    """List the outline's headings; ids made for those without are added to `places`."""
    stem = re.sub(r"\D", "", name)
    for position, heading in enumerate(outline(body)):
        label = label_of(heading)
        inside = next(heading.iterancestors(*_NOT_OUTLINE), None)
        if not label or inside is not None:
            continue
        anchor = heading.get("id") or _unused(f"heading-{stem}-{position + 1}", places)
        places[anchor] = name
        yield Heading(position, _LEVELS[str(heading.tag)], label, anchor)


def outline(body: Element) -> Iterator[Element]:
    """Yield the headings of the two levels that the contents list, in order."""
    return body.iter(*_LEVELS)


def _unused(wanted: str, taken: Mapping[str, str]) -> str:
    while wanted in taken:
        wanted += "_"
    return wanted


def _ids(body: Element) -> Iterable[str]:
    return (value for each in body.iter() if (value := each.get("id")))


def image_key(image: Element) -> str | None:
    """Return the key of `Book.images` that an `img` names, or None when it names none."""
    source = image.get("src", "")
    return source.removeprefix(IMAGE_SCHEME) if source.startswith(IMAGE_SCHEME) else None


def _image_keys(body: Element) -> Iterator[str]:
    return (key for image in body.iter("img") if (key := image_key(image)) is not None)


def _day(chapter: Chapter) -> str | None:
    published = chapter.meta.published
    return None if published is None else published.date().isoformat()
