"""Reads plain notebooks: a title, a line of hyphens, and a note a paragraph."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from articlekit.model import Article, Meta, Origin, Source
from articlekit.report import Report


def read_notebook(source: Source, report: Report) -> Iterator[Article]:
    """Read one article from a `.notebook` file."""
    title, _, notes = source.data.decode("utf-8").partition("\n---\n")
    body = etree.Element("body")
    for note in notes.split("\n\n"):
        etree.SubElement(body, "p").text = note
    folder = source.path.parent if source.path else None
    slug = source.path.stem if source.path else "notebook"
    yield Article(slug, Meta(title), body, Origin(source.name, folder))
