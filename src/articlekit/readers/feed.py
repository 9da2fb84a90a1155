"""Read RSS, Atom and JSON feeds: one article an entry, with all of its content."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final

from articlekit.errors import FeedBroken
from articlekit.html import parse_html, text_of
from articlekit.model import Article, Source
from articlekit.readers.entries import Enclosure, Entry, make_article
from articlekit.readers.jsonfeed import is_json_feed, read_json_feed
from articlekit.readers.meta import http_url
from articlekit.report import Report

_HEAD: Final = 4096  # bytes that tell what a file is
_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# Atomic groups, as a comment must not be tried again as the beginning of a longer one.
_ROOT: Final = re.compile(
    r"\s*+(?:(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)\s*+)*+"
    r"<(?:[\w-]+:)?(?P<root>rss|feed|rdf|opml)\b",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY: Final = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
# What feedparser writes for an empty element of XHTML; HTML reads `</br>` as another `<br>`.
_VOID_ENDS: Final = re.compile(r"</(?:area|br|col|embed|hr|img|input|source|track|wbr)\s*>", re.I)
_MARKUP: Final = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:#\w+|\w+);")
# How feeds end a text that goes on elsewhere.
_GOES_ON: Final = re.compile(
    r"(?:…|\.\.\.|\[…\]|read more|continue reading|阅读全文|阅读更多|查看全文|続きを読む)"
    r"[\s»→›.\])>]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as a column: what column.toml would say of it, and its articles."""

    values: Mapping[str, object]
    articles: tuple[Article, ...]


def feed_kind(data: bytes) -> str | None:
    """Tell by a file's first bytes whether it is a feed: `rss`, `feed`, `rdf`, `opml`, `json`."""
    head = data[:_HEAD]
    encoding = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "utf-8")
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    if is_json_feed(text):
        return "json"
    found = _ROOT.match(text)
    return found["root"].lower() if found else None


def read_feed(source: Source, report: Report) -> Iterator[Article]:
    """Read the articles of a feed, in the feed's order. Raises FeedBroken."""
    yield from parse_feed(source, report).articles


def parse_feed(source: Source, report: Report) -> Feed:
    """Read a feed: RSS, Atom, or JSON Feed. Raises FeedBroken for what is none of them."""
    is_json = feed_kind(source.data) == "json"
    values, entries = read_json_feed(source) if is_json else _read_xml(source, report)
    if not entries:
        raise FeedBroken(f"{source.name}: this feed has no entries")
    width = len(str(len(entries)))
    language = {"language": values["language"]} if values.get("language") else {}
    entries = [replace(each, values={**language, **each.values}) for each in entries]
    return Feed(
        values,
        tuple(
            make_article(entry, f"{source.name}#{number:0{width}}", source, report)
            for number, entry in enumerate(entries, 1)
        ),
    )


def _read_xml(source: Source, report: Report) -> tuple[Mapping[str, object], list[Entry]]:
    import feedparser

    if _ENTITY.search(source.data, 0, _before_root(source.data)):
        raise FeedBroken(f"{source.name}: the feed declares entities, which no feed needs and a "
                         "bomb is made of; take its <!DOCTYPE> out")  # fmt: skip
    # A stream, as feedparser would open a text that looks like an address or a file's name.
    # Its sanitiser and its resolver rewrite HTML by rules of their own; ours come later.
    try:
        found = feedparser.parse(
            io.BytesIO(_without_nuls(source, report)),
            response_headers={"content-location": source.url} if source.url else None,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError) as error:
        raise FeedBroken(f"{source.name}: no feed that can be read: {error}") from error
    if not found.get("version") and not found.entries:
        cause = found.get("bozo_exception")
        detail = f": {' '.join(str(cause).split())[:120]}" if cause else ""
        raise FeedBroken(f"{source.name}: no RSS, Atom or JSON feed{detail}; check the address")
    if found.bozo and found.entries and _is_fault(found.bozo_exception):
        message = f"no well-formed XML: {' '.join(str(found.bozo_exception).split())[:120]}"
        report.add("feed-broken", message, source=source.name)
    return _feed_values(found.feed), [_entry(each) for each in found.entries]


def _without_nuls(source: Source, report: Report) -> bytes:
    """A feed's bytes without NULs, which no XML may have, but UTF-16 is full of."""
    data = source.data
    if b"\0" not in data or b"\0" in data[:4]:
        return data
    clean = data.replace(b"\0", b"")
    message = f"{len(data) - len(clean)} control characters removed"
    report.add("control-characters", message, source=source.name)
    return clean


def _is_fault(error: object) -> bool:
    """Tell a fault from feedparser's remarks about headers and declared encodings."""
    return type(error).__name__ not in ("CharacterEncodingOverride", "NonXMLContentType")


def _before_root(data: bytes) -> int:
    """Where the root element begins, which is as far as declarations go."""
    found = re.search(rb"<(?:[\w-]+:)?(?:rss|feed|rdf)[\s>]", data, re.IGNORECASE)
    return found.start() if found else len(data)


def _feed_values(feed: Mapping[str, Any]) -> dict[str, object]:
    image = feed.get("image") or {}
    values = {
        "title": _plain(feed, "title"),
        "authors": _authors(feed),
        "language": feed.get("language"),
        "url": _web_link(feed),
        "description": _plain(feed, "subtitle"),
        "cover": image.get("href") or feed.get("logo"),
    }
    return {key: value for key, value in values.items() if value}


def _plain(holder: Mapping[str, Any], name: str) -> str:
    """A text without markup: titles are HTML in some feeds, and text in others."""
    text = holder.get(name) or ""
    kind = (holder.get(f"{name}_detail") or {}).get("type", "")
    if kind != "text/plain" and _MARKUP.search(text):
        text = text_of(parse_html(text, Report()))
    return " ".join(text.split())


def _authors(holder: Mapping[str, Any]) -> list[str]:
    names = [each.get("name") or each.get("email") for each in holder.get("authors") or () if each]
    return list(dict.fromkeys(name for name in names if name))


def _web_link(holder: Mapping[str, Any]) -> str | None:
    """The page's address; a guid that is none, as `tag:…`, does not count."""
    alternates = [e.get("href") for e in holder.get("links") or () if e.get("rel") == "alternate"]
    found = (http_url(each) for each in [*alternates, holder.get("link"), holder.get("id")] if each)
    return next((each for each in found if each), None)


def _entry(entry: Mapping[str, Any]) -> Entry:
    html, base, is_summary = _content(entry)
    detail = entry.get("title_detail") or {}
    thumbnail: Mapping[str, str] = next(iter(entry.get("media_thumbnail") or ()), {})
    values = {
        "title": _plain(entry, "title"),
        "authors": _authors(entry),
        "published": entry.get("published") or entry.get("created") or entry.get("updated"),
        "url": _web_link(entry),
        "categories": [each["term"] for each in entry.get("tags") or () if each.get("term")],
        "language": detail.get("language"),
        "cover": (entry.get("image") or {}).get("href") or thumbnail.get("url"),
    }
    return Entry(
        {key: value for key, value in values.items() if value},
        html,
        base,
        _enclosures(entry),
        is_summary,
    )


def _content(entry: Mapping[str, Any]) -> tuple[str, str | None, bool]:
    """An entry's content as HTML, its base, and whether it is only a summary.

    content:encoded and Atom's content come before RSS's description, which is the whole
    text in many feeds and the beginning of it in others.
    """
    contents = [each for each in entry.get("content") or () if (each.get("value") or "").strip()]
    if contents:
        best = next((each for each in contents if "html" in each.get("type", "")), contents[0])
        return _as_html(best), best.get("base") or None, False
    summary = entry.get("summary_detail") or {"value": entry.get("summary") or ""}
    html = _as_html(summary)
    words = " ".join(text_of(parse_html(html, Report())).split()) if html else ""
    return html, summary.get("base") or None, bool(words) and _GOES_ON.search(words) is not None


def _as_html(detail: Mapping[str, Any]) -> str:
    text = str(detail.get("value") or "")
    if detail.get("type") == "text/plain":
        blocks = re.split(r"\n\s*\n", text.strip())
        return "".join(f"<p>{escape(block, quote=False)}</p>" for block in blocks if block)
    if detail.get("type") == "application/xhtml+xml":
        return _VOID_ENDS.sub("", text)
    return text


def _enclosures(entry: Mapping[str, Any]) -> tuple[Enclosure, ...]:
    """Files that go with an entry: sounds and videos of podcasts, pictures of photo feeds."""
    found = [
        Enclosure(each.get("href") or "", each.get("type") or "", each.get("title") or "")
        for each in entry.get("enclosures") or ()
    ]
    found += [
        Enclosure(each.get("url") or "", each.get("type") or each.get("medium") or "")
        for each in entry.get("media_content") or ()
    ]
    return tuple({each.url: each for each in reversed(found) if each.url}.values())[::-1]
