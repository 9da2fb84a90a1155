"""A book laid out share by share, with the numbers of pages that one layout would have given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeAlias

from articlekit.writers.pdf.plan import Plan, Share

# The contents may be a page longer for numbers that are a digit longer: once, or hardly again.
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Laid:
    """A PDF of a part of the book: its pages, counted, and the page in it, from 0, that each of
    its anchors is on.
    """

    pages: int
    anchors: Mapping[str, int]


#: Writes what is before the chapters, with the pages that these begin on, from 1.
Front: TypeAlias = Callable[[Mapping[str, int], Path], Laid]
#: Writes a share whose first page has a number.
Body: TypeAlias = Callable[[Share, int, Path], Laid]


def lay_out_apart(plan: Plan, front: Front, body: Body, folder: Path) -> list[Laid] | None:
    """Write the front and all shares into files of the folder, `file_of` each, in order.

    The front is written first for its number of pages, and last with the true ones. Returns
    None where it never has as many as were left for it: then the book is one for one layout.
    """
    ahead = front(plan.starts, file_of(folder, 0)).pages
    for _ in range(_ROUNDS):
        starts: dict[str, int] = {}
        laid, page = [], ahead + 1
        for number, share in enumerate(plan.shares, 1):
            made = body(share, page, file_of(folder, number))
            starts |= {each.id: page + made.anchors.get(each.id, 0) for each in share.chapters}
            laid.append(made)
            page += made.pages
        first = front(starts, file_of(folder, 0))
        if first.pages == ahead:
            return [first, *laid]
        ahead = first.pages
    return None


def can_join() -> bool:
    """Tell whether the library is there that parts are joined with."""
    return find_spec("pikepdf") is not None


def file_of(folder: Path, number: int) -> Path:
    """Where the front, 0, or a share, from 1, is written."""
    return folder / f"part{number}.pdf"
