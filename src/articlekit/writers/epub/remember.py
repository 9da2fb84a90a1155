"""What was made of a chapter before is found again, by all that it was made of.

So a book of a thousand articles of which one is new is written without making the others'
pages once more.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from articlekit.model import Memory
from articlekit.report import Report
from articlekit.writers.epub.deflated import Deflated
from articlekit.writers.epub.layout import Page
from articlekit.writers.epub.links import Links
from articlekit.writers.epub.look import Look
from articlekit.writers.epub.pages import chapter_pages

# `json.dumps` makes an encoder for each call that asks for anything.
_as_json: Final = json.JSONEncoder(separators=(",", ":")).encode
_HEAD: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Made:
    """A chapter's files: as they were kept, or as pages, which are to be kept under a key."""

    kept: bytes | None
    pages: Sequence[bytes] = ()
    key: bytes | None = None


def make_files(
    chapters: Sequence[tuple[Page, Look]], links: Links, report: Report, memory: Memory | None
) -> list[Made]:
    """Make chapters' files, or recall them; those with something to report are made anew."""
    keys = [None if memory is None else _key(page, look, links) for page, look in chapters]
    known = {} if memory is None else memory.recall_all([key for key in keys if key is not None])
    made = []
    for (page, _), key in zip(chapters, keys, strict=True):
        if key is not None and key in known:
            made.append(Made(known[key]))
            continue
        told = Report()
        pages = chapter_pages(page, links, told)
        report.diagnostics += told.diagnostics
        made.append(Made(None, pages, None if told.diagnostics else key))
    return made


def deflate_files(made: Sequence[Made], memory: Memory | None) -> list[Deflated]:
    """Return the files as the zip holds them, and keep those that are new."""
    return [file for each in made for file in _deflated(each, memory)]


def _deflated(made: Made, memory: Memory | None) -> Sequence[Deflated]:
    if made.kept is not None:
        return list(_unpacked(made.kept))
    files = [Deflated.of(page) for page in made.pages]
    if memory is not None and made.key is not None:
        memory.keep(made.key, _packed(files))
    return files


def _key(page: Page, look: Look, links: Links) -> bytes | None:
    """All that a chapter's files are made of, besides the code; None where it cannot be said."""
    draft, meta = page.draft, page.chapter.meta
    if page.chapter.digest is None:
        return None
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
    return b"epub page " + _as_json(told).encode()


def _packed(files: Sequence[Deflated]) -> bytes:
    head = json.dumps([(each.checksum, each.size, len(each.data)) for each in files]).encode()
    return b"".join((_HEAD.pack(len(head)), head, *(each.data for each in files)))


def _unpacked(data: bytes) -> Iterator[Deflated]:
    at = _HEAD.size + _HEAD.unpack_from(data)[0]
    for checksum, size, length in json.loads(data[_HEAD.size : at]):
        yield Deflated(data[at : at + length], checksum, size)
        at += length
