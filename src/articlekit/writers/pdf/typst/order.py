"""Notes behind the rest of their page in the tags, as they stand on it.

Typst tags a note where its mark is, and paints it at the foot of the page: those who are
read to by the page's content and those who go by its tags would hear two orders.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Object, Pdf


def put_notes_last(made: bytes) -> bytes:
    """Return the PDF with each note behind all else on its page; the same bytes for the same.

    Without pikepdf, or notes, it is returned as it is.
    """
    try:
        import pikepdf
    except ImportError:
        return made
    with pikepdf.open(io.BytesIO(made)) as pdf:
        if not move_notes(pdf):
            return made
        buffer = io.BytesIO()
        pdf.save(
            buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
    return buffer.getvalue()


def move_notes(pdf: Pdf) -> bool:
    """Put each note behind all else on its page, and tell whether there was any."""
    import pikepdf

    root = pdf.Root.StructTreeRoot
    owners = pikepdf.NumberTree(root.ParentTree)
    # Behind which of the document's children the notes of a page go.
    moves: dict[tuple[int, int], list[Object]] = {}
    for page in pdf.pages:
        if "/StructParents" not in page.obj:
            continue
        notes: dict[tuple[int, int], Object] = {}
        for owner in reversed(list(owners[int(page.obj.StructParents)])):
            line = list(_line(owner))
            if len(line) < 2:
                continue
            note = next((each for each in line if each.S == "/Note"), None)
            if note is None:
                moves.setdefault(line[-2].objgen, []).extend(reversed(notes.values()))
                break
            notes[note.objgen] = note
    moves = {key: notes for key, notes in moves.items() if notes}
    _reorder(root.K, moves)
    return bool(moves)


def _line(element: Object) -> Iterator[Object]:
    """Yield a structure element and those that hold it, up to the document."""
    while "/S" in element:
        yield element
        element = element.P


def _reorder(document: Object, moves: dict[tuple[int, int], list[Object]]) -> None:
    """Take the notes out of their paragraphs, and put them behind what they are to follow."""
    import pikepdf

    document = document[0] if isinstance(document, pikepdf.Array) else document
    for note in (each for notes in moves.values() for each in notes):
        held = [kid for kid in note.P.K if getattr(kid, "objgen", None) != note.objgen]
        note.P.K = pikepdf.Array(held)
        note.P = document
    kids: list[Object] = []
    for kid in document.K:
        kids += [kid, *moves.get(getattr(kid, "objgen", (0, 0)), [])]
    document.K = pikepdf.Array(kids)
