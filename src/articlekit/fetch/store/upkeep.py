"""Keeping a cache in order: count it, check it, and let go of what is unused for longest.

A file and the rows that lead to it go in one transaction, and who wants a file notes its
use before looking for it. So either the note comes first and the file stays, or it comes
second and finds no file: nobody is left with a path to nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from articlekit.fetch.store.blobs import BlobStore
from articlekit.fetch.store.index import Index

# Files deleted in one transaction: other processes wait for it, some milliseconds.
_BATCH: Final = 256

_COUNT: Final = "SELECT count(*), total(size), min(used), max(used) FROM blobs"
_ENTRIES: Final = "SELECT count(*), count(*) FILTER (WHERE blob IS NULL) FROM responses"
_TOTAL: Final = "SELECT total(size) FROM blobs"
_OLDEST: Final = "SELECT sha, size FROM blobs WHERE used < ? ORDER BY used, sha"
_DROP_UNUSED: Final = "DELETE FROM blobs WHERE sha = ? AND used < ?"
_DROP: Final = "DELETE FROM blobs WHERE sha = ?"
_DROP_FAILURES: Final = "DELETE FROM responses WHERE blob IS NULL AND expires < ?"
# Rows that lead to files which are no longer held.
_DROP_LOOSE: Final = (
    "DELETE FROM responses WHERE blob IS NOT NULL AND blob NOT IN (SELECT sha FROM blobs)",
    "DELETE FROM derived WHERE blob NOT IN (SELECT sha FROM blobs)",
)
_FRESH: Final = "SELECT count(DISTINCT url), min(expires) FROM responses WHERE url IN (%s)"
_CLEAR: Final = ("DELETE FROM responses", "DELETE FROM derived", "DELETE FROM blobs")


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds; sizes in bytes, times in seconds since the epoch.

    `responses` are the addresses that are known of, `failures` those without an image;
    `oldest` and `newest` are the last uses of the files, known to ten minutes.
    """

    folder: Path
    files: int
    size: int
    responses: int
    failures: int
    oldest: float | None = None
    newest: float | None = None


def fresh_until(index: Index, urls: Iterable[str]) -> float:
    """Return when the first of these addresses expires; 0 when one is not known."""
    known, first = 0, float("inf")
    waiting = iter(wanted := set(urls))
    while batch := list(islice(waiting, _BATCH)):
        ((count, expires),) = index.rows(_FRESH % ", ".join("?" * len(batch)), batch)
        known += count
        first = min(first, expires or 0.0)
    return first if known == len(wanted) else 0.0


def measure(folder: Path, index: Index) -> CacheInfo:
    """Count what the cache holds."""
    files, size, oldest, newest = index.rows(_COUNT)[0]
    responses, failures = index.rows(_ENTRIES)[0]
    return CacheInfo(folder, files, int(size), responses, failures, oldest, newest)


def total_size(index: Index) -> int:
    """The bytes of all files together."""
    return int(index.rows(_TOTAL)[0][0])


def find_damaged(blobs: BlobStore) -> list[str]:
    """Name every file whose bytes are not what its name says."""
    return [sha for sha in blobs.names() if blobs.find(sha) is None]


def drop_damaged(blobs: BlobStore, index: Index, before: float) -> list[str]:
    """Delete every file whose bytes are not what its name says; return their names.

    Rows whose file is gone go, too, but for those used after `before`: their file may be
    on its way.
    """
    suspects = find_damaged(blobs)
    gone = [sha for sha, _ in index.rows(_OLDEST, (before,)) if not blobs.path(sha).exists()]
    damaged: list[str] = []
    with index.change() as connection:
        for sha in suspects:
            # It may have been pruned, or mended by another process, since it was looked at.
            if blobs.path(sha).exists() and blobs.find(sha) is None:
                connection.execute(_DROP, (sha,))
                blobs.remove(sha)
                damaged.append(sha)
        connection.executemany(_DROP_UNUSED, [(sha, before) for sha in gone])
        _drop_loose(connection)
    return damaged


def prune(blobs: BlobStore, index: Index, size: int, before: float) -> int:
    """Delete the files unused for longest until `size` bytes are left; return what was freed.

    Files used after `before` stay. What dead processes left goes in any case, and so do
    failures that were forgotten before then.
    """
    blobs.sweep()
    with index.change() as connection:
        connection.execute(_DROP_FAILURES, (before,))
    freed = _drop_strays(blobs, index, before)
    over = total_size(index) - size
    chosen: list[str] = []
    for sha, each in index.rows(_OLDEST, (before,)):
        if over <= 0:
            break
        chosen.append(sha)
        over -= each
    for start in range(0, len(chosen), _BATCH):
        freed += _drop_unused(blobs, index, chosen[start : start + _BATCH], before)
    return freed


def clear(blobs: BlobStore, index: Index) -> int:
    """Delete everything; return the bytes that were freed."""
    freed = 0
    with index.change() as connection:
        for statement in _CLEAR:
            connection.execute(statement)
        for sha in blobs.names():
            freed += blobs.size(sha)
            blobs.remove(sha)
    return freed


def _drop_unused(blobs: BlobStore, index: Index, names: Sequence[str], before: float) -> int:
    freed = 0
    with index.change() as connection:
        for sha in names:
            if connection.execute(_DROP_UNUSED, (sha, before)).rowcount:
                freed += blobs.size(sha)
                blobs.remove(sha)
        _drop_loose(connection)
    return freed


def _drop_strays(blobs: BlobStore, index: Index, before: float) -> int:
    """Delete files that no row knows, as a lost index leaves them, written before `before`."""
    held = {sha for (sha,) in index.rows("SELECT sha FROM blobs")}
    strays = [sha for sha in blobs.names() if sha not in held and blobs.written(sha) < before]
    if not strays:
        return 0
    freed = 0
    with index.change() as connection:
        for sha in strays:
            if not connection.execute("SELECT 1 FROM blobs WHERE sha = ?", (sha,)).fetchone():
                freed += blobs.size(sha)
                blobs.remove(sha)
    return freed


def _drop_loose(connection: sqlite3.Connection) -> None:
    for statement in _DROP_LOOSE:
        connection.execute(statement)
