"""Runs of blocks that are in the normal form as they stand: most of most articles.

To build each anew from what it consists of takes eight times as long as to find them all in
the body's text, and would come to the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from articlekit.model import Element
from articlekit.transforms import vocabulary as v
from articlekit.transforms.builder import MAX_BLOCKS, TreeBuilder

_GAP: Final = r"[ \t\n]*+"
# White space as it is when it is collapsed: one space, at no edge.
_WORDS: Final = r"(?:[^<& \t\n\r\f]++|&(?:amp|lt|gt);| (?! |</))"
_INLINE: Final = r"(?:em|strong|code|kbd|samp|var|mark|small|sub|sup|u|cite|q|ins|del)"
# An address of which nobody has to ask whether it is one: in ASCII, with a name for a host.
_ADDRESS: Final = r"https?://(?!xn--)(?:[a-z0-9-]++\.(?!xn--))+[a-z]{2,}+(?:/[^\"<\s]*+)?+"
_LINE: Final = (
    rf"(?! )(?:{_WORDS}|<(?:{_INLINE}|a href=\"{_ADDRESS}\")>(?! ){_WORDS}++</(?:{_INLINE}|a)>)++"
)
# The text is XML, so an end tag is that of the element that is open.
_BLOCK: Final = rf"<(?:p|h[1-6])(?: id=\"[^\"&\s]++\")?+>{_LINE}</(?:p|h[1-6])>"
_LIST: Final = rf"<[uo]l>{_GAP}(?:<li>{_LINE}</li>{_GAP})++</[uo]l>"
_QUOTE: Final = rf"<blockquote>{_GAP}(?:{_BLOCK}{_GAP})++</blockquote>"
_CELL: Final = rf"<(?:td|th(?: scope=\"(?:col|row)\")?+)>{_LINE}</t[dh]>"
_ROW: Final = rf"<tr>{_GAP}(?:{_CELL}{_GAP})++</tr>"
_ROWS: Final = rf"{_GAP}(?:{_ROW}{_GAP})++"
_TABLE: Final = (
    rf"<table>{_GAP}(?:<thead>{_ROWS}</thead>{_GAP})?+(?:<tbody>{_ROWS}</tbody>{_GAP})++</table>"
)
_RUN: Final = re.compile(rf"(?:(?:{_BLOCK}|{_LIST}|{_QUOTE}|{_TABLE}){_GAP})++")
_HOLD_BLOCKS: Final = frozenset({"ul", "ol", "blockquote", "table", "thead", "tbody", "tr"})
# Other names of some of them.
_SAME: Final = {name: v.RENAMED[name] for name in ("b", "i", "s", "strike", "tt")}


def plain_runs(body: Element) -> Iterator[list[Element]]:
    """Yield the blocks of each run of plain ones in a body; elements get their usual names.

    Such are paragraphs and headings with text, and phrasing elements with nothing but text,
    without attributes that would have to be looked at; and lists, quotations and tables of
    these.
    """
    for each in body.iter(*_SAME):
        if not each.attrib:
            each.tag = _SAME[str(each.tag)]
    text = etree.tostring(body, encoding="unicode", with_tail=False)
    if "<!" in text or "<?" in text:
        return  # what is in a remark looks like elements
    elements = list(body.iter(etree.Element))
    place, before = 0, 0
    for run in _RUN.finditer(text):
        # Each `<` begins an element or ends one; in texts and values it is written `&lt;`.
        place += text.count("<", before, run.start()) - text.count("</", before, run.start())
        count = text.count("<", *run.span()) - text.count("</", *run.span())
        inside = elements[place : place + count]
        parent = inside[0].getparent()
        yield [each for each in inside if each.getparent() is parent]
        place, before = place + count, run.end()


def append_plain(blocks: Sequence[Element], builder: TreeBuilder) -> bool:
    """Let the builder append a run of blocks as they are, unless they may not stand here."""
    builder.end_paragraph()
    room = MAX_BLOCKS - len(builder.blocks) - len(v.WRAPPER)
    if builder.top.tag not in v.FLOW or builder.line.formats or builder.ids.waiting or room < 0:
        return False
    for block in blocks:
        _drop_gaps(block)
        if builder.ids.spare is not None:
            builder.ids.give(block)
    builder.top.has_blocks = True
    builder.top.element.extend(blocks)
    return True


def _drop_gaps(block: Element) -> None:
    """Take out the white space behind a block, and around those in it."""
    block.tail = None
    if block.tag in _HOLD_BLOCKS:
        for outer in block.iter(*_HOLD_BLOCKS):
            outer.text = None
            for each in outer:
                each.tail = None
