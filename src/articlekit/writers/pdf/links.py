"""Links as numbered notes at the end of an article, for those who read on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from articlekit.html import text_of
from articlekit.model import Element
from articlekit.writers.labels import labels

_SCHEMES: Final = ("http://", "https://")


def number_links(article: Element, language: str | None) -> None:
    """Number the links that lead out of the book, and list their addresses at the end.

    A link whose text is its address needs no number; links to one address share theirs.
    """
    body = article.find("div[@class='body']")
    addresses = mark_links(body) if body is not None else []
    if addresses:
        article.append(_listed(addresses, labels(language).links))


def mark_links(body: Element) -> list[str]:
    """Put its number into each link that leads out of the book; return where they lead, in order.

    A number is a `span` of the class `link-number`.
    """
    numbers: dict[str, int] = {}
    for link in list(body.iter("a")):
        address = link.get("href", "")
        if address.startswith(_SCHEMES) and not _says(link, address):
            _number(link, numbers.setdefault(address, len(numbers) + 1))
    return list(numbers)


def _says(link: Element, address: str) -> bool:
    """Tell whether the text of a link is its address, with or without the scheme."""
    text = "".join(text_of(link).split()).rstrip("/")
    bare = address.rstrip("/")
    return text in (bare, bare.partition("://")[2])


def _number(link: Element, number: int) -> None:
    """Put the number into the link, at its end, so that it never begins a line."""
    mark = etree.SubElement(link, "span", {"class": "link-number"})
    mark.text = f"[{number}]"


def _listed(addresses: Sequence[str], title: str) -> Element:
    section = etree.Element("section", {"class": "links"})
    etree.SubElement(section, "p", {"class": "links-title"}).text = title
    listed = etree.SubElement(section, "ol")
    for address in addresses:
        item = etree.SubElement(listed, "li")
        etree.SubElement(item, "a", {"href": address}).text = address
    return section
