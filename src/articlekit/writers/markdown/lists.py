"""Lists: bullets and numbers, loose and tight, tasks, definitions (CommonMark 5.2 to 5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from articlekit.writers.markdown.inline import phrase
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tree import BOX, Block, Leaf
from articlekit.writers.markdown.written import (
    Place,
    WriteBlocks,
    Written,
    indented,
    joined,
    write_html,
)

# Item numbers have at most nine digits.
_MOST: Final = 999_999_999
#: A line that ends what is before it, for where a blank line would make a list loose.
_BORDER: Final = "\n<!-- -->\n"


def write_list(manner: Manner, block: Block, place: Place, write: WriteBlocks) -> list[Written]:
    """Write a list, as HTML where its numbers or its items have no other form."""
    start = _first_number(block)
    if start is None:
        return write_html(manner, block)
    marker = _marker(manner, block.tag, place)
    items = [_item(manner, item, Place(True, True, marker), write) for item in block.kids]
    is_loose = _is_loose(block)
    written = []
    for number, item in enumerate(items, start):
        text = joined(item) if is_loose else _tightly(item)
        if text is None:
            return write_html(manner, block)
        sign = marker if block.tag == "ul" else f"{number}{marker}"
        written.append(indented(text, f"{sign} "))
    return [Written("list", ("\n\n" if is_loose else "\n").join(written), marker)]


def _first_number(block: Block) -> int | None:
    """The number that a list begins with, or None when Markdown cannot number it so."""
    if block.tag == "ul":
        return 1
    attributes = block.attributes
    if "reversed" in attributes or attributes.get("type") not in (None, "", "1"):
        return None
    start = _number(attributes.get("start"), 1)
    for number, item in enumerate(block.kids, start):
        if _number(item.attributes.get("value"), number) != number:
            return None
    return start if 0 <= start <= _MOST - len(block.kids) else None


def _number(text: str | None, default: int) -> int:
    try:
        return default if text is None else int(text)
    except ValueError:
        return default


def _marker(manner: Manner, tag: str, place: Place) -> str:
    """What begins the items: another sign than that of a list right before or around it."""
    signs = [manner.options.bullet, *"-*+"] if tag == "ul" else [".", ")"]
    return next(sign for sign in signs if sign != place.marker)


def _item(manner: Manner, item: Block, place: Place, write: WriteBlocks) -> list[Written]:
    kids = list(item.kids)
    task = _task(manner, kids) if manner.says.tasks else ""
    written = write(manner, kids, place)
    if task:
        written[0] = Written("text", task + written[0].text)
    return written


def _task(manner: Manner, kids: list[Block]) -> str:
    """Take a box that text follows off an item's first line; return it as GFM 5.3 writes it."""
    first = kids[0] if kids else None
    if not isinstance(first, Leaf) or len(first.tokens) == 1 or not first.tokens:
        return ""
    box = first.tokens[0]
    if not (type(box) is tuple and box[0] == BOX):
        return ""
    tokens = first.tokens[1:]
    if type(second := tokens[0]) is str:
        tokens = [second.lstrip(" "), *tokens[1:]] if second.strip(" ") else tokens[1:]
    if not phrase(tokens, manner):
        return ""
    kids[0] = Leaf(first.tag, first.attributes, tokens)
    return "[x] " if box[1] else "[ ] "


def _is_loose(block: Block) -> bool:
    """Tell whether paragraphs of the items are paragraphs.

    One paragraph alone in a list of one item is not, as no blank line could say so.
    """
    if len(block.kids) == 1 and len(block.kids[0].kids) == 1:
        return False
    return any(kid.tag == "p" for item in block.kids for kid in item.kids)


def _tightly(item: Sequence[Written]) -> str | None:
    """Join an item's blocks without a blank line, or return None when none may follow another."""
    if len(item) == 1:
        return item[0].text
    parts: list[str] = []
    last: Written | None = None
    for each in item:
        if last is not None:
            border = _border(last, each)
            if border is None:
                return None
            parts.append(border)
        parts.append(each.text)
        last = each
    return "".join(parts)


def _border(before: Written, after: Written) -> str | None:
    """What parts two blocks of a tight item; None when only a blank line does."""
    if before.kind == "html":
        return None
    if before.kind == "table":
        return _BORDER
    if before.kind in ("heading", "code", "rule"):
        return "\n"
    # A paragraph may be open: what cannot interrupt it would become its text.
    if after.kind == "list":
        first = after.text.partition("\n")[0].split(" ")
        interrupts = len(first) > 1 and (first[0] in "-*+" or first[0][:-1] == "1")
        return "\n" if interrupts else _BORDER
    if after.kind == "table" or before.kind == after.kind == "quote":
        return _BORDER
    return "\n"


def write_definitions(
    manner: Manner, block: Block, place: Place, write: WriteBlocks
) -> list[Written]:
    """Write terms and their definitions, as HTML where the dialect has no such lists."""
    if not manner.says.definition_lists or place.in_item:
        return write_html(manner, block)
    groups: list[str] = []
    terms = 0
    for kid in block.kids:
        if isinstance(kid, Leaf):
            text = phrase(kid.tokens, manner, lines=False)
            if terms and manner.says.attributes:  # pandoc has one term to a definition
                return write_html(manner, block)
            groups.append(manner.escaper.line_start(text))
            terms += 1
        else:
            inside = write(manner, kid.kids, Place(True, True))
            text = joined(inside)
            is_loose = any(each.tag == "p" for each in kid.kids)
            groups[-1:] = (
                [f"{groups[-1]}{chr(10) * (1 + is_loose)}{indented(text, ':   ')}"]
                if (groups)
                else [text]
            )
            terms = 0
        if not text:
            return write_html(manner, block)
    return [Written("text", "\n\n".join(groups))]
