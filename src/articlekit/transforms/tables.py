"""Tell a table's header cells, and let go of tables that only place things on a page."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from articlekit.html import text_of
from articlekit.model import Article, Element
from articlekit.report import Report

_PARTS: Final = ("thead", "tbody", "tfoot")
_BOLD: Final = frozenset({"strong", "b"})
_COLOURED: Final = re.compile(r"background(?:-color)?\s*:\s*(?!none|transparent|inherit|initial)")
_WHITE: Final = re.compile(
    r"background(?:-color)?\s*:\s*(?:white|#fff(?:fff)?|rgb\(255, ?255, ?255\))\s*(?:;|\Z)",
    re.IGNORECASE,
)
# Content that a cell of data does not have, but a box of a page's layout does.
_LAYOUT: Final = ("table", "h1", "h2", "h3", "h4", "h5", "h6")
_BOX: Final = (*_LAYOUT, "p", "div", "img", "ul", "ol", "section", "pre", "blockquote", "figure")


def mend_tables(article: Article, report: Report) -> Article:
    """Make headers of a first row that looks like one, and paragraphs of layout tables.

    A row is a header when all of its cells are bold, or coloured, and the next row is not.
    A table of layout has one cell, or says so, or has no header and holds tables or headings.
    """
    dissolved = 0
    for table in list(article.body.iter("table")):
        rows = _rows(table)
        if _is_layout(table, rows):
            _dissolve(table, rows)
            dissolved += 1
            continue
        _head_by_place(table)
        if table.find(".//th") is None and _looks_headed(rows):
            _head(rows[0])
        _place_head(table, rows)
        _scope(rows)
    if dissolved:
        message = f"{dissolved} table{'s' * (dissolved > 1)} used for layout became paragraphs"
        report.add("structure-mended", message, source=article.origin.name)
    return article


def _rows(table: Element) -> list[Element]:
    """A table's own rows, in order; not those of tables in it."""
    rows: list[Element] = []
    for child in table.iterchildren(etree.Element):
        rows += [child] if child.tag == "tr" else child.findall("tr") if child.tag in _PARTS else []
    return rows


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row.iterchildren(etree.Element) if cell.tag in ("td", "th")]


def _is_layout(table: Element, rows: list[Element]) -> bool:
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    cells = [cell for row in rows for cell in _cells(row)]
    if not cells or table.find("caption") is not None or any(c.tag == "th" for c in cells):
        return False
    if len(cells) == 1:
        return True
    if len(cells) == len(rows):  # one column
        return any(next(cell.iterdescendants(*_BOX), None) is not None for cell in cells)
    return any(next(cell.iterdescendants(*_LAYOUT), None) is not None for cell in cells)


def _dissolve(table: Element, rows: list[Element]) -> None:
    for row in rows:
        for cell in _cells(row):
            cell.tag = "div"
        row.tag = "div"
    for part in table.iterchildren(*_PARTS):
        part.tag = "div"
    table.tag = "div"


def _looks_headed(rows: list[Element]) -> bool:
    if len(rows) < 2 or len(_cells(rows[0])) < 2:
        return False
    first, second = _cells(rows[0]), _cells(rows[1])
    said = [cell for cell in first if text_of(cell).strip()]  # the corner may be empty
    bold = len(said) >= max(2, len(first) - 1) and all(_is_bold(cell) for cell in said)
    if bold and not all(_is_bold(cell) for cell in second):
        return True
    others = rows[1:3]  # a table in stripes has a coloured row again
    return _is_coloured(rows[0]) and not any(_is_coloured(row) for row in others)


def _is_bold(cell: Element) -> bool:
    """Tell whether a cell has text, and all of it is bold."""
    if (words := "".join(text_of(cell).split())) == "":
        return False
    bold = [each for each in cell.iter(*_BOLD) if not _in_bold(each, cell)]
    return "".join("".join(text_of(each).split()) for each in bold) == words


def _in_bold(element: Element, cell: Element) -> bool:
    for above in element.iterancestors():
        if above is cell:
            return False
        if above.tag in _BOLD:
            return True
    return False


def _is_coloured(row: Element) -> bool:
    return _has_colour(row) or all(_has_colour(cell) for cell in _cells(row))


def _has_colour(element: Element) -> bool:
    style = element.get("style") or ""
    colour = (element.get("bgcolor") or "").lower() not in ("", "#ffffff", "#fff", "white")
    return colour or (_COLOURED.search(style) is not None and _WHITE.search(style) is None)


def _head_by_place(table: Element) -> None:
    """Make headers of a `<thead>`'s cells, unless it holds all of the table or has headers."""
    head = table.find("thead")
    rows = [] if head is None else head.findall("tr")
    if (
        rows
        and len(rows) < len(_rows(table))
        and not any(row.find("th") is not None for row in rows)
    ):
        for row in rows:
            _head(row)


def _head(row: Element) -> None:
    """Make header cells, which are bold by themselves."""
    for cell in _cells(row):
        cell.tag = "th"
        for bold in list(cell.iter(*_BOLD)):
            bold.tag = "span"


def _place_head(table: Element, rows: list[Element]) -> None:
    """Put a first row of headers into a `<thead>`, unless its cells reach into the next."""
    if len(rows) < 2 or table.find("thead") is not None:
        return
    first, parent = rows[0], rows[0].getparent()
    cells = _cells(first)
    if len(cells) < 2 or parent is None or parent.tag == "tfoot":
        return
    if any(cell.tag != "th" or cell.get("rowspan", "1") != "1" for cell in cells):
        return
    head = etree.Element("thead")
    place = first if parent is table else parent
    first.tail = None
    place.addprevious(head)
    head.append(first)


def _scope(rows: list[Element]) -> None:
    """Say what a header cell is the header of, where a table has one row or column of them."""
    for number, row in enumerate(rows):
        cells = _cells(row)
        parent = row.getparent()
        in_head = parent is not None and parent.tag == "thead"
        only = all(cell.tag == "th" for cell in cells)
        for position, cell in enumerate(cells):
            if cell.tag != "th" or cell.get("scope") or cell.get("colspan", "1") != "1":
                continue
            if in_head and (only or number == 0):
                cell.set("scope", "col")
            elif not only and position == 0:
                cell.set("scope", "row")
