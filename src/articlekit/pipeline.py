"""The whole path: read, fetch, bind, write. The public functions are here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, Unpack, cast

from articlekit.binding import bind
from articlekit.errors import UsageError
from articlekit.facts import ArticleEntry
from articlekit.feeds import gather_column, read_book
from articlekit.folders import column_files, column_settings, column_targets, would_be_article
from articlekit.html import parse_html
from articlekit.imaging import illustrate
from articlekit.journal import noted
from articlekit.kept import inventory_of
from articlekit.model import Article, Book, Column, Memory, Source, Writer
from articlekit.readers.column import ColumnFile
from articlekit.reading import (
    Readable,
    all_transforms,
    load,
    read_source,
)
from articlekit.report import Report
from articlekit.settings import Options, Settings
from articlekit.shelf import Shelf
from articlekit.targets import (
    Output,
    Target,
    find_outputs,
    for_targets,
    refuse_sources,
    write_output,
)


def read(source: Readable, *, url: str | None = None, report: Report | None = None) -> Article:
    """Read an article from a path or an open file, in the normal form.

    It may hold front matter + HTML, a fragment of HTML, or a whole page; `url` is its
    address, before any that it names itself. What was mended goes into `report`. Raises
    SourceNotFound or NotAnArticle.
    """
    return _read(load(source, url), report if report is not None else Report())


def parse(text: str, *, url: str | None = None, report: Report | None = None) -> Article:
    """Read an article from a string, as `read` does; it has no folder for local images."""
    source = Source("<string>", text.encode("utf-8", "replace"), url=url)
    return _read(source, report if report is not None else Report())


def _read(source: Source, report: Report) -> Article:
    with noted(report):
        return read_source(source, all_transforms(), report)[0]


def convert(
    source: Readable | list[Readable] | tuple[Readable, ...],
    *targets: Target,
    report: Report | None = None,
    **options: Unpack[Options],
) -> Report:
    """Write an article, or a list of them as one book, to each target; the suffix is the format.

    A source is a file, an open file, or an http(s) address.

    Targets are replaced if they exist, unless `overwrite=False`; each appears whole or
    not at all. Options are the fields of `Settings`. Returns the report, whose `losses`
    is empty when all of the source is in the book. Raises ArticlekitError.
    """
    settings = for_targets(Settings.of(options), targets)
    found = report if report is not None else Report()
    outputs = find_outputs(targets, settings)
    sources = list(source) if isinstance(source, (list, tuple)) else [source]
    paths = [Path(each) for each in sources if isinstance(each, (str, os.PathLike))]
    refuse_sources(outputs, paths)
    with noted(found):
        with found.timed("reading"):
            column = read_book(sources, settings, found)
        _write_book(column, outputs, settings, found)
    return found


def compile_column(
    source: Target,
    *targets: Target,
    executor: Executor | None = None,
    report: Report | None = None,
    column: Mapping[str, object] | None = None,
    defaults: Options | None = None,
    **options: Unpack[Options],
) -> Report:
    """Do as `columns.compile_column`, whether or not what is there is the same already."""
    file, settings = column_settings(source, column, defaults, options)
    chosen: Sequence[Target] = targets or column_targets(source, file)
    settings = for_targets(settings, chosen)
    found = report if report is not None else Report()
    outputs = find_outputs(chosen, settings)
    refuse_sources(outputs, column_files(source, file))
    for output in outputs:
        if output.path is None:
            continue
        page = output.path if output.path.suffix else output.path / f"index{output.writer.suffix}"
        if would_be_article(page, source, file):
            message = "would be read as an article the next time; write it to a folder of its own"
            raise UsageError(f"{output.shown}: {message}")
    with noted(found):
        gathered = _gather(source, file, settings, executor, found)
        _write_book(gathered, outputs, settings, found)
    return found


def fetch_images(
    source: Target,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
    column: Mapping[str, object] | None = None,
    defaults: Options | None = None,
    **options: Unpack[Options],
) -> Report:
    """Fill the image cache for a folder of articles, and write nothing.

    As `compile_column` without targets: the report has every image, and among its losses
    those that could not be had. A book compiled next, even offline, finds them.
    """
    file, settings = column_settings(source, column, defaults, options)
    settings = replace(settings, images="embed")
    found = report if report is not None else Report()
    with noted(found):
        gathered = _gather(source, file, settings, executor, found)
        _note_articles(gathered, found)
        with found.timed("images"):
            illustrate(gathered, settings, found)
    return found


def list_column(
    source: Target,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
    column: Mapping[str, object] | None = None,
    defaults: Options | None = None,
    **options: Unpack[Options],
) -> Column:
    """Read a column as `compile_column` does, in its order, and write nothing."""
    file, settings = column_settings(source, column, defaults, options)
    found = report if report is not None else Report()
    gathered = _gather(source, file, settings, executor, found)
    _note_articles(gathered, found)
    return gathered


def _gather(
    source: Target,
    file: ColumnFile,
    settings: Settings,
    executor: Executor | None,
    report: Report,
) -> Column:
    with report.timed("reading"):
        return gather_column(source, file, settings, executor, report)


def _note_articles(column: Column, report: Report) -> None:
    """Put every article into the report, as it is before its images are looked at."""
    for article in column.articles:
        day, has = article.meta.published, inventory_of(article)
        entry = ArticleEntry(
            article.meta.title,
            article.origin.name,
            None if day is None else day.isoformat(),
            article.meta.url,
            characters=has.characters,
            images=len(has.images),
        )
        report.articles.append(entry)


def html_to_markdown(
    html: str,
    *,
    dialect: str = "gfm",
    wrap: int | None = None,
    bullet: Literal["-", "*", "+"] = "-",
    links: Literal["inline", "reference"] = "inline",
    headings: Literal["atx", "setext"] = "atx",
) -> str:
    """Convert any HTML to Markdown; all that is visible is kept, and nothing is fetched.

    The options are those of `MarkdownOptions`. What the dialect cannot say stays HTML, which
    is safe: no script, handler or address that runs something is in it. The time is linear
    in the size of `html`, however deep its elements nest. Raises UsageError for an option's
    unknown value.
    """
    from articlekit.writers.markdown.convert import convert_html
    from articlekit.writers.markdown.options import MarkdownOptions

    options = MarkdownOptions(
        dialect=dialect, wrap=wrap, bullet=bullet, links=links, headings=headings
    )
    return convert_html(html, options, _clean_island)


def _clean_island(attributes: Mapping[str, str | None], markup: Callable[[], str]) -> str:
    """Return a drawing or formula with only what is safe in it; "" for a page's icon."""
    from articlekit.html import to_xhtml
    from articlekit.transforms.islands import copy_island, is_icon

    if is_icon(cast("Any", attributes)):  # which are all of it that is looked at
        return ""
    island = next(parse_html(markup(), Report()).iter("{*}svg", "{*}math"), None)
    if island is None:
        return ""
    return to_xhtml(copy_island(island, lambda _code, _message: None))


def _write_book(
    column: Column, outputs: Sequence[Output], settings: Settings, report: Report
) -> None:
    _note_articles(column, report)
    with report.timed("images"):
        illustrated = illustrate(column, settings, report)
    with report.timed("binding"):
        book = bind(*illustrated, report)
    settings.start("writing", len(outputs))
    with report.timed("writing"), _memory(book, settings) as memory:
        for output in outputs:
            remembering = replace(output, writer=_with_memory(output.writer, memory))
            write_output(book, remembering, settings, report)
            settings.advance()


def _memory(book: Book, settings: Settings) -> AbstractContextManager[Memory | None]:
    """Where writers find what they made before of the articles of a column."""
    if all(chapter.digest is None for chapter in book.chapters):
        return nullcontext()
    return closing(Shelf.at(settings.cache_dir))


def _with_memory(writer: Writer, memory: Memory | None) -> Writer:
    """Give a writer that can use a memory the run's."""
    if not hasattr(writer, "memory") or not is_dataclass(writer):
        return writer
    return cast("Writer", replace(cast("Any", writer), memory=memory))
