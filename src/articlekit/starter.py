"""A first column.toml for a folder: what is found there, and what else could be said."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from textwrap import fill
from typing import Any, Final

from articlekit.errors import ColumnFileError, InputError
from articlekit.feeds import gather_column
from articlekit.folders import column_place, is_folder_column
from articlekit.model import Column
from articlekit.publish import check_target, refuse_existing, write_whole
from articlekit.readers.column import column_of
from articlekit.readers.keys import KEYS
from articlekit.readers.places import file_name
from articlekit.report import Report
from articlekit.settings import Settings

# Files that are listed; one who sorts more by hand will not do it here.
_MOST: Final = 500
_PICTURES: Final = ("cover.jpg", "cover.jpeg", "cover.png", "cover.webp")
_HEAD: Final = """\
# What the book of this folder is. Every key may go; what is behind a # holds no more than an
# example. As flags, keys have - for _; flags stand over this file, and this over --config.
"""
_OPTIONS: Final = """
# How the book is made; all of it may be left to flags.
"""
_ORDER: Final = """
# The articles as they stand now. To sort them by hand, put this in the place of order above:
# order = [
"""
_ARTICLES: Final = """
# To say of one article what its front matter does not:
# [articles.{name}]
# title = {title}
# part = "Appendix"

# Parts by name, as many as there are, instead of group_by:
# [[parts]]
# title = "Part one"
# articles = [{name}]
"""


def start_column_file(
    source: str | os.PathLike[str],
    settings: Settings,
    said: Mapping[str, object],
    report: Report,
) -> Path:
    """Write a column.toml that makes the book which the folder makes without one.

    `said` are keys that it is to have besides. Raises TargetExists for one that is there,
    unless the settings say that it may be overwritten; and what reading the folder raises.
    """
    if not is_folder_column(source):
        raise InputError(f"{os.fspath(source)}: no folder; --init writes a folder's column.toml")
    place = column_place(source)
    check_target(place)
    if not settings.overwrite:
        refuse_existing(place)
    file = column_of(said, str(place))
    column = gather_column(place.parent, file, settings, None, report)
    text = "".join(_lines(column, said, place))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ColumnFileError(f"{place}: cannot be written: {error.reason}") from error
    write_whole(place, text.encode("utf-8"))
    return place


def _lines(column: Column, said: Mapping[str, object], place: Path) -> Iterator[str]:
    found = _found(column) | dict(said)
    if "author" in found or "authors" in said:
        found.pop("author" if "authors" in said else "authors", None)
    yield _HEAD
    for name, key in KEYS.items():
        if key.option is None and name not in ("parts", "articles"):
            default = f" Otherwise: {key.default}." if key.default else ""
            words = f"{key.meaning[0].upper()}{key.meaning[1:]}.{default}"
            yield f"\n{fill(words, 98, initial_indent='# ', subsequent_indent='# ')}\n"
            example = _cover(place.parent) if name == "cover" else key.example
            yield f"{name} = {_toml(found[name])}\n" if name in found else f"# {name} = {example}\n"
    yield _OPTIONS
    for name, key in KEYS.items():
        if key.option is not None:
            yield f"# {f'{name} = {key.example}':40}  # {key.meaning}\n"
    yield from _articles(column, place)


def _found(column: Column) -> dict[str, object]:
    """What the folder says of itself; the order is the one that it has without a word."""
    meta = column.meta
    found: dict[str, object] = {"title": meta.title, "order": "date"}
    if meta.authors:
        found["authors"] = list(meta.authors)
    if meta.language:
        found["language"] = meta.language
    return found


def _cover(folder: Path) -> str:
    """A picture that is named as a cover, as an example."""
    places = [folder / inner / name for inner in ("", "images") for name in _PICTURES]
    here = next((each.relative_to(folder).as_posix() for each in places if each.is_file()), None)
    return KEYS["cover"].example if here is None else _toml(here)


def _articles(column: Column, place: Path) -> Iterator[str]:
    names = [file_name(article, PurePath(place).parent) for article in column.articles]
    quoted = [_toml(name) for name in names[:_MOST]]
    width = min(40, max(map(len, quoted)))
    yield _ORDER
    for name, article in zip(quoted, column.articles, strict=False):
        published = article.meta.published
        day = "no date   " if published is None else published.date().isoformat()
        title = "".join(c for c in article.meta.title if c.isprintable())
        yield f"#     {f'{name},':{width + 1}}  # {day}  {title[:60]}\n"
    if len(names) > _MOST:
        yield f"#     # and {len(names) - _MOST} more, which would follow by date\n"
    yield "# ]\n"
    yield _ARTICLES.format(name=quoted[0], title=_toml(column.articles[0].meta.title))


def _toml(value: Any) -> str:
    """A value as TOML: JSON's texts, lists and numbers are TOML's, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
