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
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from articlekit.errors import CacheError, reason_of
from articlekit.fetch.blobs import BlobStore, digest
from articlekit.fetch.freshness import FAILURE_LIFETIME
from articlekit.fetch.index import Index
from articlekit.fetch.recipe import Processed
from articlekit.model import Image

# How exactly the last use of a file is known, in seconds: a write for each read is dear.
_USE_GRAIN: Final = 600.0

# Files used within this time, in seconds, are never pruned: a book may be waiting for them.
_IN_USE: Final = 3600.0

_COLUMNS: Final = "blob, final_url, status, reason, detail, etag, last_modified, stored, expires"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a URL asked for with a Referer: an image's bytes, or a failure.

    `blob` names the bytes as they came; `reason` is set when there are none. Times are
    in seconds since the epoch.
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

    def is_fresh(self, now: float) -> bool:
        """Whether it may be used without asking; a clock set back makes nothing fresh."""
        return self.stored - 60 <= now < self.expires


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds; sizes in bytes."""

    folder: Path
    files: int
    size: int
    responses: int
    failures: int


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
        return cls(default_folder())

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
            rows = self._index.rows(
                f"SELECT {_COLUMNS} FROM responses WHERE url = ? AND referer = ?",  # noqa: S608 - constant columns
                (url, referer or ""),
            )
            entry = Entry(*rows[0]) if rows else None
            if entry is None or entry.blob is None:
                return entry
            return entry if self._blobs.find(entry.blob) is not None else None

    def store(self, url: str, referer: str | None, entry: Entry, data: bytes) -> Entry:
        """Remember the bytes that `url` gave, and return the entry with their name."""
        sha = self.put(data)
        known = Entry(
            sha, entry.final_url, entry.status, None, entry.detail, entry.etag,
            entry.last_modified, entry.stored, entry.expires,
        )  # fmt: skip
        self.update(url, referer, known)
        return known
