"""HTML text to an lxml tree by the WHATWG algorithm, and trees back to HTML and XHTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from articlekit.model import Element
from articlekit.report import Report

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

XHTML: Final = "http://www.w3.org/1999/xhtml"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
SVG: Final = "http://www.w3.org/2000/svg"
XML: Final = "http://www.w3.org/XML/1998/namespace"

# Chromium and WebKit stop nesting at 512 elements and make deeper ones siblings. Doing
# the same keeps a page as its readers saw it, and no later walk can overflow its stack.
MAX_DEPTH: Final = 512

#: HTML's void elements, HTML Standard section 13.1.2, as far as the normal form has them.
VOID: Final = frozenset({"br", "col", "hr", "img", "input", "wbr"})

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
# What XML 1.0 section 2.2 excludes: controls, lone surrogates, U+FFFE and U+FFFF.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FOREIGN = {"svg": SVG, "math": MATHML}
# Integration points: inside these the parser goes back to HTML's elements.
_HTML_AGAIN = frozenset(
    {"foreignObject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"}
)
_PREFIXED = {"xml:lang": f"{{{XML}}}lang", "xlink:href": "href"}


def strip_controls(text: str) -> str:
    """Return `text` without the characters that no XML document may hold."""
    return _NOT_XML.sub("", text)


def parse_html(text: str, report: Report, source: str | None = None) -> Element:
    """Parse a fragment or a whole page to an `<html>` element with `<head>` and `<body>`.

    The tree is the one that a browser without scripting builds, comments left out;
    elements of SVG and MathML are in their namespaces, HTML's are in none. No input makes
    it raise: names that XML rejects and nesting past `MAX_DEPTH` are reported.
    """
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(_NOT_XML.sub("", text)).root
    html = etree.Element("html")
    bridge = _Bridge(report, source)
    bridge.controls = len(_NOT_XML.findall(text))
    if root is not None:
        bridge.copy(root, html)
    bridge.tell()
    frames = html.find("frameset")
    if frames is not None and html.find("body") is None:
        frames.tag = "body"  # what its frames show can be linked to
    for name in ("head", "body"):
        if html.find(name) is None:
            etree.SubElement(html, name)
    return html


class _Bridge:
    """Copies a lexbor tree into an lxml one, without recursion."""

    def __init__(self, report: Report, source: str | None) -> None:
        self.report = report
        self.source = source
        self.names: dict[str, str] = {}
        self.flattened = 0
        self.controls = 0

    def copy(self, root: LexborNode, html: Element) -> None:
        self.set_attributes(html, root)
        pending: list[tuple[LexborNode | None, Element, str | None, int]]
        pending = [(root.first_child, html, None, 1)]
        while pending:
            node, parent, namespace, depth = pending.pop()
            if node is None:
                continue
            pending.append((node.next, parent, namespace, depth))
            if node.is_text_node:
                self.append_text(parent, node.text_content or "", depth)
            elif node.is_element_node:
                inside = _FOREIGN.get(node.tag or "", namespace)
                child = self.append_element(parent, node, inside, depth)
                if inside is not None and node.tag in _HTML_AGAIN:
                    inside = None
                pending.append((node.first_child, child, inside, depth + 1))

    def tell(self) -> None:
        """Report what could not be copied as it was, each kind once."""
        if self.flattened:
            message = f"{self.flattened} elements nested deeper than {MAX_DEPTH} were moved up"
            self.report.add("nesting-flattened", message, source=self.source)
        if self.controls:
            message = f"{self.controls} control characters removed"
            self.report.add("control-characters", message, source=self.source)

    def clean(self, text: str) -> str:
        clean, count = _NOT_XML.subn("", text)
        self.controls += count
        return clean

    def append_element(
        self, parent: Element, node: LexborNode, namespace: str | None, depth: int
    ) -> Element:
        if depth > MAX_DEPTH:
            self.flattened += 1
            above = parent.getparent()
            parent = parent if above is None else above
        name = self.xml_name(node.tag or "")
        if namespace is None:
            child = etree.SubElement(parent, name)
        else:
            child = etree.SubElement(parent, f"{{{namespace}}}{name}", nsmap={None: namespace})
        self.set_attributes(child, node)
        return child

    def append_text(self, parent: Element, text: str, depth: int) -> None:
        if depth > MAX_DEPTH and parent.getnext() is not None:
            # The parent's children were moved up behind it; its later text follows them.
            above = parent.getparent()
            parent = parent if above is None else above
        append_text(parent, self.clean(text))

    def set_attributes(self, element: Element, node: LexborNode) -> None:
        for name, value in node.attributes.items():
            if name.startswith("xmlns"):
                continue
            key = _PREFIXED.get(name, name)
            if key is name and not _NAME.match(name):
                self.xml_name(name)
            else:
                element.set(key, self.clean(value or ""))

    def xml_name(self, name: str) -> str:
        """Return `name`, or the nearest name that XML accepts, reported once."""
        known = self.names.get(name)
        if known is None:
            known = name if _NAME.match(name) else "x-" + re.sub(r"[^A-Za-z0-9_.-]", "-", name)
            if known is not name:
                self.report.add("name-dropped", f"no XML name: {name[:60]!r}", source=self.source)
            self.names[name] = known
        return known


def append_text(element: Element, text: str) -> None:
    """Add `text` at the end of `element`, behind its last child."""
    if not text:
        return
    last = next(element.iterchildren(reversed=True), None)  # len() would count them all
    if last is None:
        element.text = (element.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def text_of(element: Element) -> str:
    """All text in `element`, in order, white space as it is."""
    return "".join(str(part) for part in element.itertext())


def remove(element: Element) -> None:
    """Take `element` and its content out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    parent.remove(element)
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail


def to_html(element: Element) -> str:
    """Serialise by HTML's rules: void elements without a slash, no namespaces."""
    text = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    return text.replace("</wbr>", "")  # libxml2 knows HTML 4's void elements only


def to_xhtml(element: Element) -> str:
    """Serialise by XML's rules, for a place where XHTML's namespace is the default.

    Empty elements get an end tag unless they are void, as some readers parse XHTML as
    HTML, where `<a id="x"/>` swallows the rest of the page.
    """
    for each in element.iter(etree.Element):
        if len(each) == 0 and not each.text and each.tag not in VOID:
            each.text = ""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return str(text)
