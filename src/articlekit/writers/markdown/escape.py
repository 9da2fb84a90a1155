"""Escape what would be read as markup where it stands, and nothing else (CommonMark 2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from string import ascii_letters
from typing import Any, Final

from articlekit.writers.markdown.dialects import DIALECTS
from articlekit.writers.markdown.tree import IMAGE, Token

# Any character that some rule below is about; most texts have none of them.
_ASCII_PUNCTUATION: Final = r"!-/:-@\[-`{-~"

_BASE: Final = (
    rf"\\(?=[{_ASCII_PUNCTUATION}]|$)"  # a backslash that would escape
    r"|\*(?! )|(?<! )\*"  # a star with spaces on both sides is none
    r"|(?<![^\W_])_+|_+(?![^\W_])"  # between letters a low line is none
    r"|`"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=\#?\w+;)"
)
# Without definitions a bracket is markup only before these: links, notes, definitions.
_BRACKETS: Final = r"|\[(?=\^)|\](?=[(\[:{])"
_ALL_BRACKETS: Final = r"|[\[\]]"


class Escaper:
    """Escapes for one dialect; `references` tells that the document defines link labels."""

    def __init__(self, dialect: str, references: bool) -> None:
        says = DIALECTS[dialect]
        outside = _ALL_BRACKETS if references else _BRACKETS
        self.pattern = re.compile(_BASE + outside + says.always)
        self.in_link = re.compile(_BASE + _ALL_BRACKETS + says.always)
        self.paired = says.paired
        more = says.always and r"@{=%#|"
        self.any: Callable[[str], object] = _may_need
        if more:
            self.any = re.compile(rf"[\\*_`<&\[\]{re.escape(more + says.paired)}]").search
        self.first = _FIRST | frozenset(ascii_letters if "A-Za-z" in says.lines else "")
        self.line = re.compile(_LINES + says.lines)

    def text(self, text: str, in_link: bool = False) -> str:
        """Escape text inside of a line; where the line begins, `line_start` looks, too."""
        if not self.any(text):
            return text
        return (self.in_link if in_link else self.pattern).sub(_escaped, text)

    def in_leaf(self, text: str, tokens: Sequence[Token], in_link: bool = False) -> str:
        """Escape text; also characters that mark something up when two are in the leaf."""
        if not self.any(text):
            return text
        text = (self.in_link if in_link else self.pattern).sub(_escaped, text)
        if text.endswith(" \\*") and len(tokens) == 1:  # where nothing follows, it is none, too
            text = f"{text[:-2]}*"
        for char in self.paired:
            if char in text and _stands_twice(char, tokens):
                text = text.replace(char, f"\\{char}")
        return text

    def pairs(self, text: str) -> str:
        """Escape characters that only mark something up when two of them are in a leaf."""
        for char in self.paired:
            if char in text:
                text = text.replace(char, f"\\{char}")
        return text

    def line_start(self, line: str) -> str:
        """Escape what would begin a block: headings, quotes, lists, rules, underlines, fences."""
        if not line or line[0] not in self.first:
            return line
        found = self.line.match(line)
        if found is None:
            return line
        place = found.end(found.lastindex or 0)
        return f"{line[:place]}\\{line[place:]}"


def _may_need(text: str) -> bool:
    """Tell whether a character is in the text that some rule is about.

    Ten searches for a character take less time than one for any of ten.
    """
    return (
        "*" in text
        or "_" in text
        or "`" in text
        or "[" in text
        or "]" in text
        or "\\" in text
        or "<" in text
        or "&" in text
        or "~" in text
    )


def _stands_twice(char: str, tokens: Sequence[Token]) -> bool:
    count = 0
    for token in tokens:
        text = token if type(token) is str else _alternative(token)
        if char in text:
            count += text.count(char)
            if count > 1:
                return True
    return False


def _alternative(token: Any) -> str:
    """The text that stands for an image; "" for other tokens."""
    return (token[1].get("alt") or "") if token[0] == IMAGE else ""


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\{char}" for char in found[0])


# Each group is what stands before the character to escape. CommonMark 4.1 to 4.7, 5.1, 5.2;
# the row of dashes and bars is GFM 4.10's, below a table's header.
_LINES: Final = (
    r"()\#(?=\#{0,5}(?:[ \t]|$))|()>|()[-+*](?=[ \t]|$)|()=(?==*[ \t]*$)"
    r"|()-(?=[- \t]*$)|()_(?=[_ \t]*$)|(\d{1,9})[.)](?=[ \t]|$)|()~(?=~~)"
    r"|()[|:](?=[|:\- \t]*-[|:\- \t]*$)|()-(?=[|:\- \t]*[|:][|:\- \t]*$)"
)


# What a line that means more than its text begins with, but for pandoc's lists by letters.
_FIRST: Final = frozenset("#>-+*=_~|:[%(0123456789")


@cache
def escaper(dialect: str, references: bool) -> Escaper:
    """Return the escaper, whose patterns are compiled once."""
    return Escaper(dialect, references)


#: What Python's and JavaScript's `strip` take for white space, and HTML does not.
EDGES: Final = frozenset(char for char in map(chr, range(0x80, 0x3001)) if char.isspace()) | {
    "\ufeff"
}


def edge(text: str) -> str:
    """Spell white space at a leaf's edges that is content, such as U+3000, as references.

    Parsers trim more there than the spaces and tabs that CommonMark names.
    """
    if text[0] in EDGES:
        text = _reference(text[0]) + text[1:]
    if text[-1] in EDGES:
        text = text[:-1] + _reference(text[-1])
    return text


def _reference(char: str) -> str:
    return "&nbsp;" if char == "\xa0" else f"&#{ord(char)};"


def code_span(text: str) -> str:
    """Return a code span: fenced with ticks that it does not hold (CommonMark 6.1)."""
    ticks = "`"
    if "`" in text:
        runs = {len(run) for run in _TICKS.findall(text)}
        ticks *= next(n for n in range(1, len(runs) + 2) if n not in runs)
    is_padded = text[0] == text[-1] == " " and bool(text.strip(" "))
    if is_padded or text[0] == "`" or text[-1] == "`":
        text = f" {text} "
    return f"{ticks}{text}{ticks}"


_TICKS: Final = re.compile("`+")
