"""Readers, writers and transforms, found through entry points and loaded when used.

The name of a reader or writer is the file suffix it is for, without the dot. Of several
with one name, that of another package comes before articlekit's own, and of other packages
the first by name: what is used does not depend on the order of folders.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from articlekit.errors import PluginError, UnknownFormat, did_you_mean

if TYPE_CHECKING:
    from articlekit.model import Article, Reader, Transform, Writer
    from articlekit.report import Report

_READERS: Final = "articlekit.readers"
_FEEDS: Final = "articlekit.readers.feed:read_feed"
_WRITERS: Final = "articlekit.writers"
_TRANSFORMS: Final = "articlekit.transforms"
_OURS: Final = "articlekit"
_MARKDOWN: Final = "md"
# What a folder's name says of its format.
_FOLDERS: Final[Mapping[str, str]] = MappingProxyType({"site": "html", "html": "html"})
# The least of a format's name before a colon: a single letter is one of Windows' drives.
_SHORTEST: Final = 2
# Every installed package's metadata is read, whatever group is asked for: once will do.
_installed: Final = cache(entry_points)


@dataclass(frozen=True, slots=True)
class Plugin:
    """An entry point that was found: what it is, which package brought it, how it is.

    `problem` says why it does not load; `hidden_by` names the package whose entry point of
    this name is used instead.
    """

    group: str
    name: str
    value: str
    package: str
    version: str
    problem: str | None = None
    hidden_by: str | None = None


def survey() -> Iterator[Plugin]:
    """Yield every reader, transform and writer that is installed, after trying to load it."""
    for group in (_READERS, _TRANSFORMS, _WRITERS):
        for entry in _ranked(group):
            used = _by_name(group)[entry.name]
            hidden_by = None if used == entry else _package(used)
            version = entry.dist.version if entry.dist else ""
            yield Plugin(
                group.removeprefix("articlekit."),
                entry.name,
                entry.value,
                _package(entry),
                version,
                _problem(entry),
                hidden_by,
            )


def find_reader(path: Path) -> Reader:
    """Return the reader for a file's suffix; files of any other kind are read as HTML."""
    found = _by_name(_READERS)
    return _reader(found.get(_name(path)) or found["html"])


def reader_suffixes() -> frozenset[str]:
    """The suffixes, dots included, of the files that some reader is for."""
    return frozenset(f".{name}" for name in _by_name(_READERS))


def feed_suffixes() -> frozenset[str]:
    """Those of them whose reader is articlekit's own one for feeds."""
    readers = _by_name(_READERS).items()
    return frozenset(f".{name}" for name, entry in readers if entry.value == _FEEDS)


def split_target(shown: str) -> tuple[str | None, str]:
    """Part `html:public/` into a format and a place; without a format the place tells it.

    Raises UnknownFormat for a folder behind a format that has no writer.
    """
    kind, colon, place = shown.partition(":")
    if not colon or not place or len(kind) < _SHORTEST or not kind.isalnum():
        return None, shown
    found = _by_name(_WRITERS)
    if kind.lower() in found:
        return kind.lower(), place
    if place.endswith(("/", os.sep)):
        raise UnknownFormat(f"{shown}: no writer for '{kind}'{did_you_mean(kind, found)}")
    return None, shown


def format_of(place: Path) -> str:
    """Return the format that a suffix or a folder's name stands for; of other folders Markdown."""
    return _name(place) or _FOLDERS.get(place.name.lower(), _MARKDOWN)


def fills_folders(kind: str) -> bool:
    """Tell whether a format's writer makes folders, too."""
    return kind == _MARKDOWN or kind in _FOLDERS.values()


def find_writer(kind: str, shown: str) -> Writer:
    """Return a writer for a format, the suffix without its dot.

    Raises UnknownFormat, in which `shown` is the target as the user wrote it.
    """
    found = _by_name(_WRITERS)
    if kind not in found:
        known = sorted(f".{each}" for each in found)
        hint = did_you_mean(f".{kind}", known)
        raise UnknownFormat(f"{shown}: no writer for '.{kind}'{hint}")
    make: Callable[[], Writer] = _load(found[kind])
    return make()


def find_transforms() -> tuple[Transform, ...]:
    """Return the installed packages' own transforms, by name.

    In place of one that does not load stands one that says so of every article: the others
    do their work, and the article is not lost.
    """
    return tuple(_transform(each) for _, each in sorted(_by_name(_TRANSFORMS).items()))


def foreign_modules() -> list[str]:
    """The modules of readers and transforms that other packages bring."""
    entries = [*_by_name(_READERS).values(), *_by_name(_TRANSFORMS).values()]
    return sorted({each.module for each in entries if not each.module.startswith("articlekit.")})


def _name(path: Path) -> str:
    return path.suffix.removeprefix(".").lower()


@cache
def _reader(entry: EntryPoint) -> Reader:
    """Load a reader once a process; one that does not load is tried again."""
    reader: Reader = _load(entry)
    return reader


@cache
def _by_name(group: str) -> Mapping[str, EntryPoint]:
    """A group's entry points, looked up once a process."""
    return MappingProxyType({each.name: each for each in reversed(_ranked(group))})


def _ranked(group: str) -> list[EntryPoint]:
    """A group's entry points by name; of one name, the one that is used comes first."""
    return sorted(
        _installed().select(group=group),
        key=lambda each: (each.name, _package(each) == _OURS, _package(each), each.value),
    )


def _package(entry: EntryPoint) -> str:
    return _name_of(entry.dist) if entry.dist else ""


@cache
def _name_of(package: Distribution) -> str:
    """A package's name, for which its metadata is parsed every time that it is asked for."""
    return package.name


def _transform(entry: EntryPoint) -> Transform:
    try:
        transform: Transform = _load(entry)
    except PluginError as error:
        message = str(error)
    else:
        return transform

    def tell(article: Article, report: Report) -> Article:
        report.add("plugin-broken", message, source=article.origin.name)
        return article

    return tell


def _problem(entry: EntryPoint) -> str | None:
    """Why an entry point does not load, without the advice; None when it does."""
    try:
        entry.load()
    except Exception as error:  # noqa: BLE001  # a plugin's module may raise anything
        return _cause(error)
    return None


def _load(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:
        package = _package(entry) or "its package"
        mend = "install articlekit again" if package == _OURS else f"update or uninstall {package}"
        raise PluginError(
            f"{entry.group} '{entry.name}' ({entry.value}) does not load: {_cause(error)}; {mend}"
        ) from error


def _cause(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, ImportError) and text else f"{type(error).__name__}: {text}"
