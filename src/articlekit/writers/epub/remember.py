"""What was made of a chapter before is found again, by all that it was made of.

So a book of a thousand articles of which one is new is written without making the others'
pages once more.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import Final

from articlekit.model import Memory
from articlekit.report import Report
from articlekit.writers.epub.deflated import Deflated
from articlekit.writers.epub.layout import Page
from articlekit.writers.epub.links import Links
from articlekit.writers.epub.look import Look
from articlekit.writers.epub.pages import chapter_pages

_HEAD: Final = struct.Struct(">I")


def files_of(
    page: Page, look: Look, links: Links, report: Report, memory: Memory | None
) -> list[Deflated]:
    """Make a chapter's files, or recall them; those with something to report are made anew."""
    if memory is None or page.chapter.digest is None:
        return [Deflated.of(data) for data in chapter_pages(page, links, report)]
    key = b"epub page " + _needs(page, look, links)
    if (data := memory.recall(key)) is not None:
        return _unpacked(data)
    told = Report()
    made = [Deflated.of(data) for data in chapter_pages(page, links, told)]
    report.diagnostics += told.diagnostics
    if not told.diagnostics:
        memory.keep(key, _packed(made))
    return made


def _needs(page: Page, look: Look, links: Links) -> bytes:
    """All that a chapter's files are made of, besides the code."""
    draft, meta = page.draft, page.chapter.meta
    assert page.chapter.digest is not None
    told = (
        zlib.ZLIB_RUNTIME_VERSION,
        page.chapter.digest.hex(),
        page.chapter.id,
        page.title,
        draft.language,
        draft.spans,
        [(each.position, each.id) for each in draft.headings],
        [leaf.name for leaf in page.leaves],
        meta.authors,
        meta.published.isoformat() if meta.published else None,
        meta.categories,
        meta.url,
        [(each, links.places.get(each)) for each in look.links],
        [(each, links.images.get(each)) for each in look.images],
    )
    return json.dumps(told, separators=(",", ":")).encode()


def _packed(files: list[Deflated]) -> bytes:
    head = json.dumps([(each.checksum, each.size, len(each.data)) for each in files]).encode()
    return b"".join((_HEAD.pack(len(head)), head, *(each.data for each in files)))


def _unpacked(data: bytes) -> list[Deflated]:
    at = _HEAD.size + _HEAD.unpack_from(data)[0]
    files = []
    for checksum, size, length in json.loads(data[_HEAD.size : at]):
        files.append(Deflated(data[at : at + length], checksum, size))
        at += length
    return files
