"""What WeasyPrint 70 leaves to do for a PDF/UA-1 (ISO 14289-1), done before it is written.

It tags every page's content, but marks running titles and page numbers as if they were
text, leaves links without content where a line ends in one, and says of a link within the
book only where it leads. All is done on WeasyPrint's own objects, so that no second copy
of the book is ever held.
"""

from __future__ import annotations

from typing import Any, Final

import pydyf

from articlekit.html import text_of
from articlekit.writers.pdf.structure import give_bodies, join_tables, kids_of, number_of, type_of

#: Of an annotation: it is printed (ISO 32000-1, 12.5.3).
_PRINT: Final = 4
# Structure elements that say something though they are empty: a cell keeps its column.
_EMPTY: Final = frozenset({"/TD", "/TH", "/Document"})


def mend_tags(document: Any, pdf: Any) -> None:
    """Mend the tags of `pdf`, a pydyf.PDF made of `document` and not yet written."""
    root = pdf.objects[number_of(pdf.catalog["StructTreeRoot"])]
    _prune(pdf, root)
    if join_tables(document, pdf, root):
        _prune(pdf, root)
    give_bodies(pdf)
    _mark_artifacts(pdf, root)
    _describe_links(document)
    for each in pdf.objects:
        if type_of(each) == "/Annot":
            each["F"] = _PRINT


def _prune(pdf: Any, root: Any) -> None:
    """Take out structure elements that hold nothing, from the leaves up.

    Their objects stay as empty dictionaries: pydyf miscounts its index when any is freed.
    """
    order = [root]
    for element in order:
        order.extend(kids_of(pdf, element))
    gone: set[int] = set()
    for element in reversed(order):
        kids = [k for k in element["K"] if isinstance(k, int) or number_of(k) not in gone]
        element["K"] = pydyf.Array(kids)
        if not kids and element.get("S") not in _EMPTY and element is not root:
            gone.add(element.number)
    for number in gone:
        pdf.objects[number].clear()


def _mark_artifacts(pdf: Any, root: Any) -> None:
    """Mark as artifacts what is on a page and not in the tree: running titles, page numbers.

    WeasyPrint makes structure elements of these, too, and hangs them nowhere.
    """
    held = {root.number}
    order = [root]
    for element in order:
        kids = list(kids_of(pdf, element))
        held.update(each.number for each in kids)
        order.extend(kids)
    pages = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
    numbers = pdf.objects[number_of(root["ParentTree"])]["Nums"]
    for page, owners in zip(pages, numbers[1::2], strict=False):
        loose = {n for n, owner in enumerate(owners) if number_of(owner) not in held}
        if loose:
            _mark(pdf.objects[number_of(page["Contents"])].stream, loose)
            owners[:] = ["null" if n in loose else owner for n, owner in enumerate(owners)]
    for each in pdf.objects:
        if type_of(each) == "/StructElem" and each.number not in held:
            each.clear()


def _mark(stream: list[Any], loose: set[int]) -> None:
    """Begin the marked content of these numbers anew, as artifacts (ISO 32000-1, 14.8.2.2)."""
    for at, piece in enumerate(stream):
        if isinstance(piece, dict) and piece.get("MCID") in loose:
            stream[at - 1 : at + 2] = ["/Artifact", b"", b"BMC"]


def _describe_links(document: Any) -> None:
    """Describe links within the book by their text, which is what a screen reader says."""
    for page in document.pages:
        for kind, _, _, box in page.links:
            annotation = getattr(box, "link_annotation", None)
            if kind == "internal" and annotation and box.element is not None:
                text = " ".join(text_of(box.element).split())
                if text:
                    annotation["Contents"] = pydyf.String(text)
