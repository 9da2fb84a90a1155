"""A chapter's body made ready for its files: all but the links into other files is final."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from articlekit.inventory import DRAWING, Heading, outline, take_inventory
from articlekit.kept import own_body
from articlekit.model import Chapter, Element
from articlekit.report import Report
from articlekit.writers.code import highlight
from articlekit.writers.epub.conform import conform
from articlekit.writers.epub.kobo import add_spans
from articlekit.writers.epub.links import drop_unknown_images, mend_links
from articlekit.writers.epub.look import LISTING, MATH, Look
from articlekit.writers.epub.notes import mark_notes
from articlekit.writers.epub.split import PIECE_SIZE, split_body
from articlekit.writers.missing import replace_missing_images

#: Manifest properties that a page needs when it holds elements of a namespace
#: (EPUB 3.3, "Manifest properties vocabulary").
_PROPERTIES = (("mathml", MATH), ("svg", DRAWING))
# A body grows by less than this when it is made ready, unless it holds code or takes spans.
_GROWTH = 3
_GROWTH_OF_SPANS = 24


@dataclass(frozen=True, slots=True)
class Draft:
    """A chapter, its headings with their ids, its language, and whether it gets Kobo's spans."""

    chapter: Chapter
    headings: tuple[Heading, ...]
    language: str | None
    spans: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """What is known of a file before it is made: its ids, and its manifest properties."""

    ids: tuple[str, ...]
    properties: tuple[str, ...]


def survey(draft: Draft, look: Look, images: Collection[str]) -> tuple[Piece, ...]:
    """Find the pieces of a chapter's body; it is made only when they may be several."""
    dense = draft.spans or LISTING in look.tags
    if look.size * (_GROWTH_OF_SPANS if dense else _GROWTH) < PIECE_SIZE:
        return (_piece(look),)
    # What is reported here would be reported again when the pages are made.
    bodies = split_body(make_body(draft, images, Report()))
    return tuple(_piece(Look.of(take_inventory(each))) for each in bodies)


def _piece(look: Look) -> Piece:
    return Piece(look.ids, tuple(key for key, tag in _PROPERTIES if tag in look.tags))


def make_body(draft: Draft, images: Collection[str], report: Report) -> Element:
    """Make a chapter's body, still in one piece, from a copy: the book's own tree stays as it is.

    `images` are the keys that the book holds. Links to `#id` and images by their keys stay
    as they are, as any file may have what they name.
    """
    content = own_body(draft.chapter)
    found = list(outline(content))
    for heading in draft.headings:
        found[heading.position].set("id", heading.id)
    mark_notes(content)
    drop_unknown_images(content, images)
    replace_missing_images(content, draft.language)
    mend_links(content, report, draft.chapter.slug)
    highlight(content)
    conform(content)
    if draft.spans:
        add_spans(content)
    return content
