"""Handlers of what stands in a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from articlekit.html import text_of
from articlekit.model import Element
from articlekit.writers.labels import direction
from articlekit.writers.pdf.addresses import CLASS
from articlekit.writers.pdf.elsewhere import address_of
from articlekit.writers.pdf.scripts import EAST_ASIAN, script_of
from articlekit.writers.pdf.typst.languages import tongue
from articlekit.writers.pdf.typst.literals import BREAK, block, call, literal
from articlekit.writers.pdf.typst.walk import Context, Handler, Parts, Picture

# Pictures that are no higher stand in the line, and shrink as the text did from the web's
# 16 pixels; the others have a place of their own.
_INLINE_HEIGHT: Final = 64
_INLINE_SCALE: Final = 10.5 / 16
_POINTS: Final = 0.75
# What nobody measured: the size that HTML gives a replaced element (CSS 2.2, 10.3.2).
_UNKNOWN: Final = (300.0, 150.0)
_CODE: Final = ("code", "kbd", "samp")
_LEADS_OUT: Final = re.compile(r"(?:https?|mailto|tel|ftp):", re.IGNORECASE)


def around(function: str) -> Handler:
    """Make a handler that hands the content to a function; without any it is nothing."""

    def handle(element: Element, parts: Parts, context: Context) -> str:
        return call(function, block(parts.code)) if parts.code else ""

    return handle


def _link(element: Element, parts: Parts, context: Context) -> str:
    role, href = element.get("role"), element.get("href") or ""
    if role == "doc-backlink":
        return ""
    if role == "doc-noteref" and (note := _note(element, href[1:], context)):
        return note
    if not parts.code:
        return ""
    body = block(parts.code)
    if element.get("class") == "missing-image":
        body = call("absent", body)
    if href.startswith("#"):
        return _within(href[1:], element, body, context)
    # In code an address looks as the rest of it does.
    code = element.get("class") == CLASS and next(element.iterancestors(*_CODE), None) is not None
    function = "link" if code else "web"
    return call(function, literal(href), body) if _LEADS_OUT.match(href) else body


def _within(identifier: str, element: Element, body: str, context: Context) -> str:
    """Return a link within the book, or its body alone where nothing has the id."""
    if identifier in context.targets:
        return call("go", literal(identifier), body)
    if identifier in context.elsewhere:
        said = " ".join(text_of(element).split())
        return call("web", literal(address_of(identifier, said or identifier)), body)
    return body


def _note(mark: Element, identifier: str, context: Context) -> str:
    """Return the note that a mark leads to, or where it was shown, the way there."""
    if identifier not in context.notes:
        return ""
    number = literal(text_of(mark).strip())
    if identifier in context.shown or not context.notes[identifier]:
        return call("again", number, literal(identifier))
    context.shown.add(identifier)
    return call("note", number, literal(identifier), block(context.notes[identifier]))


def _superscript(element: Element, parts: Parts, context: Context) -> str:
    marks = [child for child in element if child.get("role") == "doc-noteref"]
    if marks and any((mark.get("href") or "")[1:] in context.notes for mark in marks):
        return parts.code
    return call("raised", block(parts.code)) if parts.code else ""


def _stress(element: Element, parts: Parts, context: Context) -> str:
    """Dots under Han characters, italics for words in Latin letters alone."""
    eastern = any(script_of(char) in EAST_ASIAN for char in text_of(element))
    return around("stressed" if eastern else "emph")(element, parts, context)


# Spans that writers put in, and book.typ's function for each.
_CLASSES: Final = {"missing-image": "absent", "last": "last", "link-number": "link-number"}


def _span(element: Element, parts: Parts, context: Context) -> str:
    if not parts.code:
        return ""
    if element.get("class") in _CLASSES:
        return call(_CLASSES[element.get("class") or ""], block(parts.code))
    if (language := element.get("lang")) is not None:
        return tongue(language, element.get("dir") or direction(language), block(parts.code))
    if (way := element.get("dir")) in ("ltr", "rtl"):
        return call("text", f"dir:{way}", block(parts.code))
    return parts.code


def _ruby(element: Element, parts: Parts, context: Context) -> str:
    """Set each base under its reading; the reading follows its base in the copied text."""
    made: list[str] = []
    base = [parts.pieces[0]] if parts.pieces[0] else []
    for at, (child, code) in enumerate(parts.children):
        if child.tag == "rt" and code:
            made.append(call("ruby", block(";".join(base)), block(code)))
            base = []
        elif code:
            base.append(code)
        if tail := parts.pieces[2 * at + 2]:
            base.append(tail)
    return ";".join([*made, *base])


def _image(element: Element, parts: Parts, context: Context) -> str:
    picture = context.pictures.get(element.get("src") or "")
    if picture is None:
        return ""
    width, height = _size(element, picture)
    said = literal(element.get("alt") or "")
    # A picture that is alone, or nearly, is none of the line's, however small.
    if height <= _INLINE_HEIGHT and not _stands_alone(element):
        sizes = (f"{side * _INLINE_SCALE:.2f}" for side in (width, height))
        return call("sign", literal(picture.file), *sizes, said)
    sizes = (f"{side * _POINTS:.2f}" for side in (width, height))
    return call("picture", literal(picture.file), *sizes, said)


def _stands_alone(image: Element) -> bool:
    around = next(image.iterancestors("p", "figure", "li", "td", "th", "dd"), None)
    return around is None or around.tag == "figure" or not text_of(around).strip()


def _size(element: Element, picture: Picture) -> tuple[float, float]:
    """The size in pixels: what the article says, and the file's own where it says nothing."""
    own = (picture.width, picture.height) if picture.width and picture.height else _UNKNOWN
    width, height = _pixels(element.get("width")), _pixels(element.get("height"))
    if width and height and picture.width:
        # Both may not fit the file, which is never drawn out of shape.
        return width, width * own[1] / own[0]
    if width:
        return width, width * own[1] / own[0]
    if height:
        return height * own[0] / own[1], height
    return own


def _pixels(value: str | None) -> float:
    """A length of HTML; more than any page is no use, and might be more than numbers hold."""
    return float(min(int(value), 20_000)) if value and value.isdecimal() and len(value) < 9 else 0.0


def _drawing(element: Element, parts: Parts, context: Context) -> str:
    name = f"{context.prefix}-{len(context.drawings) + 1}.svg"
    tail, element.tail = element.tail, None
    context.drawings[name] = etree.tostring(element)
    element.tail = tail
    width, height = _UNKNOWN
    box = re.split(r"[\s,]+", (element.get("viewBox") or "").strip())
    sizes = [element.get("width"), element.get("height")]
    numbers = [_number(size) for size in sizes] if all(sizes) else [_number(n) for n in box[2:4]]
    if len(numbers) == 2 and all(0 < number < 1e5 for number in numbers):
        width, height = numbers
    title = element.find("{*}title")
    said = literal((title is not None and title.text) or "")
    return call("picture", literal(name), f"{width * _POINTS:.2f}", f"{height * _POINTS:.2f}", said)


def _number(text: str | None) -> float:
    found = re.match(r"\d{1,9}(?:\.\d{1,9})?(?=(?:px)?\s*$)", (text or "").strip())
    return float(found[0]) if found else 0.0


def _checkbox(element: Element, parts: Parts, context: Context) -> str:
    if is_marker(element):
        return ""
    return call("tick", "false" if element.get("checked") is None else "true") + ';" "'


def is_marker(box: Element) -> bool:
    """Tell whether a box stands where the bullet would, as those of a list of tasks do."""
    item = next(box.iterancestors("li"), None)
    tasks = item.getparent() if item is not None else None
    return tasks is not None and tasks.tag == "ul" and box in task_boxes(tasks)


def task_boxes(listed: Element) -> list[Element]:
    """Return the boxes that the items of a list begin with, none unless all do."""
    items = list(listed.iterchildren("li"))
    boxes = [next(item.iter("input"), None) for item in items if not (item.text or "").strip()]
    found = [box for box in boxes if box is not None]
    return found if len(found) == len(items) else []


#: By tag.
INLINE: Final[Mapping[str, Handler]] = {
    "a": _link,
    "br": lambda element, parts, context: "linebreak()",
    "cite": around("slanted"),
    "code": around("typed"),
    "del": around("strike"),
    "dfn": _stress,
    "em": _stress,
    "img": _image,
    "input": _checkbox,
    "ins": around("underline"),
    "kbd": around("typed"),
    "mark": around("marked"),
    "rp": lambda element, parts, context: "",
    "ruby": _ruby,
    "samp": around("typed"),
    "small": around("small"),
    "span": _span,
    "bdi": _span,
    "bdo": _span,
    "strong": around("strong"),
    "sub": around("lowered"),
    "sup": _superscript,
    "svg": _drawing,
    "u": around("underline"),
    "var": _stress,
    "wbr": lambda element, parts, context: BREAK,
}
