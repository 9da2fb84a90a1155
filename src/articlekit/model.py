"""The nouns: what readers make, transforms pass on, binding joins and writers write.

All are frozen. The one thing inside them that can change is an article's lxml tree;
a transform owns the tree it is handed and returns an article with the tree it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from lxml import etree

from articlekit.cards import card
from articlekit.report import Report

Element: TypeAlias = etree._Element

#: In a `Book`, an `<img src>` that begins with this names a key of `Book.images`.
IMAGE_SCHEME = "image:"


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known about an article, a column or a book.

    `language` is a BCP 47 tag, or None when neither declared nor detected; `published`
    is aware of its time zone; `url` is an absolute http(s) URL. `extra` holds every
    front-matter key that has no field here, and those whose value could not be read;
    `keys` has the front matter's keys in the order of the file, each with the field here
    that its value went to, so that a writer can give the same front matter back.
    """

    title: str
    authors: tuple[str, ...] = ()
    language: str | None = None
    url: str | None = None
    published: datetime | None = None
    categories: tuple[str, ...] = ()
    cover: str | None = None
    description: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    subtitle: str | None = None
    series: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article was read from.

    `name` stands in messages; `folder` is where its local images may lie, and None for
    text that came from no file; `base` is what its relative URLs resolve against;
    `referrer` holds what the page's `<meta name=referrer>` elements say, in order.
    """

    name: str
    folder: Path | None = None
    base: str | None = None
    referrer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Something a reader can read: its bytes, and the name it goes by."""

    name: str
    data: bytes
    path: Path | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article; `body` is a `<body>` element, in the normal form after `normalise`."""

    slug: str
    meta: Meta
    body: Element
    origin: Origin

    def _repr_html_(self) -> str:
        """What a notebook shows: title, metadata, and how the text begins; never its markup."""
        meta = self.meta
        facts = [
            ("authors", ", ".join(meta.authors)),
            ("published", meta.published.isoformat() if meta.published else ""),
            ("language", meta.language or ""),
            ("address", meta.url or ""),
            ("categories", ", ".join(meta.categories)),
            ("source", self.origin.name),
            ("images", str(sum(1 for _ in self.body.iter("img")) or "")),
        ]
        text = " ".join("".join(map(str, self.body.itertext())).split())
        return card(meta.title, facts, [text])


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a column or a book: `size` articles, which follow those of the part before.

    `title` is empty for what is left over, which comes last.
    """

    title: str
    size: int


@dataclass(frozen=True, slots=True)
class Column:
    """Articles that belong together, in reading order. `folder` holds column.toml's files.

    `parts` is empty, or its sizes add up to all articles.
    """

    meta: Meta
    articles: tuple[Article, ...]
    folder: Path | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """An image that may go into any book as it is.

    `id` is the SHA-256 of its bytes in hex; `media_type` is image/jpeg, image/png,
    image/gif or image/svg+xml; `width` and `height` are in pixels, `size` in bytes. The
    bytes stay on disk until a writer reads them.
    """

    id: str
    media_type: str
    width: int
    height: int
    size: int
    path: Path

    def open(self) -> BinaryIO:
        """Open the image's bytes; the caller closes them."""
        return self.path.open("rb")

    def read(self) -> bytes:
        with self.open() as file:
            return file.read()

    @property
    def suffix(self) -> str:
        """The file suffix that goes with the media type, dot included."""
        return SUFFIXES[self.media_type]


SUFFIXES: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """An article inside a book: `id` is unique there, and so is every id in `body`.

    Writers leave `body` as it is; in a large book it may be another tree each time it is
    looked at. `digest` tells the same body from others without a look, where it is known.
    """

    id: str
    slug: str
    meta: Meta
    body: Element
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """What a writer writes. An article alone is a book of one chapter.

    In the chapters an `<img src>` is either `image:` and a key of `images`, or the
    address of an image that the book does not hold; an `<a href>` is either absolute or
    `#` and an id that occurs in the book. `parts` is as a column's; a book with other
    chapters than its parts speak of counts as one without.
    """

    meta: Meta
    chapters: tuple[Chapter, ...]
    images: Mapping[str, Image]
    cover: Image | None = None
    parts: tuple[Part, ...] = ()


def grouped(book: Book) -> Iterator[tuple[Part, tuple[Chapter, ...]]]:
    """Yield the book's parts with their chapters; nothing for a book without parts."""
    if sum(part.size for part in book.parts) != len(book.chapters):
        return
    start = 0
    for part in book.parts:
        yield part, book.chapters[start : start + part.size]
        start += part.size


Reader: TypeAlias = Callable[[Source, Report], Iterator[Article]]
Transform: TypeAlias = Callable[[Article, Report], Article]


class Memory(Protocol):
    """What a writer made before, kept between runs.

    A key has in it all that the bytes depend on, but for the code, which the memory knows.
    What was kept may be gone. `recall_all` returns what is there. Threads may share one.
    """

    def recall(self, key: bytes) -> bytes | None: ...

    def recall_all(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]: ...

    def keep(self, key: bytes, data: bytes) -> None: ...


class Writer(Protocol):
    """A format. `suffix` has its dot; `write` fills one file, or a folder's path."""

    suffix: str

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None: ...
