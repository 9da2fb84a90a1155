"""Articles to one book: ids made unique, links made to arrive, images gathered."""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from ada_url import URL

from articlekit.changes import Changes
from articlekit.kept import KeptArticle, KeptChapter, inventory_of
from articlekit.model import IMAGE_SCHEME, Article, Book, Chapter, Column, Image, Origin
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
    articles' trees become the chapters', changed and not copied; those of articles that are
    kept as bytes are made when they are looked at.
    """
    index = _Index(column.articles, report)
    chapters = []
    for place, (article, inventory) in enumerate(
        zip(column.articles, index.inventories, strict=True)
    ):
        changes = Changes(
            index.fragments[place],
            [f"{IMAGE_SCHEME}{p.image.id}" if p.image else p.address for p in pictures[place]],
            [_target(href, article, place, index, report) for href in inventory.links],
        )
        if not inventory.characters and not inventory.images:
            report.add("article-empty", "no text and no images", source=article.origin.name)
        chapters.append(_chapter(index.chapters[place], article, changes))
    held = {p.image.id: p.image for each in pictures for p in each if p.image is not None}
    return Book(column.meta, tuple(chapters), held, cover, column.parts)


def _chapter(id: str, article: Article, changes: Changes) -> Chapter:
    if isinstance(article, KeptArticle):
        return KeptChapter(id, article, changes)
    return Chapter(id, article.slug, article.meta, changes.make(article.body))


def _target(href: str, article: Article, place: int, index: _Index, report: Report) -> str | None:
    """Return where a link leads, absolute or `#id`; nowhere is reported."""
    target = index.resolve(href, article, place)
    if target is None:
        code = "anchor-missing" if href.startswith("#") else "link-unresolved"
        report.add(code, f"the link to {href[:80]!r} leads nowhere", source=article.origin.name)
    return target


class _Index:
    """Every id of the book, and where each article's addresses and fragments are in it.

    What an article's ids become depends on no more of the others than it must, so that a new
    article leaves those of the others alone: an id that is in one article stays, one that is
    in several has the chapter's name behind it in each.
    """

    def __init__(self, articles: Sequence[Article], report: Report) -> None:
        self._report = report
        self._taken: dict[str, int] = {}
        self.inventories = [inventory_of(article) for article in articles]
        self.chapters = [self._claim(f"chapter-{_stem(article.slug)}") for article in articles]
        self.by_address: dict[str, int] = {}
        self.by_file: dict[str, int] = {}
        for place, article in enumerate(articles):
            if (file := _path(article.origin, _file_name(article.origin.name))) is not None:
                self.by_file.setdefault(file, place)
            if article.meta.url is not None:
                self.by_address.setdefault(article.meta.url.partition("#")[0], place)
        titles = [_folded(article.meta.title) for article in articles]
        often = Counter(titles)
        self.by_title = {t: n for n, t in enumerate(titles) if t and often[t] == 1}
        shared = Counter(
            name for each in self.inventories for name in {_safe(id) for id in each.ids}
        )
        self.fragments = [
            self._names(article, inventory.ids, chapter, shared)
            for article, inventory, chapter in zip(
                articles, self.inventories, self.chapters, strict=True
            )
        ]

    def _names(
        self, article: Article, ids: Sequence[str], chapter: str, shared: Mapping[str, int]
    ) -> dict[str, str]:
        """Give every id of an article a name that is unique in the book."""
        names: dict[str, str] = {}
        for id in ids:
            if id in names:
                message = f"the id {id!r} stands twice; the second was removed"
                self._report.add("id-repeated", message, source=article.origin.name)
                continue
            name = _safe(id)
            if shared[name] > 1:
                name += chapter.removeprefix("chapter")
            names[id] = self._claim(name)
        return names

    def _claim(self, name: str) -> str:
        count = self._taken.get(name, 0)
        self._taken[name] = count + 1
        return name if count == 0 else self._claim(f"{name}-{count + 1}")

    def resolve(self, href: str, article: Article, here: int) -> str | None:
        """Return where a link leads: `#id` inside the book, else its absolute URL, else None."""
        path, _, fragment = href.partition("#")
        if not path:
            return self._inside(here, fragment)
        address = absolute(href, article.origin.base)
        place = None
        if is_relative := not _SCHEME.match(href):
            place = self.by_file.get(_path(article.origin, unquote(path)) or "")
        if place is None and address is not None:
            place = self.by_address.get(address.partition("#")[0])
        if place is None and is_relative:
            place = self._titled(unquote(path))
        if place is None:
            return address
        target = self._inside(place, fragment)
        if target is None:
            message = f"the link to {href[:80]!r} leads to the article's beginning"
            self._report.add("anchor-missing", message, source=article.origin.name)
        return target or f"#{self.chapters[place]}"

    def _titled(self, path: str) -> int | None:
        """The one article whose title a relative address is, or whose title its file's name is."""
        name = _file_name(path)
        said = (path, name, _PAGE.sub("", name))
        return next(
            (self.by_title[key] for each in said if (key := _folded(each)) in self.by_title), None
        )

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


_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]")
_BEGINNING: Final = re.compile(r"[A-Za-z_]")
_PAGE: Final = re.compile(r"\.(html?|xhtml|md|markdown)\Z", re.IGNORECASE)


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


def _folded(title: str) -> str:
    """Spell titles alike that differ in case, in white space, or in forms of one letter."""
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def _file_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _stem(slug: str) -> str:
    """Name an article in ASCII: its slug, or a digest of one that is long or not in ASCII.

    Lower case, as file names that differ in case alone are the same to some systems
    (EPUB 3.3, "OCF file names").
    """
    stem = slug.lower()
    if re.fullmatch(r"[a-z0-9_-]{1,40}", stem):
        return stem
    return hashlib.sha256(slug.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _safe(name: str) -> str:
    """Spell an id in ASCII: characters that some format refuses become their code points."""
    spelled = _UNSAFE.sub(lambda found: f"u{ord(found[0]):x}", name)
    return spelled if _BEGINNING.match(spelled) else f"id-{spelled}"
