"""Read front matter + HTML, a bare fragment of HTML, or a whole page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ada_url import URL

from articlekit.html import parse_html, text_of
from articlekit.model import Article, Element, Meta, Origin, Source
from articlekit.readers.cdata import unwrap_cdata
from articlekit.readers.front_matter import split_front_matter
from articlekit.readers.meta import http_url, make_meta
from articlekit.readers.page import is_page, page_meta
from articlekit.readers.slug import slug_of
from articlekit.readers.text import decode
from articlekit.report import Report
from articlekit.rescue import rescue_code

_BEFORE_BODY: Final = frozenset({"script", "style", "template", "noscript"})
_SILENT_PAGE: Final = Meta("")
_SILENT: Final = frozenset({"script", "style", "template"})


def read_html(source: Source, report: Report) -> Iterator[Article]:
    """Read the one article that a file of front matter and HTML holds.

    Front matter comes before what the page says of itself; the address given with the
    source comes before both. Raises NotAnArticle for a file that is no text.
    """
    matter = split_front_matter(decode(source, report), source.name, report)
    text = rescue_code(matter.content, report, source.name)
    text = unwrap_cdata(text, report, source.name)
    text = _part_plain_text(text, report, source.name)
    html = parse_html(text, report, source.name)
    meta = make_meta(matter.values, source.name, report)
    meta = _fill(meta, page_meta(html, matter.content, source.name, report))
    if source.url is not None:
        meta = replace(meta, url=_given_url(source.url, source.name, report))
    stand_in = "" if meta.title else _stand_in(html, source)
    body = _content(html, is_page(matter.content), source.name, report)
    if not meta.title:
        meta = replace(meta, title=stand_in)
        message = f"no title; {meta.title[:60]!r} stands in. Write 'title:' in its front matter"
        report.add("title-missing", message, source=source.name)
    slug = slug_of(source.path.stem if source.path else meta.title)
    yield Article(slug, meta, body, _origin(source, meta, html))


def _part_plain_text(text: str, report: Report, name: str) -> str:
    """Let blank lines part the paragraphs of a text that has no tags, as its author sees them."""
    if _MARKUP.search(text):
        return text
    parts = [each for each in _BLANK_LINE.split(text) if each.strip()]
    if len(parts) < 2:
        return text
    message = f"a text without tags: {len(parts)} paragraphs, parted by blank lines"
    report.add("structure-mended", message, source=name)
    return "".join(f"<p>{each}</p>" for each in parts)


_MARKUP: Final = re.compile(r"<[A-Za-z!/?]")
_BLANK_LINE: Final = re.compile(r"\n(?:[ \t\u3000]*\n)+")


def _given_url(url: str, name: str, report: Report) -> str | None:
    address = http_url(url)
    if address is None:
        report.add("url-unusable", f"not an http(s) URL: {url[:80]!r}", source=name)
    return address


def _fill(meta: Meta, page: Meta) -> Meta:
    """Let the page say what the front matter does not."""
    if page == _SILENT_PAGE:
        return meta
    return replace(
        meta,
        title=meta.title or page.title,
        authors=meta.authors or page.authors,
        language=meta.language or page.language,
        url=meta.url or page.url,
        published=meta.published or page.published,
        categories=meta.categories or page.categories,
        cover=meta.cover or page.cover,
        description=meta.description or page.description,
    )


def _content(html: Element, whole_page: bool, name: str, report: Report) -> Element:
    """The article of a page, or all of a fragment."""
    head, body = html.find("head"), html.find("body")
    if head is None or body is None:  # parse_html always leaves both
        return html
    # The parser sends what a fragment begins with there; it is content, or to be reported.
    begin = [each for each in head if each.tag in _BEFORE_BODY]
    body[:0] = [e for e in begin if e.tag != "noscript" or len(e) or (e.text or "").strip()]
    if not whole_page:
        return body
    from articlekit.readers.extract import extract  # which a fragment has no need of

    whole = _letters(body)
    article = extract(body)
    if cut := whole - _letters(article):
        message = f"{cut} characters outside the article removed"
        report.add("clutter-removed", message, source=name, reason="around the article")
    return article


def _letters(element: Element) -> int:
    """How many characters of text an element shows, white space left out."""
    whole = sum(len("".join(str(part).split())) for part in element.itertext())
    return whole - sum(_letters_of_one(each) for each in element.iter(*_SILENT))


def _letters_of_one(element: Element) -> int:
    return len("".join((element.text or "").split()))


def _stand_in(html: Element, source: Source) -> str:
    for heading in html.iter("h1", "h2"):
        if words := " ".join(text_of(heading).split()):
            return words
    return source.path.stem if source.path else "Untitled"


def _origin(source: Source, meta: Meta, html: Element) -> Origin:
    base = next((each for each in html.iter("base") if each.get("href") is not None), None)
    address = meta.url
    if base is not None:
        href = base.get("href") or ""
        try:
            address = http_url(URL(href, base=meta.url).href if meta.url else href) or meta.url
        except ValueError:
            address = meta.url
    return Origin(
        name=source.name,
        folder=source.path.parent if source.path else None,
        base=address,
        referrer=tuple(
            each.get("content") or ""
            for each in html.iter("meta")
            if (each.get("name") or "").strip().lower() == "referrer"
        ),
    )
