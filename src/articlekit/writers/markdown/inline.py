"""A leaf's tokens to a line of Markdown (CommonMark section 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from articlekit.writers.markdown import raw
from articlekit.writers.markdown.emphasis import STARS, Delimiter, Emphasis, Piece, resolve
from articlekit.writers.markdown.escape import EDGES, code_span, edge
from articlekit.writers.markdown.links import autolink
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tree import (
    ANCHOR,
    BOX,
    BREAK,
    CLOSE,
    CODE,
    FORMULA,
    IMAGE,
    NOTE,
    OPEN,
    RAW,
    Attributes,
    Mark,
    Token,
)
from articlekit.writers.markdown.wrap import wrap_line

#: How a hard break is written where a line may end; elsewhere it is `<br>`.
HARD_BREAK: Final = "\\\n"
_SCRIPTS: Final = {"sub": "~", "sup": "^"}


def phrase(tokens: Sequence[Token], manner: Manner, *, lines: bool = True) -> str:
    """Return Markdown for a leaf's tokens; `lines` tells whether it may have several lines."""
    first = tokens[0] if len(tokens) == 1 else None
    if type(first) is str and not manner.escaper.any(first):  # as most lines are
        text = first
    else:
        text = _written(tokens, manner, lines)
    if not text:
        return text
    if text[0] in EDGES or text[-1] in EDGES:
        text = edge(text)
    if not lines:
        return text
    if manner.wrap is not None:
        text = wrap_line(text, manner.wrap)
    if "\n" in text:
        return "\n".join([manner.escaper.line_start(line) for line in text.split("\n")])
    return manner.escaper.line_start(text) if text[0] in manner.escaper.first else text


def _written(tokens: Sequence[Token], manner: Manner, lines: bool) -> str:
    """The line as it stands where no line begins or ends."""
    if len(tokens) > 1:
        first = tokens[0]
        if type(first) is tuple and first[0] == ANCHOR:
            tokens = _without_anchor(tokens, manner)
    if len(tokens) == 1:
        if type(first := tokens[0]) is str:
            return manner.escaper.in_leaf(first, tokens)
        if first[0] == CODE:
            return code_span(str(first[1]))
    return _Line(manner, tokens, lines).written() if tokens else ""


def _without_anchor(tokens: Sequence[Token], manner: Manner) -> Sequence[Token]:
    """Leave out a place before the text, as headings have it, that no link leads to."""
    name = cast("tuple[int, str]", tokens[0])[1]
    return tokens if name in manner.linked else tokens[1:]


class _Line:
    """Goes through tokens and collects pieces: text that is settled, and delimiters."""

    __slots__ = (
        "found",
        "has_delimiters",
        "html_links",
        "is_plain",
        "line_break",
        "links",
        "manner",
        "opened",
        "text_end",
        "tokens",
    )

    def __init__(self, manner: Manner, tokens: Sequence[Token], lines: bool) -> None:
        self.manner = manner
        self.tokens = tokens
        self.line_break = HARD_BREAK if lines else "<br>"
        self.is_plain = False  # whether nothing in its texts can need a backslash
        self.links = 0
        self.html_links: set[Mark] = set()
        self.opened: list[Emphasis] = []
        self.found: list[Piece] = []
        self.has_delimiters = False
        self.text_end = -1  # where the last text ends among what is found

    def written(self) -> str:
        """The line, with every delimiter chosen."""
        self.collect()
        if not self.has_delimiters:
            return "".join(cast("list[str]", self.found))
        resolve(self.found, self.manner.says.low_lines)
        return "".join(map(str, self.found))

    def collect(self) -> None:
        tokens, found, manner = self.tokens, self.found, self.manner
        delimited, written, scripts = manner.delimited, manner.format, manner.says.subscripts
        # One look at all texts takes less time than one at each.
        is_plain = not manner.escaper.any("".join([t for t in tokens if type(t) is str]))
        self.is_plain = is_plain
        index, count = 0, len(tokens)
        while index < count:
            token = tokens[index]
            if isinstance(token, str):
                if index + 1 < count and type(tokens[index + 1]) is str:
                    token, index = _run(tokens, index)
                found.append(token if is_plain else self.escaped(token))
                self.text_end = len(found)
            else:
                kind, value = token
                if isinstance(value, Mark):
                    tag = value.tag
                    if tag in delimited:
                        index += self.emphasis(index, value, kind == OPEN)
                    elif tag == "a":
                        index += self.link(index, value, kind == OPEN)
                    elif scripts and kind == OPEN and (script := self.script(index, value)):
                        found.append(script)
                        index += 2
                    else:
                        sign = written(value, kind == OPEN)
                        # A format in brackets holds brackets as a link does.
                        self.links += (sign == "[") - (sign[0] == "]")
                        found.append(sign)
                else:
                    _ATOMS[kind](self, value)
            index += 1

    def escaped(self, text: str, *, in_link: bool = False) -> str:
        if self.is_plain:
            return text
        return self.manner.escaper.in_leaf(text, self.tokens, in_link or self.links > 0)

    def emphasis(self, index: int, mark: Mark, is_open: bool) -> int:
        """Begin or end an element of emphasis; return how many more tokens are dealt with."""
        if not is_open:
            self.found.append(Delimiter(self.opened.pop(), False))
            return 0
        if not self.opened and (text := self.plain_emphasis(index, mark)):
            self.found.append(text)
            return 2
        element = Emphasis(mark.tag)
        self.opened.append(element)
        self.has_delimiters = True
        self.found.append(Delimiter(element, True))
        return 0

    def plain_emphasis(self, index: int, mark: Mark) -> str | None:
        """Emphasis in text and around text, with letters at its ends: there stars always flank."""
        tokens, end = self.tokens, index + 2
        text = tokens[index + 1]
        if type(text) is not str or not (text[0].isalnum() and text[-1].isalnum()):
            return None
        if tokens[end] != (CLOSE, mark) or (index and type(tokens[index - 1]) is not str):
            return None
        if end + 1 < len(tokens) and type(tokens[end + 1]) is not str:
            return None
        sign = STARS[mark.tag]
        return f"{sign}{self.escaped(text)}{sign}"

    def link(self, index: int, mark: Mark, is_open: bool) -> int:
        """Begin or end a link; return how many more tokens are dealt with."""
        if not is_open:
            self.found.append(self.link_end(mark))
            return 0
        tokens = self.tokens
        text = tokens[index + 1]
        is_plain = type(text) is str and tokens[index + 2] == (CLOSE, mark)
        if is_plain and (alone := self.alone(mark.attributes, str(text))):
            self.found.append(alone)
            return 2
        if self.as_html(text, mark):
            self.html_links.add(mark)
            self.found.append(raw.start_tag("a", {**mark.attributes, "id": None}))
            return 0
        self.no_image()
        if is_plain:
            written = self.escaped(str(text), in_link=True)
            self.found.append(f"[{written}{self.manner.link_end(mark.attributes)}")
            return 2
        self.links += 1
        self.found.append("[")
        return 0

    def link_end(self, mark: Mark) -> str:
        if mark in self.html_links:
            return "</a>"
        self.links -= 1
        return self.manner.link_end(mark.attributes)

    def alone(self, attributes: Attributes, text: str) -> str | None:
        """A link that can be written without its text, which is all that is in it."""
        wiki = self.manner.wikilink(attributes, text) if self.manner.says.wikilinks else None
        if wiki is not None or attributes.get("title"):
            return wiki
        return autolink(attributes.get("href") or "", text)

    def as_html(self, text: Token, mark: Mark) -> bool:
        """Tell whether a link is a tag: without text, or with signs that renderers change."""
        href = mark.attributes.get("href") or ""
        return "`" in href or "\\" in href or text == (CLOSE, mark)

    def script(self, index: int, mark: Mark) -> str | None:
        """A word below or above the line between pandoc's signs, which allow no spaces."""
        sign = _SCRIPTS.get(mark.tag)
        inside = self.tokens[index + 1 : index + 3]
        if sign is None or len(inside) < 2 or inside[1] != (CLOSE, mark):
            return None
        text = inside[0]
        if type(text) is not str or any(char.isspace() for char in text):
            return None
        return f"{sign}{self.manner.escaper.pairs(self.manner.escaper.text(text))}{sign}"

    def no_image(self) -> None:
        """Escape what would make the bracket behind it an image's, or a reference's."""
        if not self.found or self.text_end != len(self.found):
            return
        last = str(self.found[-1])
        if last[-1] in "!]" and last[-2:-1] != "\\":
            self.found[-1] = f"{last[:-1]}\\{last[-1]}"

    def code(self, text: Any) -> None:
        last = self.found[-1] if self.found else ""
        if isinstance(last, str) and last.endswith("`") and not last.endswith("\\`"):
            # The ticks of two spans would be one run.
            escaper = self.manner.escaper
            self.found.append(f"<code>{escaper.pairs(escaper.text(text, True))}</code>")
        else:
            self.found.append(code_span(text))

    def image(self, attributes: Any) -> None:
        alt = " ".join((attributes.get("alt") or "").split())
        alt = self.manner.escaper.in_leaf(alt, self.tokens, True)
        self.found.append(self.manner.image(attributes, alt))

    def line_end(self, _: Any) -> None:
        self.found.append(self.line_break)

    def raw(self, markup: Any) -> None:
        self.found.append(markup)

    def box(self, checked: Any) -> None:
        self.found.append(raw.box(checked))

    def anchor(self, name: Any) -> None:
        if name in self.manner.linked:
            self.found.append(self.manner.anchor(name))

    def note(self, label: Any) -> None:
        self.no_image()
        self.found.append(f"[^{label}]")

    def formula(self, value: Any) -> None:
        tex, is_display, markup = value
        self.found.append(self.manner.formula(tex, is_display, markup))


def _run(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """The texts that stand together from `index` on, as one, and the place of the last."""
    parts = []
    while index < len(tokens) and type(text := tokens[index]) is str:
        parts.append(text)
        index += 1
    return "".join(parts), index - 1


_ATOMS: Final[dict[int, Callable[[_Line, Any], None]]] = {
    CODE: _Line.code,
    IMAGE: _Line.image,
    BREAK: _Line.line_end,
    RAW: _Line.raw,
    BOX: _Line.box,
    ANCHOR: _Line.anchor,
    NOTE: _Line.note,
    FORMULA: _Line.formula,
}
