"""The figures of a run: how long its stages took, what it read, and what it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the run and its time by the clock, in seconds."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An article that went into the run, in reading order.

    `source` is what its diagnostics and images name; `published` is ISO 8601;
    `characters` are those of its text without white space, `images` its image elements.
    """

    title: str
    source: str
    published: str | None
    url: str | None
    characters: int
    images: int


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that was written, or all those of a folder; `size` is in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Written:
    """A target, what it became (itself, or volumes), and the seconds it took to write."""

    target: str
    seconds: float
    files: tuple[OutputFile, ...]


def fields_of(each: Any) -> dict[str, object]:
    """Return a dataclass as a mapping, for `json.dumps` to call where it meets one.

    `dataclasses.asdict` copies every value of every field, which takes ten times as long.
    """
    return {name: getattr(each, name) for name in each.__dataclass_fields__}
