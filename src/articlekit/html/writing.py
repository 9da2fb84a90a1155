"""Trees as text again, by HTML's rules and by XML's."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from lxml import etree

from articlekit.html.names import VOID
from articlekit.model import Element

# An empty element that is not void. `>` is escaped wherever else it stands in XML.
_EMPTY: Final = re.compile(rf"<((?!(?:{'|'.join(sorted(VOID))})[\s/])[^\s<>/!?]+)([^<>]*)/>")


def to_html(element: Element) -> str:
    """Serialise by HTML's rules: void elements without a slash, no namespaces."""
    text = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    return text.replace("</wbr>", "")  # libxml2 knows HTML 4's void elements only


def to_xhtml(element: Element) -> str:
    """Serialise by XML's rules, for a place where XHTML's namespace is the default.

    Empty elements get an end tag unless they are void, as some readers parse XHTML as
    HTML, where `<a id="x"/>` swallows the rest of the page.
    """
    text = str(etree.tostring(element, encoding="unicode", with_tail=False))
    return _EMPTY.sub(r"<\1\2></\1>", text) if "/>" in text else text


def escaped_size(text: str) -> int:
    """Return how many bytes a text takes in a page, or as an attribute's value."""
    return len((text if _MARKS.isdisjoint(text) else escape(text)).encode("utf-8", "replace"))


# What `escape` writes otherwise; it goes through a text five times.
_MARKS: Final = frozenset("&<>\"'")
