"""Which scripts a text is written in, counted by characters."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

# The first code point of each range, and whose it is: Unicode's Blocks.txt, joined. What
# scripts share (punctuation, digits, marks) is nobody's, as is what only few books have.
_RANGES: Final = (
    (0x0000, "common"), (0x0041, "latin"), (0x005B, "common"), (0x0061, "latin"),
    (0x007B, "common"), (0x00C0, "latin"), (0x0300, "common"), (0x0370, "greek"),
    (0x0400, "cyrillic"), (0x0530, "armenian"), (0x0590, "hebrew"), (0x0600, "arabic"),
    (0x0700, "other"), (0x0750, "arabic"), (0x0780, "other"), (0x08A0, "arabic"),
    (0x0900, "devanagari"), (0x0980, "bengali"), (0x0A00, "other"), (0x0B80, "tamil"),
    (0x0C00, "other"), (0x0E00, "thai"), (0x0E80, "other"), (0x10A0, "georgian"),
    (0x1100, "hangul"), (0x1200, "other"), (0x1E00, "latin"), (0x1F00, "greek"),
    (0x2000, "common"), (0x2600, "emoji"), (0x27C0, "common"), (0x2B00, "emoji"),
    (0x2C00, "other"), (0x2E80, "han"), (0x3000, "common"), (0x3005, "han"),
    (0x3008, "common"), (0x3021, "han"), (0x3030, "common"), (0x3041, "kana"),
    (0x3100, "han"), (0x3130, "hangul"), (0x3190, "han"), (0x31F0, "kana"),
    (0x3200, "han"), (0xA000, "other"), (0xAC00, "hangul"), (0xD800, "other"),
    (0xF900, "han"), (0xFB00, "latin"), (0xFB1D, "hebrew"), (0xFB50, "arabic"),
    (0xFE00, "common"), (0xFE30, "han"), (0xFE70, "arabic"), (0xFEFF, "common"),
    (0xFF01, "han"), (0xFF66, "kana"), (0xFFA0, "hangul"), (0xFFE0, "han"),
    (0xFFF0, "common"), (0x1D400, "common"), (0x1D800, "other"), (0x1F000, "emoji"),
    (0x1FB00, "common"), (0x20000, "han"), (0x40000, "other"),
)  # fmt: skip
_STARTS: Final = [start for start, _ in _RANGES]
#: The scripts that one Chinese, Japanese or Korean font has together.
EAST_ASIAN: Final = frozenset({"han", "kana", "hangul"})
# What is not drawn: controls, format marks, spaces, surrogates, and the selectors of variants.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_SELECTORS: Final = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))


def script_of(char: str) -> str:
    """Return the script of a character: a name of the table, "common" or "other"."""
    return _RANGES[bisect_right(_STARTS, ord(char)) - 1][1]


def visible(characters: Iterable[str]) -> frozenset[str]:
    """Return the characters that a font must have something to draw for."""
    return frozenset(
        char
        for char in set(characters)
        if unicodedata.category(char) not in _UNSEEN and char not in _SELECTORS
    )


def count_scripts(characters: Mapping[str, int]) -> Counter[str]:
    """Return how many characters of each script there are, given how often each one occurs."""
    counts: Counter[str] = Counter()
    for char, number in characters.items():
        counts[script_of(char)] += number
    return counts
