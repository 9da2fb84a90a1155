"""HTML text to an lxml tree by the WHATWG algorithm, and trees back to HTML and XHTML."""

from articlekit.html.names import MATHML, MAX_DEPTH, SVG, VOID, XHTML, XML
from articlekit.html.parsing import parse_html
from articlekit.html.text import (
    TextJoiner,
    append_text,
    count_characters,
    remove,
    strip_controls,
    text_of,
)
from articlekit.html.writing import escaped_size, to_html, to_xhtml

__all__ = [
    "MATHML",
    "MAX_DEPTH",
    "SVG",
    "VOID",
    "XHTML",
    "XML",
    "TextJoiner",
    "append_text",
    "count_characters",
    "escaped_size",
    "parse_html",
    "remove",
    "strip_controls",
    "text_of",
    "to_html",
    "to_xhtml",
]
