"""The spans that Kobo's own reading engine counts by.

A Kobo opens a file named `….kepub.epub` with that engine; its place in the book, marks and
statistics hang on `<span class="koboSpan" id="kobo.P.S">` around every sentence, where P
counts blocks and S the sentences in one, as the tool kepubify makes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from articlekit.html import MATHML, SVG
from articlekit.model import Element

_BLOCKS: Final = frozenset("p li h1 h2 h3 h4 h5 h6 td th dt dd figcaption caption summary".split())
# Kobo's engine takes these as they are; a ruby's parts may not stand apart.
_UNTOUCHED: Final = frozenset({"pre", "ruby", f"{{{SVG}}}svg", f"{{{MATHML}}}math"})
# Where only blocks may stand, white space is nothing to read.
_FRAMES: Final = frozenset("ul ol dl table thead tbody tfoot tr".split())
_SENTENCE: Final = re.compile(r".+?(?:[。！？!?…]+[”’」』）)]*|[.][”’\")]*(?=\s)|\Z)\s*", re.DOTALL)


def add_spans(body: Element) -> None:
    """Put every sentence and picture of `body` into a span of its own; the text stays."""
    marker = _Marker()
    # Places are gathered first, as the spans that are put into them are places, too.
    for place, element in list(_places(body)):
        place(marker, element)


def _places(body: Element) -> Iterator[tuple[Callable[[_Marker, Element], None], Element]]:
    """Yield what there is to do, in reading order, each with its element."""
    skipped: Element | None = None
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if skipped is None and event == "start":
            if element.tag in _UNTOUCHED:
                skipped = element
                continue
            yield _enter, element
        elif skipped is None or element is skipped:
            skipped = None
            if element is not body:
                yield _leave, element


def wrap_page(body: Element) -> None:
    """Put the page's content into the two boxes that the engine turns into columns."""
    columns = etree.Element("div", {"id": "book-columns"})
    inner = etree.SubElement(columns, "div", {"id": "book-inner"})
    inner.text, body.text = body.text, None
    inner.extend(list(body))
    body.append(columns)


class _Marker:
    """Hands out the numbers; one is of a chapter."""

    def __init__(self) -> None:
        self.block = 1
        self.sentence = 0

    def next_block(self) -> None:
        self.block += 1
        self.sentence = 0

    def span(self) -> Element:
        self.sentence += 1
        name = f"kobo.{self.block}.{self.sentence}"
        return etree.Element("span", {"class": "koboSpan", "id": name})

    def sentences(self, text: str) -> Iterator[Element]:
        for found in _SENTENCE.finditer(text):
            span = self.span()
            span.text = found[0]
            yield span


def _enter(marker: _Marker, element: Element) -> None:
    """Begin a block, wrap an element's first text, and a picture itself."""
    if element.tag in _BLOCKS:
        marker.next_block()
    parent = element.getparent()
    if element.tag == "img" and parent is not None:
        span = marker.span()
        span.tail, element.tail = element.tail, None
        parent.replace(element, span)
        span.append(element)
    elif (text := element.text) and text.strip() and element.tag not in _FRAMES:
        element.text = None
        for place, span in enumerate(list(marker.sentences(text))):
            element.insert(place, span)


def _leave(marker: _Marker, element: Element) -> None:
    """Wrap the text behind an element."""
    if element.tag == "img" and (around := element.getparent()) is not None:
        element = around
    parent, text = element.getparent(), element.tail
    if parent is not None and text and text.strip() and parent.tag not in _FRAMES:
        element.tail = None
        for place, span in enumerate(list(marker.sentences(text)), parent.index(element) + 1):
            parent.insert(place, span)
