"""Read `srcset` by the HTML Standard's algorithm, and choose from it for a page of a book."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# CSS pixels a picture may be wide in a book: what images are reduced to anyway.
TARGET_WIDTH: Final = 1600

_SPACE: Final = " \t\n\f\r"
_WIDTH: Final = re.compile(r"\d+w\Z")
_HEIGHT: Final = re.compile(r"\d+h\Z")
_DENSITY: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?x\Z")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One image of a srcset; `width` is in pixels, `density` in image pixels a CSS pixel."""

    url: str
    width: int | None = None
    density: float = 1.0


def parse_srcset(value: str) -> list[Candidate]:
    """Return the valid candidates in order (HTML Standard, 4.8.4.3.10).

    A URL may hold commas, as those of data: do; only one at its end parts candidates.
    """
    found: list[Candidate] = []
    position = 0
    while True:
        while position < len(value) and value[position] in _SPACE + ",":
            position += 1
        if position == len(value):
            return found
        start = position
        while position < len(value) and value[position] not in _SPACE:
            position += 1
        url = value[start:position]
        descriptors: list[str] = []
        if not url.endswith(","):
            descriptors, position = _descriptors(value, position)
        candidate = _candidate(url.rstrip(","), descriptors)
        if candidate is not None:
            found.append(candidate)


def _descriptors(value: str, position: int) -> tuple[list[str], int]:
    """Collect the words up to the next comma that is in no brackets."""
    words: list[str] = []
    word, depth = "", 0
    for end in range(position, len(value)):
        char = value[end]
        if depth == 0 and char == ",":
            return [each for each in [*words, word] if each], end + 1
        if depth == 0 and char in _SPACE:
            words.append(word)
            word = ""
            continue
        depth = max(0, depth + (char == "(") - (char == ")"))
        word += char
    return [each for each in [*words, word] if each], len(value)


def _candidate(url: str, descriptors: list[str]) -> Candidate | None:
    widths = [each for each in descriptors if _WIDTH.match(each)]
    densities = [each for each in descriptors if _DENSITY.match(each)]
    heights = [each for each in descriptors if _HEIGHT.match(each)]
    known = len(widths) + len(densities) + len(heights)
    if not url or known != len(descriptors) or len(widths) + len(densities) > 1:
        return None
    if heights and (len(heights) > 1 or not widths):
        return None
    if widths:
        width = int(widths[0][:-1])
        return Candidate(url, width) if width else None
    density = float(densities[0][:-1]) if densities else 1.0
    return Candidate(url, None, density) if density >= 0 else None


def choose(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Put candidates in the order to try: the smallest that is wide enough, then what is next best.

    Behind it come the others that are wide enough, from small to large, then the rest, from
    large to small. Those with a density only are taken for their density times 800 pixels.
    """

    def reach(each: Candidate) -> float:
        return each.width if each.width is not None else each.density * _ASSUMED_WIDTH

    def place(each: Candidate) -> tuple[bool, float]:
        is_small = reach(each) < TARGET_WIDTH
        return is_small, -reach(each) if is_small else reach(each)

    return sorted(candidates, key=place)


# What a picture without a stated width is wide in a column of text: half of the target.
_ASSUMED_WIDTH: Final = 800
