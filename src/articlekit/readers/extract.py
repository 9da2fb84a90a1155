"""Find the article on a whole page: the element that holds it, its lead and its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from lxml import etree

from articlekit.model import Element
from articlekit.readers.prose import Prose, is_content, measure, names_of

# How much of a page's sentences an element must hold to be the article: less when it says
# that it is. Measured on the sample pages, see docs/decisions/0021-whole-pages.md.
_MARKED: Final = 0.5
_UNMARKED: Final = 0.85
# So much of the sentences in a second article of the same kind, and the page is a list.
_SECOND: Final = 0.15

_TAGS: Final = frozenset({"main", "article"})
# An article may be one of these as a whole, but never inside one of them.
_LEAVES: Final = frozenset(
    "p ul ol dl pre blockquote figure details h1 h2 h3 h4 h5 h6 picture a".split()
)
_LEAD: Final = re.compile(
    r"(^|[-_])(sub-?title|dek|deck|standfirst|lede|lead|summary|excerpt|intro|abstract)([-_]|$)",
    re.IGNORECASE,
)
_META: Final = re.compile(
    r"(^|[-_])(meta|byline|author|date|time|avatar|logo|icon|tags?|category)([-_]|$)", re.IGNORECASE
)
_BESIDE: Final = re.compile(r"(^|[-_])(meta|byline|author|info|bar|tools?)([-_]|$)", re.IGNORECASE)
_NOTES: Final = re.compile(
    r"^(foot-?notes?|end-?notes?|references|reflist|notes|doc-endnotes|bibliography)$",
    re.IGNORECASE,
)
_LEAST_PICTURE: Final = 200  # pixels wide; smaller ones beside a title are faces and marks


def extract(body: Element) -> Element:
    """Return a `<body>` that holds the page's article, or `body` itself when that is all of it.

    The article is the smallest element that has nearly all of the page's sentences. What
    stands between the title and it is kept when it is a picture or a paragraph, and so are
    notes behind it that it links to. Nothing inside it is touched. Linear in the page.
    """
    prose = measure(body)
    outer = _marked(body, prose)
    start = body if outer is None else outer
    root = _descend(start, prose)
    if root is body:
        return body
    parts = [*_lead(_page_part(root, outer), root, prose), root, *_notes(body, root)]
    article = etree.Element("body")
    for part in parts:
        part.tail = None
        article.append(part)
    return article


def _marked(body: Element, prose: Prose) -> Element | None:
    """The outermost element that calls itself the article and holds at least half of the text."""
    total = prose.of(body)
    for kind in ("main", "article", "name"):
        found = [each for each in body.iter(etree.Element) if _kind(each) == kind]
        found = [each for each in found if not prose.in_furniture(each, body)]
        tops = _outermost(found)
        best = max(tops, key=prose.of, default=None)
        if best is None or not total or prose.of(best) < _MARKED * total:
            continue
        if sum(prose.of(each) for each in tops) - prose.of(best) <= _SECOND * total:
            return best
    return None


def _kind(element: Element) -> str | None:
    """How an element says that it is the article: by its tag, or by a property or name."""
    tag = str(element.tag)
    role = element.get("role")
    if tag in _TAGS or role in _TAGS:
        return tag if tag in _TAGS else role
    return "name" if is_content(element) else None


def _outermost(elements: list[Element]) -> list[Element]:
    inside = set(elements)
    return [each for each in elements if not any(above in inside for above in _upward(each))]


def _upward(element: Element) -> Iterator[Element]:
    return element.iterancestors()


def _descend(start: Element, prose: Prose) -> Element:
    """Go down while one child holds nearly everything and nothing that is text stands beside it.

    On the way to the one element below that calls itself the article, half is enough.
    """
    root, whole = start, prose.of(start)
    towards = _way_to_article(start, prose)
    while prose.of(root):
        children = [e for e in root.iterchildren(etree.Element) if e not in prose.furniture]
        best = max(children, key=prose.of, default=None)
        if best is None or _is_text(root, best, children, prose):
            break
        if prose.of(best) < (_MARKED if best in towards else _UNMARKED) * whole:
            break
        root = best
    return _climb(root, start)


def _way_to_article(start: Element, prose: Prose) -> set[Element]:
    """The only `<article>` with sentences below `start`, and what it lies in."""
    found = [e for e in start.iter("article") if e is not start and prose.of(e)]
    found = [e for e in found if not prose.in_furniture(e, start)]
    return {found[0], *_upward(found[0])} if len(found) == 1 else set()


def _is_text(parent: Element, best: Element, children: list[Element], prose: Prose) -> bool:
    """Tell whether `parent` is itself the element around the text, not one of its ancestors."""
    if any(str(each.tag) in _LEAVES and (each is best or prose.of(each)) for each in children):
        return True
    if parent.tag in ("table", "tr"):
        return parent.find(".//th") is not None or sum(1 for e in children if prose.of(e)) > 1
    # In letters every picture and every paragraph is a table of its own.
    return best.tag == "table" and any(
        e.find(".//img") is not None for e in children if e is not best
    )


def _climb(root: Element, start: Element) -> Element:
    """A part of a table is no body for an article; its cell is, and else the whole table."""
    while root is not start and root.tag in ("tbody", "thead", "tr", "table"):
        above = root.getparent()
        if above is None:
            break
        root = above
    return root


def _page_part(root: Element, outer: Element | None) -> Element:
    """Where the article's title and lead picture may stand: in what is marked, or near by."""
    article = next((each for each in _upward(root) if each.tag == "article"), None)
    for each in (outer, article, root.getparent()):
        if each is not None and each is not root:
            return each
    return root


def _lead(top: Element, root: Element, prose: Prose) -> list[Element]:
    """Pictures and paragraphs between the beginning of `top` and the article's root."""
    around = set(_upward(root))
    kept: list[Element] = []
    titled = False
    pending = [top]
    while pending:
        element = pending.pop()
        if element is root:
            break
        if element in around:
            pending += list(element.iterchildren(etree.Element, reversed=True))
            continue
        if element in prose.furniture or any(_BESIDE.search(word) for word in names_of(element)):
            continue
        titled = titled or element.tag in ("h1", "h2")
        if _is_lead_picture(element) or (titled and _is_lead_text(element, prose)):
            kept.append(element)
        elif element.tag not in _LEAVES:
            pending += list(element.iterchildren(etree.Element, reversed=True))
    return kept


def _is_lead_picture(element: Element) -> bool:
    if element.tag not in ("figure", "picture", "img", "amp-img", "video"):
        return False
    shown = [element, *element.iter("img", "amp-img")]
    words = [
        word for each in shown for word in [*names_of(each), *(each.get("src") or "").split("/")]
    ]
    if any(_META.search(word) for word in words):
        return False
    width = next((each.get("width") for each in shown if each.get("width")), None) or ""
    return not width.isdecimal() or int(width) >= _LEAST_PICTURE


def _is_lead_text(element: Element, prose: Prose) -> bool:
    words = names_of(element)
    if any(_META.search(word) for word in words):
        return False
    if any(_LEAD.search(word) for word in words):
        return element.tag not in ("div", "section", "header") or prose.of(element) > 0
    return element.tag in ("p", "blockquote") and prose.of(element) > 0


def _notes(body: Element, root: Element) -> list[Element]:
    """Sections of notes outside the root that it links to, each once."""
    wanted = {unquote((each.get("href") or "")[1:]) for each in root.iter("a")}
    inside = set(root.iter(etree.Element))
    found: list[Element] = []
    for element in body.iter(etree.Element):
        if element in inside or not (element.get("id") or "") or element.get("id") not in wanted:
            continue
        section = next((each for each in [element, *_upward(element)] if _is_notes(each)), None)
        if section is not None and section not in found and root not in section.iter():
            found.append(section)
    return found


def _is_notes(element: Element) -> bool:
    return any(_NOTES.match(word) for word in [*names_of(element), element.get("role") or ""])
