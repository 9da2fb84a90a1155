"""Code highlighted by classes, as Pygments names them; the style sheet gives them a meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lxml import etree

from articlekit.html import append_text
from articlekit.model import Element

if TYPE_CHECKING:
    from pygments.token import _TokenType

# What lexers call by longer names is one of these to the reader; the rest is plain.
_CLASSES: Final = frozenset("c k s m nf nc nt na nb nd gi gd gh".split())
_PREFIX: Final = "language-"
# A lexer's regular expressions may take quadratic time on a line that no person wrote;
# listings and lines longer than these, in characters, stay plain.
_LONGEST: Final = 100_000
_LONGEST_LINE: Final = 2_000


def highlight(body: Element) -> None:
    """Put the tokens of every `<pre><code class="language-…">` into spans; its text stays."""
    for code in body.iter("code"):
        parent = code.getparent()
        name = code.get("class", "")
        text = code.text or ""
        if (
            parent is not None
            and parent.tag == "pre"
            and name.startswith(_PREFIX)
            and len(code) == 0
            and 0 < len(text) <= _LONGEST
            and max(map(len, text.split("\n"))) <= _LONGEST_LINE
        ):
            _set_tokens(code, text, list(_tokens(text, name.removeprefix(_PREFIX))))


def _set_tokens(code: Element, text: str, tokens: list[tuple[str, str]]) -> None:
    # A lexer that changes the text would change the article.
    if "".join(part for _, part in tokens) != text:
        return
    code.text = None
    for name, part in tokens:
        if name:
            etree.SubElement(code, "span", {"class": name}).text = part
        else:
            append_text(code, part)


def _tokens(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield runs of text with their class, or "" for those that look like any other."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return
    last, run = "", ""
    for kind, part in lexer.get_tokens(text):
        name = _class_of(kind)
        if name != last and run:
            yield last, run
            run = ""
        last, run = name, run + part
    yield last, run


def _class_of(kind: _TokenType) -> str:
    """Return the class of the nearest kind that has one, up the tree of Pygments' tokens."""
    from pygments.token import STANDARD_TYPES

    nearest: _TokenType | None = kind
    while nearest is not None:
        if (name := STANDARD_TYPES.get(nearest, "")) in _CLASSES:
            return name
        nearest = nearest.parent
    return ""
