"""What stands in the place of an image that the book does not hold.

Also what counts as a description of an image, since an `alt` that only names the file
tells a reader nothing, whether it is shown in such a place or read aloud.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import etree

from articlekit.html import text_of
from articlekit.model import IMAGE_SCHEME, Element
from articlekit.writers.labels import labels

#: The class of what stands there.
MISSING = "missing-image"
_KEPT = ("id", "lang", "dir", "title")

_SUFFIX = r"\.(?:jpe?g|png|gif|webp|svg|bmp|avif|heic|tiff?)"
_IMAGE_FILE = re.compile(f"{_SUFFIX}$", re.IGNORECASE)
# File names, addresses and cameras' numbering: what editors fill in when nobody wrote an alt.
_NO_DESCRIPTION = re.compile(
    rf"""\S*{_SUFFIX}(?:[?#]\S*)?
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
    """Put a box with a link to the image in the place of every `img` that the book does not hold.

    These are the ones whose `src` does not begin with `image:`. The box, of the class
    `missing-image`, shows the alt text, or the word for image in `language` when there
    is none worth showing. It is the link itself; without an absolute address it is a
    `span`. In a link that leads elsewhere it is one, too, as links do not nest, and the
    image's own link follows with that word. `body` is changed.
    """
    word = labels(language).image
    # From the end, so that the links of several images behind one link keep their order.
    for image in reversed(list(body.iter("img"))):
        if not image.get("src", "").startswith(IMAGE_SCHEME):
            _replace(image, word)


def shows_only_boxes(paragraph: Element) -> bool:
    """Tell whether all that a paragraph says is in the places of missing images."""
    boxes = [each for each in paragraph.iter("a", "span") if each.get("class") == MISSING]
    if not boxes:
        return False
    said = len("".join(text_of(paragraph).split()))
    return said > 0 and said == sum(len("".join(text_of(box).split())) for box in boxes)


def _replace(image: Element, word: str) -> None:
    url = image.get("src", "")
    linked, around = _is_web_address(url), next(image.iterancestors("a"), None)
    box = etree.Element("a" if linked and around is None else "span", {"class": MISSING})
    if box.tag == "a":
        box.set("href", url)
    for name in _KEPT:
        if (value := image.get(name)) is not None:
            box.set(name, value)
    alt = image.get("alt", "")
    box.text = alt.strip() if describes(alt) else word
    _put(box, image)
    if linked and around is not None and not _shows(around.get("href", ""), url):
        _follow(around, url, word)


def _shows(href: str, url: str) -> bool:
    """Tell whether a link leads to the image at `url`, or to what is a larger one by its name."""
    return href == url or _IMAGE_FILE.search(re.split("[?#]", href, maxsplit=1)[0]) is not None


def _follow(link: Element, url: str, word: str) -> None:
    """Put a link to the image behind another link."""
    own = etree.Element("a", {"class": MISSING, "href": url})
    own.text, own.tail, link.tail = word, link.tail, " "
    if (parent := link.getparent()) is not None:
        parent.insert(parent.index(link) + 1, own)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _put(new: Element, old: Element) -> None:
    """Put `new` where `old` is."""
    parent = old.getparent()
    if parent is not None:
        new.tail = old.tail
        parent.replace(old, new)
