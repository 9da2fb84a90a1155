"""column.toml: what it may say, and the order it puts a column's articles in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

from articlekit.errors import ColumnFileError, did_you_mean
from articlekit.model import Article, Column, Meta
from articlekit.readers.meta import language_tag, make_meta
from articlekit.readers.parts import (
    GROUPINGS,
    ListedPart,
    file_name,
    group_articles,
    list_parts,
    parse_parts,
)
from articlekit.report import Report

_KEYS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "title": str,
    "author": str,
    "authors": list,
    "language": str,
    "description": str,
    "url": str,
    "cover": str,
    "order": (str, list),
    "group_by": str,
    "parts": list,
}
_ORDERS: Final = ("date", "title", "name")
# Articles without a date come last, in the order of their files' names.
_UNDATED: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ColumnFile:
    """What a column.toml says. `order` is "date", "title", "name", or a list of file names.

    `group_by` is one of `GROUPINGS`; `parts` are the ones that it lists.
    """

    values: Mapping[str, object]
    order: str | tuple[str, ...] = "date"
    group_by: str | None = None
    parts: tuple[ListedPart, ...] = ()


def parse_column_file(text: str, name: str) -> ColumnFile:
    """Read a column.toml; raises ColumnFileError that names the line or the key."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{name}:{line[1]}" if line else name
        cause = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise ColumnFileError(f'{place}: not TOML: {cause}; write title = "…"') from error
    for key, value in values.items():
        if key not in _KEYS:
            raise ColumnFileError(f"{name}: unknown key '{key}'{did_you_mean(key, _KEYS)}")
        if not isinstance(value, _KEYS[key]):
            raise ColumnFileError(f"{name}: '{key}' cannot be {value!r}; {_EXAMPLES[key]}")
    _check_values(values, name)
    order = values.pop("order", "date")
    return ColumnFile(
        values,
        tuple(map(str, order)) if isinstance(order, list) else str(order),
        _text_or_none(values.pop("group_by", None)),
        parse_parts(values.pop("parts", []), name),
    )


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


_EXAMPLES: Final = {key: f'write {key} = "…"' for key in _KEYS} | {
    "authors": 'write authors = ["…", "…"]',
    "language": 'write language = "zh-Hans"',
    "order": 'write order = "date", "title", "name", or a list of file names',
    "group_by": 'write group_by = "category", "year" or "month"',
    "parts": "write [[parts]], with a title and articles below it",
}


def _check_values(values: Mapping[str, object], name: str) -> None:
    order = values.get("order", "date")
    if isinstance(order, str) and order not in _ORDERS:
        raise ColumnFileError(f"{name}: unknown order '{order}'{did_you_mean(order, _ORDERS)}")
    grouping = values.get("group_by")
    if grouping is not None and grouping not in GROUPINGS:
        hint = did_you_mean(str(grouping), GROUPINGS)
        raise ColumnFileError(f"{name}: unknown group_by '{grouping}'{hint}")
    if grouping is not None and "parts" in values:
        raise ColumnFileError(f"{name}: has both group_by and [[parts]]; leave one out")
    language = values.get("language")
    if language is not None and language_tag(str(language)) is None:
        raise ColumnFileError(f"{name}: {language!r} is no language tag; {_EXAMPLES['language']}")


def make_column(
    file: ColumnFile, articles: Sequence[Article], name: str, fallback: str, report: Report
) -> Column:
    """Put articles in the column's order, under its own metadata or what they share.

    `name` is the file's, for messages; `fallback` is the title when nothing gives one.
    """
    ordered = order_articles(articles, file.order, name)
    meta = make_meta(file.values, name, report)
    language = meta.language or _main_language(ordered)
    if file.parts:
        ordered, parts = list_parts(ordered, file.parts, name, report)
    else:
        ordered, parts = group_articles(ordered, file.group_by, language, report)
    return Column(
        Meta(
            title=meta.title or _shared_category(ordered) or fallback,
            authors=meta.authors or _shared_authors(ordered),
            language=language,
            url=meta.url,
            published=max((a.meta.published for a in ordered if a.meta.published), default=None),
            categories=_shared_categories(ordered),
            cover=meta.cover,
            description=meta.description,
        ),
        tuple(ordered),
        parts=parts,
    )


def order_articles(
    articles: Sequence[Article], order: str | tuple[str, ...], name: str
) -> list[Article]:
    """Sort articles; a list names files, and articles it does not name come after, by date.

    Raises ColumnFileError for a listed file that no article came from.
    """
    if isinstance(order, tuple):
        places = {file_name: place for place, file_name in enumerate(order)}
        known = {file_name(article) for article in articles}
        for listed in order:
            if listed not in known:
                raise ColumnFileError(
                    f"{name}: order names '{listed}'{did_you_mean(listed, known)}"
                )
        return sorted(articles, key=lambda a: (places.get(file_name(a), len(places)), _by_date(a)))
    return sorted(articles, key=_SORTS[order])


def _by_date(article: Article) -> tuple[datetime, str]:
    return article.meta.published or _UNDATED, article.origin.name


def _by_title(article: Article) -> tuple[str, str]:
    return article.meta.title.casefold(), article.origin.name


def _by_name(article: Article) -> tuple[tuple[tuple[bool, int, str], ...], str]:
    """Numbers in names count as numbers: part 2 comes before part 10."""
    parts = re.split(r"(\d+)", PurePath(article.origin.name).stem)
    key = tuple((p.isdecimal(), int(p) if p.isdecimal() else 0, p) for p in parts)
    return key, article.origin.name


_SORTS: Final = {"date": _by_date, "title": _by_title, "name": _by_name}


def _shared_categories(articles: Sequence[Article]) -> tuple[str, ...]:
    """The categories that all articles have, in the first one's order."""
    if not articles:
        return ()
    rest = [set(article.meta.categories) for article in articles[1:]]
    return tuple(c for c in articles[0].meta.categories if all(c in other for other in rest))


def _shared_category(articles: Sequence[Article]) -> str:
    return next(iter(_shared_categories(articles)), "")


def _shared_authors(articles: Sequence[Article]) -> tuple[str, ...]:
    """Every article's authors, each once, in reading order; none when they are a crowd."""
    names = dict.fromkeys(name for article in articles for name in article.meta.authors)
    return tuple(names) if len(names) <= 4 else ()


def _main_language(articles: Sequence[Article]) -> str | None:
    tags = [article.meta.language for article in articles if article.meta.language]
    return max(sorted(set(tags)), key=tags.count, default=None)
