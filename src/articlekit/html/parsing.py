"""HTML text to an lxml tree by the WHATWG algorithm."""

from __future__ import annotations

from lxml import etree

from articlekit.html.bridge import Bridge
from articlekit.html.names import MAX_DEPTH
from articlekit.html.wellformed import by_text
from articlekit.model import Element
from articlekit.nesting import bound_nesting
from articlekit.report import Report


def parse_html(text: str, report: Report, source: str | None = None) -> Element:
    """Parse a fragment or a whole page to an `<html>` element with `<head>` and `<body>`.

    The tree is the one that a browser without scripting builds, comments left out;
    elements of SVG and MathML are in their namespaces, HTML's are in none. No input makes
    it raise: names that XML rejects and nesting past `MAX_DEPTH` are reported. Time and
    memory are linear in the length of `text`, whatever is nested in it.
    """
    from selectolax.lexbor import LexborHTMLParser

    bridge = Bridge(report, source)
    bounded = bound_nesting(bridge.clean(text), MAX_DEPTH)
    bridge.flattened = bounded.flattened
    root = LexborHTMLParser(bounded.text).root
    html = None if root is None else by_text(root.html or "")
    if html is None:
        html = etree.Element("html")
        if root is not None:
            bridge.copy(root, html)
    bridge.tell(bounded.attributes)
    frames = html.find("frameset")
    if frames is not None and html.find("body") is None:
        frames.tag = "body"  # what its frames show can be linked to
    for name in ("head", "body"):
        if html.find(name) is None:
            etree.SubElement(html, name)
    return html
