"""Builds a tree of the normal form from a stream of starts, texts and ends.

It is the only place that knows where what may stand: it opens missing paragraphs and
list items, ends a paragraph where a block begins, and pushes phrasing elements around
blocks down into them, as the HTML parser does with its formatting elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from articlekit.html import TextJoiner
from articlekit.model import Element
from articlekit.transforms import vocabulary as v
from articlekit.transforms.attributes import Notice
from articlekit.transforms.mending import MENDERS, wrap_phrasing
from articlekit.transforms.phrasing import Ids, Line, collapsed

# No book needs more; with what a block may lack, and phrasing, it stays below a hundred.
MAX_BLOCKS = 60

_LINES = v.PHRASING_ONLY | v.MIXED


@dataclass(slots=True)
class _Block:
    """An open block, and its tag: whether content stands in it, and whether blocks do."""

    element: Element
    tag: str
    has_phrasing: bool = False
    has_blocks: bool = False
    bordered: bool = False  # a dissolved block ended amid its phrasing


@dataclass(slots=True)
class TreeBuilder:
    notice: Notice
    body: Element = field(default_factory=lambda: etree.Element("body"))
    blocks: list[_Block] = field(default_factory=list)
    implied: set[Element] = field(default_factory=set)  # blocks that the source lacks
    flattened: int = 0  # blocks that were nested too deeply
    ids: Ids = field(default_factory=Ids)
    words: TextJoiner = field(default_factory=TextJoiner)
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        self.blocks.append(_Block(self.body, "body"))
        self.line = Line(self.ids, self.words)

    @property
    def top(self) -> _Block:
        return self.blocks[-1]

    # blocks

    def start_block(self, name: str, attributes: dict[str, str]) -> int | None:
        """End an open paragraph, and open a block as `open_block` does."""
        self.end_paragraph()
        return self.open_block(name, attributes)

    def open_block(self, name: str, attributes: dict[str, str]) -> int | None:
        """Open a block where it may stand, once `end_paragraph` is done.

        Returns the depth that `end_blocks` is to go back to, to close it and all that it
        lacked around it; None when it had to dissolve.
        """
        depth = self._make_room(name)
        if depth is None:
            self.border()
        else:
            self.blocks.append(_Block(self._append_block(name, attributes), name))
        return depth

    def append_leaf(self, name: str, attributes: dict[str, str], text: str) -> bool:
        """Append a block that holds `text` alone, once `end_paragraph` is done.

        What opening it, adding the text and closing it would come to. False when it had to
        dissolve, and the text is still to be added.
        """
        depth = self._make_room(name)
        if depth is None:
            self.border()
            return False
        self._append_block(name, attributes).text = collapsed(text.strip(v.WHITE_SPACE))
        self.end_blocks(depth)
        return True

    def _make_room(self, name: str) -> int | None:
        """Open what must stand around a block of this name; None where none may.

        Returns how many blocks were open before, those left out that end where it begins.
        """
        tag = self.blocks[-1].tag
        if tag in v.PHRASING_ONLY:
            self.notice("structure-mended", f"<{name}> dissolved in <{tag}>")
            return None
        parents = v.PARENTS.get(name)
        if self.implied:
            self._close_implied(parents or frozenset())
            tag = self.blocks[-1].tag
        depth = len(self.blocks)
        if depth + len(v.WRAPPER) > MAX_BLOCKS and self._is_too_deep(name):
            self.flattened += 1
            return None
        if parents is not None:
            return depth if tag in parents else self._surround(name, parents, depth)
        if tag == "body":
            return depth
        if name in ("ul", "ol") and self.top.tag in ("ul", "ol"):
            self._open_last_item()
        else:
            while (wrapper := v.WRAPPER.get(self.top.tag)) is not None:
                self._open_implicit(wrapper)
        return depth

    def _surround(self, name: str, parents: frozenset[str], depth: int) -> int | None:
        """Open the parent that a block needs and the source lacks."""
        wrapper = v.MISSING_PARENT.get(name)
        if wrapper is None:
            part = name in ("thead", "tbody", "tfoot", "tr", "th", "td")
            return depth if part and self._wrap_into(parents) else None
        outer = self._make_room(wrapper)
        if outer is None:
            return None
        self._open_implicit(wrapper)
        return min(depth, outer)

    def _is_too_deep(self, name: str) -> bool:
        """Tell whether a block would stand too deep, with all that it lacks around it.

        What text in the deepest block would be given is never too deep.
        """
        tag: str | None = self.top.tag
        if name == "p" or tag in v.PARENTS.get(name, ()):
            return False
        depth = len(self.blocks)
        while name not in v.PARENTS and (tag := v.WRAPPER.get(tag or "")) is not None:
            depth += 1
        return depth > MAX_BLOCKS

    def _close_implied(self, parents: frozenset[str]) -> None:
        """Close blocks that the source lacks, when a block of its own belongs around them."""
        depth = len(self.blocks)
        while depth and self.blocks[depth - 1].element in self.implied:
            depth -= 1
        if depth and depth < len(self.blocks) and self.blocks[depth - 1].tag in parents:
            self.end_blocks(depth)

    def _wrap_into(self, parents: frozenset[str]) -> bool:
        while (wrapper := v.WRAPPER.get(self.top.tag)) is not None:
            if self.top.tag in parents:
                return True
            self._open_implicit(wrapper)
        return False

    def _open_implicit(self, name: str) -> None:
        """Open a block that the source lacks, or go on with the one made just before."""
        last = next(self.top.element.iterchildren(reversed=True), None)
        if last is not None and last in self.implied and last.tag == name:
            self.blocks.append(_Block(last, str(last.tag), has_phrasing=True, has_blocks=True))
            return
        self.notice("structure-mended", f"<{name}> added in <{self.top.tag}>")
        element = self._append_block(name, {})
        self.implied.add(element)
        self.blocks.append(_Block(element, name))

    def _open_last_item(self) -> None:
        """Open the item that a list standing straight in a list belongs to."""
        last = next(self.top.element.iterchildren(reversed=True), None)
        if last is None:
            self._open_implicit("li")
        else:
            self.blocks.append(_Block(last, str(last.tag), has_phrasing=True, has_blocks=True))

    def _append_block(self, name: str, attributes: dict[str, str]) -> Element:
        self.line.close()
        top = self.blocks[-1]
        top.has_blocks = True
        element = etree.SubElement(top.element, name, attributes)
        if self.ids.waiting or self.ids.spare is not None:
            self.ids.give(element)
        return element

    def append_hr(self, attributes: dict[str, str]) -> None:
        if self.start_block("hr", attributes) is not None:
            self._pop_block()

    def append_code_block(
        self, text: str, attributes: dict[str, str], code: dict[str, str]
    ) -> None:
        """Append `<pre><code>` with `text` exactly as it is."""
        if self.start_block("pre", attributes) is None:
            self.text(text)
            return
        etree.SubElement(self.top.element, "code", code).text = text
        self.top.has_blocks = True
        self._pop_block()

    def end_paragraph(self) -> None:
        """End an open `p`, as a block begins or ends here."""
        tag = self.blocks[-1].tag
        if tag == "p":
            self._pop_block()
        elif tag not in v.PHRASING_ONLY:
            self.line.close()  # in a heading the block will dissolve, and the line goes on

    def border(self) -> None:
        """Mark where a dissolved block begins or ends."""
        if self.top.tag == "p":
            self.end_paragraph()
        elif self.top.tag in v.PHRASING_ONLY:
            self.line.space = True
        elif self.top.has_phrasing and not self.top.has_blocks:
            self.line.close()
            self.top.bordered = True

    def end_blocks(self, depth: int) -> None:
        """Close the blocks deeper than `depth`, the `len(blocks)` of some moment before."""
        while len(self.blocks) > depth:
            self._pop_block()

    def _pop_block(self) -> None:
        self.line.close()
        self.words.flush()
        block = self.blocks.pop()
        element = block.element
        if block.tag == "p":
            if not block.has_phrasing:
                self.ids.waiting += [name for each in element.iter() if (name := each.get("id"))]
                parent = element.getparent()
                if parent is not None:
                    parent.remove(element)
        elif mender := MENDERS.get(block.tag):
            mender(element, self.notice)

    # phrasing

    def end_format(self) -> None:
        """End the phrasing element that began last."""
        top = self.top
        in_text = top.tag in _LINES and not top.has_blocks
        self.line.end_format(top.element, in_text)

    def text(self, text: str) -> None:
        """Add text, its white space collapsed as CSS does (CSS Text 3, section 4.1.1)."""
        words = text.strip(v.WHITE_SPACE)
        line = self.line
        if not words:
            line.space = True
            return
        if not text.startswith(words):
            line.space = True
        self.words.add(self._phrasing_place(), collapsed(words))
        line.space = not text.endswith(words)

    def code_text(self, text: str) -> None:
        """Add the text of an inline code element, where spaces are characters."""
        if text:
            self.words.add(self._phrasing_place(), re.sub(r"[\t\n\r\f]", " ", text))

    def append_void(self, element: Element) -> None:
        """Add an image, drawing or the like to the line."""
        place = self._phrasing_place()
        place.append(element)
        self.ids.give(element)

    def _phrasing_place(self) -> Element:
        """Open what text needs to stand here, and return the element it goes into."""
        top = self.blocks[-1]
        if top.tag not in v.PHRASING_ONLY:
            self._open_line()
            top = self.blocks[-1]
        top.has_phrasing = True
        return self.line.open(top.element)

    def _open_line(self) -> None:
        while (wrapper := v.WRAPPER.get(self.top.tag)) is not None:
            self._open_implicit(wrapper)
        top = self.top
        if top.tag in v.MIXED and top.bordered and not top.has_blocks:
            self.words.flush()
            wrap_phrasing(top.element)
            top.has_blocks = True
        if top.tag in v.FLOW or (top.tag in v.MIXED and top.has_blocks):
            self.blocks.append(_Block(self._append_block("p", {}), "p"))

    def finish(self) -> Element:
        """Close the tree and return its `<body>`."""
        self.end_blocks(1)
        self.words.flush()
        if count := self.flattened + self.line.flattened:
            message = f"{count} elements nested too deeply to be kept; their text was"
            self.notice("nesting-flattened", message)
        for name in self.ids.waiting:
            etree.SubElement(etree.SubElement(self.body, "p"), "a", id=name)
        return self.body
