"""Read the document from HTML text, or from an lxml tree of the normal form.

Both walks keep a stack of their own, so no nesting of the source can exhaust Python's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from articlekit.html import MATHML, MAX_DEPTH, SVG, to_xhtml
from articlekit.model import Element
from articlekit.nesting import bound_nesting
from articlekit.writers.markdown.builder import Builder, End
from articlekit.writers.markdown.elements import PLAIN, Reader
from articlekit.writers.markdown.tree import NONE, SKIP, Attributes, Document
from articlekit.writers.markdown.whole import LINES, SIMPLE, is_mute, whole_block, whole_format

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

#: Makes a drawing or formula safe HTML, from its attributes and its markup; "" drops it.
CleanIsland = Callable[[Attributes, Callable[[], str]], str]


def read_tree(body: Element, language: str = "") -> Document:
    """Return the document of a body in the normal form, whose language is known."""
    builder = Builder()
    reader = Reader(builder, language)
    builder.text(body.text or "")
    pending: list[tuple[Element, End | None]] = []
    element = next(body.iterchildren(), None)
    while True:
        if element is None:
            if not pending:
                break
            element, end = pending.pop()
            if end is not None:
                end()
        else:
            entered, end = _enter_element(reader, element)
            if entered:
                pending.append((element, end))
                builder.text(element.text or "")
                element = next(element.iterchildren(), None)
                continue
        builder.text(element.tail or "")
        element = element.getnext()
    return builder.finish()


def _enter_element(reader: Reader, element: Element) -> tuple[bool, End | None]:
    tag = element.tag
    if not isinstance(tag, str):
        return False, None
    if tag[0] == "{":
        if tag in _ISLANDS:
            reader.island(to_xhtml(element))
        return False, None
    end = reader.start(tag, cast("Attributes", element.attrib))
    return end is not SKIP, end


_ISLANDS: Final = frozenset({f"{{{SVG}}}svg", f"{{{MATHML}}}math"})


def read_html(html: str, clean_island: CleanIsland) -> Document:
    """Return the document of any HTML.

    The tree is the one that browsers build (WHATWG HTML, section 13.2), by lexbor;
    elements nested deeper than browsers keep them become siblings before it is built.
    """
    from selectolax.lexbor import LexborHTMLParser

    text, data = _clean(html)
    bounded = bound_nesting(text, MAX_DEPTH).text
    parser = LexborHTMLParser(data if bounded is text else bounded)
    root = parser.body
    builder = Builder()
    if root is None:
        return builder.finish()
    page = parser.root
    language = (page.attributes.get("lang") or "") if page is not None else ""
    reader = Reader(builder, language)
    _walk(root, reader, clean_island)
    return builder.finish()


def _walk(  # noqa: C901  # the one loop over all nodes: a call less for each is a tenth of the time
    root: LexborNode, reader: Reader, clean_island: CleanIsland
) -> None:
    builder = reader.builder
    add_text, start, start_block = builder.text, reader.start, builder.start_block
    node: LexborNode | None
    end: End | None
    pending: list[tuple[LexborNode, End | None]] = []
    node = root.first_child
    while True:
        if node is None:
            if not pending:
                return
            node, end = pending.pop()
            if end is not None:
                end()
        elif (tag := node.tag or "-") == "-text":
            text = node.text_content or ""
            if text == "\n" and builder.raw is None:
                builder.space = True
            else:
                add_text(text)
        elif tag in _FOREIGN:
            reader.island(clean_island(node.attributes, partial(_markup, node)))
        elif tag[0] != "-":
            attributes, inside = node.attributes, node.first_child
            if not (
                inside is not None
                and builder.raw is None
                and (not attributes or is_mute(attributes))
                and (
                    whole_block(builder, tag, attributes, inside)
                    if tag in LINES
                    else tag in SIMPLE
                    and inside.tag == "-text"
                    and inside.next is None
                    and whole_format(builder, SIMPLE[tag], inside.text_content or "", attributes)
                )
            ):
                if not attributes and tag in PLAIN and builder.raw is None:
                    end = start_block(tag, NONE)
                else:
                    end = start(tag, attributes)
                if end is not SKIP:
                    pending.append((node, end))
                    node = inside
                    continue
        node = node.next


def _markup(node: LexborNode) -> str:
    return node.html or ""


_FOREIGN: Final = frozenset({"svg", "math"})


def _clean(html: str) -> tuple[str, bytes]:
    """Leave out what no XML may hold, controls and halves of surrogate pairs; also in UTF-8."""
    try:
        data = html.encode()
    except UnicodeEncodeError:
        data = html.encode("utf-8", "ignore")
        html = data.decode()
    cleaned = data.translate(None, _CONTROLS)
    return (html, data) if len(cleaned) == len(data) else (cleaned.decode(), cleaned)


_CONTROLS: Final = bytes([*range(9), 11, *range(14, 32)])
