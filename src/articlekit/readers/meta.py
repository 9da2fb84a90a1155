"""Front matter's keys and a page's `<meta>`s to one `Meta`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from ada_url import URL

from articlekit.model import Meta
from articlekit.report import Report

T = TypeVar("T")

# The keys that name each field, the more exact first. Feed mirrors, Hexo, Hugo, Jekyll.
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title",),
    "authors": ("authors", "author"),
    "language": ("language", "lang"),
    "url": ("url", "link", "source", "canonical"),
    "published": ("published", "date", "pubDate"),
    "categories": ("categories", "category"),
    "cover": ("cover", "headimg", "thumbnail"),
    "description": ("description", "summary", "excerpt"),
}
_DATE: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T,\s]*(上午|下午|晚上)?\s*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d+)?)?[分秒]?)?"
)
_AFTERNOON: Final = frozenset({"下午", "晚上"})
# What programs write behind an offset, or before it, that only repeats it: Go, JavaScript.
_ZONE_AGAIN: Final = re.compile(
    r"(?<=[+-]\d{4}) [A-Z+-][A-Z0-9+-]*$|\s*\([^()]*\)$|(?:GMT|UTC)(?=[+-]\d{4})"
)
_LONGEST: Final = 100  # characters that a date may have
# YAML's ways to say nothing, which text keys give as they are written.
_ABSENT: Final = frozenset({"", "null", "none", "~"})
# What nearly every article says; to look up others takes 30 ms, once a process.
_USUAL_TAGS: Final = {
    tag.lower(): tag
    for tag in "zh zh-Hans zh-Hant zh-CN zh-TW zh-HK en en-US en-GB ja ja-JP ko de fr es".split()
}
_LIST: Final = re.compile(r"\s*[,，、;；]\s*")


def make_meta(values: Mapping[str, object], name: str, report: Report) -> Meta:
    """Return the `Meta` of a mapping of front-matter keys; what has no field stays in `extra`.

    A value that cannot be read as its field is reported and stays in `extra`, too.
    """
    picker = _Picker(values, name, report)
    published = picker.read("published", parse_date)
    url = picker.read("url", lambda value: http_url(str(value)))
    language = picker.read("language", lambda value: language_tag(str(value)))
    authors = _names(picker.first("authors"))
    categories = tuple(_texts(picker.first("categories"))) or tuple(_texts(picker.others("tags")))
    cover, description = picker.first("cover"), picker.first("description")
    return Meta(
        title=" ".join(_text(picker.first("title")).split()),
        authors=authors,
        language=language,
        url=url,
        published=published,
        categories=categories,
        cover=_text(cover).strip() or None,
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
        for alias in _ALIASES[name]:
            key = alias if alias in self.values else self.spelled.get(alias.lower(), alias)
            value = self.values.get(key)
            absent = value in (None, [], {}) or _text(value).strip().lower() in _ABSENT
            if not absent or (name == "title" and _text(value).strip()):
                yield key


_FAULTS: Final = {
    "published": ("date-unreadable", "is not a date: '{}'; write 2024-05-01"),
    "url": ("url-unusable", "is not an http(s) URL: '{}'"),
    "language": ("language-unreadable", "is no language tag: '{}'; write zh-Hans, en, …"),
}


def parse_date(value: object) -> datetime | None:
    """Read a date in any of the forms that feeds and blogs write; without a zone it is UTC.

    RFC 822, ISO 8601, `2021-03-22 08:20:42`, `2021/3/22`, `2021年3月22日`, and seconds or
    milliseconds since 1970. None for what is none of them.
    """
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    text = _ZONE_AGAIN.sub("", str(value).strip()[:_LONGEST])
    for read in (_read_iso, _read_epoch, _read_parts, _read_rfc822, _read_words):
        try:
            return _aware(read(text))
        except (ValueError, TypeError, IndexError, OverflowError, OSError):
            continue
    return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_iso(text: str) -> datetime:
    if not re.match(r"\d{4}-\d\d", text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _read_epoch(text: str) -> datetime:
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        raise ValueError(text)
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _read_rfc822(text: str) -> datetime:
    if not re.search(r"\d{1,2} [A-Za-z]{3} (\d\d|\d{4}) \d{1,2}:\d\d", text):
        raise ValueError(text)
    return parsedate_to_datetime(text)


def _read_words(text: str) -> datetime:
    """Read `22 Mar 2021`, `March 22, 2021 8:20 PM`, `2021-03-22 08:20 +0800`."""
    from dateutil import parser

    told = re.search(r"[A-Za-z]{3}|[+-]\d\d:?\d\d$|\d ?[AaPp][Mm]$", text)
    if told is None or not re.search(r"\b\d{4}\b", text):
        raise ValueError(text)

    def zone(_: str | None, offset: int | None) -> timezone | None:
        # Letters that are no zone, as the T of ISO 8601, would be a warning on stderr.
        return None if offset is None else timezone(timedelta(seconds=offset))

    # What the text leaves out is not today's, as dateutil would have it.
    return parser.parse(text, default=datetime(1, 1, 1), tzinfos=zone)


def _read_parts(text: str) -> datetime:
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    *before, half, hour, minute, second = found.groups()
    year, month, day = map(int, before)
    hours = int(hour or 0)
    if half in _AFTERNOON and hours < 12:
        hours += 12
    return datetime(year, month, day, hours, int(minute or 0), int(second or 0))


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


def _names(value: object) -> tuple[str, ...]:
    """Authors from a string, a list, or mappings with a name."""
    if isinstance(value, Mapping):
        return _names(value.get("name"))
    if isinstance(value, (list, tuple)):
        return tuple(name for each in value for name in _names(each))
    text = _text(value).strip()
    return (text,) if text else ()


def _texts(value: object) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    return [part for part in _LIST.split(_text(value).strip()) if part]


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(_text(each) for each in value)
    return "" if value is None else str(value)
