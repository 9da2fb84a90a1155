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

# In em. A line lacks one character, or two or three where marks may not begin the next
# one; what lacks more ends by a `<br>` or before something unbreakable, and would look torn.
_MOST: Final = 3.5
#: The class of the paragraphs to justify, given by `typography.typeset`.
_CLASS: Final = "indented"

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
    pending = [root]
    while pending:
        box = pending.pop()
        element = getattr(box, "element", None)
        classes = element.get("class", "").split() if element is not None else []
        if box.element_tag == "p" and _CLASS in classes and "latin" not in classes:
            yield box
        else:
            pending.extend(getattr(box, "children", ()))


def _stretch(line: Any, edge: float, repaint: Callable[[Any], None]) -> None:
    """Spread what is missing to `edge`, in pixels, between the characters of `line`."""
    texts = list(_texts(line))
    count = sum(len(box.text) for box in texts)
    if count < 2:
        return
    last = line.children[-1]
    slack = edge - (last.position_x + last.margin_width())
    if 0 < slack <= _MOST * line.style["font_size"]:
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


def _space(box: Any, space: float, before: int) -> int:
    """Move `box` by the `before` spaces that stand before it; return how many do after it."""
    if hasattr(box, "pango_layout"):
        box.position_x += space * before
        box.style = box.style.copy()
        box.style["letter_spacing"] = space
        box.width += space * (len(box.text) - 1)
        return before + len(box.text)
    if type(box).__name__ not in _SPLIT:
        box.translate(space * before, 0)
        return before
    after = before
    for child in box.children:
        after = _space(child, space, after)
    box.position_x += space * before
    box.width += space * max(0, after - before - 1)
    return after
