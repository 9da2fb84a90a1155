"""Fuzz reading: no bytes may end in anything but an article or an ArticlekitError.

    pip install atheris
    python tests/fuzz/fuzz_reading.py [--convert] CORPUS_FOLDER -max_total_time=300 -max_len=4096

Bytes are read as a file is, brought to the normal form, and written as XHTML, which must be
XML, and the normal form of what it says must be itself. With `--convert` each article goes
on through binding to Markdown and HTML.
"""

from __future__ import annotations

import io
import sys

import atheris

with atheris.instrument_imports(include=["articlekit", "yaml", "frontmatter"]):
    from articlekit.binding import Picture, bind
    from articlekit.errors import ArticlekitError
    from articlekit.html import to_xhtml
    from articlekit.model import Article, Column, Source
    from articlekit.reading import all_transforms, read_source
    from articlekit.report import Report
    from articlekit.transforms.normalise import normalise
    from articlekit.writers.html import HtmlWriter
    from articlekit.writers.markdown import MarkdownWriter

from lxml import etree

TRANSFORMS = all_transforms()
XML = etree.XMLParser(huge_tree=True, resolve_entities=False)


def read(data: bytes) -> None:
    """Read bytes to the normal form and look at what came of it."""
    try:
        articles = read_source(Source("fuzz.html", data), TRANSFORMS, Report())
    except ArticlekitError:
        return
    for article in articles:
        text = to_xhtml(article.body)
        etree.fromstring(text, XML)
        report = Report()
        again = to_xhtml(normalise(article, report).body)
        if again != text or report.diagnostics:
            raise AssertionError(f"not settled: {text!r} {again!r} {report.diagnostics}")
        if "--convert" in sys.argv:
            convert(article)


def convert(article: Article) -> None:
    """Write an article in two formats."""
    pictures = [[Picture(None, img.get("src", "")) for img in article.body.iter("img")]]
    book = bind(Column(article.meta, (article,)), pictures, None, Report())
    for writer in (MarkdownWriter(), HtmlWriter()):
        writer.write(book, io.BytesIO(), Report())


if __name__ == "__main__":
    given = [each for each in sys.argv if each != "--convert"]
    atheris.Setup(given, read)
    atheris.Fuzz()
