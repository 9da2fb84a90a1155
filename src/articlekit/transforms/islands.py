"""SVG and MathML, reduced to what is safe and what every renderer of books can draw.

Element and attribute lists follow SVG 2 and MathML Core; whatever could load, run,
animate or leave the drawing is not among them.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from articlekit.html import MATHML, SVG, append_text, text_of
from articlekit.model import Element
from articlekit.transforms.attributes import Notice
from articlekit.transforms.mathml import mend_formula

_SVG_ELEMENTS: Final = frozenset(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan "
    "linearGradient radialGradient stop clipPath mask pattern marker".split()
)
_SVG_ATTRIBUTES: Final = frozenset(
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height viewBox preserveAspectRatio points "
    "transform dx dy rotate textLength lengthAdjust offset gradientUnits gradientTransform "
    "spreadMethod clipPathUnits maskUnits maskContentUnits patternUnits patternContentUnits "
    "patternTransform markerWidth markerHeight markerUnits refX refY orient fill fill-opacity "
    "fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin "
    "stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity "
    "clip-path clip-rule mask marker-start marker-mid marker-end font-family font-size "
    "font-weight font-style text-anchor dominant-baseline letter-spacing visibility display "
    "href role aria-label".split()
)
_MATH_ELEMENTS: Final = frozenset(
    "math mrow mi mo mn ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom msub "
    "msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd menclose "
    "mfenced mlabeledtr semantics annotation".split()
)
_MATH_ATTRIBUTES: Final = frozenset(
    "id dir display displaystyle scriptlevel mathvariant mathsize mathcolor form fence separator "
    "stretchy symmetric maxsize minsize largeop movablelimits accent accentunder lspace rspace "
    "linethickness width height depth voffset columnspan rowspan columnalign rowalign "
    "columnspacing rowspacing columnlines rowlines frame open close separators notation encoding "
    "alttext".split()
)
_LISTS: Final = {
    SVG: (_SVG_ELEMENTS, _SVG_ATTRIBUTES),
    MATHML: (_MATH_ELEMENTS, _MATH_ATTRIBUTES),
}
# url(…) may name a part of the same drawing and nothing else.
_OUTSIDE: Final = re.compile(
    r"url\(\s*+(?!['\"]?#)|javascript:|data:|expression\(|\\", re.IGNORECASE
)

# What converters to MathML Core write as CSS, and MathML 3 has attributes for.
_MATH_STYLES: Final = {"text-align": "columnalign", "color": "mathcolor"}

_REMOVED: Final = {"script": "script-removed", "style": "script-removed"}
_PIXELS: Final = re.compile(r"(\d+(?:\.\d+)?)(?:px)?\Z")


def copy_island(raw: Element, notice: Notice) -> Element:
    """Copy an `<svg>` or `<math>` with only the elements and attributes of the lists.

    What is left out is told to `notice`. HTML in labels becomes its text; other elements
    that are not listed go with what is in them, as `graphic-lost`.
    """
    namespace = str(etree.QName(raw).namespace)
    elements, attributes = _LISTS[namespace]
    island = etree.Element(raw.tag, nsmap={None: namespace})
    pending = [(raw, island)]
    while pending:
        source, target = pending.pop()
        _copy_attributes(source, target, attributes, notice)
        target.text = source.text
        for child in source.iterchildren(etree.Element):
            name = etree.QName(child)
            if name.namespace == namespace and name.localname == "annotation-xml":
                pass  # the formula once more, for programs that compute
            elif name.namespace == namespace and name.localname in elements:
                pending.append((child, etree.SubElement(target, child.tag)))
            elif name.namespace is None and name.localname not in _REMOVED:
                append_text(target, text_of(child))
            else:
                code = _REMOVED.get(name.localname, "graphic-lost")
                notice(code, f"<{name.localname}> in <{etree.QName(raw).localname}> removed")
            append_text(target, child.tail or "")
    if namespace == MATHML:
        mend_formula(island, notice)
    return island


def _copy_attributes(
    source: Element, target: Element, attributes: frozenset[str], notice: Notice
) -> None:
    tag = etree.QName(source).localname
    styles = _styles(source)
    if etree.QName(source).namespace == MATHML:
        styles = [(_MATH_STYLES[name], value) for name, value in styles if name in _MATH_STYLES]
    for name, value in [*source.attrib.items(), *styles]:
        if name.startswith("on"):
            notice("handler-removed", f"{name} of <{tag}> removed")
        elif name in attributes and _is_safe(name, value):
            target.set(name, value)
        elif name in ("href", "src") or name in attributes:
            notice("url-removed", f"{name} of <{tag}> removed: {value[:60]!r}")


def _styles(source: Element) -> list[tuple[str, str]]:
    """A style attribute's declarations, which SVG has attributes of the same names for."""
    declared = (part.partition(":") for part in (source.get("style") or "").split(";"))
    return [(name.strip(), value.strip()) for name, colon, value in declared if colon]


def _is_safe(name: str, value: str) -> bool:
    if name == "href":
        return value.startswith("#")
    return name == "alttext" or _OUTSIDE.search(value) is None  # TeX is full of backslashes


def is_icon(svg: Element) -> bool:
    """Tell whether a drawing is an ornament of the page: hidden from readers, or tiny.

    A side of at most 32 CSS pixels is an icon's; drawings that explain are larger.
    """
    if svg.get("aria-hidden") == "true" or svg.get("role") in ("presentation", "none"):
        return True
    box = (svg.get("viewBox") or "").replace(",", " ").split()
    sides = [svg.get("width"), svg.get("height")]
    if None in sides and len(box) == 4:
        sides = [box[2], box[3]]
    if any(side and side.endswith("em") for side in sides):
        return True  # sized by the text around it
    lengths = [_PIXELS.match(side or "") for side in sides]
    return all(length is not None and float(length[1]) <= 32 for length in lengths)
