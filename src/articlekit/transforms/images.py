"""Give every image its real address: lazy attributes, srcset, picture, noscript twins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms.attributes import safe_src
from articlekit.transforms.srcset import Candidate, choose, parse_srcset

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
#: Where an `<img>` of the normal form keeps its further addresses, parted by spaces.
ALSO: Final = "data-also"
# At most so many addresses are kept for one picture.
_MOST: Final = 6
# Sources for a small screen, a dark page or another cut are no first choice for a book.
_ASIDE: Final = re.compile(r"max-(device-)?width|portrait|dark|print", re.IGNORECASE)
# What every reading system draws and every store accepts; WebP and AVIF are converted.
_PREFERRED: Final = ("", "image/jpeg", "image/png", "image/jpg", "image/gif", "image/svg+xml")
# A spacer stands in until a script runs: data: of at most this many characters, or a name.
_SPACER_LENGTH: Final = 1024
_SPACER_NAME: Final = re.compile(
    r"(^|/)(spacer|blank|none|grey|gray|loading|placeholder|lazy|pixel|1x1|transparent)[-_.0-9a-z]*"
    r"\.(gif|png|svg|jpg)([?#]|$)",
    re.IGNORECASE,
)


def choose_images(article: Article, report: Report) -> Article:
    """Leave each picture one `<img>` with its best address, and in `data-also` the others."""
    _settle_noscript(article, report)
    _show_areas(article.body)

    def notice(code: str, message: str) -> None:
        report.add(code, message, source=article.origin.name)

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
        else:
            _set_addresses(img, [safe_src(each, notice) for each in _addresses(img)])
    return article


def _set_addresses(img: Element, addresses: Iterable[str | None]) -> None:
    """Leave the first of the safe addresses in `src` and the others behind it."""
    safe = [each for each in addresses if each is not None][:_MOST]
    if safe:
        img.set("src", safe[0])
    else:
        img.attrib.pop("src", None)
    img.attrib.pop(ALSO, None)
    if safe[1:]:
        img.set(ALSO, " ".join(re.sub(r"\s", "%20", each) for each in safe[1:]))


def _address(img: Element) -> str | None:
    return next(iter(_addresses(img)), None)


def _addresses(img: Element) -> list[str]:
    """The addresses of a picture in the order to try, each once.

    First what a browser on a large screen would take of the srcset, in a format that
    every reading system has; then the `src`; then other formats, and what is left.
    """
    src = (img.get("src") or "").strip()
    lazy = ((img.get(name) or "").strip() for name in _LAZY)
    # A bare word is a flag of some script ("file", "true"), not an address.
    own = [] if _is_spacer(src) else [src]
    own += [value for value in lazy if "/" in value or "." in value]
    first, aside = _from_srcsets(img)
    found = [*first[:1], *own, *first[1:], *aside]
    return list(dict.fromkeys(found)) or ([src] if src else [])


def _from_srcsets(img: Element) -> tuple[list[str], list[str]]:
    """Candidates of the image's srcset and its picture's sources: preferred ones, and others."""
    picture = img.getparent()
    sources = picture.findall("source") if picture is not None and picture.tag == "picture" else []
    preferred: list[Candidate] = []
    others: list[Candidate] = []
    for place in [img, *sources]:
        kind = (place.get("type") or "").partition(";")[0].strip().lower()
        is_aside = kind not in _PREFERRED or _ASIDE.search(place.get("media") or "")
        for name in _SRCSETS:
            (others if is_aside else preferred).extend(parse_srcset(place.get(name) or ""))
    return [each.url for each in choose(preferred)], [each.url for each in choose(others)]


def _is_spacer(src: str) -> bool:
    if src.startswith("data:"):
        return len(src) <= _SPACER_LENGTH or src.startswith("data:image/svg")
    return not src or src in ("#", "about:blank") or _SPACER_NAME.search(src) is not None


def _is_pixel(img: Element) -> bool:
    style = img.get("style") or ""
    return all(
        (img.get(side) or "").removesuffix("px").strip() in ("0", "1") or thin.search(style)
        for side, thin in _THIN.items()
    )


_THIN: Final = {
    side: re.compile(rf"(?:^|[;\s]){side}\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.IGNORECASE)
    for side in ("width", "height")
}


def _show_areas(body: Element) -> None:
    """Let what could be clicked on a picture be links behind it."""
    for area in list(body.iter("area")):
        if href := (area.get("href") or "").strip():
            area.tag = "a"
            area.text = " ".join((area.get("alt") or area.get("title") or href).split())
            area.tail = f" {area.tail or ''}"


def _settle_noscript(article: Article, report: Report) -> None:
    """Let a `<noscript>` image replace the lazy one beside it; drop messages to browsers."""
    for noscript in list(article.body.iter("noscript")):
        images = list(noscript.iter("img"))
        if len(images) == 1 and (lazy := _lazy_twin(noscript)) is not None:
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


def _lazy_twin(noscript: Element) -> Element | None:
    """The image right before a `<noscript>`, or else right behind it, as Zhihu writes it."""
    before, behind = noscript.getprevious(), noscript.getnext()
    if before is not None and not (before.tail or "").strip():
        image = before if before.tag == "img" else before.find(".//img")
        if image is not None:
            return image
    if behind is None or behind.tag != "img" or (noscript.tail or "").strip():
        return None
    return behind if _is_spacer(behind.get("src") or "") else None
