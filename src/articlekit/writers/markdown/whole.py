"""The short way for lines of text and simple formats, as most of a page's are.

A block whose content is text, with formats, links and code spans that hold text alone, is
made at once, without the starts and ends that a builder has to be ready for anything between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from articlekit.vocabulary import FORMATS, MIXED, PARENTS, PHRASING_ONLY, SAME
from articlekit.writers.markdown.builder import HOLDERS, SPACES, Builder
from articlekit.writers.markdown.hints import is_safe_link
from articlekit.writers.markdown.tree import (
    ANCHOR,
    CLOSE,
    CODE,
    DEEPEST,
    NONE,
    OPEN,
    Attributes,
    Block,
    Leaf,
    Mark,
    Token,
)

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_EDGE: Final = " \t\n\r\f"
#: Blocks that may be made at once, each with the blocks that it may stand in.
LINES: Final = {tag: PARENTS.get(tag, HOLDERS) for tag in PHRASING_ONLY | MIXED}
#: Formats that may be made at once, by the names that the document has for them.
SIMPLE: Final = {tag: tag for tag in FORMATS | {"code"}} | {
    tag: same for tag, same in SAME.items() if same in FORMATS | {"code"}
}


def is_mute(attributes: Attributes) -> bool:
    """Tell whether attributes tell nothing but an id, and what their element's handler asks for."""
    if "lang" in attributes or "dir" in attributes:
        return False
    classes = attributes.get("class")
    return not classes or "-" not in classes  # those that are looked for have hyphens


def whole_block(
    builder: Builder, tag: str, attributes: Attributes, first: LexborNode | None
) -> bool:
    """Add a block that holds a simple line; tell whether it is one, and that was possible here."""
    blocks = builder.blocks
    parent = blocks[-1]
    if builder.formats or builder.anchors or parent.tag not in LINES[tag] or len(blocks) > DEEPEST:
        return False
    links: list[str] = []
    tokens = _line(first, links)
    if not tokens:
        return False
    if builder.tokens is not None:
        builder.end_leaf()
    builder.explicit = builder.space = False
    if links:
        _keep_links(builder, links, tokens)
    if attributes:
        if name := attributes.get("id"):
            tokens.insert(0, (ANCHOR, name))
    else:
        attributes = NONE
    if tag in MIXED:
        block = Block(tag, attributes)
        block.kids.append(Leaf("bare", NONE, tokens))
        parent.kids.append(block)
    else:
        parent.kids.append(Leaf(tag, attributes, tokens))
    return True


def _line(node: LexborNode | None, links: list[str]) -> list[Token] | None:
    """A line's tokens, or None when more than text and simple formats is in it."""
    tokens: list[Token] = []
    after_space = True  # as a line begins, where white space does not show
    while node is not None:
        tag = node.tag or "-"
        if tag == "-text":
            text = node.text_content or ""
            if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
                text = SPACES.sub(" ", text)
            if after_space and text[:1] == " ":
                text = text[1:]
            if text:
                tokens.append(text)
                after_space = text[-1] == " "
        else:
            same = SIMPLE.get(tag)
            inside = node.first_child
            if same is None or inside is None or inside.tag != "-text" or inside.next is not None:
                return None
            found = _format(same, inside.text_content or "", node.attributes, links)
            if found is None:
                return None
            tokens += found
            after_space = False
        node = node.next
    if after_space and tokens:
        last = str(tokens.pop())[:-1]
        tokens += [last] if last else []
    return tokens


def _format(
    tag: str, text: str, attributes: Attributes, links: list[str]
) -> tuple[Token, ...] | None:
    """The tokens of a format around text, or None when there is more to be looked at."""
    if not text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
        return None
    if attributes and ("id" in attributes or not is_mute(attributes)):
        return None
    if tag == "code":
        return ((CODE, text),)
    if text[0] == " " or text[-1] == " " or "  " in text:
        return None
    if not attributes and tag in _ENDS:
        start, end = _ENDS[tag]
        return start, text, end
    if tag == "a":
        href = attributes.get("href")
        if href is None or "name" in attributes or not is_safe_link(href):
            return None
        links.append(href)
    mark = Mark(tag, attributes)
    return (OPEN, mark), text, (CLOSE, mark)


# The ends of formats that have no attributes; text alone is between them, so any two make a pair.
_ENDS: Final = {
    tag: ((OPEN, mark), (CLOSE, mark)) for tag in FORMATS - {"a"} for mark in [Mark(tag, NONE)]
}


def _keep_links(builder: Builder, links: list[str], tokens: list[Token]) -> None:
    """Note where a line's links lead, as the builder does at the start and end of each."""
    builder.last_link = links[-1]
    inward = [href[1:] for href in links if href[:1] == "#"]
    if inward:
        builder.linked.update(inward)
        builder.inward.append(tokens)


def whole_format(builder: Builder, tag: str, text: str, attributes: Attributes) -> bool:
    """Add a format that holds only text; tell whether that was possible here."""
    if tag == "a" or builder.formats or not text or text[0] in _EDGE or text[-1] in _EDGE:
        return False
    if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
        return False
    _keep_id(builder, attributes)
    if tag == "code":
        builder.begin().append((CODE, text))
    else:
        mark = Mark(tag, attributes)
        builder.begin().extend(((OPEN, mark), text, (CLOSE, mark)))
    return True


def _keep_id(builder: Builder, attributes: Attributes) -> None:
    """Have an element's id stand before its content."""
    name = attributes.get("id") if attributes else None
    if name:
        builder.anchors.append(name)
