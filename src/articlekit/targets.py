"""Where a run writes: targets to places and writers, books to files."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from articlekit.errors import UsageError
from articlekit.facts import OutputFile, Written
from articlekit.model import Book, Writer
from articlekit.publish import check_target, refuse_existing, size_of, staged
from articlekit.registry import fills_folders, find_writer, format_of, split_target
from articlekit.report import Report
from articlekit.settings import Settings

Target = str | os.PathLike[str]

#: The target that stands for standard output, as Markdown.
STDOUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Output:
    """A target, and what writes it. `path` is None for standard output."""

    shown: str
    path: Path | None
    writer: Writer


def find_outputs(targets: Sequence[Target], settings: Settings) -> list[Output]:
    """Find every target's writer and refuse what cannot be written, before any work is done."""
    if not targets:
        raise UsageError(
            "no target; name at least one file to write, such as book.epub, by -o or as outputs "
            "in column.toml"
        )
    shown = [os.fspath(target) for target in targets]
    places = [split_target(target)[1] for target in shown]
    for place in places:
        if places.count(place) > 1:
            raise UsageError(f"{place}: named twice; name each target once")
    if STDOUT in places and len(places) > 1:
        raise UsageError("'-' (standard output) cannot stand beside other targets")
    return [_output(target, settings) for target in shown]


def refuse_sources(outputs: Sequence[Output], sources: Iterable[str | Path]) -> None:
    """Raise UsageError for a target that is one of the files to read, or a site among them."""
    targets = {
        _identity(output.path): output
        for output in outputs
        if output.path is not None and output.path.exists()
    }
    folders = set()
    for source in sources if targets else ():
        try:
            output = targets.get(_identity(source))
        except OSError:
            continue  # nothing that could be written over
        if output is not None:
            raise UsageError(f"{output.shown}: this is a source, too; write to another file")
        folders.add(os.path.split(source)[0])
    for folder in folders:
        home = targets.get(_identity(folder or os.curdir))
        if home is not None and home.writer.suffix == ".html":
            message = "its pages would lie among the articles, and be read as some"
            raise UsageError(f"{home.shown}: {message}; write to another folder")


def _identity(path: str | Path) -> tuple[int, int]:
    """Tell a file from others, whatever names and links lead to it."""
    stat = os.stat(path)  # noqa: PTH116 - a `Path` for each of thousands takes longer than this
    return stat.st_dev, stat.st_ino


def for_targets(settings: Settings, targets: Sequence[Target]) -> Settings:
    """A stream has no place for images beside it, so there they keep their addresses."""
    if STDOUT in targets and settings.images == "embed":
        return replace(settings, images="remote")
    return settings


def _output(shown: str, settings: Settings) -> Output:
    if shown == STDOUT:
        return Output(shown, None, _writer("md", shown, settings))
    named, place = split_target(shown)
    path = Path(place)
    if path.name in ("", ".."):  # the folder has a name, though it was not called by it
        path = path.resolve()
    is_folder = place.endswith(("/", os.sep)) or path.is_dir()
    if not path.suffix and not is_folder:
        known = f"{shown}.{named}" if named else f"{shown}.epub, .md, .pdf, .html"
        raise UsageError(f"{shown}: no suffix; write {known}, or {shown}/")
    if path.suffix and is_folder:
        raise UsageError(f"{shown}: a folder's name cannot have the suffix '{path.suffix}'")
    kind = named or format_of(path)
    if is_folder and not fills_folders(kind):
        raise UsageError(f"{shown}: '.{kind}' is one file; write {place}book.{kind}")
    writer = _writer(kind, shown, settings)
    check_target(path)
    if not settings.overwrite:
        refuse_existing(path)
    return Output(place, path, writer)


def _writer(kind: str, shown: str, settings: Settings) -> Writer:
    """The writer for a format: the run's own for its suffix, or an installed one."""
    own = settings.writers.get(f".{kind}")
    return own or _configured(find_writer(kind, shown), settings)


def _configured(writer: Writer, settings: Settings) -> Writer:
    """Give a writer that has `options` those of them that the run has settings for."""
    options = getattr(writer, "options", None)
    if not is_dataclass(options) or isinstance(options, type):
        return writer
    given = {each.name for each in fields(settings)} & {each.name for each in fields(options)}
    chosen = replace(options, **{name: getattr(settings, name) for name in given})
    return cast("Writer", replace(cast("Any", writer), options=chosen))


def write_output(book: Book, output: Output, settings: Settings, report: Report) -> None:
    """Write one target; the report gets what is there now, with sizes and the time it took."""
    began = time.perf_counter()
    names = _write(book, output, settings, report)
    report.outputs.extend(names)
    seconds = round(time.perf_counter() - began, 3)
    report.written.append(Written(output.shown, seconds, _sizes(names, output)))


def _sizes(names: Sequence[str], output: Output) -> tuple[OutputFile, ...]:
    """What lies where an output was written; standard output has no size."""
    if output.path is None:
        return ()
    return tuple(
        OutputFile(name, size_of(output.path.with_name(Path(name).name))) for name in names
    )


def _write(book: Book, output: Output, settings: Settings, report: Report) -> list[str]:
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
