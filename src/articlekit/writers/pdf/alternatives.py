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
# A caption says more than this where a picture is concerned; it is read out on its own, too.
_LONGEST: Final = 200


def describe_pictures(part: Element, language: str | None) -> None:
    """Give every picture a text: its own, else its caption, else the word for picture."""
    word = labels(language).image
    for image in part.iter("img"):
        if part.get("class") == "cover":
            # Three words at least, or checkers take the page for a scan of a text.
            image.set("alt", f"{labels(language).cover} · {image.get('alt', '')}")
        elif not describes(image.get("alt")):
            image.set("alt", _caption(image) or word)
    for drawing in part.iter(_SVG):
        title = drawing.find(_TITLE)
        if title is None:
            title = etree.Element(_TITLE)
            drawing.insert(0, title)
        if not (title.text or "").strip():
            title.text = _caption(drawing) or word


def _caption(picture: Element) -> str:
    figure = next(picture.iterancestors("figure"), None)
    caption = figure.find("figcaption") if figure is not None else None
    return " ".join(text_of(caption).split())[:_LONGEST] if caption is not None else ""
