"""Notes told apart from other links, so that reading systems can show them where they are read."""

from __future__ import annotations

from lxml import etree

from articlekit.html import text_of
from articlekit.model import Element
from articlekit.writers.epub.document import EPUB_TYPE

_NOTES = ("li", "p", "div")
# A reference is a mark like "12", "[3]", "注1" or "†", in characters; longer ones are prose.
_LONGEST_MARK = 8


def mark_notes(body: Element) -> None:
    """Mark note references, notes and the links back (EPUB Structural Semantics, DPUB-ARIA).

    A note is an `li`, `p` or `div` that a mark leads to and that holds a link back to the
    mark, or to what is right around it. The two-way link is the only sign that every
    kind of footnote shares. An `li`'s content goes into a `div` that bears the marks and
    the id, since the items of a list may have no other role (ARIA in HTML).
    """
    by_id = {anchor: each for each in body.iter() if (anchor := each.get("id"))}
    notes: set[Element] = set()
    for reference in list(body.iter("a")):
        key = reference.get("href", "").removeprefix("#")
        note = by_id.get(key)
        if note is None or not _may_refer(reference, note):
            continue
        back = _link_back(note, reference)
        if back is not None:
            _mark(back, "backlink")
            if note not in notes:
                note = by_id[key] = _mark_note(note)
                notes.add(note)
        if note in notes:
            _mark(reference, "noteref")


def _may_refer(reference: Element, note: Element) -> bool:
    """Tell whether a link could be a note's; a link back is none, seen from its own side."""
    return (
        note.tag in _NOTES
        and reference.get("role") is None
        and len(text_of(reference).strip()) <= _LONGEST_MARK
        and note not in reference.iterancestors()
    )


def _link_back(note: Element, reference: Element) -> Element | None:
    around = [reference, *list(reference.iterancestors())[:2], *reference]
    targets = {f"#{anchor}" for each in around if (anchor := each.get("id"))}
    return next((each for each in note.iter("a") if each.get("href") in targets), None)


def _mark_note(note: Element) -> Element:
    if note.tag == "li":
        note = _wrap_content(note)
    return _mark(note, "footnote")


def _wrap_content(item: Element) -> Element:
    inner = etree.Element("div")
    inner.text, item.text = item.text, None
    inner.extend(list(item))
    inner.set("id", item.attrib.pop("id"))
    item.append(inner)
    return inner


def _mark(element: Element, kind: str) -> Element:
    # "backlink" is a role only; the structure vocabulary has no such term.
    if kind != "backlink":
        element.set(EPUB_TYPE, kind)
    element.set("role", f"doc-{kind}")
    return element
