"""A tree of lexbor's as one of lxml's by way of text, where that text is XML, too.

To go through a tree node by node takes Python ten times as long as it takes both libraries to
write it out and to read it. But HTML is written for HTML's parser alone; so its text is looked
at first, and what XML would read otherwise is left to `bridge.py`.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from articlekit.html.names import HTML_AGAIN, SVG
from articlekit.model import Element

# What HTML's serialisation (HTML Standard, section 13.3) writes of ordinary elements. XML makes a
# line end of a carriage return, and names with a colon mean more to it.
_VALUE: Final = r'"(?:[^"<>&\r]++|&(?:amp|lt|gt|quot|nbsp);)*+"'
_TAG: Final = rf"</?[a-z][A-Za-z0-9-]*+(?: [A-Za-z_][A-Za-z0-9_.-]*+={_VALUE})*+>"
_REMARK: Final = r"<!--(?:[^-]++|-(?!->))*+-->"
_ORDINARY: Final = re.compile(
    rf"(?:[^<&\r]++|&(?:amp|lt|gt|nbsp);|{_TAG}|{_REMARK})*+",
)
_REMARKS: Final = re.compile(_REMARK)
_NAMESPACE: Final = re.compile(r'(<[a-z][^<>]*?) xmlns="[^"]*"')
# White space in a value, which XML makes a space of unless it is written as a reference.
_BROKEN: Final = re.compile(r"<[^<>\t\n]*+[\t\n][^<>]*+>")
# These have no end tag; some are no more in HTML, and still have none.
_VOID: Final = re.compile(
    r"<((?:area|base|basefont|bgsound|br|col|embed|frame|hr|img|input|keygen|link|meta|param"
    r"|source|track|wbr)(?: [^>]*+)?)>"
)
# In these nothing is markup; what looks like it would be to XML.
_RAW_NAMES: Final = "(?:iframe|noembed|noframes|noscript|plaintext|script|style|xmp)"
_RAW: Final = re.compile(rf"<{_RAW_NAMES}(?: [^>]*+)?+>(?![^<&]*+</{_RAW_NAMES}>)")
# What is in these is not in the namespace of what they are in, or not their child.
_OTHERS: Final = re.compile(r"<(?:math|template)[ >]")
_OTHERS_IN_SVG: Final = re.compile(rf"<(?:script|style|{'|'.join(sorted(HTML_AGAIN))})[ >]")
_SVG: Final = re.compile(r"<svg(?=[ >])")


def by_text(html: str) -> Element | None:
    """Return the tree that lexbor wrote out as `html`, remarks left out.

    None where XML would read anything otherwise, or might.
    """
    if not _ORDINARY.fullmatch(html) or _OTHERS.search(html) or _RAW.search(html):
        return None
    # lexbor makes a remark of a last `<!`, and of text before it, in which a remark may end.
    if html.count("<!--") != html.count("-->"):
        return None
    html = _REMARKS.sub("", html).replace("&nbsp;", "\xa0")
    if " xmlns=" in html:
        html = _NAMESPACE.sub(r"\1", html)
    html = _BROKEN.sub(_with_references, html)
    if (drawing := _SVG.search(html)) is not None:
        if _OTHERS_IN_SVG.search(html, drawing.start()):
            return None
        html = _SVG.sub(f'<svg xmlns="{SVG}"', html)
    try:
        # Bytes, which libxml2 takes as they are.
        return etree.fromstring(_VOID.sub(r"<\1/>", html).encode())
    except etree.XMLSyntaxError:  # a control character, or deeper than C's parser goes
        return None


def _with_references(tag: re.Match[str]) -> str:
    return tag[0].replace("\n", "&#10;").replace("\t", "&#9;")
