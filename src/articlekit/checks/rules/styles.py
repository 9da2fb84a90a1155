"""Style: sheets that parse, leave the reader's size and colours alone, and need no browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from articlekit.checks.css import Declaration, Rule, Sheet
from articlekit.checks.finding import Finding, found

_FIXED_UNITS: Final = frozenset({"px", "pt", "pc", "cm", "mm", "in", "q"})
_GENERIC: Final = frozenset(
    """serif sans-serif monospace cursive fantasy system-ui math emoji fangsong ui-serif
    ui-sans-serif ui-monospace ui-rounded inherit initial unset revert""".split()
)
# Values that leave a colour to the reading system.
_NEUTRAL: Final = frozenset(
    "inherit initial unset revert currentcolor transparent none canvas canvastext auto".split()
)
_CONTRAST: Final = 4.5
_FORBIDDEN: Final = frozenset({"direction", "unicode-bidi"})


def parsed(name: str, sheet: Sheet) -> Iterator[Finding]:
    """The sheet can be parsed to its end."""
    for line, message in sheet.errors:
        yield found("css-broken", message[:100], file=name, line=line)


def values(name: str, sheet: Sheet) -> Iterator[Finding]:
    """No declaration takes the text out of its flow or fixes its size."""
    for rule in sheet.rules:
        for each in rule.declarations if not rule.at else ():
            code = _code(each)
            if code:
                yield found(code, f"{each.name}: {_said(each)}", file=name, line=each.line)


def _code(declared: Declaration) -> str:
    """The code of what is wrong with one declaration, or nothing."""
    words = _words(declared)
    if declared.name in _FORBIDDEN:
        return "css-forbidden"
    if declared.name == "position" and words & {"fixed", "absolute"}:
        return "css-position"
    if declared.name == "display" and words & {"flex", "inline-flex", "grid", "inline-grid"}:
        return "css-layout"
    if declared.name in ("font-size", "line-height", "font") and _is_fixed(declared):
        return "css-line-height" if declared.name == "line-height" else "css-font-size"
    return ""


def _words(declared: Declaration) -> set[str]:
    return {token.lower_value for token in declared.tokens if token.type == "ident"}


def _is_fixed(declared: Declaration) -> bool:
    return any(
        token.type == "dimension" and token.lower_unit in _FIXED_UNITS and token.value
        for token in declared.tokens
    )


def _said(declared: Declaration) -> str:
    shown = [
        token.representation if token.type == "dimension" else token.value
        for token in declared.tokens
        if token.type in ("dimension", "ident")
    ]
    return " ".join(shown)[:60]


def colours(name: str, sheet: Sheet) -> Iterator[Finding]:
    """Where the colour of text is set, that of its background is, and the other way round.

    A text colour that can be read on white and on black may stand alone.
    """
    for rule in sheet.rules:
        if rule.at:
            continue
        text = _coloured(rule, "color")
        behind = _coloured(rule, "background-color") or _coloured(rule, "background")
        alone = text if text and not behind else behind if behind and not text else None
        if alone is not None and not (alone is text and _legible(alone)):
            yield found("css-colour-alone", f"{alone.name} alone", file=name, line=alone.line)


def _legible(declared: Declaration) -> bool:
    """Whether a text colour can be read on white and on black: WCAG 2.1, 1.4.3, 4.5 to 1."""
    from tinycss2.color3 import parse_color

    tokens = [token for token in declared.tokens if token.type != "whitespace"]
    colour = parse_color(tokens[0]) if len(tokens) == 1 else None
    if not isinstance(colour, tuple):
        return False
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]
    )
    luminance = float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return 1.05 / (luminance + 0.05) >= _CONTRAST and (luminance + 0.05) / 0.05 >= _CONTRAST


def _coloured(rule: Rule, prop: str) -> Declaration | None:
    declared = rule.get(prop)
    if declared is None:
        return None
    kinds = {t.type for t in declared.tokens} - {"whitespace"}
    neutral = kinds <= {"ident"} and _words(declared) <= _NEUTRAL
    return None if neutral or kinds <= {"url", "number"} else declared


def fonts(name: str, sheet: Sheet) -> Iterator[Finding]:
    """Fonts are embedded or have a generic family behind them; @font-face is complete."""
    embedded: set[str] = set()
    for rule in sheet.rules:
        if rule.at == "font-face":
            family = rule.get("font-family")
            embedded.update(_families(family) if family is not None else ())
            if family is None or rule.get("src") is None:
                yield found("css-font-face", file=name, line=rule.line)
    for rule in sheet.rules:
        family = rule.get("font-family")
        if rule.at or family is None:
            continue
        families = _families(family)
        if families and not set(families) & (_GENERIC | embedded):
            cause = ", ".join(families)[:80]
            yield found("css-font-undefined", cause, file=name, line=family.line)


def _families(declared: Declaration) -> list[str]:
    """The names in a font-family, in lower case."""
    names: list[str] = []
    words: list[str] = []
    for token in (*declared.tokens, None):
        if token is None or (token.type == "literal" and token.value == ","):
            names.append(" ".join(words))
            words = []
        elif token.type in ("ident", "string"):
            words.append(token.value.lower())
    return [name for name in names if name]


CHECKS: Final = (parsed, values, colours, fonts)
