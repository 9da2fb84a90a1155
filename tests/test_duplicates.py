"""Articles that stand twice are found, however they are named, and what differs is kept apart."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest
from lxml import etree

import articlekit
from articlekit.duplicates import DUPLICATES, find_twins
from articlekit.model import Article, Meta, Origin
from articlekit.pipeline import list_column
from articlekit.report import Report


def article(name: str, clauses: list[str]) -> Article:
    body = etree.Element("body")
    etree.SubElement(body, "p").text = "，".join(clauses) + "。"
    return Article(name, Meta(f"Title of {name}"), body, Origin(f"{name}.html"))


def clauses(seed: int, count: int = 40) -> list[str]:
    dice = Random(seed)
    return [
        "".join(chr(0x4E00 + dice.randrange(2000)) for _ in range(dice.randint(4, 14)))
        for _ in range(count)
    ]


def test_the_same_text_in_other_clothes() -> None:
    plain = article("a", ["Rain fell", "all night", "ABC"])
    dressed = article("b", ["rain   fell!", "ALL\nnight", "abc"])
    (twin,) = find_twins([plain, dressed])
    assert (twin.article.slug, twin.earlier.slug, twin.exact) == ("b", "a", True)


@pytest.mark.parametrize("seed", range(25))
def test_a_version_with_a_clause_changed(seed: int) -> None:
    text = clauses(seed)
    changed = [*text[:7], "换了一句", *text[8:]]
    found = find_twins([article("x", clauses(900)), article("a", text), article("b", changed)])
    assert [(each.article.slug, each.earlier.slug) for each in found] == [("b", "a")]


def test_different_texts_with_the_same_frame_are_no_twins() -> None:
    frame = clauses(1, 12)
    articles = [article(str(seed), [*frame, *clauses(seed, 20)]) for seed in range(2, 60)]
    assert find_twins(articles) == []


def test_the_same_sentences_in_another_order_are_another_text() -> None:
    pool, dice = clauses(5, 60), Random(6)
    articles = [article(str(number), dice.sample(pool, 60)) for number in range(20)]
    assert find_twins(articles) == []


def test_short_and_empty_articles_are_compared_whole() -> None:
    ones = [
        article("a", ["一", "二"]),
        article("b", ["一", "三"]),
        article("c", []),
        article("d", []),
    ]
    assert find_twins(ones) == []


def test_merging_keeps_the_longer_version_in_the_first_one_s_place() -> None:
    text, report = clauses(3), Report()
    articles = [article("a", text), article("x", clauses(4)), article("b", [*text, "结尾"])]
    kept = DUPLICATES["merge"](articles, report)
    assert [each.slug for each in kept] == ["b", "x"]
    (told,) = report.diagnostics
    assert (told.code, told.source) == ("version-dropped", "a.html")
    assert "b.html was kept" in told.message


def test_three_copies_become_one() -> None:
    report = Report()
    kept = DUPLICATES["merge"]([article(name, ["一", "二"]) for name in "abc"], report)
    assert [each.slug for each in kept] == ["a"]
    assert [(each.code, each.source) for each in report.diagnostics] == [
        ("article-merged", "b.html"),
        ("article-merged", "c.html"),
    ]


@pytest.mark.parametrize(("choice", "count"), [("report", 2), ("merge", 1), ("keep", 2)])
def test_a_column_has_the_choice(tmp_path: Path, choice: str, count: int) -> None:
    folder = tmp_path / "blog"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.html").write_text(f"---\ntitle: {name}\nlang: en\n---\n<p>Same.</p>")
    report = articlekit.compile_column(folder, tmp_path / "a.epub", duplicates=choice)
    assert len(report.diagnostics) == (0 if choice == "keep" else 1)
    assert len(list_column(folder, duplicates=choice).articles) == count


def test_thousands_take_linear_time() -> None:
    def seconds(count: int) -> float:
        articles = [article(str(seed), clauses(seed, 30)) for seed in range(count)]
        began = time.process_time()
        assert find_twins(articles) == []
        return time.process_time() - began

    few, many = seconds(400), seconds(1600)
    assert many < 4 * few * 2.5
