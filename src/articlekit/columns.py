"""A column compiled, unless an earlier run's outputs still are what it would make.

This imports nothing heavy: a night on which nothing changed should take a moment.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from articlekit.report import Report
from articlekit.shelf import Shelf
from articlekit.standing import CannotTell, Run, keep_run, recall_run

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from articlekit.settings import Options

Target = str | os.PathLike[str]


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

    Where neither the folder nor what is said here has changed since a run, and its outputs are
    as it left them, they stay, and the report says again what it said (`report.unchanged`).
    """
    given = {"executor": executor, "column": column, "defaults": defaults, **options}
    return compile_beside((), source, targets, report if report is not None else Report(), given)


def compile_beside(
    besides: Iterable[str],
    source: Target,
    targets: Sequence[Target],
    report: Report,
    given: Mapping[str, Any],
) -> Report:
    """Do as `compile_column` with these arguments.

    The files `besides` are the caller's own, written for other ends than the book.
    """
    began = time.time()
    with closing(Shelf.at(_said(given, "cache_dir"))) as shelf:
        told = [given.get("defaults"), given.get("column"), given]
        besides = [*besides, str(shelf.folder)]
        try:
            run = Run.of(source, [os.fspath(each) for each in targets], told, besides)
            if given.get("overwrite", True) and recall_run(run, shelf, report):
                return report
            state = run.look(began)
        except CannotTell:
            return _compile(source, targets, report, given)
        fresh = Report()
        try:
            _compile(source, targets, fresh, given)
        finally:
            report.extend(fresh)
        keep_run(run, shelf, began, state, _until(run, fresh, shelf.folder), fresh)
    return report


def _compile(
    source: Target, targets: Sequence[Target], report: Report, given: Mapping[str, Any]
) -> Report:
    from articlekit import pipeline

    return pipeline.compile_column(source, *targets, report=report, **given)


def _until(run: Run, report: Report, cache_dir: Path) -> float | None:
    """When one of the run's images would be asked for again; never when all are local."""
    addresses = {each.url for each in report.images} | {run.cover or ""}
    remote = {each for each in addresses if each.startswith(("http:", "https:"))}
    if not remote:
        return None
    from articlekit.errors import CacheError
    from articlekit.fetch.store.cache import ImageCache

    try:
        with ImageCache(cache_dir) as cache:
            return cache.fresh_until(remote)
    except CacheError:
        return 0.0


def _said(given: Mapping[str, Any], name: str) -> Any:
    return given.get(name) or (given.get("defaults") or {}).get(name)
