"""A folder of articles to a column."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Final

from articlekit.batches import read_all
from articlekit.duplicates import DUPLICATES
from articlekit.errors import InputError, NoArticles, SourceNotFound, reason_of
from articlekit.model import Article, Column
from articlekit.readers.column import ColumnFile, make_column, parse_column_file
from articlekit.reading import load
from articlekit.registry import feed_suffixes, reader_suffixes
from articlekit.report import Report
from articlekit.settings import Settings

COLUMN_FILE: Final = "column.toml"


def read_column(
    source: str | os.PathLike[str], settings: Settings, executor: Executor | None, report: Report
) -> Column:
    """Read a folder of articles, or the one that a column.toml lies in.

    An article that cannot be read is reported and left out. Raises SourceNotFound,
    ColumnFileError, or NoArticles when nothing is left.
    """
    given = Path(source)
    folder = given if given.is_dir() else given.parent
    file = _column_file(given, folder)
    paths = article_paths(folder)
    if not paths:
        suffixes = " ".join(sorted(reader_suffixes() - feed_suffixes()))
        raise NoArticles(f"{folder}: no articles here; they are files with {suffixes}")
    settings.start("reading", len(paths))
    articles: list[Article] = []
    for reading in read_all(paths, settings, executor):
        report.diagnostics += reading.diagnostics
        articles += reading.articles
        if not reading.articles:
            settings.fail()
        settings.advance()
    if not articles:
        cause = report.diagnostics[-1] if report.diagnostics else "every file was empty"
        raise NoArticles(f"{folder}: none of {len(paths)} files is an article: {cause}")
    kept = DUPLICATES[settings.duplicates](articles, report)
    column = make_column(file, kept, str(folder / COLUMN_FILE), folder.resolve().name, report)
    return replace(column, folder=folder)


def column_files(source: str | os.PathLike[str]) -> list[Path]:
    """The files that a column is read from; none where there is no folder."""
    given = Path(source)
    folder = given if given.is_dir() else given.parent
    return [folder / COLUMN_FILE, *article_paths(folder)] if folder.is_dir() else []


def _column_file(given: Path, folder: Path) -> ColumnFile:
    path = folder / COLUMN_FILE if given.is_dir() else given
    if not given.exists():
        raise SourceNotFound(f"{given}: no such file or folder; check the path")
    if path.suffix != ".toml":
        raise InputError(f"{given}: this is no column; for an article use 'articlekit convert'")
    if not path.exists():
        return ColumnFile({})
    source = load(path)
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8; save it as UTF-8") from error
    return parse_column_file(text, source.name)


def article_paths(folder: Path) -> list[Path]:
    """The files of a folder that a reader is for, by name; a .txt only with front matter.

    A feed is a column of its own, and beside articles it lists them once more.
    """
    suffixes = reader_suffixes() - feed_suffixes()
    try:
        found = sorted(each for each in folder.iterdir() if each.suffix.lower() in suffixes)
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {reason_of(error)}") from error
    return [path for path in found if path.is_file() and _is_article(path)]


def _is_article(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    if path.suffix.lower() != ".txt":
        return True
    try:
        with path.open("rb") as file:
            return (
                file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"---", b"+++"))
            )
    except OSError:
        return True  # reading it will say why not
