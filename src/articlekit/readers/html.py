"""Read front matter + HTML, a bare fragment of HTML, or a whole page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ada_url import URL

from articlekit.html import parse_html, text_of
from articlekit.model import Article, Element, Meta, Origin, Source
from articlekit.readers.front_matter import split_front_matter
from articlekit.readers.meta import http_url, language_tag, make_meta
from articlekit.readers.text import decode
from articlekit.report import Report

# <meta name> and <meta property>: what they say in front matter's words, the best first.
_PAGE_KEYS: Final = {
    "og:title": "title",
    "author": "author",
    "article:author": "author",
    "article:published_time": "date",
    "date": "date",
    "description": "description",
    "og:description": "description",
    "og:image": "cover",
}
_BEFORE_BODY: Final = frozenset({"script", "style", "template", "noscript"})
_SILENT: Final = frozenset({"script", "style", "template"})
_SLUG_BYTES: Final = 80
# Names that Windows keeps for devices, with any suffix.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


def read_html(source: Source, report: Report) -> Iterator[Article]:
    """Read the one article that a file of front matter and HTML holds.

    Front matter comes before what the page says of itself; the address given with the
    source comes before both. Raises NotAnArticle for a file that is no text.
    """
    matter = split_front_matter(decode(source, report), source.name, report)
    html = parse_html(matter.content, report, source.name)
    meta = make_meta(matter.values, source.name, report)
    meta = _fill(meta, _page_meta(html, source.name, report))
    if source.url is not None:
        meta = replace(meta, url=_given_url(source.url, source.name, report))
    body = _content(html, source.name, report)
    if not meta.title:
        meta = replace(meta, title=_stand_in(body, source))
        message = f"no title; {meta.title[:60]!r} stands in. Write 'title:' in its front matter"
        report.add("title-missing", message, source=source.name)
    yield Article(_slug(source, meta), meta, body, _origin(source, meta, html))


def _given_url(url: str, name: str, report: Report) -> str | None:
    address = http_url(url)
    if address is None:
        report.add("url-unusable", f"not an http(s) URL: {url[:80]!r}", source=name)
    return address


def _fill(meta: Meta, page: Meta) -> Meta:
    """Let the page say what the front matter does not."""
    return replace(
        meta,
        title=meta.title or page.title,
        authors=meta.authors or page.authors,
        language=meta.language or page.language,
        url=meta.url or page.url,
        published=meta.published or page.published,
        cover=meta.cover or page.cover,
        description=meta.description or page.description,
    )


def _page_meta(html: Element, name: str, report: Report) -> Meta:
    values: dict[str, object] = {}
    # A stray element in <head> sends the rest of it to <body>, so the whole page is searched.
    named = {
        (each.get("property") or each.get("name") or "").strip().lower(): each.get("content") or ""
        for each in reversed(list(html.iter("meta")))
    }
    for key, field in _PAGE_KEYS.items():
        if named.get(key, "").strip():
            values.setdefault(field, named[key].strip())
    if (title := html.find(".//title")) is not None and text_of(title).strip():
        values.setdefault("title", text_of(title))
    if language_tag(html.get("lang") or ""):
        values["language"] = html.get("lang")
    for link in html.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and http_url(link.get("href") or ""):
            values.setdefault("url", link.get("href"))
    if http_url(named.get("og:url", "")):
        values.setdefault("url", named["og:url"])
    return make_meta(values, name, report)


def _content(html: Element, name: str, report: Report) -> Element:
    """The page's one `<main>` or `<article>` when most of its text is there, else its body."""
    head, body = html.find("head"), html.find("body")
    if head is None or body is None:  # parse_html always leaves both
        return html
    # The parser sends what a fragment begins with there; it is content, or to be reported.
    body[:0] = [each for each in head if each.tag in _BEFORE_BODY]
    for tag in ("main", "article"):
        found = body.findall(f".//{tag}")
        if len(found) != 1:
            continue
        whole, part = _letters(body), _letters(found[0])
        if part and part * 2 >= whole:
            if part < whole:
                message = f"{whole - part} characters outside <{tag}> removed"
                report.add("clutter-removed", message, source=name, reason="around the article")
            found[0].tail = None
            return found[0]
    return body


def _letters(element: Element) -> int:
    """How many characters of text an element shows, white space left out."""
    whole = sum(len("".join(str(part).split())) for part in element.itertext())
    return whole - sum(_letters_of_one(each) for each in element.iter(*_SILENT))


def _letters_of_one(element: Element) -> int:
    return len("".join((element.text or "").split()))


def _stand_in(body: Element, source: Source) -> str:
    for heading in body.iter("h1", "h2"):
        if words := " ".join(text_of(heading).split()):
            return words
    return source.path.stem if source.path else "Untitled"


def _slug(source: Source, meta: Meta) -> str:
    """A name for the article's file: safe on every system, at most 80 bytes long."""
    words = unicodedata.normalize("NFC", source.path.stem if source.path else meta.title)
    # Letters, marks and numbers of any script; what else a file system might refuse is a dash.
    safe = "".join(c if c in "_.-" or unicodedata.category(c)[0] in "LMN" else "-" for c in words)
    short = re.sub("-{2,}", "-", safe).encode()[:_SLUG_BYTES].decode(errors="ignore").strip("-.")
    return f"{short}-" if _DEVICES.match(short) else short or "article"


def _origin(source: Source, meta: Meta, html: Element) -> Origin:
    base = html.find(".//base[@href]")
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
