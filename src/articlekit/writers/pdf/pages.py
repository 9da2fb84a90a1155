"""A page between layout and painting: justified, its links gathered, its markers in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from weasyprint.document import Page
from weasyprint.layout.background import layout_box_backgrounds

from articlekit.html import text_of
from articlekit.writers.pdf.elsewhere import address_of
from articlekit.writers.pdf.justify import justify


def justified(page: Page) -> Page:
    """Justify a page, and gather its links again, as they have moved with the text."""
    box = page._page_box
    _settle_markers(box)
    justify(box, partial(_lay_out_background, box))
    page = Page(box)
    page.links = list(_whole_links(page.links))
    return page


def _settle_markers(page: Any) -> None:
    """Paint the marker of a list's item before the item, as it is in the tree of tags.

    WeasyPrint places it as CSS places what has a position, and so paints all markers of a
    page behind its text: a screen reader that goes by the content would hear them last.
    """
    pending = [page]
    while pending:
        box = pending.pop()
        # Beside lines a marker would have to be one of them; WeasyPrint puts blocks there.
        lines = bool(box.children) and hasattr(box.children[-1], "resume_at")
        for child in box.children:
            marker = getattr(child, "_box", child)
            if getattr(marker, "is_outside_marker", False) and not lines:
                marker.style = marker.style.copy()
                marker.style["position"] = "static"
            elif hasattr(child, "children"):
                pending.append(child)


def _whole_links(links: Iterable[Any]) -> Iterator[Any]:
    """Yield one link for each box of an `a`.

    WeasyPrint gives one to every box inside, too: those are made part of the first, as a
    picture may be higher than its line, and only an `a` is tagged as a link.
    """
    waiting: list[Any] = []
    for kind, target, rectangle, box in links:
        inside = waiting and waiting[:2] == [kind, target] and _tag(box) != "a"
        if inside:
            waiting[2] = _around(waiting[2], rectangle)
            continue
        if waiting:
            yield tuple(waiting)
        waiting = [kind, target, rectangle, box]
    if waiting:
        yield tuple(waiting)


def _tag(box: Any) -> str:
    return str(box.element_tag or "").partition(":")[0]


def _around(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    low, high = map(min, one[:2], other[:2]), map(max, one[2:], other[2:])
    return (*low, *high)


def _lay_out_background(page: object, box: object) -> None:
    layout_box_backgrounds(page, box, _no_image, layout_children=False)


def _no_image(**_: object) -> None:
    """Stand in for the loader of background images: print.css has none."""


def lead_elsewhere(pages: Iterable[Page], there: frozenset[str]) -> None:
    """Give links to what is not `there` the addresses of another part's places."""
    for page in pages:
        page.links = [
            link if link[0] != "internal" or link[1] in there else _elsewhere(*link)
            for link in page.links
        ]


def _elsewhere(_: str, anchor: str, rectangle: tuple[float, ...], box: Any) -> tuple[Any, ...]:
    said = "" if box.element is None else " ".join(text_of(box.element).split())
    return "external", address_of(anchor, said or anchor), rectangle, box
