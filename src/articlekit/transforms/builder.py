"""Builds a tree of the normal form from a stream of starts, texts and ends.

It is the only place that knows where what may stand: it opens missing paragraphs and
list items, ends a paragraph where a block begins, and pushes phrasing elements around
blocks down into them, as the HTML parser does with its formatting elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from articlekit.html import append_text
from articlekit.model import Element
from articlekit.transforms import vocabulary as v
from articlekit.transforms.attributes import Notice
from articlekit.transforms.mending import MENDERS, wrap_phrasing

# No book needs deeper nesting, and every renderer's own recursion stands a hundred: blocks,
# the `p` or list item that one may lack, and phrasing.
MAX_BLOCKS = 60
MAX_FORMATS = 30
# What must not stand inside itself: the inner one counts (HTML Standard, 4.5).
_ALONE = frozenset({"a", "dfn"})

_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class _Block:
    """An open block: whether content stands in it, and whether blocks do."""

    element: Element
    has_phrasing: bool = False
    has_blocks: bool = False
    bordered: bool = False  # a dissolved block ended amid its phrasing


@dataclass(slots=True)
class _Format:
    """A phrasing element that holds for the text to come; opened when text comes."""

    name: str
    attributes: dict[str, str]
    element: Element | None = None
    used: bool = False


@dataclass(slots=True)
class TreeBuilder:
    notice: Notice
    body: Element = field(default_factory=lambda: etree.Element("body"))
    blocks: list[_Block] = field(default_factory=list)
    formats: list[_Format] = field(default_factory=list)
    implied: list[Element] = field(default_factory=list)  # blocks that the source lacks
    waiting_ids: list[str] = field(default_factory=list)
    spare_id: str | None = None  # of a dissolved element that no link of the article names
    flattened: int = 0  # elements that were nested too deeply
    space: bool = False  # white space seen, not yet written
    breaks: int = 0  # line breaks seen, not yet written
    line_start: bool = True

    def __post_init__(self) -> None:
        self.blocks.append(_Block(self.body))

    @property
    def top(self) -> _Block:
        return self.blocks[-1]

    # blocks

    def start_block(self, name: str, attributes: dict[str, str]) -> Element | None:
        """Open a block where it may stand; None when it had to dissolve."""
        self.end_paragraph()
        if not self._make_room(name):
            self.border()
            return None
        element = self._append_block(name, attributes)
        self.blocks.append(_Block(element))
        return element

    def _make_room(self, name: str) -> bool:
        """Open what must stand around a block of this name; False where none may."""
        if len(self.blocks) > MAX_BLOCKS:
            self.flattened += 1
            return False
        if self.top.element.tag in v.PHRASING_ONLY:
            self.notice("structure-mended", f"<{name}> dissolved in <{self.top.element.tag!s}>")
            return False
        parents = v.PARENTS.get(name)
        self._close_implied(parents or frozenset())
        if parents is not None and self.top.element.tag not in parents:
            wrapper = v.MISSING_PARENT.get(name)
            if wrapper is None:
                return name in ("thead", "tbody", "tfoot", "tr", "th", "td") and self._wrap_into(
                    parents
                )
            self._make_room(wrapper)
            self._open_implicit(wrapper)
        elif name in ("ul", "ol") and self.top.element.tag in ("ul", "ol"):
            self._open_last_item()
        elif parents is None:
            while (wrapper := v.WRAPPER.get(str(self.top.element.tag))) is not None:
                self._open_implicit(wrapper)
        return True

    def _close_implied(self, parents: frozenset[str]) -> None:
        """Close blocks that the source lacks, when a block of its own belongs around them."""
        depth = len(self.blocks)
        while depth and self.blocks[depth - 1].element in self.implied:
            depth -= 1
        if depth and depth < len(self.blocks) and self.blocks[depth - 1].element.tag in parents:
            self.end_blocks(depth)

    def _wrap_into(self, parents: frozenset[str]) -> bool:
        while (wrapper := v.WRAPPER.get(str(self.top.element.tag))) is not None:
            if self.top.element.tag in parents:
                return True
            self._open_implicit(wrapper)
        return False

    def _open_implicit(self, name: str) -> None:
        """Open a block that the source lacks, or go on with the one made just before."""
        last = next(self.top.element.iterchildren(reversed=True), None)
        if last is not None and last in self.implied and last.tag == name:
            self.blocks.append(_Block(last, has_phrasing=True, has_blocks=True))
            return
        self.notice("structure-mended", f"<{name}> added in <{self.top.element.tag!s}>")
        element = self._append_block(name, {})
        self.implied.append(element)
        self.blocks.append(_Block(element))

    def _open_last_item(self) -> None:
        """Open the item that a list standing straight in a list belongs to."""
        last = next(self.top.element.iterchildren(reversed=True), None)
        if last is None:
            self._open_implicit("li")
        else:
            self.blocks.append(_Block(last, has_phrasing=True, has_blocks=True))

    def _append_block(self, name: str, attributes: dict[str, str]) -> Element:
        self._close_line()
        self.top.has_blocks = True
        element = etree.SubElement(self.top.element, name, attributes)
        self._give_id(element)
        return element

    def append_hr(self, attributes: dict[str, str]) -> None:
        if self.start_block("hr", attributes) is not None:
            self._pop_block()

    def append_code_block(
        self, text: str, attributes: dict[str, str], code: dict[str, str]
    ) -> None:
        """Append `<pre><code>` with `text` exactly as it is."""
        pre = self.start_block("pre", attributes)
        if pre is None:
            self.text(text)
            return
        etree.SubElement(pre, "code", code).text = text
        self.top.has_blocks = True
        self._pop_block()

    def end_paragraph(self) -> None:
        """End an open `p`, as a block begins or ends here."""
        self._close_line()
        if self.top.element.tag == "p":
            self._pop_block()

    def border(self) -> None:
        """Mark where a dissolved block begins or ends."""
        if self.top.element.tag == "p":
            self.end_paragraph()
        elif self.top.element.tag in v.PHRASING_ONLY:
            self.space = True
        elif self.top.has_phrasing and not self.top.has_blocks:
            self._close_line()
            self.top.bordered = True

    def end_blocks(self, depth: int) -> None:
        """Close the blocks deeper than `depth`, the `len(blocks)` of some moment before."""
        while len(self.blocks) > depth:
            self._pop_block()

    def _pop_block(self) -> None:
        self._close_line()
        block = self.blocks.pop()
        element = block.element
        if element.tag == "p" and not block.has_phrasing:
            self.waiting_ids += [name for each in element.iter() if (name := each.get("id"))]
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
        elif mender := MENDERS.get(str(element.tag)):
            mender(element, self.notice)

    # phrasing

    def start_format(self, name: str, attributes: dict[str, str]) -> None:
        """Let a phrasing element hold for the text to come, unless too many do."""
        held = len(self.formats) < MAX_FORMATS
        self.flattened += not held
        self._close_alike(name)
        self.formats.append(_Format(name if held else "", attributes))

    def _close_alike(self, name: str) -> None:
        """Let an outer element that this one must not stand in, or stood in, open anew."""
        if name in _ALONE:
            outer = (n for n, each in enumerate(self.formats) if each.name == name)
            for each in self.formats[next(outer, len(self.formats)) :]:
                each.element = None

    def is_inside(self, name: str) -> bool:
        """Tell whether a phrasing element of this name holds."""
        return any(each.name == name for each in self.formats)

    def end_format(self) -> None:
        """End the innermost phrasing element; an unused anchor still marks its place."""
        gone = self.formats.pop()
        self._close_alike(gone.name)
        name = gone.attributes.get("id")
        if gone.used or name is None:
            return
        in_text = self.top.element.tag in v.PHRASING_ONLY | v.MIXED and not self.top.has_blocks
        if in_text and gone.name != "" and not self.is_inside("a"):
            etree.SubElement(self._innermost(), "a", id=name)
        else:
            self.waiting_ids.append(name)

    def text(self, text: str) -> None:
        """Add text, its white space collapsed as CSS does (CSS Text 3, section 4.1.1)."""
        words = _SPACE.sub(" ", text)
        if words.startswith(" "):
            self.space = True
            words = words[1:]
        if words:
            append_text(self._phrasing_place(), words.removesuffix(" "))
            self.space = words.endswith(" ")

    def code_text(self, text: str) -> None:
        """Add the text of an inline code element, where spaces are characters."""
        if text:
            append_text(self._phrasing_place(), re.sub(r"[\t\n\r\f]", " ", text))

    def append_void(self, element: Element) -> None:
        """Add an image, drawing or the like to the line."""
        place = self._phrasing_place()
        place.append(element)
        self._give_id(element)

    def line_break(self) -> None:
        self.space = False
        if not self.line_start:
            self.breaks += 1

    def _phrasing_place(self) -> Element:
        """Open what text needs to stand here, and return the element it goes into."""
        self._open_line()
        self._flush()
        parent = self.top.element
        if self.formats and (inner := self._open_formats(parent)) is not None:
            parent = inner
        self.line_start = False
        self.top.has_phrasing = True
        return parent

    def _open_line(self) -> None:
        while (wrapper := v.WRAPPER.get(str(self.top.element.tag))) is not None:
            self._open_implicit(wrapper)
        top = self.top
        if top.element.tag in v.MIXED and top.bordered and not top.has_blocks:
            wrap_phrasing(top.element)
            top.has_blocks = True
        if top.element.tag in v.FLOW or (top.element.tag in v.MIXED and top.has_blocks):
            self.blocks.append(_Block(self._append_block("p", {})))

    def _flush(self) -> None:
        """Write the breaks or the space seen, where they were seen: outside new formats."""
        place = self._innermost()
        if not self.line_start:
            for _ in range(self.breaks):
                etree.SubElement(place, "br")
            if self.space and not self.breaks:
                append_text(place, " ")
        self.space, self.breaks = False, 0

    def _innermost(self) -> Element:
        """The element that is open on this line, before any format is opened anew."""
        opened = [each.element for each in self.formats if each.element is not None]
        return opened[-1] if opened else self.top.element

    def _open_formats(self, parent: Element) -> Element | None:
        place: Element | None = None
        innermost = {each.name: each for each in self.formats}
        for each in self.formats:
            if not each.name or (each.name in _ALONE and each is not innermost[each.name]):
                continue
            if each.element is None and not self._open_format(each, parent, place):
                continue
            place = each.element
        return place

    def _open_format(self, each: _Format, parent: Element, place: Element | None) -> bool:
        """Open a phrasing element, with its id the first time; False if it would say nothing."""
        attributes = dict(each.attributes)
        if each.used:
            attributes.pop("id", None)
            if each.name == "a" and "href" not in attributes:
                return False
        into = parent if place is None else place
        each.element = etree.SubElement(into, each.name, attributes)
        self._give_id(each.element)
        each.used = True
        return True

    def _close_line(self) -> None:
        """Forget white space at a block's edge and let formats open anew in the next."""
        self.space, self.breaks, self.line_start = False, 0, True
        for each in self.formats:
            each.element = None

    # ids

    def _give_id(self, element: Element) -> None:
        """Give an id that waits to an element without one, those first that links lead to."""
        if element.get("id") is not None or element.tag in ("div", "span"):
            return
        if self.waiting_ids:
            element.set("id", self.waiting_ids.pop(0))
        elif self.spare_id is not None and element.tag in v.BLOCKS:
            element.set("id", self.spare_id)
            self.spare_id = None

    def finish(self) -> Element:
        """Close the tree and return its `<body>`."""
        self.end_blocks(1)
        if self.flattened:
            message = f"{self.flattened} elements nested too deeply to be kept; their text was"
            self.notice("nesting-flattened", message)
        for name in self.waiting_ids:
            etree.SubElement(etree.SubElement(self.body, "p"), "a", id=name)
        return self.body
