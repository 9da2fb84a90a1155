"""Words that only an EPUB says, and text and language tags as its documents want them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from articlekit.html import strip_controls
from articlekit.writers.labels import Labels, labels

UNKNOWN_LANGUAGE = "und"  # ISO 639-2; EPUB 3.3, "The dc:language element", asks for one always

_SPACES = re.compile(r"[ \t\r\n\f]+")
# RFC 5646 section 2.1 without the grandfathered tags, which no reader knows.
_TAG = re.compile(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})
        (?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*
        (?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    `volume` takes the book's `{title}` and the `{number}`, `dated` a `{year}` and `named` a
    `{name}` in its place; `articles` takes the `{first}` and `{last}` of a group; the last
    three are the accessibility summary's.
    """

    title_page: str
    landmarks: str
    start: str
    untitled: str
    volume: str
    dated: str
    named: str
    articles: str
    all_text: str
    described: str
    undescribed: str


_ENGLISH = Words(
    title_page="Title page",
    landmarks="Landmarks",
    start="Start of the text",
    untitled="Untitled",
    volume="{title} (volume {number})",
    dated="{title} ({year})",
    named="{title}: {name}",
    articles="Articles {first}–{last}",
    all_text="All content is text. Its headings and table of contents can be navigated.",
    described="Every image has a text alternative. Headings and the table of contents can be "
    "navigated.",
    undescribed="Some images have no text alternative. Headings and the table of contents can "
    "be navigated.",
)
_WORDS: Mapping[Labels, Words] = MappingProxyType(
    {
        labels("zh-Hans"): Words(
            title_page="书名页",
            landmarks="导航标记",
            start="正文",
            untitled="无题",
            volume="{title}（第{number}册）",
            dated="{title}（{year}年）",
            named="{title}：{name}",
            articles="第 {first}–{last} 篇",
            all_text="全部内容为文字，可按标题和目录浏览。",
            described="所有图片均有替代文字，可按标题和目录浏览。",
            undescribed="部分图片没有替代文字，可按标题和目录浏览。",
        ),
        labels("zh-Hant"): Words(
            title_page="書名頁",
            landmarks="導覽標記",
            start="正文",
            untitled="無題",
            volume="{title}（第{number}冊）",
            dated="{title}（{year}年）",
            named="{title}：{name}",
            articles="第 {first}–{last} 篇",
            all_text="全部內容為文字，可按標題和目錄瀏覽。",
            described="所有圖片均有替代文字，可按標題和目錄瀏覽。",
            undescribed="部分圖片沒有替代文字，可按標題和目錄瀏覽。",
        ),
        labels("ja"): Words(
            title_page="扉",
            landmarks="ランドマーク",
            start="本文",
            untitled="無題",
            volume="{title}（第{number}巻）",
            dated="{title}（{year}年）",
            named="{title}：{name}",
            articles="記事 {first}–{last}",
            all_text="内容はすべて文字で、見出しと目次から移動できます。",
            described="すべての画像に代替テキストがあり、見出しと目次から移動できます。",
            undescribed="代替テキストのない画像があります。見出しと目次から移動できます。",
        ),
    }
)


def words_for(language: str | None) -> Words:
    """Return the words that go with `labels(language)`."""
    return _WORDS.get(labels(language), _ENGLISH)


def language_tag(text: str | None) -> str | None:
    """Return `text` as a well-formed BCP 47 tag, or None (EPUB 3.3, "The dc:language element")."""
    tag = (text or "").strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else None


def title_of(title: str, language: str | None) -> str:
    """Return the title on one line, or a word for none, as no entry or title may be empty."""
    return clean(title) or words_for(language).untitled


def clean(text: str) -> str:
    """Return `text` on one line, fit for XML; U+3000 and U+00A0 are content and stay."""
    return _SPACES.sub(" ", strip_controls(text)).strip(" ")
