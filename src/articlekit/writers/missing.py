"""What stands in the place of an image that the book does not hold.

Also what counts as a description of an image, since an `alt` that only names the file
tells a reader nothing, whether it is shown in such a place or read aloud.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import etree

from articlekit.model import IMAGE_SCHEME, Element
from articlekit.writers.labels import labels

_KEPT = ("id", "lang", "dir", "title")

# File names, addresses and cameras' numbering: what editors fill in when nobody wrote an alt.
_NO_DESCRIPTION = re.compile(
    r"""\S*\.(?:jpe?g|png|gif|webp|svg|bmp|avif|heic|tiff?)(?:[?#]\S*)?
      | https?://\S*
      | (?:img|image|dsc|photo|picture|pic|screenshot|图片|圖片|插图|插圖|画像|图像)[-_\s\d]*
    """,
    re.IGNORECASE | re.VERBOSE,
)


def describes(alt: str | None) -> bool:
    """Tell whether `alt` says something about its image, and not only that there is one."""
    text = (alt or "").strip()
    return text != "" and _NO_DESCRIPTION.fullmatch(text) is None


def replace_missing_images(body: Element, language: str | None) -> None:
    """Put a link to the image in the place of every `img` that the book does not hold.

    These are the ones whose `src` does not begin with `image:`. The link, of the class
    `missing-image`, shows the alt text, or the word for image in `language` when there
    is none worth showing. Where a link cannot stand, inside another or without an
    absolute address, it is a `span`. `body` is changed; its text and its structure hold.
    """
    word = labels(language).image
    for image in list(body.iter("img")):
        if not image.get("src", "").startswith(IMAGE_SCHEME):
            _replace(image, _box(image, word))


def _box(image: Element, word: str) -> Element:
    url = image.get("src", "")
    linked = _is_web_address(url) and next(image.iterancestors("a"), None) is None
    box = etree.Element("a" if linked else "span", {"class": "missing-image"})
    if linked:
        box.set("href", url)
    for name in _KEPT:
        if (value := image.get(name)) is not None:
            box.set(name, value)
    alt = image.get("alt", "")
    box.text = alt.strip() if describes(alt) else word
    return box


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _replace(old: Element, new: Element) -> None:
    parent = old.getparent()
    if parent is not None:
        new.tail = old.tail
        parent.replace(old, new)
