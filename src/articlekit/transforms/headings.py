"""Make an article's headings an outline: below its title, from h2, without skips."""

from __future__ import annotations

import re

from articlekit.html import remove, text_of
from articlekit.model import Article
from articlekit.report import Report

_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_EMPTIED = ("blockquote", "li", "div", "figure", "pre")


def drop_repeated_title(article: Article, report: Report) -> Article:
    """Remove a first heading that says the title again: the writers set the title."""
    first = next(article.body.iter(*_TAGS), None)
    if first is None or not article.meta.title:
        return article
    if first.getprevious() is not None or next(first.iter("img"), None) is not None:
        return article
    if _folded(text_of(first)) == _folded(article.meta.title):
        following = first.getnext()
        name = first.get("id")
        if name is not None and following is not None and following.get("id") is None:
            following.set("id", name)  # links to it still arrive nearby
        words = text_of(first).strip()
        report.add("title-repeated", f"heading removed: {words[:60]}", source=article.origin.name)
        remove(first)
    return article


def level_headings(article: Article, report: Report) -> Article:
    """Renumber headings so that the first is an h2 and none is more than one deeper than the last.

    Accessible books need it (WCAG 2.2, technique G141), and so does a table of contents.
    """
    open_levels: list[int] = []
    for heading in article.body.iter(*_TAGS):
        level = int(str(heading.tag)[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        proper = min(len(open_levels) + 1, 6)
        if proper != level:
            heading.tag = f"h{proper}"
    return article


def drop_empty(article: Article, report: Report) -> Article:
    """Remove headings, quotes, items, listings and figures that hold nothing at all."""
    for element in reversed(list(article.body.iter(*_TAGS, *_EMPTIED))):
        if (element.text or "").strip():
            continue  # as most begin
        bare = len(element) == 0 or element.tag == "pre"  # which holds a `code`, always
        if bare and not text_of(element).strip() and not element.get("id"):
            parent = element.getparent()
            if parent is not None and not (element.tag == "li" and len(parent) == 1):
                remove(element)
    return article


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
