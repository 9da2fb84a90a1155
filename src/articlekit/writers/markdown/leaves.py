"""Blocks without blocks in them: paragraphs, headings, rules and code (CommonMark section 4)."""

from __future__ import annotations

import re
from typing import Final, cast

from articlekit.writers.markdown.inline import phrase
from articlekit.writers.markdown.links import escaped
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tree import ANCHOR, IMAGE, OPEN, Attributes, Block, Code, Leaf
from articlekit.writers.markdown.written import Place, WriteBlocks, Written, write_html


def write_paragraph(
    manner: Manner, block: Block, place: Place, write: WriteBlocks
) -> list[Written]:
    assert isinstance(block, Leaf)
    text = phrase(block.tokens, manner)
    if place.in_item and block.tag == "bare":  # which becomes no paragraph
        return [Written("text", text)]
    return [written(manner, block, text)]


def written(manner: Manner, block: Block, text: str) -> Written:
    if text[:1] == "<" and block.tag == "p" and _TAG_LINE.match(text):
        return write_html(manner, block)[0]
    if manner.says.figures and text[:2] == "![" and (lone_image(block) or {}).get("alt"):
        text += "<!-- -->"  # beside nothing at all, its description would become a caption
    return Written("text", text)


def lone_image(block: Block) -> Attributes | None:
    """The attributes of the image that is all there is in a block, else None."""
    if isinstance(block, Leaf) and len(block.tokens) == 1:
        token = block.tokens[0]
        if type(token) is tuple and token[0] == IMAGE:
            return cast("Attributes", token[1])
    return None


# A tag alone on a line begins HTML without a paragraph (CommonMark 4.6, condition 7).
_TAG_LINE: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^>]*)?>[ \t]*(?:\n|\Z)")


def write_bare(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    """Phrasing without a paragraph; where it is no more than an empty link, a tag is all."""
    assert isinstance(block, Leaf)
    first, *rest = block.tokens
    if place.in_item or len(rest) != 1 or type(first) is str or first[0] != OPEN:
        return write_paragraph(manner, block, place, write)
    # As in `_TAG_LINE`; here no paragraph is wanted.
    text = phrase(block.tokens, manner)
    return [Written("html", text.replace("></a>", ">\n</a>"))]


def write_heading(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    assert isinstance(block, Leaf)
    level = int(block.tag[1])
    tokens, name = block.tokens, ""
    if manner.says.attributes:
        names = [str(t[1]) for t in tokens if type(t) is tuple and t[0] == ANCHOR]
        name = next((each for each in names if each in manner.linked), "")
        tokens = [t for t in tokens if t != (ANCHOR, name)]
    identifier = f" {{#{name}}}" if name else ""
    if manner.options.headings == "setext" and level <= len(_UNDERLINES):
        text = phrase(tokens, manner)
        if text:
            line = _UNDERLINES[level - 1] * 3
            return [Written("heading", f"{text}{identifier}\n{line}")]
    text = phrase(tokens, manner, lines=False)
    if text[-1:] == "#":
        text = _CLOSING.sub(r"\1\\\2", text)
    return [Written("heading", f"{'#' * level} {text}{identifier}".rstrip(" "))]


_UNDERLINES: Final = "=-"
# Number signs at a heading's end close it, with a space before them (CommonMark 4.2).
_CLOSING: Final = re.compile(r"(^|[ ])(#+)$")


def write_rule(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    # Dashes could underline the line above, close an item's list, or begin front matter.
    return [Written("rule", "___" if place.in_item or place.is_first else "---")]


def write_code(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    """Fence code with more signs than it holds; tildes where the language has a tick."""
    assert isinstance(block, Code)
    sign = "~" if "`" in block.language else "`"
    fence = sign * 3
    if fence in block.text:
        fence = sign * (1 + max(map(len, re.findall(f"{sign}+", block.text))))
    language = escaped(block.language)
    end = "" if not block.text or block.text.endswith("\n") else "\n"
    return [Written("code", f"{fence}{language}\n{block.text}{end}{fence}")]
