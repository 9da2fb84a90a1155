"""Take out what is on the page but is not the article, by the rules of clutter.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Final

from ada_url import URL

from articlekit.errors import UsageError, did_you_mean, reason_of
from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms.selectors import SelectorIndex, UnknownSelector
from articlekit.transforms.weights import BLOCKS, Weight, weigh

_CUT: Final = 60  # characters of a removed text that a message shows
_MOST: Final = 0.5  # of an article's characters that a match may hold
# Characters of sentences, outside of links, that a match may hold; a rule may give its own.
_LIMIT: Final = 160
# Characters of a match that is a label, not the half of an article, however short that is.
_LABEL: Final = 80
# A heading with a paragraph of so many characters below it is a part of an article.
_SECTION: Final = 80
_KEYS: Final = frozenset({"selector", "reason", "host", "limit"})
_SOON: Final = 5  # paragraphs behind a heading that are looked at
_IS_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class ClutterRule:
    """Elements that CSS selectors find, and why they are no part of an article.

    `host` is of the articles that it is for, None for all; `limit` the characters of
    sentences that a match may hold and still be cut.
    """

    selector: str
    reason: str
    host: str | None = None
    limit: int = _LIMIT

    def applies_to(self, url: str | None) -> bool:
        """Tell whether the rule is for articles of this address."""
        if self.host is None:
            return True
        host = URL(url).hostname if url else ""
        return host == self.host or host.endswith(f".{self.host}")


class RemoveClutter:
    """A transform that removes what any of its rules finds, unless it may be the article.

    Raises UnknownSelector for a rule whose selector is none.
    """

    def __init__(self, rules: tuple[ClutterRule, ...]) -> None:
        self.rules = rules
        self._index = SelectorIndex()
        for number, rule in enumerate(rules):
            self._index.add(rule.selector, number)

    def __call__(self, article: Article, report: Report) -> Article:
        """Remove the clutter from the article's raw body, each piece reported."""
        body = article.body
        url = article.meta.url
        found = list(self._index.find(body, lambda number: self.rules[number].applies_to(url)))
        weights = weigh(body) if found else {}
        for element, number in found:
            rule = self.rules[number]
            # What stood in a removed element is gone already.
            if not any(above is body for above in element.iterancestors()):
                continue
            if doubt := _doubt(element, rule, weights, body):
                message = f"{rule.reason} kept, as {doubt}{_words(element)}"
                report.add("clutter-doubted", message, source=article.origin.name,
                           reason=rule.reason)  # fmt: skip
            else:
                message = f"{rule.reason} removed{_words(element)}"
                report.add("clutter-removed", message, source=article.origin.name,
                           reason=rule.reason)  # fmt: skip
                remove(element)
        return article


def _words(element: Element) -> str:
    """How an element's text begins; a match in a match must not read all of it again."""
    begin = "".join(str(part) for part in islice(element.itertext(), _CUT))
    words = " ".join(begin.split())[:_CUT]
    return f": {words}" if words else ""


def _doubt(
    element: Element, rule: ClutterRule, weights: Mapping[Element, Weight], body: Element
) -> str | None:
    """Say why a match may be a part of the article after all; None when it is not."""
    weight = weights[element]
    if element.tag == "a" and weight.letters and _is_in_sentence(element, weights):
        return "it is a part of a sentence"
    rest = weights[body].letters - weight.letters
    if weight.letters > _MOST * weights[body].letters and not (rest and _is_label(weight, element)):
        return "it is more than half of the text"
    if weight.prose > rule.limit:
        return f"it holds {weight.prose} characters of sentences"
    if rule.limit == _LIMIT and _has_section(weight, weights):
        return "it has a heading and a paragraph"
    return None


def _is_label(weight: Weight, element: Element) -> bool:
    return weight.letters <= _LABEL and weight.prose == 0 and element.tag not in BLOCKS


def _is_in_sentence(link: Element, weights: Mapping[Element, Weight]) -> bool:
    """Tell whether a link has words, and a sentence around it that would miss them."""
    around = next((each for each in link.iterancestors() if each.tag in BLOCKS), None)
    if around is None or around not in weights or not _IS_WORD.search(text_of(link)):
        return False
    return weights[around].prose > 0


def _has_section(weight: Weight, weights: Mapping[Element, Weight]) -> bool:
    """Tell whether a paragraph stands soon behind an element's first heading."""
    if weight.heading is None:
        return False
    behind = islice(weight.heading.itersiblings("p"), _SOON)
    return any(weights[each].prose >= _SECTION for each in behind)


def load_clutter_rules(path: str | os.PathLike[str] | None = None) -> tuple[ClutterRule, ...]:
    """Read the rules that come with articlekit, and behind them those of a file of the user's.

    Raises UsageError, with the file's name, for a file that cannot be read or a rule that is
    none.
    """
    own = _rules(files(__package__).joinpath("clutter.toml").read_text("utf-8"), "clutter.toml")
    if path is None:
        return own
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {reason_of(error)}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8; save it as UTF-8") from error
    theirs = _rules(text, str(path))
    for number, rule in enumerate(theirs, 1):
        _check_selector(rule.selector, f"{path}: rule {number}")
    return own + theirs


def _rules(text: str, name: str) -> tuple[ClutterRule, ...]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: not TOML: {error}; write [[rule]] and selector = '…'") from error
    for key in table:
        if key != "rule":
            raise UsageError(f"{name}: unknown table '{key}'{did_you_mean(key, ['rule'])}")
    rows = table.get("rule", [])
    if not isinstance(rows, list):
        raise UsageError(f"{name}: 'rule' is no list; write [[rule]]")
    return tuple(_rule(row, f"{name}: rule {n}") for n, row in enumerate(rows, 1))


def _rule(row: Mapping[str, object], place: str) -> ClutterRule:
    for key in row:
        if key not in _KEYS:
            raise UsageError(f"{place}: unknown key '{key}'{did_you_mean(key, _KEYS)}")
    selector, reason, limit = row.get("selector"), row.get("reason"), row.get("limit", _LIMIT)
    if not isinstance(selector, str) or not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{place}: a rule has a selector and a reason, both texts")
    if not isinstance(limit, int) or limit < 0:
        raise UsageError(f"{place}: limit cannot be {limit!r}; it is a number of characters")
    host = row.get("host")
    return ClutterRule(selector, reason, str(host) if host is not None else None, limit)


def _check_selector(selector: str, place: str) -> None:
    try:
        SelectorIndex().add(selector, 0)
    except UnknownSelector as error:
        raise UsageError(
            f"{place}: no selector: {' '.join(selector.split())[:80]}: {error}"
        ) from error
