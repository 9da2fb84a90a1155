"""The order of a column's articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final

from articlekit.model import Article
from articlekit.readers.globs import ALL, Selection
from articlekit.readers.places import file_name, refuse_unknown

# Articles without a date come last, whichever way round, in the order of their files' names.
_UNDATED: Final = datetime.max.replace(tzinfo=UTC)


def order_articles(
    articles: Sequence[Article],
    order: str | tuple[str, ...],
    name: str,
    *,
    descending: bool = False,
    selection: Selection = ALL,
    known: Collection[str] = (),
) -> list[Article]:
    """Sort articles; a list names files, and articles it does not name come after, by date.

    "listed" is the order of the selection's patterns. Raises ColumnFileError for a listed
    file that no article came from, unless it is `known` all the same.
    """
    home = PurePath(name).parent
    if isinstance(order, tuple):
        places = {file: place for place, file in enumerate(order)}
        refuse_unknown(
            order, {*(file_name(each, home) for each in articles), *known}, name, "order names"
        )
        return _sorted(articles, lambda a: places.get(file_name(a, home)), descending)
    if order == "listed":
        return _sorted(
            articles,
            lambda a: (selection.place(file_name(a, home)) or 0, *_by_name(a)),
            descending,
        )
    return _sorted(articles, _SORTS[order], descending)


def _sorted(
    articles: Sequence[Article], key: Callable[[Article], Any], descending: bool
) -> list[Article]:
    """Sort what has a key; what has none comes last, by date and name."""
    keyed = [(key(article), article) for article in articles]
    placed = [pair for pair in keyed if pair[0] is not None]
    placed.sort(key=lambda pair: pair[0], reverse=descending)
    rest = sorted((article for found, article in keyed if found is None), key=_undated_last)
    return [article for _, article in placed] + rest


def _by_date(article: Article) -> tuple[datetime, str] | None:
    published = article.meta.published
    return None if published is None else (published, article.origin.name)


def _undated_last(article: Article) -> tuple[datetime, str]:
    return article.meta.published or _UNDATED, article.origin.name


def _by_title(article: Article) -> tuple[str, str]:
    return article.meta.title.casefold(), article.origin.name


def _by_name(article: Article) -> tuple[tuple[tuple[bool, int, str], ...], str]:
    """Numbers in names count as numbers: part 2 comes before part 10."""
    path = PurePath(article.origin.name)
    parts = re.split(r"(\d+)", (path.parent / path.stem).as_posix())
    key = tuple((p.isdecimal(), int(p) if p.isdecimal() else 0, p) for p in parts)
    return key, article.origin.name


_SORTS: Final[Mapping[str, Callable[[Article], Any]]] = MappingProxyType(
    {"date": _by_date, "title": _by_title, "name": _by_name}
)
