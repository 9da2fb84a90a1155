"""What a handler of blocks gets and gives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from articlekit.writers.markdown import raw
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tree import Block


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


class WriteBlocks(Protocol):
    """Writes blocks that follow each other in one container; handlers of containers get it."""

    def __call__(
        self, manner: Manner, kids: Iterable[Block], place: Place = TOP
    ) -> list[Written]: ...


class Handler(Protocol):
    """Writes a block of one kind."""

    def __call__(
        self, manner: Manner, block: Block, place: Place, write: WriteBlocks
    ) -> list[Written]: ...


def joined(written: Iterable[Written]) -> str:
    """Join blocks with blank lines between them."""
    return "\n\n".join([each.text for each in written])


def indented(text: str, first: str) -> str:
    """Put `first` before the first line, and as many spaces before the others."""
    if "\n" not in text:
        return f"{first}{text}" if text else first.rstrip(" ")
    lines = text.split("\n")
    indent = " " * len(first)
    rest = [f"{indent}{line}" if line else "" for line in lines[1:]]
    return "\n".join([f"{first}{lines[0]}".rstrip(" "), *rest])


def write_html(manner: Manner, block: Block) -> list[Written]:
    """Write a block as HTML."""
    text = raw.block(block, manner.linked)
    if manner.says.markdown_in_tags:
        text = _SIGNS.sub(lambda found: found[1] or f"&#{ord(found[2])};", text)
    return [Written("html", text)]


# Tags, and what between them would be read as Markdown.
_SIGNS: Final = re.compile(r"(<[^>]*>)|([*_`$~^\\\[\]{}@])")
