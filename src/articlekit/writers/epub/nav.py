"""The two tables of contents: nav.xhtml for EPUB 3 and the NCX for older readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from articlekit.model import Element
from articlekit.writers.epub.document import add, document, new_body, relative
from articlekit.writers.epub.layout import COVER, NAV, TITLE_PAGE, Layout, Page
from articlekit.writers.epub.words import words_for
from articlekit.writers.labels import labels

NCX = "toc.ncx"
NCX_MEDIA_TYPE = "application/x-dtbncx+xml"
_NCX_NAMESPACE = "http://www.daisy.org/z3986/2005/ncx/"
# Kindle shows two levels of an NCX and ignores the rest.
_NCX_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents; `target` is a file of the package, maybe with a fragment."""

    label: str
    target: str
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that readers jump to: its `epub:type`, and its name in an EPUB 2 guide."""

    label: str
    target: str
    epub_type: str
    guide_type: str


def contents(layout: Layout, language: str | None) -> tuple[Entry, ...]:
    """List the title page, the chapters and their headings, in reading order."""
    words = words_for(language)
    chapters = tuple(_chapter_entry(page) for page in layout.pages)
    return (Entry(words.title_page, TITLE_PAGE), *chapters)


def _chapter_entry(page: Page) -> Entry:
    sections: list[tuple[Entry, list[Entry]]] = []
    for heading in page.headings:
        entry = Entry(heading.label, f"{page.name}#{heading.id}")
        # An h3 before any h2 is no part of a section, so it stands beside them.
        if heading.level == 2 or not sections:
            sections.append((entry, []))
        else:
            sections[-1][1].append(entry)
    children = tuple(Entry(top.label, top.target, tuple(below)) for top, below in sections)
    return Entry(page.label, page.name, children)


def landmarks(layout: Layout, language: str | None) -> tuple[Landmark, ...]:
    """List the cover, title page, contents and first chapter, those that the book has."""
    shared, words = labels(language), words_for(language)
    found = []
    if layout.cover is not None:
        found.append(Landmark(shared.cover, COVER, "cover", "cover"))
    found.append(Landmark(words.title_page, TITLE_PAGE, "titlepage", "title-page"))
    if nav_is_read(layout):
        found.append(Landmark(shared.contents, NAV, "toc", "toc"))
    if layout.pages:
        found.append(Landmark(words.start, layout.pages[0].name, "bodymatter", "text"))
    return tuple(found)


def nav_is_read(layout: Layout) -> bool:
    """Tell whether the contents are a page of the book: not before an article alone."""
    return len(layout.pages) > 1


def nav_document(
    entries: Sequence[Entry], marks: Sequence[Landmark], language: str | None
) -> bytes:
    """Write nav.xhtml: the contents, and landmarks that stay hidden.

    The rules are those of EPUB 3.3, "EPUB navigation document".
    """
    title, words = labels(language).contents, words_for(language)
    body = new_body("frontmatter")
    toc = add(body, "nav", epub_type="toc", role="doc-toc", id="toc")
    add(toc, "h1", title)
    _add_list(toc, entries)
    if marks:
        hidden = add(body, "nav", epub_type="landmarks", id="landmarks", hidden="hidden")
        hidden.set("aria-label", words.landmarks)
        add(hidden, "h2", words.landmarks)
        items = add(hidden, "ol")
        for mark in marks:
            target = relative(mark.target, NAV)
            add(add(items, "li"), "a", mark.label, href=target, epub_type=mark.epub_type)
    etree.indent(body, space=" ")
    return document(NAV, title, language, body)


def _add_list(parent: Element, entries: Iterable[Entry]) -> None:
    items = add(parent, "ol")
    for entry in entries:
        item = add(items, "li")
        add(item, "a", entry.label, href=relative(entry.target, NAV))
        if entry.children:
            _add_list(item, entry.children)


def ncx_document(
    entries: Sequence[Entry],
    *,
    identifier: str,
    title: str,
    authors: Sequence[str],
    language: str | None,
) -> bytes:
    """Write the NCX of EPUB 2 (OPF 2.0.1 section 2.4.1), for Kindle and old readers."""
    root = etree.Element(f"{{{_NCX_NAMESPACE}}}ncx", nsmap={None: _NCX_NAMESPACE})
    root.set("version", "2005-1")
    if language is not None:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    head = _sub(root, "head")
    # Pages are of print; both counts are required all the same.
    for name, content in (
        ("dtb:uid", identifier),
        ("dtb:depth", str(_depth(entries))),
        ("dtb:totalPageCount", "0"),
        ("dtb:maxPageNumber", "0"),
    ):
        _sub(head, "meta", name=name, content=content)
    _sub(_sub(root, "docTitle"), "text").text = title
    for author in authors:
        _sub(_sub(root, "docAuthor"), "text").text = author
    numbers = iter(range(1, 1_000_000))
    _add_points(_sub(root, "navMap"), entries, numbers, 1)
    etree.indent(root, space=" ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _add_points(
    parent: Element, entries: Iterable[Entry], numbers: Iterator[int], level: int
) -> None:
    for entry in entries:
        number = str(next(numbers))
        point = _sub(parent, "navPoint", id=f"point-{number}", playOrder=number)
        _sub(_sub(point, "navLabel"), "text").text = entry.label
        _sub(point, "content", src=entry.target)
        if level < _NCX_DEPTH:
            _add_points(point, entry.children, numbers, level + 1)


def _depth(entries: Sequence[Entry]) -> int:
    return _NCX_DEPTH if any(entry.children for entry in entries) else 1


def _sub(parent: Element, tag: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{_NCX_NAMESPACE}}}{tag}", attributes)
