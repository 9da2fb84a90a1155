"""HTML text to an lxml tree by the WHATWG algorithm, and trees back to HTML and XHTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from articlekit.model import Element
from articlekit.nesting import bound_nesting
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
# What it allows, in a form that a clean text passes three times as fast.
_XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*+")
_FOREIGN = {"svg": SVG, "math": MATHML}
# Integration points: inside these the parser goes back to HTML's elements.
_HTML_AGAIN = frozenset(
    {"foreignObject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"}
)
_PREFIXED = {"xml:lang": f"{{{XML}}}lang", "xlink:href": "href"}


def strip_controls(text: str) -> str:
    """Return `text` without the characters that no XML document may hold."""
    return text if _XML.fullmatch(text) else _NOT_XML.sub("", text)


def parse_html(text: str, report: Report, source: str | None = None) -> Element:
    """Parse a fragment or a whole page to an `<html>` element with `<head>` and `<body>`.

    The tree is the one that a browser without scripting builds, comments left out;
    elements of SVG and MathML are in their namespaces, HTML's are in none. No input makes
    it raise: names that XML rejects and nesting past `MAX_DEPTH` are reported. Time and
    memory are linear in the length of `text`, whatever is nested in it.
    """
    from selectolax.lexbor import LexborHTMLParser

    bridge = _Bridge(report, source)
    bounded = bound_nesting(bridge.clean(text), MAX_DEPTH)
    bridge.flattened = bounded.flattened
    root = LexborHTMLParser(bounded.text).root
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


class _Bridge:
    """Copies a lexbor tree into an lxml one, without recursion."""

    def __init__(self, report: Report, source: str | None) -> None:
        self.report = report
        self.source = source
        self.names: dict[str, str] = {}  # of elements, as XML takes them
        self.keys: dict[str, str] = {}  # of attributes
        self.flattened = 0
        self.controls = 0
        self.words = TextJoiner()

    def copy(self, root: LexborNode, html: Element) -> None:
        self.set_attributes(html, root)
        node, parent, namespace = root.first_child, html, None
        last: Element | None = None  # the parent's last child so far
        above: list[tuple[LexborNode | None, Element, str | None, Element | None]] = []
        while node is not None or above:
            if node is None:
                node, parent, namespace, last = above.pop()
                if self.flattened and len(above) >= MAX_DEPTH - 2:
                    last = next(parent.iterchildren(reversed=True), None)
            elif node.is_text_node:
                if len(above) < MAX_DEPTH:
                    self.words.add_behind(parent, last, node.text_content or "")
                else:
                    self.append_deep_text(parent, node.text_content or "")
                node = node.next
            elif node.is_element_node:
                tag = node.tag or ""
                inside = _FOREIGN.get(tag, namespace)
                if len(above) < MAX_DEPTH:
                    last = child = self.append_element(parent, tag, inside)
                else:
                    child = self.append_deep_element(parent, tag, inside)
                self.set_attributes(child, node)
                above.append((node.next, parent, namespace, last))
                namespace = None if tag in _HTML_AGAIN else inside
                node, parent, last = node.first_child, child, None
            else:
                node = node.next
        self.words.flush()
        self.controls += self.words.controls

    def tell(self, attributes: int) -> None:
        """Report what could not be copied as it was, each kind once."""
        if self.flattened:
            message = f"{self.flattened} elements nested deeper than {MAX_DEPTH} were moved up"
            self.report.add("nesting-flattened", message, source=self.source)
        if attributes:
            message = f"{attributes} attributes left out, of elements with too many to be read"
            self.report.add("name-dropped", message, source=self.source)
        if self.controls:
            message = f"{self.controls} control characters removed"
            self.report.add("control-characters", message, source=self.source)

    def clean(self, text: str) -> str:
        clean = strip_controls(text)
        self.controls += len(text) - len(clean)
        return clean

    def append_element(self, parent: Element, tag: str, namespace: str | None) -> Element:
        name = self.names.get(tag) or self.xml_name(tag)
        if namespace is None:
            return etree.SubElement(parent, name)
        return etree.SubElement(parent, f"{{{namespace}}}{name}", nsmap={None: namespace})

    def append_deep_element(self, parent: Element, tag: str, namespace: str | None) -> Element:
        """Put an element that is too deep behind its parent instead of into it."""
        self.flattened += 1
        grandparent = parent.getparent()
        return self.append_element(parent if grandparent is None else grandparent, tag, namespace)

    def append_deep_text(self, parent: Element, text: str) -> None:
        """Put text behind the children of `parent` that were moved up, if there are any."""
        grandparent = None if parent.getnext() is None else parent.getparent()
        self.words.add(parent if grandparent is None else grandparent, text)

    def set_attributes(self, element: Element, node: LexborNode) -> None:
        for name, value in node.attributes.items():
            key = self.keys.get(name) or self.xml_key(name)
            if not key:
                continue
            try:
                element.set(key, value or "")
            except ValueError:
                element.set(key, self.clean(value or ""))

    def xml_key(self, name: str) -> str:
        """Return what an attribute is called in XML; nothing for one that it cannot have."""
        key = _PREFIXED.get(name, name)
        if key.startswith("xmlns"):
            key = ""
        elif key is name and not _NAME.match(name):
            self.xml_name(name)  # which reports it
            key = ""
        self.keys[name] = key
        return key

    def xml_name(self, name: str) -> str:
        """Return `name`, or the nearest name that XML accepts, reported once."""
        known = self.names.get(name)
        if known is None:
            known = name if _NAME.match(name) else "x-" + re.sub(r"[^A-Za-z0-9_.-]", "-", name)
            if known is not name:
                self.report.add("name-dropped", f"no XML name: {name[:60]!r}", source=self.source)
            self.names[name] = known
        return known


class TextJoiner:
    """Puts text behind an element's last child, piece by piece, each text's pieces at once.

    lxml copies a text whenever one is added to it, so that adding a page's pieces one by
    one takes quadratic time. Nothing else may read or set a text before `flush`.
    """

    __slots__ = ("before", "controls", "element", "parts")

    def __init__(self) -> None:
        self.controls = 0  # characters left out, as XML has no place for them
        self.element: Element | None = None
        self.before: Element | None = None  # the child that the text stands behind
        self.parts: list[str] = []

    def add(self, element: Element, text: str) -> None:
        """Add `text` at the end of `element`."""
        # len() would count its children.
        self.add_behind(element, next(element.iterchildren(reversed=True), None), text)

    def add_behind(self, element: Element, last: Element | None, text: str) -> None:
        """Add `text` at the end of `element`, whose last child is `last`."""
        if element is not self.element or last is not self.before:
            self.flush()
            self.element, self.before = element, last
        self.parts.append(text)

    def flush(self) -> None:
        """Write the text that was added."""
        if self.element is None or not self.parts:
            return
        text = self.parts[0] if len(self.parts) == 1 else "".join(self.parts)
        self.parts = []
        try:
            _put(self.element, self.before, text)
        except ValueError:  # &#1; and the like; lxml knows them when it sees them
            clean = strip_controls(text)
            self.controls += len(text) - len(clean)
            _put(self.element, self.before, clean)


def _put(element: Element, before: Element | None, text: str) -> None:
    if before is None:
        known = element.text
        element.text = known + text if known else text
    else:
        known = before.tail
        before.tail = known + text if known else text


def append_text(element: Element, text: str) -> None:
    """Add `text` at the end of `element`, behind its last child."""
    if text:
        _put(element, next(element.iterchildren(reversed=True), None), text)


def text_of(element: Element) -> str:
    """All text in `element`, in order, white space as it is."""
    return "".join(str(part) for part in element.itertext())


def count_characters(element: Element) -> int:
    """How many characters the text in `element` has, white space aside."""
    # Half the time of going through its parts.
    text = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return len("".join(text.split()))


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
