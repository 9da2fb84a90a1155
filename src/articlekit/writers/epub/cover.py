"""The cover's picture: the book's own, or one that is drawn and kept for the next time."""

from __future__ import annotations

import json
from typing import Final

from articlekit.machine import fonts_stamp
from articlekit.model import Book, Memory
from articlekit.report import Report
from articlekit.writers.epub.layout import CoverFile, image_name
from articlekit.writers.epub.metadata import creators, dates, image_item
from articlekit.writers.epub.words import clean, title_of
from articlekit.writers.labels import labels

_DRAWN: Final = "images/cover.png"
# More names than these are "and others" to a cover; they are all on the title page.
_NAMES: Final = 4


def cover_of(
    book: Book, language: str | None, memory: Memory | None, report: Report, *, gray: bool
) -> CoverFile:
    """Return the book's own cover, or one that is drawn, in grays when they are asked for."""
    own = book.cover
    if own is not None:
        return CoverFile(image_name(own), image_item(own), own.media_type, own.read)
    words = labels(language)
    days = " – ".join(words.date(day) for day in dates(book))
    authors = words.authors(creators(book)[:_NAMES])
    title, subtitle = title_of(book.meta.title, language), clean(book.meta.subtitle or "")
    data, missing = _drawn((title, authors, days, language, subtitle), memory, gray=gray)
    if missing:
        message = f"the cover lacks {missing[:40]!r}, which no font at hand has"
        report.add("cover-missing-glyph", message)
    return CoverFile(_DRAWN, "cover-image", "image/png", lambda: data)


def _drawn(
    text: tuple[str, str, str, str | None, str], memory: Memory | None, *, gray: bool
) -> tuple[bytes, str]:
    """Draw a cover, or recall it; return it with the characters that no font at hand has."""
    key = None if memory is None else _key(text, gray=gray)
    if memory is not None and key is not None and (kept := memory.recall(key)) is not None:
        head, _, data = kept.partition(b"\n")
        return data, json.loads(head)
    # Pillow is loaded where something is drawn.
    from articlekit.writers.covers import CoverText, draw_cover

    drawn = draw_cover(CoverText(*text), gray=gray)
    if memory is not None and key is not None:
        memory.keep(key, json.dumps(drawn.missing).encode() + b"\n" + drawn.data)
    return drawn.data, drawn.missing


def _key(text: tuple[str | None, ...], *, gray: bool) -> bytes | None:
    """All that a cover is made of, besides the code; None where the fonts cannot be told."""
    try:
        fonts = fonts_stamp()
    except OSError:
        return None
    return b"epub cover " + fonts + json.dumps((text, gray)).encode()
