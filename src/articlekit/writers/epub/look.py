"""What the book has to know of a chapter before any page is made, found in one visit.

Other passes over all bodies would each go through all of the book's memory once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from articlekit.html import MATHML, SVG
from articlekit.model import Element
from articlekit.writers.epub.outline import Heading, ids_of, image_key, list_headings
from articlekit.writers.missing import describes

#: The elements whose presence a look tells.
DRAWING = f"{{{SVG}}}svg"
MATH = f"{{{MATHML}}}math"
READING = "rt"
LISTING = "pre"
_TITLE = f"{{{SVG}}}title"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image by its key, or a drawing, which has none; and whether words describe it."""

    key: str | None
    described: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A chapter's body: its bytes as XML and their SHA-256, and what is in it.

    Of `headings`, those that have no id of their own have an empty one. `links` are the ids
    that its links into the book name. `tags` are those of this module that occur.
    """

    size: int
    digest: bytes
    ids: tuple[str, ...]
    headings: tuple[Heading, ...]
    pictures: tuple[Picture, ...]
    links: tuple[str, ...]
    tags: frozenset[str]

    @property
    def images(self) -> Iterator[str]:
        """The keys of the images, in order."""
        return (each.key for each in self.pictures if each.key is not None)


def look_at(body: Element, digest: bytes | None = None) -> Look:
    """Look at a chapter's body, whose digest may be known already."""
    text = etree.tostring(body, encoding="utf-8")
    if digest is None:
        # Canonical, as `<td/>` and `<td></td>` are one.
        digest = hashlib.sha256(etree.tostring(body, method="c14n")).digest()
    return Look(
        size=len(text),
        digest=digest,
        ids=tuple(ids_of(body)),
        headings=tuple(list_headings(body)),
        pictures=tuple(_pictures(body)),
        links=tuple(
            href[1:] for each in body.iter("a") if (href := each.get("href", "")).startswith("#")
        ),
        tags=frozenset(
            tag
            for tag in (DRAWING, MATH, READING, LISTING)
            if next(body.iter(tag), None) is not None
        ),
    )


def without_names(look: Look) -> Look:
    """Leave out what is of no use once every id has its file; ten thousand looks are kept."""
    return replace(look, ids=(), headings=())


def _pictures(body: Element) -> Iterator[Picture]:
    for each in body.iter("img", DRAWING):
        if each.tag == DRAWING:
            title = each.find(_TITLE)
            told = bool(each.get("aria-label")) or (title is not None and describes(title.text))
            yield Picture(None, told)
        elif (key := image_key(each)) is not None:
            yield Picture(key, describes(each.get("alt")))
