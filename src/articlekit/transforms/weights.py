"""How much each element of a body says, and how much of that in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from articlekit.model import Element

# What holds a line of text; what is shorter than a sentence is a label.
BLOCKS: Final = frozenset({"p", "li", "dd", "td", "pre", "blockquote", "figcaption"})
SENTENCE: Final = 20  # characters
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN: Final = frozenset({"script", "style", "template"})
# Their words are no sentences of the article.
_LABELS: Final = _UNSEEN | {"a", "button", "select", "option", "form"}


@dataclass(slots=True)
class Weight:
    """What an element says: `letters` in all, white space left out, and what of it is text.

    `blocks` are the characters of sentences in the blocks inside it, `line` those of the line
    that stands in none of them; `heading` is the first heading in it.
    """

    letters: int = 0
    blocks: int = 0
    line: int = 0
    heading: Element | None = None

    @property
    def prose(self) -> int:
        """Characters of sentences, links and controls left out."""
        return self.blocks + (self.line if self.line >= SENTENCE else 0)


def weigh(body: Element) -> dict[Element, Weight]:
    """Weigh every element of a body, in one pass from its end to its beginning."""
    weights: dict[Element, Weight] = {}
    for element in reversed(list(body.iter(etree.Element))):
        weight = weights.setdefault(element, Weight())
        tag = str(element.tag)
        if tag not in _UNSEEN:
            weight.letters += _letters(element.text)
            weight.line += _characters(element.text)
        if tag in _HEADINGS:
            weight.heading = element
        parent = element.getparent()
        if element is body or parent is None:
            continue
        above = weights.setdefault(parent, Weight())
        above.letters += weight.letters + _letters(element.tail)
        above.line += _characters(element.tail)
        above.heading = weight.heading if weight.heading is not None else above.heading
        if tag in BLOCKS:
            above.blocks += weight.prose
        elif tag not in _LABELS:
            above.blocks += weight.blocks
            above.line += weight.line
    return weights


def _letters(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _characters(text: str | None) -> int:
    return len(" ".join(text.split())) if text else 0
