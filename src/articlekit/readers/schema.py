"""The JSON Schema of column.toml, for editors: docs/column.schema.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from articlekit.readers.keys import ARTICLE_KEYS, KEYS, PART_KEYS, Key

_DIALECT: Final = "http://json-schema.org/draft-07/schema#"  # which every editor knows


def column_schema() -> dict[str, Any]:
    """Return the schema that every column.toml keeps to which articlekit takes."""
    properties = {name: _property(key) for name, key in KEYS.items()}
    part = _table(PART_KEYS) | {"required": list(PART_KEYS)}
    properties["parts"] |= {"items": part}
    properties["articles"] |= {"additionalProperties": _table(ARTICLE_KEYS) | _not_both("authors")}
    return {
        "$schema": _DIALECT,
        "title": "column.toml of articlekit",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "dependencies": {"number": ["series"]},
        "allOf": [_not_both("authors"), _NO_TWO_WAYS],
    }


# As `group_by` may be "none" beside parts, which takes back what nobody said.
_NO_TWO_WAYS: Final = {
    "not": {
        "required": ["parts", "group_by"],
        "properties": {"group_by": {"not": {"enum": ["none"]}}},
    }
}


def _table(keys: Mapping[str, Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(key) for name, key in keys.items()},
    }


def _property(key: Key) -> dict[str, Any]:
    default = f" Default: {key.default}." if key.default else ""
    return {
        "description": f"{key.meaning[0].upper()}{key.meaning[1:]}.{default}",
        **key.kind.schema,
    }


def _not_both(name: str) -> dict[str, Any]:
    return {"not": {"required": [name, name.removesuffix("s")]}}
