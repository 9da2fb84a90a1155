"""Write an article's front matter back: every key it had, in its order, dates as ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import yaml

from articlekit.model import Meta
from articlekit.writers.markdown.dialects import find_dialect
from articlekit.writers.markdown.options import MarkdownOptions

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
    "subtitle": "subtitle",
    "series": "series",
    "number": "number",
}
# Keys by which generators know a field, where another key is theirs for something else:
# to Hugo `url` is where the page itself goes, and `images` holds what cards show.
_FLAVOURS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "articlekit": {},
        "hugo": {"url": "canonicalURL", "cover": "images", "language": "languageCode"},
        "jekyll": {"url": "canonical_url", "cover": "image", "authors": "author"},
    }
)
_LISTS: Final = frozenset({"images"})
_LIQUID: Final = re.compile(r"\{[{%]")
_SINGULAR: Final = frozenset({"author", "category"})


class _Dumper(yaml.SafeDumper):
    """SafeDumper that indents lists under their key and writes whole dates."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_datetime(dumper: yaml.SafeDumper, moment: datetime) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", moment.isoformat())


_Dumper.add_representer(datetime, _represent_datetime)


def write_front_matter(meta: Meta, options: MarkdownOptions, text: str = "") -> str:
    """Return the YAML block with its `---` lines and a blank line after it.

    `text` is what will follow: Jekyll is told to leave alone what looks like its templates.
    """
    values = front_matter(meta, find_dialect(options.dialect).front_matter)
    if options.dialect == "jekyll" and _LIQUID.search(text):
        values.setdefault("render_with_liquid", False)
    if options.keys is not None:
        values = {key: values[key] for key in options.keys if key in values}
    if not values:
        return ""
    written = yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{written}---\n\n"


def front_matter(meta: Meta, flavour: str = "articlekit") -> dict[str, object]:
    """Return the keys and values to write: the source's own first, in its order.

    A site generator gets the keys that it reads in the place of those that mean something
    else to it; the values that no field of `meta` has keep their keys.
    """
    fields, named = _fields(meta), {**_NEW_KEYS, **_FLAVOURS[flavour]}
    values: dict[str, object] = {}
    for key, field in meta.keys.items():
        if field == "extra":
            values[key] = _plain(meta.extra[key])
        elif fields.get(field) is not None:
            shown = _FLAVOURS[flavour].get(field, key)
            values[shown] = _shape(shown, fields.pop(field))
    for field, key in named.items():
        if fields.get(field) is not None and key not in values:
            values[key] = _shape(key, fields[field])
    if flavour == "jekyll":
        values.setdefault("layout", "post")
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
        "subtitle": meta.subtitle,
        "series": meta.series,
        "number": meta.number,
    }


def _shape(key: str, value: object) -> object:
    if key in _SINGULAR and isinstance(value, list) and len(value) == 1:
        return value[0]
    if key in _LISTS and not isinstance(value, list):
        return [value]
    return value


def _plain(value: object) -> object:
    """A value in the few types that YAML writes without tags."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
