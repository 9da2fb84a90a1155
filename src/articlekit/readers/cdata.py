"""Keep what stands in CDATA sections, which HTML's rules take for a comment."""

from __future__ import annotations

import html
import re
from typing import Final

from articlekit.report import Report

_OPENING: Final = "<![CDATA["
# A section, or a place in whose text a section means nothing or, in a drawing, what it should.
_PLACES: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|xmp|iframe|noembed|noframes|svg|math)\b[^<>]*>.*?(?:</\1\s*>|\Z)"
    r"|<!\[CDATA\[(?P<inside>.*?)(?:\]\]>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP: Final = re.compile(r"<(?:/?[a-z][a-z0-9]*[\s/>]|!--)", re.IGNORECASE)


def unwrap_cdata(text: str, report: Report, source: str) -> str:
    """Return HTML in which a CDATA section's content stands without its marks.

    Feeds put an article's markup into one, XHTML puts text there: what has tags in it is
    taken for markup, all else is escaped. Sections in scripts and drawings are left alone.
    """
    if _OPENING not in text:
        return text
    sections = 0

    def unwrapped(found: re.Match[str]) -> str:
        nonlocal sections
        inside = found["inside"]
        if inside is None:
            return found[0]
        sections += 1
        return inside if _MARKUP.search(inside) else html.escape(inside, quote=False)

    clean = _PLACES.sub(unwrapped, text)
    if sections:
        message = f"the content of {sections} CDATA section{'s' * (sections > 1)} was kept"
        report.add("structure-mended", message, source=source)
    return clean
