"""One file: the book laid out, and its parts handed to the package."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from articlekit.model import Memory
from articlekit.report import Diagnostic, Report
from articlekit.writers.epub.access import survey_access
from articlekit.writers.epub.colophon import colophon_page, colophon_title
from articlekit.writers.epub.cover import cover_of
from articlekit.writers.epub.deflated import Deflated
from articlekit.writers.epub.document import MEDIA_TYPE
from articlekit.writers.epub.layout import Group, Layout, lay_out, stem
from articlekit.writers.epub.links import Links
from articlekit.writers.epub.look import digest_of
from articlekit.writers.epub.metadata import (
    Facts,
    creators,
    identifier_of,
    image_item,
    metadata,
    modified_at,
)
from articlekit.writers.epub.names import COLOPHON, COVER, CSS, NAV, NCX, TITLE_PAGE
from articlekit.writers.epub.nav import (
    NCX_MEDIA_TYPE,
    Entry,
    contents,
    landmarks,
    nav_document,
    nav_is_read,
    ncx_document,
)
from articlekit.writers.epub.options import Profile
from articlekit.writers.epub.package import Package, Part, write_package
from articlekit.writers.epub.pages import cover_page, part_pages, title_page
from articlekit.writers.epub.press import press
from articlekit.writers.epub.volumes import Volume
from articlekit.writers.epub.words import UNKNOWN_LANGUAGE, title_of
from articlekit.writers.labels import direction


@dataclass(frozen=True, slots=True)
class Making:
    """What all volumes of a run share; `losses` are told on the last one's last page."""

    profile: Profile
    language: str | None
    css: bytes
    memory: Memory | None
    losses: tuple[Diagnostic, ...]


def write_volume(volume: Volume, making: Making, target: BinaryIO | Path, report: Report) -> None:
    """Write one file; see `EpubWriter.write` for what it raises."""
    book, language = volume.book, making.language
    layout = lay_out(
        book,
        language,
        cover_of(book, language, making.memory, report, gray=making.profile.gray),
        spans=making.profile.spans,
    )
    facts = Facts(
        identifier=identifier_of(book, map(digest_of, book.chapters)),
        modified=modified_at(book, os.environ),
        access=survey_access(book, layout, language),
        cover=layout.cover.id,
        collection=volume.collection,
        position=volume.number,
    )
    links = Links(layout.places, layout.images, volume.anywhere)
    with closing(press(layout, links, report, making.memory)) as files:
        parts = tuple(_parts(volume, making, layout, facts, files))
        package = Package(
            language=language or UNKNOWN_LANGUAGE,
            direction="rtl" if direction(language) == "rtl" else None,
            modified=facts.modified,
            metadata=tuple(metadata(book, language, facts)),
            parts=parts,
            spine=tuple(_spine(parts, layout)),
            landmarks=landmarks(layout, language),
        )
        write_package(package, target)


def _parts(
    volume: Volume, making: Making, layout: Layout, facts: Facts, files: Iterator[Deflated]
) -> Iterator[Part]:
    """Yield the book's files in the order of the zip: what opens first stands first."""
    book, language, cover = volume.book, making.language, layout.cover
    told = making.losses if volume.is_last else ()

    def entries() -> tuple[Entry, ...]:
        last = (Entry(colophon_title(language), COLOPHON),) if told else ()
        return (*contents(layout, language), *last)

    def nav() -> bytes:
        return nav_document(entries(), landmarks(layout, language), language)

    def ncx() -> bytes:
        return ncx_document(
            entries(),
            identifier=facts.identifier,
            title=title_of(book.meta.title, language),
            authors=creators(book),
            language=language,
        )

    # Both lists are made when they are written and not kept: they name every heading.
    yield Part("nav", NAV, MEDIA_TYPE, nav, ("nav",))
    yield Part("ncx", NCX, NCX_MEDIA_TYPE, ncx)
    yield Part("css", CSS, "text/css", lambda: making.css)
    yield Part("cover", COVER, MEDIA_TYPE, partial(cover_page, book, cover.name, language))
    yield Part("titlepage", TITLE_PAGE, MEDIA_TYPE, partial(title_page, book, language))
    yield from _chapters(making, layout, files)
    if told:
        yield Part("colophon", COLOPHON, MEDIA_TYPE, partial(colophon_page, told, language))
    for name, image in layout.files.items():
        properties = ("cover-image",) if name == cover.name else ()
        yield Part(image_item(image), name, image.media_type, image.read, properties)
    if cover.name not in layout.files:
        yield Part(cover.id, cover.name, cover.media_type, cover.read, ("cover-image",))


def _chapters(making: Making, layout: Layout, files: Iterator[Deflated]) -> Iterator[Part]:
    openings = {group.pages[0].name: group for group in layout.groups}
    for page in layout.pages:
        if page.name in openings:
            yield from _part_pages(openings[page.name], making.language)
        for place, leaf in enumerate(page.leaves):
            name = stem(page.chapter) + (f".{place + 1}" if place else "")
            # The zip asks in the order in which they are made.
            yield Part(name, leaf.name, MEDIA_TYPE, partial(next, files), leaf.properties)


def _part_pages(group: Group, language: str | None) -> Iterator[Part]:
    stem = group.name.removesuffix(".xhtml")
    for place, data in enumerate(part_pages(group, language), 1):
        name = stem + (f"-{place}" if place > 1 else "")
        yield Part(name.rpartition("/")[2], f"{name}.xhtml", MEDIA_TYPE, partial(bytes, data))


def _spine(parts: tuple[Part, ...], layout: Layout) -> Iterator[str]:
    """Yield the ids of the pages in reading order; the contents follow the title page."""
    pages = [part.id for part in parts if part.media_type == MEDIA_TYPE and part.id != "nav"]
    front = [page for page in pages if page in ("cover", "titlepage")]
    yield from front
    if nav_is_read(layout):
        yield "nav"
    yield from pages[len(front) :]
