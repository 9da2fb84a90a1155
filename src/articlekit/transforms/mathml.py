"""Formulas made to fit the schema that books hold them to.

Browsers draw a fraction without a denominator; to epubcheck it makes the whole book invalid
(MathML 3, as EPUB 3.3 takes it in), and some stores look no further.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from articlekit.html import MATHML, text_of
from articlekit.model import Element
from articlekit.transforms.attributes import Notice

_PREFIX: Final = f"{{{MATHML}}}"
MATH: Final = f"{_PREFIX}math"

#: Elements that hold text and nothing else (MathML 3 section 3.1.9).
_TOKENS: Final = frozenset(f"{_PREFIX}{name}" for name in ("mi", "mn", "mo", "mtext", "ms"))
#: How many children an element must have (MathML 3 section 3.1.3.2).
_ARITY: Final[Mapping[str, int]] = MappingProxyType(
    {
        f"{_PREFIX}{name}": count
        for count, names in {
            2: "mfrac mroot msub msup munder mover",
            3: "msubsup munderover",
        }.items()
        for name in names.split()
    }
)
_YES_OR_NO: Final = "true|false"
_LENGTH: Final = (
    r"-?(?:\d+\.?\d*|\.\d+)\s*(?:em|ex|px|in|cm|mm|pt|pc|%)?"
    r"|(?:negative)?(?:very){0,2}(?:thin|thick)mathspace|(?:negative)?mediummathspace"
)
_VALUES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        name: re.compile(pattern)
        for name, pattern in {
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
            "columnalign": r"(?:left|center|right)(?:\s+(?:left|center|right))*",
            "form": "prefix|infix|postfix",
            "display": "block",
            "dir": "ltr|rtl",
            "mathcolor": "#[0-9A-Fa-f]{3}|#[0-9A-Fa-f]{6}|[A-Za-z]+",
            "mathvariant": "normal|bold|italic|bold-italic|double-struck|bold-fraktur|script|"
            "bold-script|fraktur|sans-serif|bold-sans-serif|sans-serif-italic|"
            "sans-serif-bold-italic|monospace|initial|tailed|looped|stretched",
        }.items()
    }
)
# MathML Core lets every element set its style; in MathML 3 a table may set one half of it.
_STYLES: Final = ("displaystyle", "scriptlevel")
_STYLED: Final = frozenset({MATH, f"{_PREFIX}mstyle"})
# Words with spaces and no sign of TeX are an author's description.
_WORDS: Final = re.compile(r"(?=.*\s)(?=.*(?:[^\W\d_]{3}|[^\x00-\x7f]))[^\\^_{}=+*/<>|&#~]*\Z")
_DISPLAYSTYLE: Final = re.compile(r"\{\\displaystyle\s+(.*)\}\Z", re.DOTALL)


def mend_formula(formula: Element, notice: Notice) -> None:
    """Make a `<math>` valid without losing a character, and leave its TeX in `alttext`.

    Children that are missing become empty ones, an element with too many a mere row,
    loose text a token; attributes with values that mean nothing go. What was rearranged
    is told to `notice`.
    """
    _take_tex(formula, notice)
    mended = False
    for element in list(formula.iter(etree.Element)):
        for name in element.keys():  # noqa: SIM118
            pattern = _VALUES.get(str(name))
            if pattern is not None and not pattern.fullmatch(element.get(name, "").strip()):
                del element.attrib[name]
        if element.tag in _TOKENS:
            mended |= _flatten(element)
        else:
            mended |= _wrap_loose_text(element)
            mended |= _fill(element)
        _style_by_element(element)
    if mended:
        notice("structure-mended", "a formula with elements too many or too few mended")


def _take_tex(formula: Element, notice: Notice) -> None:
    """Keep a formula's TeX as `alttext`, and let go of `semantics`, which writers print."""
    for semantics in list(formula.iter(f"{_PREFIX}semantics")):
        for annotation in semantics.findall(f"{_PREFIX}annotation"):
            if "tex" in annotation.get("encoding", "").lower() and annotation.text:
                formula.set("alttext", annotation.text.strip())
            semantics.remove(annotation)
        parent = semantics.getparent()
        if len(semantics) == 1 and parent is not None and not (semantics.text or "").strip():
            semantics[0].tail = semantics.tail
            parent.replace(semantics, semantics[0])
        else:
            semantics.tag = f"{_PREFIX}mrow"
    for stray in list(formula.iter(f"{_PREFIX}annotation")):
        stray.tag = f"{_PREFIX}mtext"
    said = " ".join(formula.attrib.pop("alttext", "").split())
    if _WORDS.match(said):
        notice("structure-mended", f"words for a formula, which has its own, removed: {said[:60]}")
    elif said:
        found = _DISPLAYSTYLE.match(said)
        formula.set("alttext", found[1].strip() if found else said)


def _flatten(token: Element) -> bool:
    if not len(token):
        return False
    text = text_of(token)
    for child in list(token):
        token.remove(child)
    token.text = text
    return True


def _wrap_loose_text(element: Element) -> bool:
    pieces: list[tuple[int, str]] = [(0, element.text or "")]
    pieces += [(index + 1, child.tail or "") for index, child in enumerate(element)]
    loose = [(index, text) for index, text in pieces if text.strip()]
    for index, text in reversed(loose):
        token = etree.Element(f"{_PREFIX}mtext")
        token.text = text
        element.insert(index, token)
        token.tail = None
        if index:
            element[index - 1].tail = None
        else:
            element.text = None
    return bool(loose)


def _fill(element: Element) -> bool:
    count = _ARITY.get(str(element.tag))
    if count is None or len(element) == count:
        return False
    if len(element) > count:
        element.tag = f"{_PREFIX}mrow"
    for _ in range(count - len(element)):
        etree.SubElement(element, f"{_PREFIX}mrow")
    return True


def _style_by_element(element: Element) -> None:
    """Let an `mstyle` around an element say what only it may say in MathML 3."""
    if element.tag in _STYLED:
        return
    found = {name: value for name in _STYLES if (value := element.attrib.pop(name, None))}
    parent = element.getparent()
    if not found or parent is None:
        return
    style = etree.Element(f"{_PREFIX}mstyle", found)
    parent.replace(element, style)
    style.append(element)
    style.tail, element.tail = element.tail or style.tail, None
