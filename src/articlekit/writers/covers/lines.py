"""A cover's words broken into lines, as large as they fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from articlekit.writers.covers.faces import Face, Font

Measure = Callable[[str], float]

# What may not begin a line, and what may not end one (W3C, "Requirements for Chinese Text
# Layout", 3.1.3); Han characters break anywhere else.
_NOT_FIRST: Final = frozenset(
    "、，。．：；！？!?…—～·」』）)〕］]｝}〉》】〗”’%％々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
_NOT_LAST: Final = frozenset("「『（(〔［[｛{〈《【〖“‘")
_ELLIPSIS: Final = "…"
# Between two sizes that are tried.
_STEP: Final = 0.92


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of text, the font that they are measured in, and what one line is high in pixels."""

    lines: tuple[str, ...]
    font: Font
    leading: float

    @property
    def height(self) -> float:
        """The height of all lines, in pixels."""
        return len(self.lines) * self.leading


def fit(text: str, face: Face, width: float, height: float, sizes: tuple[float, float]) -> Setting:
    """Set `text` as large as it fits into the box, from the larger size to the smaller one.

    What does not fit at the smaller size ends in an ellipsis. The lines are as even as
    they can be. Raises OSError when the face cannot be opened.
    """
    size, least = sizes
    while True:
        font = face.at(size)
        leading = size * (1.25 if _is_wide(text) else 1.15)
        most = max(1, int(height / leading))
        lines = list(_wrap(text, font.getlength, width))
        whole = all(font.getlength(line) <= width for line in lines)
        if (len(lines) <= most and whole and not _splits_words(text, lines)) or size <= least:
            lines = _shortened(lines, most, font.getlength, width)
            return Setting(tuple(_evened(lines, text, font.getlength, width)), font, leading)
        size = max(size * _STEP, least)


def _is_wide(text: str) -> bool:
    return any(unicodedata.east_asian_width(char) in "WF" for char in text)


def _splits_words(text: str, lines: Sequence[str]) -> bool:
    """Tell whether a word that is not Han was cut, as only the smallest size may do."""
    words = [word for word in text.split() if not _is_wide(word)]
    whole = {word for line in lines for word in line.split()}
    return any(word not in whole for word in words)


def _wrap(text: str, measure: Measure, width: float) -> Iterator[str]:
    line = ""
    for piece in _pieces(text):
        while measure((line + piece).rstrip()) > width:
            if not line:  # a piece that is longer than a line
                cut = next(
                    n for n in range(len(piece), 0, -1) if n == 1 or measure(piece[:n]) <= width
                )
                if cut == len(piece):
                    break
                yield piece[:cut]
                piece = piece[cut:]
            else:
                yield line.rstrip()
                line = ""
        line = line + piece if line else piece.lstrip()
    if line.strip():
        yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Yield what no line end may divide: words with the space behind them, Han characters."""
    piece = ""
    for char in text:
        if piece and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return before.isspace() or _is_wide(before) or _is_wide(after)


def _shortened(lines: list[str], most: int, measure: Measure, width: float) -> list[str]:
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and measure(last + _ELLIPSIS) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + _ELLIPSIS]


def _evened(lines: list[str], text: str, measure: Measure, width: float) -> list[str]:
    """Break the same text into as many lines at the least width that still makes no more."""
    if len(lines) < 2 or re.sub(r"\s", "", "".join(lines)) != re.sub(r"\s", "", text):
        return lines
    low, high = width / len(lines), width
    best = lines
    for _ in range(10):
        middle = (low + high) / 2
        tried = list(_wrap(text, measure, middle))
        if len(tried) <= len(lines) and not _splits_words(text, tried):
            best, high = tried, middle
        else:
            low = middle
    return best
