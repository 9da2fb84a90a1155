"""A book as a small site: a page an article, an index, and what they share.

It works from a disk as from a server: every address in it is relative, and nothing in it
asks anyone for anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Final

from lxml import etree

from articlekit.html import to_html
from articlekit.model import IMAGE_SCHEME, Book, Chapter, Element, grouped
from articlekit.writers.folder import Folder, copy_images, folder_of, used_images
from articlekit.writers.html.document import (
    NO_REFERRER,
    chapter_of,
    language_of,
    page_head,
    title_page,
)
from articlekit.writers.html.options import HtmlOptions
from articlekit.writers.html.screen import fit_screen
from articlekit.writers.labels import Labels, labels
from articlekit.writers.names import file_names

_INDEX: Final = "index.html"
_ASSETS: Final = "assets"
_SHEET: Final = f"{_ASSETS}/style.css"
# On a disk, a page's neighbours are not 'self' to every browser; on a server nothing is file:.
_POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "img-src 'self' file:; style-src 'self' file:; base-uri 'none'; form-action 'none'\">"
)


@dataclass(frozen=True, slots=True)
class _Site:
    """A book, where its pages are, and how a page addresses each image."""

    book: Book
    places: Folder
    images: Mapping[str, str]

    def file(self, chapter: Chapter) -> str:
        """The name of a chapter's page."""
        return self.places.names[chapter.id]


def write_site(book: Book, folder: Path, css: str, options: HtmlOptions) -> None:
    """Write the pages, `index.html`, and `assets/` with the style sheet and the images."""
    (folder / _ASSETS).mkdir(parents=True, exist_ok=True)
    names = file_names(
        book.chapters, suffix=".html", ascii_only=options.names == "ascii", taken=("index",)
    )
    pictures = used_images(book)
    if book.cover is not None:
        pictures[book.cover.id] = book.cover
    site = _Site(book, folder_of(book, names), copy_images(pictures, folder, _ASSETS))
    (folder / _SHEET).write_text(css, "utf-8", newline="\n")
    for number, chapter in enumerate(book.chapters):
        (folder / site.file(chapter)).write_text(_page(site, number), "utf-8", newline="\n")
    (folder / _INDEX).write_text(_index(site), "utf-8", newline="\n")


def _page(site: _Site, number: int) -> str:
    """A chapter's page: the way up, the article, and the ways to its neighbours."""
    book, chapter = site.book, site.book.chapters[number]
    before = book.chapters[number - 1] if number else None
    behind = book.chapters[number + 1] if number + 1 < len(book.chapters) else None
    article = chapter_of(chapter, book)
    _address(article, chapter, site)
    fit_screen(article)
    meta = replace(chapter.meta, language=chapter.meta.language or book.meta.language)
    title = meta.title if meta.title == book.meta.title else f"{meta.title} · {book.meta.title}"
    ways = [f'<link rel="up" href="{_INDEX}">']
    ways += [f'<link rel="prev" href="{escape(site.file(before))}">'] if before else []
    ways += [f'<link rel="next" href="{escape(site.file(behind))}">'] if behind else []
    return "".join(
        [
            page_head(meta, title, _link(), _POLICY, NO_REFERRER, *ways),
            f"{to_html(_way_up(book))}\n<main>\n{to_html(article)}\n</main>\n",
            f"{to_html(_neighbours(site, before, behind))}\n</body>\n</html>\n",
        ]
    )


def _link() -> str:
    return f'<link rel="stylesheet" href="{_SHEET}">'


def _address(article: Element, chapter: Chapter, site: _Site) -> None:
    """Let images and links lead to where the site has what they name."""
    for img in article.iter("img"):
        img.set("src", site.images[img.get("src", "").removeprefix(IMAGE_SCHEME)])
    for link in article.iter("a"):
        target = link.get("href", "")
        address = site.places.address(target[1:], chapter) if target[:1] == "#" else None
        if address is not None:
            link.set("href", address)


def _way_up(book: Book) -> Element:
    header = etree.Element("header", {"class": "up"})
    link = etree.SubElement(header, "a", {"href": _INDEX})
    etree.SubElement(link, "bdi", language_of(book.meta)).text = book.meta.title
    return header


def _neighbours(site: _Site, before: Chapter | None, behind: Chapter | None) -> Element:
    words = labels(site.book.meta.language)
    label = {"class": "ways", "aria-label": f"{words.previous} · {words.following}"}
    nav = etree.Element("nav", label | language_of(site.book.meta))
    for kind, word, chapter in (
        ("prev", words.previous, before),
        ("next", words.following, behind),
    ):
        if chapter is not None:
            link = etree.SubElement(nav, "a", {"rel": kind, "href": site.file(chapter)})
            etree.SubElement(link, "span").text = word
            etree.SubElement(link, "bdi", language_of(chapter.meta)).text = chapter.meta.title
    link = etree.SubElement(nav, "a", {"rel": "up", "href": _INDEX})
    link.text = words.contents
    return nav


def _index(site: _Site) -> str:
    """The page with the title, the cover and the contents."""
    book, words = site.book, labels(site.book.meta.language)
    main = etree.Element("main", {"class": "index"})
    if book.cover is not None:
        picture = {"src": site.images[book.cover.id], "alt": words.cover, "class": "cover"}
        etree.SubElement(main, "img", picture)
    main.append(title_page(book.meta, words))
    nav = etree.SubElement(main, "nav", {"class": "contents"})
    etree.SubElement(nav, "h2").text = words.contents
    for title, chapters in _sections(book, words):
        if title:
            etree.SubElement(nav, "h3").text = title
        _list_pages(nav, chapters, site, words)
    return "".join(
        [
            page_head(book.meta, book.meta.title, _link(), _POLICY, NO_REFERRER),
            f"{to_html(main)}\n</body>\n</html>\n",
        ]
    )


def _sections(book: Book, words: Labels) -> Iterator[tuple[str, Sequence[Chapter]]]:
    """Yield the parts by title; a book without parts is one that has no title."""
    parts = list(grouped(book))
    if not parts:
        yield "", book.chapters
    for part, chapters in parts:
        yield part.title or words.rest, chapters


def _list_pages(nav: Element, chapters: Sequence[Chapter], site: _Site, words: Labels) -> None:
    entries = etree.SubElement(nav, "ol")
    for chapter in chapters:
        entry = etree.SubElement(entries, "li")
        link = etree.SubElement(entry, "a", {"href": site.file(chapter)})
        etree.SubElement(link, "bdi", language_of(chapter.meta)).text = chapter.meta.title
        if (day := chapter.meta.published) is not None:
            link.tail = " "
            etree.SubElement(entry, "time", {"datetime": day.isoformat()}).text = words.date(day)
