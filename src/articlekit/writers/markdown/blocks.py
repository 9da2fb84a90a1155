"""Blocks to Markdown, a handler for each (CommonMark sections 4 and 5).

Handlers call each other; the document is never deeper than `tree.DEEPEST`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from articlekit.writers.markdown import raw
from articlekit.writers.markdown.inline import phrase
from articlekit.writers.markdown.links import escaped
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tree import ANCHOR, OPEN, Block, Code, Leaf, visible


class Written:
    """A block that is written: its kind, its lines, and for a list what begins its items.

    The kind is text, heading, code, rule, quote, list, table or html.
    """

    __slots__ = ("kind", "marker", "text")

    def __init__(self, kind: str, text: str, marker: str = "") -> None:
        self.kind = kind
        self.text = text
        self.marker = marker


class Place(NamedTuple):
    """Where a block stands.

    In an item no blank line may be written that parts no two blocks; `marker` is what a
    list that stands here may not begin its items with.
    """

    in_item: bool = False
    is_first: bool = False
    marker: str = ""


TOP: Final = Place()
Handler = Callable[[Manner, Block, Place], list[Written]]


def write_blocks(manner: Manner, kids: Iterable[Block], place: Place = TOP) -> list[Written]:
    """Write blocks that follow each other in one container."""
    found: list[Written] = []
    here = place
    for kid in kids:
        if kid.tag == "p" and isinstance(kid, Leaf):  # what most blocks are
            text = phrase(kid.tokens, manner)
            if text:
                found.append(
                    Written("text", text) if text[0] != "<" else _written(manner, kid, text)
                )
                here = _LATER[place[0]]
            continue
        for each in HANDLERS[kid.tag](manner, kid, here):
            if each.text:
                found.append(each)
                here = Place(place.in_item, False, each.marker) if each.marker else _LATER[place[0]]
    return found


_LATER: Final = (TOP, Place(in_item=True))


def joined(written: Iterable[Written]) -> str:
    """Join blocks with blank lines between them."""
    return "\n\n".join([each.text for each in written])


def write_html(manner: Manner, block: Block) -> list[Written]:
    """Write a block as HTML."""
    return [Written("html", raw.block(block, manner.linked))]


def _paragraph(manner: Manner, block: Block, place: Place) -> list[Written]:
    assert isinstance(block, Leaf)
    return [_written(manner, block, phrase(block.tokens, manner))]


def _written(manner: Manner, block: Block, text: str) -> Written:
    if text[:1] == "<" and block.tag == "p" and _TAG_LINE.match(text):
        return write_html(manner, block)[0]
    return Written("text", text)


# A tag alone on a line begins HTML without a paragraph (CommonMark 4.6, condition 7).
_TAG_LINE: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^>]*)?>[ \t]*(?:\n|\Z)")


def _bare(manner: Manner, block: Block, place: Place) -> list[Written]:
    """Phrasing without a paragraph; where it is no more than an empty link, a tag is all."""
    assert isinstance(block, Leaf)
    first, *rest = block.tokens
    if place.in_item or len(rest) != 1 or type(first) is str or first[0] != OPEN:
        return _paragraph(manner, block, place)
    # As in `_TAG_LINE`; here no paragraph is wanted.
    text = phrase(block.tokens, manner)
    return [Written("html", text.replace("></a>", ">\n</a>"))]


def _heading(manner: Manner, block: Block, place: Place) -> list[Written]:
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


def _rule(manner: Manner, block: Block, place: Place) -> list[Written]:
    # Dashes could underline the line above, close an item's list, or begin front matter.
    return [Written("rule", "___" if place.in_item or place.is_first else "---")]


def _code(manner: Manner, block: Block, place: Place) -> list[Written]:
    """Fence code with more signs than it holds; tildes where the language has a tick."""
    assert isinstance(block, Code)
    sign = "~" if "`" in block.language else "`"
    fence = sign * 3
    if fence in block.text:
        fence = sign * (1 + max(map(len, re.findall(f"{sign}+", block.text))))
    language = escaped(block.language)
    end = "" if not block.text or block.text.endswith("\n") else "\n"
    return [Written("code", f"{fence}{language}\n{block.text}{end}{fence}")]


def _quote(manner: Manner, block: Block, place: Place) -> list[Written]:
    inside = Place(is_first=place.is_first, in_item=place.in_item)
    text = joined(write_blocks(manner, block.kids, inside))
    kind = block.attributes.get("alert")
    if kind:
        text = "\n".join(filter(None, (_alert(manner, kind), text)))
    if not text:
        return [Written("quote", ">")]
    lines = [f"> {line}" if line else ">" for line in text.split("\n")]
    return [Written("quote", "\n".join(lines))]


def _alert(manner: Manner, kind: str) -> str:
    if manner.says.alerts:
        return f"[!{kind}]"
    if manner.says.callouts:
        return f"[!{kind.lower()}]"
    return f"**{kind.capitalize()}**\n"


def _figure(manner: Manner, block: Block, place: Place) -> list[Written]:
    """A figure with a caption is HTML; one without is what it holds."""
    if not any(kid.tag == "figcaption" for kid in block.kids):
        return write_blocks(manner, block.kids, place)
    return _around(manner, block, place)


def _caption(manner: Manner, block: Block, place: Place) -> list[Written]:
    return write_html(manner, block)


def _details(manner: Manner, block: Block, place: Place) -> list[Written]:
    return _around(manner, block, place)


def _division(manner: Manner, block: Block, place: Place) -> list[Written]:
    """A part in another language or direction."""
    if not manner.says.attributes or place.in_item:
        return _around(manner, block, place)
    told = " ".join(f'{key}="{value}"' for key, value in block.attributes.items())
    return [Written("text", f"::: {{{told}}}\n\n{joined(write_blocks(manner, block.kids))}\n\n:::")]


def _around(manner: Manner, block: Block, place: Place) -> list[Written]:
    """Write an element's tags as HTML and what is in it as Markdown between blank lines."""
    if place.in_item or not manner.says.markdown_in_html or not block.kids:
        return write_html(manner, block)
    parts: list[str] = []
    was_html = True
    start = [raw.start_tag(block.tag, block.attributes)]
    for written, is_own in _parts(manner, block):
        parts.append("\n" if was_html and is_own else "\n\n")
        parts.append(written)
        was_html = is_own
    end = "\n" if was_html else "\n\n"
    return [Written("html", "".join([*start, *parts, end, f"</{block.tag}>"]))]


def _parts(manner: Manner, block: Block) -> Iterable[tuple[str, bool]]:
    """What a block holds, each with whether it is a line of the HTML around it."""
    here = TOP
    for kid in block.kids:
        if kid.tag in ("summary", "figcaption"):
            yield raw.block(kid, manner.linked), True
            continue
        for each in HANDLERS[kid.tag](manner, kid, here):
            if each.text:
                yield each.text, False
                here = Place(marker=each.marker)


def _list(manner: Manner, block: Block, place: Place) -> list[Written]:
    from articlekit.writers.markdown.lists import write_list

    return write_list(manner, block, place)


def _definitions(manner: Manner, block: Block, place: Place) -> list[Written]:
    from articlekit.writers.markdown.lists import write_definitions

    return write_definitions(manner, block, place)


def _table(manner: Manner, block: Block, place: Place) -> list[Written]:
    from articlekit.writers.markdown.tables import write_table

    return write_table(manner, block)


HANDLERS: Final[dict[str, Handler]] = {
    "p": _paragraph,
    "bare": _bare,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    "hr": _rule,
    "pre": _code,
    "blockquote": _quote,
    "ul": _list,
    "ol": _list,
    "dl": _definitions,
    "table": _table,
    "figure": _figure,
    "figcaption": _caption,
    "details": _details,
    "summary": _caption,
    "div": _division,
}


def is_blank(block: Block) -> bool:
    """Tell whether nothing in a block shows."""
    if isinstance(block, Leaf):
        return not any(map(visible, block.tokens))
    return not isinstance(block, Code) and block.tag != "hr" and all(map(is_blank, block.kids))
