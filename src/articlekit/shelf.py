"""The shelf: what was made of a file, kept so that an unchanged one is not read again.

All on it is found by what it depends on: a reading by the file's bytes, name and address, the
rules for clutter, and the code; a writer's pages by what it made them of, and the code. So
nothing on it can be out of date.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import struct
import sys
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from articlekit.fetch.store.index import Index, Schema, Statement
from articlekit.fetch.store.place import cache_folder
from articlekit.registry import foreign_modules

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from articlekit.model import Source

_FILE: Final = "articles.sqlite"
_SCHEMA: Final = Schema(
    1,
    {
        0: """
CREATE TABLE IF NOT EXISTS articles (
    key TEXT PRIMARY KEY, size INTEGER NOT NULL, used REAL NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS articles_by_use ON articles (used, size)"""
    },
)
_PUT: Final = "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?)"
_FIND: Final = "SELECT key, used, data FROM articles WHERE key IN ({})"
_USE: Final = "UPDATE articles SET used = ? WHERE key = ?"
# What writers keep has its own kind of key, so that articles can be counted.
_MADE: Final = "made-"
_TOTAL: Final = "SELECT total(key NOT GLOB 'made-*'), total(size) FROM articles"
_OLDEST: Final = "SELECT key, size FROM articles ORDER BY used, key"
_DROP: Final = "DELETE FROM articles WHERE key = ?"

# How exactly the last use is known, in seconds: a write for each reading is dear.
_GRAIN: Final = 86_400.0
# Kept before the shelf is pruned, in bytes: some 50,000 articles, and their pages in an EPUB.
MOST: Final = 512 << 20
# Of the bytes that follow it.
_CHECKSUM: Final = struct.Struct(">I")
# Written or found together: a transaction takes as long as ten rows.
_TOGETHER: Final = 32
# How often so many may wait for the thread: a disk that is slow must not fill the memory.
_WAITING: Final = 2

#: A key, and how its bytes are made.
_Fresh: TypeAlias = tuple[str, Callable[[], bytes | None]]


class Shelf:
    """Readings by key, in the cache's folder; safe under threads and processes.

    It only ever saves work: where it cannot be read, nothing is on it, and where it cannot
    be written, nothing is kept. `rules` are the bytes of further rules for clutter; `maker`
    names them and the code.
    """

    def __init__(self, folder: Path, rules: bytes = b"") -> None:
        self.folder = folder
        self._index = Index(folder / _FILE, _SCHEMA)
        self._lock = threading.RLock()
        self._thread: ThreadPoolExecutor | None = None
        self._writing: deque[Future[None]] = deque()
        self._fresh: list[_Fresh] = []
        self._used: list[str] = []
        self.maker = hashlib.sha256(b"\n".join((code_version(), rules))).digest()
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def at(cls, folder: Path | str | None, rules: bytes = b"") -> Shelf:
        """Open the shelf in a cache's folder, or in the default one."""
        return cls(cache_folder() if folder is None else Path(folder), rules)

    def find(self, key: str) -> bytes | None:
        """Return a packed reading, or None when it is not here or the disk has damaged it."""
        return self.find_all([key]).get(key)

    def find_all(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return those of some packed readings that are here, by their keys."""
        rows: list[tuple[str, float, bytes]] = []
        with suppress(sqlite3.Error):
            for start in range(0, len(keys), _TOGETHER):
                some = keys[start : start + _TOGETHER]
                rows += self._index.rows(_FIND.format(", ".join("?" * len(some))), some)
        old = time.time() - _GRAIN
        self._used += [key for key, used, _ in rows if used < old]
        return {key: found for key, _, data in rows if (found := _unsealed(data)) is not None}

    def put(self, key: str, data: bytes) -> None:
        """Keep a packed reading, at the latest when the shelf is closed."""
        self.put_later(key, lambda: data)

    def put_later(self, key: str, pack: Callable[[], bytes | None]) -> None:
        """Keep what will be packed meanwhile on a thread of the shelf; None is not kept."""
        with self._lock:
            self._fresh.append((key, pack))
            if len(self._fresh) >= _TOGETHER:
                self._hand_over()

    def recall(self, key: bytes) -> bytes | None:
        """Return what a writer kept, as `model.Memory` has it."""
        return self.find(self._name(key))

    def recall_all(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return what a writer kept under some keys, as `model.Memory` has it."""
        names = {self._name(key): key for key in keys}
        return {names[name]: data for name, data in self.find_all([*names]).items()}

    def keep(self, key: bytes, data: bytes) -> None:
        """Keep something for a writer, as `model.Memory` has it."""
        self.put(self._name(key), data)

    def _name(self, key: bytes) -> str:
        return _MADE + hashlib.sha256(self.maker + key).hexdigest()

    def _hand_over(self) -> None:
        """Let the thread write what is to be kept, when it has written enough of the former."""
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, "shelf")
        self._writing.append(self._thread.submit(self._write, *self._taken()))
        if len(self._writing) > _WAITING:
            self._writing.popleft().result()

    def _taken(self) -> tuple[Sequence[_Fresh], Sequence[str]]:
        fresh, self._fresh, used, self._used = self._fresh, [], self._used, []
        return fresh, used

    def _write(self, fresh: Sequence[_Fresh], used: Sequence[str]) -> None:
        """Write what is to be kept, and what was used."""
        now = time.time()
        statements: list[Statement] = []
        for key, pack in fresh:
            if (data := pack()) is not None:
                sealed = _CHECKSUM.pack(zlib.crc32(data)) + data
                statements.append((_PUT, (key, len(sealed), now, sealed)))
        with suppress(sqlite3.Error):
            self._index.write(statements + [(_USE, (now, key)) for key in used])

    def total(self) -> tuple[int, int]:
        """How many readings there are, and the bytes of all that is kept."""
        try:
            ((count, size),) = self._index.rows(_TOTAL)
        except sqlite3.Error:
            return 0, 0
        return int(count), int(size)

    def prune(self, most: int = MOST) -> int:
        """Drop what was unused for longest until `most` bytes are left; return the freed."""
        over, freed = self.total()[1] - most, 0
        if over <= 0:
            return 0
        dropped: list[Statement] = []
        with suppress(sqlite3.Error):
            for key, size in self._index.rows(_OLDEST):
                if freed >= over:
                    break
                dropped.append((_DROP, (key,)))
                freed += size
            self._index.write(dropped)
        return freed

    def close(self) -> None:
        """Write what is to be kept, and close the file; the next use opens it again.

        What was not used for longest goes, when there is too much.
        """
        try:
            if self._finish():
                self.prune()
        finally:
            self._index.close()

    def _finish(self) -> bool:
        """Write what is left; tell whether anything was written since the shelf was opened."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                thread.shutdown()
            while self._writing:
                self._writing.popleft().result()
            left = bool(self._fresh or self._used)
            if left:
                self._write(*self._taken())
        return left or thread is not None


def _unsealed(row: bytes) -> bytes | None:
    """Return what a row holds behind its checksum, or None when that is another's."""
    data = bytes(row[_CHECKSUM.size :])
    sound = row[: _CHECKSUM.size] == _CHECKSUM.pack(zlib.crc32(data))
    return data if sound else None


def key_of(source: Source, maker: bytes) -> str:
    """Return the name of what reading `source` comes to; `maker` is a shelf's."""
    hashed = hashlib.sha256(maker)
    place = "\0".join((source.name, str(source.path or ""), source.url or ""))
    hashed.update(place.encode("utf-8", "surrogatepass"))
    hashed.update(b"\0\0")
    hashed.update(source.data)
    return hashed.hexdigest()


@cache
def code_version() -> bytes:
    """A digest of the code that reads: articlekit's, its libraries', and installed plugins'.

    Files are told by size and time, as `make` does. A library that is installed or updated
    changes the folder that it goes into.
    """
    package = Path(__file__).parent
    libraries = package.parent if package.parent.name == "site-packages" else _site_packages()
    seen = [sys.version, str(_state(libraries))]
    for folder, _, names in sorted(os.walk(package)):
        code = [f"{folder}/{name}" for name in sorted(names) if name.endswith((".py", ".toml"))]
        seen += [f"{path} {_state(path)}" for path in code]
    for module in foreign_modules():
        with suppress(ImportError, ValueError):
            spec = find_spec(module)
            seen.append(f"{module} {_state(spec.origin) if spec and spec.origin else ''}")
    return hashlib.sha256("\n".join(seen).encode("utf-8", "surrogatepass")).digest()


def _site_packages() -> Path:
    """Where lxml is, which every installation has."""
    spec = find_spec("lxml")
    return Path(spec.origin).parent.parent if spec and spec.origin else Path()


def _state(path: Path | str) -> tuple[int, int]:
    try:
        stat = os.stat(path)  # noqa: PTH116 - a `Path` for each of hundreds takes longer than this
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns
