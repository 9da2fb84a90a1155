"""An XHTML document of the book, from the tree of its body."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from lxml import etree

from articlekit.html import XHTML, to_xhtml
from articlekit.model import Element
from articlekit.writers.epub.names import CSS, relative
from articlekit.writers.epub.words import UNKNOWN_LANGUAGE
from articlekit.writers.labels import direction

OPS = "http://www.idpf.org/2007/ops"
EPUB_TYPE = f"{{{OPS}}}type"
MEDIA_TYPE = "application/xhtml+xml"

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="{xhtml}" lang="{language}" xml:lang="{language}"{direction}>
<head>
<meta charset="UTF-8"/>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="{css}"/>
</head>
"""
_FOOT = b"\n</html>\n"


def new_body(epub_type: str) -> Element:
    """Return an empty `<body>` for `document`, of a type of the EPUB structure vocabulary."""
    body = etree.Element("body", nsmap={"epub": OPS})
    body.set(EPUB_TYPE, epub_type)
    return body


def add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Append an element; `epub_type` among the attributes is EPUB's, the others HTML's."""
    child = etree.SubElement(parent, tag)
    if text:
        child.text = text
    for name, value in attributes.items():
        child.set(_ATTRIBUTES.get(name, name), value)
    return child


_ATTRIBUTES: Mapping[str, str] = {"epub_type": EPUB_TYPE, "class_": "class"}


def document(name: str, title: str, language: str | None, body: Element) -> bytes:
    """Serialise the document that will be the file `name`, in a language that may be unknown.

    Both `lang` and `xml:lang` are set, as reading systems look at one or the other
    (HTML Standard, "The lang and xml:lang attributes": both, when they agree).
    """
    return around(name, title, language, to_xhtml(body).encode("utf-8"))


def around(name: str, title: str, language: str | None, body: bytes) -> bytes:
    """As `document`, for a `<body>` that is markup already, in UTF-8."""
    head = _HEAD.format(
        xhtml=XHTML,
        language=language or UNKNOWN_LANGUAGE,
        direction=' dir="rtl"' if direction(language) == "rtl" else "",
        title=escape(title),
        css=relative(CSS, name),
    )
    return b"".join((head.encode("utf-8"), body, _FOOT))
