"""Find out what language an article is in, when nobody said."""

from __future__ import annotations

import unicodedata
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from typing import Final

from lxml import etree

from articlekit.html import text_of
from articlekit.model import Article, Element
from articlekit.report import Report

_SAMPLE: Final = 20_000  # characters are plenty, and keep a long article cheap
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
    """The text that is in a human language: code is not."""
    words = deepcopy(body)
    etree.strip_elements(words, "pre", "code", "kbd", "samp", with_tail=False)
    return text_of(words)


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


_DENSE: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})


def count_scripts(text: str) -> Counter[str]:
    """Count letters by the first word of their Unicode names: LATIN, CJK, HIRAGANA …"""
    letters = Counter(char for char in text if char.isalpha())
    scripts: Counter[str] = Counter()
    for char, count in letters.items():
        scripts[unicodedata.name(char, "UNKNOWN").split(" ", 1)[0]] += count
    return scripts


def chinese_script(text: str) -> str:
    """Tell zh-Hant from zh-Hans.

    GB 2312 is the simplified characters' standard and Big5 the traditional ones': a
    character that only one of them has is a vote.
    """
    votes = Counter(_vote(char) for char in text if "\u4e00" <= char <= "\u9fff")
    return "zh-Hant" if votes["zh-Hant"] > votes["zh-Hans"] else "zh-Hans"


def _vote(char: str) -> str | None:
    simplified, traditional = _encodes(char, "gb2312"), _encodes(char, "big5")
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified else "zh-Hant"


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _statistical(text: str) -> str | None:
    import py3langid

    language, _ = py3langid.classify(text)
    return chinese_script(text) if language in ("zh", "yue", "wuu") else str(language)
