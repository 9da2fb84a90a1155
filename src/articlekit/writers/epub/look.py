"""What the book has to know of a chapter before any page is made; no tree is made for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from articlekit.html import MATHML
from articlekit.inventory import DRAWING, Heading, Inventory
from articlekit.kept import inventory_of
from articlekit.model import Chapter
from articlekit.writers.epub.outline import image_key
from articlekit.writers.missing import describes

#: Elements whose presence a look tells, as drawings' is told.
MATH = f"{{{MATHML}}}math"
READING = "rt"
LISTING = "pre"
_TOLD = frozenset({DRAWING, MATH, READING, LISTING})


@dataclass(frozen=True, slots=True)
class Picture:
    """An image by its key, or a drawing, which has none; and whether words describe it."""

    key: str | None
    described: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What is in a body: at most so many bytes of XML, ids that links may lead to, and so on.

    Of `headings`, those that have no id of their own have an empty one. `links` are the ids
    that its links into the book name. `tags` are those of this module that occur.
    """

    size: int
    ids: tuple[str, ...]
    headings: tuple[Heading, ...]
    pictures: tuple[Picture, ...]
    links: tuple[str, ...]
    tags: frozenset[str]

    @classmethod
    def of(cls, has: Inventory) -> Look:
        """Look at what is in a chapter's body, or in a part of it."""
        return cls(
            size=has.size,
            # `rp` is taken out of every page, with its own.
            ids=tuple(each for each in has.ids if each and each not in has.unseen),
            headings=has.headings,
            pictures=tuple(_pictures(has)),
            links=tuple(each[1:] for each in has.links if each.startswith("#")),
            tags=_TOLD & has.tags,
        )

    @property
    def images(self) -> Iterator[str]:
        """The keys of the images, in order."""
        return (each.key for each in self.pictures if each.key is not None)


def look_at(chapter: Chapter) -> Look:
    """Look at a chapter's body."""
    return Look.of(inventory_of(chapter))


def digest_of(chapter: Chapter) -> bytes:
    """Return what tells a chapter's body from others."""
    if chapter.digest is not None:
        return chapter.digest
    # Canonical, as `<td/>` and `<td></td>` are one.
    return hashlib.sha256(etree.tostring(chapter.body, method="c14n")).digest()


def without_names(look: Look) -> Look:
    """Leave out what is of no use once every id has its file; ten thousand looks are kept."""
    return replace(look, ids=(), headings=())


def _pictures(has: Inventory) -> Iterator[Picture]:
    for image in has.images:
        if (key := image_key(image.src)) is not None:
            yield Picture(key, describes(image.alt))
    for drawing in has.drawings:
        yield Picture(None, bool(drawing.label) or describes(drawing.title))
