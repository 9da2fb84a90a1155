"""Trees as text again, by HTML's rules and by XML's."""

from __future__ import annotations

from lxml import etree

from articlekit.html.names import VOID
from articlekit.model import Element


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
