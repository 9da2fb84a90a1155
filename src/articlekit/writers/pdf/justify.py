"""Make the lines of Chinese paragraphs end together, which WeasyPrint 70 does not.

It justifies by widening spaces, and Chinese has none: a line of Han characters stays as
long as it is, and in one with two English words all the slack goes beside these. So
print.css leaves such paragraphs ragged, and this spreads each line's slack evenly
between its characters after layout, before painting. Nothing moves to another line.

It works on WeasyPrint's boxes by their attributes, which are no public interface: the
tests look at where lines end, so that a change there shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

# In em. A line lacks one character, or a few where marks may not begin the next one or the
# last words of a paragraph stay together; what lacks more ends by a `<br>` or before
# something unbreakable, and would look torn.
_MOST: Final = 4.5
# And in shares of the line, which may be that of a table's cell.
_SHARE: Final = 0.2
#: The class of the blocks to justify, given by `typography.typeset`.
_CLASS: Final = "han"
#: The class of spans that are one mark of several characters.
_WHOLE: Final = "whole"

# The boxes that text runs through; every other one in a line is moved as a whole.
_SPLIT: Final = frozenset({"LineBox", "InlineBox"})


def justify(page: Any, repaint: Callable[[Any], None]) -> None:
    """Stretch the lines in a laid-out page's box that belong to Chinese paragraphs.

    `repaint` places the background of a box again, which keeps its own coordinates.
    """
    for block in _paragraphs(page):
        # The last line of a paragraph that goes on overleaf is a full one.
        lines = [child for child in block.children if hasattr(child, "resume_at")]
        for line in lines:
            if line.resume_at is not None:
                _stretch(line, block.content_box_x() + block.width, repaint)


def _paragraphs(root: Any) -> Iterator[Any]:
    """Yield the blocks that hold lines of Chinese, to be justified as they begin."""
    pending = [root]
    while pending:
        box = pending.pop()
        children = box.all_children()
        holds_lines = bool(box.children) and hasattr(box.children[-1], "resume_at")
        if holds_lines and _CLASS in _classes(box) and box.style["text_align_all"] == "start":
            yield box
        pending.extend(child for child in children if hasattr(child, "children"))


def _classes(box: Any) -> list[str]:
    element = box.element
    return element.get("class", "").split() if element is not None else []


def _stretch(line: Any, edge: float, repaint: Callable[[Any], None]) -> None:
    """Spread what is missing to `edge`, in pixels, between the characters of `line`."""
    texts = list(_texts(line))
    count = sum(_units(box) for box in texts)
    if count < 2:
        return
    last = line.children[-1]
    slack = edge - (last.position_x + last.margin_width())
    most = min(_MOST * line.style["font_size"], _SHARE * (edge - line.position_x))
    if 0 < slack <= most:
        _space(line, slack / (count - 1), 0)
        for box in _inlines(line):
            if box.background is not None:
                repaint(box)


def _inlines(box: Any) -> Iterator[Any]:
    for child in box.children:
        if type(child).__name__ in _SPLIT:
            yield child
            yield from _inlines(child)


def _texts(box: Any) -> Iterator[Any]:
    if hasattr(box, "pango_layout"):
        yield box
    elif type(box).__name__ in _SPLIT:
        for child in box.children:
            yield from _texts(child)


def _units(box: Any) -> int:
    """How many characters a text has, to put spaces between; a dash of two is one."""
    return 1 if _WHOLE in _classes(box) else len(box.text)


def _space(box: Any, space: float, before: int) -> int:
    """Move `box` by the `before` spaces that stand before it; return how many do after it."""
    if hasattr(box, "pango_layout"):
        box.position_x += space * before
        if (units := _units(box)) > 1:
            box.style = box.style.copy()
            box.style["letter_spacing"] = space
            box.width += space * (units - 1)
        return before + units
    if type(box).__name__ not in _SPLIT:
        box.translate(space * before, 0)
        return before
    after = before
    for child in box.children:
        after = _space(child, space, after)
    box.position_x += space * before
    box.width += space * max(0, after - before - 1)
    return after
