"""Content models that cannot be kept while a block is being filled, set right when it closes.

Each mender takes a finished block and leaves one that HTML allows (HTML Standard,
sections 4.4 and 4.9); epubcheck refuses the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Final

from lxml import etree

from articlekit.model import Element
from articlekit.transforms.attributes import Notice
from articlekit.transforms.vocabulary import BLOCKS


def mend_list(element: Element, notice: Notice) -> None:
    """Leave no list without items."""
    if len(element) == 0:
        _remove(element)


def mend_definitions(element: Element, notice: Notice) -> None:
    """Make groups of `dt`s and `dd`s, adding an empty one at an end that lacks it."""
    if len(element) == 0:
        _remove(element)
        return
    if element[0].tag == "dd":
        notice("structure-mended", "a <dl> begins without a <dt>; an empty one added")
        element.insert(0, etree.Element("dt"))
    if element[-1].tag == "dt":
        etree.SubElement(element, "dd")


def mend_figure(element: Element, notice: Notice) -> None:
    """Keep one caption, at an end; a figure with nothing else is no figure."""
    captions = [child for child in element if child.tag == "figcaption"]
    if len(captions) == len(element):
        for caption in captions:
            _dissolve(caption)
        _dissolve(element)
        return
    for extra in captions[1:]:
        _dissolve(extra)
    if captions and captions[0] is not element[0]:
        element.append(captions[0])


def mend_details(element: Element, notice: Notice) -> None:
    """Put the summary first; without one the content stands by itself."""
    summaries = [child for child in element if child.tag == "summary"]
    for extra in summaries[1:]:
        extra.tag = "p"
        if len(extra) == 0 and not extra.text:
            element.remove(extra)
    if summaries:
        element.insert(0, summaries[0])
    else:
        notice("structure-mended", "a <details> without <summary> dissolved")
        _dissolve(element)


def mend_table(element: Element, notice: Notice) -> None:
    """Order a table's parts as HTML has them; a table without rows is none."""
    order = {"caption": 0, "thead": 1, "tbody": 2, "tfoot": 3}
    for part in list(element):
        if part.tag != "caption" and len(part) == 0:
            element.remove(part)
    for later_head in element.findall("thead")[1:]:
        later_head.tag = "tbody"
    for extra in element.findall("tfoot")[:-1]:
        extra.tag = "tbody"
    element[:] = sorted(element, key=lambda part: order[str(part.tag)])
    for extra in element.findall("caption")[1:]:
        notice("structure-mended", "a table's second <caption> put behind it")
        _put_behind(extra, element)
    if element.find("*/tr") is None:
        for caption in list(element):
            _dissolve(caption)
        _dissolve(element)


def _put_behind(block: Element, other: Element) -> None:
    """Make a `p` of a block and let it follow another, if there is something in it."""
    parent = other.getparent()
    if parent is not None and (len(block) or block.text):
        block.tag = "p"
        other.addnext(block)
    else:
        _remove(block)


def mend_row(element: Element, notice: Notice) -> None:
    """Leave no row without cells."""
    if len(element) == 0:
        _remove(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _dissolve(element: Element) -> None:
    """Replace a block by the blocks in it; phrasing in it becomes a `p`."""
    parent = element.getparent()
    if parent is not None:
        wrap_phrasing(element)
        for child in list(element):
            element.addprevious(child)
        parent.remove(element)


def wrap_phrasing(block: Element) -> None:
    """Put the phrasing that `block` begins with into a `p`."""
    phrasing = list(takewhile(lambda child: child.tag not in BLOCKS, block))
    if not phrasing and not block.text:
        return
    paragraph = etree.Element("p")
    paragraph.text, block.text = block.text, None
    paragraph.extend(phrasing)
    block.insert(0, paragraph)


MENDERS: Final[Mapping[str, Callable[[Element, Notice], None]]] = {
    "ul": mend_list,
    "ol": mend_list,
    "dl": mend_definitions,
    "figure": mend_figure,
    "details": mend_details,
    "table": mend_table,
    "tr": mend_row,
}
