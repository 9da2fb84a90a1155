"""The document as its Markdown will have it: blocks, and leaves that hold lines of tokens.

Both sources build it, the lxml tree of the normal form and the tree of any HTML, so that
the handlers behind it meet one shape: formats never reach over the border of a block,
white space is collapsed and stands outside of formats, and nothing is nested deeper than
`DEEPEST`, which lets the handlers call each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

#: Blocks in blocks; deeper ones dissolve into their content.
DEEPEST: Final = 100
#: Formats in formats, as in the normal form: each is written anew in every block inside it.
MOST_FORMATS: Final = 30

Attributes: TypeAlias = Mapping[str, str | None]
#: Those of an element that has none.
NONE: Final[Attributes] = {}


class Block:
    """A block. `kids` holds blocks; in a leaf, tokens; in a `pre`, its text."""

    __slots__ = ("attributes", "kids", "tag")

    def __init__(self, tag: str, attributes: Attributes) -> None:
        self.tag = tag
        self.attributes = attributes
        self.kids: list[Block] = []


_NO_KIDS: Final[list[Block]] = []  # shared, as most blocks are leaves; nothing is added


class Leaf(Block):
    """A block of one line of tokens. The tag `bare` is phrasing that no `p` is around."""

    __slots__ = ("tokens",)

    def __init__(self, tag: str, attributes: Attributes, tokens: list[Token]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.kids = _NO_KIDS
        self.tokens = tokens


class Code(Block):
    """A block of code; the language is empty when none is named."""

    __slots__ = ("language", "text")

    def __init__(self, text: str, language: str) -> None:
        super().__init__("pre", {})
        self.text = text
        self.language = language


class Mark:
    """A format around tokens, such as `em` or a link; `used` once something is in it."""

    __slots__ = ("attributes", "tag", "used")

    def __init__(self, tag: str, attributes: Attributes) -> None:
        self.tag = tag
        self.attributes = attributes
        self.used = False


#: Kinds of tokens that are no text, with what stands behind the kind.
OPEN: Final = 1  # a Mark
CLOSE: Final = 2  # the same Mark
CODE: Final = 3  # the code's text
IMAGE: Final = 4  # the image's attributes
BREAK: Final = 5  # None
RAW: Final = 6  # HTML, on one line
BOX: Final = 7  # whether a task's box is checked
ANCHOR: Final = 8  # the id of a place that links may lead to
NOTE: Final = 9  # the label of a footnote
FORMULA: Final = 10  # (TeX, whether it is displayed, MathML)

Token: TypeAlias = str | tuple[int, object]


class Document(NamedTuple):
    """What was read: the blocks, the ids that links lead to, and the lines with such links."""

    body: Block
    linked: frozenset[str]
    inward: list[list[Token]]


def visible(token: Token) -> bool:
    """Tell whether a token shows something; an anchor does not."""
    return not (type(token) is tuple and token[0] == ANCHOR)


def SKIP() -> None:  # noqa: N802  # stands for an end, and is compared with one
    """Returned for an element whose content is not entered."""
