"""Which files of a folder are meant: patterns of file names, as a shell has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

_FOLDERS: Final = "**"
_WILD: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Selection:
    """What `include` and `exclude` say; without the first, all that lies in no inner folder."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def place(self, path: str) -> int | None:
        """Return which of `include` names a file first, or None for one that is not meant.

        `path` is relative to the folder, with slashes. A pattern without wildcards may be a
        folder, and is then all that is in it.
        """
        if self.excludes(path):
            return None
        if not self.include:
            return None if "/" in path else 0
        plain, wild = _plan(self.include)
        places = [plain[head] for head in _heads(path) if head in plain]
        best = min(places, default=len(self.include))
        found = next((n for n, each in wild if n < best and matches(each, path)), best)
        return None if found == len(self.include) else found

    def excludes(self, path: str) -> bool:
        """Tell whether a file or folder, or a folder that it is in, is left out."""
        if not self.exclude:
            return False
        plain, wild = _plan(self.exclude)
        return any(
            head in plain or any(matches(each, head) for _, each in wild) for head in _heads(path)
        )


#: What is meant where nothing is said.
ALL: Final = Selection()


@lru_cache(maxsize=8)
def _plan(patterns: tuple[str, ...]) -> tuple[Mapping[str, int], Sequence[tuple[int, str]]]:
    """Part patterns into names, which thousands may be of, and those with wildcards."""
    plain: dict[str, int] = {}
    wild = []
    for number, pattern in enumerate(patterns):
        if _WILD.isdisjoint(pattern):
            plain.setdefault("/".join(_pieces(pattern)), number)
        else:
            wild.append((number, pattern))
    return plain, wild


@lru_cache(maxsize=256)
def _pieces(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.replace("\\", "/").removeprefix("./").rstrip("/").split("/"))


def _heads(path: str) -> Iterator[str]:
    """Yield the folders that a path is in, the outermost first, and the path itself."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path


def matches(pattern: str, path: str) -> bool:
    """Match a path: `*`, `?` and `[…]` within a name, `**` for any number of folders.

    In time linear in the pattern times the path, whatever the pattern is.
    """
    wanted = _pieces(pattern)
    names = path.split("/")
    at = tried = since = 0
    star: int | None = None
    while at < len(names):
        if tried < len(wanted) and wanted[tried] == _FOLDERS:
            star, since = tried, at
            tried += 1
        elif tried < len(wanted) and fnmatchcase(names[at], wanted[tried]):
            at, tried = at + 1, tried + 1
        elif star is not None:
            since += 1
            at, tried = since, star + 1
        else:
            return False
    return all(each == _FOLDERS for each in wanted[tried:])
