"""What the normal form allows and an EPUB's XHTML does not, put right in a chapter's copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from lxml import etree

from articlekit.html import MATHML, XML, remove
from articlekit.model import Element
from articlekit.writers.epub.islands import DRAWING, MATH, mend_drawing, mend_formula
from articlekit.writers.epub.words import language_tag

_XML_LANG = f"{{{XML}}}lang"
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
    for element in list(body.iter(etree.Element)):
        _set_languages(element)
        change = _CHANGES.get(str(element.tag))
        if change is not None:
            change(element)


def _set_languages(element: Element) -> None:
    """Say the language in both attributes; in SVG `xml:lang` alone is valid, in MathML neither."""
    given = [element.attrib.pop(name, None) for name in ("lang", _XML_LANG)]
    tag = next((tag for text in given if (tag := language_tag(text))), None)
    if tag is not None and not str(element.tag).startswith(f"{{{MATHML}}}"):
        if not str(element.tag).startswith("{"):
            element.set("lang", tag)
        element.set(_XML_LANG, tag)


def _paragraph(paragraph: Element) -> None:
    """Tell a picture that is a paragraph from one in a line, which no selector can."""
    inner = paragraph
    while len(inner) == 1 and not (inner.text or "").strip() and not (inner[0].tail or "").strip():
        inner = inner[0]
    if inner.tag == "img" or inner.get("class") == "missing-image":
        paragraph.set("class", "picture")


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
        "p": _paragraph,
        "img": _alternative,
        "ol": _boolean("reversed"),
        "details": _boolean("open"),
        "input": _box,
        "time": _time,
        "bdo": _turn,
        "pre": _code,
        "rp": remove,
        MATH: mend_formula,
        DRAWING: mend_drawing,
    }
)
