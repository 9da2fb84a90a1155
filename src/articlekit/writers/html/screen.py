"""What a screen needs that paper does not: code in colours, and wide things that scroll."""

from __future__ import annotations

from typing import Final

from lxml import etree

from articlekit.html import MATHML
from articlekit.model import Element
from articlekit.writers.code import highlight
from articlekit.writers.stress import mark_dotted

_FORMULA: Final = f"{{{MATHML}}}math"
_BOXES: Final = {True: "☑", False: "☐"}
# What scrolls must be reached without a pointer (WCAG 2.2, 2.1.1).
_SCROLLS: Final = {"class": "wide", "tabindex": "0"}


def fit_screen(part: Element) -> None:
    """Colour code by classes, and let code, tables and formulas scroll where they are too wide."""
    highlight(part)
    for control in list(part.iter("input")):
        _as_text(control)
    for stressed in part.iter("em"):
        mark_dotted(stressed)
    for listing in part.iter("pre"):
        listing.set("tabindex", "0")
    for table in list(part.iter("table")):
        if next(table.iterancestors("table"), None) is None:
            _box(table, "div")
    for formula in list(part.iter(_FORMULA)):
        if formula.get("display") == "block":
            _box(formula, "span")


def _as_text(control: Element) -> None:
    """Show what was ticked by a sign: a field that does nothing would want a label."""
    sign = etree.Element("span", {"class": "box"})
    sign.text, sign.tail = _BOXES["checked" in control.attrib], control.tail
    if (parent := control.getparent()) is not None:
        parent.replace(control, sign)


def _box(content: Element, tag: str) -> None:
    """Put an element into a box that scrolls; what follows it stays behind the box."""
    parent = content.getparent()
    if parent is None:
        return
    box = etree.Element(tag, _SCROLLS)
    parent.replace(content, box)
    box.tail, content.tail = content.tail, None
    box.append(content)
