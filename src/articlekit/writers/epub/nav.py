"""The two tables of contents: nav.xhtml for EPUB 3 and the NCX for older readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, count

from articlekit.writers.epub.document import OPS, around
from articlekit.writers.epub.layout import Layout, Page, distinct
from articlekit.writers.epub.names import COVER, NAV, TITLE_PAGE
from articlekit.writers.epub.words import words_for
from articlekit.writers.labels import labels

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
    """List the title page, the parts, the chapters and their headings, in reading order."""
    first = Entry(words_for(language).title_page, TITLE_PAGE)
    if not layout.groups:
        return (first, *_chapter_entries(layout.pages, layout))
    parts = (
        Entry(each.label, each.name, _chapter_entries(each.pages, layout)) for each in layout.groups
    )
    return (first, *parts)


def _chapter_entries(pages: Sequence[Page], layout: Layout) -> tuple[Entry, ...]:
    return () if layout.sparse else tuple(_chapter_entry(page, layout) for page in pages)


def _chapter_entry(page: Page, layout: Layout) -> Entry:
    sections: list[tuple[Entry, list[Entry]]] = []
    for heading in page.headings:
        entry = Entry(heading.label, f"{layout.places[heading.id]}#{heading.id}")
        # An h3 before any h2 is no part of a section, so it stands beside them.
        if heading.level == 2 or not sections:
            sections.append((entry, []))
        else:
            sections[-1][1].append(entry)
    children = [Entry(top.label, top.target, _told_apart(below)) for top, below in sections]
    return Entry(page.label, page.name, _told_apart(children))


def _told_apart(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Number those beside each other that read the same, as stores refuse such contents."""
    labels = [entry.label for entry in entries]
    names = distinct(labels, [None] * len(entries))
    if names is labels:
        return tuple(entries)
    return tuple(
        Entry(name, entry.target, entry.children)
        for name, entry in zip(names, entries, strict=True)
    )


def landmarks(layout: Layout, language: str | None) -> tuple[Landmark, ...]:
    """List the cover, title page, contents and first chapter, those that the book has."""
    shared, words = labels(language), words_for(language)
    found = [
        Landmark(shared.cover, COVER, "cover", "cover"),
        Landmark(words.title_page, TITLE_PAGE, "titlepage", "title-page"),
    ]
    if nav_is_read(layout):
        found.append(Landmark(shared.contents, NAV, "toc", "toc"))
    if layout.pages:
        first = layout.groups[0].name if layout.groups else layout.pages[0].name
        found.append(Landmark(words.start, first, "bodymatter", "text"))
    return tuple(found)


def nav_is_read(layout: Layout) -> bool:
    """Tell whether the contents are a page of the book: not before an article alone."""
    return len(layout.pages) > 1


def nav_document(
    entries: Sequence[Entry], marks: Sequence[Landmark], language: str | None
) -> bytes:
    """Write nav.xhtml: the contents, and landmarks that stay hidden.

    The rules are those of EPUB 3.3, "EPUB navigation document". Both this and the NCX are
    written line by line: their trees would take more memory than the articles.
    """
    title, words = labels(language).contents, words_for(language)
    lines = chain(
        (
            f'<body xmlns:epub="{OPS}" epub:type="frontmatter">',
            '<nav epub:type="toc" role="doc-toc" id="toc">',
            f"<h1>{escape(title)}</h1>",
        ),
        _list_lines(entries),
        (
            "</nav>",
            '<nav epub:type="landmarks" id="landmarks" hidden="hidden" '
            f'aria-label="{escape(words.landmarks)}">',
            f"<h2>{escape(words.landmarks)}</h2>",
            "<ol>",
        ),
        map(_mark_line, marks),
        ("</ol>", "</nav>", "</body>"),
    )
    return around(NAV, title, language, _joined(lines))


def _mark_line(mark: Landmark) -> str:
    link = f'<a href="{mark.target}" epub:type="{mark.epub_type}">{escape(mark.label)}</a>'
    return f"<li>{link}</li>"


def _list_lines(entries: Iterable[Entry]) -> Iterator[str]:
    # nav.xhtml lies in the package's own folder, so targets are its own hrefs.
    yield "<ol>"
    for entry in entries:
        link = f'<li><a href="{entry.target}">{escape(entry.label)}</a>'
        if entry.children:
            yield link
            yield from _list_lines(entry.children)
            yield "</li>"
        else:
            yield f"{link}</li>"
    yield "</ol>"


def ncx_document(
    entries: Sequence[Entry],
    *,
    identifier: str,
    title: str,
    authors: Sequence[str],
    language: str | None,
) -> bytes:
    """Write the NCX of EPUB 2 (OPF 2.0.1 section 2.4.1), for Kindle and old readers."""
    spoken = f' xml:lang="{language}"' if language is not None else ""
    lines = chain(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<ncx xmlns="{_NCX_NAMESPACE}" version="2005-1"{spoken}>',
            "<head>",
            f'<meta name="dtb:uid" content="{identifier}"/>',
            f'<meta name="dtb:depth" content="{_depth(entries)}"/>',
            # Pages are of print; both counts are required all the same.
            '<meta name="dtb:totalPageCount" content="0"/>',
            '<meta name="dtb:maxPageNumber" content="0"/>',
            "</head>",
            f"<docTitle><text>{escape(title)}</text></docTitle>",
        ),
        (f"<docAuthor><text>{escape(author)}</text></docAuthor>" for author in authors),
        ("<navMap>",),
        _point_lines(entries, count(1), 1),
        ("</navMap>", "</ncx>"),
    )
    return _joined(lines)


def _joined(lines: Iterable[str]) -> bytes:
    # One line after the other: they are several times as large as their bytes.
    text = bytearray()
    for line in lines:
        text += line.encode("utf-8") + b"\n"
    return bytes(text)


def _point_lines(entries: Iterable[Entry], numbers: Iterator[int], level: int) -> Iterator[str]:
    for entry in entries:
        number = next(numbers)
        yield f'<navPoint id="point-{number}" playOrder="{number}">'
        yield f"<navLabel><text>{escape(entry.label)}</text></navLabel>"
        yield f'<content src="{entry.target}"/>'
        if level < _NCX_DEPTH:
            yield from _point_lines(entry.children, numbers, level + 1)
        yield "</navPoint>"


def _depth(entries: Sequence[Entry]) -> int:
    return _NCX_DEPTH if any(entry.children for entry in entries) else 1
