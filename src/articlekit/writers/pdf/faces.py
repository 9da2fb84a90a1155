"""The fonts of this machine, and what is in a font file.

fontconfig tells of installed fonts in some milliseconds; where it is not, the folders of
the system are looked through. A font's characters are read only when they are asked for.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from articlekit.errors import UsageError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# Seconds; fontconfig reads every font of the machine when it is asked for the first time.
_TIMEOUT: Final = 60
SUFFIXES: Final = (".ttf", ".otf", ".ttc", ".otc")
# Fonts looked at in folders, where there is no fontconfig.
_SCANNED: Final = 4_000
_FORMAT: Final = "%{file}\t%{index}\t%{family[0]}\t%{weight}\t%{slant}\t%{spacing}\t%{variable}\n"
# fontconfig's weights (FC_WEIGHT_*) as CSS's, by the highest that still is one.
_WEIGHTS: Final = ((45, 300), (90, 400), (110, 500), (190, 600), (202, 700))
_SANS: Final = ("sans", "gothic", "hei", "黑", "ゴシック", "고딕", "arial", "helvetica")


# Faces that one collection may have; the largest known has some ten.
_MOST_FACES: Final = 64
# What fontTools raises for files that are not what they say.
_BROKEN: Final = (
    OSError, ValueError, LookupError, AssertionError, AttributeError, TypeError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file: its family, its weight as in CSS, and what it is like."""

    path: Path
    index: int
    family: str
    weight: int = 400
    italic: bool = False
    mono: bool = False

    @property
    def sans(self) -> bool:
        """Tell by the family's name whether the face has no serifs."""
        name = self.family.lower()
        return any(word in name for word in _SANS)


@cache
def machine_faces() -> tuple[Face, ...]:
    """Return the installed faces, looked up once a process; variable fonts are left out."""
    program = shutil.which("fc-list")
    faces = _listed(program) if program else None
    if faces is None:
        faces = list(_scanned(folders()))
    return tuple(sorted(set(faces), key=lambda face: (str(face.path), face.index)))


def given_faces(paths: Sequence[str | Path]) -> tuple[Face, ...]:
    """Return the faces of font files, and of those in folders, in the order given.

    Raises UsageError for a path where no font is.
    """
    faces: list[Face] = []
    for name in paths:
        path = Path(name)
        found = list(_scanned([path])) if path.is_dir() else list(_faces_in(path))
        if not found:
            raise UsageError(f"{name}: no font is there; name a .ttf, .otf or .ttc, or a folder")
        faces.extend(found)
    return tuple(faces)


@cache
def characters(face: Face) -> frozenset[int]:
    """Return the code points that the face has a glyph for; none when it cannot be read."""
    found: frozenset[int] = frozenset()
    with _opened(face.path, face.index) as font:
        if font is not None:
            found = frozenset(font.getBestCmap() or ())
    return found


def folders() -> list[Path]:
    """Return the folders that hold fonts on this system."""
    home = Path.home()
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData/Local"))
        root = os.environ.get("WINDIR", "C:\\Windows")
        return [Path(root) / "Fonts", Path(local) / "Microsoft/Windows/Fonts"]
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [
        home / ".local/share/fonts",
        home / ".fonts",
        *(Path(each) / "fonts" for each in shared.split(":") if each.startswith("/")),
    ]


def _listed(program: str) -> list[Face] | None:
    """Ask fontconfig; None when it does not answer."""
    try:
        run = subprocess.run(  # noqa: S603  # fontconfig's own program, arguments of ours
            [program, "--format", _FORMAT],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    rows = (line.split("\t") for line in run.stdout.splitlines())
    return [_row(row) for row in rows if len(row) == 7 and _is_usable(row)]


def _is_usable(row: list[str]) -> bool:
    return row[0].lower().endswith(SUFFIXES) and row[1].isdecimal() and row[6] != "True"


def _row(row: list[str]) -> Face:
    path, index, family, weight, slant, spacing, _ = row
    number = float(weight) if weight.replace(".", "", 1).isdigit() else 80.0
    css = next((css for most, css in _WEIGHTS if number <= most), 900)
    # FC_MONO is 100, FC_DUAL 90.
    mono = spacing in ("90", "100")
    return Face(Path(path), int(index), family, css, slant not in ("", "0"), mono)


def _scanned(places: list[Path]) -> Iterator[Face]:
    count = 0
    for place in places:
        for folder, inner, names in os.walk(place):
            inner.sort()
            for name in sorted(names):
                if name.lower().endswith(SUFFIXES) and count < _SCANNED:
                    count += 1
                    yield from _faces_in(Path(folder, name))


def _faces_in(path: Path) -> Iterator[Face]:
    """Yield the faces of a file, none for one that is no font."""
    count = _MOST_FACES if path.suffix.lower().endswith("c") else 1
    for index in range(count):
        there, face = False, None
        with _opened(path, index) as font:
            there = font is not None
            if font is not None and "fvar" not in font:
                face = _read(font, path, index)
        if face is not None:
            yield face
        if not there:
            return


def _read(font: TTFont, path: Path, index: int) -> Face:
    names, os2, post = font["name"], font["OS/2"], font["post"]
    family = names.getDebugName(16) or names.getDebugName(1) or path.stem
    italic = bool(os2.fsSelection & 1)
    return Face(path, index, family, int(os2.usWeightClass), italic, bool(post.isFixedPitch))


@contextmanager
def _opened(path: Path, index: int) -> Iterator[TTFont | None]:
    """Open a face; what is no font is None, and what breaks as it is read ends the block."""
    from fontTools.ttLib import TTFont, TTLibError

    with ExitStack() as stack:
        font = None
        with suppress(*_BROKEN, TTLibError):
            file = stack.enter_context(path.open("rb"))
            font = stack.enter_context(TTFont(file, fontNumber=index, lazy=True))
            if any(table not in font for table in ("name", "OS/2", "post", "cmap")):
                font = None
        with suppress(*_BROKEN, TTLibError):
            yield font
