"""Front matter's keys and a page's `<meta>`s to one `Meta`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ada_url import URL

from articlekit.html import strip_controls
from articlekit.model import Meta
from articlekit.readers.dates import parse_date
from articlekit.report import Report

T = TypeVar("T")

# The keys that name each field, the more exact first. Feed mirrors, Hexo, Hugo, Jekyll.
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title",),
    "authors": ("authors", "author"),
    "language": ("language", "lang"),
    "url": ("url", "link", "source", "canonical"),
    "published": (
        "published", "date", "pubDate", "publishDate", "datePublished", "published_at", "created",
        "created_at",
    ),
    "categories": ("categories", "category"),
    "cover": ("cover", "headimg", "thumbnail", "image"),
    "description": ("description", "summary", "excerpt"),
}  # fmt: skip
_LOWERED: Final = {
    name: tuple((alias, alias.lower()) for alias in aliases) for name, aliases in _ALIASES.items()
}
# YAML's ways to say nothing, which text keys give as they are written.
_ABSENT: Final = frozenset({"", "null", "none", "~"})
# What nearly every article says; to look up others takes 30 ms, once a process.
_USUAL_TAGS: Final = {
    tag.lower(): tag
    for tag in "zh zh-Hans zh-Hant zh-CN zh-TW zh-HK en en-US en-GB ja ja-JP ko de fr es".split()
}
# Generators write these where an article has no picture of its own.
_PLACEHOLDER: Final = re.compile(
    r"^$|(?:^|/)(?:undefined|null|none|nan)$|picsum\.photos|via\.placeholder\.com"
    r"|placehold\.(?:it|co)|dummyimage\.com"
    r"|[/_-](?:default|placeholder|no-?image|blank)[^/]*\.(?:png|jpe?g|gif|webp|svg)",
    re.IGNORECASE,
)
# The parts of a mapping that a picture's address may be.
_PICTURE_KEYS: Final = ("url", "src", "path", "image", "feature")
_LIST: Final = re.compile(r"[,，、;；]")


def make_meta(values: Mapping[str, object], name: str, report: Report) -> Meta:
    """Return the `Meta` of a mapping of front-matter keys; what has no field stays in `extra`.

    A value that cannot be read as its field is reported and stays in `extra`, too.
    """
    values = {strip_controls(key): _printable(value) for key, value in values.items()}
    picker = _Picker(values, name, report)
    published = picker.read("published", parse_date)
    url = picker.read("url", lambda value: http_url(str(value)))
    language = picker.read("language", lambda value: language_tag(str(value)))
    authors = picker.authors()
    categories = tuple(_texts(picker.first("categories"))) or tuple(_texts(picker.others("tags")))
    cover, description = picker.cover(), picker.first("description")
    return Meta(
        title=" ".join(_text(picker.first("title")).split()),
        authors=authors,
        language=language,
        url=url,
        published=published,
        categories=categories,
        cover=cover,
        description=_text(description).strip() or None,
        extra={key: value for key, value in values.items() if key not in picker.taken},
        keys={key: picker.taken.get(key, "extra") for key in values},
    )


@dataclass(slots=True)
class _Picker:
    """Takes values out of a front matter, and remembers which field each key went to."""

    values: Mapping[str, object]
    name: str
    report: Report
    taken: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)  # keys by their lower case

    def __post_init__(self) -> None:
        for key in self.values:
            self.spelled.setdefault(key.lower(), key)

    def first(self, name: str) -> object:
        """Take the first of the field's keys that has a value."""
        key = next(self._keys(name), None)
        if key is None:
            return None
        self.taken[key] = name
        return self.values[key]

    def authors(self) -> tuple[str, ...]:
        """Take the authors' names; what else is told of an author stays in the front matter."""
        key = next(self._keys("authors"), None)
        if key is None:
            return ()
        names = _names(self.values[key])
        if names and _is_plain(self.values[key]):
            self.taken[key] = "authors"
        return names

    def cover(self) -> str | None:
        """Take the first picture that is none of those that stand for any; as with authors."""
        for key in self._keys("cover"):
            address = _picture(self.values[key])
            if not is_placeholder(address):
                if _is_plain(self.values[key]):
                    self.taken[key] = "cover"
                return address
            if address:
                message = f"'{key}' is a stand-in for a picture, no cover: {address[:200]}"
                self.report.add("cover-placeholder", message, source=self.name)
        return None

    def others(self, key: str) -> object:
        """Look at a key that belongs to no field."""
        return self.values.get(self.spelled.get(key, key))

    def read(self, name: str, convert: Callable[[object], T | None]) -> T | None:
        """Take the first of the field's keys whose value can be converted; report the others."""
        code, fault = _FAULTS[name]
        for key in self._keys(name):
            result = convert(self.values[key])
            if result is not None:
                self.taken[key] = name
                return result
            written = _text(self.values[key]).strip()
            # A source is as often the name of a newspaper; 'und' says what an absent tag says.
            if key.lower() != "source" and written != "und":
                message = f"'{key}' {fault.format(written[:80])}"
                self.report.add(code, message, source=self.name)
        return None

    def _keys(self, name: str) -> Iterator[str]:
        for alias, lowered in _LOWERED[name]:
            if lowered not in self.spelled:
                continue
            key = alias if alias in self.values else self.spelled[lowered]
            value = self.values[key]
            if value in (None, [], {}):
                continue
            said = _text(value).strip()
            if said and (name == "title" or said.lower() not in _ABSENT):
                yield key


_FAULTS: Final = {
    "published": ("date-unreadable", "is not a date: '{}'; write 2024-05-01"),
    "url": ("url-unusable", "is not an http(s) URL: '{}'"),
    "language": ("language-unreadable", "is no language tag: '{}'; write zh-Hans, en, …"),
}


def http_url(text: str) -> str | None:
    """Return `text` as a normalised absolute http(s) URL, or None if it is none."""
    try:
        url = URL(text.strip())
    except ValueError:
        return None
    return url.href if url.protocol in ("http:", "https:") else None


def language_tag(text: str) -> str | None:
    """Return a BCP 47 tag in its usual form: `zh_cn` as `zh-CN`; None if it is no tag."""
    written = text.strip().replace("_", "-")
    if usual := _USUAL_TAGS.get(written.lower()):
        return usual
    import langcodes

    try:
        tag = langcodes.standardize_tag(written)
    except ValueError:
        return None
    return tag if langcodes.tag_is_valid(tag) and tag != "und" else None


def _printable(value: object) -> object:
    r"""A value without what no XML may hold: JSON can say `\u0001`, and half of a character."""
    if isinstance(value, str):
        return strip_controls(value)
    if isinstance(value, (list, tuple)):
        return [_printable(each) for each in value]
    if isinstance(value, Mapping):
        return {strip_controls(str(key)): _printable(each) for key, each in value.items()}
    return value


def is_placeholder(address: str) -> bool:
    """Tell an address that a generator writes where there is no picture."""
    return _PLACEHOLDER.search(address.strip()) is not None


def _picture(value: object) -> str:
    """A picture's address: a text, the first of a list, or what a mapping says it is."""
    if isinstance(value, (list, tuple)):
        return next((found for each in value if (found := _picture(each))), "")
    if isinstance(value, Mapping):
        return next((found for key in _PICTURE_KEYS if (found := _picture(value.get(key)))), "")
    return _text(value).strip()


def _is_plain(value: object) -> bool:
    """Tell whether names, or an address, are all that a value holds."""
    if isinstance(value, Mapping):
        return set(value) == {"name"}
    return not isinstance(value, (list, tuple)) or all(map(_is_plain, value))


def _names(value: object) -> tuple[str, ...]:
    """Authors from a string, a list, mappings with a name, or a mapping of such mappings."""
    if isinstance(value, Mapping):
        inner = [each for each in value.values() if isinstance(each, Mapping)]
        return _names(value["name"]) if "name" in value else _names(inner)
    if isinstance(value, (list, tuple)):
        return tuple(name for each in value for name in _names(each))
    text = _text(value).strip()
    return (text,) if text else ()


def _texts(value: object) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    parts = (each.strip() for each in _LIST.split(_text(value)))
    return [part for part in parts if part]


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(_text(each) for each in value)
    return "" if value is None else str(value)
