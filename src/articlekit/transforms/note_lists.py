"""Notes without links: lists of references below an article, attributes, notes beside the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from articlekit.html import remove, text_of
from articlekit.model import Element
from articlekit.transforms.note_marks import Mark, Note, core_of, short_text

# What stands over such a list; WeChat lets no article link, so its authors number the addresses.
_TITLE: Final = re.compile(
    r"[\s\W]*(?:参考(?:资料|文献|链接|内容|来源)?|引用(?:链接|资料|来源)?|脚注|注释|註釋|註解|尾注|"
    r"相关链接|文中链接|参考與引用|references?|footnotes?|notes?|links|sources)[\s\W]*\Z",
    re.IGNORECASE,
)
_LONGEST_TITLE: Final = 24
_LABEL: Final = re.compile(r"\s*[\[【［]\s*(\d{1,3})\s*[\]】］]")
# In brackets, as a number alone may be a power; unless its class tells what it is.
_NUMBERED: Final = re.compile(r"[\[【［]\s*(\d{1,3})\s*[\]】］]\Z")
_CALLED: Final = re.compile(r"footnote|reference")
_HOLDERS: Final = frozenset({"p", "li", "div", "section"})
_ATTRIBUTES: Final = ("data-footnote", "data-note", "data-text", "title")
_BESIDE: Final = re.compile(r"(?:^|\s)(?:sidenote|marginnote)(?:\s|\Z)")


def listed_notes(marks: list[Element], body: Element) -> list[Note]:
    """Find the entries of a list of references that raised numbers without links mean.

    There must be a title over the list, its entries must count from one, and every number
    in the text must have its entry: else nothing is a note.
    """
    wanted: dict[int, list[Mark]] = {}
    for sup in marks:
        text = short_text(sup, _LONGEST_TITLE) or ""
        found = _NUMBERED.match(text)
        called = text.isdecimal() and _CALLED.search(sup.get("class") or "") is not None
        if (found or called) and sup.find(".//a") is None:
            core = found[1] if found else text
            wanted.setdefault(int(core), []).append(Mark(sup, core))
    title = _list_title(body) if wanted else None
    if title is None:
        return []
    entries = _entries(title)
    inside = {above for each in entries for above in (each, *each.iterdescendants())}
    if not entries or any(number > len(entries) or number < 1 for number in wanted):
        return []
    if any(mark.element in inside for found in wanted.values() for mark in found):
        return []
    return [Note(entries[number - 1], found) for number, found in sorted(wanted.items())]


def _list_title(body: Element) -> Element | None:
    found = None
    for each in body.iter("h1", "h2", "h3", "h4", "h5", "h6", "p", "section", "strong", "span"):
        words = short_text(each, _LONGEST_TITLE)
        if words and _TITLE.match(words):
            found = each
    return found


def _entries(title: Element) -> list[Element]:
    """The entries behind a title, in order, if they are numbered from one on."""
    labelled: list[Element] = []
    for block in _behind(title):
        if labelled and any(above is labelled[-1] for above in block.iterancestors()):
            continue
        if block.tag in ("ol", "ul"):
            items = block.findall("li")
            if not labelled and items and not any(_LABEL.match(_beginning(item)) for item in items):
                return items
        elif found := _LABEL.match(_beginning(block)):
            pieces = split_lines(block) if _is_leaf(block) else [block]
            if not _is_leaf(block) and len(_labels(block)) > 1:
                continue  # the box around the entries
            if int(found[1]) == len(labelled) + 1:
                labelled += pieces
    counted = [_LABEL.match(_beginning(each)) for each in labelled]
    right = [found is not None and int(found[1]) == n for n, found in enumerate(counted, 1)]
    return labelled if all(right) else []


def _beginning(block: Element) -> str:
    """The first words of a block, as many as a label could take."""
    words = ""
    for piece in block.itertext():
        words += str(piece).lstrip() if not words else str(piece)
        if len(words) > _LONGEST_TITLE:
            break
    return words[:_LONGEST_TITLE]


def _labels(block: Element) -> list[str]:
    return re.findall(r"[\[【［]\s*\d{1,3}\s*[\]】］]", text_of(block))


def _behind(title: Element) -> Iterator[Element]:
    for level in (title, *title.iterancestors()):
        if level.tag in ("body", "html"):
            return
        for sibling in level.itersiblings(etree.Element):
            yield from sibling.iter("p", "li", "div", "section", "span", "ol", "ul")


def _is_leaf(block: Element) -> bool:
    return next(block.iterdescendants("p", "li", "div", "section", "ul", "ol"), None) is None


def split_lines(block: Element) -> list[Element]:
    """Part a block at its `<br>`s, into one `p` for each line; itself when it has none."""
    if block.tag not in _HOLDERS or block.find("br") is None:
        return [block]
    lines: list[Element] = []
    line = etree.Element("p")
    line.text = block.text
    for child in list(block):
        if child.tag == "br":
            lines.append(line)
            line = etree.Element("p")
            line.text = child.tail
        else:
            line.append(child)
    lines.append(line)
    kept = [each for each in lines if text_of(each).strip()]
    around = block.getparent()
    if around is None or len(kept) < 2:
        for each in kept:  # put it together again
            block.text = each.text
            block[:] = list(each)
        return [block]
    kept[-1].tail = block.tail
    position = around.index(block)
    around[position : position + 1] = kept
    return kept


def spoken_notes(marks: list[Element]) -> list[Note]:
    """Make notes of what marks say in an attribute, as a browser shows it under the mouse."""
    notes = []
    for element in marks:
        core = core_of(element)
        said = next((v for key in _ATTRIBUTES if (v := (element.get(key) or "").strip())), "")
        address = (element.get("data-url") or "").strip()
        if core is None or not (said or address) or said == text_of(element).strip():
            continue
        block = etree.Element("li")
        block.text = said
        if address.startswith(("http://", "https://")) and address not in said:
            block.text = f"{said} " if said else None
            etree.SubElement(block, "a", href=address).text = address
        notes.append(Note(block, [Mark(element, core)]))
    return notes


def side_notes(spans: list[Element]) -> list[Note]:
    """Make notes of what a page sets into its margin, where a book has none."""
    notes = []
    beside = [each for each in spans if _BESIDE.search(each.get("class") or "")]
    inner = {each for span in beside for each in span.iterdescendants()}
    for span in beside:
        if span in inner or not text_of(span).strip():
            continue
        block = etree.Element("li")
        block.text = span.text
        block.extend(list(span))
        span.text = None
        for before in list(span.itersiblings(preceding=True))[:2]:
            if before.tag in ("label", "input") and "margin-toggle" in (before.get("class") or ""):
                remove(before)
        notes.append(Note(block, [Mark(span, "")]))
    return notes
