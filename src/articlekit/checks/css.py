"""Style sheets, parsed by tinycss2 into the rules and addresses that checks ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import tinycss2

from articlekit.checks.page import Ref

#: Characters of a style sheet that are parsed; tinycss2 reads about a million a second.
CSS_CAP: Final = 2_000_000
# At-rules whose block holds rules, by CSS Conditional Rules and CSS Cascade.
_NESTING: Final = frozenset({"media", "supports", "layer", "container", "document"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """A property and its value as tinycss2's tokens; the name is in lower case."""

    name: str
    tokens: tuple[Any, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A block of declarations; `at` is `font-face` and the like, empty for a selector's."""

    at: str
    declarations: tuple[Declaration, ...]
    line: int

    def get(self, name: str) -> Declaration | None:
        """The last declaration of a property."""
        return next((each for each in reversed(self.declarations) if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet: its rules, the addresses in it, and what could not be parsed."""

    rules: tuple[Rule, ...]
    refs: tuple[Ref, ...]
    errors: tuple[tuple[int, str], ...]


def parse_sheet(text: str, first: int = 1) -> Sheet:
    """Parse a style sheet whose first line is line `first` of its file."""
    # tinycss2 closes what is left open without a word; a brace too many tells that nothing was.
    tokens = tinycss2.parse_component_value_list(text[:CSS_CAP] + "\n}")
    closed = bool(tokens) and tokens[-1].type == "error" and tokens[-1].kind == "}"
    sheet = _sheet(tinycss2.parse_stylesheet(tokens[:-1] if closed else tokens, True, True), first)
    if closed or len(text) > CSS_CAP:
        return sheet
    last = (first + text.count("\n"), "a block, text or comment that is not closed")
    return Sheet(sheet.rules, sheet.refs, (*sheet.errors, last))


def parse_attribute(text: str, line: int) -> Sheet:
    """Parse a style attribute that stands on a line of its page."""
    nodes = tinycss2.parse_blocks_contents(text[:CSS_CAP], True, True)
    reader = _Reader(line - 1)
    rule = reader.rule("", nodes, 1)
    return Sheet((rule,), tuple(reader.refs), tuple(reader.errors))


def _sheet(nodes: list[Any], first: int) -> Sheet:
    reader = _Reader(first - 1)
    return Sheet(tuple(reader.rules(nodes)), tuple(reader.refs), tuple(reader.errors))


class _Reader:
    """Collects addresses and errors while rules are read."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.refs: list[Ref] = []
        self.errors: list[tuple[int, str]] = []

    def rules(self, nodes: list[Any]) -> Iterator[Rule]:
        waiting = list(reversed(nodes))
        while waiting:
            node = waiting.pop()
            if node.type == "error":
                self.errors.append((node.source_line + self.offset, node.message))
            elif node.type == "qualified-rule":
                if not _selects(node.prelude):
                    self.errors.append((node.source_line + self.offset, "a broken selector"))
                yield self.block("", node)
            elif node.type == "at-rule" and node.content is None:
                self.statement(node)
            elif node.type == "at-rule" and node.lower_at_keyword in _NESTING:
                inner = tinycss2.parse_rule_list(node.content, True, True)
                waiting.extend(reversed(inner))
            elif node.type == "at-rule":
                yield self.block(node.lower_at_keyword, node)

    def statement(self, node: Any) -> None:
        if node.lower_at_keyword == "import":
            line = node.source_line + self.offset
            self.refs.extend(Ref("style", url, line) for url in _urls(node.prelude, strings=True))

    def block(self, at: str, node: Any) -> Rule:
        nodes = tinycss2.parse_blocks_contents(node.content, True, True)
        return self.rule(at, nodes, node.source_line)

    def rule(self, at: str, nodes: list[Any], line: int) -> Rule:
        made: list[Declaration] = []
        for node in nodes:
            if node.type == "error":
                self.errors.append((node.source_line + self.offset, node.message))
            elif node.type == "declaration":
                declared = node.source_line + self.offset
                if all(token.type == "whitespace" for token in node.value):
                    self.errors.append((declared, f"{node.lower_name} has no value"))
                made.append(Declaration(node.lower_name, tuple(node.value), declared))
                kind = "font" if at == "font-face" and node.lower_name == "src" else "image"
                self.refs.extend(Ref(kind, url, declared) for url in _urls(node.value))
        return Rule(at, tuple(made), line + self.offset)


def _selects(prelude: list[Any]) -> bool:
    """Whether a selector has something between its commas and combinators."""
    marks = [
        token.value if token.type == "literal" and token.value in ",>+~" else ""
        for token in prelude
        if token.type not in ("whitespace", "comment")
    ]
    doubled = any(one and other for one, other in pairwise(marks))
    return bool(marks) and not doubled and not marks[-1] and marks[0] != ","


def _urls(tokens: list[Any], *, strings: bool = False) -> Iterator[str]:
    """The addresses in a value; a bare string is one in @import alone."""
    waiting = list(reversed(tokens))
    while waiting:
        token = waiting.pop()
        if token.type == "url" or (strings and token.type == "string"):
            yield token.value
            strings = False  # what follows are layer() and supports()
        elif token.type == "function" and token.lower_name in ("url", "src"):
            yield from (each.value for each in token.arguments if each.type == "string")
            strings = False
        elif token.type == "function":
            waiting.extend(reversed(token.arguments))
