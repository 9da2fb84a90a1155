"""Handlers of blocks, tables and formulas apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from articlekit.html import text_of
from articlekit.model import Element
from articlekit.writers.labels import direction
from articlekit.writers.missing import shows_only_boxes
from articlekit.writers.pdf.typst.inline import around, task_boxes
from articlekit.writers.pdf.typst.languages import tongue
from articlekit.writers.pdf.typst.literals import block, call, literal
from articlekit.writers.pdf.typst.walk import Context, Handler, Parts

# In a list, a cell or a note, the first paragraph begins beside what is before it.
_BESIDE: Final = frozenset({"li", "td", "th", "dd"})
# How `ol[type]` counts, in Typst's patterns.
_NUMBERING: Final = {"1": "1.", "a": "a.", "A": "A.", "i": "i.", "I": "I."}
_EMPTY_LINE: Final = re.compile(r"^$", re.MULTILINE)
# Numbers are kept within what an i64 and a page can hold.
_MOST: Final = 10**9


def _paragraph(element: Element, parts: Parts, context: Context) -> str:
    if not parts.code:
        return ""
    if _is_picture(element) or shows_only_boxes(element):
        return _in_language(element, call("centred", block(parts.code)))
    if _has_display(element):
        # A formula of its own line is a block, which a paragraph cannot hold.
        return _in_language(element, f"parbreak();{parts.code};parbreak()")
    return _in_language(element, call("par", block(parts.code)))


def _is_picture(element: Element) -> bool:
    held = next(element.iter("img", "{*}svg"), None)
    return held is not None and not text_of(element).strip()


def _has_display(element: Element) -> bool:
    return any(math.get("display") == "block" for math in element.iter("{*}math"))


def _in_language(element: Element, code: str) -> str:
    """Put the element's own language and direction around its code."""
    language, way = element.get("lang"), element.get("dir")
    if language is not None:
        return tongue(language, way or direction(language), block(code))
    return call("text", f"dir:{way}", block(code)) if way in ("ltr", "rtl") else code


def _heading(element: Element, parts: Parts, context: Context) -> str:
    identifier = element.get("id")
    place = literal(identifier) if identifier and identifier in context.targets else "none"
    body = block(parts.code)
    return call("head", str(element.tag)[1:], place, _in_language(element, body))


def _holder(function: str) -> Handler:
    made = around(function)

    def handle(element: Element, parts: Parts, context: Context) -> str:
        code = made(element, parts, context)
        return _in_language(element, code) if code else ""

    return handle


def _division(element: Element, parts: Parts, context: Context) -> str:
    return _in_language(element, parts.code) if parts.code else ""


def _items(parts: Parts) -> Iterator[tuple[Element, str]]:
    for child, code in parts.children:
        if child.tag == "li" and code:
            yield child, code


def _bullets(element: Element, parts: Parts, context: Context) -> str:
    items = list(_items(parts))
    if not items:
        return ""
    if boxes := task_boxes(element):
        done = {box for box in boxes if box.get("checked") is not None}
        ticked = [next(item.iter("input"), None) in done for item, _ in items]
        tasks = (
            call("enum.item", str(int(tick)), block(code))
            for tick, (_, code) in zip(ticked, items, strict=True)
        )
        return _in_language(element, call("enum", "numbering:ticked", "tight:false", *tasks))
    return _in_language(element, call("list", "tight:false", *(block(code) for _, code in items)))


def _numbers(element: Element, parts: Parts, context: Context) -> str:
    items = list(_items(parts))
    if not items:
        return ""
    step = -1 if element.get("reversed") is not None else 1
    number = _integer(element.get("start"), len(items) if step < 0 else 1)
    counted = []
    for item, code in items:
        number = _integer(item.get("value"), number)
        counted.append(call("enum.item", f"{max(0, number)}", block(code)))
        number += step
    pattern = _NUMBERING.get(element.get("type") or "1", "1.")
    # Letters and Roman numerals count from one; below it numbers are figures.
    pattern = pattern if _integer(element.get("start"), 1) > 0 and step > 0 else "1."
    numbering = f"numbering:{literal(pattern)}"
    return _in_language(element, call("enum", numbering, "tight:false", *counted))


def _integer(text: str | None, otherwise: int) -> int:
    digits = (text or "").removeprefix("-")
    if not digits.isdecimal() or len(digits) > 9:
        return otherwise
    return max(0, min(int(text or ""), _MOST))


def _item(element: Element, parts: Parts, context: Context) -> str:
    if not parts.code:
        return '""'
    return _in_language(element, call("item", block(parts.code)))


def _term(element: Element, parts: Parts, context: Context) -> str:
    return call("described", block(parts.code), "none") if parts.code else ""


def _definition(element: Element, parts: Parts, context: Context) -> str:
    code = call("described", "none", block(parts.code)) if parts.code else ""
    return _in_language(element, code) if code else ""


def _preformatted(element: Element, parts: Parts, context: Context) -> str:
    code = element.find("code")
    held = element if code is None else code
    name = (held.get("class") or "").removeprefix("language-")
    # A line without anything would be an empty paragraph to those who are read to.
    text = _EMPTY_LINE.sub(" ", text_of(held))
    return call("code", literal(name) if name else "none", literal(text)) if text.strip() else ""


def _figure(element: Element, parts: Parts, context: Context) -> str:
    if not parts.code:
        return ""
    # Pictures stay with their captions; code and tables may be longer than a page.
    long = any(True for _ in element.iter("pre", "table", "ul", "ol", "blockquote"))
    return _in_language(element, call("figured", "true" if long else "false", block(parts.code)))


def _details(element: Element, parts: Parts, context: Context) -> str:
    title = [code for child, code in parts.children if child.tag == "summary" and code]
    if not title:
        return parts.code
    rest = [code for child, code in parts.children if child.tag != "summary" and code]
    code = call("details", block(title[0]), block(";".join(rest)))
    return _in_language(element, code)


#: By tag.
BLOCKS: Final[Mapping[str, Handler]] = {
    "blockquote": _holder("quoted"),
    "details": _details,
    "dd": _definition,
    "div": _division,
    "dt": _term,
    "figcaption": _holder("captioned"),
    "figure": _figure,
    **dict.fromkeys("h1 h2 h3 h4 h5 h6".split(), _heading),
    "hr": lambda element, parts, context: "rule",
    "li": _item,
    "ol": _numbers,
    "p": _paragraph,
    "pre": _preformatted,
    "ul": _bullets,
}
