"""Articles as bytes, to be kept between runs and to go from process to process.

lxml's trees do neither. What is packed comes back equal: the body, every key of the front
matter with its type, and the diagnostics. Nothing in it is ever run, as a pickle would be,
so a folder that others may write to can hold it.
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from articlekit.inventory import Drawing, Heading, Inventory, Shown, shared_tags
from articlekit.kept import Kept, KeptArticle
from articlekit.model import Article, Meta, Origin
from articlekit.report import Diagnostic

_LENGTH: Final = struct.Struct(">I")
_META: Final = tuple(each.name for each in fields(Meta))
_DIAGNOSTIC: Final = tuple(each.name for each in fields(Diagnostic))


class NotPackable(Exception):
    """A value of the front matter that has no form here; a reader of yours made it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one file came to: its articles in the normal form, and what was told."""

    articles: Sequence[Article]
    diagnostics: Sequence[Diagnostic]


def keep(reading: Reading) -> Reading:
    """Return a reading whose bodies are kept as bytes, as those of one that is unpacked are."""
    return Reading([_kept(article) for article in reading.articles], reading.diagnostics)


def pack(reading: Reading) -> bytes:
    """Return a reading as bytes; raises NotPackable."""
    articles = [_kept(article) for article in reading.articles]
    bodies = [article.kept.data for article in articles]
    told = {
        "articles": [
            _head(article, len(body)) for article, body in zip(articles, bodies, strict=True)
        ],
        "diagnostics": [
            [getattr(found, name) for name in _DIAGNOSTIC] for found in reading.diagnostics
        ],
    }
    # Lone surrogates, which a title may have, are escaped; XML has none.
    head = json.dumps(told, separators=(",", ":")).encode("ascii")
    return b"".join((_LENGTH.pack(len(head)), head, *bodies))


def unpack(data: bytes) -> Reading:
    """Return the reading that `pack` made bytes of; raises ValueError for other bytes.

    Its articles are kept as bytes still, and the bytes are those that were packed.
    """
    try:
        at = _LENGTH.size + _LENGTH.unpack_from(data)[0]
        told = json.loads(data[_LENGTH.size : at])
        articles = []
        for each in told["articles"]:
            articles.append(_article(each, data[at : at + each["size"]]))
            at += each["size"]
        return Reading(articles, [Diagnostic(*each) for each in told["diagnostics"]])
    except (struct.error, ValueError, LookupError, TypeError) as error:
        raise ValueError(f"no packed articles: {error}") from error


def _kept(article: Article) -> KeptArticle:
    if isinstance(article, KeptArticle):
        return article
    return KeptArticle(article.slug, article.meta, article.body, article.origin)


def _head(article: KeptArticle, size: int) -> dict[str, Any]:
    origin, kept = article.origin, article.kept
    return {
        "slug": article.slug,
        "meta": [_packed(getattr(article.meta, name)) for name in _META],
        "name": origin.name,
        "folder": None if origin.folder is None else str(origin.folder),
        "base": origin.base,
        "referrer": origin.referrer,
        "size": size,
        "digest": kept.digest.hex(),
        "has": _listed(kept.inventory),
    }


def _article(head: Mapping[str, Any], body: bytes) -> KeptArticle:
    folder = None if head["folder"] is None else _path(head["folder"])
    origin = Origin(head["name"], folder, head["base"], tuple(head["referrer"]))
    meta = Meta(*_all_back(head["meta"]))
    kept = Kept.deflated(body, bytes.fromhex(head["digest"]), _inventory(*head["has"]))
    return KeptArticle(head["slug"], meta, kept, origin)


# Thousands of articles lie in a few folders.
@lru_cache(maxsize=64)
def _path(name: str) -> Path:
    return Path(name)


def _listed(has: Inventory) -> list[Any]:
    return [
        has.ids,
        has.unseen,
        has.links,
        [(each.src, each.policy, each.also, each.alt) for each in has.images],
        [(each.label, each.title) for each in has.drawings],
        [(each.position, each.level, each.label, each.id) for each in has.headings],
        sorted(has.tags),
        has.characters,
        has.size,
    ]


def _inventory(
    ids: Sequence[str],
    unseen: Sequence[str],
    links: Sequence[str],
    images: Sequence[Any],
    drawings: Sequence[Any],
    headings: Sequence[Any],
    tags: Sequence[str],
    characters: int,
    size: int,
) -> Inventory:
    return Inventory(
        tuple(ids),
        tuple(unseen),
        tuple(links),
        tuple(Shown(*each) for each in images),
        tuple(Drawing(*each) for each in drawings),
        tuple(Heading(*each) for each in headings),
        shared_tags(frozenset(tags)),
        characters,
        size,
    )


def _packed(value: object) -> Any:
    """A value in JSON's types; one of another type becomes a pair of its name and its form."""
    if value is None or type(value) in _PLAIN:
        return value
    for kind, name, there, _ in _FORMS:
        if isinstance(value, kind):
            return [name, there(value)]
    raise NotPackable(type(value).__name__)


def _unpacked(value: Any) -> Any:
    return _BACK[value[0]](value[1]) if isinstance(value, list) else value


def _all(values: Iterable[object]) -> list[Any]:
    return [_packed(each) for each in values]


def _all_back(values: Iterable[Any]) -> list[Any]:
    # A list is a value of another type; to ask before the call saves most of them.
    return [_unpacked(each) if isinstance(each, list) else each for each in values]


def _text_of(data: bytes) -> str:
    return b64encode(data).decode()


def _sorted(values: set[Any]) -> list[Any]:
    return _all(sorted(values, key=repr))


def _tuple_back(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(_all_back(values))


def _set_back(values: Iterable[Any]) -> set[Any]:
    return set(_all_back(values))


def _pairs(values: Mapping[Any, Any]) -> list[Any]:
    return [_all(pair) for pair in values.items()]


def _pairs_back(pairs: Iterable[Any]) -> dict[Any, Any]:
    return dict(map(_all_back, pairs))


_PLAIN: Final = (str, bool, int, float)
# Types that JSON has no form for: a name, and the way there and back. The first that fits
# counts, so a date and time comes before a date.
_FORMS: Final[tuple[tuple[type, str, Callable[[Any], Any], Callable[[Any], Any]], ...]] = (
    (datetime, "datetime", datetime.isoformat, datetime.fromisoformat),
    (date, "date", date.isoformat, date.fromisoformat),
    (time, "time", time.isoformat, time.fromisoformat),
    (bytes, "bytes", _text_of, b64decode),
    (tuple, "tuple", _all, _tuple_back),
    (list, "list", _all, _all_back),
    (set, "set", _sorted, _set_back),
    (Mapping, "map", _pairs, _pairs_back),
)
_BACK: Final = MappingProxyType({name: back for _, name, _, back in _FORMS})
