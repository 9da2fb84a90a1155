"""Part an article's front matter from its content, and read it even when it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from articlekit.html import strip_controls
from articlekit.readers.handlers import (
    DEEPEST,
    TEXT_KEYS,
    BaseHandler,
    JsonHandler,
    LiteralYamlHandler,
    TomlHandler,
)
from articlekit.report import Report

_BRACES: Final = re.compile(r"&#12([35]);")  # feed mirrors write every { and } like this
_UNCLOSED: Final = "front matter without an end; close it with a line '---'"
_BROKEN: Final = (yaml.YAMLError, ValueError, RecursionError)
_LARGE: Final = 100_000  # characters; longer broken ones are read without a library's help
# What to do about a fault, by a word of what the parser says; a quoted value mends the others.
_MENDS: Final[Mapping[str, str]] = {
    "a second '": "keep one of them",
    r"character '\t'": "indent with spaces",
    "',' delimiter": "put a comma behind each value",
}
_HUGE: Final = 4096  # bits of a number; str() refuses those of 14,000

# How a line says `key: value` in each format, for those whose front matter is broken. A
# well-known YAML key needs no space behind its colon.
_FORMATS: Final[Mapping[type[BaseHandler], re.Pattern[str]]] = {
    LiteralYamlHandler: re.compile(
        r"(?P<key>[^\s:#\-'\"\[\]{}&*!|>%@`,?][^:]*?)\s*:(?:\s+(?P<value>.*))?$"
        rf"|(?P<known>{'|'.join(sorted(TEXT_KEYS))}):(?P<rest>.*)$"
    ),
    TomlHandler: re.compile(r"(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>.*)$"),
    JsonHandler: re.compile(r"\s*\"(?P<key>[^\"]+)\"\s*:\s*(?P<value>.*?),?\s*$"),
}
_ITEM: Final = re.compile(r"\s*-\s+(.*)$")
# Between two pairs of JSON on one line.
_BETWEEN: Final = re.compile(r",[ \t]*(?=\"[^\"\n]+\"\s*:)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys in the order of the file, and the text that follows them."""

    values: Mapping[str, object]
    content: str


def split_front_matter(text: str, name: str, report: Report) -> FrontMatter:
    """Part a file's front matter (YAML, TOML or JSON) from its content.

    Front matter that its format's rules reject is read line by line, and reported with
    the line; text without front matter has no keys.
    """
    lead = text.count("\n", 0, len(text) - len(text.lstrip()))
    stripped = text.strip()
    handler = next((each for each in (kind() for kind in _FORMATS) if each.detect(stripped)), None)
    if handler is None:
        return FrontMatter({}, stripped)
    lines = _Lines(handler, name, report)
    try:
        block, content = handler.split(stripped)
    except ValueError:
        report.add("front-matter-broken", _UNCLOSED, source=name, line=lead + 1)
        block, content = _cut_unclosed(stripped)
        return FrontMatter(_clean_all(lines.read(block, lead + 2)), content)
    try:
        values = _clean_all(handler.load(block))
    except _BROKEN as error:
        first_line = lead + stripped.count("\n", 0, stripped.index(block)) + 1
        line, cause = _place(error)
        mend = next((_MENDS[word] for word in _MENDS if word in cause), "quote the value")
        message = f"broken front matter, read line by line: {cause}; {mend}"
        report.add("front-matter-broken", message, source=name, line=first_line + line)
        values = _clean_all(lines.read(block, first_line))
    return FrontMatter(values, content)


def _place(error: BaseException) -> tuple[int, str]:
    """The line of an error inside the front matter, from 0, and what it says."""
    if isinstance(error, RecursionError):
        return 0, "nested too deeply"
    context, problem = (getattr(error, f"{kind}_mark", None) for kind in ("context", "problem"))
    # A quote that nobody closed is found at the end; where it opens is where to look.
    mark = context if "end of stream" in str(getattr(error, "problem", "")) and context else problem
    cause = getattr(error, "problem", None) or getattr(error, "msg", None) or str(error)
    place = re.search(r"\s*\(at line (\d+), column \d+\)", str(error))
    if mark is not None:
        line = int(mark.line)
    else:
        line = int(place[1]) - 1 if place else int(getattr(error, "lineno", 1)) - 1
    cause = str(cause).replace(place[0], "") if place else str(cause)
    return line, " ".join(cause.split())[:120]


def _cut_unclosed(text: str) -> tuple[str, str]:
    """Part front matter that nobody closed from what follows: markup, or a blank line."""
    lines = text.splitlines(keepends=True)
    body = (n for n, line in enumerate(lines) if line.lstrip().startswith("<") or not line.strip())
    end = next(body, len(lines))
    return "".join(lines[1:end]), "".join(lines[end:])


class _Lines:
    """Reads front matter for what its lines say: key by key, and where that fails line by line."""

    def __init__(self, handler: BaseHandler, name: str, report: Report) -> None:
        self.handler = handler
        self.entry = _FORMATS[type(handler)]
        self.name = name
        self.report = report
        self.values: dict[str, object] = {}
        self.key: str | None = None
        self.words: list[str] = []
        self.items: list[str] = []

    def read(self, block: str, first_line: int) -> dict[str, object]:
        """Return the keys and values found; a line that says neither is reported."""
        whole = len(block) <= _LARGE
        for start, lines in self._entries(block):
            if not (whole and self._load("\n".join(lines))):
                self._read_lines(lines, first_line + start)
        return self.values

    def _entries(self, block: str) -> Iterator[tuple[int, list[str]]]:
        """A key's line with those that belong to it, and its place from 0."""
        lines: list[str] = []
        start = 0
        for number, line in enumerate(block.split("\n")):
            if lines and self.entry.match(line):
                yield start, lines
                start, lines = number, []
            lines.append(line)
        yield start, lines

    def _load(self, text: str) -> bool:
        """Take one key's lines as its format reads them, if it can."""
        try:
            found = _clean_all(self.handler.load(text.strip("\n")))
        except _BROKEN:
            return False
        self.values |= {key: "" if value is None else value for key, value in found.items()}
        return bool(found)

    def _read_lines(self, lines: Sequence[str], first_line: int) -> None:
        self.key = None
        for number, line in enumerate(lines, first_line):
            for part in _BETWEEN.split(line) if isinstance(self.handler, JsonHandler) else [line]:
                if not (self._says_nothing(part) or self._take(part)):
                    message = f"not read: {part.strip()[:80]}"
                    self.report.add(
                        "front-matter-line-lost", message, source=self.name, line=number
                    )
        self._settle()

    def _says_nothing(self, line: str) -> bool:
        words = line.strip()
        return not words or words.startswith("#") or words in ("{", "}", "},", ";;;")

    def _take(self, line: str) -> bool:
        # Before the first key an indent means nothing; after it, that the value goes on.
        if entry := self.entry.match(line if self.key else line.lstrip(" \t{")):
            self._settle()
            found = entry.groupdict()
            self.key = str(found["key"] or found["known"])
            self.words = [_unquote(found["value"] or found.get("rest") or "")]
        elif self.key is None:
            return False
        elif item := _ITEM.match(line):
            self.items.append(_unquote(item[1]))
        elif line[0].isspace() and not self.items:
            self.words.append(line.strip())
        else:
            return False
        return True

    def _settle(self) -> None:
        """Put down the value of the last key, whose lines have all been read."""
        if self.key is not None:
            text = " ".join(self.words).strip()
            self.values[self.key] = [text, *self.items][not text :] if self.items else text
        self.words, self.items = [], []


def _unquote(written: str) -> str:
    """Take off the quotes around a value, however many an earlier program put there."""
    value = written.strip()
    for quote, escaped in (('"', '\\"'), ("'", "''")):
        stripped = value
        while len(stripped) >= 2 and stripped[0] == stripped[-1] == quote:
            stripped = stripped[1:-1]
        if stripped != value:
            return stripped.replace(escaped, quote)
    return value


def _clean_all(values: Mapping[str, object], depth: int = 0) -> dict[str, object]:
    return {strip_controls(str(key)): _clean(value, depth) for key, value in values.items()}


def _clean(value: object, depth: int = 0) -> object:
    r"""Undo a mirror's escapes, and drop the controls that "\0" puts into a value.

    Raises ValueError for what is nested too deeply for a writer.
    """
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        braces = _BRACES.sub(lambda found: "{" if found[1] == "3" else "}", value)
        return strip_controls(braces)
    if isinstance(value, list):
        return [_clean(each, depth + 1) for each in value]
    if isinstance(value, Mapping):
        return _clean_all(value, depth + 1)
    if isinstance(value, int) and value.bit_length() > _HUGE:
        return hex(value)
    return value
