"""The whole path: read, fetch, bind, write. The public functions are here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, Unpack, cast

from articlekit.binding import bind
from articlekit.errors import UsageError
from articlekit.feeds import gather_column, read_book
from articlekit.folders import column_files, column_settings, column_targets, would_be_article
from articlekit.html import parse_html
from articlekit.imaging import illustrate
from articlekit.model import Article, Book, Column, Source, Writer
from articlekit.publish import check_target, refuse_existing, staged
from articlekit.reading import (
    Readable,
    all_transforms,
    load,
    read_source,
)
from articlekit.registry import find_writer
from articlekit.report import Report
from articlekit.settings import Options, Settings

Target = str | os.PathLike[str]

#: The target that stands for standard output, as Markdown.
STDOUT: Final = "-"
#: The suffix of the writer that fills folders.
FOLDER_SUFFIX: Final = ".md"


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

    A source is a file, an open file, or an http(s) address.

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
    _write_book(read_book(sources, settings, found), outputs, settings, found)
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
    """Write a folder of articles, or the one that a column.toml lies in, to each target.

    Or a feed (RSS, Atom, JSON Feed), an OPML file, or a list of addresses, each a file or an
    http(s) address itself. Without targets, those that column.toml names are written.

    `column` holds keys of column.toml, and stands over the file as `options` do; `defaults`
    are options that hold where neither says anything. Articles are read on `executor` when
    one is given, of threads or of processes. Else as `convert`; an article that cannot be
    read is reported and left out.
    """
    file, settings = column_settings(source, column, defaults, options)
    chosen: Sequence[Target] = targets or column_targets(source, file)
    settings = _for_targets(settings, chosen)
    found = report if report is not None else Report()
    outputs = _outputs(chosen, settings)
    _refuse_sources(outputs, column_files(source, file))
    for output in outputs:
        if output.path is not None and would_be_article(output.path, source, file):
            message = "would be read as an article the next time; write it to a folder of its own"
            raise UsageError(f"{output.shown}: {message}")
    _write_book(gather_column(source, file, settings, executor, found), outputs, settings, found)
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
    illustrate(gather_column(source, file, settings, executor, found), settings, found)
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
    return gather_column(source, file, settings, executor, found)


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


@dataclass(frozen=True, slots=True)
class _Output:
    """A target, and what writes it. `path` is None for standard output."""

    shown: str
    path: Path | None
    writer: Writer


def _outputs(targets: Sequence[Target], settings: Settings) -> list[_Output]:
    """Find every target's writer and refuse what cannot be written, before any work is done."""
    if not targets:
        raise UsageError(
            "no target; name at least one file to write, such as book.epub, by -o or as outputs "
            "in column.toml"
        )
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
        return _Output(shown, None, _writer(Path("stdout.md"), shown, settings))
    path = Path(shown)
    is_folder = shown.endswith(("/", os.sep)) or path.is_dir()
    if not path.suffix and not is_folder:
        raise UsageError(f"{shown}: no suffix; write {shown}.epub, .md, .pdf, .html, or {shown}/")
    if path.suffix and is_folder:
        raise UsageError(f"{shown}: a folder's name cannot have the suffix '{path.suffix}'")
    writer = _writer(path, shown, settings)
    check_target(path)
    if not settings.overwrite:
        refuse_existing(path)
    return _Output(shown, path, writer)


def _writer(path: Path, shown: str, settings: Settings) -> Writer:
    """The writer for a target: the run's own for its suffix, or an installed one."""
    own = settings.writers.get(path.suffix or FOLDER_SUFFIX)
    return own or _configured(find_writer(path, shown), settings)


def _configured(writer: Writer, settings: Settings) -> Writer:
    """Give a writer that has `options` those of them that the run has settings for."""
    options = getattr(writer, "options", None)
    if not is_dataclass(options) or isinstance(options, type):
        return writer
    given = {each.name for each in fields(settings)} & {each.name for each in fields(options)}
    chosen = replace(options, **{name: getattr(settings, name) for name in given})
    return cast("Writer", replace(cast("Any", writer), options=chosen))


def _write_book(
    column: Column, outputs: Sequence[_Output], settings: Settings, report: Report
) -> None:
    pictures, cover = illustrate(column, settings, report)
    book = bind(column, pictures, cover, report)
    settings.start("writing", len(outputs))
    for output in outputs:
        report.outputs.extend(_write_output(book, output, settings, report))
        settings.advance()


def _write_output(book: Book, output: _Output, settings: Settings, report: Report) -> list[str]:
    """Write one target and return what is there now: it, or the volumes it became."""
    if output.path is None:
        output.writer.write(book, sys.stdout.buffer, report)
        return [output.shown]
    with staged(output.path) as path:
        output.writer.write(book, path, report)
        if path.exists():
            return [output.shown]
        volumes = sorted(each.name for each in path.parent.iterdir())
        if not settings.overwrite:
            for name in volumes:
                refuse_existing(output.path.with_name(name))
        folder = output.shown[: len(output.shown) - len(output.path.name)]
        return [f"{folder}{name}" for name in volumes]
