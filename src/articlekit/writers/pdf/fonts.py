"""The Chinese fonts a PDF may bring along, as `@font-face` rules.

The `fonts-zh` extra installs Noto Serif SC and Noto Sans SC in one weight each. Where
it is not installed, the font families that print.css names are looked for on the
machine, and characters that none of them has are reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

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

    @property
    def css(self) -> str:
        """The `@font-face` rules that make the files known to print.css."""
        return "\n".join(
            f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
            f"src: url({FONT_SCHEME}{name}) }}"
            for family, weight, name in _FACES
            if name in self.files
        )


def bundled_fonts() -> Fonts:
    """Return the fonts of the `fonts-zh` extra, or none when it is not installed."""
    try:
        package = import_module("pylopdf_fonts_zh_cn")
    except ImportError:
        return Fonts(MappingProxyType({}))
    return Fonts(MappingProxyType({"serif": package.serif_path(), "sans": package.sans_path()}))
