"""Many files to articles: from the shelf, read here, or read on an executor."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from articlekit.errors import InputError
from articlekit.model import Source, Transform
from articlekit.packing import NotPackable, Reading, pack, unpack
from articlekit.reading import all_transforms, load, read_source
from articlekit.report import Diagnostic, Report
from articlekit.settings import Settings
from articlekit.shelf import Shelf

# Large enough to pay for loading the rules once a batch, small enough to share the work.
_BATCH: Final = 32


def read_all(
    paths: Sequence[Path], settings: Settings, executor: Executor | None
) -> Iterator[Reading]:
    """Read files, in order: those that were read before come from the shelf.

    What cannot be read is a reading without articles, and a diagnostic that says why.
    """
    with closing(_Desk(settings.cache_dir, settings.clutter)) as desk:
        if executor is None:
            yield from map(desk.read, paths)
            return
        batches = [paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH)]
        work = partial(_read_batch, settings.cache_dir, settings.clutter)
        for batch, packed in zip(batches, executor.map(work, batches), strict=True):
            for path, data in zip(batch, packed, strict=True):
                yield desk.read(path) if data is None else desk.open(data, path)


def _read_batch(
    cache_dir: str | Path | None, clutter: str | os.PathLike[str] | None, paths: Sequence[Path]
) -> list[bytes | None]:
    """Read files and pack them, as trees do not go from process to process."""
    with closing(_Desk(cache_dir, clutter)) as desk:
        return [desk.obtain(path).data for path in paths]


@dataclass(frozen=True, slots=True)
class _Obtained:
    """A reading, its bytes, or both: a new one has bytes unless it cannot be packed."""

    data: bytes | None = None
    reading: Reading | None = None


class _Desk:
    """Where files are read, one after the other, with the shelf beside it."""

    def __init__(
        self, cache_dir: str | Path | None, clutter: str | os.PathLike[str] | None
    ) -> None:
        self._clutter = clutter
        # A user's rules are read in any case, so that what is wrong with them is told.
        self._transforms: Sequence[Transform] | None = all_transforms(clutter) if clutter else None
        self._shelf = Shelf.at(cache_dir, load(clutter).data if clutter else b"")
        self._fresh: list[tuple[str, bytes]] = []

    def read(self, path: Path) -> Reading:
        """Read one file, or take what reading it came to before."""
        found = self.obtain(path)
        return found.reading if found.reading else self.open(found.data or b"", path)

    def open(self, data: bytes, path: Path) -> Reading:
        """Unpack a reading of a file; one that the disk has damaged is read again."""
        try:
            return unpack(data)
        except ValueError:
            return self._read(path, load(path))

    def obtain(self, path: Path) -> _Obtained:
        """Return the reading of a file as it is on the shelf, or a new one."""
        try:
            source = load(path)
        except InputError as error:
            return _as_bytes(_skipped(path, error))
        key = self._shelf.key(source)
        data = self._shelf.find(key)
        if data is not None:
            return _Obtained(data)
        found = _as_bytes(self._read(path, source))
        if found.data is not None:
            self._fresh.append((key, found.data))
        if len(self._fresh) >= _BATCH:
            self._keep()
        return found

    def close(self) -> None:
        """Put on the shelf what was read."""
        if self._fresh:
            self._keep()
            self._shelf.prune()
        self._shelf.close()

    def _keep(self) -> None:
        self._shelf.keep(self._fresh)
        self._fresh = []

    def _read(self, path: Path, source: Source) -> Reading:
        if self._transforms is None:
            self._transforms = all_transforms(self._clutter)
        report = Report()
        try:
            return Reading(read_source(source, self._transforms, report), report.diagnostics)
        except InputError as error:
            return _skipped(path, error, *report.diagnostics)


def _as_bytes(reading: Reading) -> _Obtained:
    try:
        return _Obtained(pack(reading), reading)
    except NotPackable:
        return _Obtained(None, reading)


def _skipped(path: Path, error: InputError, *before: Diagnostic) -> Reading:
    report = Report([*before])
    message = str(error).removeprefix(f"{path}: ")
    report.add("article-skipped", message, source=str(path))
    return Reading([], report.diagnostics)
