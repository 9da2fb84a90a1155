"""Which command has which flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from articlekit.column_flags import COLUMN_FLAGS
from articlekit.flags import FLAGS

_Command = Callable[..., None]
_ALL: Final = {**FLAGS, **COLUMN_FLAGS}

#: The flags of a command that compiles a column; what it is comes first.
COMPILING: Final = ("output", *COLUMN_FLAGS, *(name for name in FLAGS if name != "output"))
_SELECTING: Final = ("include", "exclude")

#: The flags of a command that fetches and writes no book.
FETCHING: Final = (
    *_SELECTING,
    "profile",
    "jobs",
    "scheduler",
    "per-host",
    "report",
    "strict",
    "cache-dir",
    "referrer",
    "allow-private",
    "clutter",
    "duplicates",
    "log-json",
    "config",
    "quiet",
    "verbose",
)


#: The flags of a command that only reads.
READING: Final = (
    *_SELECTING,
    "order",
    "descending",
    "group-by",
    "jobs",
    "scheduler",
    "report",
    "strict",
    "cache-dir",
    "clutter",
    "duplicates",
    "log-json",
    "config",
    "quiet",
    "verbose",
)


def with_flags(names: Iterable[str]) -> Callable[[_Command], _Command]:
    """Decorate a command with the flags of these names."""

    def add(command: _Command) -> _Command:
        for name in reversed(list(names)):
            command = _ALL[name](command)
        return command

    return add
