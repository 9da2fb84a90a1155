"""Articles to one book: ids made unique, links made to arrive, images gathered."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from ada_url import URL
from lxml import etree

from articlekit.html import SVG
from articlekit.model import IMAGE_SCHEME, Article, Book, Chapter, Column, Element, Image, Origin
from articlekit.report import Report


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands for one `<img>`: an image that was had, or else the address it has."""

    image: Image | None
    address: str


def bind(
    column: Column, pictures: Sequence[Sequence[Picture]], cover: Image | None, report: Report
) -> Book:
    """Make the column's articles the chapters of a book.

    `pictures` holds, for each article, one picture for each `img` in document order. The
    articles' trees become the chapters'; they are changed, not copied.
    """
    index = _Index(report)
    for article in column.articles:
        index.add(article)
    chapters = []
    for place, article in enumerate(column.articles):
        _place_images(article, pictures[place])
        _point_links(article, place, index, report)
        if _says_nothing(article.body):
            report.add("article-empty", "no text and no images", source=article.origin.name)
        chapters.append(Chapter(index.chapters[place], article.slug, article.meta, article.body))
    held = {p.image.id: p.image for each in pictures for p in each if p.image is not None}
    return Book(column.meta, tuple(chapters), held, cover, column.parts)


def _says_nothing(body: Element) -> bool:
    return body.find(".//img") is None and not any(text.strip() for text in body.itertext())


def _place_images(article: Article, pictures: Sequence[Picture]) -> None:
    for img, picture in zip(list(article.body.iter("img")), pictures, strict=True):
        for done in ("referrerpolicy", "data-also"):
            img.attrib.pop(done, None)
        img.set("src", f"{IMAGE_SCHEME}{picture.image.id}" if picture.image else picture.address)


def _point_links(article: Article, place: int, index: _Index, report: Report) -> None:
    """Leave every link absolute or `#id`; one that leads nowhere becomes its text."""
    for link in article.body.iter("a"):
        href = link.get("href")
        if href is None:
            continue
        target = index.resolve(href, article, place)
        if target is not None:
            link.set("href", target)
            continue
        del link.attrib["href"]
        code = "anchor-missing" if href.startswith("#") else "link-unresolved"
        report.add(code, f"the link to {href[:80]!r} leads nowhere", source=article.origin.name)


@dataclass(slots=True)
class _Index:
    """Every id of the book, and where each article's addresses and fragments are in it."""

    report: Report
    taken: dict[str, int] = field(default_factory=dict)
    chapters: list[str] = field(default_factory=list)
    by_address: dict[str, int] = field(default_factory=dict)
    by_file: dict[str, int] = field(default_factory=dict)
    fragments: list[dict[str, str]] = field(default_factory=list)

    def add(self, article: Article) -> None:
        """Give a chapter its id, and every id in it a name that is unique in the book."""
        place = len(self.chapters)
        self.chapters.append(self._claim(f"chapter-{place + 1}"))
        if (file := _path(article.origin, _file_name(article.origin.name))) is not None:
            self.by_file.setdefault(file, place)
        if article.meta.url is not None:
            self.by_address.setdefault(article.meta.url.partition("#")[0], place)
        names: dict[str, str] = {}
        for element in _WITH_ID(article.body):
            name = element.get("id", "")
            if name in names:  # browsers go to the first
                del element.attrib["id"]
                message = f"the id {name!r} stands twice; the second was removed"
                self.report.add("id-repeated", message, source=article.origin.name)
            else:
                names[name] = self._claim(_safe(name))
                element.set("id", names[name])
        self.fragments.append(names)
        _rename_references(article.body, names)

    def _claim(self, name: str) -> str:
        count = self.taken.get(name, 0)
        self.taken[name] = count + 1
        return name if count == 0 else self._claim(f"{name}-{count + 1}")

    def resolve(self, href: str, article: Article, here: int) -> str | None:
        """Return where a link leads: `#id` inside the book, else its absolute URL, else None."""
        path, _, fragment = href.partition("#")
        if not path:
            return self._inside(here, fragment)
        address = absolute(href, article.origin.base)
        place = self.by_file.get(_path(article.origin, unquote(path)) or "")
        if place is None and address is not None:
            place = self.by_address.get(address.partition("#")[0])
        if place is None:
            return address
        target = self._inside(place, fragment)
        if target is None:
            message = f"the link to {href[:80]!r} leads to the article's beginning"
            self.report.add("anchor-missing", message, source=article.origin.name)
        return target or f"#{self.chapters[place]}"

    def _inside(self, place: int, fragment: str) -> str | None:
        """The book's id for a fragment of the article at `place`, or None.

        No fragment, and `top` unless an element has that id, mean the beginning (HTML
        Standard, 7.4.6.4).
        """
        names = self.fragments[place]
        found = names.get(fragment) or names.get(unquote(fragment))
        if found is None and fragment.lower() in ("", "top"):
            found = self.chapters[place]
        return f"#{found}" if found else None


def _rename_references(body: Element, names: Mapping[str, str]) -> None:
    """Let drawings go on naming their own parts, whose ids may be others now."""

    def renamed(found: re.Match[str]) -> str:
        return found[1] + names.get(found[2], found[2])

    for element in body.iter(f"{{{SVG}}}*"):
        for key, value in element.attrib.items():
            if "#" in value:
                element.set(key, _REFERENCE.sub(renamed, value))


_WITH_ID: Final = etree.XPath("descendant-or-self::*[@id]")
# `href="#part"` and `fill="url(#part)"`.
_REFERENCE: Final = re.compile(r"(^#|url\(\s*['\"]?#)([^'\")\s]+)")


def absolute(reference: str, base: str | None) -> str | None:
    """Return a reference as a normalised absolute URL, or None when there is no base for it."""
    try:
        return str(URL(reference, base=base).href if base else URL(reference).href)
    except ValueError:
        return None


def _path(origin: Origin, reference: str) -> str | None:
    """Where a relative reference leads among the files that articles came from."""
    if origin.folder is None:
        return None
    return posixpath.normpath(posixpath.join(origin.folder.as_posix(), reference))


def _file_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _safe(name: str) -> str:
    """Spell an id in ASCII: characters that some format refuses become their code points."""
    spelled = "".join(c if re.match(r"[A-Za-z0-9_.-]", c) else f"u{ord(c):x}" for c in name)
    return spelled if re.match(r"[A-Za-z_]", spelled) else f"id-{spelled}"
