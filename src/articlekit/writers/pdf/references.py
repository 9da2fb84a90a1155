"""One list of a PDF's pages for all who ask, in place of one for each of them.

pydyf makes it anew whenever it is asked for, and WeasyPrint asks for every element that it
tags: 12,000 times on 150 pages, which made a list of 1.8 million entries in all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf


@contextmanager
def kept_references() -> Iterator[None]:
    """Let PDFs remember their pages meanwhile; what they answer is the same.

    WeasyPrint makes the PDF inside, so that its class is what can be changed. Threads may
    do so at once: what is left behind in the worst case answers the same, too.
    """
    original = pydyf.PDF.page_references
    pydyf.PDF.page_references = property(_references)
    try:
        yield
    finally:
        pydyf.PDF.page_references = original


def _references(pdf: Any) -> tuple[bytes, ...]:
    kids = pdf.pages["Kids"]  # a number, 0 and R for each
    kept: tuple[bytes, ...] = getattr(pdf, "kept_references", ())
    if 3 * len(kept) != len(kids):
        kept = tuple(f"{number} 0 R".encode("ascii") for number in kids[::3])
        pdf.kept_references = kept
    return kept
