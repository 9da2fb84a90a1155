"""What attributes tell: whether an address is safe, what a class makes of an element."""

from __future__ import annotations

import re
from typing import Final

from articlekit.writers.markdown.tree import Attributes

# Addresses that run something, whatever white space and controls stand in their scheme.
_UNSAFE: Final = re.compile(r"[\0-\x20]*(?:j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:", re.I)
_DATA: Final = re.compile(r"[\0-\x20]*d\s*a\s*t\s*a\s*:", re.I)
_RASTER: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|bmp)[;,]", re.I)
_LANGUAGE: Final = re.compile(
    r"(?:^|\s)(?:language-|lang-|highlight-source-|brush:\s*)([^\s;]\S*)|\blanguage-(\S+)"
)
_ALERT: Final = re.compile(
    r"\b(?:markdown-alert|admonition|theme-admonition|callout)\b.*?"
    r"\b(note|tip|important|warning|caution|info|danger)\b",
    re.I,
)
_ALERTS: Final = {"info": "note", "danger": "caution"}
_TITLE: Final = re.compile(r"\b(?:markdown-alert|admonition|callout)-(?:title|heading)\b", re.I)
_LAZY: Final = ("data-original", "data-actualsrc", "data-src", "data-lazy-src")


def is_safe_link(address: str) -> bool:
    """Tell whether a link to this address runs nothing and holds no document of its own."""
    if address[:4] == "http" or ":" not in address:
        return True  # as nearly all are
    return _UNSAFE.match(address) is None and _DATA.match(address) is None


def is_safe_image(address: str) -> bool:
    """As `is_safe_link`, but raster images may be in the address itself."""
    return is_safe_link(address) or _RASTER.match(address) is not None


def language(attributes: Attributes) -> str:
    found = _LANGUAGE.search(attributes.get("class") or "") if attributes else None
    return (found[1] or found[2]) if found else ""


def alert(attributes: Attributes) -> str | None:
    """The kind of alert that a class makes of an element, in GitHub's words, else None."""
    found = _ALERT.search(attributes.get("class") or "") if attributes else None
    if found is None:
        return None
    kind = found[1].lower()
    return _ALERTS.get(kind, kind).upper()


def is_alert_title(attributes: Attributes) -> bool:
    """Tell whether an element names an alert's kind, which is written another way."""
    return _TITLE.search(attributes.get("class") or "") is not None


def image_address(attributes: Attributes) -> str | None:
    """Where an image is: its `src`, or what a lazy loader would put there."""
    src = attributes.get("src")
    if not src or src.startswith("data:"):
        return next((lazy for name in _LAZY if (lazy := attributes.get(name))), src)
    return src
