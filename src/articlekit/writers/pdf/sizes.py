"""Page sizes, each with the measure and the size of type that suit it.

A Chinese line has 25 to 35 characters, and a page a whole number of lines, so that most
lines are full before any spacing and the lines of facing pages stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from articlekit.errors import UsageError, did_you_mean

_MM: Final = 25.4 / 72  # millimetres in a point
#: Of the size of type, from line to line.
LEADING: Final = 1.7
# What text takes of a page's height, as in a printed book (26 lines on A5); a small screen has
# no room to give away. Checkers take what is nearer to the edges for running titles.
_HEIGHT: Final = 0.79
_SMALL: Final = 0.87
# The longest line, in characters, and what the margins take of a page's width at least.
_MOST: Final = 35
_CUSTOM: Final = re.compile(r"(\d{1,4}(?:\.\d+)?)\s*[x×]\s*(\d{1,4}(?:\.\d+)?)\s*(mm|cm|in|pt)?")
_UNITS: Final = MappingProxyType({"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": _MM})
_LEAST_SIDE: Final = 50.0
_LARGEST_SIDE: Final = 1000.0


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page. `width` and `height` are in millimetres, `font` in points, `line` in characters."""

    width: float
    height: float
    font: float
    line: int

    @property
    def measure(self) -> float:
        """How wide the text is, in millimetres."""
        return self.line * self.font * _MM

    @property
    def depth(self) -> float:
        """How high the text is, in millimetres: a whole number of lines."""
        leading = self.font * LEADING * _MM
        share = _SMALL if self.width < 100 else _HEIGHT
        return max(4, int(self.height * share / leading)) * leading


#: A5: 10.5 pt (五号) gives 30 characters; it fills a tablet, and two print on one A4 sheet.
#: On A4 a line of 10.5 pt would have 45 characters, so that type is 12 pt (小四) there.
#: kindle: the screen of a reader of 6 inches.
SIZES: Final[Mapping[str, PageSize]] = MappingProxyType(
    {
        "a4": PageSize(210, 297, 12, 35),
        "a5": PageSize(148, 210, 10.5, 30),
        "letter": PageSize(215.9, 279.4, 12, 35),
        "kindle": PageSize(90, 122, 10, 23),
    }
)


def page_size(text: str) -> PageSize:
    """Read a size: a name in `SIZES`, or width and height as in "6x9in"; mm without a unit.

    Raises UsageError for what is no size, or has a side under 50 or over 1000 mm.
    """
    name = text.strip().lower()
    if name in SIZES:
        return SIZES[name]
    match = _CUSTOM.fullmatch(name)
    if match is None:
        hint = did_you_mean(name, tuple(SIZES)) or f"; write {', '.join(SIZES)} or 120x180mm"
        raise UsageError(f"page_size cannot be {text!r}{hint}")
    width, height = (float(match[side]) * _UNITS[match[3] or "mm"] for side in (1, 2))
    if not all(_LEAST_SIDE <= side <= _LARGEST_SIDE for side in (width, height)):
        raise UsageError(f"page_size cannot be {text!r}; a side has 50 to 1000 mm")
    font = 12 if width >= 180 else 10.5 if width >= 110 else 10
    share = 0.76 if width >= 110 else 0.91
    return PageSize(width, height, font, min(_MOST, int(width * share / (font * _MM))))


def page_rules(size: PageSize) -> str:
    """The rules of CSS that depend on the page's size."""
    across, down = (size.width - size.measure) / 2, (size.height - size.depth) / 2
    picture = size.depth * 0.7
    return f"""
@page {{ size: {size.width:.2f}mm {size.height:.2f}mm; margin: {down:.2f}mm {across:.2f}mm }}
html {{ font-size: {size.font}pt }}
.cover {{ height: {size.height:.2f}mm }}
.cover img {{ width: {size.width:.2f}mm; height: {size.height:.2f}mm }}
.title-page {{ padding-top: {size.depth * 0.26:.2f}mm }}
img, svg {{ max-height: {picture:.2f}mm }}
figure img, figure svg {{ max-height: {picture * 0.95:.2f}mm }}
"""
