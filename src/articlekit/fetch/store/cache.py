"""The image cache: what was fetched, and what was made of it, by content.

Two programs may fill one cache at once. Files are named by their content, so they can
only ever be written with the same bytes; a row in the index follows its file.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from articlekit.errors import CacheError, reason_of
from articlekit.fetch.pixels.recipe import Processed
from articlekit.fetch.store.blobs import BlobStore, digest
from articlekit.fetch.store.index import Index
from articlekit.fetch.store.upkeep import (
    CacheInfo,
    clear,
    drop_damaged,
    measure,
    prune,
    total_size,
)
from articlekit.model import Image

# How exactly the last use of a file is known, in seconds: a write for each read is dear.
_GRAIN: Final = 600.0

# Files used within this time, in seconds, are never pruned: a book may be waiting for them.
_IN_USE: Final = 3600.0

_LOOKUP: Final = """
    SELECT (SELECT used FROM blobs WHERE sha = blob),
        blob, final_url, status, reason, detail, etag, last_modified, stored, expires,
        cache_control
    FROM responses WHERE url = ? AND referer = ?"""
_UPDATE: Final = "INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FORGET: Final = "DELETE FROM responses WHERE url = ? AND referer = ?"
_DERIVED: Final = """
    SELECT (SELECT used FROM blobs WHERE sha = blob), blob, media_type, width, height, note
    FROM derived WHERE source = ? AND recipe = ?"""
_DERIVE: Final = "INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?, ?, ?, ?)"
_USED: Final = "SELECT used FROM blobs WHERE sha = ?"
_USE: Final = "UPDATE blobs SET used = ? WHERE sha = ?"
_TOUCH: Final = "INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)"
_UNTOUCH: Final = "DELETE FROM blobs WHERE sha = ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a URL asked for with a Referer: an image's bytes, or a failure.

    `blob` names the bytes as they came; `reason` is set when there are none. Times are
    in seconds since the epoch. `cache_control` is the header as it came.
    """

    blob: str | None
    final_url: str | None = None
    status: int | None = None
    reason: str | None = None
    detail: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    stored: float = 0.0
    expires: float = 0.0
    cache_control: str | None = None

    def is_fresh(self, now: float) -> bool:
        """Whether it may be used without asking; a clock set back makes nothing fresh."""
        return self.stored - 60 <= now < self.expires


def cache_folder() -> Path:
    """Where the cache is: in ARTICLEKIT_CACHE, or the user's cache folder."""
    named = os.environ.get("ARTICLEKIT_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("articlekit", appauthor=False)


class ImageCache:
    """A folder of images and its index; safe under threads and processes.

    Every method raises CacheError when the folder cannot be used. `clock` returns the
    seconds since the epoch.
    """

    def __init__(self, folder: Path | str, *, clock: Callable[[], float] = time.time) -> None:
        self.folder = Path(folder)
        self._clock = clock
        self._blobs = BlobStore(self.folder / "cas")
        self._index = Index(self.folder / "index.sqlite")
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; the cache opens it again when it is used again."""
        self._index.close()

    def now(self) -> float:
        """The time that entries are judged by, in seconds since the epoch."""
        return self._clock()

    def lookup(self, url: str, referer: str | None) -> Entry | None:
        """Return what is known of `url` asked for with `referer`, however stale.

        Hotlink guards answer differently to different Referers, so it is part of the
        key. An entry whose bytes are gone or damaged is not returned.
        """
        with self._explained():
            rows = self._index.rows(_LOOKUP, (url, referer or ""))
            if not rows:
                return None
            used, *values = rows[0]
            entry = Entry(*values)
            if entry.blob is None:
                return entry
            self._use(entry.blob, used)
            return None if self._blobs.find(entry.blob) is None else entry

    def update(self, url: str, referer: str | None, entry: Entry) -> None:
        """Remember `entry`, in place of what was known before; its bytes must be stored."""
        values = astuple(entry)
        with self._explained(), self._index.change() as connection:
            connection.execute(_UPDATE, (url, referer or "", *values))

    def forget(self, url: str, referer: str | None) -> None:
        """Drop what is known of `url`; its bytes go when the cache is pruned."""
        with self._explained(), self._index.change() as connection:
            connection.execute(_FORGET, (url, referer or ""))

    def put(self, data: bytes) -> str:
        """Store `data` and return its name, the SHA-256 in hex."""
        sha = digest(data)
        with self._explained():
            # Before, so that nobody prunes the file from under us; after, as it may have
            # been damaged before, and dropped.
            self._touch(sha, len(data))
            try:
                self._blobs.put(data)
            except OSError:
                with self._index.change() as connection:
                    connection.execute(_UNTOUCH, (sha,))
                raise
            self._touch(sha, len(data))
        return sha

    def read(self, sha: str) -> bytes | None:
        """Return the bytes of that name, or None when they are gone or damaged."""
        with self._explained():
            rows = self._index.rows(_USED, (sha,))
            if not rows:
                return None
            self._use(sha, rows[0][0])
            return self._blobs.read(sha)

    def derived(self, source: str, recipe: str) -> tuple[Image, str | None] | None:
        """Return the image made of `source` by `recipe`, and what it lost; or None."""
        with self._explained():
            rows = self._index.rows(_DERIVED, (source, recipe))
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
        sha = self.put(made.data)
        row = (source, recipe, sha, made.media_type, made.width, made.height, made.note)
        with self._explained(), self._index.change() as connection:
            connection.execute(_DERIVE, row)
        path = self._blobs.path(sha)
        return Image(sha, made.media_type, made.width, made.height, len(made.data), path)

    def info(self) -> CacheInfo:
        """Count what the cache holds."""
        with self._explained():
            return measure(self.folder, self._index)

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
            with self._index.change() as connection:
                connection.execute(_USE, (now, sha))

    def _touch(self, sha: str, size: int) -> None:
        """Note that a file is held and in use, unless that was noted lately."""
        now = self.now()
        if self._index.rows("SELECT 1 FROM blobs WHERE sha = ? AND used > ?", (sha, now - _GRAIN)):
            return
        with self._index.change() as connection:
            connection.execute(_TOUCH, (sha, size, now))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the system says into one line: where, what, what to do."""
        try:
            yield
        except OSError as error:
            raise self._unusable(reason_of(error)) from error
        except sqlite3.Error as error:
            raise self._unusable(str(error)) from error

    def _unusable(self, what: str) -> CacheError:
        return CacheError(f"{self.folder}: {what}; choose another with --cache-dir")
