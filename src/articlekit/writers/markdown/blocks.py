"""Blocks to Markdown, a handler for each (CommonMark sections 4 and 5).

Handlers of containers call back; the document is never deeper than `tree.DEEPEST`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from articlekit.writers.markdown.containers import (
    write_caption,
    write_details,
    write_division,
    write_figure,
    write_quote,
)
from articlekit.writers.markdown.inline import phrase
from articlekit.writers.markdown.leaves import (
    write_bare,
    write_code,
    write_heading,
    write_paragraph,
    write_rule,
    written,
)
from articlekit.writers.markdown.lists import write_definitions, write_list
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tables import write_table
from articlekit.writers.markdown.tree import Block, Leaf
from articlekit.writers.markdown.written import TOP, Handler, Place, Written


def write_blocks(manner: Manner, kids: Iterable[Block], place: Place = TOP) -> list[Written]:
    """Write blocks that follow each other in one container."""
    found: list[Written] = []
    here = place
    for kid in kids:
        if kid.tag == "p" and isinstance(kid, Leaf):  # what most blocks are
            text = phrase(kid.tokens, manner)
            if text:
                found.append(
                    Written("text", text) if text[0] not in "<!" else written(manner, kid, text)
                )
                here = _LATER[place[0]]
            continue
        for each in HANDLERS[kid.tag](manner, kid, here, write_blocks):
            if each.text:
                found.append(each)
                here = Place(place.in_item, False, each.marker) if each.marker else _LATER[place[0]]
    return found


_LATER: Final = (TOP, Place(in_item=True))


HANDLERS: Final[dict[str, Handler]] = {
    "p": write_paragraph,
    "bare": write_bare,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), write_heading),
    "hr": write_rule,
    "pre": write_code,
    "blockquote": write_quote,
    "ul": write_list,
    "ol": write_list,
    "dl": write_definitions,
    "table": write_table,
    "figure": write_figure,
    "figcaption": write_caption,
    "details": write_details,
    "summary": write_caption,
    "div": write_division,
}
