"""An index of the cache: one SQLite file, shared by threads and processes."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

# Rows inserted by one statement; SQLite before 3.32 took 999 values.
_ROWS: Final = 64
_WAIT: Final = 30.0  # seconds for another process to finish its transaction


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of an index: their version, and what makes them of an older one's.

    The version is raised when a table changes; 0 is that of a file without tables. An index
    of a version that is unknown here is not touched.
    """

    version: int
    upgrades: Mapping[int, str]


#: A statement and its values.
Statement = tuple[str, Sequence[object]]


class Index:
    """Runs statements in an index file, that it makes when it is not there.

    Every method raises sqlite3.Error. All threads share a connection to read with and
    one to write with, by turns: a statement takes some 20 µs, an image a hundred times that.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self._reader = _Shared(path, schema)
        self._writer = _Shared(path, schema)
        self._handed_in = threading.Lock()
        self._waiting: list[_Change] = []

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a SELECT finds."""
        with self._reader.connected() as connection:
            return connection.execute(statement, values).fetchall()

    def write(self, statements: Iterable[Statement]) -> None:
        """Run statements in one transaction, which may be shared with other threads'.

        While one thread writes, the others hand theirs in, and the next to come writes
        for all of them: 32 threads wait for one transaction, not for 31.
        """
        change = _Change(list(statements))
        with self._handed_in:
            self._waiting.append(change)
        with self._writer.connected() as connection:
            if not change.done:
                with self._handed_in:
                    changes, self._waiting = self._waiting, []
                _write_all(connection, changes)
        if change.error is not None:
            raise change.error

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Run a block in one transaction: all of it happens, or none."""
        with self._writer.connected() as connection, _transaction(connection):
            yield connection

    def close(self) -> None:
        """Close the file; the next statement opens it again."""
        self._reader.close()
        self._writer.close()


@dataclass(slots=True)
class _Change:
    """Statements that a thread wants run, and what came of it."""

    statements: list[Statement]
    done: bool = False
    error: sqlite3.Error | None = None


class _Shared:
    """A connection that threads use by turns, opened when it is needed."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self._path = path
        self._schema = schema
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None or self._process != os.getpid():
                # A connection does not survive a fork; the parent's is left to the parent.
                self._process = os.getpid()
                self._connection = _open(self._path, self._schema)
            yield self._connection

    def close(self) -> None:
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None


def _write_all(connection: sqlite3.Connection, changes: Sequence[_Change]) -> None:
    """Run the statements of several changes in one transaction; each learns what came of it."""
    together: dict[str, list[Sequence[object]]] = {}
    for change in changes:
        for statement, values in change.statements:
            together.setdefault(statement, []).append(values)
    try:
        with _transaction(connection):
            for statement, every in together.items():
                _run_all(connection, statement, every)
    except BaseException as error:
        told = error if isinstance(error, sqlite3.Error) else sqlite3.OperationalError("stopped")
        for change in changes:
            change.error = told
        if told is not error:
            raise
    finally:
        for change in changes:
            change.done = True


def _run_all(
    connection: sqlite3.Connection, statement: str, every: Sequence[Sequence[object]]
) -> None:
    """Run a statement with each of its values; rows to insert go in together.

    Each statement gives the interpreter's lock away, and has to get it back from 31 threads.
    """
    head, values, row = statement.partition(" VALUES ")
    if not values:
        connection.executemany(statement, every)
        return
    for at in range(0, len(every), _ROWS):
        rows = every[at : at + _ROWS]
        connection.execute(f"{head}{values}{', '.join([row] * len(rows))}", [*chain(*rows)])


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    # IMMEDIATE takes the writer's lock now; a read that becomes a write later could only
    # fail, since waiting for another writer would be a deadlock.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk has rolled back already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _open(path: Path, schema: Schema) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    try:
        _make_ready(connection, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_ready(connection: sqlite3.Connection, schema: Schema) -> None:
    _write_ahead(connection)
    # In WAL this survives a crash of the process; only a power cut may lose the last rows.
    connection.execute("PRAGMA synchronous = NORMAL")
    if _version(connection) == schema.version:
        return
    with _transaction(connection):
        _upgrade(connection, schema)


def _upgrade(connection: sqlite3.Connection, schema: Schema) -> None:
    """Bring the tables to the present version; another process may just have done it."""
    version = _version(connection)
    if version == schema.version:
        return
    if version not in schema.upgrades:
        raise sqlite3.DatabaseError(f"its index is of version {version}, not {schema.version}")
    for statement in schema.upgrades[version].split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {schema.version}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers read while one writes. On a file system that cannot, go on without."""
    ends = time.monotonic() + _WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            # Changing the mode does not wait for other processes as statements do.
            if "locked" not in str(error) or time.monotonic() > ends:
                raise
            time.sleep(0.01)
        else:
            return
