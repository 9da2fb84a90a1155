"""Turns at an address: of several that want an image, one asks and the others wait for it."""

from __future__ import annotations

import hashlib
import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# Seconds between looks at a turn that another process has.
_POLL: Final = 0.02

# Seconds: an image's time, its pauses included. Past it the other is taken for stuck.
_PATIENCE: Final = 120.0

# Offsets in a file are of 63 bits. Where two addresses share one they wait without need.
_OFFSETS: Final = 1 << 62


class Turns:
    """Gives turns to threads and processes; a process that dies has none.

    A turn is a lock on one byte of the file at `path`, which holds nothing. Such locks
    belong to an open file on Linux alone (fcntl(2), "Open file description locks");
    elsewhere turns are among the threads that share this object.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._taken: set[int] = set()
        self._file: int | None = None
        self._process = 0

    @contextmanager
    def turn(self, url: str, referer: str | None, stopped: Callable[[], bool]) -> Iterator[None]:
        """Run a block while nobody else has the turn at `url` asked for with `referer`.

        Waits at most two minutes, or until `stopped`; then the block runs in any case, as
        it does on a file system without locks: asking twice is impolite, but no error.
        """
        key = f"{url}\n{referer or ''}".encode()
        offset = int.from_bytes(hashlib.sha256(key).digest()[:8]) % _OFFSETS
        ends = time.monotonic() + _PATIENCE
        with self._changed:
            alone = self._changed.wait_for(lambda: offset not in self._taken, _PATIENCE)
            self._taken.add(offset)
        try:
            while not self._lock(offset) and time.monotonic() < ends and not stopped():
                time.sleep(_POLL)
            yield
        finally:
            if alone:
                self._unlock(offset)
                with self._changed:
                    self._taken.discard(offset)
                    self._changed.notify_all()

    def close(self) -> None:
        """Close the file; the next turn opens it again."""
        with self._changed:
            if self._file is not None and self._process == os.getpid():
                os.close(self._file)
            self._file = None

    def _lock(self, offset: int) -> bool:
        """Lock a byte, unless another open file has it locked."""
        if sys.platform != "linux":
            return True
        import fcntl

        try:
            fcntl.fcntl(self._opened(), fcntl.F_OFD_SETLK, _request(fcntl.F_WRLCK, offset))
        except (BlockingIOError, PermissionError):  # EAGAIN, EACCES: another has it
            return False
        except OSError:
            return True
        return True

    def _unlock(self, offset: int) -> None:
        if sys.platform != "linux" or self._file is None:
            return
        import fcntl

        fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, _request(fcntl.F_UNLCK, offset))

    def _opened(self) -> int:
        with self._changed:
            if self._file is None or self._process != os.getpid():
                # A fork shares its parent's open file, and with it the locks.
                self._process = os.getpid()
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            return self._file


def _request(kind: int, offset: int) -> bytes:
    """A `struct flock` for one byte at `offset` of the file."""
    return struct.pack("hhqqi", kind, os.SEEK_SET, offset, 1, 0)
