"""python-frontmatter's handlers, so changed that a title stays what was written."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

__all__ = ["TEXT_KEYS", "BaseHandler", "JSONHandler", "LiteralYamlHandler", "TomlHandler"]

#: Keys that are read as text, whatever YAML takes their values for: 1984, null, yes.
TEXT_KEYS: Final = frozenset(
    "title date published pubDate author authors url link source canonical lang language "
    "description summary excerpt categories category tags headimg cover thumbnail".split()
)


class _Loader(yaml.SafeLoader):
    """SafeLoader without aliases: a few lines of them stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "an alias", self.get_mark())
        return super().compose_node(parent, index)


class LiteralYamlHandler(YAMLHandler):
    """YAML whose text keys keep the characters that were written."""

    def load(self, fm: str, **_: object) -> dict[str, object]:
        """Return the keys and values; raises YAMLError for what is no mapping."""
        loader = _Loader(fm)
        try:
            root = loader.get_single_node()
            if root is None:
                return {}
            if not isinstance(root, yaml.MappingNode) or root.flow_style:
                raise yaml.constructor.ConstructorError(
                    problem="no 'key: value' lines", problem_mark=root.start_mark
                )
            return {
                str(key.value): self._value(str(key.value), value, fm, loader)
                for key, value in root.value
                if isinstance(key, yaml.ScalarNode)
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
        """Return the keys and values; raises ValueError for what is no TOML."""
        return tomllib.loads(fm)


def _literal(node: yaml.Node, text: str) -> object:
    """A title as written: `[x] y`, `# x`, `1984` and `a # b` are titles, not YAML."""
    one_line = node.start_mark.line == node.end_mark.line
    if isinstance(node, yaml.ScalarNode) and (node.style or not one_line):
        return str(node.value)
    line = text.splitlines()[node.start_mark.line].partition(":")[2].strip()
    return line or _as_text(node)


def _as_text(node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_as_text(child) for child in node.value]
    return {str(key.value): _as_text(value) for key, value in node.value}
