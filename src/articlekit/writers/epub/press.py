"""Chapters' files, made some way ahead of the zip and deflated on a thread of their own.

To deflate a page takes half as long as to make it, and zlib lets another thread run meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from articlekit.model import Memory
from articlekit.report import Report
from articlekit.writers.epub.deflated import Deflated
from articlekit.writers.epub.layout import Layout
from articlekit.writers.epub.links import Links
from articlekit.writers.epub.remember import deflate_files, make_files

# Chapters that are handed over together, as each time takes a while; few enough for memory.
_TOGETHER: Final = 16


def press(
    layout: Layout, links: Links, report: Report, memory: Memory | None
) -> Generator[Deflated, None, None]:
    """Yield the files of all chapters, in order.

    While those of one sheaf of chapters are taken, those of the next are being deflated.
    """
    chapters = list(zip(layout.pages, layout.looks, strict=True))
    waiting: deque[Future[list[Deflated]]] = deque()
    with ThreadPoolExecutor(1, "deflate") as thread:
        for start in range(0, len(chapters), _TOGETHER):
            made = make_files(chapters[start : start + _TOGETHER], links, report, memory)
            waiting.append(thread.submit(deflate_files, made, memory))
            if len(waiting) > 1:
                yield from waiting.popleft().result()
        for each in waiting:
            yield from each.result()
