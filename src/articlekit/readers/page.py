"""A whole page's metadata and article, from what it says of itself and how it is built."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ada_url import URL

from articlekit.html import XML, text_of
from articlekit.model import Element, Meta
from articlekit.readers.dates import parse_date
from articlekit.readers.meta import http_url, language_tag, make_meta
from articlekit.readers.structured import Claims, read_claims
from articlekit.report import Report

#: Where each field is looked for, the best first (docs/decisions/0021-whole-pages.md).
PRECEDENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (
        "meta:og:title", "ld:headline", "meta:citation_title", "meta:twitter:title",
        "meta:dc.title", "item:headline", "page:title", "ld:name",
    ),
    "author": (
        "ld:author", "meta:author", "meta:article:author", "meta:parsely-author",
        "meta:sailthru.author", "meta:byl", "meta:dc.creator", "meta:citation_author",
        "item:author", "page:author",
    ),
    "date": (
        "ld:datepublished", "meta:article:published_time", "meta:og:published_time",
        "item:datepublished", "meta:parsely-pub-date", "meta:sailthru.date",
        "meta:citation_publication_date", "meta:dc.date.issued", "meta:dc.date",
        "meta:pubdate", "meta:publishdate", "meta:date", "page:date", "ld:datecreated",
    ),
    "language": ("page:language", "meta:content-language", "ld:inlanguage", "meta:og:locale"),
    "url": ("page:canonical", "meta:og:url", "ld:mainentityofpage", "ld:url", "page:saved"),
    "description": (
        "meta:description", "meta:og:description", "ld:description", "meta:twitter:description",
    ),
    "cover": (
        "meta:og:image", "meta:og:image:url", "meta:og:image:secure_url", "ld:image",
        "ld:thumbnailurl", "meta:twitter:image", "meta:twitter:image:src", "page:image",
    ),
    "categories": ("meta:article:section", "meta:article:tag", "ld:articlesection", "ld:keywords"),
}  # fmt: skip

# What begins a page rather than a fragment, behind white space, comments and an XML declaration.
_PAGE: Final = re.compile(
    r"\s*+(?:(?><\?xml[^>]*>|<!--.*?-->)\s*+)*+<(?:!doctype|html|head|body|title|meta|link)\b",
    re.IGNORECASE | re.DOTALL,
)
# Browsers write it into the pages that they save.
_SAVED: Final = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://\S+?)\s*-->", re.IGNORECASE)
# WeChat sets a page's date by script.
_WECHAT_DATE: Final = re.compile(r"\b(?:var\s+ct|create_time)\s*=\s*[\"'](\d{10})[\"']")
_PUBLISHED: Final = re.compile(r"publish|posted|dt-published|(?:entry|post)-date", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"\s+[-–—|·•»]\s+|\s*[|_]\s*|\s*[:：]\s+")
_ADDRESS: Final = re.compile(r"https?://\S+$", re.IGNORECASE)
_MOST_AUTHORS: Final = 12


def is_page(text: str) -> bool:
    """Tell a whole page from a fragment: by how it begins."""
    return _PAGE.match(text[:20_000]) is not None


def page_meta(html: Element, text: str, name: str, report: Report) -> Meta:
    """Return what a page says of itself, each field from the best of the places that say it."""
    claims = read_claims(html, text, name, report)
    _add_shown(claims, html, text)
    if not claims.values:
        return Meta("")
    values: dict[str, object] = {}
    for key, read in _READ.items():
        found = read(claims, list(claims.all(PRECEDENCE[key])))
        if found:
            values[key] = found
    return make_meta(values, name, report)


def _add_shown(claims: Claims, html: Element, text: str) -> None:
    """Add what stands in the page's own elements, not made for machines."""
    if (title := html.find(".//title")) is not None:
        claims.add("page:title", " ".join(text_of(title).split()))
    claims.add("page:language", html.get("lang") or html.get(f"{{{XML}}}lang"))
    for link in html.iter("link", "a"):
        relations = (link.get("rel") or "").lower().split()
        for relation, place in _RELATIONS.items() if relations else ():
            if relation in relations:
                value = text_of(link).strip() if place == "page:author" else link.get("href")
                claims.add(place, value)
    main = next(html.iter("main"), None)
    if main is None and "main" in text:
        main = html.find(".//*[@role='main']")
    main = html if main is None else main
    for heading in main.iter("h1", "h2", "h3"):
        classes, prop = heading.get("class"), heading.get("itemprop")
        named = (classes or prop) and _TITLE.search(f"{classes or ''} {prop or ''}")
        if (heading.tag == "h1" and not _is_masthead(heading)) or named:
            claims.add("page:heading", " ".join(text_of(heading).split()).rstrip("¶# "))
    _add_dates(claims, html, text)
    if saved := _SAVED.search(text[:4096]):
        claims.add("page:saved", saved[1])


def _add_dates(claims: Claims, html: Element, text: str) -> None:
    whole = is_page(text)
    for moment in html.iter("time"):
        # In a fragment, which is all article, most of them are in its sentences.
        if whole or "pubdate" in moment.attrib or _PUBLISHED.search(moment.get("class") or ""):
            claims.add("page:date", moment.get("datetime"))
    if whole and (wechat := _WECHAT_DATE.search(text)):
        claims.add("page:date", wechat[1])


def _is_masthead(heading: Element) -> bool:
    """Tell a site's name, which many themes make an `<h1>`, from an article's title."""
    parent = heading.getparent()
    places = [heading, *heading.iter("a"), *([] if parent is None else [parent])]
    if any(_MASTHEAD.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in places):
        return True
    links = [each.get("href") or "" for each in heading.iter("a")]
    return any(_FRONT.fullmatch(each) for each in links)


_TITLE: Final = re.compile(r"\b(?:entry|post|article)[-_]?title\b|\bheadline\b", re.IGNORECASE)
_MASTHEAD: Final = re.compile(r"site|blog|brand|logo|masthead|menu", re.IGNORECASE)
_FRONT: Final = re.compile(r"/?|(?:https?:)?//[^/?#]+/?", re.IGNORECASE)

_RELATIONS: Final = {
    "canonical": "page:canonical",
    "image_src": "page:image",
    "author": "page:author",
}


def _title(claims: Claims, found: list[object]) -> object:
    title = next(iter(_words(found)), "")
    sites = list(_words(claims.all(("meta:og:site_name", "ld:publisher"))))
    return without_site(title, sites, list(_words(claims.all(("page:heading",)))))


def without_site(title: str, sites: list[str], headings: list[str]) -> str:
    """Cut the site's name off a title: `A walk - The Herald` of The Herald is `A walk`.

    Where the site does not say its name, a heading of the page may say what the title is.
    """
    known = {each.casefold() for each in headings}
    foreign = {each.casefold() for each in sites}
    for separator in _SEPARATORS.finditer(title):
        head, tail = title[: separator.start()].strip(), title[separator.end() :].strip()
        if head and (tail.casefold() in foreign or head.casefold() in known):
            return head
        if tail and (head.casefold() in foreign or tail.casefold() in known):
            return tail
    return title


def _authors(_: Claims, found: list[object]) -> object:
    for value in found:
        names = [each for each in _words([value]) if not _ADDRESS.match(each)]
        if names:
            return list(dict.fromkeys(names))[:_MOST_AUTHORS]
    return None


def _date(_: Claims, found: list[object]) -> object:
    written = [str(each) for each in found]
    return next((each for each in written if parse_date(each)), next(iter(written), None))


def _language(_: Claims, found: list[object]) -> object:
    return next((each for each in _words(found) if language_tag(each)), None)


def _url(_: Claims, found: list[object]) -> object:
    """The first address that is absolute; a bare site's loses to a page's.

    Themes that were set up wrongly name the front page as every page's canonical address.
    """
    urls = [url for each in found for word in _links([each]) if (url := http_url(word))]
    return next((each for each in urls if URL(each).pathname != "/"), next(iter(urls), None))


def _first(_: Claims, found: list[object]) -> object:
    return next(iter(_words(found)), None)


def _image(_: Claims, found: list[object]) -> object:
    return next(iter(_links(found)), None)


def _categories(_: Claims, found: list[object]) -> object:
    words = [part.strip() for each in _words(found) for part in re.split("[,，]", each)]
    return list(dict.fromkeys(word for word in words if word))


_READ: Final[Mapping[str, Callable[[Claims, list[object]], object]]] = {
    "title": _title,
    "author": _authors,
    "date": _date,
    "language": _language,
    "url": _url,
    "description": _first,
    "cover": _image,
    "categories": _categories,
}


def _words(values: object) -> Iterator[str]:
    """Yield the strings, and the names of the objects, in values of JSON-LD."""
    return _leaves(values, ("name", "@value"))


def _links(values: object) -> Iterator[str]:
    """Yield the strings, and the addresses of the objects, in values of JSON-LD."""
    return _leaves(values, ("url", "contentUrl", "@id"))


def _leaves(values: object, keys: tuple[str, ...]) -> Iterator[str]:
    pending = deque([values])
    while pending:
        value = pending.popleft()
        if isinstance(value, str):
            if value.strip():
                yield " ".join(value.split())
        elif isinstance(value, Mapping):
            pending.appendleft(next((value[key] for key in keys if value.get(key)), None))
        elif isinstance(value, (list, tuple, Iterator)):
            pending.extendleft(reversed(list(value)))
