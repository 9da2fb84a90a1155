"""Choose delimiters that CommonMark reads back as the emphasis they stand for.

CommonMark 0.31.2, section 6.2. Each choice is tried by the specification's own algorithm
("process emphasis"), with the characters that will stand around it; where no delimiter
works, as in `**真。**她`, HTML does.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Final

#: Elements of emphasis, with how many characters their delimiters have.
LENGTHS: Final = {"em": 1, "strong": 2, "del": 2}
#: The delimiters that are tried first.
STARS: Final = {"em": "*", "strong": "**", "del": "~~"}
# Up to so many elements that stand close all combinations are tried.
_FEW: Final = 4
# For more, what fails is written as HTML; after so many tries, all of it.
_ROUNDS: Final = 5
#: What may be tried for an element, the best first; "" is HTML.
_OPTIONS: Final = {"em": ("*", "_", ""), "strong": ("*", "_", ""), "del": ("~", "")}
_ASCII_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_NAMES: Final = {1: "em", 2: "strong"}
_SPACE, _PUNCTUATION, _SYMBOL, _OTHER = range(4)


@dataclass(eq=False, slots=True)
class Emphasis:
    """An element of emphasis; `choice` is its delimiter's character, or "" for HTML."""

    tag: str
    choice: str = ""


@dataclass(eq=False, slots=True)
class Delimiter:
    """One end of an element, in the place where it will be written."""

    element: Emphasis
    is_open: bool

    def __str__(self) -> str:
        """As it is written with the element's present choice."""
        element = self.element
        if element.choice:
            return element.choice * LENGTHS[element.tag]
        return f"<{element.tag}>" if self.is_open else f"</{element.tag}>"


Piece = str | Delimiter


def resolve(pieces: list[Piece], low_lines: bool) -> None:
    """Choose for every element in a line of pieces; `low_lines` allows for them beside stars."""
    start = depth = 0
    is_open = False
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            if is_open and depth == 0:
                _settle(pieces, start, index, low_lines)
                is_open = False
            continue
        if not is_open:
            start, is_open = index, True
        depth += 1 if piece.is_open else -1
    if is_open:
        _settle(pieces, start, len(pieces), low_lines)


def _settle(pieces: list[Piece], start: int, end: int, low_lines: bool) -> None:
    """Choose for a cluster: elements in one another, or with nothing between them."""
    cluster = pieces[start:end]
    before = str(pieces[start - 1])[-1:] if start else ""
    after = str(pieces[end])[:1] if end < len(pieces) else ""
    if len(cluster) == len(_ALONE):
        _settle_alone(before, cluster, after)
        return
    elements = [p.element for p in cluster if isinstance(p, Delimiter) and p.is_open]
    if len(elements) > _FEW:
        _settle_many(before, cluster, after, elements)
        return
    for choices in _combinations(tuple(each.tag for each in elements), low_lines):
        for element, choice in zip(elements, choices, strict=True):
            element.choice = choice
        if _reads_back(before, cluster, after):
            return


_ALONE: Final = ("opener", "text", "closer")


def _settle_alone(before: str, cluster: list[Piece], after: str) -> None:
    """Choose for an element around text: stars where they flank it, else HTML.

    A low line never flanks what a star does not (rules 1 to 8).
    """
    opener, inside = cluster[0], str(cluster[1])
    if not isinstance(opener, Delimiter):
        return
    element, first, last = opener.element, inside[0], inside[-1]
    is_flanked = (first.isalnum() or _flanks(before, first)) and (
        last.isalnum() or _flanks(after, last)
    )
    element.choice = _OPTIONS[element.tag][0] if is_flanked else ""


def _flanks(outside: str, inside: str) -> bool:
    """Tell whether stars between these two characters can open or close towards the second."""
    outer, inner = _kind(outside), _kind(inside)
    if inner == _SPACE:
        return False
    return inner == _OTHER or outer in (_SPACE, _PUNCTUATION) or inner == outer == _SYMBOL


@cache
def _combinations(tags: tuple[str, ...], low_lines: bool) -> list[tuple[str, ...]]:
    """All choices for these elements, those with the least HTML and the most stars first."""
    options = product(*(_OPTIONS[tag] for tag in tags))
    allowed = (choices for choices in options if low_lines or "_" not in choices)
    return sorted(allowed, key=lambda choices: (choices.count(""), choices.count("_")))


def _settle_many(before: str, cluster: list[Piece], after: str, elements: list[Emphasis]) -> None:
    """Begin with the best choice for all, and write as HTML what is not read as it is meant."""
    for element in elements:
        element.choice = _OPTIONS[element.tag][0]
    for _ in range(_ROUNDS):
        wrong: set[Emphasis] = set()
        for symbols in (True, False):
            runs, _ = _runs(before, cluster, after, symbols)
            _match(runs)
            wrong.update(e for run in runs if not run.reads_as_meant() for e in run.elements)
        if not wrong:
            return
        for element in wrong:
            element.choice = ""
    for element in elements:
        element.choice = ""


@dataclass(eq=False, slots=True)
class _Run:
    """A run of delimiters, and what it will be read as."""

    char: str
    length: int = 0
    meant: list[str] = field(default_factory=list)
    elements: list[Emphasis] = field(default_factory=list)
    left: int = 0
    can_open: bool = False
    can_close: bool = False
    closes: list[str] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)

    def add(self, delimiter: Delimiter) -> None:
        tag = delimiter.element.tag
        self.meant.append(tag if delimiter.is_open else f"/{tag}")
        self.elements.append(delimiter.element)
        self.length += LENGTHS[tag]

    def reads_as_meant(self) -> bool:
        read = [f"/{tag}" for tag in self.closes] + self.opens[::-1]
        return self.left == 0 and read == self.meant


def _reads_back(before: str, cluster: list[Piece], after: str) -> bool:
    """Tell whether the cluster is read as it is meant, whatever symbols are taken for.

    Unicode's symbols are punctuation since CommonMark 0.31 and were none before it.
    """
    runs, is_symbolic = _runs(before, cluster, after, True)
    if not _match(runs):
        return False
    return not is_symbolic or _match(_runs(before, cluster, after, False)[0])


def _runs(before: str, cluster: list[Piece], after: str, symbols: bool) -> tuple[list[_Run], bool]:
    """The runs of delimiters in the text that the cluster becomes."""
    runs: list[_Run] = []
    edges: list[tuple[str, str]] = []
    last, is_inside = before, False
    for piece in cluster:
        text = str(piece)
        if isinstance(piece, Delimiter) and piece.element.choice:
            if not is_inside or runs[-1].char != text[0]:
                _end_run(edges, is_inside, text[0])
                runs.append(_Run(text[0]))
                edges.append((last, ""))
            runs[-1].add(piece)
            is_inside = True
        elif text:
            _end_run(edges, is_inside, text[0])
            is_inside = False
        last = text[-1:] or last
    _end_run(edges, is_inside, after)
    is_symbolic = False
    for run, (left, right) in zip(runs, edges, strict=True):
        kinds = _kind(left), _kind(right)
        is_symbolic = is_symbolic or _SYMBOL in kinds
        _flank(run, *(_PUNCTUATION if k == _SYMBOL and symbols else k for k in kinds))
    return runs, is_symbolic


def _end_run(edges: list[tuple[str, str]], is_inside: bool, char: str) -> None:
    if is_inside:
        edges[-1] = (edges[-1][0], char)


def _kind(char: str) -> int:
    if not char or char.isspace():
        return _SPACE
    if char in _ASCII_PUNCTUATION:
        return _PUNCTUATION
    category = unicodedata.category(char)[0]
    if category == "P":
        return _PUNCTUATION
    return _SYMBOL if category == "S" else _OTHER


def _flank(run: _Run, before: int, after: int) -> None:
    """Set what a run between two kinds of characters can do (rules 1 to 8)."""
    left = after != _SPACE and (after != _PUNCTUATION or before in (_SPACE, _PUNCTUATION))
    right = before != _SPACE and (before != _PUNCTUATION or after in (_SPACE, _PUNCTUATION))
    if run.char == "_":
        run.can_open = left and (not right or before == _PUNCTUATION)
        run.can_close = right and (not left or after == _PUNCTUATION)
    else:
        run.can_open, run.can_close = left, right
    run.left = run.length


def _match(runs: list[_Run]) -> bool:
    """Run "process emphasis" and tell whether every run is read as it is meant."""
    openers: list[_Run] = []
    for run in runs:
        while run.can_close and run.left:
            place = next(
                (i for i in range(len(openers) - 1, -1, -1) if _pairs(openers[i], run)), None
            )
            if place is None:
                break
            opener = openers[place]
            del openers[place + 1 :]
            size = 2 if opener.left >= 2 and run.left >= 2 else 1
            tag = "del" if run.char == "~" else _NAMES[size]
            opener.opens.append(tag)
            run.closes.append(tag)
            opener.left -= size
            run.left -= size
            if not opener.left:
                openers.pop()
        if run.can_open and run.left:
            openers.append(run)
    return all(run.reads_as_meant() for run in runs)


def _pairs(opener: _Run, closer: _Run) -> bool:
    """Tell whether two runs match: of one character, and by the rules of three (9, 10)."""
    if opener.char != closer.char:
        return False
    if opener.char == "~":
        return opener.length == closer.length == 2
    if opener.can_close or closer.can_open:
        total = opener.length + closer.length
        return total % 3 != 0 or (opener.length % 3 == 0 and closer.length % 3 == 0)
    return True
