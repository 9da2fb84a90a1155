"""A tree of lexbor's, node by node, as one of lxml's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from articlekit.html.names import HTML_AGAIN, MATHML, MAX_DEPTH, SVG, XML
from articlekit.html.text import TextJoiner, strip_controls
from articlekit.model import Element
from articlekit.report import Report

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_FOREIGN = {"svg": SVG, "math": MATHML}
_PREFIXED = {"xml:lang": f"{{{XML}}}lang", "xlink:href": "href"}


class Bridge:
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
                namespace = None if tag in HTML_AGAIN else inside
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
