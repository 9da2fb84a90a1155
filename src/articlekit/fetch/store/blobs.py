"""Files named by their content: written whole or not at all, and checked when read."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# A temporary file older than this, in seconds, was left by a process that died.
_ABANDONED = 3600.0


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hex, the name that it goes by."""
    return hashlib.sha256(data).hexdigest()


class BlobStore:
    """A folder of files `ab/<sha256>`; safe under threads and processes.

    Every method raises OSError when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._temporary = folder / "tmp"

    def prepare(self) -> None:
        """Make the folders."""
        self._temporary.mkdir(parents=True, exist_ok=True)

    def path(self, sha: str) -> Path:
        """Where the file of that name lies, or would."""
        return self._folder / sha[:2] / sha

    def put(self, data: bytes) -> str:
        """Store `data` and return its name; on any error there is no file, or the old one."""
        sha = digest(data)
        if self.find(sha) is not None:
            return sha
        target = self.path(sha)
        target.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._temporary)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                # Without it a crash can leave a name with nothing behind it.
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        return sha

    def find(self, sha: str) -> Path | None:
        """Return the file's path when its bytes still are what its name says, else None."""
        path = self.path(sha)
        try:
            with path.open("rb") as file:
                sound = hashlib.file_digest(file, "sha256").hexdigest() == sha
        except FileNotFoundError:
            return None
        return path if sound else None

    def read(self, sha: str) -> bytes | None:
        """Return the file's bytes when they still are what its name says, else None."""
        try:
            data = self.path(sha).read_bytes()
        except FileNotFoundError:
            return None
        return data if digest(data) == sha else None

    def remove(self, sha: str) -> None:
        """Delete the file if it is there."""
        self.path(sha).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield every name that has a file, sorted."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path.name for path in folder.iterdir())

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
        for path in self._temporary.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _ABANDONED:
                    path.unlink()
