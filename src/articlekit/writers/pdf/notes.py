"""Notes of the one form (docs/normal-form.md), moved to the foot of the page that calls them."""

from __future__ import annotations

from typing import Final

from lxml import etree

from articlekit.html import append_text, text_of
from articlekit.model import Element

_NOTEREF: Final = "doc-noteref"
_BACKLINK: Final = "doc-backlink"
# What a note at the foot may hold; a table or a program is no footnote.
_PLAIN: Final = frozenset(
    "a em strong code kbd samp var mark small sub sup u cite dfn abbr q ins del span bdi bdo "
    "ruby rt rp br wbr p".split()
)
# A longer note would take the page from the text that calls it; it stays at the end.
_LONGEST: Final = 700


def put_notes_at_foot(article: Element) -> None:
    """Move each note behind its first mark, as a `span` that print.css floats to the foot.

    Long notes, and those with more in them than paragraphs, stay where they are, and keep
    their numbers.
    """
    notes = {each.get("id"): each for each in _notes(article)}
    moved: set[Element] = set()
    for mark in list(article.iter("a")):
        note = notes.get((mark.get("href") or "")[1:])
        if mark.get("role") != _NOTEREF or note is None or note in moved:
            continue
        if _fits(mark, note):
            _move(mark, note)
            moved.add(note)
    for ending in list(article.iter("div")):
        if ending.get("role") == "doc-endnotes":
            _close_up(ending, moved)


def _notes(article: Element) -> list[Element]:
    return [
        note
        for ending in article.iter("div")
        if ending.get("role") == "doc-endnotes"
        for note in ending.iterfind("ol/li[@id]")
    ]


def _fits(mark: Element, note: Element) -> bool:
    """Tell whether a note may stand at the foot: it is short, plain, and called from text."""
    above = [each.tag for each in mark.iterancestors()]
    if "li" in above and any(each in note for each in mark.iterancestors("li")):
        return False
    plain = all(each.tag in _PLAIN for each in note.iterdescendants())
    called = not {"table", "figcaption", "caption"} & set(above) and note not in list(
        mark.iterancestors()
    )
    return plain and called and len(text_of(note)) <= _LONGEST


def _move(mark: Element, note: Element) -> None:
    """Put the note behind the `sup` of its mark, numbered as the mark is, and leading back."""
    foot = etree.Element("span", {"class": "footnote", "id": note.get("id", "")})
    number = etree.SubElement(foot, "a", {"class": "footnote-number"})
    number.set("href", f"#{mark.get('id')}")
    number.set("role", _BACKLINK)
    number.text = " ".join(text_of(mark).split())
    number.tail = " "
    for link in [each for each in note.iter("a") if each.get("role") == _BACKLINK]:
        if link.get("href") == number.get("href"):
            _drop(link)
    append_text(foot, note.text or "")
    for child in list(note):
        if child.tag == "p":
            child.tag = "span"
            child.set("class", "footnote-part")
        foot.append(child)
    sup = mark.getparent()
    parent = sup.getparent() if sup is not None else None
    if sup is not None and parent is not None:
        foot.tail, sup.tail = sup.tail, None
        parent.insert(parent.index(sup) + 1, foot)


def _drop(element: Element) -> None:
    """Take an element out, and leave what follows it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _close_up(ending: Element, moved: set[Element]) -> None:
    """Take the moved notes from a list, tell those left their numbers, and drop an empty list."""
    listed = ending.find("ol")
    if listed is None:
        return
    start = int(listed.get("start", "1"))
    for number, note in enumerate(list(listed), start):
        if note in moved:
            listed.remove(note)
        else:
            note.set("value", note.get("value", str(number)))
    parent = ending.getparent()
    if len(listed) == 0 and parent is not None:
        _drop(ending)
