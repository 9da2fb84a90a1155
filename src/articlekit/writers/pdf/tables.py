"""Tables as a page and its readers need them: with headers, and broken where they may be."""

from __future__ import annotations

import re
from typing import Final

from articlekit.html import text_of
from articlekit.model import Element

#: Of a `th` that the article has as a `td`: it is a header in the tags and looks like a cell.
CLASS: Final = "unmarked"
# A word of this length would make its column as wide, and the table wider than the page.
_DENSE: Final = re.compile(r"[!-~\u00a1-\u024f]{20}")
# Of the longest cell of a row, in half-width characters, times the number of cells: 8 lines.
_TALL: Final = 480


def mark_headers(root: Element) -> None:
    """Make headers of the first row's cells in each table of several cells that has none.

    PDF/UA-1 wants headers (ISO 14289-1, 7.5), and that row is what screen readers take for
    one where none is marked.
    """
    for table in root.iter("table"):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
        if len(cells) < 2 or any(cell.tag == "th" for cell in cells):
            continue
        for cell in rows[0]:
            cell.tag = "th"
            _add_class(cell, CLASS)


def classify_tables(root: Element) -> None:
    """Give tables with high rows the class `tall`, and cells with long words `dense`."""
    for table in root.iter("table"):
        if any(_is_tall(row) for row in table.iter("tr")):
            _add_class(table, "tall")
    for cell in root.iter("td", "th"):
        if _DENSE.search(text_of(cell)):
            _add_class(cell, "dense")


def _is_tall(row: Element) -> bool:
    """Tell whether a row may be so high that it fills a page with those it is kept with."""
    widths = [sum(2 if each > "\u2e80" else 1 for each in text_of(cell)) for cell in row]
    high = max(widths, default=0) * len(row) > _TALL
    return high or next(row.iter("img", "pre", "table"), None) is not None


def _add_class(element: Element, name: str) -> None:
    element.set("class", f"{element.get('class', '')} {name}".strip())
