"""Footnotes: references and notes that lead to each other become `[^1]`.

A note is an item of a list or a paragraph, right in the document, that a short mark leads
to and that holds a link back to that mark, which is what every kind of footnote shares.
"""

from __future__ import annotations

import re
from typing import Final

from articlekit.writers.markdown.blocks import write_blocks
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.tree import (
    ANCHOR,
    CLOSE,
    NOTE,
    OPEN,
    Block,
    Document,
    Leaf,
    Mark,
    Token,
)
from articlekit.writers.markdown.written import Place, indented, joined

# A reference is a mark like "12", "[3]", "注1" or "†", in characters; longer ones are prose.
_LONGEST_MARK: Final = 8
_LABEL: Final = re.compile(r"[\w.-]+")


class Notes:
    """A file's footnotes by label, in the order that they are referred to."""

    def __init__(self) -> None:
        self.blocks: dict[str, list[Block]] = {}

    def label(self, mark: str) -> str:
        """Return a label that no other note of the file has, the mark itself if it can be one."""
        found = _LABEL.search(mark)
        label = found[0] if found else str(len(self.blocks) + 1)
        count = len(self.blocks)
        while label in self.blocks:
            count += 1
            label = str(count)
        return label

    def written(self, manner: Manner) -> str:
        """Return the notes, each with what is behind its first line indented by four."""
        lines = []
        for label, kids in self.blocks.items():
            text = joined(write_blocks(manner, kids, Place(in_item=True)))
            first, *rest = indented(text, "    ").removeprefix("    ").split("\n")
            lines.append("\n".join([f"[^{label}]: {first}", *rest]))
        return "\n\n".join(lines)


class _Reference:
    """A mark in a line: the tokens from `start` to `end`, and where it leads."""

    __slots__ = ("end", "names", "start", "target", "text", "tokens")

    def __init__(self, tokens: list[Token], start: int, end: int, target: str, text: str) -> None:
        self.tokens, self.start, self.end = tokens, start, end
        self.target, self.text = target, text
        self.names: set[str] = set()


def take_notes(document: Document, notes: Notes) -> None:
    """Move the document's footnotes into `notes`, and put labels where they are referred to."""
    body = document.body
    places = {name: at for name, at in _places(body).items() if name in document.linked}
    if not places:
        return
    lines = {id(tokens): tokens for tokens in document.inward}.values()
    references = [each for line in lines for each in _references(line) if each.target in places]
    taken: dict[str, str] = {}
    found: list[tuple[_Reference, str]] = []
    for reference in references:
        target = reference.target
        if target not in taken:
            if not _links_back(places[target][1], reference):
                continue
            taken[target] = notes.label(reference.text)
            notes.blocks[taken[target]] = []
        found.append((reference, taken[target]))
    back = {name for reference, _ in found for name in reference.names}
    for target, label in taken.items():
        notes.blocks[label] = _content(places[target][1], target, back)
    _replace(found)
    for target in taken:
        holder, note = places[target]
        holder.kids.remove(note)
    _drop_empty_lists(body, {id(places[target][0]) for target in taken})


def _places(body: Block) -> dict[str, tuple[Block, Block]]:
    """Paragraphs and items right in the document by their ids, each with what holds it."""
    found: dict[str, tuple[Block, Block]] = {}
    for block in body.kids:
        items = block.kids if block.tag in ("ol", "ul") else [block]
        holder = block if block.tag in ("ol", "ul") else body
        for item in items:
            if item.tag in ("li", "p"):
                for name in _leading_names(item):
                    found[name] = (holder, item)
    return found


def _leading_names(block: Block) -> list[str]:
    """The ids that stand at a block's beginning."""
    while not isinstance(block, Leaf):
        if not block.kids:
            return []
        block = block.kids[0]
    names = []
    for token in block.tokens:
        if type(token) is tuple and token[0] == ANCHOR:
            names.append(str(token[1]))
        elif type(token) is not tuple or token[0] != OPEN:
            break
    return names


def _leaves(block: Block) -> list[Leaf]:
    if isinstance(block, Leaf):
        return [block]
    return [leaf for kid in block.kids for leaf in _leaves(kid)]


def _references(tokens: list[Token]) -> list[_Reference]:
    """The links in a line that could be a note's: to an id, with a short text."""
    found = []
    for index, token in enumerate(tokens):
        mark = token[1] if type(token) is tuple and token[0] == OPEN else None
        if not isinstance(mark, Mark) or mark.tag != "a":
            continue
        href = mark.attributes.get("href")
        end = _end(tokens, index, mark)
        if not href or href[0] != "#" or end is None:
            continue
        inside = tokens[index + 1 : end]
        text = "".join([str(each) for each in inside if type(each) is str]).strip()
        if not text or len(text) > _LONGEST_MARK:
            continue
        reference = _Reference(tokens, index, end, href[1:], text)
        _widen(reference)
        found.append(reference)
    return found


def _end(tokens: list[Token], start: int, mark: Mark) -> int | None:
    """Where a link ends that has no more than a mark in it."""
    for index in range(start + 1, min(start + _LONGEST_MARK, len(tokens))):
        if tokens[index] == (CLOSE, mark):
            return index
    return None


def _opened(token: Token) -> Mark | None:
    return token[1] if type(token) is tuple and token[0] == OPEN else None  # type: ignore[return-value]


def _widen(reference: _Reference) -> None:
    """Take the elements right around a reference with it, such as `sup`, and note their ids."""
    tokens = reference.tokens
    for token in tokens[reference.start : reference.end]:
        _name(reference, token)
    while reference.start and reference.end + 1 < len(tokens):
        mark = _opened(tokens[reference.start - 1])
        if mark is None or mark.tag != "sup" or tokens[reference.end + 1] != (CLOSE, mark):
            break
        _name(reference, tokens[reference.start - 1])
        reference.start -= 1
        reference.end += 1
    while reference.start and (token := tokens[reference.start - 1]) and type(token) is tuple:
        if token[0] != ANCHOR:
            break
        reference.names.add(str(token[1]))
        reference.start -= 1


def _name(reference: _Reference, token: Token) -> None:
    mark = _opened(token)
    if mark is not None and (name := mark.attributes.get("id")):
        reference.names.add(name)
    elif type(token) is tuple and token[0] == ANCHOR:
        reference.names.add(str(token[1]))


def _links_back(note: Block, reference: _Reference) -> bool:
    """Tell whether a note, in which the reference does not stand, links to it."""
    leaves = _leaves(note)
    if any(leaf.tokens is reference.tokens for leaf in leaves):
        return False
    wanted = {f"#{name}" for name in reference.names}
    return any(
        mark.attributes.get("href") in wanted
        for leaf in leaves
        for token in leaf.tokens
        if (mark := _opened(token)) is not None and mark.tag == "a"
    )


def _content(note: Block, name: str, back: set[str]) -> list[Block]:
    """What a note says, without its own id and the links back."""
    kids: list[Block] = [note] if isinstance(note, Leaf) else note.kids
    for leaf in _leaves(note):
        leaf.tokens[:] = _without_links(leaf.tokens, back)
        if (ANCHOR, name) in leaf.tokens:
            leaf.tokens.remove((ANCHOR, name))
    return [kid for kid in kids if not (isinstance(kid, Leaf) and not kid.tokens)]


def _without_links(tokens: list[Token], back: set[str]) -> list[Token]:
    """Leave out links back, with the `sup` around one and the spaces beside it."""
    kept: list[Token] = []
    skipped: Mark | None = None
    for token in tokens:
        mark = _opened(token)
        if skipped is not None:
            if token == (CLOSE, skipped):
                skipped = None
        elif mark is not None and mark.tag == "a" and _leads_back(mark, back):
            skipped = mark
        elif type(token) is tuple and token[0] == CLOSE and kept and kept[-1] == (OPEN, token[1]):
            kept.pop()
        else:
            kept.append(token)
    while kept and type(last := kept[-1]) is str and last[-1:] in ("", " "):
        kept.pop()
        kept += [last.rstrip(" ")] if last.strip(" ") else []
    if kept and type(first := kept[0]) is str:
        kept[0] = first.lstrip(" ")
    return kept


def _leads_back(mark: Mark, back: set[str]) -> bool:
    return (mark.attributes.get("href") or "").removeprefix("#") in back


def _replace(found: list[tuple[_Reference, str]]) -> None:
    for reference, label in reversed(found):
        tokens = reference.tokens
        tokens[reference.start : reference.end + 1] = [(NOTE, label)]


def _drop_empty_lists(body: Block, touched: set[int]) -> None:
    """Leave out the lists whose items all were notes, and a rule that parted them from the text."""
    kept: list[Block] = []
    for block in body.kids:
        if id(block) in touched and block is not body and not block.kids:
            if kept and kept[-1].tag == "hr":
                kept.pop()
        else:
            kept.append(block)
    body.kids[:] = kept
