"""The metadata of the package document (EPUB 3.3, "Metadata section")."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, uuid5

from articlekit.errors import UsageError
from articlekit.model import Book, Image, Meta
from articlekit.writers.epub.access import Access
from articlekit.writers.epub.package import Statement
from articlekit.writers.epub.words import UNKNOWN_LANGUAGE, clean, title_of

#: Where a book has no date at all: the earliest that a zip can say.
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
_EPOCH = "SOURCE_DATE_EPOCH"

_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏ.'’-]+(?: [A-Za-zÀ-ɏ.'’-]+){1,3}")
# Names with these are of a body, not of a person, and are filed as they stand.
_CORPORATE = frozenset(
    "agency association bureau club college committee company council department editors "
    "foundation group inc institute journal magazine media ministry national news office "
    "press society staff team technica times university weekly".split()
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the metadata says and the book does not: found in its content, or made for it.

    `cover` is the item of the cover's image; `collection` is what a volume belongs to,
    as its number `position`.
    """

    identifier: str
    modified: datetime
    access: Access
    cover: str
    collection: str = ""
    position: int = 0


def metadata(book: Book, language: str | None, facts: Facts) -> Iterator[Statement]:
    """Yield the statements about the book, each refinement right behind what it refines."""
    yield Statement("dc:identifier", facts.identifier, {"id": "identifier"})
    yield Statement("dc:title", title_of(book.meta.title, language), {"id": "title"})
    yield _refine("title", "title-type", "main")
    if subtitle := clean(book.meta.subtitle or ""):
        yield Statement("dc:title", subtitle, {"id": "subtitle"})
        yield _refine("subtitle", "title-type", "subtitle")
    yield Statement("dc:language", language or UNKNOWN_LANGUAGE, {})
    yield from _creators(creators(book))
    span = dates(book)
    if span:
        yield Statement("dc:date", span[-1].isoformat(), {})
    for name, text in (("dc:source", book.meta.url), ("dc:description", book.meta.description)):
        if text and clean(text):
            yield Statement(name, clean(text), {})
    for subject in subjects(book):
        yield Statement("dc:subject", subject, {})
    yield from _series(book.meta)
    if facts.position:
        yield from _collection(facts)
    yield _property("dcterms:modified", facts.modified.isoformat().replace("+00:00", "Z"))
    # How EPUB 2 said it; Kindle and older stores look only here.
    yield Statement("meta", None, {"name": "cover", "content": facts.cover})
    yield from _access(facts.access)


def _series(meta: Meta) -> Iterator[Statement]:
    """Say which series the book is of, and its place there; a volume is in that place, too."""
    if name := clean(meta.series or ""):
        yield Statement("meta", name, {"property": "belongs-to-collection", "id": "series"})
        yield _refine("series", "collection-type", "series")
        if meta.number:
            yield _refine("series", "group-position", meta.number)


def _collection(facts: Facts) -> Iterator[Statement]:
    """Say which volume this is (EPUB 3.3, "The belongs-to-collection property")."""
    yield Statement(
        "meta", facts.collection, {"property": "belongs-to-collection", "id": "collection"}
    )
    yield _refine("collection", "collection-type", "set")
    yield _refine("collection", "group-position", str(facts.position))


def _creators(names: tuple[str, ...]) -> Iterator[Statement]:
    for number, name in enumerate(names, 1):
        anchor = f"creator-{number}"
        yield Statement("dc:creator", name, {"id": anchor})
        yield _refine(anchor, "role", "aut", scheme="marc:relators")
        yield _refine(anchor, "file-as", file_as(name))


def _access(access: Access) -> Iterator[Statement]:
    rows = (
        ("accessMode", access.modes),
        ("accessModeSufficient", (access.sufficient,)),
        ("accessibilityFeature", access.features),
        ("accessibilityHazard", access.hazards),
        ("accessibilitySummary", (access.summary,)),
    )
    for name, values in rows:
        for value in values:
            yield _property(f"schema:{name}", value)


def _property(name: str, value: str) -> Statement:
    return Statement("meta", value, {"property": name})


def _refine(anchor: str, name: str, value: str, **more: str) -> Statement:
    return Statement("meta", value, {"refines": f"#{anchor}", "property": name, **more})


def creators(book: Book) -> tuple[str, ...]:
    """Return the book's authors, or those of its chapters, each once."""
    named = [*book.meta.authors] or [
        name for chapter in book.chapters for name in chapter.meta.authors
    ]
    return tuple(dict.fromkeys(text for name in named if (text := clean(name))))


def subjects(book: Book) -> tuple[str, ...]:
    """Return the book's categories, or those of its chapters, each once."""
    named = [*book.meta.categories] or [
        name for chapter in book.chapters for name in chapter.meta.categories
    ]
    return tuple(dict.fromkeys(text for name in named if (text := clean(name))))


def image_item(image: Image) -> str:
    """Return the id of the image's item in the manifest."""
    return f"image-{image.id}"


def file_as(name: str) -> str:
    """Return the name as a library files it: "Doe, Jane" for Jane Doe.

    Only a name of two to four Latin words is turned round; Chinese, Japanese and Korean
    names begin with the family's, and those of newspapers and the like are no person's.
    """
    words = name.split()
    if _LATIN_NAME.fullmatch(name) and not _CORPORATE.intersection(name.lower().split()):
        return f"{words[-1]}, {' '.join(words[:-1])}"
    return name


def dates(book: Book) -> tuple[date, ...]:
    """Return the first and last day of the chapters, or the one day that all are of.

    The days are those of the authors' time zones; the book's own stands for chapters that
    have none. Empty when nothing is dated.
    """
    days = sorted({at.date() for each in book.chapters if (at := each.meta.published)})
    if not days and book.meta.published is not None:
        return (book.meta.published.date(),)
    return tuple(days[:1] + days[1:][-1:])


def modified_at(book: Book, environment: Mapping[str, str]) -> datetime:
    """Return the book's last modification in UTC, to the second; never the present.

    It is SOURCE_DATE_EPOCH (reproducible-builds.org), or else the newest date in the book,
    so that the same book is the same bytes. Raises UsageError for an epoch that is none.
    """
    epoch = environment.get(_EPOCH)
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError) as error:
            message = f"{_EPOCH}: {epoch!r} is no time; write whole seconds since 1970"
            raise UsageError(message) from error
    known = [book.meta.published, *(chapter.meta.published for chapter in book.chapters)]
    moments = [_utc(moment) for moment in known if moment is not None]
    return max(moments, default=NO_DATE).replace(microsecond=0)


def _utc(moment: datetime) -> datetime:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:  # within a day of the year 1 or 9999
        return moment.replace(tzinfo=UTC)


def identifier_of(book: Book, digests: Iterable[bytes]) -> str:
    """Return a URN that names this content: a UUID version 5 (RFC 9562 section 5.5).

    The same articles make the same identifier, and a changed word another, so no reading
    system mistakes one for the other's copy. `digests` are of the chapters' bodies.
    """
    digest = hashlib.sha256()
    meta = book.meta
    heads = [meta.title, meta.language or "", meta.url or "", *meta.authors]
    # What a book had no name for before these came is named as it was then.
    more = {"subtitle": meta.subtitle, "series": meta.series, "number": meta.number}
    heads += [f"{name}={text}" for name, text in more.items() if text]
    digest.update("\0".join(heads).encode("utf-8", "replace"))
    for chapter, body in zip(book.chapters, digests, strict=True):
        published = chapter.meta.published
        when = "" if published is None else published.isoformat()
        head = "\0".join(("", chapter.id, chapter.meta.title, when, *chapter.meta.authors, ""))
        digest.update(head.encode("utf-8", "replace"))
        digest.update(body)
    for part in book.parts:
        digest.update(f"\0{part.title}\0{part.size}".encode("utf-8", "replace"))
    digest.update((book.cover.id if book.cover else "").encode())
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:sha256:{digest.hexdigest()}')}"
