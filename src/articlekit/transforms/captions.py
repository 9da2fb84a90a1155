"""Pictures whose captions only a class tells, made figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from articlekit.html import text_of
from articlekit.model import Article, Element
from articlekit.report import Report

# The class of a caption, and that of what holds it with its picture: WordPress, Jianshu.
_CAPTIONS: Final[Mapping[str, str]] = {
    "wp-caption-text": "wp-caption",
    "image-caption": "image-package",
}
_PLAIN: Final = ("div", "p", "section", "span")


def mark_captions(article: Article, report: Report) -> Article:
    """Name a caption and what holds it with its picture as HTML does.

    The first caption of a frame is the figure's; one without a picture stays text.
    """
    for element in list(article.body.iter(*_PLAIN)):
        for name in (element.get("class") or "").split():
            if name in _CAPTIONS:
                _mark(element, _CAPTIONS[name])
    return article


def _mark(caption: Element, name: str) -> None:
    frame = caption.getparent()
    if frame is None or frame.tag != "div" or name not in (frame.get("class") or "").split():
        return
    if next(frame.iter("img"), None) is not None and text_of(caption).strip():
        frame.tag, caption.tag = "figure", "figcaption"
