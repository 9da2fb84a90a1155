"""A document to Markdown text."""

from __future__ import annotations

import re
from typing import Final

from articlekit.model import Element
from articlekit.writers.markdown.blocks import write_blocks
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.notes import Notes, take_notes
from articlekit.writers.markdown.options import MarkdownOptions
from articlekit.writers.markdown.source import CleanIsland, read_html, read_tree
from articlekit.writers.markdown.tree import Document
from articlekit.writers.markdown.written import Place, joined


def convert_html(html: str, options: MarkdownOptions, clean_island: CleanIsland) -> str:
    """Return any HTML as Markdown; all that is visible is kept."""
    document = read_html(html, clean_island)
    manner = Manner(options, document.linked)
    notes = Notes()
    return finished(manner, notes, [write_document(manner, document, notes)])


def convert_tree(body: Element, manner: Manner, notes: Notes, language: str = "") -> str:
    """Return a body of the normal form as Markdown; `manner` says which ids are linked to."""
    return write_document(manner, read_tree(body, language), notes)


def write_document(manner: Manner, document: Document, notes: Notes) -> str:
    """Return a document's blocks; its footnotes are left in `notes`."""
    if manner.says.footnotes and document.inward:
        take_notes(document, notes)
    return joined(write_blocks(manner, document.body.kids, Place(is_first=True)))


def finished(manner: Manner, notes: Notes, texts: list[str]) -> str:
    """Return a file's text: its articles, then the footnotes and the links' addresses."""
    parts = [*texts, notes.written(manner)]
    if manner.references is not None:
        parts.append(manner.references.definitions())
    text = "\n\n".join([part for part in parts if part]) + "\n"
    return _SHORTCODE.sub(r"{{\1/*\2*/\3}}", text) if manner.says.shortcodes else text


# Hugo's shortcodes are looked for before the Markdown is read; this is how they are quoted.
_SHORTCODE: Final = re.compile(r"\{\{([<%])(.*?)([>%])\}\}", re.DOTALL)
