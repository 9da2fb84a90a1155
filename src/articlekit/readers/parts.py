"""A column's parts: those that column.toml lists, or its articles by category, year or month."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from articlekit.errors import ColumnFileError, did_you_mean
from articlekit.model import Article, Part
from articlekit.readers.places import file_name, refuse_unknown
from articlekit.report import Report

_MONTHS: Final = tuple(
    "January February March April May June July August September October November December".split()
)
#: How the years and months of a language are written; other languages get ISO 8601.
_DATES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "zh": ("{y}年", "{y}年{m}月"),
        "ja": ("{y}年", "{y}年{m}月"),
        "en": ("{y}", "{name} {y}"),
    }
)
_ISO: Final = ("{y}", "{y}-{m:02}")
_KEYS: Final = ("title", "articles")
#: Titles of the parts that single articles are put into, by their identity.
Given: TypeAlias = Mapping[int, str]
_EXAMPLE: Final = 'write title = "…" and articles = ["…", "…"] below [[parts]]'


@dataclass(frozen=True, slots=True)
class ListedPart:
    """A part as column.toml has it: its title, and the files of its articles in order."""

    title: str
    files: tuple[str, ...]


def parse_parts(tables: Sequence[Any], name: str) -> tuple[ListedPart, ...]:
    """Read the `[[parts]]` of a column.toml; raises ColumnFileError for what cannot be one."""
    parts = tuple(_parse_part(table, name) for table in tables)
    listed: set[str] = set()
    for part in parts:
        for file in part.files:
            if file in listed:
                raise ColumnFileError(f"{name}: parts list '{file}' twice; leave it in one")
            listed.add(file)
    return parts


def _parse_part(table: Any, name: str) -> ListedPart:
    if not isinstance(table, dict):
        raise ColumnFileError(f"{name}: a part cannot be {table!r}; {_EXAMPLE}")
    for key in table:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS)
            raise ColumnFileError(f"{name}: unknown key '{key}' in [[parts]]{hint}")
    title, files = table.get("title"), table.get("articles")
    if not isinstance(title, str) or not title.strip():
        raise ColumnFileError(f"{name}: a part without a title; {_EXAMPLE}")
    if not isinstance(files, list) or not files or not all(isinstance(f, str) for f in files):
        raise ColumnFileError(f"{name}: the part '{title}' lists no articles; {_EXAMPLE}")
    return ListedPart(title.strip(), tuple(files))


def list_parts(
    articles: Sequence[Article],
    listed: Sequence[ListedPart],
    name: str,
    report: Report,
    given: Given = MappingProxyType({}),
    tried: Collection[str] = (),
) -> tuple[list[Article], tuple[Part, ...]]:
    """Put articles into the parts that list their files; the others come last, in their order.

    A part's listed articles are followed by those that it is `given`. Raises ColumnFileError
    for a listed file that no article came from, unless it is among the `tried`.
    """
    home = PurePath(name).parent
    places = {file: (n, k) for n, part in enumerate(listed) for k, file in enumerate(part.files)}
    ends = {part.title: (n, len(part.files)) for n, part in enumerate(listed)}
    names = {id(article): file_name(article, home) for article in articles}
    refuse_unknown(places, {*names.values(), *tried}, name, "parts name")
    last = (len(listed), 0)

    def place(article: Article) -> tuple[int, int]:
        return ends.get(given.get(id(article), ""), places.get(names[id(article)], last))

    ordered = sorted(articles, key=place)
    found = [place(article)[0] for article in ordered]
    sizes = [(part.title, found.count(n)) for n, part in enumerate(listed)]
    parts = [Part(title, size) for title, size in sizes if size]
    return ordered, _with_rest(parts, ordered, "column.toml lists it in no part", report)


def group_articles(
    articles: Sequence[Article],
    group_by: str | None,
    language: str | None,
    report: Report,
    given: Given = MappingProxyType({}),
    *,
    descending: bool = False,
) -> tuple[list[Article], tuple[Part, ...]]:
    """Group articles by one of `GROUPINGS`; each group keeps their order.

    Categories come in the order of their first articles, years and months in that of time,
    or the other way round; articles that have none come last. An article that is `given`
    a part is in that one, which follows the others if it has no more than such. Where all
    would be in one part there are none.
    """
    if group_by is None and not given:
        return list(articles), ()
    grouping = _BY_HAND if group_by is None else GROUPINGS[group_by]
    sets = [set(article.meta.categories) for article in articles]
    shared = frozenset(set.intersection(*sets)) if sets else frozenset[str]()
    titles = [given.get(id(a)) or grouping.title_of(a, language, shared) for a in articles]
    groups: dict[str, list[Article]] = {}
    pairs = list(zip(articles, titles, strict=True))
    usual = [pair for pair in pairs if id(pair[0]) not in given]
    usual.sort(key=grouping.place, reverse=descending)
    for _, title in (*usual, *(pair for pair in pairs if id(pair[0]) in given)):
        groups.setdefault(title, [])
    for article, title in pairs:
        groups[title].append(article)
    rest = groups.pop("", [])
    if len(groups) + bool(rest) < 2:
        return list(articles), ()
    ordered = [article for group in groups.values() for article in group] + rest
    parts = [Part(title, len(group)) for title, group in groups.items()]
    return ordered, _with_rest(parts, ordered, f"it has no {grouping.needs}", report)


def _with_rest(
    parts: Sequence[Part], ordered: Sequence[Article], cause: str, report: Report
) -> tuple[Part, ...]:
    """Add a part for the articles behind the others, and tell of each."""
    placed = sum(part.size for part in parts)
    for article in ordered[placed:]:
        report.add("article-in-no-part", f"{cause}; it comes last", source=article.origin.name)
    rest = [Part("", len(ordered) - placed)] if placed < len(ordered) else []
    return (*parts, *rest)


def _category(article: Article, _language: str | None, shared: Collection[str]) -> str:
    """An article's first category that is not the whole column's."""
    own = (each.strip() for each in article.meta.categories if each not in shared)
    return next(filter(None, own), "")


def _year(article: Article, language: str | None, _shared: Collection[str]) -> str:
    return _date(article, language, 0)


def _month(article: Article, language: str | None, _shared: Collection[str]) -> str:
    return _date(article, language, 1)


def _date(article: Article, language: str | None, which: int) -> str:
    day = article.meta.published
    if day is None:
        return ""
    pattern = _DATES.get((language or "").lower().partition("-")[0], _ISO)[which]
    return pattern.format(y=day.year, m=day.month, name=_MONTHS[day.month - 1])


_Pair: TypeAlias = tuple[Article, str]


def _as_they_stand(_pair: _Pair) -> int:
    return 0


def _in_years(pair: _Pair) -> int:
    day = pair[0].meta.published
    return 0 if day is None else day.year


def _in_months(pair: _Pair) -> tuple[int, int]:
    day = pair[0].meta.published
    return (0, 0) if day is None else (day.year, day.month)


@dataclass(frozen=True, slots=True)
class Grouping:
    """How articles are grouped: a part's title, its place among the others, what it needs."""

    title_of: Callable[[Article, str | None, Collection[str]], str]
    place: Callable[[_Pair], Any]
    needs: str


def _none(_article: Article, _language: str | None, _shared: Collection[str]) -> str:
    return ""


# Where only single articles are put into parts.
_BY_HAND: Final = Grouping(_none, _as_they_stand, "part in column.toml")
#: What `group_by` may be.
GROUPINGS: Final[Mapping[str, Grouping]] = MappingProxyType(
    {
        "category": Grouping(_category, _as_they_stand, "category of its own"),
        "year": Grouping(_year, _in_years, "date"),
        "month": Grouping(_month, _in_months, "date"),
    }
)
