"""Which files of a folder are meant: patterns of file names, as a shell has them."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
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

        `path` is relative to the folder, with slashes.
        """
        if self.excludes(path):
            return None
        if not self.include:
            return None if "/" in path else 0
        return next((n for n, each in enumerate(self.include) if _names(each, path)), None)

    def excludes(self, path: str) -> bool:
        """Tell whether a file or folder, or a folder that it is in, is left out."""
        pieces = path.split("/")
        heads = ["/".join(pieces[:length]) for length in range(1, len(pieces) + 1)]
        return any(matches(each, head) for each in self.exclude for head in heads)


#: What is meant where nothing is said.
ALL: Final = Selection()


def _names(pattern: str, path: str) -> bool:
    """Match a path; a pattern without wildcards may be a folder, and is then all that is in it."""
    plain = pattern.replace("\\", "/").removeprefix("./").rstrip("/")
    is_folder = not _WILD.intersection(pattern) and path.startswith(f"{plain}/")
    return is_folder or matches(pattern, path)


def matches(pattern: str, path: str) -> bool:
    """Match a path: `*`, `?` and `[…]` within a name, `**` for any number of folders.

    In time linear in the pattern times the path, whatever the pattern is.
    """
    wanted = pattern.replace("\\", "/").removeprefix("./").rstrip("/").split("/")
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
