"""Part an article's front matter from its content, and read it even when it is broken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from articlekit.html import strip_controls
from articlekit.readers.handlers import (
    TEXT_KEYS,
    BaseHandler,
    JSONHandler,
    LiteralYamlHandler,
    TomlHandler,
)
from articlekit.report import Report

_BRACES: Final = re.compile(r"&#12([35]);")  # feed mirrors write every { and } like this
_UNCLOSED: Final = "front matter without an end; close it with a line '---'"
_BROKEN: Final = (yaml.YAMLError, ValueError, RecursionError)

# How a line says `key: value` in each format, for those whose front matter is broken. A
# well-known YAML key needs no space behind its colon.
_FORMATS: Final[Mapping[type[BaseHandler], re.Pattern[str]]] = {
    LiteralYamlHandler: re.compile(
        r"(?P<key>[^\s:#\-'\"\[\]{}&*!|>%@`,?][^:]*?)\s*:(?:\s+(?P<value>.*))?$"
        rf"|(?P<known>{'|'.join(sorted(TEXT_KEYS))}):(?P<rest>.*)$"
    ),
    TomlHandler: re.compile(r"(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>.*)$"),
    JSONHandler: re.compile(r"\s*\"(?P<key>[^\"]+)\"\s*:\s*(?P<value>.*?),?\s*$"),
}
_ITEM: Final = re.compile(r"\s*-\s+(.*)$")


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
    try:
        block, content = handler.split(stripped)
    except ValueError:
        report.add("front-matter-broken", _UNCLOSED, source=name, line=lead + 1)
        block, content = _cut_unclosed(stripped)
        lines = _Lines(_FORMATS[type(handler)], name, report)
        return FrontMatter(_clean_all(lines.read(block, lead + 2)), content)
    try:
        values = handler.load(block)
    except _BROKEN as error:
        first_line = lead + stripped.count("\n", 0, stripped.index(block)) + 1
        line, cause = _place(error)
        message = f"broken front matter, read line by line: {cause}; quote the value"
        report.add("front-matter-broken", message, source=name, line=first_line + line)
        values = _Lines(_FORMATS[type(handler)], name, report).read(block, first_line)
    return FrontMatter(_clean_all(values), content)


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
    """Reads front matter for what its lines say, one by one."""

    def __init__(self, entry: re.Pattern[str], name: str, report: Report) -> None:
        self.entry = entry
        self.name = name
        self.report = report
        self.values: dict[str, object] = {}
        self.key: str | None = None

    def read(self, block: str, first_line: int) -> dict[str, object]:
        """Return the keys and values found; a line that says neither is reported."""
        for number, line in enumerate(block.splitlines(), first_line):
            if line.strip() and not line.lstrip().startswith("#") and not self._take(line):
                message = f"not read: {line.strip()[:80]}"
                self.report.add("front-matter-line-lost", message, source=self.name, line=number)
        return self.values

    def _take(self, line: str) -> bool:
        # Before the first key an indent means nothing; after it, that the value goes on.
        if entry := self.entry.match(line if self.key else line.lstrip()):
            found = entry.groupdict()
            self.key = str(found["key"] or found["known"])
            self.values[self.key] = _unquote(found["value"] or found.get("rest") or "")
        elif self.key is None:
            return False
        elif item := _ITEM.match(line):
            self._append(_unquote(item[1]))
        elif line[0].isspace() and isinstance(so_far := self.values[self.key], str):
            self.values[self.key] = f"{so_far} {line.strip()}".strip()
        else:
            return False
        return True

    def _append(self, item: str) -> None:
        so_far = self.values[str(self.key)]
        items = so_far if isinstance(so_far, list) else [so_far] if so_far else []
        self.values[str(self.key)] = [*items, item]


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


def _clean_all(values: Mapping[str, object]) -> dict[str, object]:
    return {strip_controls(str(key)): _clean(value) for key, value in values.items()}


def _clean(value: object) -> object:
    r"""Undo a mirror's escapes, and drop the controls that "\0" puts into a value."""
    if isinstance(value, str):
        braces = _BRACES.sub(lambda found: "{" if found[1] == "3" else "}", value)
        return strip_controls(braces)
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, Mapping):
        return _clean_all(value)
    return value
