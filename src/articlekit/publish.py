"""Files that appear whole or not at all.

A writer fills a staging folder beside the target; when it is done, what it made is
flushed to the disk and renamed into place. Until then nothing at the target changes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from articlekit.errors import OutputError, TargetExists, reason_of

# How a staging folder's name begins, and when one, in seconds, was left by a run that died.
PREFIX: Final = ".articlekit-"
_ABANDONED: Final = 86_400.0


def check_target(target: Path) -> None:
    """Raise OutputError unless a file or folder could be made at `target`."""
    parent = target.parent
    if not parent.is_dir():
        raise OutputError(f"{target}: the folder {parent} is not there; make it first")
    if not os.access(parent, os.W_OK):
        raise OutputError(f"{target}: no permission to write in {parent}; choose another folder")


def refuse_existing(target: Path) -> None:
    """Raise TargetExists when something is at `target` that would be overwritten."""
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() or target.is_symlink():
        raise TargetExists(f"{target}: exists already; add --force to overwrite it")


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a path to write instead of `target`; publish what was written there at the end.

    Files beside the path, such as a folder of images, are published with it, before it.
    When the block raises, nothing is published. A folder that exists is added to: its
    other files stay. Raises OutputError when the system refuses.
    """
    _sweep(target.parent)
    try:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=target.parent))
    except OSError as error:
        raise OutputError(f"{target}: not written: {reason_of(error)}") from error
    try:
        path = folder / target.name
        yield path
        beside = sorted(each for each in folder.iterdir() if each != path)
        # A writer may make other files instead of the target, such as volumes.
        made = [*beside, path] if path.exists() or not beside else beside
        for each in made:
            _sync(each)
        for each in made:
            _move(each, target.parent / each.name)
        _sync_folder(target.parent)
    except OSError as error:
        raise OutputError(f"{target}: not written: {reason_of(error)}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what runs that were killed left beside their targets, once it is a day old."""
    with suppress(OSError):
        for left in parent.glob(f"{PREFIX}*"):
            if left.is_dir() and time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def write_whole(target: Path, data: bytes) -> None:
    """Write `data` to `target`, whole or not at all; raises OutputError."""
    with staged(target) as path:
        path.write_bytes(data)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder; 0 for what cannot be looked at."""
    try:
        files = [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
        return sum(each.stat().st_size for each in files)
    except OSError:
        return 0


def _move(source: Path, target: Path) -> None:
    if source.is_dir() and target.is_dir():
        for child in sorted(source.iterdir()):
            _move(child, target / child.name)
        return
    source.replace(target)


def _sync(path: Path) -> None:
    for each in path.rglob("*") if path.is_dir() else [path]:
        if each.is_file():
            with each.open("rb") as file:
                os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the renames last, where the system can open a folder."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
