"""Text as Typst code: string literals alone, so that nothing in an article is markup or code.

https://typst.app/docs/reference/foundations/str/ : a literal stands between double quotes;
inside it only the backslash and the quote mean something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_SPECIAL: Final = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
# Runs that lines cannot be broken in are cut after the marks of an address, or anywhere.
_UNBROKEN: Final = re.compile(r"[!-~]{30,}")
_CUTS: Final = re.compile(r"[^/?&=.#_,;:-]{1,24}[/?&=.#_,;:-]*|[/?&=.#_,;:-]+")
# An apostrophe in a Latin word, which a Chinese font draws as wide as a character.
_APOSTROPHE: Final = re.compile("(?<=[A-Za-z])’(?=[A-Za-z])")
_NARROW: Final = 'latin("’")'
#: A place where a line may break; book.typ defines it.
BREAK: Final = "brk"


def literal(text: str) -> str:
    """Return the string literal whose value is `text`, on one line."""
    return f'"{_SPECIAL.sub(_escape, text)}"'


def text_code(text: str) -> str:
    """Return code that shows `text` as it is; long runs without a space may be broken."""
    pieces = _APOSTROPHE.split(text) if "’" in text else [text]
    return f";{_NARROW};".join(_piece_code(piece) for piece in pieces if piece)


def call(name: str, *arguments: str) -> str:
    """Return a call of a function with arguments that are code."""
    return f"{name}({','.join(arguments)})"


def block(code: str) -> str:
    """Return statements as one expression: the content that they make together."""
    return "{" + code + "}"


def array(values: Iterable[str]) -> str:
    """Return an array of values that are code."""
    return "(" + "".join(f"{value}," for value in values) + ")"


def _piece_code(text: str) -> str:
    return literal(text) if _UNBROKEN.search(text) is None else ";".join(_broken(text))


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return f"\\{char}" if char in '\\"' else f"\\u{{{ord(char):x}}}"


def _broken(text: str) -> Iterator[str]:
    end = 0
    for match in _UNBROKEN.finditer(text):
        if text[end : match.start()]:
            yield literal(text[end : match.start()])
        yield f";{BREAK};".join(literal(piece) for piece in _CUTS.findall(match[0]))
        end = match.end()
    if text[end:]:
        yield literal(text[end:])
