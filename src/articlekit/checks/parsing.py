"""XML of strangers: parsed without entities, network or deep nesting, in bounded memory.

libxml2's own limits stay on: 10 MB a text, and a stop to entities that multiply. Its limit
of depth is lowered, so that a check may look at what is around or inside an element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from articlekit.model import Element

#: Bytes of XML that are parsed; a page of this size opens nowhere.
XML_CAP: Final = 10_000_000
# Parsing on after an error can take long in a large file, and says little.
_RECOVERED: Final = 2_000_000
# Levels of elements. Pages made by word processors have 60; browsers stop at 512.
_DEPTH: Final = 200
_DEEPER: Final = etree.XPath(f"boolean({'/*' * (_DEPTH + 1)})")

XHTML: Final = "http://www.w3.org/1999/xhtml"
SVG: Final = "http://www.w3.org/2000/svg"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
OPF: Final = "http://www.idpf.org/2007/opf"
OPS: Final = "http://www.idpf.org/2007/ops"
DC: Final = "http://purl.org/dc/elements/1.1/"
NCX: Final = "http://www.daisy.org/z3986/2005/ncx/"
CONTAINER: Final = "urn:oasis:names:tc:opendocument:xmlns:container"
ENCRYPTION: Final = "http://www.w3.org/2001/04/xmlenc#"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xfe\xff", "utf-16"),
    (b"\xff\xfe", "utf-16"),
    (b"\x00<", "utf-16"),
    (b"<\x00", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document: its root as far as it could be read, and what is wrong with it."""

    root: Element | None
    encoding: str
    error: str | None = None
    line: int | None = None


def parse_xml(data: bytes) -> Parsed:
    """Parse a document; whatever is wrong stands in the result, nothing is raised."""
    encoding = encoding_of(data)
    try:
        return _bounded(etree.fromstring(data, _parser(recover=False)), encoding)
    except (etree.LxmlError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        message = (getattr(error, "msg", None) or str(error)).rsplit(", line ", 1)[0]
    return Parsed(_rescue(data, encoding), encoding, message, line)


def _rescue(data: bytes, encoding: str) -> Element | None:
    if len(data) > _RECOVERED:
        return None
    if encoding == "utf-8":
        data = data.decode("utf-8", "replace").encode("utf-8")
    try:
        root: Element | None = etree.fromstring(data, _parser(recover=True))
        # The recovering parser gives None for what has no element at all.
        if root is None or _DEEPER(root):
            return None
        _read_all(root)
    except (etree.LxmlError, ValueError, LookupError):
        return None
    return root


def _read_all(root: Element) -> None:
    """Raise UnicodeDecodeError for a tree with bytes that are no text, as recovery may let in."""
    for each in root.iter():
        _ = (each.tag, each.text, each.tail, each.items())


def _bounded(root: Element, encoding: str) -> Parsed:
    if _DEEPER(root):
        return Parsed(None, encoding, f"elements nested deeper than {_DEPTH} levels")
    return Parsed(root, encoding)


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def encoding_of(data: bytes) -> str:
    """Return the encoding that a document says it has, in lower case."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    declared = _DECLARED.match(data)
    return declared.group(1).decode("ascii").lower() if declared else "utf-8"


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def space(element: Element) -> str:
    """The element's namespace, or an empty text."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def text_of(element: Element) -> str:
    """The text in an element, white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def line_of(element: Element) -> int | None:
    """The line on which the element's tag ends, as libxml2 counts."""
    return element.sourceline
