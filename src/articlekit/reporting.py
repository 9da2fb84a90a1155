"""Where `--report` goes: the kinds of reports, and their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Final

from articlekit.errors import CacheError, UsageError
from articlekit.publish import check_target, write_whole
from articlekit.registry import split_target
from articlekit.report import Report

CacheFolder = str | Path | None

#: All thumbnails of a page, in bytes: some 1,500 of them.
BUDGET: Final = 4_000_000


def check_reports(
    paths: Sequence[str], sources: Sequence[str], outputs: Sequence[str] = ()
) -> None:
    """Raise UsageError or OutputError for reports that could not be written at the end.

    `sources` are what the same run reads, and `outputs` its targets.
    """
    taken = {Path(split_target(output)[1]).resolve() for output in outputs}
    for shown in paths:
        path = Path(shown)
        if path.suffix.lower() not in _KINDS:
            known = " or ".join(f"{path.stem}{suffix}" for suffix in _KINDS)
            raise UsageError(f"{shown}: a report is .json or .html; write {known}")
        if path.resolve() in taken:
            raise UsageError(f"{shown}: named twice; give the report a file of its own")
        taken.add(path.resolve())
        _refuse_among_sources(path, shown, sources)
        check_target(path)


def _refuse_among_sources(path: Path, shown: str, sources: Sequence[str]) -> None:
    """Raise UsageError for a report that replaces a source, or would be read as one next time."""
    for source in map(Path, sources):
        if path.resolve() == source.resolve():
            raise UsageError(f"{shown}: this is a source, too; write the report to another file")
        folder = source.parent if source.suffix == ".toml" else source
        if path.suffix.lower() == ".html" and path.resolve().parent == folder.resolve():
            message = "the next run would read it as an article; write it beside the folder"
            raise UsageError(f"{shown}: {message}, as {folder.resolve().parent / path.name}")


def write_reports(
    report: Report, paths: Sequence[str], cache_dir: CacheFolder, budget: int = BUDGET
) -> None:
    """Write the report to each file, as its suffix says; each appears whole or not at all.

    `budget` is what a page's thumbnails may take, in bytes; with 0 it is made at once.
    """
    for shown in paths:
        path = Path(shown)
        text = _KINDS[path.suffix.lower()](report, cache_dir, budget)
        # A file's name may hold bytes that are no text; JSON has a way to say such halves.
        write_whole(path, text.encode("utf-8", "backslashreplace"))


def _json(report: Report, _cache_dir: CacheFolder, _budget: int) -> str:
    return report.to_json() + "\n"


def _page(report: Report, cache_dir: CacheFolder, budget: int) -> str:
    """The page, with thumbnails of what the cache has."""
    from articlekit.report_page import render

    if not budget or all(image.id is None for image in report.images):
        return render(report, lambda _: None, budget)
    from articlekit.fetch.store.cache import ImageCache

    with ExitStack() as stack:
        try:
            cache = stack.enter_context(ImageCache.at(cache_dir))
        except CacheError:  # the run has said so already
            return render(report, lambda _: None, budget)
        return render(report, cache.read, budget)


_KINDS: Final[Mapping[str, Callable[[Report, CacheFolder, int], str]]] = MappingProxyType(
    {".json": _json, ".html": _page}
)
