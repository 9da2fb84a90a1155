"""What column.toml says of single articles, in the place of their own front matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from articlekit.errors import ColumnFileError
from articlekit.model import Article, Meta
from articlekit.readers.dates import parse_date
from articlekit.readers.keys import ARTICLE_KEYS
from articlekit.readers.meta import http_url, language_tag, make_meta
from articlekit.readers.places import check_table, place_of
from articlekit.report import Report

# The fields of an article that keys of another name are.
_FIELDS: Final = {"author": "authors", "date": "published"}
_META: Final = frozenset(each.name for each in fields(Meta))


@dataclass(frozen=True, slots=True)
class Override:
    """What is told of one article: values by key, and the title of the part it stands in."""

    values: Mapping[str, object]
    part: str | None = None


def parse_overrides(tables: Mapping[str, Any], name: str, text: str) -> dict[str, Override]:
    """Read the tables below `articles`; raises ColumnFileError for what cannot be one."""
    return {
        file: _parse(table, f'[articles."{file}"]', name, text) for file, table in tables.items()
    }


def _parse(table: Any, inside: str, name: str, text: str) -> Override:
    if not isinstance(table, dict):
        raise ColumnFileError(f"{name}: {inside} is no table; write title = below it")
    check_table(table, ARTICLE_KEYS, name, text, inside)
    check_values(table, name, text, inside)
    values = {key: value for key, value in table.items() if key != "part"}
    part = " ".join(str(table.get("part", "")).split())
    return Override(values, part or None)


def check_values(values: Mapping[str, object], name: str, text: str = "", inside: str = "") -> None:
    """Raise ColumnFileError for what only looks like a date, an address or a language.

    `name`, `text` and `inside` are as in `check_table`.
    """
    where = f" in {inside}" if inside else ""
    if "author" in values and "authors" in values:
        raise ColumnFileError(f"{name}: has both author and authors{where}; leave one out")
    for key, (read, says) in _CHECKS.items():
        if key in values and read(values[key]) is None:
            place = place_of(key, name, text)
            raise ColumnFileError(f"{place}: {str(values[key])[:80]!r}{where} is {says}")


_CHECKS: Final[Mapping[str, tuple[Any, str]]] = {
    "date": (parse_date, "no date; write date = 2024-05-01"),
    "language": (
        lambda value: language_tag(str(value)), 'no language tag; write language = "zh-Hans"'
    ),
    "url": (lambda value: http_url(str(value)), 'no http(s) address; write url = "https://…"'),
}  # fmt: skip


def apply_overrides(
    articles: Sequence[Article], overrides: Mapping[str, Override], names: Sequence[str]
) -> list[Article]:
    """Return the articles with what is told of those whose files are named."""
    if not overrides:
        return list(articles)
    return [
        _apply(article, overrides[name].values) if name in overrides else article
        for article, name in zip(articles, names, strict=True)
    ]


def _apply(article: Article, values: Mapping[str, object]) -> Article:
    told = make_meta(values, "", Report())
    changed = {_FIELDS.get(key, key) for key in values} & _META
    old = article.meta
    # What could not be read stands under its key among the rest; now there is a better one.
    gone = {key for key in old.extra if key in values}
    meta = replace(
        old,
        **{name: getattr(told, name) for name in changed},
        extra={key: value for key, value in old.extra.items() if key not in gone},
        keys={key: name for key, name in old.keys.items() if key not in gone},
    )
    origin = article.origin
    if "url" in changed and origin.base == old.url:
        origin = replace(origin, base=meta.url)
    return replace(article, meta=meta, origin=origin)
