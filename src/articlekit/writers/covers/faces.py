"""Fonts that have the glyphs of a cover's words: the `fonts-zh` extra's, or the machine's."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias

from PIL import ImageFont

Font: TypeAlias = ImageFont.FreeTypeFont

# Seconds; fontconfig reads every font of the machine when it is asked for the first time.
_TIMEOUT: Final = 30
# Fonts tried before the best of them is taken: fontconfig sorts them, so few are looked at.
_TRIED: Final = 24
# Han characters look different here, so the simplified Chinese fonts of the extra come last.
_OTHER_HAN: Final = ("ja", "ko", "yue", "zh-hant", "zh-tw", "zh-hk", "zh-mo")
# No font has a glyph for it, so what is drawn is what stands for all that are missing.
_NOBODYS: Final = "\U0010fffe"


@dataclass(frozen=True, slots=True)
class Face:
    """A face of a font file. Without a path it is the Latin one that Pillow has in itself."""

    path: Path | None
    index: int = 0

    def at(self, size: float) -> Font:
        """Open the face at a size in pixels; raises OSError for a file that is no font."""
        if self.path is None:
            font = ImageFont.load_default(size)
            if not isinstance(font, ImageFont.FreeTypeFont):
                raise OSError("Pillow was built without FreeType")
            return font
        return ImageFont.truetype(str(self.path), size, index=self.index)


def find_face(text: str, language: str | None) -> Face:
    """Return the first face that draws all of `text`, else the one that draws the most."""
    best, least = Face(None), len(text) + 1
    for tried, face in enumerate(_candidates(language)):
        missing = len(missing_from(face, text))
        if missing < least:
            best, least = face, missing
        if missing == 0 or tried >= _TRIED:
            break
    return best


def missing_from(face: Face, text: str) -> str:
    """Return the characters of `text` that the face does not draw, each once."""
    visible = dict.fromkeys(char for char in text if not _is_blank(char))
    try:
        font = face.at(24)
    except OSError:
        return "".join(visible)
    nothing = bytes(font.getmask(_NOBODYS))
    return "".join(char for char in visible if bytes(font.getmask(char)) == nothing)


def _is_blank(char: str) -> bool:
    return unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn")


def _candidates(language: str | None) -> Iterator[Face]:
    """Yield faces, those first that are the same on every machine."""
    tag = (language or "").lower()
    bundled = list(_bundled())
    foreign = tag.startswith(_OTHER_HAN)
    if not foreign:
        yield from bundled
    yield from _installed(tag)
    if foreign:
        yield from bundled
    yield Face(None)


def _bundled() -> Iterator[Face]:
    try:
        package = import_module("pylopdf_fonts_zh_cn")
    except ImportError:
        return
    yield Face(Path(package.serif_path()))
    yield Face(Path(package.sans_path()))


def _installed(tag: str) -> Iterator[Face]:
    """Yield the machine's faces, those that fontconfig holds best for the language first."""
    program = shutil.which("fc-match")
    if program is None:
        return
    pattern = "serif:weight=200:slant=0" + _wish(tag)
    command = [program, "--sort", "--format", "%{file}\t%{index}\n", pattern]
    try:
        run = subprocess.run(  # noqa: S603  # fontconfig's own program; the tag is letters only
            command, capture_output=True, text=True, check=True, timeout=_TIMEOUT
        )
    except (OSError, subprocess.SubprocessError):
        return
    for line in run.stdout.splitlines():
        path, _, index = line.rpartition("\t")
        if path.lower().endswith((".ttf", ".otf", ".ttc", ".otc")) and index.isdecimal():
            yield Face(Path(path), int(index))


def _wish(tag: str) -> str:
    """What fontconfig is to look for; it knows Chinese by countries, not by scripts."""
    if not (tag.isascii() and tag.replace("-", "").isalnum()):
        return ""
    country = next((own for prefix, own in _COUNTRIES if tag.startswith(prefix)), tag)
    return f":lang={country}"


_COUNTRIES: Final = (
    ("zh-hant-hk", "zh-hk"), ("zh-hk", "zh-hk"), ("zh-mo", "zh-hk"), ("yue", "zh-hk"),
    ("zh-hant", "zh-tw"), ("zh-tw", "zh-tw"), ("zh", "zh-cn"),
)  # fmt: skip
