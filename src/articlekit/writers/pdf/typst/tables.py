"""Handlers of tables: every cell gets its place, as Typst refuses a table whose spans clash."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from articlekit.model import Element
from articlekit.writers.pdf.tables import CLASS
from articlekit.writers.pdf.typst.literals import block, call
from articlekit.writers.pdf.typst.walk import Context, Handler, Parts, name_of

# HTML's own limit is 1000 columns (section 4.9.11); a page shows far fewer.
_WIDEST: Final = 1000
# A header that is higher than this many rows would fill every page.
_HEADER: Final = 6
# A table of so few rows, and of so little code in its cells, fits on half a page.
_SHORT: Final = 9
_LITTLE: Final = 2_000
_ALIGNED: Final = frozenset({"left", "center", "right"})


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell at its row and column, and how many of them it takes."""

    element: Element
    code: str
    row: int
    column: int
    height: int
    width: int


def _rows(element: Element, parts: Parts, context: Context) -> str:
    """Leave the codes of the cells where the table's handler finds them."""
    return parts.code


def _cell(element: Element, parts: Parts, context: Context) -> str:
    shown = (
        "headed" if element.tag == "th" and CLASS not in (element.get("class") or "") else "flat"
    )
    return call(shown, block(parts.code)) if parts.code else '""'


class TableHandler:
    """Collects the cells of the tables of one walk, as the walk comes to their ends."""

    def __init__(self) -> None:
        self._codes: dict[Element, str] = {}

    def handlers(self) -> Mapping[str, Handler]:
        """By tag."""
        return {
            **dict.fromkeys(("thead", "tbody", "tfoot", "tr"), _rows),
            **dict.fromkeys(("td", "th"), self._keep),
            "caption": _rows,
            "table": self._table,
        }

    def _keep(self, element: Element, parts: Parts, context: Context) -> str:
        self._codes[element] = _cell(element, parts, context)
        return ""

    def _table(self, element: Element, parts: Parts, context: Context) -> str:
        caption = [code for child, code in parts.children if child.tag == "caption" and code]
        before = "".join(f"{call('titled', block(code))};" for code in caption)
        sections = [child for child in element if name_of(child) in ("thead", "tbody", "tfoot")]
        cells: list[_Cell] = []
        top, header = 0, 0
        for section in sections:
            placed, height = self._place(section, top)
            cells.extend(placed)
            top += height
            if section is sections[0] and section.tag == "thead" and height <= _HEADER:
                header = height
        if not cells:
            return before
        if header:
            return before + _grid(cells, top, header, "true", before)
        # A row of headers that is in no `thead` is not repeated on each page.
        first = [cell for cell in cells if cell.row == 0]
        if all(cell.element.tag == "th" for cell in first):
            header = max(cell.height for cell in first)
        return before + _grid(cells, top, header if header <= _HEADER else 0, "false", before)

    def _place(self, section: Element, top: int) -> tuple[list[_Cell], int]:
        """Give each cell its place by the algorithm of HTML, section 4.9.12.1.

        A cell does not reach out of its section.
        """
        rows = [child for child in section if name_of(child) == "tr"]
        # By column, the first row that a cell from above leaves free.
        free: dict[int, int] = {}
        placed = []
        for at, row in enumerate(rows):
            column = 0
            for cell in row:
                if cell not in self._codes:
                    continue
                while free.get(column, 0) > at:
                    column += 1
                width = min(_span(cell, "colspan"), max(1, _WIDEST - column))
                # A cell from above cuts off what it stands in the way of.
                width = next((w for w in range(1, width) if free.get(column + w, 0) > at), width)
                height = min(_span(cell, "rowspan") or len(rows), len(rows) - at)
                for each in range(column, column + width):
                    free[each] = at + height
                placed.append(_Cell(cell, self._codes.pop(cell), top + at, column, height, width))
                column += width
        return placed, len(rows)


def _span(cell: Element, name: str) -> int:
    value = cell.get(name) or "1"
    number = int(value) if value.isdecimal() and len(value) < 6 else 1
    return number if name == "rowspan" else max(1, number)


def _grid(cells: Sequence[_Cell], rows: int, header: int, repeat: str, title: str) -> str:
    """Return the table, without its title; columns that no cell begins in are none."""
    starts = sorted({cell.column for cell in cells})
    top = [_placed(cell, starts) for cell in cells if cell.row < header]
    rest = [_placed(cell, starts) for cell in cells if cell.row >= header]
    heads = [call("table.header", f"repeat:{repeat}", *top)] if top else []
    short = (
        "true" if rows <= _SHORT and sum(len(cell.code) for cell in cells) < _LITTLE else "false"
    )
    titled = "true" if title else "false"
    return call("grid-of", str(len(starts)), short, titled, *heads, *rest)


def _placed(cell: _Cell, starts: Sequence[int]) -> str:
    at = bisect_left(starts, cell.column)
    width = bisect_left(starts, cell.column + cell.width) - at
    return call("table.cell", *_arguments(cell, at, width), cell.code)


def _arguments(cell: _Cell, at: int, width: int) -> Iterator[str]:
    yield f"x:{at}"
    yield f"y:{cell.row}"
    if width > 1:
        yield f"colspan:{width}"
    if cell.height > 1:
        yield f"rowspan:{cell.height}"
    classes = set((cell.element.get("class") or "").split())
    for side in classes & _ALIGNED:
        yield f"align:{side}"
    if cell.element.tag == "th" and CLASS not in classes:
        yield "fill:shaded"
