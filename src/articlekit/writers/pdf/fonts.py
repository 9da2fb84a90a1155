"""The Chinese fonts a PDF may bring along, as `@font-face` rules.

The `fonts-zh` extra installs Noto Serif SC and Noto Sans SC in one weight each. Where
it is not installed, the font families that print.css names are looked for on the
machine, and characters that none of them has are reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

from articlekit.writers.pdf.faces import Face, characters

#: In CSS, `url()` of a font begins with this and goes on with a key of `Fonts.files`.
FONT_SCHEME: Final = "font:"

# 黑体 is what a Chinese page sets for bold: there is no bold 宋体 here, and neither Pango
# nor a typographer makes one by thickening strokes. The family names are print.css's.
_FACES: Final = (
    ("Articlekit Song", 400, "serif"),
    ("Articlekit Song", 700, "sans"),
    ("Articlekit Hei", 400, "sans"),
    ("Articlekit Hei", 700, "sans"),
)


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font files by the name their `font:` URL has; none where the machine's are used."""

    files: Mapping[str, Path]
    faces: tuple[tuple[str, int, str], ...] = _FACES
    own: str = ""

    @property
    def css(self) -> str:
        """The `@font-face` rules that make the files known to print.css."""
        bundled = (
            f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
            f"src: url({FONT_SCHEME}{name}) }}"
            for family, weight, name in self.faces
            if name in self.files
        )
        return "\n".join([*bundled, self.own])


def bundled_fonts() -> Fonts:
    """Return the fonts of the `fonts-zh` extra, or none when it is not installed."""
    try:
        package = import_module("pylopdf_fonts_zh_cn")
    except ImportError:
        return Fonts(MappingProxyType({}))
    return Fonts(MappingProxyType({"serif": package.serif_path(), "sans": package.sans_path()}))


def with_given(fonts: Fonts, given: Sequence[Face]) -> Fonts:
    """Put fonts that the user names before all others; of a collection, its first face.

    They take the names of the families that print.css asks first.
    """
    rules: list[str] = []
    files = dict(fonts.files)
    taken: set[str] = set()
    for number, face in enumerate(each for each in given if each.index == 0):
        files[f"own-{number}"] = face.path
        style = "italic" if face.italic else "normal"
        for family in _families(face, given):
            taken.add(family)
            rules.append(
                f"@font-face {{ font-family: '{family}'; font-weight: {face.weight}; "
                f"font-style: {style}; src: url({FONT_SCHEME}own-{number}) }}"
            )
    return Fonts(files, tuple(row for row in fonts.faces if row[0] not in taken), "\n".join(rules))


def _families(face: Face, given: Sequence[Face]) -> tuple[str, ...]:
    """The families that a given face stands for: all kinds when it is the only one of its."""
    if face.mono:
        return _MONO
    has_han = _HAN in characters(face)
    kin = [each for each in given if not each.mono and (_HAN in characters(each)) == has_han]
    both = len({each.sans for each in kin}) == 1
    kinds = (_EASTERN if has_han else _WESTERN).items()
    return tuple(name for sans, names in kinds if both or sans == face.sans for name in names)


_HAN: Final = ord("一")
# By whether they are sans: the first names in print.css's lists.
_EASTERN: Final[Mapping[bool, tuple[str, ...]]] = MappingProxyType(
    {
        False: ("Articlekit Song", "Noto Serif CJK TC", "Noto Serif CJK JP", "Noto Serif CJK KR"),
        True: ("Articlekit Hei", "Noto Sans CJK TC", "Noto Sans CJK JP", "Noto Sans CJK KR"),
    }
)
_WESTERN: Final[Mapping[bool, tuple[str, ...]]] = MappingProxyType(
    {False: ("Noto Serif",), True: ("Noto Sans",)}
)
_MONO: Final = ("Noto Sans Mono",)
