"""The image cache: what was fetched, and what was made of it, by content.

Two programs may fill one cache at once. Files are named by their content, so they can
only ever be written with the same bytes; a row in the index follows its file.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from articlekit.errors import CacheError, reason_of
from articlekit.fetch.pixels.recipe import Processed
from articlekit.fetch.store.blobs import BlobStore, digest
from articlekit.fetch.store.index import Index, Statement
from articlekit.fetch.store.place import cache_folder
from articlekit.fetch.store.rows import (
    DERIVED,
    FORGET,
    HOLD,
    LOOKUP,
    SCHEMA,
    USE,
    USED,
    AtHand,
    Entry,
    at_hand,
    derived_row,
    response_row,
)
from articlekit.fetch.store.turns import Turns
from articlekit.fetch.store.upkeep import (
    CacheInfo,
    clear,
    drop_damaged,
    find_damaged,
    fresh_until,
    measure,
    prune,
    total_size,
)
from articlekit.model import Image

# How exactly the last use of a file is known, in seconds: a write for each read is dear.
_GRAIN: Final = 600.0

# Files used within this time, in seconds, are never pruned: a book may be waiting for them.
_IN_USE: Final = 3600.0

# Keys looked up before any of their files is read.
_BATCH: Final = 256


class ImageCache:
    """A folder of images and its index; safe under threads and processes.

    Every method raises CacheError when the folder cannot be used. `clock` returns the
    seconds since the epoch.
    """

    def __init__(self, folder: Path | str, *, clock: Callable[[], float] = time.time) -> None:
        self.folder = Path(folder)
        self._clock = clock
        self._blobs = BlobStore(self.folder / "cas")
        self._index = Index(self.folder / "index.sqlite", SCHEMA)
        self._turns = Turns(self.folder / "turns.lock")
        with self._explained():
            self._blobs.prepare()
            self._index.rows("SELECT 1")

    @classmethod
    def default(cls) -> ImageCache:
        """Open the cache that ARTICLEKIT_CACHE names, or the user's own."""
        return cls(cache_folder())

    @classmethod
    def at(cls, folder: Path | str | None) -> ImageCache:
        """Open the cache in `folder`, or the default one."""
        return cls.default() if folder is None else cls(folder)

    def __reduce__(self) -> tuple[type[ImageCache], tuple[Path]]:
        # A copy in another process opens the same folder for itself.
        return type(self), (self.folder,)

    def __enter__(self) -> ImageCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its files; the cache opens them again when it is used again."""
        self._index.close()
        self._turns.close()

    def now(self) -> float:
        """The time that entries are judged by, in seconds since the epoch."""
        return self._clock()

    def lookup(self, url: str, referer: str | None) -> Entry | None:
        """Return what is known of `url` asked for with `referer`, however stale.

        Hotlink guards answer differently to different Referers, so it is part of the
        key. An entry whose bytes are gone or damaged is not returned.
        """
        with self._explained():
            rows = self._index.rows(LOOKUP, (url, referer or ""))
            if not rows:
                return None
            used, *values = rows[0]
            entry = Entry(*values)
            if entry.blob is None:
                return entry
            self._use(entry.blob, used)
            return None if self._blobs.find(entry.blob) is None else entry

    def at_hand(
        self, keys: Iterable[tuple[str, str | None]], recipe: str
    ) -> Iterator[AtHand | None]:
        """Look many URLs up, each with its Referer; what is not known is None.

        The use of a batch is noted at once, and a file is read once where `lookup` and
        `derived` would read it twice.
        """
        waiting = iter(keys)
        while batch := list(islice(waiting, _BATCH)):
            with self._explained():
                rows = {row[0]: row[1:] for row in self._index.rows(*at_hand(batch, recipe))}
                self._use_all(list(rows.values()))
            for number in range(len(batch)):
                with self._explained():
                    found = self._found(rows[number]) if number in rows else None
                yield found

    def fresh_until(self, urls: Iterable[str]) -> float:
        """Return when the first of these has to be asked for again, in seconds since the epoch.

        0 when one of them is not remembered at all, whether as an image or as a failure.
        """
        with self._explained():
            return fresh_until(self._index, urls)

    def _found(self, row: Sequence[Any]) -> AtHand:
        sha, size, media_type, width, height, note = row[2:8]
        entry = Entry(*row[8:])
        path = None if sha is None else self._blobs.find(sha)
        if path is None:
            return AtHand(entry)
        return AtHand(entry, Image(sha, media_type, width, height, size, path), note)

    def _use_all(self, rows: Sequence[Sequence[Any]]) -> None:
        """Note that the files of `AT_HAND`'s rows are in use, before any is looked for."""
        now = self.now()
        used = {row[8]: row[0] for row in rows} | {row[2]: row[1] for row in rows}
        late = [sha for sha, when in used.items() if when is not None and when <= now - _GRAIN]
        if late:
            self._index.write([(USE, (now, sha)) for sha in late])

    def turn(
        self, url: str, referer: str | None, stopped: Callable[[], bool]
    ) -> AbstractContextManager[None]:
        """Give one thread of one process the turn at `url`; the others wait until `stopped`."""
        return self._turns.turn(url, referer, stopped)

    def update(self, url: str, referer: str | None, entry: Entry) -> None:
        """Remember `entry`, in place of what was known before; its bytes must be stored."""
        with self._explained():
            self._index.write([response_row(url, referer, entry)])

    def forget(self, url: str, referer: str | None) -> None:
        """Drop what is known of `url`; its bytes go when the cache is pruned."""
        with self._explained():
            self._index.write([(FORGET, (url, referer or ""))])

    def put(self, data: bytes) -> str:
        """Store `data` and return its name, the SHA-256 in hex."""
        sha = digest(data)
        self._keep({sha: data}, ())
        return sha

    def read(self, sha: str) -> bytes | None:
        """Return the bytes of that name, or None when they are gone or damaged."""
        with self._explained():
            rows = self._index.rows(USED, (sha,))
            if not rows:
                return None
            self._use(sha, rows[0][0])
            return self._blobs.read(sha)

    def derived(self, source: str, recipe: str) -> tuple[Image, str | None] | None:
        """Return the image made of `source` by `recipe`, and what it lost; or None."""
        with self._explained():
            rows = self._index.rows(DERIVED, (source, recipe))
            if not rows:
                return None
            used, sha, media_type, width, height, note = rows[0]
            self._use(sha, used)
            path = self._blobs.find(sha)
            if path is None:
                return None
            size = path.stat().st_size
        return Image(sha, media_type, width, height, size, path), note

    def store_derived(self, source: str, recipe: str, made: Processed) -> Image:
        """Store what `recipe` made of `source`, and return it as an image."""
        sha = digest(made.data)
        self._keep({sha: made.data}, [derived_row(source, recipe, sha, made)])
        return self._image(sha, made)

    def store(
        self, url: str, referer: str | None, entry: Entry, data: bytes, recipe: str, made: Processed
    ) -> Image:
        """Remember a response whose bytes are `data`, and what `recipe` made of them.

        `entry.blob` is their digest. All of it is one transaction, which is what makes a
        cold run fast.
        """
        source = entry.blob or digest(data)
        sha = source if made.data is data else digest(made.data)
        rows = [response_row(url, referer, entry), derived_row(source, recipe, sha, made)]
        self._keep({source: data, sha: made.data}, rows)
        return self._image(sha, made)

    def _image(self, sha: str, made: Processed) -> Image:
        path = self._blobs.path(sha)
        return Image(sha, made.media_type, made.width, made.height, len(made.data), path)

    def _keep(self, files: Mapping[str, bytes], rows: Iterable[Statement]) -> None:
        """Store files, and then the rows that lead to them, in one transaction."""
        now = self.now()
        with self._explained():
            before = [sha for sha, data in files.items() if not self._blobs.put(sha, data)]
            held = [(HOLD, (sha, len(files[sha]), now)) for sha in files]
            self._index.write([*held, *rows])
            # What was there before may have been pruned until the row said that it is used.
            for sha in before:
                if not self._blobs.has(sha):
                    self._blobs.put(sha, files[sha])

    def info(self) -> CacheInfo:
        """Count what the cache holds."""
        with self._explained():
            return measure(self.folder, self._index)

    def damaged(self) -> list[str]:
        """Name every file whose bytes are not what its name says; change nothing."""
        with self._explained():
            return find_damaged(self._blobs)

    def verify(self) -> list[str]:
        """Delete every file whose bytes are not what its name says; return their names."""
        with self._explained():
            return drop_damaged(self._blobs, self._index, self.now() - _IN_USE)

    def prune(self, size: int, *, since: float | None = None) -> int:
        """Delete the files unused for longest until at most `size` bytes are left.

        Returns the bytes that were freed. Files used within the last hour stay, and so do
        those used after `since`, in seconds since the epoch.
        """
        before = self.now() - _IN_USE
        if since is not None:
            before = min(before, since - _GRAIN)
        with self._explained():
            return prune(self._blobs, self._index, size, before)

    def trim(self, size: int, *, since: float | None = None) -> int:
        """Prune, but only when there are more than `size` bytes."""
        with self._explained():
            if total_size(self._index) <= size:
                return 0
        return self.prune(size, since=since)

    def clear(self) -> int:
        """Delete everything; return the bytes that were freed."""
        with self._explained():
            return clear(self._blobs, self._index)

    def _use(self, sha: str, used: float | None) -> None:
        """Note that a file held since before is in use, unless `used` says that lately."""
        now = self.now()
        if used is not None and used <= now - _GRAIN:
            self._index.write([(USE, (now, sha))])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the system says into one line: where, what, what to do."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            what = reason_of(error) if isinstance(error, OSError) else str(error)
            raise CacheError(f"{self.folder}: {what}; choose another with --cache-dir") from error
