"""What a page says of itself for machines: JSON-LD, `<meta>`s, microdata."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from articlekit.html import text_of
from articlekit.model import Element
from articlekit.report import Report

#: Where a page's claims are found: `ld:` is a property of its JSON-LD, `meta:` the name of a
#: `<meta>`, `item:` a microdata property, `page:` what the page shows.
_ARTICLES: Final = re.compile(
    r"(Article|BlogPosting|Posting|Report|WebPage|Review|Recipe|Chapter|CreativeWork)$"
)
_LONGEST: Final = 1 << 20  # characters of JSON-LD; a page's own are some thousand
_DEEPEST: Final = 5000  # objects; `@graph` lists a site's whole tree at times
# `"headline": "…"` in JSON that some template broke.
_PAIR: Final = re.compile(
    r'"(headline|datePublished|description|name|url|inLanguage|author)"\s*:\s*("(?:[^"\\\n]|\\.)*")'
)
_WRAPPING: Final = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?:-->|(?://)?\s*\]\]>)\s*$")
_TRAILING: Final = re.compile(r",(\s*[}\]])")


@dataclass(slots=True)
class Claims:
    """What a page says, by the place where it says it; each place's values in order."""

    values: dict[str, list[object]] = field(default_factory=dict)

    def add(self, place: str, value: object) -> None:
        """Keep a value that is not empty."""
        if value not in (None, "", [], {}):
            self.values.setdefault(place, []).append(value)

    def all(self, places: tuple[str, ...]) -> Iterator[object]:
        """Yield the values of places, the first place's first."""
        for place in places:
            yield from self.values.get(place, ())


def read_claims(html: Element, text: str, name: str, report: Report) -> Claims:
    """Collect all that a page's JSON-LD, `<meta>`s and microdata say, unjudged.

    A stray element in `<head>` sends the rest of it to `<body>`, so the whole page is
    searched. JSON-LD that is no JSON is mended where templates are known to break it, else
    read by its well-known pairs, and reported.
    """
    claims = Claims()
    for script in html.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            _add_json(claims, _load_json(text_of(script), name, report))
    for meta in html.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("http-equiv") or "").strip()
        claims.add(f"meta:{key.lower()}", (meta.get("content") or "").strip())
    # To look at every element takes ten times as long as all else here.
    has_items = "itemprop" in text or "ITEMPROP" in text
    for element in html.iterfind(".//*[@itemprop]") if has_items else ():
        for prop in (element.get("itemprop") or "").split():
            claims.add(f"item:{prop.lower()}", _item_value(element))
    return claims


def _load_json(text: str, name: str, report: Report) -> object:
    text = _WRAPPING.sub("", text.strip()[:_LONGEST]).strip().rstrip(";")
    if not text:
        return None
    for attempt in (text, _TRAILING.sub(r"\1", text)):
        try:
            # Line ends in strings are the commonest fault of templates.
            found: object = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        else:
            return found
    message = "the page's JSON-LD is no JSON; its headline and date were looked for in its text"
    report.add("metadata-broken", message, source=name)
    return _pairs(text)


def _pairs(text: str) -> dict[str, object]:
    """The well-known pairs of broken JSON, each one's first."""
    found: dict[str, object] = {}
    for key, value in _PAIR.findall(text):
        try:
            found.setdefault(key, json.loads(value))
        except ValueError:
            continue
    return {"@type": "Article", **found}


def _add_json(claims: Claims, data: object) -> None:
    """Take over the article among JSON-LD's objects; others tell nothing about it."""
    objects = list(_objects(data))
    articles = [each for each in objects if _is_article(each)]
    names = {
        str(each["@id"]): each["name"] for each in objects if each.get("@id") and each.get("name")
    }
    # An article says more than the web page that it stands on.
    articles.sort(key=lambda each: "WebPage" in str(each.get("@type")))
    for each in articles:
        for key, value in each.items():
            claims.add(f"ld:{key.lower()}", _resolved(value, names))
    for each in objects:
        if each.get("@type") is None and each.get("pubDate"):  # Baidu's dialect
            claims.add("ld:headline", each.get("title"))
            claims.add("ld:datepublished", each.get("pubDate"))


def _objects(data: object) -> Iterator[Mapping[str, object]]:
    """Yield JSON-LD's top objects: of a list, of a `@graph`, alone."""
    pending = deque([data])
    for _ in range(_DEEPEST):
        if not pending:
            return
        each = pending.popleft()
        if isinstance(each, list):
            pending.extendleft(reversed(each))
        elif isinstance(each, Mapping):
            yield each
            pending.extend(each[key] for key in ("@graph", "mainEntity") if key in each)


def _is_article(each: Mapping[str, object]) -> bool:
    kinds = each.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLES.search(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _resolved(value: object, names: Mapping[str, object]) -> object:
    """Replace bare references to other objects of the page with those objects' names."""
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    return _named(value, names)


def _named(value: object, names: Mapping[str, object]) -> object:
    if not isinstance(value, Mapping) or "name" in value:
        return value
    reference = str(value.get("@id"))
    return {**value, "name": names[reference]} if reference in names else value


def _item_value(element: Element) -> str:
    """A microdata property's value: HTML Standard, section 5.2.4."""
    if element.get("itemscope") is not None:
        name = next(
            (e for e in element.iter() if "name" in (e.get("itemprop") or "").split()), None
        )
        return "" if name is None or name is element else _item_value(name)
    for attribute in ("content", "datetime", "src", "href"):
        if element.get(attribute):
            return str(element.get(attribute)).strip()
    if element.tag == "abbr" and element.get("title"):
        return str(element.get("title"))
    words = " ".join(text_of(element).split())
    return words if len(words) <= 300 else ""
