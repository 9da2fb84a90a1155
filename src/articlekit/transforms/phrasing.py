"""The line of text being filled: phrasing elements that hold, and white space not yet written.

Phrasing elements open when text comes and close with the block, to open anew in the next:
so `<b><p>one</p><p>two</p></b>` is bold in both paragraphs, as in browsers.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from lxml import etree

from articlekit.html import TextJoiner
from articlekit.model import Element
from articlekit.transforms import vocabulary as v

# Every renderer's own recursion stands a hundred elements in each other; the rest is blocks.
MAX_FORMATS = 30
_SPACE = re.compile(r"[ \t\n\r\f]+")
# Of a text without these nothing is to be collapsed; to look for each is faster than a pattern.
_UNEVEN = ("  ", "\n", "\t", "\r", "\f")
# What must not stand inside itself: the inner one counts (HTML Standard, 4.5).
_ALONE = frozenset({"a", "dfn"})


def collapsed(text: str) -> str:
    """Return `text` with each run of white space as one space."""
    for each in _UNEVEN:
        if each in text:
            return _SPACE.sub(" ", text)
    return text


@dataclass(slots=True)
class Ids:
    """Ids whose element is gone, until another takes them."""

    waiting: deque[str] = field(default_factory=deque)  # links lead to them
    spare: str | None = None  # another article's link may

    def give(self, element: Element) -> None:
        """Give an element without an id one that waits, those first that links lead to."""
        if element.get("id") is not None or element.tag in ("div", "span"):
            return
        if self.waiting:
            element.set("id", self.waiting.popleft())
        elif self.spare is not None and element.tag in v.BLOCKS:
            element.set("id", self.spare)
            self.spare = None


@dataclass(slots=True)
class _Format:
    """A phrasing element that holds for the text to come; opened when text comes."""

    name: str
    attributes: dict[str, str]
    element: Element | None = None
    used: bool = False


@dataclass(slots=True)
class Line:
    """What of the block's last line is open, and what is to be written before more text."""

    ids: Ids
    words: TextJoiner
    formats: list[_Format] = field(default_factory=list)
    flattened: int = 0  # phrasing elements that were nested too deeply
    space: bool = False  # white space seen, not yet written
    breaks: int = 0  # line breaks seen, not yet written
    at_start: bool = True

    @property
    def held(self) -> list[_Format]:
        """The phrasing elements that may hold; those nested deeper never do."""
        return self.formats[:MAX_FORMATS]

    def start_format(self, name: str, attributes: dict[str, str]) -> None:
        """Let a phrasing element hold for the text to come, unless too many do."""
        held = len(self.formats) < MAX_FORMATS
        self.flattened += not held
        self._close_alike(name)
        self.formats.append(_Format(name if held else "", attributes))

    def end_format(self, block: Element, in_text: bool) -> None:
        """End the innermost phrasing element; an unused anchor still marks its place."""
        gone = self.formats.pop()
        self._close_alike(gone.name)
        name = gone.attributes.get("id")
        if gone.used or name is None:
            return
        if in_text and gone.name != "" and not self.is_inside("a"):
            etree.SubElement(self._innermost(block), "a", id=name)
        else:
            self.ids.waiting.append(name)

    def is_inside(self, name: str) -> bool:
        """Tell whether a phrasing element of this name holds."""
        return any(each.name == name for each in self.held)

    def break_here(self) -> None:
        """Note a line break; at the start of a line it would leave an empty one."""
        self.space = False
        if not self.at_start:
            self.breaks += 1

    def open(self, block: Element) -> Element:
        """Write what is due in `block`, and return the element that text goes into."""
        if self.space or self.breaks:
            self._flush(self._innermost(block))
        self.at_start = False
        place = block
        if not self.formats:
            return place
        held = self.held
        innermost = {each.name: each for each in held}
        for each in held:
            if not each.name or (each.name in _ALONE and each is not innermost[each.name]):
                continue
            place = self._open_format(each, place)
        return place

    def close(self) -> None:
        """Forget white space at a block's edge and let formats open anew in the next."""
        self.space, self.breaks = False, 0
        if self.at_start:
            return  # nothing is open
        self.at_start = True
        for each in self.held:
            each.element = None

    def _close_alike(self, name: str) -> None:
        """Let an outer element that this one must not stand in, or stood in, open anew."""
        if name in _ALONE:
            held = self.held
            outer = (n for n, each in enumerate(held) if each.name == name)
            for each in held[next(outer, len(held)) :]:
                each.element = None

    def _flush(self, place: Element) -> None:
        """Write the breaks or the space seen, where they were seen: outside new formats."""
        if not self.at_start:
            for _ in range(self.breaks):
                etree.SubElement(place, "br")
            if self.space and not self.breaks:
                self.words.add(place, " ")
        self.space, self.breaks = False, 0

    def _innermost(self, block: Element) -> Element:
        """The element that is open on this line, before any format is opened anew."""
        opened = [each.element for each in self.held if each.element is not None]
        return opened[-1] if opened else block

    def _open_format(self, each: _Format, place: Element) -> Element:
        """Return the format's element, opened in `place` unless it is open or would say nothing."""
        if each.element is not None:
            return each.element
        attributes = dict(each.attributes)
        if each.used:  # an id is the first piece's
            attributes.pop("id", None)
            if each.name == "a" and "href" not in attributes:
                return place
        each.element = etree.SubElement(place, each.name, attributes)
        self.ids.give(each.element)
        each.used = True
        return each.element
