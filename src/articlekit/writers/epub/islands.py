"""Formulas and drawings as EPUB wants them: with words, and without loose references."""

from __future__ import annotations

import re

from lxml import etree

from articlekit.html import MATHML, SVG
from articlekit.model import Element
from articlekit.writers.epub.words import clean

MATH = f"{{{MATHML}}}math"
DRAWING = f"{{{SVG}}}svg"
_TOKENS = tuple(f"{{{MATHML}}}{name}" for name in ("mi", "mn", "mo", "mtext", "ms"))
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]*)")


def describe_formula(formula: Element) -> None:
    """Give a formula words for those who do not get MathML (epubcheck's ACC-009).

    They are its TeX, which the normal form keeps, as people who read formulas aloud or in
    braille know that notation; else its own characters.
    """
    if not formula.get("alttext"):
        words = (each.text or "" for each in formula.iter(*_TOKENS))
        formula.set("alttext", clean(" ".join(words)))


def drop_dangling(body: Element) -> None:
    """Take out drawings' references to parts that the page does not have (epubcheck's RSC-012)."""
    drawings = list(body.iter(DRAWING))
    if not drawings:
        return
    known = {each.get("id") for each in body.iter(etree.Element)}
    for element in (each for drawing in drawings for each in drawing.iter(etree.Element)):
        for name, value in list(element.attrib.items()):
            found = _REFERENCE.search(value)
            target = found[1] if found else value[1:] if name == "href" else None
            if target is not None and target not in known:
                del element.attrib[name]
