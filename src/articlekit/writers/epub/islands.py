"""Formulas and drawings made to fit the schemas that EPUB holds them to.

Browsers draw a fraction without a denominator; to epubcheck it makes the whole book
invalid (MathML 3 and SVG 1.1 as EPUB 3.3 takes them in), and some stores look no further.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from articlekit.html import MATHML, SVG, text_of
from articlekit.model import Element
from articlekit.writers.epub.words import clean

MATH = f"{{{MATHML}}}math"
DRAWING = f"{{{SVG}}}svg"
_PREFIX = f"{{{MATHML}}}"
_ANNOTATION = f"{_PREFIX}annotation"

#: Elements that hold text and nothing else (MathML 3 section 3.1.9).
_TOKENS = frozenset(f"{_PREFIX}{name}" for name in ("mi", "mn", "mo", "mtext", "ms"))
#: How many children an element must have (MathML 3 section 3.1.3.2).
_ARITY: Mapping[str, int] = MappingProxyType(
    {
        f"{_PREFIX}{name}": count
        for count, names in {
            2: "mfrac mroot msub msup munder mover",
            3: "msubsup munderover",
        }.items()
        for name in names.split()
    }
)
_YES_OR_NO = "true|false"
_LENGTH = (
    r"-?(?:\d+\.?\d*|\.\d+)\s*(?:em|ex|px|in|cm|mm|pt|pc|%)?"
    r"|(?:negative)?(?:very){0,2}(?:thin|thick)mathspace|(?:negative)?mediummathspace"
)
_VALUES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            "accent accentunder displaystyle fence largeop movablelimits separator stretchy "
            "symmetric".split(),
            _YES_OR_NO,
        ),
        **dict.fromkeys("lspace rspace voffset height depth width".split(), _LENGTH),
        "minsize": _LENGTH,
        "maxsize": f"{_LENGTH}|infinity",
        "linethickness": f"{_LENGTH}|thin|medium|thick",
        "mathsize": f"{_LENGTH}|small|normal|big",
        "scriptlevel": r"[+-]?\d+",
        "columnspan": r"[1-9]\d*",
        "rowspan": r"[1-9]\d*",
        "form": "prefix|infix|postfix",
        "display": "block|inline",
        "dir": "ltr|rtl",
        "mathcolor": "#[0-9A-Fa-f]{3}|#[0-9A-Fa-f]{6}|[A-Za-z]+",
        "mathvariant": "normal|bold|italic|bold-italic|double-struck|bold-fraktur|script|"
        "bold-script|fraktur|sans-serif|bold-sans-serif|sans-serif-italic|"
        "sans-serif-bold-italic|monospace|initial|tailed|looped|stretched",
    }
)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]*)")


def mend_formula(formula: Element) -> None:
    """Make a `<math>` valid without losing a character, and give it words.

    Children that are missing become empty ones, an element with too many a mere row,
    loose text a token; attributes with values that mean nothing go.
    """
    for element in list(formula.iter(etree.Element)):
        for name, pattern in _VALUES.items():
            if (value := element.get(name)) and not re.fullmatch(pattern, value.strip()):
                del element.attrib[name]
        if element.tag in _TOKENS:
            _flatten(element)
        elif element.tag != _ANNOTATION:
            _wrap_loose_text(element)
            _fill(element)
    _describe(formula)


def _flatten(token: Element) -> None:
    if len(token):
        text = text_of(token)
        for child in list(token):
            token.remove(child)
        token.text = text


def _wrap_loose_text(element: Element) -> None:
    pieces: list[tuple[int, str]] = [(0, element.text or "")]
    pieces += [(index + 1, child.tail or "") for index, child in enumerate(element)]
    for index, text in reversed(pieces):
        if text.strip():
            token = etree.Element(f"{_PREFIX}mtext")
            token.text = text
            element.insert(index, token)
            token.tail = None
            if index:
                element[index - 1].tail = None
            else:
                element.text = None


def _fill(element: Element) -> None:
    count = _ARITY.get(str(element.tag))
    if count is not None and len(element) > count:
        element.tag = f"{_PREFIX}mrow"
    elif count is not None:
        for _ in range(count - len(element)):
            etree.SubElement(element, f"{_PREFIX}mrow")


def _describe(formula: Element) -> None:
    """Give a formula words for those who do not get MathML (epubcheck's ACC-009).

    They are its TeX, when the source had it, as people who read formulas aloud or in
    braille know that notation; else its own characters.
    """
    if not formula.get("alttext"):
        tex = next((each for each in formula.iter(_ANNOTATION) if _is_tex(each)), None)
        own = [each for each in formula.iter(*_TOKENS) if each.text]
        words = (each.text or "" for each in ([tex] if tex is not None else own))
        formula.set("alttext", clean(" ".join(words)))


def _is_tex(annotation: Element) -> bool:
    return "tex" in annotation.get("encoding", "").lower() and bool(annotation.text)


def mend_drawing(drawing: Element) -> None:
    """Take out references to parts that the page does not have (epubcheck's RSC-012)."""
    known = {each.get("id") for each in drawing.getroottree().iter(etree.Element)}
    for element in drawing.iter(etree.Element):
        for name, value in list(element.attrib.items()):
            found = _REFERENCE.search(value)
            target = found[1] if found else value[1:] if name == "href" else None
            if target is not None and target not in known:
                del element.attrib[name]
