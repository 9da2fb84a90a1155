"""The document a book is: its head, then its parts as trees, one at a time.

Both writers that lay a book out as one long page, HTML and PDF, are made of this. The
parts come one by one so that neither holds two copies of a long book at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import datetime
from html import escape
from typing import Final

from lxml import etree

from articlekit.html import append_text
from articlekit.model import IMAGE_SCHEME, Book, Chapter, Element, Image, Meta, grouped
from articlekit.writers.labels import Labels, direction, labels, series_line
from articlekit.writers.missing import replace_missing_images

#: No site learns from a link where the page lies that leads to it.
NO_REFERRER: Final = '<meta name="referrer" content="no-referrer">'


def head(book: Book, css: str, *policies: str) -> str:
    """Write everything up to and including `<body>`; `policies` are as in `page_head`."""
    return page_head(book.meta, book.meta.title, f"<style>{framed(css)}</style>", *policies)


def framed(css: str) -> str:
    """The very text of `<style>`, which a policy may name by its hash."""
    return f"\n{css.strip()}\n"


def page_head(meta: Meta, title: str, style: str, *policies: str) -> str:
    """Write everything of a page that has this metadata up to and including `<body>`.

    `style` is the element of its style sheet, and `policies` are more elements for `<head>`,
    as HTML. The names of the `<meta>`s are those of the HTML Standard, section 4.2.5.1, and
    `dcterms.created` of DCMI.
    """
    language = f' lang="{escape(meta.language)}"' if meta.language else ""
    lines = [
        "<!DOCTYPE html>",
        f'<html{language} dir="{direction(meta.language)}">',
        "<head>",
        '<meta charset="utf-8">',
        *policies,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        *_metas(meta),
        style,
        "</head>",
        "<body>\n",
    ]
    return "\n".join(lines)


def _metas(meta: Meta) -> Iterator[str]:
    pairs = [("author", author) for author in meta.authors]
    pairs += [("description", meta.description or "")]
    pairs += [("keywords", ", ".join(meta.categories)), ("generator", "articlekit")]
    for name, content in pairs:
        if content:
            yield f'<meta name="{name}" content="{escape(content)}">'


def parts(book: Book) -> Iterator[Element]:
    """Yield cover, title page, contents and chapters; the book's own trees stay as they are.

    A book of one chapter with the book's title has no title page and no contents: the
    chapter's heading is both.
    """
    words = labels(book.meta.language)
    if book.cover is not None:
        yield _cover(book.cover, book.meta.title)
    only = book.chapters[0] if len(book.chapters) == 1 else None
    if only is None or only.meta.title != book.meta.title or book.meta.subtitle or book.meta.series:
        yield title_page(book.meta, words)
    if only is None:
        yield _contents(book, words)
    for chapter in book.chapters:
        yield chapter_of(chapter, book)


def published(book: Book) -> datetime | None:
    """Return when the book was published: its own date, or that of its newest chapter."""
    dates = [chapter.meta.published for chapter in book.chapters]
    return book.meta.published or max(filter(None, dates), default=None)


def _cover(image: Image, title: str) -> Element:
    page = etree.Element("div", {"class": "cover"})
    etree.SubElement(page, "img", {"src": IMAGE_SCHEME + image.id, "alt": title})
    return page


def title_page(meta: Meta, words: Labels) -> Element:
    """Make the header that has a book's title, authors, date and description."""
    page = etree.Element("header", {"class": "title-page"})
    etree.SubElement(page, "h1").text = meta.title
    if meta.subtitle:
        line = etree.SubElement(page, "p", {"class": "subtitle", "role": "doc-subtitle"})
        line.text = meta.subtitle
    if series := series_line(meta.series, meta.number):
        etree.SubElement(page, "p", {"class": "series"}).text = series
    byline(page, meta, words)
    if meta.description:
        etree.SubElement(page, "p", {"class": "description"}).text = meta.description
    return page


def _contents(book: Book, words: Labels) -> Element:
    nav = etree.Element("nav", {"class": "contents"})
    etree.SubElement(nav, "h2").text = words.contents
    entries = etree.SubElement(nav, "ol")
    for part, chapters in grouped(book):
        entry = etree.SubElement(entries, "li", {"class": "part"})
        etree.SubElement(entry, "bdi").text = part.title or words.rest
        _list_chapters(etree.SubElement(entry, "ol"), chapters)
    if len(entries) == 0:
        _list_chapters(entries, book.chapters)
    return nav


def _list_chapters(entries: Element, chapters: Sequence[Chapter]) -> None:
    for chapter in chapters:
        entry = etree.SubElement(entries, "li")
        link = etree.SubElement(entry, "a", {"href": f"#{chapter.id}"})
        etree.SubElement(link, "bdi", language_of(chapter.meta)).text = chapter.meta.title


def chapter_of(chapter: Chapter, book: Book) -> Element:
    """Make a chapter an `<article>` with a header, from a copy of its tree."""
    language = chapter.meta.language or book.meta.language
    words = labels(language)
    article = etree.Element("article", {"id": chapter.id} | language_of(chapter.meta))
    header = etree.SubElement(article, "header")
    etree.SubElement(header, "h1").text = chapter.meta.title
    byline(header, chapter.meta, words)
    if chapter.meta.url:
        source = etree.SubElement(header, "p", {"class": "source"})
        source.text = words.source + words.colon
        etree.SubElement(source, "a", {"href": chapter.meta.url}).text = chapter.meta.url
    body = deepcopy(chapter.body)
    replace_missing_images(body, language)
    _size_images(body, book)
    body.tag = "div"
    body.set("class", "body")
    article.append(body)
    return article


def language_of(meta: Meta) -> dict[str, str]:
    """The `lang` and `dir` of a chapter; none when it is not known, so the book's holds."""
    return {"lang": meta.language, "dir": direction(meta.language)} if meta.language else {}


def byline(parent: Element, meta: Meta, words: Labels) -> None:
    """Add the authors and the date, if there are any, as one paragraph."""
    if not meta.authors and meta.published is None:
        return
    line = etree.SubElement(parent, "p", {"class": "byline"})
    if meta.authors:
        etree.SubElement(line, "span", {"class": "authors"}).text = words.authors(meta.authors)
    if meta.published is not None:
        append_text(line, " " if meta.authors else "")
        stamp = {"datetime": meta.published.isoformat()}
        etree.SubElement(line, "time", stamp).text = words.date(meta.published)


def _size_images(body: Element, book: Book) -> None:
    """Give images without a size their own, so that a page does not jump as they load."""
    for image in body.iter("img"):
        held = book.images.get((image.get("src") or "").removeprefix(IMAGE_SCHEME))
        if held is None or image.get("width") or image.get("height"):
            continue
        if held.width and held.height:
            image.set("width", str(held.width))
            image.set("height", str(held.height))
