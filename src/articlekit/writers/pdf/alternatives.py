"""Words for those who do not see a picture, as PDF/UA-1 wants them (ISO 14289-1, 7.3)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from articlekit.html import SVG, text_of
from articlekit.model import Element
from articlekit.writers.labels import labels
from articlekit.writers.missing import describes

_SVG: Final = f"{{{SVG}}}svg"
_TITLE: Final = f"{{{SVG}}}title"
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# A caption says more than this where a picture is concerned; it is read out on its own, too.
_LONGEST: Final = 200


def describe_pictures(part: Element, language: str | None, title: str = "") -> None:
    """Give every picture a text: its own, else what its caption or the heading above says.

    `title` is what stands above `part`. The bare word for picture would say nothing.
    """
    words = labels(language)
    above = title
    for element in part.iter("img", _SVG, *_HEADINGS):
        if element.tag in _HEADINGS:
            above = text_of(element)
            continue
        about = " ".join((_caption(element) or above).split())[:_LONGEST]
        said = f"{words.image}{words.colon}{about}" if about else words.image
        if element.tag == _SVG:
            _describe_drawing(element, said)
        elif part.get("class") == "cover":
            # Three words at least, or checkers take the page for a scan of a text.
            element.set("alt", f"{words.cover} · {element.get('alt', '')}")
        elif not describes(element.get("alt")):
            element.set("alt", said)


def _describe_drawing(drawing: Element, said: str) -> None:
    title = drawing.find(_TITLE)
    if title is None:
        title = etree.Element(_TITLE)
        drawing.insert(0, title)
    if not (title.text or "").strip():
        title.text = said


def _caption(picture: Element) -> str:
    figure = next(picture.iterancestors("figure"), None)
    caption = figure.find("figcaption") if figure is not None else None
    return text_of(caption) if caption is not None else ""
