"""WeasyPrint, and nothing else of articlekit imports it. Importing this may fail.

It raises ImportError without WeasyPrint and OSError without the libraries that
WeasyPrint loads; `writer.py` turns both into a `MissingDependency`.
"""

from __future__ import annotations

import gc
import io
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import md5
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final
from xml.etree import ElementTree

import cssselect2
import weasyprint
from weasyprint.css import ColorProfile
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from articlekit.writers.pdf.cff import with_plain_charset
from articlekit.writers.pdf.pace import in_one_piece, quickened
from articlekit.writers.pdf.packet import put_packet
from articlekit.writers.pdf.pages import justified, lead_elsewhere
from articlekit.writers.pdf.parting import Laid
from articlekit.writers.pdf.references import kept_references
from articlekit.writers.pdf.sharing import SharedFonts
from articlekit.writers.pdf.tagged import mend_tags


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that a page may use, and its media type."""

    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class Markup:
    """A document: HTML up to and including `<body>`, and what is in it as pieces of XML."""

    head: str
    parts: tuple[bytes, ...]

    @property
    def identifier(self) -> bytes:
        """A name for the document, made of its text: the same for the same."""
        return md5(b"".join((self.head.encode(), *self.parts)), usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine could not do: characters without a glyph, and its own complaints."""

    missing: tuple[str, ...]
    complaints: tuple[str, ...]


#: What a layout may fail by: bugs of the engine, and depths and sizes that it was not made for.
LAYOUT_FAULTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


class BookFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint publishes no types
    """Serves the book's own resources by their exact URLs and refuses every other URL.

    A `data:` URL is its own resource: a user's style sheet may have some.
    """

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._resources = resources

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Open the resource. The error is WeasyPrint's to catch; it leaves the image out."""
        if url[:5].lower() == "data:":
            return super().fetch(url, headers)
        resource = self._resources.get(url)
        if resource is None:
            raise ValueError("not a part of the book")
        # A response that says it is a file is read again when the PDF is written, so a
        # JPEG is never held in memory between layout and writing.
        address = resource.path.absolute().as_uri()
        body = resource.path.open("rb")
        return URLFetcherResponse(address, body, {"Content-Type": resource.media_type})


class BookHTML(weasyprint.HTML):  # type: ignore[misc]  # WeasyPrint publishes no types
    """A document whose body is parsed as XML, by C: an HTML parser in Python is slow."""

    def __init__(self, markup: Markup, resources: Mapping[str, Resource]) -> None:
        super().__init__(string=markup.head, url_fetcher=BookFetcher(resources))
        body = self.etree_element.find("body")
        # What lxml wrote of a tree in the normal form: no entities are declared in it.
        body.extend(map(ElementTree.fromstring, markup.parts))
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(
            self.etree_element, content_language=None
        )


@dataclass(frozen=True, slots=True)
class Faces:
    """The fonts that the parts of a book share, with the glyphs that those written so far have."""

    configuration: FontConfiguration = field(default_factory=FontConfiguration)
    used: SharedFonts = field(default_factory=SharedFonts)


def write_pdf(
    markup: Markup, resources: Mapping[str, Resource], target: BinaryIO, standard: str
) -> Outcome:
    """Lay `markup` out and write it as PDF. The same input gives the same bytes.

    `standard` is one of `options.STANDARDS`. Images go in as they are: scaling and encoding
    are done before layout. Raises one of `LAYOUT_FAULTS` where the engine fails, and then
    has written nothing.
    """
    return in_one_piece(partial(_write, markup, resources, target, standard))


def _write(
    markup: Markup, resources: Mapping[str, Resource], target: BinaryIO, standard: str
) -> Outcome:
    with _at_work() as work:
        document = _laid_out(markup, resources, work.folder, Faces())
        return _written(document, target, markup, standard, work)


def write_part(
    markup: Markup,
    resources: Mapping[str, Resource],
    target: BinaryIO,
    standard: str,
    faces: Faces,
) -> tuple[Laid, Outcome]:
    """Write a part of a book as `write_pdf` does, with links that lead out of it.

    The part that is written last has all fonts with all glyphs that the parts share.
    """

    def part() -> tuple[Laid, Outcome]:
        with _at_work() as work:
            document = _laid_out(markup, resources, work.folder, faces)
            anchors: dict[str, int] = {}
            for number, page in enumerate(document.pages):
                for anchor in page.anchors:
                    anchors.setdefault(anchor, number)
            lead_elsewhere(document.pages, frozenset(anchors))
            faces.used.renew()
            outcome = _written(document, target, markup, standard, work)
            return Laid(len(document.pages), anchors), outcome

    made = in_one_piece(part)
    gc.collect()  # boxes lead to boxes in circles
    return made


@dataclass(frozen=True, slots=True)
class _Work:
    """One use of WeasyPrint: a folder for pictures, and what it complained of."""

    folder: str
    heard: list[str]


@contextmanager
def _at_work() -> Iterator[_Work]:
    with (
        _complaints() as heard,
        kept_references(),
        quickened(),
        TemporaryDirectory(prefix="articlekit-") as folder,
    ):
        yield _Work(folder, heard)


def _written(
    document: Document, target: BinaryIO, markup: Markup, standard: str, work: _Work
) -> Outcome:
    variant = f"pdf/{standard}" if standard.startswith("a-") else None
    if variant is not None:
        _intend_srgb(document)
    document.write_pdf(
        target,
        finisher=partial(_finish, standard),
        pdf_variant=variant,
        # Any but None and "srgb": what the profiles of the document have is taken then.
        output_intent="own",
        pdf_tags=True,
        # PDF/A wants an identifier; one that is made of the text stays the same.
        pdf_identifier=markup.identifier.hex().encode(),
    )
    missing = {point for font in document.fonts.values() for point in font.missing}
    return Outcome(tuple(map(chr, sorted(missing))), tuple(dict.fromkeys(work.heard)))


def fault_of(markup: Markup, resources: Mapping[str, Resource]) -> str | None:
    """Lay `markup` out for nothing, and say by what that failed."""
    with _complaints(), TemporaryDirectory(prefix="articlekit-") as folder:
        try:
            document = _laid_out(markup, resources, folder, Faces())
            document.write_pdf(io.BytesIO(), pdf_tags=True)
        except LAYOUT_FAULTS as error:
            return f"{type(error).__name__}: {error}".strip(": ")[:200]
    return None


def _laid_out(
    markup: Markup, resources: Mapping[str, Resource], folder: str, faces: Faces
) -> Document:
    document = BookHTML(markup, resources).render(
        font_config=faces.configuration,
        # `ol[type]` and an image's width are hints; the normal form has no others.
        presentational_hints=True,
        cache=folder,
    )
    document.pages = [justified(page) for page in document.pages]
    document.fonts = faces.used
    return document


def _intend_srgb(document: Document) -> None:
    """Give the document the profile that PDF/A wants; WeasyPrint would leave its file open."""
    with files("weasyprint.pdf").joinpath("sRGB2014.icc").open("rb") as file:
        channels = (["r"], ["g"], ["b"])
        profile = ColorProfile(file, "sRGB2014.icc", "relative-colorimetric", channels)
    document.color_profiles["own"] = profile


def _finish(standard: str, document: Document, pdf: Any) -> None:
    mend_tags(document, pdf)
    put_packet(document, pdf, standard)
    for each in pdf.objects:
        if getattr(each, "extra", {}).get("Subtype") == "/OpenType":
            each.stream = [with_plain_charset(bytes(each.stream[0]))]


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
