"""The last page, that says what of the articles is not in the book; only when something is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from articlekit.report import CODES, Diagnostic
from articlekit.writers.epub.document import add, document, new_body
from articlekit.writers.epub.links import mend_url
from articlekit.writers.epub.names import COLOPHON
from articlekit.writers.epub.words import clean
from articlekit.writers.labels import Labels, labels

# Named one by one; of more, only how many there are.
_LISTED: Final = 200
# Losses of other formats, which the same run may have written.
_FOREIGN: Final = ("pdf-",)


@dataclass(frozen=True, slots=True)
class ColophonWords:
    """The page's words in one language.

    `kinds` says by its code what was lost; `more` takes `{n}`.
    """

    title: str
    intro: str
    more: str
    kinds: Mapping[str, str]


_ENGLISH: Final = ColophonWords(
    title="Not in this book",
    intro="The following parts of the articles could not be taken into this book.",
    more="and {n} more",
    kinds=MappingProxyType({}),
)
_CODES: Final = (
    "image-failed", "image-without-source", "embed-lost", "graphic-lost", "article-skipped",
    "encoding-errors", "front-matter-line-lost",
)  # fmt: skip


def _kinds(*words: str) -> Mapping[str, str]:
    return MappingProxyType(dict(zip(_CODES, words, strict=True)))


_WORDS: Final[Mapping[Labels, ColophonWords]] = MappingProxyType(
    {
        labels("zh-Hans"): ColophonWords(
            title="未收入本书的内容",
            intro="文章中的以下内容未能收入本书。",
            more="另有 {n} 处",
            kinds=_kinds(
                "未能取得的图片", "没有地址的图片", "无法链接的嵌入内容", "图形或公式的一部分",
                "无法读取的文章", "无法解读的字符", "无法解读的文首信息",
            ),
        ),
        labels("zh-Hant"): ColophonWords(
            title="未收入本書的內容",
            intro="文章中的以下內容未能收入本書。",
            more="另有 {n} 處",
            kinds=_kinds(
                "未能取得的圖片", "沒有位址的圖片", "無法連結的嵌入內容", "圖形或公式的一部分",
                "無法讀取的文章", "無法解讀的字元", "無法解讀的文首資訊",
            ),
        ),
        labels("ja"): ColophonWords(
            title="本書に収められなかったもの",
            intro="記事の次の部分は、本書に収められませんでした。",
            more="ほか {n} 件",
            kinds=_kinds(
                "取得できなかった画像", "アドレスのない画像", "リンクできない埋め込み",
                "図や数式の一部", "読めなかった記事", "解読できない文字", "読めなかった見出し情報",
            ),
        ),
    }
)  # fmt: skip


def worth_telling(losses: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the losses that are this book's, each once, in the order of the articles."""
    return tuple(dict.fromkeys(loss for loss in losses if not loss.code.startswith(_FOREIGN)))


def colophon_title(language: str | None) -> str:
    """Return the page's title, as the contents show it."""
    return _words(language).title


def colophon_page(losses: Sequence[Diagnostic], language: str | None) -> bytes:
    """Make the page that lists `losses`: what kind, of which source, and the address if any."""
    words = _words(language)
    colon = labels(language).colon
    body = new_body("backmatter")
    page = add(body, "section", epub_type="colophon", role="doc-colophon", id="colophon")
    page.set("aria-labelledby", "colophon-title")
    add(page, "h1", words.title, id="colophon-title")
    add(page, "p", words.intro)
    items = add(page, "ul")
    for loss in losses[:_LISTED]:
        item = add(items, "li")
        kind = words.kinds.get(loss.code, CODES[loss.code].meaning if loss.code in CODES else "")
        source = _name_of(clean(loss.source or ""))
        item.text = f"{source}{colon}{kind}" if source else kind or clean(loss.message)
        if loss.reason:
            item.text += f" ({clean(loss.reason)})"
        target = mend_url(loss.url) if loss.url else None
        if target is not None:
            add(item, "br").tail = ""
            add(item, "a", target, href=target)
    if len(losses) > _LISTED:
        add(page, "p", words.more.format(n=len(losses) - _LISTED))
    return document(COLOPHON, words.title, language, body)


def _name_of(source: str) -> str:
    """Leave a file's folder out: it is the machine's, and no reader's business."""
    return source if "://" in source else re.split(r"[/\\]", source)[-1]


def _words(language: str | None) -> ColophonWords:
    return _WORDS.get(labels(language), _ENGLISH)
