"""The short way for elements that hold text and no more, as most do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from articlekit.writers.markdown.builder import HOLDERS, NONE, SPACES, Builder
from articlekit.writers.markdown.tree import (
    ANCHOR,
    CLOSE,
    CODE,
    DEEPEST,
    OPEN,
    Attributes,
    Block,
    Leaf,
    Mark,
    Token,
)
from articlekit.writers.markdown.vocabulary import FORMATS, LEAVES, MIXED, PARENTS

_EDGE: Final = " \t\n\r\f"


def whole_block(builder: Builder, tag: str, text: str, attributes: Attributes) -> bool:
    """Add a block that holds only text, as most do; tell whether that was possible here."""
    blocks = builder.blocks
    parent = blocks[-1]
    if (
        builder.formats
        or builder.anchors
        or parent.tag not in PARENTS.get(tag, HOLDERS)
        or len(blocks) > DEEPEST
    ):
        return False
    if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
        text = SPACES.sub(" ", text)
    if text[:1] == " " or text[-1:] == " ":
        text = text.strip(" ")
    if not text:
        return False
    builder.end_leaf()
    tokens: list[Token] = [text]
    if attributes and (name := attributes.get("id")):
        tokens.insert(0, (ANCHOR, name))
    if tag in MIXED:
        block = Block(tag, attributes)
        block.kids.append(Leaf("bare", NONE, tokens))
        parent.kids.append(block)
    else:
        parent.kids.append(Leaf(tag, attributes, tokens))
    return True


def whole_format(builder: Builder, tag: str, text: str, attributes: Attributes) -> bool:
    """Add a format that holds only text; tell whether that was possible here."""
    if builder.formats or not text or text[0] in _EDGE or text[-1] in _EDGE or "\n" in text:
        return False
    if "  " in text or "\t" in text or "\r" in text or "\f" in text:
        return False
    if attributes:
        _keep_id(builder, attributes)
    mark = Mark(tag, attributes)
    builder.begin().extend(((OPEN, mark), text, (CLOSE, mark)))
    return True


def _keep_id(builder: Builder, attributes: Attributes) -> None:
    """Have an element's id stand before its content."""
    name = attributes.get("id")
    if name:
        builder.anchors.append(name)


def whole_code(builder: Builder, _tag: str, text: str, attributes: Attributes) -> bool:
    """Add a code span that holds only text; tell whether that was possible here."""
    if builder.formats or not text or "\n" in text or "\t" in text or "\r" in text:
        return False
    if attributes:
        _keep_id(builder, attributes)
    builder.begin().append((CODE, text))
    return True


#: By an element's name, what adds it with its text; each tells whether that was possible.
WHOLES: Final[dict[str, Callable[[Builder, str, str, Attributes], bool]]] = {
    **dict.fromkeys(LEAVES | MIXED, whole_block),
    **dict.fromkeys(FORMATS - {"a"}, whole_format),
    "code": whole_code,
}
