"""Files and folders to articles in the normal form."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Final, TypeAlias

from lxml import etree

from articlekit.errors import InputError, NoArticles, SourceNotFound, reason_of
from articlekit.html import to_xhtml
from articlekit.model import Article, Column, Meta, Origin, Reader, Source, Transform
from articlekit.readers.column import ColumnFile, make_column, parse_column_file
from articlekit.readers.feed import feed_kind, read_feed
from articlekit.registry import feed_suffixes, find_reader, find_transforms, reader_suffixes
from articlekit.report import Diagnostic, Report
from articlekit.settings import Settings
from articlekit.transforms import standard_transforms
from articlekit.transforms.normalise import normalise
from articlekit.web import is_address

Readable: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes]

COLUMN_FILE: Final = "column.toml"
# Bytes. The largest article seen had 321 kB; this keeps /dev/zero from filling the memory.
_LARGEST: Final = 256 << 20


def all_transforms(clutter: str | os.PathLike[str] | None = None) -> tuple[Transform, ...]:
    """The standard transforms, then installed ones, whose work is made safe once more.

    `clutter` is a file of further rules for what is no part of an article.
    """
    plugins = find_transforms()
    return (*standard_transforms(clutter), *plugins, *((normalise,) if plugins else ()))


def apply(transforms: Iterable[Transform], article: Article, report: Report) -> Article:
    """Pass an article through transforms, in order."""
    for transform in transforms:
        article = transform(article, report)
    return article


def load(source: Readable, url: str | None = None) -> Source:
    """Read a file's bytes; raises SourceNotFound or InputError with the mend."""
    if not isinstance(source, (str, os.PathLike)):
        data = source.read()
        name = getattr(source, "name", None)
        shown = name if isinstance(name, str) else "<stream>"
        return Source(shown, data.encode() if isinstance(data, str) else data, url=url)
    if is_address(source):
        raise InputError(f"{source}: an address; convert() and compile_column() fetch it")
    path = Path(source)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise SourceNotFound(f"{path}: no such file; check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: this is a folder; use 'articlekit column {path}'") from error
    except (OSError, ValueError) as error:
        cause = reason_of(error) if isinstance(error, OSError) else str(error)
        raise InputError(f"{path}: cannot be read: {cause}") from error
    if len(data) > _LARGEST:
        raise InputError(f"{path}: larger than {_LARGEST >> 20} MB; no article is")
    return Source(str(path), data, path, url)


def read_source(source: Source, transforms: Iterable[Transform], report: Report) -> list[Article]:
    """Return the articles of one source, in the normal form."""
    read = reader_of(source)
    return [apply(transforms, article, report) for article in read(source, report)]


def reader_of(source: Source) -> Reader:
    """The reader for a file's suffix; without one that is known, for what the bytes are."""
    path = source.path
    if path is not None and path.suffix.lower() in reader_suffixes():
        return find_reader(path)
    return read_feed if feed_kind(source.data) else find_reader(Path("page.html"))


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
    for found, diagnostics in _read_all(paths, settings.clutter, executor):
        report.diagnostics += diagnostics
        articles += found
        settings.advance()
    if not articles:
        cause = report.diagnostics[-1] if report.diagnostics else "every file was empty"
        raise NoArticles(f"{folder}: none of {len(paths)} files is an article: {cause}")
    column = make_column(file, articles, str(folder / COLUMN_FILE), folder.resolve().name, report)
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


def _read_all(
    paths: Sequence[Path], clutter: str | os.PathLike[str] | None, executor: Executor | None
) -> Iterator[tuple[list[Article], list[Diagnostic]]]:
    """Read files one after the other, or in batches on an executor; in order either way."""
    if executor is None:
        transforms = all_transforms(clutter)
        for path in paths:
            yield _read_path(path, transforms)
        return
    batches = [paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH)]
    for batch in executor.map(partial(_read_batch, clutter), batches):
        for packed, diagnostics in batch:
            yield [each.unpack() for each in packed], diagnostics


# Large enough to pay for loading the rules once a batch, small enough to share the work.
_BATCH: Final = 32


def _read_path(
    path: Path, transforms: Sequence[Transform]
) -> tuple[list[Article], list[Diagnostic]]:
    """Read one file of a column; one that cannot be read is a diagnostic."""
    report = Report()
    try:
        articles = read_source(load(path), transforms, report)
    except InputError as error:
        report.add("article-skipped", _without_place(error, path), source=str(path))
        articles = []
    return articles, report.diagnostics


def _without_place(error: InputError, path: Path) -> str:
    return str(error).removeprefix(f"{path}: ")


def _read_batch(
    clutter: str | os.PathLike[str] | None, paths: Sequence[Path]
) -> list[tuple[list[_Packed], list[Diagnostic]]]:
    transforms = all_transforms(clutter)
    results = (_read_path(path, transforms) for path in paths)
    return [([_pack(each) for each in found], diagnostics) for found, diagnostics in results]


@dataclass(frozen=True, slots=True)
class _Packed:
    """An article whose body is text, as lxml's trees do not go from process to process."""

    slug: str
    meta: Meta
    body: str
    origin: Origin

    def unpack(self) -> Article:
        parser = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
        return Article(self.slug, self.meta, etree.fromstring(self.body, parser), self.origin)


def _pack(article: Article) -> _Packed:
    return _Packed(article.slug, article.meta, to_xhtml(article.body), article.origin)
