"""What the normal form allows and an EPUB's XHTML does not, put right in a chapter's copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from types import MappingProxyType

from lxml import etree

from articlekit.html import MATHML, XML, remove
from articlekit.model import Element
from articlekit.writers.epub.drawing import mend_drawing
from articlekit.writers.epub.islands import DRAWING, MATH, describe_formula
from articlekit.writers.epub.words import language_tag
from articlekit.writers.missing import MISSING, shows_only_boxes
from articlekit.writers.stress import mark_dotted

_XML_LANG = f"{{{XML}}}lang"
_IN_A_LANGUAGE = etree.XPath("descendant-or-self::*[@lang or @xml:lang]")
# From here on a table, or a formula of so many elements, may be wider than a phone; what then
# scrolls must be reached without a pointer (WCAG 2.2, 2.1.1).
_MANY_COLUMNS = 6
_LONG_FORMULA = 40
_BOXES = {True: "☑", False: "☐"}
# HTML Standard, "The time element": the forms that a web page's <time> has: a month, a day, and a
# day and time with or without a zone. Others are shown and not claimed to be readable.
_TIME = re.compile(
    r"(\d{4}-\d\d)(?:(-\d\d)(?:[T ][012]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?"
    r"(?:Z|[+-][012]\d:?[0-5]\d)?)?)?"
)


def conform(body: Element) -> None:
    """Change what epubcheck or a reading system would stumble over.

    No text is lost but the brackets of `rp`, which only those see who cannot show ruby,
    and which epubcheck discourages (HTM-055).
    """
    for paragraph in _pictured(body):
        _paragraph(paragraph)
    for element in list(body.iter(*_CHANGES)):
        _CHANGES[str(element.tag)](element)
    for element in _IN_A_LANGUAGE(body):
        _set_languages(element)


def _pictured(body: Element) -> Collection[Element]:
    """Find the paragraphs that hold a picture, a formula, or what stands for a missing image."""
    boxes = (each for each in body.iter("a", "span") if each.get("class") == MISSING)
    shown = [*body.iter("img", DRAWING, MATH), *boxes]
    return dict.fromkeys(around for each in shown for around in each.iterancestors("p"))


def _set_languages(element: Element) -> None:
    """Say the language in both attributes; in SVG `xml:lang` alone is valid, in MathML neither."""
    given = [element.attrib.pop(name, None) for name in ("lang", _XML_LANG)]
    tag = next((tag for text in given if (tag := language_tag(text))), None)
    if tag is not None and not str(element.tag).startswith(f"{{{MATHML}}}"):
        if not str(element.tag).startswith("{"):
            element.set("lang", tag)
        element.set(_XML_LANG, tag)


def _paragraph(paragraph: Element) -> None:
    """Tell pictures and formulas that are paragraphs from those in a line, as no selector can."""
    inner = paragraph
    while inner.tag not in (MATH, DRAWING) and len(inner) == 1 and not _has_text(inner):
        inner = inner[0]
    if inner.tag in ("img", DRAWING) or shows_only_boxes(paragraph):
        paragraph.set("class", "picture")
    elif inner.tag == MATH and inner.get("display") == "block":
        long = sum(1 for _ in inner.iter(etree.Element)) > _LONG_FORMULA
        paragraph.set("class", "formula wide" if long else "formula")
        if long:
            paragraph.set("tabindex", "0")


def _has_text(only: Element) -> bool:
    """Tell whether an element of one child says something beside it."""
    return bool((only.text or "").strip() or (only[0].tail or "").strip())


def _alternative(image: Element) -> None:
    image.set("alt", image.get("alt", ""))


def _boolean(name: str) -> Callable[[Element], None]:
    """XML has no attribute without a value; HTML's spelling of true is the name itself."""

    def spell_out(element: Element) -> None:
        if element.get(name) is not None:
            element.set(name, name)

    return spell_out


def _box(box: Element) -> None:
    """Make a task's box a character: EPUB readers refuse or ignore form controls."""
    parent = box.getparent()
    if parent is None:
        return
    checked = box.get("checked") is not None
    sign = etree.Element("span", {"class": "task"})
    sign.text = _BOXES[checked]
    if anchor := box.get("id"):
        sign.set("id", anchor)
    sign.tail = box.tail
    parent.replace(box, sign)


def _time(element: Element) -> None:
    """Leave `time` only to what a machine can read, else it is not valid HTML."""
    known = element.get("datetime")
    text = known if known is not None else "".join(map(str, element.itertext()))
    if not _is_time(text.strip()):
        element.attrib.pop("datetime", None)
        element.tag = "span"


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    try:
        date.fromisoformat(found[1] + (found[2] or "-01"))
    except ValueError:
        return False
    return True


def _table(table: Element) -> None:
    """Put a table of many columns into a box that scrolls, where the screen is narrow."""
    parent = table.getparent()
    columns = max((len(row) for row in table.iter("tr")), default=0)
    if columns < _MANY_COLUMNS or parent is None:
        return
    box = etree.Element("div", {"class": "wide", "tabindex": "0"})
    parent.replace(table, box)
    box.tail, table.tail = table.tail, None
    box.append(table)


def _turn(element: Element) -> None:
    # HTML Standard, "The bdo element": one without dir says nothing and is an error.
    if element.get("dir") not in ("ltr", "rtl"):
        element.attrib.pop("dir", None)
        element.tag = "span"


def _code(block: Element) -> None:
    # Code runs left to right in any text; a style sheet of an EPUB may not say so
    # (EPUB 3.3, "CSS requirements": neither direction nor unicode-bidi).
    block.set("dir", block.get("dir", "ltr"))


_CHANGES: Mapping[str, Callable[[Element], None]] = MappingProxyType(
    {
        "em": mark_dotted,
        "img": _alternative,
        "ol": _boolean("reversed"),
        "details": _boolean("open"),
        "input": _box,
        "time": _time,
        "bdo": _turn,
        "table": _table,
        "pre": _code,
        "rp": remove,
        MATH: describe_formula,
        DRAWING: mend_drawing,
    }
)
