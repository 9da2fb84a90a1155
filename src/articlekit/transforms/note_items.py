"""The parts of a note's one form: its item, its mark, its links back."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from articlekit.html import append_text, remove, text_of
from articlekit.model import Element
from articlekit.transforms.note_marks import short_text

_BACK_SIGN: Final = "↩"
# What is left around a link back when it has gone.
_REST: Final = re.compile(r"[\s\^↑↩,;:.\[\]()（）\ufe0e\ufe0f]*\Z")
_LONGEST_WITH_BRACKETS: Final = 24
#: What a mark may be all of.
PHRASING: Final = frozenset("sup span small b i em strong font bdi cite mark a".split())
_BLOCKS_INSIDE: Final = frozenset({"p", "div", "section", "aside", "span"})
_OTHER_BLOCKS: Final = frozenset("ul ol dl table pre blockquote figure h1 h2 h3 h4 h5 h6".split())
_KEPT: Final = ("lang", "dir")


def as_item(block: Element) -> Element:
    """Make a list's item of a block, with the block's content."""
    source = list(block.iter("td"))[-1] if block.tag == "table" else block
    item = etree.Element("li", {key: block.get(key, "") for key in _KEPT if block.get(key)})
    item.text = source.text
    item.extend(list(source))
    for key in ("id", "name"):
        if source.tag == "li" and (value := source.get(key)):
            item.set(key, value)
    remove(block)
    return item


def outermost(element: Element, marks: set[Element]) -> Element:
    """The largest phrasing element that shows nothing but this one of the marks."""
    mark, sign = element, _bare(text_of(element))
    parent = element.getparent()
    while (
        parent is not None
        and parent.tag in PHRASING
        and _bare(short_text(parent, _LONGEST_WITH_BRACKETS) or "") == sign
        and parent.find(".//img") is None
        and not any(each in marks for each in parent.iterdescendants() if each is not mark)
    ):
        element, parent = parent, parent.getparent()
    return element


def _bare(text: str) -> str:
    return re.sub(r"[\s\[\]【】〔〕［］()（）]", "", text)


def drop_brackets(sup: Element) -> None:
    """Take away the brackets that stood around a mark, in the text before and behind it."""
    before, parent = sup.getprevious(), sup.getparent()
    if parent is None or not (sup.tail or "").startswith(("]", "】", "］", "〕")):
        return
    text = (parent.text if before is None else before.tail) or ""
    if text.endswith(("[", "【", "［", "〔")):
        sup.tail = (sup.tail or "")[1:]
        if before is None:
            parent.text = text[:-1]
        else:
            before.tail = text[:-1]


def lower(parent: Element) -> None:
    """Open a `sup` that holds several marks, so that each is one; commas between stay raised."""
    if parent.tag != "sup":
        return
    parent.tag = "span"
    for each in list(parent):
        if text := (each.tail or "").strip():
            comma = etree.Element("sup")
            comma.text, comma.tail, each.tail = text, None, None
            each.addnext(comma)
    if text := (parent.text or "").strip():
        comma = etree.Element("sup")
        comma.text, parent.text = text, None
        parent.insert(0, comma)
    for each in parent.iter("a"):
        if each.getparent() is parent and each.get("role") is None:
            _wrap(each)


def _wrap(link: Element) -> None:
    sup = etree.Element("sup")
    parent = link.getparent()
    if parent is not None:
        parent.replace(link, sup)
        sup.append(link)
        sup.tail, link.tail = link.tail or sup.tail, None


def is_back(link: Element) -> bool:
    return re.search(r"back|return|to-top", link.get("class") or "") is not None


def remove_around(link: Element, item: Element) -> None:
    """Remove a link back, and what around it is left without words."""
    parent, before = link.getparent(), link.getprevious()
    if before is not None:
        before.tail = (before.tail or "").rstrip(" \xa0")
    elif parent is not None:
        parent.text = (parent.text or "").rstrip(" \xa0")
    remove(link)
    while parent is not None and parent is not item:
        above = parent.getparent()
        if not _REST.match(text_of(parent)) or parent.find(".//img") is not None:
            return
        remove(parent)
        parent = above


def drop_label(item: Element, core: str) -> None:
    """Take the number or sign off a note's beginning; the list counts now."""
    sign = re.escape(core)
    bracketed = rf"[\[(（【〔［]\s*{sign}\s*[\])）】〕］]"
    label = re.compile(rf"\^?(?:{bracketed}|{sign})[.:：、)]?")
    place = item
    while _is_blank(place.text) and len(place) and place[0].tag in _BLOCKS_INSIDE:
        if label.fullmatch(text_of(place[0]).strip()):
            break
        place.text = None
        place = place[0]
    first = place[0] if len(place) else None
    if first is not None and _is_blank(place.text) and label.fullmatch(text_of(first).strip()):
        remove(first)
    else:
        bare = rf"{sign}(?:\s*[.:)]\s|\s*[、．：])" if core.isalnum() else sign
        found = re.match(rf"\s*\^?\s*(?:{bracketed}|{bare})", place.text or "")
        place.text = (place.text or "")[found.end() if found else 0 :]
    place.text = _AFTER_LABEL.sub("", place.text or "")


# Signs that stood behind a label, or around a link back that was one.
_AFTER_LABEL: Final = re.compile(r"\A[\s^↑]*(?:[.:)]\s+|[、．：\]】］]\s*)?")


def _is_blank(text: str | None) -> bool:
    return not (text or "").strip(" \t\n\r^")


def _is_box(element: Element) -> bool:
    if element.tag == "span":  # as WeChat's editors have it, around a paragraph
        return element.find("p") is not None
    return element.tag in _BLOCKS_INSIDE


def append_backs(item: Element, ids: list[str]) -> None:
    """Add the links back behind the last words of a note."""
    place = item
    while len(place) and _is_box(place[-1]) and not (place[-1].tail or "").strip():
        place[-1].tail = None
        place = place[-1]
    if len(place) and place[-1].tag in _OTHER_BLOCKS and not (place[-1].tail or "").strip():
        place = etree.SubElement(place, "p")
    for number, name in enumerate(ids, 1):
        append_text(place, " ")
        attributes = {"href": f"#{name}", "role": "doc-backlink"}
        link = etree.SubElement(place, "a", attributes)
        link.text = _BACK_SIGN if number == 1 else f"{_BACK_SIGN}{number}"
