"""Tables as plain lines, for what is no terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence


def plain_table(rows: Sequence[Sequence[str]], left: Collection[int]) -> list[str]:
    """Return lines whose columns stand one under the other; those of `left` begin together."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            _padded(cell, width, column in left)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _padded(text: str, width: int, at_left: bool) -> str:
    fill = " " * (width - _width(text))
    return text + fill if at_left else fill + text


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
