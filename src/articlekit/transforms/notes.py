"""Bring footnotes of every kind to one form, which docs/normal-form.md describes."""

from __future__ import annotations

from itertools import count
from typing import Final

from lxml import etree

from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms.note_items import (
    PHRASING,
    append_backs,
    as_item,
    drop_brackets,
    drop_label,
    is_back,
    lower,
    outermost,
    remove_around,
)
from articlekit.transforms.note_lists import (
    listed_notes,
    side_notes,
    split_lines,
    spoken_notes,
)
from articlekit.transforms.note_marks import (
    BACK,
    Mark,
    Note,
    Places,
    core_of,
    fragment_of,
    linked_notes,
)


def unify_notes(article: Article, report: Report) -> Article:
    """Give notes and their marks the one form: numbered, with links there and back.

    A mark becomes its note's number, and what stood for it in the note, brackets, labels
    and links back, gives way to one link back for each mark; the report tells of it. What
    only looks like a mark, and has no note, stays the text it is.
    """
    body = article.body
    links, raised, beside = _candidates(body, article.meta.url)
    if not links and not raised and not beside:
        return article
    places = Places(body, article.meta.url)
    _part_lines(links, places)
    notes = linked_notes(links, places)
    used = {mark.element for note in notes for mark in note.marks}
    free = [each for each in raised if not _holds(each, used)]
    apart = spoken_notes(free)
    used = {mark.element for note in apart for mark in note.marks}
    notes += listed_notes([each for each in free if each.tag == "sup" and each not in used], body)
    apart += side_notes(beside)
    if notes or apart:
        _Maker(article, places).make(notes, apart)
        total = len(notes) + len(apart)
        message = f"{total} note{'s' * (total > 1)} brought to one form: numbered, linked both ways"
        report.add("notes-unified", message, source=article.origin.name)
    return article


def _candidates(
    body: Element, url: str | None
) -> tuple[list[Element], list[Element], list[Element]]:
    """Links within the page; raised or titled signs; and what is set beside the line."""
    links: list[Element] = []
    raised: list[Element] = []
    beside: list[Element] = []
    prefix = (url or "").partition("#")[0] + "#"
    for each in body.iter("a", "sup", "span", "small", "div"):
        if each.tag != "sup" and (each.get("role") or "").startswith("doc-"):
            # From here on these roles are what this module says; `rel` says the same to it.
            each.set("rel", each.attrib.pop("role"))
        if each.tag == "a":
            fragment = fragment_of(each, prefix)
            if (fragment is not None or not each.get("href")) and core_of(each):
                (raised if fragment is None else links).append(each)
        elif each.tag == "sup":
            if core_of(each):
                raised.append(each)
        elif each.tag != "div" and "note" in (each.get("class") or ""):
            beside.append(each)
    return _shown(links), _shown(raised), _shown(beside)


def _shown(elements: list[Element]) -> list[Element]:
    """Those that do not stand where only text is kept, so that no mark can be."""
    return [each for each in elements if next(each.iterancestors(*_TEXT_ONLY), None) is None]


_TEXT_ONLY: Final = ("pre", "button", "select", "textarea", "video", "audio", "object", "iframe")


def _holds(sup: Element, used: set[Element]) -> bool:
    return any(each in used for each in (sup, *sup.iterdescendants(), *sup.iterancestors()))


def _part_lines(links: list[Element], places: Places) -> None:
    """Give notes that are lines of one paragraph a paragraph each."""
    for link in links:
        fragment = places.fragment(link)
        target = places.target(fragment) if fragment and core_of(link) else None
        before = None if target is None else target.getprevious()
        if target is None or before is None or before.tag != "br":
            continue
        block = target.getparent()
        if block is not None and all(above is not block for above in link.iterancestors()):
            split_lines(block)


class _Maker:
    """Builds the lists of notes in an article's tree."""

    def __init__(self, article: Article, places: Places) -> None:
        self.body = article.body
        self.places = places
        self.number = 0
        self.names = count(1)
        self.marks: set[Element] = set()

    def make(self, notes: list[Note], apart: list[Note]) -> None:
        """Rebuild the notes that stand in blocks where they stand, the others at the end."""
        self.marks = {mark.element for note in (*notes, *apart) for mark in note.marks}
        by_block = {note.block: note for note in notes}
        in_order = [each for each in self.body.iter(etree.Element) if each in by_block]
        done: set[Element] = set()
        for block in in_order:
            if block not in done:
                run = _run(block, by_block)
                self._make_list(run, by_block)
                done.update(run)
        if apart:
            box, items = self._box()
            self.body.append(box)
            for note in apart:
                self._make_item(note.block, note, items)

    def _box(self) -> tuple[Element, Element]:
        box = etree.Element("div", role="doc-endnotes")
        items = etree.SubElement(box, "ol")
        if self.number:
            items.set("start", str(self.number + 1))
        return box, items

    def _make_list(self, run: list[Element], by_block: dict[Element, Note]) -> None:
        box, items = self._box()
        place = _list_of(run[0])
        place = run[0] if place is None else place
        around = place.getparent()
        if around is None:
            return
        around.insert(around.index(place), box)
        if place is not run[0] and (anchor := place.get("id")):
            items.set("id", anchor)
        for block in run:
            self._make_item(block, by_block.get(block), items)
        if place is not run[0]:
            remove(place)
        _drop_rule(box)

    def _make_item(self, block: Element, note: Note | None, items: Element) -> None:
        self.number += 1
        item = as_item(block)
        items.append(item)
        item.tail = None
        if note is None:
            return
        name = self._name(note)
        backs = [self._make_mark(mark, name) for mark in note.marks]
        self._clean(item, note)
        item.set("id", name)
        append_backs(item, backs)

    def _name(self, note: Note) -> str:
        """The id of a note: the one that its first mark led to, taken off its old place."""
        wanted = note.marks[0].target
        target = self.places.target(wanted) if wanted else None
        for mark in note.marks:
            old = self.places.target(mark.target) if mark.target else None
            if old is not None:
                old.attrib.pop("id", None)
                if old.tag == "a":
                    old.attrib.pop("name", None)
                if old.tag in PHRASING and len(old) == 0 and not (old.text or "").strip():
                    remove(old)
        return wanted if wanted and target is not None else self._unused("note")

    def _unused(self, stem: str) -> str:
        return next(name for n in self.names if (name := f"{stem}-{n}") not in self.places.by_id)

    def _make_mark(self, mark: Mark, name: str) -> str:
        """Put the mark's one form in its place, and return the id to lead back to."""
        own = next(filter(self._is_phrasing, mark.ids), None) or self._unused("note-mark")
        sup = etree.Element("sup")
        link = etree.SubElement(sup, "a", {"href": f"#{name}", "id": own, "role": "doc-noteref"})
        link.text = str(self.number)
        outer = outermost(mark.element, self.marks)
        sup.tail = outer.tail
        parent = outer.getparent()
        if parent is None:
            return own
        known = self.places.by_id.get(own)
        if known is not None and known is not outer:
            known.attrib.pop("id", None)
            known.attrib.pop("name", None) if known.tag == "a" else None
        parent.replace(outer, sup)
        sup.tail = sup.tail or outer.tail
        drop_brackets(sup)
        lower(parent)
        return own

    def _is_phrasing(self, name: str) -> bool:
        """Tell whether an id may be a mark's: a block's belongs to the whole block."""
        element = self.places.target(name)
        return element is not None and element.tag in PHRASING

    def _clean(self, item: Element, note: Note) -> None:
        """Take the links back and the label out of a note."""
        ids = {name for mark in note.marks for name in mark.ids}
        for link in list(item.iter("a")):
            fragment = self.places.fragment(link)
            leads_back = fragment is not None and fragment in ids
            leads_back = leads_back or (fragment is not None and bool(BACK.match(text_of(link))))
            if leads_back or (not text_of(link).strip() and is_back(link)):
                remove_around(link, item)
        for mark in note.marks[:1]:
            drop_label(item, mark.core)


def _list_of(block: Element) -> Element | None:
    """The list that a block is an item of, if it has nothing but items."""
    parent = block.getparent()
    kinds = {"li": ("ol", "ul"), "dd": ("dl",)}.get(str(block.tag), ())
    if parent is None or parent.tag not in kinds:
        return None
    texts = [parent.text, *(each.tail for each in parent)]
    strays = any(each.tag not in ("li", "dd", "dt") for each in parent.iterchildren(etree.Element))
    return None if strays or "".join(filter(None, texts)).strip() else parent


def _run(block: Element, by_block: dict[Element, Note]) -> list[Element]:
    """The items of the list that a note stands in, or the notes that follow each other."""
    if (whole := _list_of(block)) is not None:
        return whole.findall(str(block.tag))
    run = [block]
    for sibling in block.itersiblings(etree.Element):
        if sibling.tag in ("br", "hr") and not (sibling.tail or "").strip():
            continue
        if sibling not in by_block or (run[-1].tail or "").strip():
            break
        run.append(sibling)
    return run


def _drop_rule(box: Element) -> None:
    """Remove the line that a page draws over its notes."""
    place: Element | None = box
    for _ in range(2):
        if place is None:
            return
        before = place.getprevious()
        if before is not None:
            if before.tag == "hr" and not (before.tail or "").strip():
                remove(before)
            return
        place = place.getparent()
