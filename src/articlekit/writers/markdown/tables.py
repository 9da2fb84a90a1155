"""Tables with pipes where the dialect has them and they fit, else HTML (GFM 4.10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from articlekit.writers.markdown.inline import phrase
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.raw import aligned
from articlekit.writers.markdown.tree import Block, Leaf
from articlekit.writers.markdown.written import Place, WriteBlocks, Written, write_html

_DASHES: Final = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}
# A bar that is escaped already is left; in a row every other one would end its cell.
_BAR: Final = re.compile(r"\|")


def write_table(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    """Write a table; what GFM cannot say of it, from spans to captions, makes it HTML."""
    rows = _rows(block) if manner.says.tables else None
    alignments = _alignments(rows) if rows else None
    if not rows or alignments is None:
        return write_html(manner, block)
    if _has_header(block):
        if manner.says.bare_tables and not any(cell.kids for cell in rows[0]):
            return write_html(manner, block)  # a blank header is none there
    else:
        if not manner.says.bare_tables or any(cell.tag == "th" for cell in rows[0]):
            return write_html(manner, block)
        rows.insert(0, [Block("th", {}) for _ in rows[0]])
    lines = [_line([_cell(manner, cell) for cell in row]) for row in rows]
    lines.insert(1, _line([_DASHES[each] for each in alignments]))
    return [Written("table", "\n".join(lines))]


def _rows(block: Block) -> list[list[Block]] | None:
    """The table's cells by rows, or None when a GFM table cannot hold them."""
    rows: list[list[Block]] = []
    for section in block.kids:
        # One body, and in front of it at most one row of headers.
        if section.tag == "thead":
            fits = len(section.kids) == 1
        else:
            fits = section.tag == "tbody" and len(rows) == (block.kids[0].tag == "thead")
        if not fits:
            return None
        rows += [row.kids for row in section.kids]
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            return None
        for cell in row:
            if (number and cell.tag == "th") or len(cell.kids) > 1 or not _fits(cell):
                return None
    return rows


def _fits(cell: Block) -> bool:
    """Tell whether a cell spans no other, and holds one line at most."""
    attributes = cell.attributes
    if attributes:
        if "colspan" in attributes and _spans(attributes["colspan"]):
            return False
        if "rowspan" in attributes and _spans(attributes["rowspan"]):
            return False
        if "scope" in attributes and attributes["scope"] in ("row", "rowgroup"):
            return False
    return not cell.kids or cell.kids[0].tag in ("bare", "p")


def _spans(value: str | None) -> bool:
    return value is not None and value.strip() not in ("", "1")


def _has_header(block: Block) -> bool:
    """Tell whether the first row is a header: in a `thead`, or all of `th`."""
    first = block.kids[0]
    return first.tag == "thead" or all(cell.tag == "th" for cell in first.kids[0].kids)


def _alignments(rows: Sequence[Sequence[Block]]) -> list[str] | None:
    """How each column is aligned; None when a column's cells are told different ways."""
    if not any(cell.attributes for row in rows for cell in row):
        return [""] * len(rows[0])
    found = [
        {aligned(cell.attributes) for cell in column} - {""} for column in zip(*rows, strict=True)
    ]
    if any(len(each) > 1 for each in found):
        return None
    return [next(iter(each), "") for each in found]


def _cell(manner: Manner, cell: Block) -> str:
    if not cell.kids:
        return ""
    leaf = cell.kids[0]
    assert isinstance(leaf, Leaf)
    text = phrase(leaf.tokens, manner, lines=False)
    if "|" not in text:
        return text
    return re.sub(r"(?<!\\)\|" if "|" in manner.says.always else r"\|", r"\\|", text)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
