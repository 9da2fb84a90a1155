"""Says before every article how long it takes to read."""

from __future__ import annotations

from lxml import etree

from articlekit.model import Article
from articlekit.report import Report

WORDS_A_MINUTE = 230


def say_length(article: Article, report: Report) -> Article:
    """Put a line with the minutes that the article takes before its first paragraph."""
    words = len("".join(article.body.itertext()).split())
    if words:
        line = etree.Element("p")
        line.text = f"{max(1, round(words / WORDS_A_MINUTE))} min"
        article.body.insert(0, line)
    return article
