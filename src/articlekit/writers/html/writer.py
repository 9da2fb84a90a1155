"""A book as one HTML file that needs nothing beside it, or as a small site."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO, Final

from articlekit.html import to_html
from articlekit.model import IMAGE_SCHEME, Book, Element, Image
from articlekit.report import Report
from articlekit.writers.html.document import NO_REFERRER, framed, head, parts
from articlekit.writers.html.options import HtmlOptions
from articlekit.writers.html.screen import fit_screen
from articlekit.writers.html.site import write_site

# `<` is always escaped in text and `"` in attributes, so only a real image matches.
_IMAGE: Final = re.compile(f'(<img src=")({re.escape(IMAGE_SCHEME)}[^"]*)(?=")')
# Divisible by three, so that no piece but the last is padded.
_PIECE: Final = 3 * 64 * 1024


@dataclass(frozen=True, slots=True)
class HtmlWriter:
    """Writes a book as one self-contained HTML file, or a folder of pages.

    A target with a suffix is one file; one without is a folder.
    """

    suffix: str = ".html"
    options: HtmlOptions = field(default_factory=HtmlOptions)

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        """Write the book; one chapter is in memory at a time.

        Raises OSError when the target or an image's file cannot be opened.
        """
        css = files(__package__).joinpath("screen.css").read_text(encoding="utf-8")
        if isinstance(target, Path) and not target.suffix:
            write_site(book, target, css, self.options)
        else:
            with opened(target) as file:
                _write_page(book, file, css)


def _write_page(book: Book, file: BinaryIO, css: str) -> None:
    file.write(head(book, css, _policy(css), NO_REFERRER).encode())
    file.write(b"<main>\n")
    for part in parts(book):
        fit_screen(part)
        for piece in _with_images(part, book):
            file.write(piece)
        file.write(b"\n")
    file.write(b"</main>\n</body>\n</html>\n")


def _policy(css: str) -> str:
    """Whatever a book holds, a browser that opens the file asks nobody for anything."""
    own = b64encode(sha256(framed(css).encode()).digest()).decode()
    return (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"img-src data:; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'\">"
    )


@contextmanager
def opened(target: BinaryIO | Path) -> Iterator[BinaryIO]:
    """Give the file to write to: `target` itself, or the file at that path, closed after."""
    if isinstance(target, Path):
        with target.open("wb") as file:
            yield file
    else:
        yield target


def _with_images(element: Element, book: Book) -> Iterator[bytes]:
    """Serialise `element`, each image in it as a data: URI, in pieces."""
    for image in element.iter("img"):
        source = image.attrib.pop("src", "")
        others = dict(image.attrib)
        image.attrib.clear()
        image.attrib.update({"src": source, **others})
    end = 0
    text = to_html(element)
    images = _images(book)
    for match in _IMAGE.finditer(text):
        yield text[end : match.start(2)].encode()
        yield from _data_uri(images[match[2].removeprefix(IMAGE_SCHEME)])
        end = match.end()
    yield text[end:].encode()


def _images(book: Book) -> Mapping[str, Image]:
    return book.images if book.cover is None else {**book.images, book.cover.id: book.cover}


def _data_uri(image: Image) -> Iterator[bytes]:
    """Yield the image as a data: URI (RFC 2397), some 256 KiB at a time."""
    yield f"data:{image.media_type};base64,".encode()
    with image.open() as file:
        while piece := file.read(_PIECE):
            yield b64encode(piece)
