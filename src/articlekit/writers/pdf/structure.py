"""What WeasyPrint 70 tags page by page, made one again: tables, and the items of lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf


def type_of(entry: Any) -> object:
    """Return the type of a PDF object, None for what has none."""
    return entry.get("Type") if isinstance(entry, dict) else None


def number_of(reference: bytes | str) -> int:
    """Return the number of the object that `12 0 R` refers to."""
    return int(reference.split(None, 1)[0])


def kids_of(pdf: Any, element: Any) -> Iterator[Any]:
    """Yield the structure elements in an element."""
    for kid in element.get("K", ()):
        if not isinstance(kid, int):
            each = pdf.objects[number_of(kid)]
            if each.get("Type") == "/StructElem":
                yield each


def join_tables(document: Any, pdf: Any, root: Any) -> bool:
    """Put the rows of a table that goes on overleaf without its header into its first part.

    WeasyPrint leaves a header out that has no room above a high row, and a table without
    headers is none to a screen reader. Tells whether there was any.
    """
    joined = False
    before: tuple[Any, Any] | None = None
    [top] = kids_of(pdf, root)
    tagged: dict[object, list[Any]] = {}
    for each in kids_of(pdf, top):
        tagged.setdefault(each["Pg"], []).extend(_tables(pdf, each))
    for page, reference in zip(document.pages, pdf.page_references, strict=True):
        laid_out, tables = _table_elements(page._page_box), tagged.get(reference, [])
        if not tables or len(laid_out) != len(tables):
            before = None
            continue
        if before is not None and before[0] is laid_out[0] and not _has_header(pdf, tables[0]):
            _join(pdf, before[1], tables[0])
            joined = True
            tables[0] = before[1]
        before = laid_out[-1], tables[-1]
    return joined


def _table_elements(page: Any) -> list[Any]:
    """The elements of the tables on a page, in order, those within other tables left out."""
    found = []
    pending = [page]
    while pending:
        box = pending.pop()
        if getattr(box, "is_table_wrapper", False):
            found.append(box.element)
        elif not hasattr(box, "resume_at") or type(box).__name__ != "LineBox":
            pending.extend(reversed(getattr(box, "children", ())))
    return found


def _tables(pdf: Any, element: Any) -> list[Any]:
    """The tables of a structure element, in order, those within other tables left out."""
    found = []
    pending = [element]
    while pending:
        each = pending.pop()
        if each["S"] == "/Table":
            found.append(each)
        else:
            pending.extend(reversed(list(kids_of(pdf, each))))
    return found


def _has_header(pdf: Any, table: Any) -> bool:
    return any(cell["S"] == "/TH" for cell in _cells(pdf, table))


def _join(pdf: Any, table: Any, rest: Any) -> None:
    """Put the rows of `rest` into `table`."""
    for cell in _cells(pdf, rest):
        # Where there was no header, none is named.
        cell.get("A", {}).pop("Headers", None)
    for kid in kids_of(pdf, rest):
        kid["P"] = table.reference
    table["K"].extend(rest["K"])
    rest["K"] = pydyf.Array()


def _cells(pdf: Any, table: Any) -> Iterator[Any]:
    """Yield the cells of a table, those within other tables left out."""
    pending = list(kids_of(pdf, table))
    while pending:
        each = pending.pop()
        if each["S"] in ("/TD", "/TH"):
            yield each
        elif each["S"] != "/Table":
            pending.extend(kids_of(pdf, each))


def give_bodies(pdf: Any) -> None:
    """Put what an item of a list holds beside its marker into a body (ISO 32000-1, 14.8.4.3.3).

    WeasyPrint does so with text, and not with paragraphs.
    """
    for item in [each for each in pdf.objects if type_of(each) == "/StructElem"]:
        if item.get("S") != "/LI":
            continue
        kids = list(kids_of(pdf, item))
        if all(kid["S"] in ("/Lbl", "/LBody") for kid in kids):
            continue
        body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "P": item.reference})
        pdf.add_object(body)
        if "Pg" in item:
            body["Pg"] = item["Pg"]
        labels = [kid.reference for kid in kids if kid["S"] == "/Lbl"]
        inside = [kid for kid in kids if kid["S"] != "/Lbl"]
        body["K"] = pydyf.Array([kid.reference for kid in inside])
        for kid in inside:
            kid["P"] = body.reference
        item["K"] = pydyf.Array([*labels, body.reference])
