"""Files named by their content: written whole or not at all, and checked when read."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

# A temporary file older than this, in seconds, was left by a process that died.
_ABANDONED: Final = 3600.0

# How the name of a file begins that is not whole yet.
_MARK: Final = "."

# Files are opened by `os` itself: `io` asks the system three questions more for each.
_OLD: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

# Bytes hashed at a time; most images fit.
_CHUNK: Final = 1 << 17


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hex, the name that it goes by."""
    return hashlib.sha256(data).hexdigest()


class BlobStore:
    """A folder of files `ab/<sha256>`; safe under threads and processes.

    Every method raises OSError when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Make the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha: str) -> Path:
        """Where the file of that name lies, or would."""
        return Path(self._name(sha))

    def _name(self, sha: str) -> str:
        return f"{self._folder}{os.sep}{sha[:2]}{os.sep}{sha}"

    def put(self, sha: str, data: bytes) -> bool:
        """Store `data` under its digest; return False when it was there already.

        On any error there is no file, or the old one. Nothing is flushed to the disk: a
        file that a power cut leaves short is no longer what its name says, and is fetched
        again. docs/decisions/0012.
        """
        if self.find(sha) is not None:
            return False
        target = self._name(sha)
        # Beside its target: where one folder has all of them, ext4 takes four times as long.
        name = f"{target[: -len(sha)]}{_MARK}{uuid4().hex}"
        try:
            _write(name, data)
            os.replace(name, target)  # noqa: PTH105 - no Path is made for a passing name
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        return True

    def find(self, sha: str) -> Path | None:
        """Return the file's path when its bytes still are what its name says, else None."""
        hashed = hashlib.sha256()
        try:
            file = os.open(self._name(sha), _OLD)
        except FileNotFoundError:
            return None
        try:
            while chunk := os.read(file, _CHUNK):
                hashed.update(chunk)
        finally:
            os.close(file)
        return self.path(sha) if hashed.hexdigest() == sha else None

    def read(self, sha: str) -> bytes | None:
        """Return the file's bytes when they still are what its name says, else None."""
        try:
            data = self.path(sha).read_bytes()
        except FileNotFoundError:
            return None
        return data if digest(data) == sha else None

    def has(self, sha: str) -> bool:
        """Whether there is a file of that name, unread."""
        return self.path(sha).exists()

    def remove(self, sha: str) -> None:
        """Delete the file if it is there."""
        self.path(sha).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield every name that has a file, sorted."""
        for folder in self._folders():
            yield from sorted(path.name for path in folder.iterdir() if path.name[0] != _MARK)

    def size(self, sha: str) -> int:
        """Return the file's size in bytes, 0 when it is not there."""
        try:
            return self.path(sha).stat().st_size
        except FileNotFoundError:
            return 0

    def written(self, sha: str) -> float:
        """Return when the file was written, in seconds since the epoch; 0 when it is not there."""
        try:
            return self.path(sha).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def sweep(self) -> None:
        """Delete what processes that died left half-written."""
        for folder in self._folders():
            for path in folder.glob(f"{_MARK}*"):
                with suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > _ABANDONED:
                        path.unlink()

    def _folders(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9a-f][0-9a-f]"))


def _write(name: str, data: bytes) -> None:
    """Write a new file, and make its folder where it is not there yet."""
    try:
        file = os.open(name, _NEW, 0o666)
    except FileNotFoundError:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        file = os.open(name, _NEW, 0o666)
    try:
        left = memoryview(data)
        while left:  # a disk that fills up takes a part
            left = left[os.write(file, left) :]
    finally:
        os.close(file)
