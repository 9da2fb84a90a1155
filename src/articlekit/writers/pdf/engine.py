"""WeasyPrint, and nothing else of articlekit imports it. Importing this may fail.

It raises ImportError without WeasyPrint and OSError without the libraries that
WeasyPrint loads; `writer.py` turns both into a `MissingDependency`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import weasyprint
from weasyprint.document import Page
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from articlekit.writers.pdf.justify import justify


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that a page may use, and its media type."""

    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine could not do: characters without a glyph, and its own complaints."""

    missing: tuple[str, ...]
    complaints: tuple[str, ...]


class BookFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint publishes no types
    """Serves the book's own resources by their exact URLs and refuses every other URL."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._resources = resources

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Open the resource. The error is WeasyPrint's to catch; it leaves the image out."""
        resource = self._resources.get(url)
        if resource is None:
            raise ValueError("not a part of the book")
        # A response that says it is a file is read again when the PDF is written, so a
        # JPEG is never held in memory between layout and writing.
        address = resource.path.absolute().as_uri()
        body = resource.path.open("rb")
        return URLFetcherResponse(address, body, {"Content-Type": resource.media_type})


def write_pdf(html: str, resources: Mapping[str, Resource], target: BinaryIO) -> Outcome:
    """Lay `html` out and write it as PDF. The same input gives the same bytes.

    Images go in as they are: scaling and encoding are done before layout, as the engine
    would encode every JPEG again at quality 75.
    """
    with _complaints() as heard, TemporaryDirectory(prefix="articlekit-") as folder:
        source = weasyprint.HTML(string=html, url_fetcher=BookFetcher(resources))
        document = source.render(
            font_config=FontConfiguration(),
            # `ol[type]` and an image's width are hints; the normal form has no others.
            presentational_hints=True,
            cache=folder,
        )
        document.pages = [_justified(page) for page in document.pages]
        document.write_pdf(target)
        missing = {point for font in document.fonts.values() for point in font.missing}
    return Outcome(tuple(map(chr, sorted(missing))), tuple(dict.fromkeys(heard)))


def _justified(page: Page) -> Page:
    """Justify a page, and gather its links again, as they have moved with the text."""
    box = page._page_box
    justify(box, partial(_lay_out_background, box))
    return Page(box)


def _lay_out_background(page: object, box: object) -> None:
    layout_box_backgrounds(page, box, _no_image, layout_children=False)


def _no_image(**_: object) -> None:
    """Stand in for the loader of background images: print.css has none."""


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs meanwhile in this thread, and keep it from any handler."""
    heard: list[str] = []
    thread = threading.get_ident()

    def collect(record: logging.LogRecord) -> bool:
        if record.thread != thread:
            return True
        heard.append(record.getMessage())
        return False

    logger = logging.getLogger("weasyprint")
    logger.addFilter(collect)
    try:
        yield heard
    finally:
        logger.removeFilter(collect)
