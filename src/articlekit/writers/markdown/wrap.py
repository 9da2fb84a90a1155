"""Break lines at a width, without a change to what is read (CommonMark 6.8).

A line end is read as a space, so lines are broken at spaces alone: between two Han
characters a break would put a space into the text. Wide characters count two columns.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# What no line may end in: code, tags, destinations with their titles. A space in link text
# may become a line end, but a tag that begins a line might begin a block of HTML.
_WHOLE: Final = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|<[^>]*>|\]\([^)]*\)|\]\{[^}]*\}|\[\[.*?\]\]")
_STARTS_BLOCK: Final = re.compile(r"[#>+*=~:|<$\-_\[%]|\(?\w{1,9}[.)]")
_HELD: Final = "\ue000"  # stands for a space that is no place to break at


def width(text: str) -> int:
    """Return how many columns a terminal's font gives the text (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap_line(text: str, limit: int) -> str:
    """Return `text` with its lines broken at spaces, none longer than `limit` where one fits."""
    return "\n".join(_wrapped(line, limit) for line in text.split("\n"))


def _wrapped(line: str, limit: int) -> str:
    if width(line) <= limit or _HELD in line:
        return line
    held = _WHOLE.sub(lambda found: found[0].replace(" ", _HELD), line)
    lines: list[str] = []
    words: list[str] = []
    used = 0
    for word in held.split(" "):
        size = width(word)
        if used + 1 + size > limit and words and _may_break(words[-1], word):
            lines.append(" ".join(words))
            words, used = [], 0
        used += size + (1 if words else 0)
        words.append(word)
    lines.append(" ".join(words))
    return "\n".join(lines).replace(_HELD, " ")


def _may_break(before: str, word: str) -> bool:
    """Tell whether a line may end between two words, and nothing is read another way.

    No word that would begin a block begins a line, and a backslash at the end of one is
    a hard break.
    """
    return bool(word) and not before.endswith("\\") and _STARTS_BLOCK.match(word) is None
