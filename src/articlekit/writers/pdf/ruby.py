"""Readings above their base, which WeasyPrint 70 does not set of `ruby` itself.

Each base with its reading becomes a box of two lines that stands on the base's own line.
"""

from __future__ import annotations

from lxml import etree

from articlekit.html import append_text
from articlekit.model import Element


def set_ruby(article: Element) -> None:
    """Turn each `ruby` into boxes of the class `ruby` that print.css sets."""
    for ruby in list(article.iter("ruby")):
        _set(ruby)


def _set(ruby: Element) -> None:
    bases: list[Element] = []
    base = _base()
    append_text(base, ruby.text or "")
    for child in list(ruby):
        tail, child.tail = child.tail or "", None
        if child.tag == "rt":
            bases.append(_box(base, child))
            base = _base()
        elif child.tag != "rp":
            base.append(child)
        append_text(base, tail.strip() if child.tag in ("rt", "rp") else tail)
    ruby.tag, ruby.text = "span", None
    del ruby[:]
    ruby.extend(bases)
    if base.text or len(base):
        ruby.append(base)


def _base() -> Element:
    return etree.Element("span", {"class": "ruby-base"})


def _box(base: Element, reading: Element) -> Element:
    """One base under its reading; the reading comes first, as boxes are set from the top."""
    box = etree.Element("span", {"class": "ruby"})
    reading.tag = "span"
    reading.set("class", "ruby-reading")
    box.append(reading)
    box.append(base)
    return box
