"""Write an article's front matter back: every key it had, in its order, dates as ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import yaml

from articlekit.model import Meta

# What is written for a field that the source's front matter had no key for.
_NEW_KEYS: Final = {
    "title": "title",
    "authors": "author",
    "published": "date",
    "language": "lang",
    "url": "url",
    "categories": "categories",
    "description": "description",
    "cover": "cover",
}
_SINGULAR: Final = frozenset({"author", "category"})


class _Dumper(yaml.SafeDumper):
    """SafeDumper that indents lists under their key and writes whole dates."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_datetime(dumper: yaml.SafeDumper, moment: datetime) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", moment.isoformat())


_Dumper.add_representer(datetime, _represent_datetime)


def write_front_matter(meta: Meta) -> str:
    """Return the YAML block with its `---` lines and a blank line after it."""
    text = yaml.dump(
        front_matter(meta), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000
    )
    return f"---\n{text}---\n\n"


def front_matter(meta: Meta) -> dict[str, object]:
    """Return the keys and values to write: the source's own first, in its order."""
    fields = _fields(meta)
    values: dict[str, object] = {}
    for key, field in meta.keys.items():
        if field == "extra":
            values[key] = _plain(meta.extra[key])
        elif fields.get(field) is not None:
            values[key] = _shape(key, fields.pop(field))
    for field, key in _NEW_KEYS.items():
        if fields.get(field) is not None and key not in values:
            values[key] = _shape(key, fields[field])
    return values


def _fields(meta: Meta) -> dict[str, object]:
    return {
        "title": meta.title,
        "authors": list(meta.authors) or None,
        "published": meta.published,
        "language": meta.language,
        "url": meta.url,
        "categories": list(meta.categories) or None,
        "description": meta.description,
        "cover": meta.cover,
    }


def _shape(key: str, value: object) -> object:
    if key in _SINGULAR and isinstance(value, list) and len(value) == 1:
        return value[0]
    return value


def _plain(value: object) -> object:
    """A value in the few types that YAML writes without tags."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
