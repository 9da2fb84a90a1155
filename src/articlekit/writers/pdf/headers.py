"""Header cells for tables that mark none, as PDF/UA-1 wants them (ISO 14289-1, 7.5)."""

from __future__ import annotations

from typing import Final

from articlekit.model import Element

#: Of a `th` that the article has as a `td`: it is a header in the tags and looks like a cell.
CLASS: Final = "unmarked"


def mark_headers(root: Element) -> None:
    """Make headers of the first row's cells in each table of several cells that has none.

    That row is what screen readers take for the header where none is marked.
    """
    for table in root.iter("table"):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
        if len(cells) < 2 or any(cell.tag == "th" for cell in cells):
            continue
        for cell in rows[0]:
            cell.tag = "th"
            cell.set("class", f"{cell.get('class', '')} {CLASS}".strip())
