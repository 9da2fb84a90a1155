"""Addresses that an article prints as text, made live: paper shows them, a screen follows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from articlekit.html import append_text
from articlekit.model import Element

#: Of the `a` that is put around an address; print.css leaves it as it was in code.
CLASS: Final = "address"
# What ends an address is not the mark behind it, nor a bracket that was opened before it.
_WEB: Final = (
    r"(?:https?://|www\.(?=[a-z0-9-]{1,63}\.[a-z]{2}))[!#-&*-;=?-Z_a-z~]*[#$%&*+/0-9=@A-Z_a-z~-]"
)
# From the beginning of a word, or every letter of a long one would be tried.
_MAIL: Final = r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,}(?![\w-])"
_IN_CODE: Final = re.compile(_WEB, re.IGNORECASE | re.ASCII)
_IN_TEXT: Final = re.compile(f"{_WEB}|{_MAIL}", re.IGNORECASE | re.ASCII)
_CODE: Final = frozenset({"pre", "code", "kbd", "samp"})
# Where an address is no text of the page, or is a link already.
_NOT_IN: Final = frozenset({"a", "rp"})


def link_addresses(root: Element) -> None:
    """Make a link of every address that stands in the text of `root` and is none yet."""
    for element, pattern in list(_elements(root)):
        for child in list(element):
            _link(element, child, child.tail or "", pattern)
        _link(element, None, element.text or "", pattern)


def address_of(text: str) -> str:
    """Return where an address that was found in a text leads."""
    if "@" in text and "/" not in text:
        return f"mailto:{text}"
    return text if "://" in text else f"https://{text}"


def _elements(root: Element) -> Iterator[tuple[Element, re.Pattern[str]]]:
    pending = [(root, _IN_TEXT)]
    while pending:
        element, pattern = pending.pop()
        if not isinstance(element.tag, str) or "{" in element.tag or element.tag in _NOT_IN:
            continue
        pattern = _IN_CODE if element.tag in _CODE else pattern
        yield element, pattern
        pending.extend((child, pattern) for child in element)


def _link(parent: Element, before: Element | None, text: str, pattern: re.Pattern[str]) -> None:
    """Put `text` behind `before`, or first in `parent`, with links around its addresses."""
    if pattern.search(text) is None:
        return
    holder = etree.Element("span")
    done = 0
    for match in pattern.finditer(text):
        append_text(holder, text[done : match.start()])
        link = etree.SubElement(holder, "a", {"class": CLASS, "href": address_of(match[0])})
        link.text = match[0]
        done = match.end()
    append_text(holder, text[done:])
    if before is None:
        at, parent.text = 0, holder.text
    else:
        at, before.tail = parent.index(before) + 1, holder.text
    for offset, link in enumerate(list(holder)):
        parent.insert(at + offset, link)
