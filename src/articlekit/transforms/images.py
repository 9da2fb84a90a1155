"""Give every image its real address: lazy attributes, srcset, picture, noscript twins."""

from __future__ import annotations

import re
from typing import Final

from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report

# Where lazy loaders keep the address, the more telling first (counted over 3,513 posts).
_LAZY: Final = (
    "data-original",
    "data-actualsrc",
    "data-src",
    "data-lazy-src",
    "data-backsrc",
    "zoomfile",
    "file",
    "_src",
)
_SRCSETS: Final = ("srcset", "data-srcset", "data-lazy-srcset")
# A spacer stands in until a script runs: data: of at most this many characters, or a name.
_SPACER_LENGTH: Final = 1024
_SPACER_NAME: Final = re.compile(
    r"(^|/)(spacer|blank|grey|gray|loading|placeholder|lazy|pixel|1x1|transparent)[-_.0-9a-z]*"
    r"\.(gif|png|svg|jpg)([?#]|$)",
    re.IGNORECASE,
)
# One candidate of a srcset: a URL without a comma at its end, then a width or a density
# (HTML Standard, 4.8.4.2.1). A URL may hold commas, as those of data: do.
_CANDIDATE: Final = re.compile(r"[\s,]*(\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)([wx]))?\s*(?:,|$)")


def choose_images(article: Article, report: Report) -> Article:
    """Leave each picture one `<img>` with the address that a browser would have shown."""
    _settle_noscript(article, report)
    for img in list(article.body.iter("img")):
        if _is_pixel(img):
            address = img.get("src", "")
            report.add(
                "clutter-removed",
                f"tracking pixel removed: {address[:80]}",
                source=article.origin.name,
                url=address,
                reason="tracking pixel",
            )
            remove(img)
        elif found := _address(img):
            img.set("src", found)
    return article


def _address(img: Element) -> str | None:
    src = (img.get("src") or "").strip()
    if src and not _is_spacer(src):
        return src
    lazy = ((img.get(name) or "").strip() for name in _LAZY)
    # A bare word is a flag of some script ("file", "true"), not an address.
    found = next((value for value in lazy if "/" in value or "." in value), None)
    return found or _from_srcsets(img) or src or None


def _is_spacer(src: str) -> bool:
    if src.startswith("data:"):
        return len(src) <= _SPACER_LENGTH or src.startswith("data:image/svg")
    return not src or src in ("#", "about:blank") or _SPACER_NAME.search(src) is not None


def _from_srcsets(img: Element) -> str | None:
    """The largest candidate of the image's own srcset, or of its picture's sources."""
    picture = img.getparent()
    places = [img]
    if picture is not None and picture.tag == "picture":
        places += picture.findall("source")
    for place in places:
        for name in _SRCSETS:
            if candidates := _CANDIDATE.findall(place.get(name) or ""):
                return str(max(candidates, key=lambda found: float(found[1] or 1))[0])
    return None


def _is_pixel(img: Element) -> bool:
    return all(
        (img.get(side) or "").removesuffix("px").strip() in ("0", "1")
        for side in ("width", "height")
    )


def _settle_noscript(article: Article, report: Report) -> None:
    """Let a `<noscript>` image replace the lazy one before it; drop messages to browsers."""
    for noscript in list(article.body.iter("noscript")):
        images = list(noscript.iter("img"))
        if len(images) == 1 and (lazy := _image_before(noscript)) is not None:
            if _is_spacer(lazy.get("src") or "") or _same(_address(lazy), _address(images[0])):
                lazy.set("src", _address(images[0]) or "")
                if not lazy.get("alt"):
                    lazy.set("alt", images[0].get("alt") or "")
                remove(noscript)
        elif not images and noscript.find(".//iframe") is None:
            words = " ".join(text_of(noscript).split())
            message = f"<noscript> removed: {words[:60]}"
            report.add("script-removed", message, source=article.origin.name)
            remove(noscript)


def _same(one: str | None, other: str | None) -> bool:
    """Tell whether two addresses are the same but for their scheme."""
    return (one or "").rpartition("://")[2].lstrip("/") == (other or "").rpartition("://")[
        2
    ].lstrip("/")


def _image_before(noscript: Element) -> Element | None:
    before = noscript.getprevious()
    if before is None or (before.tail or "").strip():
        return None
    return before if before.tag == "img" else before.find(".//img")
