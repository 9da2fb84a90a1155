"""Quotation marks for `q`, written into the text, where they meet other marks as any do."""

from __future__ import annotations

from typing import Final

from articlekit.model import Element

# The marks outside and inside another quotation, by the beginnings of languages.
_MARKS: Final = (
    (("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue", "ja"), ("「」", "『』")),
    (("de",), ("„“", "‚‘")),
    (("fr", "it", "es", "ru", "ar"), ("«»", "“”")),
)
_USUAL: Final = ("“”", "‘’")


def write_quotes(root: Element, language: str | None) -> None:
    """Put the marks of the language around what is in each `q`, and drop the element."""
    for quotation in list(root.iter("q")):
        above = [each.get("lang") for each in quotation.iterancestors() if each.get("lang")]
        said = quotation.get("lang") or (above[0] if above else language)
        # Those that held this one are spans by now, which say how deep they were.
        deep = sum(each.get("class") == "quotation" for each in quotation.iterancestors())
        opening, closing = _marks(said)[deep % 2]
        _append_before(quotation, opening)
        quotation.tail = closing + (quotation.tail or "")
        quotation.tag = "span"
        quotation.set("class", "quotation")


def _marks(language: str | None) -> tuple[str, str]:
    tag = (language or "").lower()
    return next((marks for names, marks in _MARKS if tag.startswith(names)), _USUAL)


def _append_before(element: Element, text: str) -> None:
    """Put text in front of an element, into the run of text that is there."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text
