"""What a chapter's contents list and what it shows: its headings and the keys of its images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from articlekit.html import MATHML, SVG
from articlekit.model import IMAGE_SCHEME, Element
from articlekit.writers.epub.words import clean

_LEVELS = {"h2": 2, "h3": 3}
#: The lowest level that the contents list.
DEPTH = 3
# A heading inside these belongs to what they quote or show, not to the article's outline.
_NOT_OUTLINE = ("blockquote", "table", "figure", "details", "li", "dd")
# Strings that know their elements would keep whole trees alive.
_IDS = etree.XPath("descendant-or-self::*[not(self::rp)]/@id", smart_strings=False)
_NOT_LABEL = frozenset({"rt", "rp", f"{{{MATHML}}}annotation", f"{{{SVG}}}style"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the contents list; `position` counts the chapter's h2 and h3 from 0."""

    position: int
    level: int
    label: str
    id: str


def list_headings(body: Element) -> Iterator[Heading]:
    """List the outline's headings; the id of those that have none is empty."""
    for position, heading in enumerate(outline(body)):
        label = label_of(heading)
        inside = next(heading.iterancestors(*_NOT_OUTLINE), None)
        if label and inside is None:
            yield Heading(position, _LEVELS[str(heading.tag)], label, heading.get("id", ""))


def name_headings(headings: Iterable[Heading], stem: str, taken: set[str]) -> Iterator[Heading]:
    """Give those without an id one, with `stem` in it.

    Ids that are made are added to `taken`, which has all others of the book.
    """
    for each in headings:
        anchor = each.id or _unused(f"heading-{stem}-{each.position + 1}", taken)
        taken.add(anchor)
        yield each if each.id else replace(each, id=anchor)


def outline(body: Element) -> Iterator[Element]:
    """Yield the headings of the two levels that the contents list, in order."""
    return body.iter(*_LEVELS)


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


def _unused(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "_"
    return wanted


def image_key(image: Element) -> str | None:
    """Return the key of `Book.images` that an `img` names, or None when it names none."""
    source = image.get("src", "")
    return source.removeprefix(IMAGE_SCHEME) if source.startswith(IMAGE_SCHEME) else None


def image_keys(body: Element) -> Iterator[str]:
    """Yield the keys of all images that the body shows, in order."""
    return (key for image in body.iter("img") if (key := image_key(image)) is not None)


def ids_of(body: Element) -> Iterator[str]:
    """Yield the ids that links may lead to; `rp` is taken out of every page with its own."""
    return filter(None, _IDS(body))
