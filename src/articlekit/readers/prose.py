"""How much of a page's text is told in sentences, element by element, and what is furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from articlekit.model import Element

# A line of fewer units is a label, a date or a name; a CJK character counts for two.
_SENTENCE: Final = 25
_WIDE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_INLINE: Final = frozenset(
    "a abbr b bdi bdo big br cite code data del dfn em font i img ins kbd label mark picture "
    "q rp rt ruby s samp small source span strike strong sub sup time tt u var wbr".split()
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FURNITURE: Final = frozenset(
    "nav footer aside button select script style template noscript dialog".split()
)
_ROLES: Final = frozenset(
    "navigation banner contentinfo complementary search dialog alert menu menubar toolbar".split()
)
# Names that themes of all makers give to what stands around an article. A whole word of a
# class or id must begin or end so: `has-sidebar` says something else.
_WORDS: Final = (
    "comments?|replies|respond|disqus|sidebar|widget|related|recommend|recommended|read-?next|"
    "breadcrumbs?|pagination|pager|paginav|share|sharing|social|navbar|nav|menu|toc|cookie|popup|"
    "modal|newsletter|subscribe|subscription|promo|advert|advertisement|ads?|footer|copyright|"
    "hot|rank|ranking|author-(?:bio|box|card)|byline"
)
_NAMES: Final = re.compile(
    rf"(?:(?:{_WORDS})(?:$|[-_])|(?!(?:has|no|with|without)[-_]).*[-_](?:{_WORDS})$)",
    re.IGNORECASE,
)
#: What WordPress, Ghost, Hexo, Hugo, Blogger, MediaWiki, Substack, GitHub, WeChat, Zhihu,
#: CSDN, cnblogs and Juejin call the element around an article's text.
CONTENT_NAMES: Final = frozenset(
    "entry-content post-content article-content article-body article__body article_body "
    "post-body post__content entry__content story-body articlebody article-text gh-content "
    "markdown-body available-content mw-parser-output rich_media_content js_content richtext "
    "post-richtext content_views article_content blogpost-body cnblogs_post_body topic_content "
    "theme-doc-markdown single-post-content".split()
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass(slots=True)
class Prose:
    """Units of sentences in each element of a body, furniture and links left out.

    `furniture` are the elements that say by their kind or name that they are no article.
    """

    units: dict[Element, int] = field(default_factory=dict)
    furniture: set[Element] = field(default_factory=set)

    def of(self, element: Element) -> int:
        return self.units.get(element, 0)

    def in_furniture(self, element: Element, top: Element) -> bool:
        """Tell whether an element, or what it lies in below `top`, is furniture."""
        while element is not top:
            if element in self.furniture:
                return True
            above = element.getparent()
            if above is None:
                return False
            element = above
        return False


def measure(body: Element) -> Prose:
    """Measure a body in one pass from its end to its beginning, so in linear time."""
    prose = Prose()
    lines: dict[Element, int] = {}  # units of the line that an inline element is a part of
    holders: set[Element] = set()  # what holds the page's title or main part is no furniture
    for element in reversed(list(body.iter(etree.Element))):
        tag = str(element.tag)
        line = lines.pop(element, 0) + _units(element.text)
        parent = element.getparent()
        if tag in _INLINE and element is not body and parent is not None:
            spoken = 0 if tag == "a" else line
            lines[parent] = lines.get(parent, 0) + spoken + _units(element.tail)
            prose.units[parent] = prose.of(parent) + prose.of(element)
            continue
        if tag == "pre" or (line >= _SENTENCE and tag not in _HEADINGS):
            prose.units[element] = prose.of(element) + line
        if tag in ("h1", "main") or is_content(element):
            holders.add(element)
        if element is body or parent is None:
            continue
        lines[parent] = lines.get(parent, 0) + _units(element.tail)
        if element in holders:
            holders.add(parent)
        if _is_furniture(element, element in holders):
            prose.furniture.add(element)
        else:
            prose.units[parent] = prose.of(parent) + prose.of(element)
    return prose


def _units(text: str | None) -> int:
    if not text:
        return 0
    words = "".join(text.split())
    return len(words) + len(_WIDE.findall(words))


def _is_furniture(element: Element, holds_title: bool) -> bool:
    if element.tag in _FURNITURE or (element.get("role") or "").lower() in _ROLES:
        return True
    if element.tag in ("main", "article") or holds_title:
        return False
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return True
    return any(_NAMES.match(word) for word in names_of(element))


def names_of(element: Element) -> list[str]:
    """The words of an element's class and id."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".split()


def is_content(element: Element) -> bool:
    """Tell whether an element's name or property says that it holds an article's text."""
    if "articleBody" in (element.get("itemprop") or "").split():
        return True
    return any(word.lower() in CONTENT_NAMES for word in names_of(element))
