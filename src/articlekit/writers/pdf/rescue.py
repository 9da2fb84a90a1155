"""What is left of a chapter whose layout fails: its words, as bare paragraphs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from articlekit.model import Chapter, Element

_BLOCKS: Final = frozenset(
    "body p h1 h2 h3 h4 h5 h6 li dt dd pre tr th td caption figure figcaption summary br hr".split()
)


def plain_chapter(chapter: Chapter) -> Chapter:
    """Return the chapter with nothing but paragraphs of its text; links to its ids still lead."""
    body = etree.Element("body")
    words: list[str] = []
    ids: list[str] = []
    for event, element in etree.iterwalk(chapter.body, events=("start", "end")):
        if element.tag in _BLOCKS:
            _flush(body, words, ids)
        if event == "start":
            ids += [identifier] if (identifier := element.get("id")) else []
            words.append(element.text or "")
        else:
            words.append(element.tail or "")
    _flush(body, words, ids)
    return replace(chapter, body=body)


def _flush(body: Element, words: list[str], ids: list[str]) -> None:
    """Make a paragraph of what was gathered, if it says anything, and begin anew."""
    text = " ".join("".join(words).split())
    words.clear()
    if not text:
        return
    paragraph = etree.SubElement(body, "p")
    for identifier in ids:
        etree.SubElement(paragraph, "a", {"id": identifier})
    if len(paragraph):
        paragraph[-1].tail = text
    else:
        paragraph.text = text
    ids.clear()
