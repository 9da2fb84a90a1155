"""What a body of the normal form has, found once, so that nobody needs its tree to know.

All of it are facts; what a writer makes of them is the writer's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml import etree

from articlekit.html import MATHML, SVG, count_characters
from articlekit.model import Element

#: The elements of a tree that have an id, its root among them.
WITH_ID: Final = etree.XPath("descendant-or-self::*[@id]")
DRAWING: Final = f"{{{SVG}}}svg"

_LEVELS: Final = {"h2": 2, "h3": 3}
# A heading inside these belongs to what they quote or show, not to the article's outline.
_NOT_OUTLINE: Final = ("blockquote", "table", "figure", "details", "li", "dd")
_NOT_LABEL: Final = frozenset({"rt", "rp", f"{{{MATHML}}}annotation", f"{{{SVG}}}style"})
_TITLE: Final = f"{{{SVG}}}title"
# U+3000 and U+00A0 are content.
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """An `<img>`: its address, its referrer policy, its other addresses, and its words."""

    src: str
    policy: str | None
    also: str
    alt: str | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """An `<svg>`: its label, and its title."""

    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline; `position` counts the body's h2 and h3 from 0."""

    position: int
    level: int
    label: str
    id: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a body has that others may point at, what it points at, and what it is made of.

    All is in document order. An id that stands twice is here twice; `unseen` are those that
    an `<rp>` has, which no reader is shown. `links` are of every `<a>` that has an address.
    A heading whose id stands before it, too, has none here. `tags` are the names of all
    elements; `characters` are those of the text, white space aside; `size` is in bytes of
    XML, at the most.
    """

    ids: tuple[str, ...]
    unseen: tuple[str, ...]
    links: tuple[str, ...]
    images: tuple[Shown, ...]
    drawings: tuple[Drawing, ...]
    headings: tuple[Heading, ...]
    tags: frozenset[str]
    characters: int
    size: int


def take_inventory(body: Element, size: int | None = None) -> Inventory:
    """List what is in a body of the normal form, whose bytes may have been counted already."""
    bearers: dict[str, Element] = {}
    ids = []
    for each in WITH_ID(body):
        ids.append(name := each.get("id", ""))
        bearers.setdefault(name, each)
    tags = shared_tags(frozenset(str(each.tag) for each in body.iter(etree.Element)))
    return Inventory(
        ids=tuple(ids),
        unseen=tuple(name for name, each in bearers.items() if each.tag == "rp"),
        links=tuple(href for each in body.iter("a") if (href := each.get("href")) is not None),
        images=tuple(map(_shown, body.iter("img"))),
        drawings=tuple(map(_drawn, body.iter(DRAWING))) if DRAWING in tags else (),
        headings=tuple(_headings(body, bearers)),
        tags=tags,
        characters=count_characters(body),
        size=len(etree.tostring(body, encoding="utf-8")) if size is None else size,
    )


def outline(body: Element) -> Iterator[Element]:
    """Yield the headings of the two levels that an outline has, in order."""
    return body.iter(*_LEVELS)


def label_of(heading: Element) -> str:
    """Return what a heading reads on one line, without the readings of its characters (ruby)."""
    text = "".join(_label_parts(heading)) if len(heading) else heading.text or ""
    return _SPACES.sub(" ", text).strip(" ")


@lru_cache(maxsize=1024)
def shared_tags(tags: frozenset[str]) -> frozenset[str]:
    """Return the same set for equal ones: most articles are made of the same few elements."""
    return tags


def _shown(image: Element) -> Shown:
    get = image.get
    return Shown(get("src", ""), get("referrerpolicy"), get("data-also", ""), get("alt"))


def _drawn(drawing: Element) -> Drawing:
    title = drawing.find(_TITLE)
    return Drawing(drawing.get("aria-label", ""), "" if title is None else title.text or "")


def _headings(body: Element, bearers: dict[str, Element]) -> Iterator[Heading]:
    for position, heading in enumerate(outline(body)):
        label = label_of(heading)
        # Most stand in the body itself, where nothing has to be looked for.
        top = heading.getparent() is body
        if label and (top or next(heading.iterancestors(*_NOT_OUTLINE), None) is None):
            name = heading.get("id", "")
            own = name if bearers.get(name) is heading else ""
            yield Heading(position, _LEVELS[str(heading.tag)], label, own)


def _label_parts(element: Element) -> Iterator[str]:
    if element.tag not in _NOT_LABEL:
        yield element.text or ""
        for child in element:
            yield from _label_parts(child)
            yield " " if child.tag == "br" else ""
            yield child.tail or ""
