"""Books as PDFs by either engine, and what these say, as lists that can be compared."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf

from articlekit.model import Book
from articlekit.report import Report
from articlekit.writers.pdf import PdfOptions
from articlekit.writers.pdf.typst.engine import write_by_typst
from articlekit.writers.pdf.weasy import write_by_weasyprint

ENGINES: Final = ("typst", "weasyprint")
#: More pages than any test's book has: it is laid out whole.
WHOLE: Final = 10_000
_WRITERS: Final[dict[str, Callable[..., None]]] = {
    "typst": write_by_typst,
    "weasyprint": write_by_weasyprint,
}


def write(engine: str, book: Book, path: Path, pages: int, standard: str = "ua-1") -> Report:
    """Write a book in parts of some pages."""
    report = Report()
    with path.open("wb") as file:
        _WRITERS[engine](book, PdfOptions(pdf_standard=standard), file, report, pages)
    return report


def text_of(path: Path) -> list[str]:
    """The text of each page, as it stands there."""
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")


def places(pdf: Pdf) -> dict[bytes, Object]:
    """The places of a PDF by the bytes of their names."""
    names = pdf.Root.get("/Names")
    held = list(names.Dests.Names) if names is not None else []
    return {bytes(name): place for name, place in zip(held[::2], held[1::2], strict=True)}


def bookmarks(pdf: Pdf) -> list[tuple[int, str, int, tuple[float, ...]]]:
    """Level, title, page and place of each bookmark; what leads on must lead back, too."""
    found: list[tuple[int, str, int, tuple[float, ...]]] = []
    target = _Targets(pdf)
    waiting = [(1, pdf.Root.Outlines)]
    while waiting:
        level, parent = waiting.pop()
        if level > 1:
            found.append((level - 1, str(parent.Title), *target(parent.Dest)))
        kids = list(_kids(parent))
        waiting += [(level + 1, kid) for kid in reversed(kids)]
    return found


def _kids(parent: Object) -> Iterator[Object]:
    before, kid = None, parent.get("/First")
    while kid is not None:
        assert kid.Parent.objgen == parent.objgen
        assert (before is None) == ("/Prev" not in kid)
        assert before is None or kid.Prev.objgen == before.objgen
        yield kid
        before, kid = kid, kid.get("/Next")
    assert before is None or before.objgen == parent.Last.objgen


class _Targets:
    """Tells the page that a destination is on, from 1, and where on it."""

    def __init__(self, pdf: Pdf) -> None:
        self._places = places(pdf)
        self._pages = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}

    def __call__(self, target: Any) -> tuple[int, tuple[float, ...]]:
        place = target if isinstance(target, Array) else self._places[bytes(target)]
        return self._pages[place[0].objgen], tuple(round(float(each), 2) for each in place[2:])


def links(pdf: Pdf) -> list[tuple[int, tuple[float, ...], Any]]:
    """The page and area of each link, and its address or the page and place it leads to."""
    found = []
    target = _Targets(pdf)
    for number, page in enumerate(pdf.pages, 1):
        for link in page.obj.get("/Annots", ()):
            area = tuple(round(float(side), 2) for side in link.Rect)
            leads = str(link.A.URI) if "/A" in link else target(link.Dest)
            found.append((number, area, leads))
    return found


def leading(pdf: Pdf, pages: range) -> list[tuple[int, int]]:
    """Pages and the pages that links on them lead to, each once."""
    found = [(page, target[0]) for page, _, target in links(pdf) if not isinstance(target, str)]
    return list(dict.fromkeys(each for each in found if each[0] in pages))


def tags(pdf: Pdf) -> list[tuple[int, str]]:
    """Depth and kind of everything in the tree of tags: elements, marked content and links."""
    found: list[tuple[int, str]] = []
    waiting: list[tuple[int, Any]] = [(0, kid) for kid in reversed(_held(pdf.Root.StructTreeRoot))]
    while waiting:
        depth, each = waiting.pop()
        if isinstance(each, Dictionary) and "/S" in each:
            found.append((depth, f"{each.S} {each.get('/Alt', '')}"))
            waiting += [(depth + 1, kid) for kid in reversed(_held(each))]
        elif isinstance(each, Dictionary):
            found.append((depth, str(each.get("/Type", each.get("/MCID")))))
        else:
            found.append((depth, str(each)))
    return found


def _held(element: Object) -> list[Any]:
    held: Any = element.get("/K", [])
    return list(held) if isinstance(held, Array) else [held]


def cells(pdf: Pdf) -> tuple[list[str], set[str]]:
    """The names of all cells of tables, and those that cells name as their headers."""
    names, headers = [], set()
    for each in pdf.objects:
        if isinstance(each, Dictionary) and each.get("/S") in ("/TH", "/TD"):
            names += [str(each.ID)] if "/ID" in each else []
            attributes: Any = each.get("/A", [])
            for group in attributes if isinstance(attributes, Array) else [attributes]:
                headers |= {str(name) for name in group.get("/Headers", ())}
    return names, headers


def orphans(pdf: Pdf) -> list[tuple[int, int]]:
    """Page and number of marked content, and links, of which no element of the tree says so."""
    reached = {each.objgen for each in _elements(pdf)}
    owners = dict(pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree).items())
    lost = []
    for number, page in enumerate(pdf.pages, 1):
        held: Any = owners[int(page.obj.StructParents)]
        marks = [
            int(step.operands[1].MCID)
            for step in pikepdf.parse_content_stream(page)
            if str(step.operator) == "BDC" and "/MCID" in step.operands[1]
        ]
        lost += [(number, mark) for mark in marks if held[mark].objgen not in reached]
        for link in page.obj.get("/Annots", ()):
            owner: Any = owners[int(link.StructParent)]
            kids = [kid for kid in _held(owner) if isinstance(kid, Dictionary)]
            told = {kid.Obj.objgen for kid in kids if "/Obj" in kid}
            if owner.objgen not in reached or link.objgen not in told:
                lost.append((number, -1))
    return lost


def _elements(pdf: Pdf) -> Iterator[Object]:
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        for kid in _held(waiting.pop()):
            if isinstance(kid, Dictionary) and "/S" in kid:
                yield kid
                waiting.append(kid)
