"""Handlers of presentation MathML (https://www.w3.org/TR/MathML3/chapter3.html)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from articlekit.html import text_of
from articlekit.model import Element
from articlekit.writers.pdf.typst.literals import array, block, call, literal
from articlekit.writers.pdf.typst.walk import Context, Handler, Parts, name_of

_EMPTY: Final = '""'
# `mathvariant` as Typst's functions; the others are as letters are anyway.
_VARIANTS: Final = {
    "normal": "math.upright",
    "bold": "math.bold",
    "double-struck": "math.bb",
    "script": "math.cal",
    "fraktur": "math.frak",
    "sans-serif": "math.sans",
    "monospace": "math.mono",
}


def _codes(parts: Parts) -> list[str]:
    return [block(code) if code else _EMPTY for _, code in parts.children]


def _identifier(element: Element, parts: Parts, context: Context) -> str:
    text = text_of(element).strip()
    if not text:
        return ""
    variant = element.get("mathvariant")
    if variant in _VARIANTS:
        return call(_VARIANTS[variant], literal(text))
    # One letter is slanted, a name upright (MathML 3, 3.2.3).
    return call("math.italic", literal(text)) if len(text) == 1 else call("math.op", literal(text))


def _operator(element: Element, parts: Parts, context: Context) -> str:
    text = text_of(element).strip()
    # Signs that are there for readers aloud have no shape.
    if not text or text in "\u2061\u2062\u2063\u2064":
        return ""
    return call("math-sign", literal(text))


def _text(element: Element, parts: Parts, context: Context) -> str:
    text = text_of(element)
    return literal(text) if text else ""


def _fraction(element: Element, parts: Parts, context: Context) -> str:
    codes = _codes(parts)
    if len(codes) != 2:
        return parts.code
    # A fraction without a line is a binomial's inside.
    if (element.get("linethickness") or "").startswith("0"):
        return call("math.mat", "delim:none", array(codes[:1]), array(codes[1:]))
    return call("math.frac", *codes)


def _root(element: Element, parts: Parts, context: Context) -> str:
    codes = _codes(parts)
    return call("math.root", codes[1], codes[0]) if len(codes) == 2 else parts.code


def _square_root(element: Element, parts: Parts, context: Context) -> str:
    return call("math.sqrt", block(parts.code)) if parts.code else ""


def _attach(*places: str) -> Handler:
    """Make a handler for a base with further children at these places, in order."""

    def handle(element: Element, parts: Parts, context: Context) -> str:
        codes = _codes(parts)
        if len(codes) != len(places) + 1:
            return parts.code
        return call("math.attach", codes[0], *map(_at, places, codes[1:]))

    return handle


def _over_and_under(*places: str) -> Handler:
    def handle(element: Element, parts: Parts, context: Context) -> str:
        codes = _codes(parts)
        if len(codes) != len(places) + 1:
            return parts.code
        sides = [
            _at(place, code)
            for place, code in zip(places, codes[1:], strict=True)
            if code != _EMPTY
        ]
        return call("math.attach", call("math.limits", codes[0]), *sides)

    return handle


def _at(place: str, code: str) -> str:
    return f"{place}:{code}"


def _scripts(element: Element, parts: Parts, context: Context) -> str:
    """Set `mmultiscripts`: pairs of sub and superscript, those behind `mprescripts` before."""
    rows: list[list[str]] = [[], []]
    side = 0
    for child, code in parts.children[1:]:
        if name_of(child) == "mprescripts":
            side = 1
        else:
            rows[side].append(block(code) if code else _EMPTY)
    base = _codes(parts)[0] if parts.children else _EMPTY
    named: list[str] = []
    for names, codes in zip((("b", "t"), ("bl", "tl")), rows, strict=True):
        for at, name in enumerate(names):
            joined = ";".join(code for code in codes[at::2] if code != _EMPTY)
            if joined:
                named.append(_at(name, block(joined)))
    return call("math.attach", base, *named)


def _row(element: Element, parts: Parts, context: Context) -> str:
    # The walk reads `mtr` and `mtable` from their children's codes.
    return array(_codes(parts)) if parts.children else f"({_EMPTY},)"


def _table(element: Element, parts: Parts, context: Context) -> str:
    rows = [code for _, code in parts.children if code]
    widest = max((len(child) for child, _ in parts.children), default=0)
    padded = [
        code[:-1] + f"{_EMPTY}," * (widest - max(1, len(child))) + ")"
        for child, code in parts.children
        if code
    ]
    return call("math.mat", "delim:none", *padded) if rows else ""


def _enclosed(element: Element, parts: Parts, context: Context) -> str:
    return parts.code


def _phantom(element: Element, parts: Parts, context: Context) -> str:
    return call("hide", block(parts.code)) if parts.code else ""


def _space(element: Element, parts: Parts, context: Context) -> str:
    return "h(.3em)"


def _math(element: Element, parts: Parts, context: Context) -> str:
    if not parts.code:
        return ""
    said = element.get("alttext") or " ".join(text_of(element).split())
    block_level = "true" if element.get("display") == "block" else "false"
    return call("formula", block_level, literal(said), block(parts.code))


#: By tag.
FORMULAS: Final[Mapping[str, Handler]] = {
    "math": _math,
    "menclose": _enclosed,
    "merror": _enclosed,
    "mfrac": _fraction,
    "mi": _identifier,
    "mmultiscripts": _scripts,
    "mn": _text,
    "mo": _operator,
    "mover": _over_and_under("t"),
    "mphantom": _phantom,
    "mroot": _root,
    "ms": _text,
    "mspace": _space,
    "msqrt": _square_root,
    "msub": _attach("b"),
    "msubsup": _attach("b", "t"),
    "msup": _attach("t"),
    "mtable": _table,
    "mtext": _text,
    "mtr": _row,
    "munder": _over_and_under("b"),
    "munderover": _over_and_under("b", "t"),
}
