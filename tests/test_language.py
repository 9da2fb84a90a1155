"""Which language an article is in, when nobody says so."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.readers.meta import language_tag
from articlekit.report import Report
from articlekit.transforms.language import chinese_script, count_scripts, guess_language

TEXTS = {
    "zh-Hans": "秋天的果园里，苹果已经红了。孩子们提着篮子走在树下，听老人讲去年的故事。",
    "zh-Hant": "秋天的果園裡，蘋果已經紅了。孩子們提著籃子走在樹下，聽老人講去年的故事。",
    "ja": "夏の終わりに、友だちと海へ行きました。波の音がとても静かでした。",
    "ko": "가을이 되자 마을 사람들은 모두 과수원으로 나가 사과를 땄다.",
    "en": "The river bends twice before it reaches the mill, and the old road follows it.",
    "fr": "La rivière fait deux détours avant d’arriver au moulin, et la route la suit.",
    "de": "Der Fluss macht zwei Biegungen, bevor er die Mühle erreicht, und die Straße folgt ihm.",
    "es": "El río da dos vueltas antes de llegar al molino, y el viejo camino lo sigue.",
    "ru": "Река делает два поворота, прежде чем дойти до мельницы, и дорога идёт рядом с ней.",
    "uk": "Річка робить два повороти, перш ніж дійти до млина, і дорога йде поруч із нею.",
    "ar": "ينعطف النهر مرتين قبل أن يصل إلى الطاحونة، والطريق القديم يسير معه إلى النهاية.",
    "th": "แม่น้ำไหลผ่านหมู่บ้านก่อนถึงโรงสี",
    "el": "Το ποτάμι στρίβει δύο φορές πριν φτάσει στον μύλο.",
    "he": "הנהר מתפתל פעמיים לפני שהוא מגיע לטחנה",
}


def parsed(text: str, lines: str = "") -> tuple[str | None, list[str]]:
    report = Report()
    article = articlekit.parse(f"---\ntitle: '…'\n{lines}---\n<p>{text}</p>", report=report)
    return article.meta.language, [found.code for found in report.diagnostics]


@pytest.mark.parametrize("tag", TEXTS)
@pytest.mark.parametrize("times", [1, 400])
def test_languages(tag: str, times: int) -> None:
    assert guess_language((TEXTS[tag] + " ") * times) == tag


@pytest.mark.parametrize("tag", TEXTS)
def test_the_article_has_the_language_and_the_report_says_it_was_guessed(tag: str) -> None:
    assert parsed(TEXTS[tag]) == (tag, ["language-guessed"])


@pytest.mark.parametrize("tag", TEXTS)
def test_a_declared_language_wins(tag: str) -> None:
    assert parsed(TEXTS[tag], "lang: nl\n") == ("nl", [])


def test_a_pages_own_language_wins() -> None:
    report = Report()
    page = f"<html lang=zh-TW><title>T</title><p>{TEXTS['en']}"
    assert articlekit.parse(page, report=report).meta.language == "zh-TW"
    assert report.diagnostics == []


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("这篇文章讲怎样安装 Python 和 Django，再写一个简单的网站。", "zh-Hans"),
        ("這篇文章講怎樣安裝 Python 和 Django，再寫一個簡單的網站。", "zh-Hant"),
        ("新しいライブラリの使い方を、サンプルコード sample.py と一緒に説明します。", "ja"),
        ("새로운 라이브러리를 설치하고 example.py 를 실행해 봅시다.", "ko"),
        ("Install the package (安装) and then run the command from your terminal.", "en"),
        (f"{TEXTS['zh-Hans'] * 3}他最喜欢的歌叫《さくら》。", "zh-Hans"),
        (f"{TEXTS['en'] * 3} Its name is Мельница.", "en"),
    ],
)
def test_the_language_of_most_of_a_mixed_text_counts(text: str, tag: str) -> None:
    assert guess_language(text) == tag


@pytest.mark.parametrize("text", ["", "  \n", "12345 !!", "…", "☃ ★ 42%", "Ox", "Hello there"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert guess_language(text) is None
    assert parsed(text)[0] is None
    assert "language-unknown" in parsed(text)[1]


@pytest.mark.parametrize(("text", "tag"), [("你好", "zh-Hans"), ("カ", "ja"), ("사과", "ko")])
def test_a_script_with_one_language_needs_few_letters(text: str, tag: str) -> None:
    assert guess_language(text) == tag


def test_a_script_that_decides_needs_no_statistics() -> None:
    """The statistics of languages take a third of a second to load."""
    code = (
        "import sys, articlekit\n"
        f"articlekit.parse('---\\ntitle: T\\n---\\n<p>{TEXTS['zh-Hans']}')\n"
        f"articlekit.parse('---\\ntitle: T\\nlang: en\\n---\\n<p>{TEXTS['en']}')\n"
        "assert not {'py3langid', 'numpy', 'langcodes'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-X", "utf8", "-c", code], check=True)


def test_the_title_counts_too() -> None:
    report = Report()
    article = articlekit.parse("---\ntitle: 果园里的苹果红了\n---\n<p>42</p>", report=report)
    assert article.meta.language == "zh-Hans"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("国", "zh-Hans"),
        ("國", "zh-Hant"),
        ("人口", "zh-Hans"),
        ("国國國", "zh-Hant"),
        ("", "zh-Hans"),
    ],
)
def test_chinese_scripts(text: str, tag: str) -> None:
    assert chinese_script(text) == tag


def test_scripts_are_counted_by_letters() -> None:
    assert count_scripts("ab, Ж 中文 12 か") == {
        "LATIN": 2,
        "CYRILLIC": 1,
        "CJK": 2,
        "HIRAGANA": 1,
    }


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_has_a_language_tag_or_none(text: str) -> None:
    found = guess_language(text)
    assert found is None or language_tag(found) is not None
