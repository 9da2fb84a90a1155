"""Chapters' files, made some way ahead of the zip and deflated on a thread of their own.

To deflate a page takes half as long as to make it, and zlib lets another thread run meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeAlias

from articlekit.model import Memory
from articlekit.report import Report
from articlekit.writers.epub.deflated import Deflated
from articlekit.writers.epub.layout import Layout, Page
from articlekit.writers.epub.links import Links
from articlekit.writers.epub.look import Look
from articlekit.writers.epub.remember import deflate_files, make_files

# Chapters that are handed over together, as each time takes a while; and the bytes that end a
# sheaf before, as three of them are in memory.
_TOGETHER: Final = 16
_BYTES: Final = 1 << 20

_Sheaf: TypeAlias = list[tuple[Page, Look]]


def press(
    layout: Layout, links: Links, report: Report, memory: Memory | None
) -> Generator[Deflated, None, None]:
    """Yield the files of all chapters, in order.

    While those of one sheaf of chapters are taken, those of the next are being deflated.
    """
    waiting: deque[Future[list[Deflated]]] = deque()
    with ThreadPoolExecutor(1, "deflate") as thread:
        for sheaf in _sheaves(layout):
            made = make_files(sheaf, links, report, memory)
            waiting.append(thread.submit(deflate_files, made, memory))
            if len(waiting) > 1:
                yield from waiting.popleft().result()
        for each in waiting:
            yield from each.result()


def _sheaves(layout: Layout) -> Iterator[_Sheaf]:
    sheaf: _Sheaf = []
    size = 0
    for page, look in zip(layout.pages, layout.looks, strict=True):
        sheaf.append((page, look))
        size += look.size
        if len(sheaf) == _TOGETHER or size > _BYTES:
            yield sheaf
            sheaf, size = [], 0
    if sheaf:
        yield sheaf
