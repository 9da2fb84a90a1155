"""Notes said in EPUB's words, so that reading systems can show them where they are read."""

from __future__ import annotations

from lxml import etree

from articlekit.model import Element
from articlekit.writers.epub.document import EPUB_TYPE

# The roles of the normal form, and what EPUB calls the same; it has no term for links back.
_TYPES = {"doc-noteref": "noteref", "doc-endnotes": "endnotes"}


def mark_notes(body: Element) -> None:
    """Mark note references and notes (EPUB Structural Semantics 1.1, DPUB-ARIA 1.1).

    A note's content goes into an `aside` that bears the marks and the id, since the items of
    a list may have no other role (ARIA in HTML), and reading systems show an `aside` where
    its mark is touched.
    """
    for element in list(body.iter("a", "div")):
        kind = _TYPES.get(element.get("role", ""))
        if kind is not None:
            element.set(EPUB_TYPE, kind)
        if kind == "endnotes":
            element.set("class", "notes")
            for item in element.iterfind("ol/li[@id]"):
                _wrap_content(item)


def _wrap_content(item: Element) -> None:
    note = etree.Element("aside", {EPUB_TYPE: "footnote", "role": "doc-footnote"})
    note.text, item.text = item.text, None
    note.extend(list(item))
    note.set("id", item.attrib.pop("id"))
    item.append(note)
