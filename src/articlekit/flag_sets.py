"""Which command has which flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from articlekit.flags import FLAGS

_Command = Callable[..., None]

#: The flags of a command that fetches and writes no book.
FETCHING: Final = (
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
            command = FLAGS[name](command)
        return command

    return add
