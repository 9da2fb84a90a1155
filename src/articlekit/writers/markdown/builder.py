"""Build the document from starts, ends and texts in the order of the source."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from articlekit.vocabulary import FLOW, MISSING_PARENT, MIXED, PARENTS, WRAPPER
from articlekit.writers.markdown.tree import (
    ANCHOR,
    BREAK,
    CLOSE,
    CODE,
    DEEPEST,
    MOST_FORMATS,
    NONE,
    OPEN,
    Attributes,
    Block,
    Document,
    Leaf,
    Mark,
    Token,
)
from articlekit.writers.markdown.verbatim import Verbatim

End: TypeAlias = Callable[[], None]

#: White space as HTML has it.
SPACES: Final = re.compile(r"[ \t\n\r\f]+")
_ENDS: Final = re.compile(r"\r\n?|[\n\t\f]")
_IMPLIED: Final[Attributes] = {"": ""}


class Builder:
    """Holds the open blocks, the line being filled, and the formats open in it.

    White space and opened formats wait until something visible follows, so that a format
    never begins or ends with a space and never is empty.
    """

    def __init__(self) -> None:
        self.body = Block("body", {})
        self.blocks = [self.body]
        self.depths: list[int] = []
        self.formats: list[Mark] = []
        self.linked: set[str] = set()
        self.inward: list[list[Token]] = []  # the lines that have links within the document
        self.tokens: list[Token] | None = None
        self.explicit = False  # whether a `p` of the source is open
        self.waiting: list[Mark] = []
        # Parsers open a link anew that a block has ended; nothing may be left for the copy.
        self.last_link: str | None = None
        self.anchors: list[str] = []
        self.breaks = 0
        self.space = False
        # Where text goes as it is, in code; and the code span or the `pre` that it is of.
        self.raw: list[str] | None = None
        self.code_mark: Mark | None = None
        self.verbatim: Verbatim | None = None

    # text

    def text(self, text: str) -> None:
        """Add text, its white space collapsed as HTML shows it."""
        if self.raw is not None:
            self.raw.append(text)
            return
        if text == "\n":
            self.space = True
            return
        if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
            text = SPACES.sub(" ", text)
        if text == " " or not text:
            self.space = self.space or text == " "
            return
        if text[0] == " ":
            self.space = True
            text = text[1:]
        trailing = text[-1] == " "
        if trailing:
            text = text[:-1]
        tokens = self.tokens
        if tokens is None or self.breaks or self.waiting or self.anchors:
            tokens = self.begin()
        elif self.space and tokens:
            text = f" {text}"
        tokens.append(text)
        self.space = trailing

    def line_break(self) -> None:
        """Break the line, if something follows on the next."""
        if self.tokens is not None:
            self.breaks += 1
            self.space = False

    def begin(self) -> list[Token]:
        """Return the line to add something visible to, with all that waited before it."""
        tokens = self.tokens
        if tokens is None:
            tokens = self.tokens = self._open_leaf()
        elif self.breaks:
            tokens.extend([(BREAK, None)] * self.breaks)
        elif self.space and tokens:
            if isinstance(last := tokens[-1], str):
                tokens[-1] = f"{last} "
            else:
                tokens.append(" ")
        self.breaks = 0
        self.space = False
        if self.anchors:
            tokens.extend((ANCHOR, name) for name in self.anchors)
            self.anchors = []
        if self.waiting:
            for mark in self.waiting:
                mark.used = True
                tokens.append((OPEN, mark))
            self.waiting = []
        return tokens

    # formats

    def open_format(self, mark: Mark) -> None:
        self.formats.append(mark)
        if len(self.formats) <= MOST_FORMATS:
            self.waiting.append(mark)

    def close_format(self) -> None:
        mark = self.formats.pop()
        if len(self.formats) >= MOST_FORMATS:
            return
        if self.waiting and self.waiting[-1] is mark:
            href = mark.attributes.get("href") if mark.tag == "a" and not mark.used else None
            if href is None or href == self.last_link:
                self.waiting.pop()
                return
            self.begin()  # a link without text is one nevertheless
        tokens = self.tokens
        if tokens is None:
            return
        tokens.append((CLOSE, mark))
        if mark.tag == "a":
            href = self.last_link = mark.attributes.get("href")
            if href is not None and href[:1] == "#":
                self.inward.append(tokens)

    def open_code(self, mark: Mark) -> None:
        """Begin a code span; it stays one while only text comes."""
        self.raw, self.code_mark = [], mark

    def spill_code(self) -> None:
        """Make the open code span a format, as it holds more than text."""
        if self.raw is not None and self.code_mark is not None:
            parts, mark = self.raw, self.code_mark
            self.raw = self.code_mark = None
            self.open_format(mark)
            self.text("".join(parts))

    def close_code(self, mark: Mark) -> None:
        if self.raw is None or self.code_mark is not mark:
            self.close_format()
            return
        text = "".join(self.raw)
        if "\n" in text or "\t" in text or "\r" in text or "\f" in text:
            text = _ENDS.sub(" ", text)
        self.raw = self.code_mark = None
        if text:
            self.begin().append((CODE, text))

    def open_verbatim(self, language: str) -> Verbatim:
        """Begin a `pre`."""
        self.end_leaf()
        self.verbatim = Verbatim(language)
        self.raw = self.verbatim.parts
        return self.verbatim

    def close_verbatim(self) -> None:
        verbatim = self.verbatim
        self.raw = self.verbatim = None
        if verbatim is not None:
            self.append(verbatim.block())
            for image in verbatim.images:
                self.begin().append(image)
            self.end_leaf()

    # blocks

    def start_block(self, tag: str, attributes: Attributes) -> End:
        """Open a container or a leaf; return what ends it."""
        if self.tokens is not None:
            self.end_leaf()
        if tag == "p":
            self.explicit = True
            return self.end_leaf
        self.explicit = False
        parent = self.blocks[-1]
        if parent.tag not in PARENTS.get(tag, HOLDERS) or len(self.blocks) > DEEPEST:
            found = self._parent_for(tag)
            if found is None:
                return self.end_leaf
            parent = found
        if tag in _LEAF_TAGS:
            leaf = Leaf(tag, attributes, [])
            parent.kids.append(leaf)
            self.tokens = leaf.tokens
            return self.end_leaf
        block = Block(tag, attributes)
        parent.kids.append(block)
        self.depths.append(len(self.blocks))
        self.blocks.append(block)
        return self.end_block

    def end_block(self) -> None:
        """End the innermost container, and what was implied in it."""
        if self.tokens is not None and self.formats:
            self.end_leaf()
        self.tokens = None
        self.explicit = self.space = False
        self.breaks = 0
        if self.anchors and self.blocks[-1].tag not in WRAPPER:
            self.flush_anchors()
        del self.blocks[self.depths.pop() :]

    def end_leaf(self) -> None:
        """End the line; formats open in it wait to open again in the next."""
        tokens = self.tokens
        if tokens is not None and self.formats:
            held = self.formats[:MOST_FORMATS]
            for mark in reversed(held[: len(held) - len(self.waiting)]):
                tokens.append((CLOSE, mark))
            self.waiting = held
        self.tokens = None
        self.explicit = self.space = False
        self.breaks = 0

    def append(self, block: Block) -> None:
        """Add a block that is whole: a rule, or code."""
        self.end_leaf()
        self.flush_anchors()
        self.container().kids.append(block)

    def flush_anchors(self) -> None:
        """Give places that nothing in the same block follows a paragraph of their own."""
        if self.anchors:
            names, self.anchors = self.anchors, []
            self.container().kids.append(Leaf("p", {}, [(ANCHOR, name) for name in names]))

    def finish(self) -> Document:
        """End all that is open."""
        self.end_leaf()
        del self.blocks[1:]
        self.flush_anchors()
        return Document(self.body, frozenset(self.linked), self.inward)

    def container(self) -> Block:
        """The open block that can hold a paragraph; one is made where none can."""
        while self.blocks[-1].attributes is _IMPLIED and self.blocks[-1].tag in ("ul", "dl"):
            self.blocks.pop()
        while wanted := WRAPPER.get(self.blocks[-1].tag):
            kids = self.blocks[-1].kids
            if not (kids and kids[-1].tag == wanted and not isinstance(kids[-1], Leaf)):
                kids.append(Block(wanted, _IMPLIED))
            self.blocks.append(kids[-1])
        return self.blocks[-1]

    def _open_leaf(self) -> list[Token]:
        parent = self.blocks[-1]
        if parent.tag not in HOLDERS:
            parent = self.container()
        is_bare = not self.explicit and (
            parent.tag not in MIXED or not parent.kids or parent.kids[-1].tag in _CLOSED
        )
        leaf = Leaf("bare" if is_bare else "p", NONE, [])
        parent.kids.append(leaf)
        return leaf.tokens

    def _parent_for(self, tag: str) -> Block | None:
        """The block that is to hold this one, or None when it dissolves."""
        parents = PARENTS.get(tag)
        if parents is None:
            return self.container() if len(self.blocks) <= DEEPEST else None
        opened = self.blocks
        while opened[-1].attributes is _IMPLIED and opened[-1].tag not in parents:
            opened.pop()
        if opened[-1].tag not in parents:
            missing = MISSING_PARENT.get(tag)
            if missing is None or len(opened) > DEEPEST:
                return None
            implied = Block(missing, _IMPLIED)
            self.container().kids.append(implied)
            opened.append(implied)
        return opened[-1]


#: Blocks that phrasing can stand in.
HOLDERS: Final = FLOW | MIXED
#: Blocks that phrasing may follow without becoming a part of them.
_CLOSED: Final = frozenset("h1 h2 h3 h4 h5 h6 pre hr".split())
_LEAF_TAGS: Final = frozenset("h1 h2 h3 h4 h5 h6 dt summary caption".split())
