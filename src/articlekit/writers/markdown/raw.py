"""The document as HTML, where a dialect has no words for it.

A block of HTML ends at a blank line (CommonMark 4.6), so none is written: line ends in code
become references.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final

from articlekit.writers.markdown.tree import (
    ANCHOR,
    BOX,
    BREAK,
    CLOSE,
    CODE,
    FORMULA,
    IMAGE,
    NOTE,
    OPEN,
    RAW,
    Attributes,
    Block,
    Code,
    Leaf,
    Token,
)
from articlekit.writers.markdown.vocabulary import ATTRIBUTES, BOOLEANS

_ALIGNED: Final = frozenset({"td", "th"})


def start_tag(tag: str, attributes: Attributes) -> str:
    """Return a start tag with the attributes that are content."""
    if not attributes:
        return f"<{tag}>"
    written = tag
    for name in ATTRIBUTES.get(tag, ()):
        if name not in attributes:
            continue
        value = attributes[name]
        if name in BOOLEANS:
            written += f" {name}"
        elif value is not None:
            written += f' {name}="{_value(value)}"'
    if tag in _ALIGNED and (alignment := aligned(attributes)):
        written += f' align="{alignment}"'
    return f"<{written}>"


def _value(text: str) -> str:
    return _text(text).replace('"', "&quot;").replace("\n", "&#10;")


def _text(text: str) -> str:
    """Escape text, most of which is to stay as it is."""
    return escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


def aligned(attributes: Attributes) -> str:
    """How a cell is aligned: by the normal form's class, the attribute, or its style."""
    for name in ("class", "align", "style"):
        value = attributes.get(name)
        if value is None:
            continue
        if value in _SIDES:
            return value
        value = value.lower()
        if name == "style":
            value = value.replace(" ", "").partition("text-align:")[2].partition(";")[0]
        if value in _SIDES:
            return value
    return ""


_SIDES: Final = frozenset({"left", "center", "right"})


def box(is_checked: bool) -> str:
    """Return a task's box."""
    return f'<input type="checkbox"{" checked" if is_checked else ""} disabled>'


def anchor(name: str) -> str:
    """Return a place that links can lead to."""
    return f'<a id="{_value(name)}"></a>'


def inline(tokens: Sequence[Token], linked: frozenset[str]) -> str:
    """Return a leaf's tokens as HTML on one line."""
    if len(tokens) == 1 and type(first := tokens[0]) is str:
        return _text(first)
    parts = []
    for token in tokens:
        if isinstance(token, str):
            parts.append(_text(token))
        elif token[0] == ANCHOR:
            parts.append(anchor(str(token[1])) if token[1] in linked else "")
        else:
            parts.append(_TOKENS[token[0]](token[1]))
    return "".join(parts)


def _formula(value: Any) -> str:
    return str(value[2])


_TOKENS: Final[dict[int, Callable[[Any], str]]] = {
    OPEN: lambda mark: start_tag(mark.tag, _without_id(mark.attributes)),
    CLOSE: lambda mark: f"</{mark.tag}>",
    CODE: lambda text: f"<code>{_text(text)}</code>",
    IMAGE: lambda attributes: start_tag("img", attributes),
    BREAK: lambda _: "<br>",
    RAW: str,
    BOX: box,
    NOTE: lambda label: f"<sup>{label}</sup>",
    FORMULA: _formula,
}


def _without_id(attributes: Attributes) -> Attributes:
    if not attributes or "id" not in attributes:
        return attributes
    return {key: value for key, value in attributes.items() if key != "id"}


def block(node: Block, linked: frozenset[str]) -> str:
    """Return a block and all in it as HTML without a blank line."""
    tag = node.tag
    if isinstance(node, Leaf):
        text = inline(node.tokens, linked)
        return text if tag == "bare" else f"{start_tag(tag, node.attributes)}{text}</{tag}>"
    if isinstance(node, Code):
        return f"<pre>{code(node)}</pre>"
    if tag == "hr":
        return "<hr>"
    parts = [block(kid, linked) for kid in node.kids]
    if tag in _PARTED and parts:
        parts = ["", *parts, ""]
    inside = ("\n" if tag in _PARTED else "").join(parts)
    return f"{start_tag(tag, node.attributes)}{inside}</{tag}>"


# The parts of these stand on lines of their own, where white space means nothing.
_PARTED: Final = frozenset({"table", "ul", "ol", "dl", "thead", "tbody", "tfoot"})


def code(node: Code) -> str:
    """Return the `code` of a `pre`."""
    language = f' class="language-{_value(node.language)}"' if node.language else ""
    text = escape(node.text, quote=False).replace("\n", "&#10;")
    return f"<code{language}>{text}</code>"
