"""Turn videos, sounds and frames into figures with a poster and a link: never nothing."""

from __future__ import annotations

from typing import Final

from ada_url import URL
from lxml import etree

from articlekit.html import text_of
from articlekit.model import Article, Element
from articlekit.report import Report

# Where each kind of embed keeps its address, in the order of trust.
_ADDRESS: Final = {
    "iframe": ("src", "data-src", "data-original"),
    "frame": ("src",),
    "video": ("src", "data-src"),
    "audio": ("src", "data-src"),
    "embed": ("src",),
    "object": ("data",),
}


def replace_embeds(article: Article, report: Report) -> Article:
    """Put a `<figure>` with a link in the place of every embed that has an http(s) address.

    One without an address gives way to what stands inside it for old browsers; when
    nothing does, it is reported as lost.
    """
    name = article.origin.name
    for element in list(article.body.iter(*_ADDRESS)):
        kind = str(element.tag)
        address = _address(element, article.origin.base)
        if address is not None:
            _become_figure(element, address)
            report.add("embed-replaced", f"<{kind}> became a link", source=name, url=address)
        elif kind in ("object", "video", "audio") and text_of(element).strip():
            element.tag = "div"
            report.add("embed-replaced", f"<{kind}> gave way to its fallback", source=name)
    return article


def _address(element: Element, base: str | None) -> str | None:
    places = [(element, attribute) for attribute in _ADDRESS[str(element.tag)]]
    places += [(source, "src") for source in element.iter("source")]
    for place, attribute in places:
        value = (place.get(attribute) or "").strip()
        if not value or value.startswith("about:"):
            continue
        if value.startswith("//"):
            value = "https:" + value
        try:
            url = URL(value, base=base) if base else URL(value)
        except ValueError:
            continue
        if url.protocol in ("http:", "https:"):
            return str(url.href)
    return None


def _become_figure(element: Element, address: str) -> None:
    poster = (element.get("poster") or "").strip()
    title = (element.get("title") or element.get("aria-label") or "").strip()
    tail = element.tail
    element.clear()
    element.tail = tail
    element.tag = "figure"
    if poster:
        etree.SubElement(etree.SubElement(element, "p"), "img", src=poster, alt=title)
    paragraph = etree.SubElement(element, "figcaption" if poster else "p")
    etree.SubElement(paragraph, "a", href=address).text = title or _readable(address)


def _readable(address: str) -> str:
    url = URL(address)
    return f"{url.host}{url.pathname}".removesuffix("/")
