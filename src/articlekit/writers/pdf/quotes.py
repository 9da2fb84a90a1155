"""Quotation marks for `q`, written into the text, where they meet other marks as any do."""

from __future__ import annotations

from typing import Final

from articlekit.model import Element

# The marks outside and inside another quotation, by the beginnings of languages.
_MARKS: Final = (
    (("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue", "ja"), (("「", "」"), ("『", "』"))),
    (("de",), (("„", "“"), ("‚", "‘"))),
    (("fr", "it", "es", "ru", "ar"), (("«", "»"), ("“", "”"))),
)
_USUAL: Final = (("“", "”"), ("‘", "’"))


def write_quotes(root: Element, language: str | None) -> None:
    """Put the marks of the language around what is in each `q`, and make it a `span`."""
    marks = [_marks_of(each, language) for each in root.iter("q")]
    for quotation, (opening, closing) in zip(list(root.iter("q")), marks, strict=True):
        _append_before(quotation, opening)
        quotation.tail = closing + (quotation.tail or "")
        quotation.tag = "span"


def marks_in(root: Element, language: str | None) -> set[str]:
    """Return the marks that `write_quotes` would write."""
    return {mark for each in root.iter("q") for mark in _marks_of(each, language)}


def _marks_of(quotation: Element, language: str | None) -> tuple[str, str]:
    """The opening and the closing mark, by language and by how deep the quotation is."""
    above = list(quotation.iterancestors())
    said = next((each.get("lang") for each in [quotation, *above] if each.get("lang")), language)
    return _marks(said)[sum(each.tag == "q" for each in above) % 2]


def _marks(language: str | None) -> tuple[tuple[str, str], tuple[str, str]]:
    tag = (language or "").lower()
    return next((marks for names, marks in _MARKS if tag.startswith(names)), _USUAL)


def _append_before(element: Element, text: str) -> None:
    """Put text in front of an element, into the run of text that is there."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text
