"""JSON Feed (jsonfeed.org, version 1.1) to a column's keys and entries."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Final

from articlekit.errors import FeedBroken
from articlekit.model import Source
from articlekit.readers.entries import Enclosure, Entry

_SIGN: Final = re.compile(r"\s*\{.*?jsonfeed\.org\\?/version", re.DOTALL)


def is_json_feed(head: str) -> bool:
    """Tell a JSON Feed by its beginning, where its version stands."""
    return _SIGN.match(head) is not None


def read_json_feed(source: Source) -> tuple[Mapping[str, object], list[Entry]]:
    """Return what a JSON Feed says of itself, and its entries. Raises FeedBroken."""
    try:
        feed = json.loads(source.data.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError) as error:
        cause = " ".join(str(error).split())[:120]
        raise FeedBroken(
            f"{source.name}: no JSON: {cause}; save it again from its address"
        ) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise FeedBroken(f"{source.name}: a JSON Feed without 'items'; check the address")
    values = {
        "title": _text(feed.get("title")),
        "authors": _authors(feed),
        "language": _text(feed.get("language")),
        "url": _text(feed.get("home_page_url")),
        "description": _text(feed.get("description")),
        "cover": _text(feed.get("icon")),
    }
    entries = [_entry(each) for each in items if isinstance(each, dict)]
    return {key: value for key, value in values.items() if value}, entries


def _entry(item: Mapping[str, object]) -> Entry:
    html, text, summary = (_text(item.get(k)) for k in ("content_html", "content_text", "summary"))
    plain = text or summary
    paragraphs = (escape(each, quote=False) for each in re.split(r"\n\s*\n", plain) if each.strip())
    values = {
        "title": _text(item.get("title")),
        "authors": _authors(item),
        "published": _text(item.get("date_published")) or _text(item.get("date_modified")),
        "url": _text(item.get("url")) or _text(item.get("external_url")),
        "categories": [_text(each) for each in _list(item.get("tags")) if _text(each)],
        "language": _text(item.get("language")),
        "cover": _text(item.get("banner_image")) or _text(item.get("image")),
    }
    return Entry(
        {key: value for key, value in values.items() if value},
        html or "".join(f"<p>{each}</p>" for each in paragraphs),
        None,
        tuple(_enclosures(item)),
        is_summary=not html and not text and bool(summary),
    )


def _enclosures(item: Mapping[str, object]) -> list[Enclosure]:
    return [
        Enclosure(_text(each.get("url")), _text(each.get("mime_type")), _text(each.get("title")))
        for each in _list(item.get("attachments"))
        if isinstance(each, dict) and _text(each.get("url"))
    ]


def _authors(holder: Mapping[str, object]) -> list[str]:
    """Version 1 had one `author`, 1.1 has several `authors`."""
    people = [*_list(holder.get("authors")), holder.get("author")]
    names = (_text(each.get("name")) for each in people if isinstance(each, dict))
    return [name for name in names if name]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
