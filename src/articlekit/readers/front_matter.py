"""Front matter: found by python-frontmatter, read so that a title stays what was written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from articlekit.report import Report

#: Keys that are read as text, whatever YAML takes their values for: 1984, null, yes.
TEXT_KEYS: Final = frozenset(
    "title date published author authors url link source lang language description summary "
    "categories category tags headimg cover thumbnail".split()
)
_BRACES: Final = re.compile(r"&#12([35]);")  # feed mirrors write every { and } like this
_ENTRY: Final = re.compile(r"([^\s:#\-'\"\[\]{}&*!|>%@`,][^:]*?)\s*:(?:\s+(.*))?$")
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
    lead = len(text) - len(text.lstrip())
    stripped = text.strip()
    handler = next((each for each in _handlers() if each.detect(stripped)), None)
    if handler is None:
        return FrontMatter({}, stripped)
    try:
        block, content = handler.split(stripped)
    except ValueError:
        first_line = text.count("\n", 0, lead) + 1
        report.add("front-matter-broken", _UNCLOSED, source=name, line=first_line)
        block, content = _cut_unclosed(stripped)
        return FrontMatter(_read_lines(block, first_line + 1, name, report), content)
    try:
        values = handler.load(block)
    except _BROKEN as error:
        first_line = text.count("\n", 0, lead + stripped.index(block)) + 1
        line, cause = _place(error)
        message = f"broken front matter, read line by line: {cause}; quote the value"
        report.add("front-matter-broken", message, source=name, line=first_line + line)
        values = _read_lines(block, first_line, name, report)
    return FrontMatter({str(key): _unescape(value) for key, value in values.items()}, content)


_UNCLOSED: Final = "front matter without an end; close it with a line '---'"
_BROKEN: Final = (yaml.YAMLError, ValueError, RecursionError)


def _handlers() -> tuple[BaseHandler, ...]:
    return (LiteralYamlHandler(), TomlHandler(), JSONHandler())


class _Loader(yaml.SafeLoader):
    """SafeLoader without aliases: a few lines of them stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "an alias", self.get_mark())
        return super().compose_node(parent, index)


class LiteralYamlHandler(YAMLHandler):
    """YAML whose text keys keep the characters that were written."""

    def load(self, fm: str, **_: object) -> dict[str, object]:
        loader = _Loader(fm)
        try:
            root = loader.get_single_node()
            if root is None:
                return {}
            if not isinstance(root, yaml.MappingNode):
                raise yaml.constructor.ConstructorError(None, None, "no mapping", root.start_mark)
            return {
                str(key.value): self._value(str(key.value), value, fm, loader)
                for key, value in root.value
            }
        finally:
            loader.dispose()

    def _value(self, key: str, node: yaml.Node, text: str, loader: _Loader) -> object:
        if key == "title":
            return _literal(node, text)
        if key in TEXT_KEYS:
            return _as_text(node)
        try:
            return loader.construct_object(node, deep=True)
        except (yaml.constructor.ConstructorError, ValueError):
            return _as_text(node)  # an unknown tag, or a date like 2022-13-45


class TomlHandler(BaseHandler):
    """TOML between lines of `+++`, read by the standard library."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        return tomllib.loads(fm)


def _literal(node: yaml.Node, text: str) -> str:
    """A title as written: `[x] y`, `# x`, `1984` and `a # b` are titles, not YAML."""
    if isinstance(node, yaml.ScalarNode) and (
        node.style or node.start_mark.line != node.end_mark.line
    ):
        return str(node.value)
    return text.splitlines()[node.start_mark.line].partition(":")[2].strip()


def _as_text(node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_as_text(child) for child in node.value]
    return {str(key.value): _as_text(value) for key, value in node.value}


def _place(error: BaseException) -> tuple[int, str]:
    """The line of an error inside the front matter, from 0, and what it says."""
    mark = getattr(error, "problem_mark", None)
    cause = getattr(error, "problem", None) or str(error) or "nested too deeply"
    return (0 if mark is None else mark.line), " ".join(str(cause).split())[:120]


def _read_lines(block: str, first_line: int, name: str, report: Report) -> dict[str, object]:
    """Read `key: value` lines and `- item` lines for what they say, one by one."""
    values: dict[str, object] = {}
    key: str | None = None
    for number, line in enumerate(block.splitlines(), first_line):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if entry := _ENTRY.match(line):
            key = entry[1]
            values[key] = _unquote((entry[2] or "").strip())
        elif key is not None and (item := _ITEM.match(line)):
            _append_item(values, key, _unquote(item[1].strip()))
        elif key is not None and line[0].isspace():
            values[key] = f"{values[key]} {line.strip()}".strip()
        else:
            report.add(
                "front-matter-line-lost", f"not read: {line.strip()[:80]}", source=name, line=number
            )
    return values


def _append_item(values: dict[str, object], key: str, item: str) -> None:
    so_far = values[key]
    items = so_far if isinstance(so_far, list) else [so_far] if so_far else []
    values[key] = [*items, item]


def _unquote(value: str) -> str:
    """Take off the quotes around a value, however many an earlier program put there."""
    for quote in ('"', "'"):
        stripped = value
        while len(stripped) >= 2 and stripped[0] == stripped[-1] == quote:
            stripped = stripped[1:-1]
        if stripped != value:
            return stripped.replace(quote * 2, quote)
    return value


def _cut_unclosed(text: str) -> tuple[str, str]:
    """Part front matter that nobody closed from what follows: markup, or a blank line."""
    lines = text.splitlines(keepends=True)
    body = (n for n, line in enumerate(lines) if line.lstrip().startswith("<") or not line.strip())
    end = next(body, len(lines))
    return "".join(lines[1:end]), "".join(lines[end:])


def _unescape(value: object) -> object:
    if isinstance(value, str):
        return _BRACES.sub(lambda found: "{" if found[1] == "3" else "}", value)
    if isinstance(value, list):
        return [_unescape(each) for each in value]
    return value
