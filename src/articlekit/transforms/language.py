"""Find out what language an article is in, when nobody said."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import Final

from lxml import etree

from articlekit.model import Article, Element
from articlekit.report import Report

_SAMPLE: Final = 1_000  # characters are plenty, and keep a long article cheap
_CODE: Final = frozenset({"pre", "code", "kbd", "samp"})
_LEAST: Final = 20  # letters, below which a guess at a Latin language is a coin toss

# Scripts, by the first word of their letters' Unicode names, that have one main language.
_BY_SCRIPT: Final = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "HEBREW": "he",
    "GREEK": "el",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}


def detect_language(article: Article, report: Report) -> Article:
    """Set the article's language from its text, unless it was declared."""
    if article.meta.language is not None:
        return article
    text = f"{article.meta.title}\n{_prose(article.body)}"
    found = guess_language(text)
    name = article.origin.name
    if found is None:
        message = (
            "no language declared and too little text to tell; write 'lang:' in its front matter"
        )
        report.add("language-unknown", message, source=name)
        return article
    report.add("language-guessed", f"language detected from the text: {found}", source=name)
    return replace(article, meta=replace(article.meta, language=found))


def _prose(body: Element) -> str:
    """The first text that is in a human language: code is not."""
    parts: list[str] = []
    length = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in _CODE:
            walk.skip_subtree()
            continue
        part = (element.text if event == "start" else element.tail) or ""
        parts.append(part)
        length += len(part)
        if length > _SAMPLE:
            break
    return "".join(parts)


def guess_language(text: str) -> str | None:
    """Return the BCP 47 tag of the language that most of `text` is written in, or None.

    The script decides where it can; Chinese is told from Japanese by the absence of kana,
    and zh-Hans from zh-Hant by the characters that only one of them has. Between the
    languages of one script, py3langid decides.
    """
    scripts = count_scripts(text[:_SAMPLE])
    # One Han character says about as much as a word of three letters.
    weights = {name: count * (3 if name in _DENSE else 1) for name, count in scripts.items()}
    if not weights:
        return None
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    main = max(weights, key=lambda name: weights[name])
    if main in _BY_SCRIPT:
        return _BY_SCRIPT[main]
    if main == "CJK":
        # In Japanese prose kana outnumber kanji; a Chinese text may quote a title.
        return "ja" if kana * 2 > scripts["CJK"] else chinese_script(text[:_SAMPLE])
    return _statistical(text[:_SAMPLE]) if scripts[main] >= _LEAST else None


_HAN: Final = re.compile("[\u4e00-\u9fff]+")
_DENSE: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})


def count_scripts(text: str) -> Counter[str]:
    """Count letters by the first word of their Unicode names: LATIN, CJK, HIRAGANA …"""
    others = _without_han(text)  # hundreds of Han characters' names take long to look up
    scripts = Counter({"CJK": len(text) - len(others)} if len(others) < len(text) else {})
    for char, count in Counter(others).items():
        if (script := _script(char)) is not None:
            scripts[script] += count
    return scripts


@lru_cache(maxsize=1)  # asked for twice in a row
def _without_han(text: str) -> str:
    return _HAN.sub("", text)


@lru_cache(maxsize=4096)
def _script(char: str) -> str | None:
    return unicodedata.name(char, "UNKNOWN").split(" ", 1)[0] if char.isalpha() else None


def chinese_script(text: str) -> str:
    """Tell zh-Hant from zh-Hans.

    GB 2312 is the simplified characters' standard and Big5 the traditional ones': a
    character that only one of them has is a vote.
    """
    others = _without_han(text)
    simplified, traditional = (
        len(text.encode(name, "ignore")) - len(others.encode(name, "ignore"))
        for name in ("gb2312", "big5")
    )
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _statistical(text: str) -> str | None:
    import py3langid

    language, _ = py3langid.classify(text)
    return chinese_script(text) if language in ("zh", "yue", "wuu") else str(language)
