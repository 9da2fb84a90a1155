"""Keep HTML from nesting deeper than browsers do, before it is parsed.

The WHATWG algorithm looks through all open elements at many start tags, so its time
grows with the square of the depth: 8 s for 100,000 elements.
"""

from __future__ import annotations

import re
from typing import Final

from articlekit.html import MAX_DEPTH

# Below this the square is some milliseconds.
_CHEAP: Final = 4 * MAX_DEPTH
_PARTS: Final = 64
_TAG: Final = re.compile(r"<(/?)([A-Za-z][^\s/>]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
# Void elements, and those whose end tag is seldom written and which do not nest.
_FLAT: Final = frozenset(
    "br img hr input wbr meta link col source track param area base embed p li dt dd tr td th "
    "option rt rp".split()
)


def limit_nesting(html: str) -> str:
    """Return HTML in which tags deeper than `MAX_DEPTH` have become spaces.

    Nearly all documents are told to be flat by counting, and come back as they are.
    """
    return html if _is_flat(html) else _flatten(html)


def _is_flat(html: str) -> bool:
    """Tell whether elements surely are not nested deep, from counts of tags in parts of it."""
    if len(html) < _CHEAP * len("<b>") or html.count("<") - html.count("</") < _CHEAP:
        return True
    size, depth = len(html) // _PARTS + 1, 0
    for start in range(0, len(html), size):
        ends = html.count("</", start, start + size)
        starts = html.count("<", start, start + size) - ends
        if depth + starts > _CHEAP:
            return False
        depth = max(0, depth + starts - ends)
    return True


def _flatten(html: str) -> str:
    opened: list[str] = []
    too_deep = 0

    def keep(found: re.Match[str]) -> str:
        nonlocal too_deep
        name = found[2].lower()
        if name in _FLAT and len(opened) < MAX_DEPTH:
            return found[0]
        if not found[1]:
            if name in _FLAT:
                return found[0] if name in ("br", "img", "hr", "input", "wbr") else " "
            if len(opened) < MAX_DEPTH:
                opened.append(name)
                return found[0]
            too_deep += 1
            return " "
        if too_deep:
            too_deep -= 1
            return " "
        if name in opened[-8:]:
            while opened.pop() != name:
                pass
        return found[0]

    return _TAG.sub(keep, html)
