"""column.toml: what it may say, and the column that it makes of articles."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final

from articlekit.errors import ColumnFileError, did_you_mean
from articlekit.model import Article, Column, Meta, Part
from articlekit.readers.globs import ALL, Selection
from articlekit.readers.keys import KEYS
from articlekit.readers.meta import make_meta
from articlekit.readers.ordering import order_articles
from articlekit.readers.overrides import (
    Override,
    apply_overrides,
    check_values,
    parse_overrides,
)
from articlekit.readers.parts import ListedPart, group_articles, list_parts, parse_parts
from articlekit.readers.places import check_table, file_name, refuse_unknown
from articlekit.report import Report

# Keys that are two ways to say one thing: the later of them holds.
_RIVALS: Final = (("author", "authors"), ("group_by", "parts"))
#: What stands for the file's name where a value came from none, but from a flag or a call.
SAID: Final = "column"
_DEFAULT_ORDER: Final = "date"


@dataclass(frozen=True, slots=True)
class ColumnFile:
    """What a column.toml says, or what is said in its place.

    `values` are the column's metadata; `order` is "date", "title", "name", "listed", or a
    list of file names; `group_by` is one of `GROUPINGS` and `parts` are listed; `overrides`
    go by file name; `outputs` are targets in the folder; `options` are those of `Settings`.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    order: str | tuple[str, ...] | None = None
    descending: bool = False
    selection: Selection = ALL
    group_by: str | None = None
    parts: tuple[ListedPart, ...] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def names_files(self) -> bool:
        """Whether it speaks of files, which only a folder's articles come from."""
        listed = self.order is not None and self.order not in ("date", "title", "name")
        return bool(listed or self.parts or self.overrides or self.selection != ALL)


def parse_column_file(
    text: str, name: str, over: Mapping[str, object] = MappingProxyType({})
) -> ColumnFile:
    """Read a column.toml; raises ColumnFileError that names the line or the key.

    `over` are values that hold in the place of the file's own, as flags give them.
    """
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{name}:{line[1]}" if line else name
        cause = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise ColumnFileError(f'{place}: not TOML: {cause}; write title = "…"') from error
    _check(values, name, text)
    _check(over, SAID, "")
    return column_of({**_without_rivals(values, over), **over}, name, text)


def column_of(values: Mapping[str, Any], name: str, text: str = "") -> ColumnFile:
    """Return what values say, with the names and kinds of `KEYS`; raises ColumnFileError."""
    _check(values, name, text)
    if "number" in values and not values.get("series"):
        raise ColumnFileError(f'{name}: number is a place in a series; write series = "…", too')
    order = values.get("order")
    selection = Selection(tuple(values.get("include", ())), tuple(values.get("exclude", ())))
    if order == "listed" and not selection.include:
        raise ColumnFileError(f"{name}: order 'listed' is that of include; write include, too")
    group_by, parts = values.get("group_by"), parse_parts(values.get("parts", ()), name)
    overrides = parse_overrides(values.get("articles", {}), name, text)
    for file, override in overrides.items():
        titles = [part.title for part in parts]
        if parts and override.part and override.part not in titles:
            hint = did_you_mean(override.part, titles)
            raise ColumnFileError(f"{name}: [articles.\"{file}\"] has part '{override.part}'{hint}")
    return ColumnFile(
        values={key: value for key, value in values.items() if key in _METADATA},
        order=tuple(order) if isinstance(order, list) else order,
        descending=values.get("descending", False),
        selection=selection,
        group_by=None if group_by == "none" else group_by,
        parts=parts,
        overrides=overrides,
        outputs=tuple(values.get("outputs", ())),
        options={option: value for key, value in values.items() if (option := KEYS[key].option)},
    )


_METADATA: Final = frozenset(
    "title subtitle author authors language description url cover series number".split()
)


def _check(values: Mapping[str, Any], name: str, text: str) -> None:
    check_table(values, KEYS, name, text)
    check_values(values, name, text)
    if values.get("group_by", "none") != "none" and "parts" in values:
        raise ColumnFileError(f"{name}: has both group_by and [[parts]]; leave one out")


def _without_rivals(values: Mapping[str, Any], over: Mapping[str, object]) -> dict[str, Any]:
    """Leave out what the values over it say in another way."""
    gone = {key for pair in _RIVALS if not over.keys().isdisjoint(pair) for key in pair}
    return {key: value for key, value in values.items() if key not in gone}


def make_column(
    file: ColumnFile,
    articles: Sequence[Article],
    name: str,
    fallback: str,
    report: Report,
    tried: Collection[str] = (),
) -> Column:
    """Put articles in the column's order, under its own metadata or what they share.

    `name` is the file's, for messages and as it lies in the column's folder; `fallback` is
    the title when nothing gives one. `tried` are names of files that may be spoken of though
    no article came from them. Raises ColumnFileError for the name of another file.
    """
    home = PurePath(name).parent
    names = [file_name(article, home) for article in articles]
    refuse_unknown(file.overrides, {*names, *tried}, name, "articles names")
    told = apply_overrides(articles, file.overrides, names)
    ordered = order_articles(
        told,
        file.order or _DEFAULT_ORDER,
        name,
        descending=file.descending,
        selection=file.selection,
        known=tried,
    )
    meta = make_meta(file.values, name, report)
    language = meta.language or _main_language(ordered)
    ordered, parts = _parted(file, ordered, name, language, report, tried)
    series = _text(file.values.get("series"))
    return Column(
        Meta(
            title=meta.title or shared_title(ordered) or fallback,
            authors=meta.authors or _shared_authors(ordered),
            language=language,
            url=meta.url,
            published=max((a.meta.published for a in ordered if a.meta.published), default=None),
            categories=_shared_categories(ordered),
            cover=meta.cover,
            description=meta.description,
            subtitle=_text(file.values.get("subtitle")),
            series=series,
            number=_text(file.values.get("number")) if series else None,
        ),
        tuple(ordered),
        parts=parts,
    )


def _parted(
    file: ColumnFile,
    ordered: list[Article],
    name: str,
    language: str | None,
    report: Report,
    tried: Collection[str],
) -> tuple[list[Article], tuple[Part, ...]]:
    home = PurePath(name).parent
    titles = {file: override.part for file, override in file.overrides.items() if override.part}
    given = {id(a): titles[n] for a in ordered if (n := file_name(a, home)) in titles}
    if file.parts:
        return list_parts(ordered, file.parts, name, report, given, tried)
    return group_articles(
        ordered, file.group_by, language, report, given, descending=file.descending
    )


def _text(value: object) -> str | None:
    return None if value is None else " ".join(str(value).split()) or None


def _shared_categories(articles: Sequence[Article]) -> tuple[str, ...]:
    """The categories that all articles have, in the first one's order."""
    if not articles:
        return ()
    rest = [set(article.meta.categories) for article in articles[1:]]
    return tuple(c for c in articles[0].meta.categories if all(c in other for other in rest))


def shared_title(articles: Sequence[Article]) -> str:
    """What the articles have in common: a category, or else the one author of all; else ""."""
    authors = {article.meta.authors for article in articles}
    alone = next(iter(authors)) if len(authors) == 1 else ()
    return next(iter(_shared_categories(articles)), alone[0] if len(alone) == 1 else "")


def _shared_authors(articles: Sequence[Article]) -> tuple[str, ...]:
    """Every article's authors, each once, in reading order; none when they are a crowd."""
    names = dict.fromkeys(name for article in articles for name in article.meta.authors)
    return tuple(names) if len(names) <= 4 else ()


def _main_language(articles: Sequence[Article]) -> str | None:
    tags = [article.meta.language for article in articles if article.meta.language]
    return max(sorted(set(tags)), key=tags.count, default=None)
