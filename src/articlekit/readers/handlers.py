"""The kinds of front matter, each with its edges, as python-frontmatter has handlers of them.

YAML's is so changed that a title stays what was written, and that no file can exhaust it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

import yaml
from frontmatter.default_handlers import BaseHandler

#: Keys, in lower case, that are read as text, whatever YAML takes their values for: 1984, null.
TEXT_KEYS: Final = frozenset(
    "title date published pubdate author authors url link source canonical lang language "
    "description summary excerpt categories category tags headimg cover thumbnail".split()
)
#: Lists and mappings in each other; real front matter has three or four.
DEEPEST: Final = 50
_LONGEST_NUMBER: Final = 1000  # digits; longer ones take quadratic time to read

_LONGEST_EXPLAINED: Final = 10_000  # characters, which PyYAML reads in 0.1 s
_MOST_BRACKETS: Final = 200  # in which its own scanner is quadratic: 5,000 take it a minute

# Each list and mapping has at least one of these (YAML 1.2, chapters 7.4 and 8.2).
_BEGIN_COLLECTIONS: Final = "-?:[{"

# libyaml's loader is ten times as fast; a PyYAML built without it has none.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # a class found at run time
    """SafeLoader that leaves endless numbers alone."""


def _whole_number(loader: Any, node: yaml.ScalarNode) -> object:
    if len(node.value) > _LONGEST_NUMBER:
        return str(node.value)
    return yaml.SafeLoader.construct_yaml_int(loader, node)


_Loader.add_constructor("tag:yaml.org,2002:int", _whole_number)


class Handler(BaseHandler):
    """A kind of front matter, which remembers what a repeated key took the place of."""

    def __init__(self) -> None:
        super().__init__()
        self.repeated: list[tuple[str, object]] = []


class LiteralYamlHandler(Handler):
    """YAML whose text keys keep the characters that were written."""

    FM_BOUNDARY = re.compile(r"^-{3,}\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "---"

    def load(self, fm: str, **_: object) -> dict[str, object]:
        """Return the keys and values.

        Raises YAMLError for what is no mapping, has a key twice, or is exhausting.
        """
        loader = _Loader(fm)
        try:
            root = _root(fm, loader)
            if root is None:
                return {}
            if not isinstance(root, yaml.MappingNode) or _is_only_words(root):
                raise yaml.constructor.ConstructorError(
                    problem="no 'key: value' lines", problem_mark=root.start_mark
                )
            found: dict[str, object] = {}
            if root.flow_style:  # its lines say nothing by themselves
                self._note_repeated(root)
            for node, value in root.value:
                key = str(_as_text(node))
                if key in found and not root.flow_style:
                    raise yaml.constructor.ConstructorError(
                        problem=f"a second '{key}', which counts", problem_mark=node.start_mark
                    )
                if not root.flow_style:
                    self._note_repeated(value)
                found[key] = self._value(key, value, "" if root.flow_style else fm, loader)
            return found
        finally:
            loader.dispose()

    def _note_repeated(self, root: yaml.Node) -> None:
        """Remember the values of mappings inside a value whose keys stand in them again."""
        pending = [root]
        while pending:
            node = pending.pop()
            if isinstance(node, yaml.SequenceNode):
                pending += node.value
            elif isinstance(node, yaml.MappingNode):
                pending += (value for _, value in node.value)
                pairs = [(str(_as_text(key)), value) for key, value in node.value]
                self.repeated += _overwritten([(key, _as_text(value)) for key, value in pairs])

    def _value(self, key: str, node: yaml.Node, text: str, loader: Any) -> object:
        if key.lower() == "title":
            return _literal(node, text)
        if key.lower() in TEXT_KEYS:
            return _as_text(node)
        try:
            return loader.construct_object(node, deep=True)
        except (yaml.constructor.ConstructorError, ValueError):
            return _as_text(node)  # an unknown tag, or a date like 2022-13-45


def _root(text: str, loader: Any) -> yaml.Node | None:
    """Return what a text holds, before anything is made of it."""
    try:
        _refuse_bombs(text)
        root: yaml.Node | None = loader.get_single_node()
    except (yaml.scanner.ScannerError, yaml.parser.ParserError):
        _explain(text)
        raise
    return root


def _refuse_bombs(text: str) -> None:
    """Raise YAMLError for aliases, a few lines of which stand for gigabytes, and for depth."""
    if "*" not in text and sum(map(text.count, _BEGIN_COLLECTIONS)) <= DEEPEST:
        return
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
    for event in events:
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "an alias", mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.composer.ComposerError(None, None, "nested too deeply", mark)


def _explain(text: str) -> None:
    """Raise PyYAML's own error for a broken text, the same with libyaml and without."""
    if len(text) <= _LONGEST_EXPLAINED and text.count("[") + text.count("{") <= _MOST_BRACKETS:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass


class TomlHandler(Handler):
    """TOML between lines of `+++`, read by the standard library."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """Return the keys and values; raises ValueError for what is no TOML."""
        return tomllib.loads(fm)


class JsonHandler(Handler):
    """JSON: an object that the file begins with, or Hexo's, which a line `;;;` ends."""

    FM_BOUNDARY = re.compile(r"^;{3,}[ \t]*$", re.MULTILINE)
    START_DELIMITER, END_DELIMITER = "", ";;;"
    _OBJECT = re.compile(r"\{\s*\"|\{\s*\n\s*\}")
    _PAIR = re.compile(r"(?:;{3,}[ \t]*\n\s*\{?\s*)?\"[^\"\n]+\"\s*:")
    _BRACE = re.compile(r"^\}[ \t]*$", re.MULTILINE)

    def detect(self, text: str) -> bool:
        """Tell whether a file begins with JSON, and goes on with something else."""
        if self._OBJECT.match(text):
            end = _end_of_object(text)
            return end is None or not text[end:].partition("\n")[0].strip() or text[end] == "<"
        return bool(self._PAIR.match(text)) and bool(self.FM_BOUNDARY.search(text, 4))

    def split(self, text: str) -> tuple[str, str]:
        """Part the JSON from what follows; raises ValueError where it has no end."""
        end = _end_of_object(text) if text.startswith("{") else None
        if end is not None:
            return text[:end], self.FM_BOUNDARY.sub("", text[end:].lstrip(), count=1)
        opening = self.FM_BOUNDARY.match(text)
        start = opening.end() if opening else 0
        closing = self.FM_BOUNDARY.search(text, start) or self._BRACE.search(text, start)
        if closing is None:
            raise ValueError("JSON without an end")
        return text[start : closing.end()].rstrip(";\t \n"), text[closing.end() :]

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """Return the keys and values; raises ValueError for what is no JSON object."""
        text = fm.strip()
        whole = text if text.startswith("{") else f"{{{text.rstrip(',')}}}"
        found = json.loads(whole, object_pairs_hook=self._take)
        if not isinstance(found, dict):
            raise ValueError("no object")  # noqa: TRY004  # a file's fault, not a caller's
        return found

    def _take(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            self.repeated += _overwritten(pairs)
        return found


def _overwritten(pairs: list[tuple[str, object]]) -> list[tuple[str, object]]:
    """The pairs that another with the same key, but not the same value, follows."""
    last = dict(pairs)
    return [(key, value) for key, value in pairs if last[key] != value]


def _is_only_words(root: yaml.MappingNode) -> bool:
    """Tell `{x} is text`, or what else is in braces, from a mapping, as JSON is one."""
    return bool(root.flow_style) and any(
        isinstance(value, yaml.ScalarNode) and not value.value and not value.style
        for _, value in root.value
    )


def _end_of_object(text: str) -> int | None:
    """Where the JSON that a text begins with ends, or None if it is broken."""
    try:
        return json.JSONDecoder().raw_decode(text)[1]
    except (ValueError, RecursionError):
        return None


def _literal(node: yaml.Node, text: str) -> object:
    """A title as written: `[x] y`, `# x`, `1984` and `a # b` are titles, not YAML."""
    one_line = node.start_mark.line == node.end_mark.line
    if isinstance(node, yaml.ScalarNode) and (node.style or not one_line):
        is_block = node.style in ("|", ">")
        if node.value or not is_block:
            return str(node.value)  # `|` with nothing below it is a title, too
    lines = text.split("\n")
    line = lines[node.start_mark.line].partition(":")[2].strip() if text else ""
    return line or _as_text(node)


def _as_text(node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_as_text(child) for child in node.value]
    return {str(_as_text(key)): _as_text(value) for key, value in node.value}
