"""Where a page's notes are, and the marks in the text that lead to them.

Every tool writes them in another way. What they share: a short mark, in a `sup` or in
brackets or called a note by a name, and a place that it leads to further down. A mark
without such a place is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from urllib.parse import unquote

from lxml import etree

from articlekit.html import text_of
from articlekit.model import Element

# What stands for a note: a number, a letter or two, stars and daggers, with brackets or 注.
_MARK: Final = re.compile(
    r"[\[(（【〔［{]?\s*(?:注|註|note|fn|n)?\.?\s*(?P<core>\d{1,4}(?::\d{1,2})?|[a-zA-Z]{1,2}|[ivx]{1,5}|[*†‡§¶#※＊]{1,4}"
    r"|[①-⑳]|[¹²³⁰⁴-⁹]{1,3})\s*[\])）】〕］}]?\Z",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"[\[【〔［].{1,8}[\]】〕］]\Z")
BACK: Final = re.compile(
    r"[\s\ufe0e\ufe0f]*(?:[↩↵⏎↑^⤴⬆←↥⇧⮌🔙]|\[?(?:back|return|jump up|返回(?:正文)?|回到正文)\]?)"
    r"[\s\ufe0e\ufe0f\d]*\Z",
    re.IGNORECASE,
)
# How tools call a note, in class names, ids, `rel`, `role` and `epub:type`.
_CALLED: Final = re.compile(
    r"(?:^|[\s_-])(?:foot-?notes?|end-?notes?|fn|fnref|fnanchor|noteref|doc-noteref|_?ftn|_?edn"
    r"|sdfootnote\w*|sdendnote\w*|cite_note|cite-note|easy-footnote|footnote_|mod[-_]?footnote)"
    r"(?=[\s_:.\d-]|ref|link|anchor|anc|\Z)",
    re.IGNORECASE,
)
_BLOCKS: Final = frozenset({"li", "p", "dd", "aside", "div", "section", "blockquote", "td"})
_NO_NOTES: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "body", "main", "article",
                              "figure", "table", "ol", "ul", "dl", "pre", "img"})  # fmt: skip
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
# No list may stand in these.
_NO_BLOCKS: Final = (*_HEADINGS, "dt", "summary", "caption", "pre", "p")
_LONGEST_MARK: Final = 12
_NEAR: Final = 20  # elements of a label that may stand before an anchor, or its block


@dataclass(slots=True)
class Mark:
    """A reference in the text: the element that shows it, its bare sign, the ids around it."""

    element: Element
    core: str
    ids: tuple[str, ...] = ()
    target: str | None = None


@dataclass(slots=True)
class Note:
    """A note: the block that holds it, or what it says when no block does, and its marks."""

    block: Element
    marks: list[Mark] = field(default_factory=list)


class Places:
    """The ids of a body, and which of two elements comes first."""

    def __init__(self, body: Element, url: str | None) -> None:
        self.body = body
        self.prefix = (url or "").partition("#")[0] + "#"
        self.by_id: dict[str, Element] = {}
        self.known: dict[Element, frozenset[str]] = {}
        self.order: dict[Element, int] = {}
        for place, each in enumerate(body.iter(etree.Element)):
            self.order[each] = place
            for key in ("id", "name") if each.tag == "a" else ("id",):
                if name := each.get(key):
                    self.by_id.setdefault(name, each)

    def fragment(self, link: Element) -> str | None:
        """The id that a link within the page leads to, or None."""
        return fragment_of(link, self.prefix)

    def fragments_in(self, block: Element) -> frozenset[str]:
        """The ids that the links in a block lead to."""
        if block not in self.known:
            found = (self.fragment(each) for each in block.iter("a"))
            self.known[block] = frozenset(each for each in found if each is not None)
        return self.known[block]

    def target(self, fragment: str) -> Element | None:
        return self.by_id.get(fragment, self.by_id.get(unquote(fragment)))


def fragment_of(link: Element, prefix: str) -> str | None:
    """The id that a link leads to, if it stays on the page whose address is `prefix`."""
    href = link.get("href") or ""
    if href.startswith("#"):
        return href[1:] or None
    if len(prefix) > 1 and href.startswith(prefix):
        return href[len(prefix) :] or None
    return None


def short_text(element: Element, longest: int) -> str | None:
    """The text of an element, or None as soon as it is longer, so that no page is read twice."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        pieces.append(str(piece))
        length += len(piece.strip())
        if length > longest:
            return None
    return "".join(pieces).strip()


def core_of(element: Element) -> str | None:
    """A mark's bare sign, without brackets: `[1]` is `1`; None for what is no mark."""
    text = short_text(element, _LONGEST_MARK)
    if not text:
        return None
    found = _MARK.match(text)
    return found["core"] if found else None


def linked_notes(links: Iterable[Element], places: Places) -> list[Note]:
    """Find the notes that links lead to: further down, in a block that begins with the target.

    A link is a mark when the note leads back to it, when it is called one, or when it is a
    `sup` or in square brackets.
    """
    notes: dict[Element, Note] = {}
    blocks: dict[Element, Element | None] = {}
    for link in links:
        core, fragment = core_of(link), places.fragment(link)
        if core is None or fragment is None or BACK.match(text_of(link)):
            continue
        target = places.target(fragment)
        if target is None or places.order[target] < places.order[link]:
            continue
        if target not in blocks:
            blocks[target] = note_block(target)
        block = blocks[target]
        if block is None or _is_in(link, block) or _is_in(block, link):
            continue
        mark = Mark(link, core, tuple(_ids_around(link)), fragment)
        sure = block in notes or block.tag == "aside" or _is_called(link, fragment)
        if sure or _is_raised(link) or _leads_back(block, mark, places):
            notes.setdefault(block, Note(block)).marks.append(mark)
    inner = {above for block in notes for above in block.iterancestors() if above in notes}
    return [note for block, note in notes.items() if block not in inner]


def _is_in(inner: Element, outer: Element) -> bool:
    return any(above is outer for above in inner.iterancestors())


def note_block(target: Element) -> Element | None:
    """The block of a note, from the place that its mark leads to; None where none can be."""
    block = _block_at(target)
    if block is None or next(block.iterancestors(*_NO_BLOCKS), None) is not None:
        return None
    if next(block.iter(*_HEADINGS), None) is not None or not _is_listed(block):
        return None
    return block if block.tag == "table" else _whole(block)


def _block_at(target: Element) -> Element | None:
    """The block that an anchor is, or that it stands at the beginning of."""
    if target.tag == "dt":
        return next(target.itersiblings("dd"), None)
    if target.tag in _BLOCKS:
        return target
    if target.tag in _NO_NOTES:
        return target if _is_table_of_note(target) else None
    block = next(target.iterancestors(*_BLOCKS, *_NO_NOTES), None)
    if block is None or block.tag in _NO_NOTES or block.tag == "td":
        return None
    return block if _begins_with(block, target) else None


def _is_listed(block: Element) -> bool:
    """Tell whether a list of definitions has marks for terms, and not words of the article."""
    around = block.getparent()
    if around is None or around.tag != "dl":
        return True
    return all(core_of(term) is not None for term in around.findall("dt"))


def _whole(block: Element) -> Element:
    """The item or box that a block is the beginning of."""
    around = block.getparent()
    while around is not None and _begins_with(around, block):
        is_item = around.tag in ("li", "dd") or (around.tag == "aside" and block.tag != "aside")
        called = around.tag in ("div", "section") and len(around.findall(str(block.tag))) == 1
        if not is_item and not (called and _CALLED.search(around.get("class") or "")):
            break
        if "footnotes" in (around.get("class") or ""):
            break
        block, around = around, around.getparent()
    return block


def _is_table_of_note(target: Element) -> bool:
    """Tell whether a table is a note: one row, of its mark and its text (docutils)."""
    if target.tag != "table" or not _CALLED.search(target.get("class") or ""):
        return False
    return len(list(target.iter("td"))) == 2


def _begins_with(block: Element, target: Element) -> bool:
    """Tell whether nothing but white space and a label's brackets stands before `target`."""
    for each in islice(block.iter(), _NEAR):
        if each is target:
            return True
        if isinstance(each.tag, str) and (each.text or "").strip(" \t\n\r[(^*"):
            return False
        before = each.getprevious()
        if each is not block and before is not None and (before.tail or "").strip(" \t\n\r[]()^"):
            return False
    return False


def _ids_around(link: Element) -> Iterator[str]:
    """Ids of a mark, or of what stands right around or before it, which its note may lead to."""
    before = link.getprevious()
    parent = link.getparent()
    above = [] if parent is None else [parent, *list(parent.iterancestors())[:1]]
    behind = above[0].getprevious() if above else None
    near = [each for each in (before, behind) if each is not None and not text_of(each).strip()]
    for each in (link, *link.iterdescendants(), *above, *near):
        for key in ("id", "name"):
            if name := each.get(key):
                yield name


def _is_called(link: Element, fragment: str) -> bool:
    parent = link.getparent()
    keys = ("class", "rel", "id")
    names = [each.get(key) or "" for each in (link, parent) if each is not None for key in keys]
    return any(_CALLED.search(name) for name in (*names, fragment.removeprefix("user-content-")))


def _is_raised(link: Element) -> bool:
    """Tell whether a mark is a `sup`, or in square brackets."""
    raised = link.find(".//sup") is not None or next(link.iterancestors("sup"), None) is not None
    return raised or _BRACKETED.match(text_of(link).strip()) is not None


def _leads_back(block: Element, mark: Mark, places: Places) -> bool:
    return not places.fragments_in(block).isdisjoint(mark.ids)
