"""Quotes, and elements that are written as their tags around Markdown (CommonMark 4.6, 5.1)."""

from __future__ import annotations

from collections.abc import Iterable

from articlekit.writers.markdown import raw
from articlekit.writers.markdown.inline import phrase
from articlekit.writers.markdown.leaves import lone_image
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tree import NOTE, Block, Leaf
from articlekit.writers.markdown.written import (
    TOP,
    Place,
    WriteBlocks,
    Written,
    joined,
    write_html,
)


def write_quote(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    inside = Place(is_first=place.is_first, in_item=place.in_item)
    text = joined(write(manner, block.kids, inside))
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


def write_figure(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    """A figure with a caption is HTML; one without is what it holds."""
    if not any(kid.tag == "figcaption" for kid in block.kids):
        return write(manner, block.kids, place)
    text = "" if place.in_item or not manner.says.figures else _captioned_image(manner, block)
    return [Written("text", text)] if text else _around(manner, block, place, write)


def _captioned_image(manner: Manner, figure: Block) -> str:
    """A figure as an image alone in a paragraph, as pandoc has it; "" for one that is more.

    Its caption is a line, and brackets in it might end it.
    """
    image, *captions = figure.kids
    shown = lone_image(image)
    if shown is None or [kid.tag for kid in captions] != ["figcaption"]:
        return ""
    (caption,) = captions
    if [kid.tag for kid in caption.kids] != ["bare"] or not isinstance(caption.kids[0], Leaf):
        return ""
    tokens = caption.kids[0].tokens
    if any(set("[]") & set(token) if type(token) is str else token[0] == NOTE for token in tokens):
        return ""
    return manner.figure(shown, phrase(tokens, manner, lines=False))


def write_caption(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    return write_html(manner, block)


def write_details(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    return _around(manner, block, place, write)


def write_division(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    """A part in another language or direction."""
    if not manner.says.attributes or place.in_item:
        return _around(manner, block, place, write)
    told = " ".join(f'{key}="{value}"' for key, value in block.attributes.items())
    return [Written("text", f"::: {{{told}}}\n\n{joined(write(manner, block.kids))}\n\n:::")]


def _around(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    """Write an element's tags as HTML and what is in it as Markdown between blank lines."""
    if place.in_item or not manner.says.markdown_in_html or not block.kids:
        return write_html(manner, block)
    parts: list[str] = []
    was_html = True
    start = [raw.start_tag(block.tag, block.attributes)]
    for written, is_own in _parts(manner, block, write):
        parts.append("\n" if was_html and is_own else "\n\n")
        parts.append(written)
        was_html = is_own
    end = "\n" if was_html else "\n\n"
    return [Written("html", "".join([*start, *parts, end, f"</{block.tag}>"]))]


def _parts(manner: Manner, block: Block, write: WriteBlocks) -> Iterable[tuple[str, bool]]:
    """What a block holds, each with whether it is a line of the HTML around it."""
    here = TOP
    for kid in block.kids:
        if kid.tag in ("summary", "figcaption"):
            yield write_html(manner, kid)[0].text, True
            continue
        for each in write(manner, [kid], here):
            yield each.text, False
            here = Place(marker=each.marker)
