"""Links from one part of a book into another, made links within the book."""

from __future__ import annotations

from collections.abc import Iterable

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf

from articlekit.writers.pdf.elsewhere import read_address
from articlekit.writers.pdf.transfer import kids, pairs


def turn_links(pdf: Pdf, pages: Iterable[Object], known: frozenset[str]) -> set[int]:
    """Turn the addresses of what is in another piece into links within the book.

    Those to nothing are taken out; their keys in the tree of owners are returned.
    """
    lost: dict[int, tuple[int, int]] = {}
    for page in pages:
        stay = [each for each in page.get("/Annots", ()) if _is_kept(each, known, lost)]
        if len(stay) < len(page.get("/Annots", ())):
            page.Annots = Array(stay)
    if lost:
        for key, owner in pairs(pdf.Root.StructTreeRoot.ParentTree, "/Nums"):
            if key in lost:
                owner.K = Array([kid for kid in kids(owner) if _object_of(kid) != lost[key]])
    return set(lost)


def _is_kept(link: Object, known: frozenset[str], lost: dict[int, tuple[int, int]]) -> bool:
    found = read_address(str(link.A.get("/URI", ""))) if "/A" in link else None
    if found is None:
        return True
    anchor, said = found
    if anchor not in known:
        lost[int(link.StructParent)] = link.objgen
        return False
    del link.A
    link.Dest, link.Contents = name_of(anchor), pikepdf.String(said)
    return True


def _object_of(kid: Object | int) -> tuple[int, int] | None:
    held = kid.get("/Obj") if isinstance(kid, Dictionary) else None
    return None if held is None else held.objgen


def name_of(anchor: str) -> Object:
    """Return an anchor as the names of places are written: UTF-16, but for ASCII."""
    if anchor.isascii():
        return pikepdf.String(anchor)
    return pikepdf.String(b"\xfe\xff" + anchor.encode("utf-16-be"))
