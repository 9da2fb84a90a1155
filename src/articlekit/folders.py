"""A folder of articles to a column."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from articlekit.batches import read_all
from articlekit.duplicates import DUPLICATES
from articlekit.errors import (
    ArticleUnreadable,
    ColumnFileError,
    InputError,
    NoArticles,
    SourceNotFound,
    UsageError,
    reason_of,
)
from articlekit.model import Article, Column, Meta
from articlekit.readers.column import SAID, ColumnFile, column_of, make_column, parse_column_file
from articlekit.readers.globs import ALL, Selection
from articlekit.readers.keys import PATH_KEYS
from articlekit.readers.meta import http_url
from articlekit.reading import load
from articlekit.registry import feed_suffixes, reader_suffixes, split_target
from articlekit.report import Report
from articlekit.settings import Options, Settings
from articlekit.transforms.headings import drop_repeated_title
from articlekit.web import is_address

COLUMN_FILE: Final = "column.toml"


def read_column(
    source: str | os.PathLike[str],
    file: ColumnFile,
    settings: Settings,
    executor: Executor | None,
    report: Report,
) -> Column:
    """Read a folder of articles, or the one that a column.toml lies in, as `file` says.

    An article that cannot be read is reported and left out. Raises SourceNotFound,
    ColumnFileError, or NoArticles when nothing is left.
    """
    place = column_place(source)
    folder = place.parent
    names = article_names(folder, file.selection)
    paths = [folder / name for name in names]
    if not paths:
        suffixes = " ".join(sorted(reader_suffixes() - feed_suffixes()))
        which = " that include and exclude let in" if file.selection != ALL else ""
        raise NoArticles(f"{folder}: no articles here{which}; they are files with {suffixes}")
    _report_unmatched(file.selection, names, place, report)
    settings.start("reading", len(paths))
    articles: list[Article] = []
    for reading in read_all(paths, settings, executor):
        report.diagnostics += reading.diagnostics
        articles += reading.articles
        if not reading.articles:
            if settings.strict:
                raise ArticleUnreadable(f"{reading.diagnostics[-1]}; mend it, or exclude the file")
            settings.fail()
        settings.advance()
    if not articles:
        cause = report.diagnostics[-1] if report.diagnostics else "every file was empty"
        raise NoArticles(f"{folder}: none of {len(paths)} files is an article: {cause}")
    kept = DUPLICATES[settings.duplicates](articles, report)
    column = make_column(file, kept, str(place), folder.resolve().name, report, names)
    if file.overrides:
        renamed = tuple(_without_title(article, report) for article in column.articles)
        column = replace(column, articles=renamed)
    meta = column.meta if settings.source_url is None else _at(column.meta, settings.source_url)
    return replace(column, meta=meta, folder=folder)


def _without_title(article: Article, report: Report) -> Article:
    """Drop a heading that repeats the title, which may be another now."""
    opened = Article(article.slug, article.meta, article.body, article.origin)
    before = len(report.diagnostics)
    drop_repeated_title(opened, report)
    dropped = len(report.diagnostics) > before
    return replace(article, body=opened.body) if dropped else article


def _at(meta: Meta, address: str) -> Meta:
    return replace(meta, url=http_url(address) or meta.url)


def _report_unmatched(
    selection: Selection, names: Sequence[str], place: Path, report: Report
) -> None:
    """Tell of patterns that no article's file matches."""
    for pattern in selection.include:
        if not any(Selection((pattern,)).place(name) == 0 for name in names):
            message = f"include names {pattern[:80]!r}, and no article here is so named"
            report.add("pattern-unmatched", message, source=str(place))


def is_folder_column(source: str | os.PathLike[str]) -> bool:
    """Tell whether a source is a folder, or a column.toml in one, and no feed or list."""
    path = Path(source)
    return not is_address(source) and (path.is_dir() or path.suffix == ".toml" or not path.exists())


def column_place(source: str | os.PathLike[str]) -> Path:
    """Where a column's file is, or would be; raises SourceNotFound and InputError."""
    given = Path(source)
    if not given.exists():
        raise SourceNotFound(f"{given}: no such file or folder; check the path")
    if given.is_dir():
        return given / COLUMN_FILE
    if given.suffix != ".toml":
        raise InputError(f"{given}: this is no column; for an article use 'articlekit convert'")
    return given


def read_column_file(source: str | os.PathLike[str], over: Mapping[str, object]) -> ColumnFile:
    """Read what a folder's column.toml says, or nothing where it has none; `over` holds first.

    Paths among its options lie in the folder then. Raises ColumnFileError, SourceNotFound,
    InputError.
    """
    if not is_folder_column(source):
        return column_of(over, SAID)
    place = column_place(source)
    text = ""
    if place.exists():
        try:
            text = load(place).data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{place}: not UTF-8; save it as UTF-8") from error
    file = parse_column_file(text, str(place), over)
    for each in file.outputs:
        _refuse_outside(place, split_target(each)[1])
    options = {
        key: _beside(place, value) if key in PATH_KEYS else value
        for key, value in file.options.items()
    }
    try:
        Settings.of(cast("Options", options))
    except UsageError as error:
        raise ColumnFileError(f"{place}: {error}") from error
    return replace(file, options=options)


def column_settings(
    source: str | os.PathLike[str],
    column: Mapping[str, object] | None,
    defaults: Options | None,
    options: Options,
) -> tuple[ColumnFile, Settings]:
    """Read what is said of a column, and the settings: options, over its file, over defaults."""
    file = read_column_file(source, column or {})
    merged = {**(defaults or {}), **file.options, **options}
    return file, Settings.of(cast("Options", merged))


def _beside(place: Path, value: object) -> object:
    if isinstance(value, list):
        return [_beside(place, each) for each in value]
    _refuse_outside(place, str(value))
    return str(place.parent / str(value))


def _refuse_outside(place: Path, name: str) -> None:
    """Raise ColumnFileError for what only seems to lie in the folder, by a symbolic link."""
    folder = place.parent
    try:
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        inside = False
    if not inside:
        raise ColumnFileError(
            f"{place}: {name!r} leads out of the folder; name what lies in it, or use a flag"
        )


def column_targets(source: str | os.PathLike[str], file: ColumnFile) -> list[str]:
    """The targets that a column.toml names, in its folder; a folder's name keeps its slash."""
    if not file.outputs:
        return []
    folder = column_place(source).parent
    return [_in_folder(folder, target) for target in file.outputs]


def _in_folder(folder: Path, target: str) -> str:
    kind, place = split_target(target)
    inside = f"{folder / place}/" if place.endswith("/") else f"{folder / place}"
    return f"{kind}:{inside}" if kind else inside


def column_files(source: str | os.PathLike[str], file: ColumnFile) -> list[str]:
    """The files that a column is read from; none where there is no folder."""
    if not is_folder_column(source):
        return []
    place = column_place(source)
    folder = place.parent
    names = article_names(folder, file.selection)
    return [str(place), *(f"{folder}{os.sep}{name}" for name in names)]


def would_be_article(path: Path, source: str | os.PathLike[str], file: ColumnFile) -> bool:
    """Tell whether a file at `path` would be one that a folder's column is read from."""
    if not is_folder_column(source):
        return False
    folder, real = column_place(source).parent.resolve(), path.resolve()
    return (
        real.suffix.lower() in reader_suffixes() - feed_suffixes()
        and real.suffix.lower() != ".txt"
        and real.is_relative_to(folder)
        and file.selection.place(real.relative_to(folder).as_posix()) is not None
    )


def article_names(folder: Path, selection: Selection = ALL) -> list[str]:
    """The files of a folder that a reader is for, in order; a .txt only with front matter.

    They are paths from the folder on, with slashes.
    Inner folders are looked into where a selection includes files in them. A feed is a column
    of its own, and beside articles it lists them once more.
    """
    suffixes = reader_suffixes() - feed_suffixes()
    try:
        found = _files(folder, selection) if selection.include else _names(folder)
        chosen = [
            name
            for name in found
            if f".{name.rpartition('.')[2].lower()}" in suffixes
            and selection.place(name) is not None
        ]
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {reason_of(error)}") from error
    chosen.sort(key=lambda name: name.split("/"))
    return [name for name in chosen if _is_article(folder, name)]


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [each.name for each in entries if each.is_file()]


def _files(folder: Path, selection: Selection) -> Iterator[str]:
    """Yield the files below a folder, but in hidden folders and those left out, by their paths."""

    def fail(error: OSError) -> None:
        raise error

    for where, inner, names in os.walk(folder, onerror=fail):
        inside = Path(where).relative_to(folder).as_posix()
        here = "" if inside == "." else f"{inside}/"
        inner[:] = [
            name
            for name in inner
            if not name.startswith(".") and not selection.excludes(here + name)
        ]
        yield from (here + name for name in names if Path(where, name).is_file())


def _is_article(folder: Path, name: str) -> bool:
    if name.rpartition("/")[2].startswith("."):
        return False
    if not name.lower().endswith(".txt"):
        return True
    try:
        with (folder / name).open("rb") as file:
            return (
                file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"---", b"+++"))
            )
    except OSError:
        return True  # reading it will say why not
