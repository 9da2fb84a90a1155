"""Drawings made to fit the schema of SVG 1.1, which EPUB's checkers hold them to.

What is changed draws nothing as it stands: browsers leave a shape without a size out, and
one inside another, and a letter that is in no text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from articlekit.html import SVG, remove, text_of
from articlekit.model import Element

_PREFIX: Final = f"{{{SVG}}}"
_SAID: Final = frozenset({"title", "desc"})
_SHAPES: Final = frozenset("rect circle ellipse line polyline polygon path".split())
_ANY: Final = (
    _SAID
    | _SHAPES
    | frozenset(
        "svg g defs symbol use text linearGradient radialGradient clipPath mask pattern "
        "marker".split()
    )
)
#: What may stand in what, as far as the normal form has it (SVG 1.1, appendix A).
_CHILDREN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    dict.fromkeys("svg g defs symbol mask pattern marker".split(), _ANY)
    | dict.fromkeys([*_SHAPES, "use"], _SAID)
    | dict.fromkeys(("linearGradient", "radialGradient"), _SAID | {"stop"})
    | dict.fromkeys(("text", "tspan"), _SAID | {"tspan"})
    | {"clipPath": _SAID | _SHAPES | {"text", "use"}}
)
_HOLDS_TEXT: Final = frozenset({"text", "tspan", "title", "desc"})
#: Attributes that must be there, with what they are taken to be when they are not.
_REQUIRED: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "rect": {"width": "0", "height": "0"},
        "circle": {"r": "0"},
        "ellipse": {"rx": "0", "ry": "0"},
        "path": {"d": ""},
        "polyline": {"points": ""},
        "polygon": {"points": ""},
        "stop": {"offset": "0"},
    }
)
_UNITS: Final = "userSpaceOnUse|objectBoundingBox"
_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            "gradientUnits clipPathUnits maskUnits maskContentUnits patternUnits "
            "patternContentUnits".split(),
            _UNITS,
        ),
        "markerUnits": "strokeWidth|userSpaceOnUse",
        "spreadMethod": "pad|reflect|repeat",
        "lengthAdjust": "spacing|spacingAndGlyphs",
        "offset": r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?",
    }
)


def mend_drawing(drawing: Element) -> None:
    """Make an `<svg>` valid; what can be seen of it stays as it is."""
    for element in list(drawing.iter(f"{_PREFIX}*")):
        name = _name(element)
        for attribute, pattern in _VALUES.items():
            if (value := element.get(attribute)) and not re.fullmatch(pattern, value.strip()):
                del element.attrib[attribute]
        for attribute, value in _REQUIRED.get(name, {}).items():
            element.set(attribute, element.get(attribute) or value)
        parent = element.getparent()
        if element is not drawing and parent is not None and drawing in element.iterancestors():
            _place(element, name, _name(parent))
    for element in drawing.iter(f"{_PREFIX}*"):
        if _name(element) not in _HOLDS_TEXT:
            _drop_text(element)


def _place(element: Element, name: str, around: str) -> None:
    """Take an element away that may not stand where it does; words become a text, if they can."""
    known = _CHILDREN.get(around, frozenset())
    if name in known:
        return
    if name == "tspan" and "text" in known:
        element.tag = f"{_PREFIX}text"
    elif around in _HOLDS_TEXT:
        element.tail = text_of(element) + (element.tail or "")
        remove(element)
    else:
        remove(element)


def _drop_text(element: Element) -> None:
    if element.text and element.text.strip():
        element.text = None
    for child in element:
        if child.tail and child.tail.strip():
            child.tail = None


def _name(element: Element) -> str:
    return str(etree.QName(element).localname)
