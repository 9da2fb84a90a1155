"""The pages of the book: cover, title page and chapters, each as a file's bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from articlekit.html import append_text
from articlekit.model import Book, Element
from articlekit.report import Report
from articlekit.writers.epub.chapter import make_body
from articlekit.writers.epub.document import add, document, new_body
from articlekit.writers.epub.islands import drop_dangling
from articlekit.writers.epub.kobo import wrap_page
from articlekit.writers.epub.layout import Group, Page
from articlekit.writers.epub.links import Links, mend_url, point_links
from articlekit.writers.epub.metadata import creators, dates
from articlekit.writers.epub.names import COVER, TITLE_PAGE, relative
from articlekit.writers.epub.split import split_body
from articlekit.writers.epub.words import clean, title_of
from articlekit.writers.labels import labels, series_line

_DOT = " · "


def cover_page(book: Book, image: str, language: str | None) -> bytes:
    """Make the page that shows the cover; its alternative text is the book's title."""
    words = labels(language)
    title = title_of(book.meta.title, language)
    body = new_body("frontmatter")
    page = add(body, "section", epub_type="cover", id="cover", class_="cover")
    alt = f"{words.cover}{words.colon}{title}"
    add(page, "img", src=relative(image, COVER), alt=alt, role="doc-cover")
    return document(COVER, words.cover, language, body)


def title_page(book: Book, language: str | None) -> bytes:
    """Make the page with the book's titles, series, authors, its date or dates, and its source."""
    words = labels(language)
    title = title_of(book.meta.title, language)
    body = new_body("frontmatter")
    page = add(body, "section", epub_type="titlepage", id="titlepage", class_="title-page")
    add(page, "h1", title)
    if subtitle := clean(book.meta.subtitle or ""):
        add(page, "p", subtitle, epub_type="subtitle", role="doc-subtitle", class_="subtitle")
    if line := series_line(book.meta.series, book.meta.number):
        add(page, "p", clean(line), class_="series")
    if names := creators(book):
        add(page, "p", words.authors(names), class_="byline")
    _add_dates(page, dates(book), language)
    _add_source(page, book.meta.url, language)
    return document(TITLE_PAGE, title, language, body)


def part_pages(group: Group, language: str | None) -> list[bytes]:
    """Make the page before a part: its title and its articles; several when they are many."""
    body = new_body("bodymatter")
    page = add(body, "section", epub_type="part", role="doc-part", class_="part")
    add(page, "h1", group.label).tail = "\n"
    items = add(page, "ol")
    for each in group.pages:
        item = add(items, "li")
        add(item, "a", each.label, href=relative(each.name, group.name))
        item.tail = "\n"
    return [document(group.name, group.label, language, each) for each in split_body(body)]


def chapter_pages(page: Page, links: Links, report: Report) -> list[bytes]:
    """Make a chapter's files out of a copy of its body; the book's own tree stays as it is."""
    language = page.draft.language
    whole = make_body(page.draft, links.images, report)
    bodies = split_body(whole) if len(page.leaves) > 1 else [whole]
    made = []
    for number, (leaf, content) in enumerate(zip(page.leaves, bodies, strict=True), 1):
        drop_dangling(content)
        point_links(content, leaf.name, links, report, page.chapter.slug)
        body = new_body("bodymatter")
        section = add(body, "section", epub_type="chapter", role="doc-chapter")
        if number == 1:
            section.set("id", page.chapter.id)
            _add_opening(section, page, language)
        _move_content(content, section)
        for block in section:
            if not (block.tail or "").strip():
                block.tail = "\n"  # a line a block, for those who look inside
        if page.draft.spans:
            wrap_page(body)
        title = page.title if number == 1 else f"{page.title} ({number})"
        made.append(document(leaf.name, title, language, body))
    return made


def _move_content(content: Element, section: Element) -> None:
    """Put the body's blocks behind the opening, in a `div` if the body itself says something."""
    parent = section
    if content.attrib:
        parent = add(section, "div")
        parent.attrib.update(content.attrib)
    append_text(parent, content.text or "")
    parent.extend(list(content))


def _add_opening(section: Element, page: Page, language: str | None) -> None:
    meta, words = page.chapter.meta, labels(language)
    header = add(section, "header")
    header.text = "\n"
    add(header, "h1", page.title)
    byline = words.authors(tuple(name for each in meta.authors if (name := clean(each))))
    day = None if meta.published is None else meta.published.date()
    if byline or day:
        line = add(header, "p", byline, class_="byline")
        append_text(line, _DOT if byline and day else "")
        if day:
            _add_day(line, day, language)
    if categories := [name for each in meta.categories if (name := clean(each))]:
        add(header, "p", _DOT.join(categories), class_="categories")
    _add_source(header, meta.url, language)
    for line in header:
        line.tail = "\n"


def _add_dates(page: Element, days: Sequence[date], language: str | None) -> None:
    if days:
        line = add(page, "p", class_="dates")
        for number, day in enumerate(days):
            append_text(line, " – " if number else "")
            _add_day(line, day, language)


def _add_day(line: Element, day: date, language: str | None) -> None:
    add(line, "time", labels(language).date(day), datetime=day.isoformat())


def _add_source(parent: Element, url: str | None, language: str | None) -> None:
    """Name the address by its host alone: the rest would fill lines and is in the link."""
    target = None if url is None else mend_url(url)
    if target is not None:
        words = labels(language)
        line = add(parent, "p", words.source + words.colon, class_="source")
        add(line, "a", urlsplit(target).hostname or target, href=target)
