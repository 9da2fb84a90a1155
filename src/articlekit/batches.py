"""Many files to articles: from the shelf, read here, or read on an executor."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from articlekit.crew import Crew
from articlekit.errors import InputError, PluginError
from articlekit.model import Article, Source, Transform
from articlekit.packing import NotPackable, Reading, keep, pack, unpack
from articlekit.reading import all_transforms, load, read_source
from articlekit.report import Report
from articlekit.settings import Settings
from articlekit.shelf import Shelf, key_of

# Large enough to pay for the way to another process, small enough to share the work.
_BATCH: Final = 32
# With fewer to read there is no gain in letting others do it.
_FEW: Final = 8
_MANY: Final = 2 * _BATCH


def read_all(
    paths: Sequence[Path], settings: Settings, executor: Executor | None
) -> Iterator[Reading]:
    """Read files, in order: those that were read before come from the shelf.

    The others are read on `executor`, in `settings.jobs` processes when there are many, or
    here. What cannot be read is a reading without articles, and a diagnostic that says why.
    """
    shelf = Shelf.at(settings.cache_dir, load(settings.clutter).data if settings.clutter else b"")
    work = partial(_read_batch, shelf.maker, settings.clutter)
    waiting: deque[_Batch] = deque()
    with (
        closing(_Files(shelf, settings.clutter)) as files,
        Crew(executor, settings.jobs if len(paths) >= _MANY else None) as crew,
    ):
        for start in range(0, len(paths), _BATCH):
            found = files.look(paths[start : start + _BATCH])
            missing = [each.path for each in found if each.data is None]
            others = crew.takes_work and len(missing) >= (_FEW if executor is None else 1)
            waiting.append(_Batch(found, crew.submit(work, missing) if others else None))
            while len(waiting) > crew.ahead:
                yield from files.settle(waiting.popleft())
        for batch in waiting:
            yield from files.settle(batch)


#: A reading's key and its bytes; without bytes it cannot be packed.
_Packed: TypeAlias = tuple[str, bytes | None]


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, what it holds, and its reading's name and bytes, if they are on the shelf."""

    path: Path
    source: Source | None = None
    key: str = ""
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    """Files, each with what was found of it, and who reads those that have no reading."""

    found: Sequence[_Found]
    work: Future[list[_Packed]] | None


class _Desk:
    """Where files are read, one after the other."""

    def __init__(self, maker: bytes, clutter: str | os.PathLike[str] | None) -> None:
        self._maker = maker
        self._clutter = clutter
        # A user's rules are read in any case, so that what is wrong with them is told.
        self._transforms: Sequence[Transform] | None = all_transforms(clutter) if clutter else None

    def open(self, path: Path) -> _Found:
        """Look at what a file holds; nothing where that cannot be told."""
        try:
            source = load(path)
        except InputError:
            return _Found(path)  # reading it will say why
        return _Found(path, source, key_of(source, self._maker))

    def read(self, file: _Found) -> Reading:
        """Return what comes of the very bytes that a file's name was made of."""
        articles, report = list[Article](), Report()
        try:
            articles = read_source(file.source or load(file.path), self._rules(), report)
        except (InputError, PluginError) as error:  # a broken reader costs its own files alone
            message = str(error).removeprefix(f"{file.path}: ")
            report.add("article-skipped", message, source=str(file.path))
        return Reading(articles, report.diagnostics)

    def _rules(self) -> Sequence[Transform]:
        if self._transforms is None:
            self._transforms = all_transforms(self._clutter)
        return self._transforms


def _read_batch(
    maker: bytes, clutter: str | os.PathLike[str] | None, paths: Sequence[Path]
) -> list[_Packed]:
    """Read files and pack them, as trees do not go from process to process."""
    desk = _Desk(maker, clutter)
    return [(file.key, _packed(desk.read(file))) for file in map(desk.open, paths)]


def _packed(reading: Reading) -> bytes | None:
    try:
        return pack(reading)
    except NotPackable:
        return None


class _Files:
    """Files and their readings: from the shelf, from others, or from a desk of its own."""

    def __init__(self, shelf: Shelf, clutter: str | os.PathLike[str] | None) -> None:
        self._shelf = shelf
        self._desk = _Desk(shelf.maker, clutter)

    def look(self, paths: Sequence[Path]) -> list[_Found]:
        """Return what reading files came to before, or what they hold."""
        files = [self._desk.open(path) for path in paths]
        known = self._shelf.find_all([each.key for each in files if each.key])
        return [
            _Found(each.path, key=each.key, data=known[each.key]) if each.key in known else each
            for each in files
        ]

    def settle(self, batch: _Batch) -> Iterator[Reading]:
        """Yield the readings of a batch, in the order of its files."""
        done = iter(_result(batch.work))
        for each in batch.found:
            data = each.data
            if data is None:
                key, data = next(done, ("", None))
                if key and data is not None:
                    self._shelf.put(key, data)
            yield self._read(each) if data is None else unpack(data)

    def close(self) -> None:
        """Put on the shelf what was read."""
        self._shelf.close()

    def _read(self, found: _Found) -> Reading:
        """Read a file here; it is packed when the shelf has time."""
        reading = keep(self._desk.read(found))
        if found.key:  # a file without a key could not be read at all
            self._shelf.put_later(found.key, partial(_packed, reading))
        return reading


def _result(work: Future[list[_Packed]] | None) -> list[_Packed]:
    """What the others read; nothing when they could not, so that it is read here.

    What breaks there for a reason of its own breaks here, too, and is told.
    """
    try:
        return [] if work is None else work.result()
    except Exception:  # noqa: BLE001 - each kind of executor says in its own way that it was killed
        return []
