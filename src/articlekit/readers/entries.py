"""An entry of a feed, of whatever kind, to an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ada_url import URL
from lxml import etree

from articlekit.html import parse_html, strip_controls
from articlekit.model import Article, Element, Origin, Source
from articlekit.readers.meta import http_url, make_meta
from articlekit.readers.slug import slug_of
from articlekit.report import Report
from articlekit.rescue import rescue_code

_KINDS: Final = {"audio": "audio", "video": "video", "image": "img"}
# YouTube's own feeds give the player of a page that is gone.
_FLASH: Final = "application/x-shockwave-flash"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with an entry; `kind` is its media type, or what the feed says of it."""

    url: str
    kind: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article: keys as in front matter, and its content as HTML."""

    values: Mapping[str, object]
    html: str
    base: str | None
    enclosures: tuple[Enclosure, ...] = ()
    is_summary: bool = False


def make_article(entry: Entry, name: str, source: Source, report: Report) -> Article:
    """Return the article of an entry; `name` stands in messages."""
    values = dict(entry.values)
    if not values.get("title"):
        values["title"] = f"Untitled {name.rpartition('#')[2]}"
        message = f"no title; {values['title']!r} stands in"
        report.add("title-missing", message, source=name)
    # A feed has no front matter whose keys a writer could give back.
    meta = replace(make_meta(values, name, report), keys={})
    if entry.is_summary:
        message = "the feed has only the beginning of it; convert the article's own page"
        report.add("feed-summary-only", message, source=name, url=meta.url)
    body = _body(entry, name, report)
    base = _base(entry, meta.url, source)
    _add_enclosures(body, entry, base)
    folder = source.path.parent if source.path else None
    return Article(slug_of(meta.title), meta, body, Origin(name, folder, base))


def _body(entry: Entry, name: str, report: Report) -> Element:
    html = rescue_code(entry.html, report, name)
    body = parse_html(html, report, name).find("body")
    return etree.Element("body") if body is None else body


def _base(entry: Entry, url: str | None, source: Source) -> str | None:
    """What an entry's addresses are relative to: xml:base, else its page, else the feed."""
    for base in (entry.base, url, source.url):
        if base and (found := http_url(base)):
            return found
    return None


def _add_enclosures(body: Element, entry: Entry, base: str | None) -> None:
    """Put files that the content does not show behind it: players, pictures, links."""
    shown = {
        _absolute(each.get(attribute) or "", base)
        for each in body.iter("audio", "video", "source", "img", "a", "iframe", "embed")
        for attribute in ("src", "href")
    }
    for enclosure in entry.enclosures:
        address = strip_controls(_absolute(enclosure.url, base))
        title = strip_controls(enclosure.title or "")
        if address in shown:
            continue
        shown.add(address)
        tag = "iframe" if enclosure.kind == _FLASH else _KINDS.get(enclosure.kind.split("/")[0])
        parent = etree.SubElement(body, "div" if tag else "p")
        if tag is None:
            link = etree.SubElement(parent, "a", href=address)
            link.text = title or URL(address).pathname.rpartition("/")[2] or address
            continue
        element = etree.SubElement(parent, tag, src=address)
        if title:
            element.set("alt" if tag == "img" else "title", title)


def _absolute(address: str, base: str | None) -> str:
    try:
        return str(URL(address, base=base).href if base else URL(address).href)
    except ValueError:
        return address
