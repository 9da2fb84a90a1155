"""Namespaces, and what of HTML's rules several modules need to know."""

from __future__ import annotations

from typing import Final

XHTML: Final = "http://www.w3.org/1999/xhtml"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
SVG: Final = "http://www.w3.org/2000/svg"
XML: Final = "http://www.w3.org/XML/1998/namespace"

# Chromium and WebKit stop nesting at 512 elements and make deeper ones siblings. Doing
# the same keeps a page as its readers saw it, and no later walk can overflow its stack.
MAX_DEPTH: Final = 512

#: Integration points of drawings and formulas: what is inside these is HTML again.
HTML_AGAIN: Final = frozenset(
    {"foreignObject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"}
)

#: HTML's void elements, HTML Standard section 13.1.2, as far as the normal form has them.
VOID: Final = frozenset({"br", "col", "hr", "img", "input", "wbr"})
