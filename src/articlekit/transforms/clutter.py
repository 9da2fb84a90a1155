"""Take out what is on the page but is not the article, by the rules of clutter.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from ada_url import URL
from lxml.cssselect import CSSSelector

from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report

_CUT = 60  # characters of a removed text that a message shows
_MOST = 0.5  # of an article's characters that a rule may take


@dataclass(frozen=True, slots=True)
class ClutterRule:
    """Elements that a CSS selector finds, and why they are no part of an article."""

    find: CSSSelector
    reason: str
    host: str | None = None

    def applies_to(self, url: str | None) -> bool:
        """Tell whether the rule is for articles of this address."""
        if self.host is None:
            return True
        host = URL(url).hostname if url else ""
        return host == self.host or host.endswith(f".{self.host}")


@dataclass(frozen=True, slots=True)
class RemoveClutter:
    """A transform that removes what any of its rules finds."""

    rules: tuple[ClutterRule, ...]

    def __call__(self, article: Article, report: Report) -> Article:
        """Remove the clutter from the article's raw body, each piece reported."""
        whole = _length(article.body)
        for rule in self.rules:
            if not rule.applies_to(article.meta.url):
                continue
            for element in rule.find(article.body):
                if element is not article.body and _length(element) <= _MOST * whole:
                    self._remove(element, rule, article, report)
        return article

    def _remove(
        self, element: Element, rule: ClutterRule, article: Article, report: Report
    ) -> None:
        words = " ".join(text_of(element).split())
        message = f"{rule.reason} removed" + (f": {words[:_CUT]}" if words else "")
        report.add("clutter-removed", message, source=article.origin.name, reason=rule.reason)
        remove(element)


def load_clutter_rules() -> tuple[ClutterRule, ...]:
    """Read the rules that come with articlekit."""
    text = files(__package__).joinpath("clutter.toml").read_text("utf-8")
    return tuple(
        ClutterRule(
            CSSSelector(rule["selector"], translator="html"), rule["reason"], rule.get("host")
        )
        for rule in tomllib.loads(text)["rule"]
    )


def _length(element: Element) -> int:
    return sum(len(str(part).strip()) for part in element.itertext())
