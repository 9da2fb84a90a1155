"""Notes go to the foot of the page that their mark is on, out of the list at the end."""

from __future__ import annotations

from collections.abc import Callable

from articlekit.model import Element
from articlekit.writers.pdf.typst.walk import Context

_LISTS = 'div[@role="doc-endnotes"]'


def take_notes(body: Element, context: Context, render: Callable[[Element], str]) -> None:
    """Move the notes of `body` that the text has marks of into `context.notes`, as code.

    `body` is changed: their entries go, and so do lists that are empty then. A note whose
    mark is in a note alone stays in the list, as no page has its mark in the text.
    """
    lists = list(body.iterfind(f".//{_LISTS}"))
    marked = _marked(body, lists)
    taken: list[tuple[str, Element]] = []
    for each in lists:
        for entry in list(each.iter("li")):
            identifier = entry.get("id")
            if identifier is not None and identifier in marked:
                taken.append((identifier, entry))
    # Known before any is rendered: a note may lead to another.
    context.notes.update(dict.fromkeys((identifier for identifier, _ in taken), ""))
    codes = {identifier: _code(entry, render) for identifier, entry in taken}
    for identifier, entry in taken:
        if codes[identifier]:
            context.notes[identifier] = codes[identifier]
            _drop(entry)
        else:
            del context.notes[identifier]
    for each in lists:
        if next(each.iter("li"), None) is None:
            _drop(each)


def _marked(body: Element, lists: list[Element]) -> set[str]:
    """The ids that marks lead to, from anywhere but the lists of notes."""
    inside = {mark for each in lists for mark in each.iter("a")}
    return {
        (mark.get("href") or "")[1:]
        for mark in body.iter("a")
        if mark.get("role") == "doc-noteref" and mark not in inside
    }


def _code(entry: Element, render: Callable[[Element], str]) -> str:
    """Render a note's content; its first paragraph begins beside the number."""
    first = next(iter(entry), None)
    if first is not None and first.tag == "p" and not (entry.text or "").strip():
        first.tag = "span"
        if len(entry) > 1:
            first.tail = None
            mark = entry.makeelement("p")
            entry.insert(1, mark)
    # What holds blocks alone has its spaces taken off, and a note may be a line of text.
    text = (entry.text or "").strip() or any((each.tail or "").strip() for each in entry)
    entry.tag, identifier = "span" if text else "div", entry.attrib.pop("id", None)
    try:
        return render(entry)
    finally:
        entry.tag = "li"
        if identifier is not None:
            entry.set("id", identifier)


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
