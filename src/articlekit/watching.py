"""A column made again whenever something in its folder changes (`column --watch`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from articlekit.errors import ArticlekitError, InputError, MissingDependency, SourceNotFound
from articlekit.needs import no_watchfiles

if TYPE_CHECKING:
    from watchfiles import Change

_Paths: TypeAlias = Sequence[Path]

# Milliseconds: how often files outside of the folder are looked at, how long nothing must
# change before a book is made, and how long that may be put off by one change after another.
_TICK: Final = 250
_QUIET: Final = 200
_LATEST: Final = 3_000
# What editors leave beside a file that they save.
_SCRATCH: Final = ("~", ".swp", ".swx", ".tmp", ".part", ".crdownload")
_USAGE: Final = 2


@dataclass(slots=True)
class Own:
    """What a run writes itself: changes of it are none. `written` grows with every book.

    `files` are others of its files and folders; `assets` are names of folders of images.
    """

    folder: Path
    written: set[str] = field(default_factory=set)
    files: tuple[Path, ...] = ()
    assets: set[str] = field(default_factory=lambda: {"assets"})

    def has(self, path: Path) -> bool:
        """Tell whether a path in the folder is the run's own, or nobody's text."""
        try:
            inner = path.relative_to(self.folder.resolve())
        except ValueError:
            return True
        if any(part.startswith(".") for part in inner.parts) or path.name.endswith(_SCRATCH):
            return True
        outputs = [(Path(each).resolve(), each.endswith("/")) for each in self.written]
        return any(self._made(path, *each) for each in outputs) or any(
            path.is_relative_to(each.resolve()) for each in self.files
        )

    def _made(self, path: Path, output: Path, is_folder: bool) -> bool:
        """Tell whether a path is an output, or lies in it, or in the folder of its images."""
        if is_folder and not self.folder.resolve().is_relative_to(output):
            return path.is_relative_to(output)
        beside = output if is_folder else output.parent
        if path == output or (is_folder and path.parent == output and path.suffix == ".md"):
            return True
        names = self.assets | {f"{output.stem}.assets"}
        return output.suffix in ("", ".md") and any(
            path.is_relative_to(beside / name) for name in names
        )


def keep_making(
    make: Callable[[], None], own: Own, others: _Paths, tell: Callable[[str], None]
) -> None:
    """Make the book, and again after every change, until Ctrl-C.

    `others` are files outside of the folder that it is made of, too. An error is told, and
    watching goes on, unless it is of the first book and no edit could mend it. Raises
    MissingDependency without watchfiles, and SourceNotFound when the folder is gone.
    """
    changes = _changes(own, others)
    next(changes)  # from here on nothing is missed
    _attempt(make, is_first=True)
    try:
        tell(f"watching {own.folder}; Ctrl-C ends")
        for found in changes:
            if not own.folder.is_dir():
                raise SourceNotFound(f"{own.folder}: the folder is gone; nothing to watch")
            tell(f"changed: {_named(found, own.folder)}")
            _attempt(make)
    except KeyboardInterrupt:
        tell("stopped watching")


def _attempt(make: Callable[[], None], *, is_first: bool = False) -> None:
    try:
        make()
    except ArticlekitError as error:
        if is_first and not isinstance(error, InputError):
            raise
        click.echo(f"articlekit: {error}", err=True)
    except SystemExit as end:  # as --strict and --log-json end a run
        if is_first and end.code == _USAGE:
            raise


def _changes(own: Own, others: _Paths) -> Iterator[_Paths]:
    """Yield once when watching has begun, then the paths of every change."""
    try:
        from watchfiles import watch
    except ImportError as error:
        raise MissingDependency(no_watchfiles()) from error

    def is_news(_change: Change, path: str) -> bool:
        return not own.has(Path(path))

    seen = _stamps(others)
    begun = False
    for found in watch(
        own.folder, watch_filter=is_news, debounce=_LATEST, step=_QUIET, rust_timeout=_TICK,
        yield_on_timeout=True,
    ):  # fmt: skip
        now = _stamps(others)
        changed = [Path(path) for _, path in found]
        changed += [path for path, old, new in zip(others, seen, now, strict=True) if old != new]
        seen = now
        if changed or not begun or not own.folder.is_dir():
            begun = True
            yield sorted(set(changed))


def _stamps(paths: Iterable[Path]) -> list[tuple[int, int] | None]:
    """When each file was last written, and its size; None for one that is not there."""
    return [_stamp(path) for path in paths]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size


def _named(paths: _Paths, folder: Path) -> str:
    home = folder.resolve()
    names = [
        (path.relative_to(home) if path.is_relative_to(home) else path).as_posix() for path in paths
    ]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
