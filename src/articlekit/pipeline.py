"""The whole path: read, fetch, bind, write. The public functions are here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Unpack

from articlekit.binding import bind
from articlekit.errors import UsageError
from articlekit.html import parse_html
from articlekit.imaging import illustrate
from articlekit.model import Article, Book, Column, Meta, Origin, Source, Writer
from articlekit.publish import check_target, refuse_existing, staged
from articlekit.readers.column import ColumnFile, make_column
from articlekit.reading import (
    Readable,
    all_transforms,
    apply,
    column_files,
    load,
    read_column,
    read_files,
    read_source,
)
from articlekit.registry import find_writer
from articlekit.report import Report
from articlekit.settings import Options, Settings

Target = str | os.PathLike[str]

#: The target that stands for standard output, as Markdown.
STDOUT: Final = "-"


def read(source: Readable, *, url: str | None = None, report: Report | None = None) -> Article:
    """Read an article from a path or an open file, in the normal form.

    It may hold front matter + HTML, a fragment of HTML, or a whole page; `url` is its
    address, before any that it names itself. What was mended goes into `report`. Raises
    SourceNotFound or NotAnArticle.
    """
    transforms = all_transforms()
    return read_source(load(source, url), transforms, report if report is not None else Report())[0]


def parse(text: str, *, url: str | None = None, report: Report | None = None) -> Article:
    """Read an article from a string, as `read` does; it has no folder for local images."""
    source = Source("<string>", text.encode("utf-8", "replace"), url=url)
    return read_source(source, all_transforms(), report if report is not None else Report())[0]


def convert(
    source: Readable | list[Readable] | tuple[Readable, ...],
    *targets: Target,
    report: Report | None = None,
    **options: Unpack[Options],
) -> Report:
    """Write an article, or a list of them as one book, to each target; the suffix is the format.

    Targets are replaced if they exist, unless `overwrite=False`; each appears whole or
    not at all. Options are the fields of `Settings`. Returns the report, whose `losses`
    is empty when all of the source is in the book. Raises ArticlekitError.
    """
    settings = _for_targets(Settings.of(options), targets)
    found = report if report is not None else Report()
    outputs = _outputs(targets, settings)
    sources = list(source) if isinstance(source, (list, tuple)) else [source]
    paths = [Path(each) for each in sources if isinstance(each, (str, os.PathLike))]
    _refuse_sources(outputs, paths)
    articles = read_files(sources, settings, found)
    _write_book(_as_column(articles, found), outputs, settings, found)
    return found


def compile_column(
    source: Target,
    *targets: Target,
    executor: Executor | None = None,
    report: Report | None = None,
    **options: Unpack[Options],
) -> Report:
    """Write a folder of articles, or the one that a column.toml lies in, to each target.

    Articles are read on `executor` when one is given, of threads or of processes. Else
    as `convert`; an article that cannot be read is reported and left out.
    """
    settings = _for_targets(Settings.of(options), targets)
    found = report if report is not None else Report()
    outputs = _outputs(targets, settings)
    _refuse_sources(outputs, column_files(source))
    column = read_column(source, settings, executor, found)
    _write_book(column, outputs, settings, found)
    return found


def fetch_images(
    source: Target,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
    **options: Unpack[Options],
) -> Report:
    """Fill the image cache for a folder of articles, and write nothing.

    As `compile_column` without targets: the report has every image, and among its losses
    those that could not be had. A book compiled next, even offline, finds them.
    """
    settings = replace(Settings.of(options), images="embed")
    found = report if report is not None else Report()
    illustrate(read_column(source, settings, executor, found), settings, found)
    return found


def html_to_markdown(html: str) -> str:
    """Convert any HTML to Markdown; all that is visible is kept, and nothing is fetched."""
    from articlekit.transforms.embeds import replace_embeds
    from articlekit.transforms.images import choose_images
    from articlekit.transforms.normalise import normalise
    from articlekit.writers.markdown.convert import ArticleConverter, body_to_markdown

    report = Report()
    body = parse_html(html, report).find("body")
    if body is None:
        return ""
    article = Article("", Meta(""), body, Origin("<string>"))
    article = apply((choose_images, replace_embeds, normalise), article, report)
    return body_to_markdown(article.body, ArticleConverter())


@dataclass(frozen=True, slots=True)
class _Output:
    """A target, and what writes it. `path` is None for standard output."""

    shown: str
    path: Path | None
    writer: Writer


def _outputs(targets: Sequence[Target], settings: Settings) -> list[_Output]:
    """Find every target's writer and refuse what cannot be written, before any work is done."""
    if not targets:
        raise UsageError("no target; name at least one file to write, such as book.epub")
    shown = [os.fspath(target) for target in targets]
    for target in shown:
        if shown.count(target) > 1:
            raise UsageError(f"{target}: named twice; name each target once")
    if STDOUT in shown and len(shown) > 1:
        raise UsageError("'-' (standard output) cannot stand beside other targets")
    return [_output(target, settings) for target in shown]


def _refuse_sources(outputs: Sequence[_Output], sources: Iterable[Path]) -> None:
    """Raise UsageError for a target that is one of the files to read."""
    targets = {output.path.resolve(): output for output in outputs if output.path is not None}
    for source in sources:
        output = targets.get(source.resolve())
        if output is not None:
            raise UsageError(f"{output.shown}: this is a source, too; write to another file")


def _for_targets(settings: Settings, targets: Sequence[Target]) -> Settings:
    """A stream has no place for images beside it, so there they keep their addresses."""
    if STDOUT in targets and settings.images == "embed":
        return replace(settings, images="remote")
    return settings


def _output(shown: str, settings: Settings) -> _Output:
    if shown == STDOUT:
        return _Output(shown, None, find_writer(Path("stdout.md"), shown))
    path = Path(shown)
    is_folder = shown.endswith(("/", os.sep)) or path.is_dir()
    if not path.suffix and not is_folder:
        raise UsageError(f"{shown}: no suffix; write {shown}.epub, .md, .pdf, .html, or {shown}/")
    if path.suffix and is_folder:
        raise UsageError(f"{shown}: a folder's name cannot have the suffix '{path.suffix}'")
    writer = settings.writers.get(path.suffix) or find_writer(path, shown)
    check_target(path)
    if not settings.overwrite:
        refuse_existing(path)
    return _Output(shown, path, writer)


def _as_column(articles: Sequence[Article], report: Report) -> Column:
    if len(articles) == 1:
        return Column(articles[0].meta, tuple(articles))
    column = make_column(ColumnFile({}), articles, "", articles[0].meta.title, report)
    return replace(column, articles=tuple(articles))  # in the order they were given


def _write_book(
    column: Column, outputs: Sequence[_Output], settings: Settings, report: Report
) -> None:
    pictures, cover = illustrate(column, settings, report)
    book = bind(column, pictures, cover, report)
    settings.start("writing", len(outputs))
    for output in outputs:
        _write_output(book, output, report)
        report.outputs.append(output.shown)
        settings.advance()


def _write_output(book: Book, output: _Output, report: Report) -> None:
    if output.path is None:
        output.writer.write(book, sys.stdout.buffer, report)
        return
    with staged(output.path) as path:
        output.writer.write(book, path, report)
