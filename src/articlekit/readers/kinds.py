"""The kinds of values that column.toml takes, each said once: as JSON Schema.

The reader checks values by these schemas, and the published schema is made of them, so that
an editor marks what articlekit refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: in a few words, as what to write in the place of a wrong one, as schema."""

    words: str
    write: str
    schema: Schema

    @property
    def holds_tables(self) -> bool:
        """Whether it is written as tables, and not behind a key."""
        items = self.schema.get("items", self.schema)
        return bool(items.get("type") == "object")

    def takes(self, value: object) -> bool:
        """Tell whether a value is of this kind; what tables hold is for their own readers."""
        return fits(value, self.schema)


def fits(value: Any, schema: Schema) -> bool:
    """Tell whether a value of a TOML file keeps to a schema, as far as those here go.

    A table's own keys are not looked at.
    """
    if "anyOf" in schema:
        return any(fits(value, each) for each in schema["anyOf"])
    if "enum" in schema:
        return isinstance(value, str) and value in schema["enum"]
    if "format" in schema and isinstance(value, (date, datetime)):
        value = value.isoformat()  # as editors take a date that has no quotes
    if not _has_type(value, schema["type"]):
        return False
    if schema["type"] == "string":
        return re.search(schema.get("pattern", ""), value) is not None
    if schema["type"] == "array":
        return schema["items"].get("type") == "object" or (
            len(value) >= schema.get("minItems", 0)
            and all(fits(each, schema["items"]) for each in value)
        )
    if schema["type"] in ("integer", "number"):
        return bool(schema.get("minimum", 0) <= value <= schema.get("maximum", value))
    return True


def _has_type(value: object, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = MappingProxyType(
    {
        "string": str,
        "boolean": bool,
        "integer": int,
        "number": (int, float),
        "array": list,
        "object": dict,
    }
)
# What lies in the column's folder: relative, and never up. Backslashes are Windows's slashes.
_INSIDE: Final = r"^(?![/\\~])(?![A-Za-z]:)(?!(.*[/\\])?\.\.([/\\]|$))[^\u0000-\u001f]+$"
_PLACED: Final = r"^(?!-$)(?!.*:[/\\~-])(?!(.*[/\\:])?\.\.([/\\]|$))"
_ANY: Final[Schema] = MappingProxyType({"type": "string"})
_PATH: Final[Schema] = MappingProxyType({"type": "string", "pattern": _INSIDE})
# "-" would be standard output; what follows a format, as in html:public/, lies inside, too.
_TARGET: Final[Schema] = MappingProxyType({"type": "string", "pattern": _PLACED + _INSIDE[1:]})


def _list(schema: Schema, least: int = 0) -> dict[str, Any]:
    listed = {"type": "array", "items": dict(schema)}
    return {**listed, "minItems": least} if least else listed


def choice(*values: str) -> Kind:
    """Return the kind that is one of these texts."""
    quoted = [f'"{value}"' for value in values]
    words = " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
    return Kind(words, words, {"enum": list(values)})


def choices_of(kind: Kind) -> tuple[str, ...]:
    """Return the texts that a kind names, for suggestions; none where any text will do."""
    schemas = kind.schema.get("anyOf", [kind.schema])
    return tuple(each for schema in schemas for each in schema.get("enum", ()))


TEXT: Final = Kind("a text", '"…"', _ANY)
TEXTS: Final = Kind("a list of texts", '["…", "…"]', _list(_ANY))
FLAG: Final = Kind("true or false", "true or false", {"type": "boolean"})
COUNT: Final = Kind(
    "a whole number from 1", "a whole number from 1", {"type": "integer", "minimum": 1}
)
WIDTH: Final = Kind(
    "a whole number from 20", "a whole number from 20", {"type": "integer", "minimum": 20}
)
LANGUAGE: Final = Kind("a language tag (BCP 47)", '"zh-Hans"', _ANY)
ADDRESS: Final = Kind(
    "an http(s) address", '"https://…"', {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://."}
)
PATH: Final = Kind(
    "a path inside the folder", '"images/cover.jpg", a path inside the folder', _PATH
)
PICTURE: Final = Kind(
    "a path inside the folder, or an address",
    '"images/cover.jpg", a path inside the folder, or an address',
    {"anyOf": [dict(ADDRESS.schema), dict(_PATH)]},
)
PATHS: Final = Kind("a list of paths inside the folder", '["…", "…"]', _list(_PATH))
GLOBS: Final = Kind(
    "a list of patterns", '["*.html", "2024/**"], patterns inside the folder', _list(_PATH, 1)
)
TARGETS: Final = Kind(
    "a list of targets inside the folder",
    '["book.epub", "md/"], targets inside the folder; -o may name others',
    _list(_TARGET, 1),
)
DATE: Final = Kind(
    "a date, or a date as text", "2024-05-01", {"type": "string", "format": "date-time"}
)
#: A place in a series: 2, or 2.5, or "2.1.3".
POSITION: Final = Kind(
    "a number, or numbers with dots as text",
    "2",
    {
        "anyOf": [
            {"type": "number", "minimum": 0, "maximum": 999_999},
            {"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,6}){0,5}$"},
        ]
    },
)
SIZE: Final = Kind(
    "a size as text, or bytes",
    '"45MB"',
    {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9]"}]},
)
VOLUMES: Final = Kind(
    '"year", "part" or a whole number from 1',
    '"year", "part" or a number of articles',
    {"anyOf": [{"enum": ["year", "part"]}, {"type": "integer", "minimum": 1}]},
)
ORDER: Final = Kind(
    '"date", "title", "name", "listed" or a list of file names',
    '"date", "title", "name", "listed", or a list of file names',
    {"anyOf": [{"enum": ["date", "title", "name", "listed"]}, _list(_ANY)]},
)
