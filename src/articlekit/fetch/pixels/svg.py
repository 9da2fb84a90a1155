"""Drawings from strangers: cleaned, and refused when they still reach outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Final

from lxml import etree

from articlekit.fetch.pixels.recipe import BadImage, Processed

# Rasters inside a drawing: EPUB 3.3 allows them, and nothing is fetched for them.
_RASTERS: Final = {"image": ["png", "jpeg", "gif"]}
_INLINE: Final = re.compile(r"data:image/(?:png|jpeg|gif)[;,]", re.IGNORECASE)

_URL: Final = re.compile(r"url\(\s*['\"]?\s*([^'\")\s]*)|@import\b", re.IGNORECASE)
_LENGTH: Final = re.compile(
    r"\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|q|in|em|rem|ex)?\s*\Z", re.I
)
# CSS Values, section 6.2; an em is taken for a browser's 16 px.
_PIXELS: Final = {
    "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "q": 96 / 101.6,
    "in": 96.0, "em": 16.0, "rem": 16.0, "ex": 8.0,
}  # fmt: skip

# CSS Images, section 4.3: the size of what has none.
_DEFAULT_SIZE: Final = (300.0, 150.0)
_LARGEST: Final = 100_000


def process_svg(data: bytes) -> Processed:
    """Return a drawing without scripts, handlers and foreign content.

    Raises BadImage: `svg_unsafe` when it refers to anything but its own fragments and
    rasters embedded in it, `decode_error` when it is not well-formed SVG.
    """
    from py_svg_hush import filter_svg

    try:
        # Parsed first: libxml2 bounds depth and entities, on which the filter takes seconds,
        # and reads every encoding.
        clean = filter_svg(etree.tostring(_parse(data)), keep_data_url_mime_types=dict(_RASTERS))
        root = _parse(clean)
    except ValueError as error:
        raise BadImage("decode_error", " ".join(str(error).split())[:200]) from None
    for reference in _references(root):
        if not reference.startswith("#") and not _INLINE.match(reference):
            raise BadImage("svg_unsafe", f"it refers to {reference[:80]!r}")
    width, height = _size(root)
    if root.get("viewBox") is None:
        # Readers scale a picture to the page, which a drawing without one does not follow.
        root.set("viewBox", f"0 0 {width:g} {height:g}")
    text = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return Processed(bytes(text), "image/svg+xml", max(1, round(width)), max(1, round(height)))


def _parse(text: bytes) -> etree._Element:
    # Old drawing programs write their namespaces as entities; none from outside is read.
    parser = etree.XMLParser(resolve_entities="internal", no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None
    if etree.QName(root).localname != "svg":
        raise ValueError("no svg element")
    return root


def _references(root: etree._Element) -> Iterator[str]:
    """Yield whatever the drawing refers to, in attributes and in style sheets."""
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            key = etree.QName(str(name)).localname
            if key in ("href", "src"):
                yield str(value).strip()
            else:
                yield from _css_references(str(value))
        if etree.QName(element).localname == "style":
            yield from _css_references("".join(map(str, element.itertext())))


def _css_references(text: str) -> Iterator[str]:
    # A backslash may spell url( in another way: such a text is taken for a reference.
    if "\\" in text:
        yield text
    for match in _URL.finditer(text):
        # `url(#)` and `url()` are what the filter leaves of an address.
        yield "@import" if match[1] is None else match[1] or "#"


def _size(root: etree._Element) -> tuple[float, float]:
    """Width and height in px: the attributes', else the view box's, else CSS's default."""
    box = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    sides = [_number(side) for side in box[2:4]] if len(box) == 4 else []
    width, height = _length(root.get("width")), _length(root.get("height"))
    if len(sides) == 2 and min(sides) > 0:
        ratio = sides[0] / sides[1]
        if width is None and height is None:
            width, height = sides[0], sides[1]
        width = width if width is not None else (height or 0) * ratio
        height = height if height is not None else width / ratio
    width = width if width is not None else _DEFAULT_SIZE[0]
    height = height if height is not None else _DEFAULT_SIZE[1]
    return min(width, _LARGEST), min(height, _LARGEST)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if isfinite(value) else 0.0


def _length(text: str | None) -> float | None:
    match = _LENGTH.match(text or "")
    if match is None:
        return None
    value = float(match[1]) * _PIXELS[(match[2] or "px").lower()]
    return value if value > 0 else None
