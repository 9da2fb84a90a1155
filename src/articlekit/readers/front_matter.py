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
    Handler,
    JsonHandler,
    LiteralYamlHandler,
    TomlHandler,
)
from articlekit.report import Report

_BRACES: Final = re.compile(r"&#12([35]);")  # feed mirrors write every { and } like this
_UNCLOSED: Final = "front matter without an end; close it with a line '{0}'"
_BROKEN: Final = (yaml.YAMLError, ValueError, RecursionError)
_LARGE: Final = 100_000  # characters; longer broken ones are read without a library's help
# What to do about a fault, by a word of what the parser says; a quoted value mends the others.
_MENDS: Final[Mapping[str, str]] = {
    "a second '": "keep one of them",
    r"character '\t'": "indent with spaces",
    "',' delimiter": "put a comma behind each value",
}
_HUGE: Final = 4096  # bits of a number; str() refuses those of 14,000

# How a line says `key: value` in each format, for those whose front matter is broken. A plain
# word needs no space behind its colon, and a colon may be the full-width one of Chinese.
_FORMATS: Final[Mapping[type[Handler], re.Pattern[str]]] = {
    LiteralYamlHandler: re.compile(
        r"(?P<key>[^\s:：#\-'\"\[\]{}&*!|>%@`,?][^:：]*+)[:：](?:\s+(?P<value>.*))?$"
        r"|(?P<word>[A-Za-z_][\w-]*+|[\w-]{1,12}(?=：))(?::(?!//)|：)(?P<rest>.*)$"
    ),
    TomlHandler: re.compile(r"(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>.*)$"),
    JsonHandler: re.compile(r"\s*\"(?P<key>[^\"]+)\"\s*:\s*(?P<value>.*?),?\s*$"),
}
_ITEM: Final = re.compile(r"\s*-\s+(.*)$")
# A TOML table's name; the keys below it are its own.
_TABLE: Final = re.compile(r"\s*\[{1,2}[\w.-]+\]{1,2}\s*(?:#.*)?$")
# What ends front matter in the eyes of its author, if not by its format's rules: an indented
# line of marks, one with markup right behind it, YAML's own `...`.
_END: Final = re.compile(r"[ \t]*(?:-{3,}|\+{3,}|;{3,}|(?P<dots>\.{3}))[ \t]*(?=<|$)")
_MARKUP: Final = re.compile(r"^<[A-Za-z!/]", re.MULTILINE)
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
        return lines.read_unclosed(stripped, lead + 1)
    try:
        values = _clean_all(handler.load(block))
        lines.tell_repeated()
    except _BROKEN as error:
        if _MARKUP.search(block):  # its end is a line of the article's text
            return lines.read_unclosed(stripped, lead + 1)
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


def _cut_unclosed(text: str) -> tuple[str, str, bool]:
    """Part front matter whose end is no end by its rules; tell whether it is none by any.

    It ends with a line that was meant for its end, or before markup or a blank line.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], 1):
        if end := _END.match(line):
            rest = [line[end.end() :], *lines[number + 1 :]]
            return "\n".join(lines[1:number]), "\n".join(rest), end["dots"] is None
        if line.lstrip().startswith("<") or not line.strip():
            return "\n".join(lines[1:number]), "\n".join(lines[number:]), True
    return "\n".join(lines[1:]), "", True


class _Lines:
    """Reads front matter for what its lines say: key by key, and where that fails line by line."""

    def __init__(self, handler: Handler, name: str, report: Report) -> None:
        self.handler = handler
        self.entry = _FORMATS[type(handler)]
        self.name = name
        self.report = report
        self.values: dict[str, object] = {}
        self.key: str | None = None
        self.words: list[str] = []
        self.items: list[str] = []
        self.line = 1  # of what is being read

    def read_unclosed(self, text: str, first_line: int) -> FrontMatter:
        """Read front matter that is not closed as it should be, and what follows it."""
        block, content, is_open = _cut_unclosed(text)
        if is_open:
            message = _UNCLOSED.format(self.handler.END_DELIMITER)
            self.report.add("front-matter-broken", message, source=self.name, line=first_line)
        return FrontMatter(_clean_all(self.read(block, first_line + 1)), content)

    def tell_repeated(self) -> None:
        """Report the values that another of the same key took the place of."""
        for key, value in self.handler.repeated:
            self._tell_lost(f"'{key}' stands again below, which counts; not kept: {value}")
        self.handler.repeated.clear()

    def _tell_lost(self, message: str) -> None:
        line = self.line if self.line > 1 else None
        self.report.add("front-matter-line-lost", message[:200], source=self.name, line=line)

    def read(self, block: str, first_line: int) -> dict[str, object]:
        """Return the keys and values found; a line that says neither is reported."""
        whole = len(block) <= _LARGE
        for start, lines in self._entries(block):
            self.line = first_line + start
            if not (whole and self._load("\n".join(lines))):
                self._read_lines(lines, first_line + start)
        return self.values

    def _entries(self, block: str) -> Iterator[tuple[int, list[str]]]:
        """A key's line with those that belong to it, and its place from 0."""
        lines: list[str] = []
        start, tables, in_table = 0, isinstance(self.handler, TomlHandler), False
        for number, line in enumerate(block.split("\n")):
            is_table = tables and _TABLE.match(line) is not None
            if lines and (is_table or (not in_table and self.entry.match(line))):
                yield start, lines
                start, lines = number, []
            in_table = in_table or is_table
            lines.append(line)
        yield start, lines

    def _load(self, text: str) -> bool:
        """Take one key's lines as its format reads them, if it can."""
        try:
            found = _clean_all(self.handler.load(text.strip("\n")))
        except _BROKEN:
            self.handler.repeated.clear()
            return False
        self.tell_repeated()
        for key, value in found.items():
            self._put(key, "" if value is None else value)
        return bool(found)

    def _put(self, key: str, value: object) -> None:
        before = self.values.get(key, value)
        if before != value:
            self._tell_lost(f"'{key}' stands again here, which counts; not kept: {before}")
        self.values[key] = value

    def _read_lines(self, lines: Sequence[str], first_line: int) -> None:
        self.key = None
        for number, line in enumerate(lines, first_line):
            for part in _BETWEEN.split(line) if isinstance(self.handler, JsonHandler) else [line]:
                if not (self._says_nothing(part) or self._take(part)):
                    self.line = number
                    self._tell_lost(f"not read: {part.strip()[:80]}")
        self._settle()

    def _says_nothing(self, line: str) -> bool:
        words = line.strip()
        return not words or words.startswith("#") or words in ("{", "}", "},", ";;;")

    def _take(self, line: str) -> bool:
        # Before the first key an indent means nothing; after it, that the value goes on.
        if entry := self.entry.match(line if self.key else line.lstrip(" \t{")):
            self._settle()
            found = entry.groupdict()
            self.key = str(found["key"] or found["word"]).rstrip()
            self.words = [_unquote(found["value"] or found.get("rest") or "")]
        elif self.key is None:
            return False
        elif item := _ITEM.match(line):
            if self.key.lower() == "title" and any(self.words):
                return False  # a title is no list, so this belongs to something else
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
            self._put(self.key, [text, *self.items][not text :] if self.items else text)
        self.words, self.items = [], []


# A value's quotes, how they are written inside of it, and those of them that may begin or end
# a quotation in it: not an apostrophe, and not what is written as one of them.
_QUOTES: Final = (
    ('"', '\\"', re.compile(r'(?<!\\)"')),
    ("'", "''", re.compile(r"(?<![\w'])'(?!')|(?<!')'(?![\w'])")),
)
_OPENS: Final = re.compile(r"(?:^|[\s(\[{（【《「“‘,，:：、])\Z")


def _unquote(written: str) -> str:
    """Take off the quotes around a value, however many an earlier program put there.

    `"this" or "that"` only begins and ends with quotes, and keeps them.
    """
    value = written.strip()
    for quote, escaped, mark in _QUOTES:
        begin = len(value) - len(value.lstrip(quote))
        layers = min(begin, len(value) - len(value.rstrip(quote)), len(value) // 2)
        inside = value[layers : len(value) - layers]
        marks = [found.start() for found in mark.finditer(inside)] if layers else []
        if marks and len(marks) % 2 == 0 and not _OPENS.search(inside[: marks[0]]):
            layers -= 1
        elif layers:
            return inside.replace(escaped, quote)
        if layers:
            return value[layers : len(value) - layers]
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
