"""The few words a book needs of its own, by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Labels:
    """The words in one language. `date_pattern` takes `{y}`, `{m}` and `{d}`.

    `months` has twelve names, or none where a month is its number; `author_joiner`
    stands between two names, `colon` between a word and what it introduces.
    """

    contents: str
    source: str
    links: str
    author: str
    published: str
    cover: str
    image: str
    page: str
    rest: str
    previous: str
    following: str
    colon: str = ": "
    author_joiner: str = ", "
    date_pattern: str = "{d} {m} {y}"
    months: tuple[str, ...] = ()

    def date(self, day: date) -> str:
        """Write `day` as a reader of the language expects it.

        `strftime` is not used, as its month names are those of the machine's locale.
        """
        month = self.months[day.month - 1] if self.months else str(day.month)
        return self.date_pattern.format(y=day.year, m=month, d=day.day)

    def authors(self, names: tuple[str, ...]) -> str:
        """Join the names of the authors."""
        return self.author_joiner.join(names)


_MONTHS: Final = tuple(
    "January February March April May June July August September October November December".split()
)
_ENGLISH: Final = Labels(
    contents="Contents",
    source="Original article",
    links="Links",
    author="Author",
    published="Published",
    cover="Cover",
    image="Image",
    page="Page",
    rest="Other articles",
    previous="Previous",
    following="Next",
    months=_MONTHS,
)
# A language the table lacks gets English words, but a date that all can read (ISO 8601).
_OTHER: Final = replace(_ENGLISH, months=(), date_pattern="{y}-{m:0>2}-{d:0>2}")
_SIMPLIFIED: Final = Labels(
    contents="目录",
    source="原文链接",
    links="原文链接",
    author="作者",
    published="发布日期",
    cover="封面",
    image="图片",
    page="页",
    rest="其他文章",
    previous="上一篇",
    following="下一篇",
    colon="：",
    author_joiner="、",
    date_pattern="{y}年{m}月{d}日",
)
_TRADITIONAL: Final = Labels(
    contents="目錄",
    source="原文連結",
    links="原文連結",
    author="作者",
    published="發布日期",
    cover="封面",
    image="圖片",
    page="頁",
    rest="其他文章",
    previous="上一篇",
    following="下一篇",
    colon="：",
    author_joiner="、",
    date_pattern="{y}年{m}月{d}日",
)
_JAPANESE: Final = Labels(
    contents="目次",
    source="元の記事",
    links="リンク",
    author="著者",
    published="公開日",
    cover="表紙",
    image="画像",
    page="ページ",
    rest="その他の記事",
    previous="前の記事",
    following="次の記事",
    colon="：",
    author_joiner="、",
    date_pattern="{y}年{m}月{d}日",
)

# Taiwan, Hong Kong and Macao write traditional characters unless the tag names a script.
_BY_TAG: Final[Mapping[str, Labels]] = MappingProxyType(
    {
        "en": _ENGLISH,
        "ja": _JAPANESE,
        "zh": _SIMPLIFIED,
        "zh-hant": _TRADITIONAL,
        "zh-tw": _TRADITIONAL,
        "zh-hk": _TRADITIONAL,
        "zh-mo": _TRADITIONAL,
        "yue": _TRADITIONAL,
    }
)

# Scripts written from right to left, and the languages whose usual script is one.
_RTL: Final = frozenset("ar arc ckb dv fa he iw ks nqo ps sd syr ug ur yi arab hebr thaa".split())


def series_line(series: str | None, number: str | None) -> str:
    """Name a series and the place in it, as a title page does; "" for a book that is in none."""
    return " · ".join(filter(None, (series, number if series else None)))


# A book's pages are in few languages, and each asks several times.
@lru_cache(maxsize=64)
def labels(language: str | None) -> Labels:
    """Return the words for a BCP 47 tag, those in English where the table has none.

    Tags are shortened from the end until one is known (RFC 4647, section 3.4).
    """
    known = (_BY_TAG[tag] for tag in _shortened(language) if tag in _BY_TAG)
    return next(known, _OTHER)


@lru_cache(maxsize=64)
def direction(language: str | None) -> Literal["ltr", "rtl"]:
    """Return which way text in the language runs; a script in the tag decides."""
    parts = (language or "").lower().replace("_", "-").split("-")
    script = next((part for part in parts[1:] if len(part) == 4 and part.isalpha()), parts[0])
    return "rtl" if script in _RTL else "ltr"


def _shortened(language: str | None) -> Iterator[str]:
    """Yield the tag, then the tag without its last part, and so on."""
    parts = (language or "").lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])
