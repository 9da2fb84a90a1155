"""What the contents list of a chapter, and the keys of the images that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from articlekit.inventory import Heading
from articlekit.model import IMAGE_SCHEME

#: The lowest level that the contents list.
DEPTH = 3


def name_headings(headings: Iterable[Heading], stem: str, taken: set[str]) -> Iterator[Heading]:
    """Give those without an id one, with `stem` in it.

    Ids that are made are added to `taken`, which has all others of the book.
    """
    for each in headings:
        anchor = each.id or _unused(f"heading-{stem}-{each.position + 1}", taken)
        taken.add(anchor)
        yield each if each.id else Heading(each.position, each.level, each.label, anchor)


def _unused(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "_"
    return wanted


def image_key(source: str) -> str | None:
    """Return the key of `Book.images` that an `img` names, or None when it names none."""
    return source.removeprefix(IMAGE_SCHEME) if source.startswith(IMAGE_SCHEME) else None
