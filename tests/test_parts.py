"""A column's parts: what column.toml may say of them, and how articles fall into them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

import articlekit
from articlekit.errors import ColumnFileError
from articlekit.html import parse_html
from articlekit.model import Article, Column, Meta, Origin
from articlekit.readers.column import make_column, parse_column_file
from articlekit.report import Report


def post(name: str, day: str | None = None, *categories: str) -> Article:
    published = None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)
    meta = Meta(name.upper(), published=published, categories=categories)
    return Article(name, meta, etree.Element("body"), Origin(f"c/{name}"))


def column(text: str, articles: list[Article], report: Report | None = None) -> Column:
    file = parse_column_file(text, "c/column.toml")
    return make_column(file, articles, "c/column.toml", "folder", report or Report())


def shelves(made: Column) -> list[str]:
    """The parts and their articles, as `title: name name`."""
    found, start = [], 0
    for part in made.parts:
        names = " ".join(each.slug for each in made.articles[start : start + part.size])
        found.append(f"{part.title}: {names}")
        start += part.size
    assert start == len(made.articles) or not made.parts
    return found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("group_by = 'yaer'", "unknown group_by 'yaer'; did you mean 'year'?"),
        ("group_by = 1", "'group_by' cannot be 1; write group_by = \"category\", "),
        ("parts = 1", "'parts' cannot be 1; write [[parts]]"),
        ("parts = ['x']", "a part cannot be 'x'; write title = "),
        ("[[parts]]\narticles = ['a']", "a part without a title; write title = "),
        ("[[parts]]\ntitle = ' '\narticles = ['a']", "a part without a title; write title = "),
        ("[[parts]]\ntitle = 'T'", "the part 'T' lists no articles; write title = "),
        ("[[parts]]\ntitle = 'T'\narticles = []", "the part 'T' lists no articles"),
        ("[[parts]]\ntitle = 'T'\narticles = [1]", "the part 'T' lists no articles"),
        ("[[parts]]\ntitel = 'T'", "unknown key 'titel' in [[parts]]; did you mean 'title'?"),
        ("[[parts]]\ntitle = 'T'\narticles = ['a', 'a']", "parts list 'a' twice; leave it in one"),
        (
            "group_by = 'year'\n[[parts]]\ntitle = 'T'\narticles = ['a']",
            "has both group_by and [[parts]]; leave one out",
        ),
    ],
)
def test_what_no_parts_can_be(text: str, message: str) -> None:
    with pytest.raises(ColumnFileError) as caught:
        parse_column_file(text, "c/column.toml")
    assert re.sub(r":\d+: ", ": ", str(caught.value)).startswith(f"c/column.toml: {message}")


def test_listed_parts_keep_the_order_they_have() -> None:
    report = Report()
    text = (
        "[[parts]]\ntitle = 'One'\narticles = ['c', 'a']\n"
        "[[parts]]\ntitle = 'Two'\narticles = ['b']\n"
    )
    articles = [post("e", "2024-01-01"), post("d", "2023-01-01"), post("a"), post("b"), post("c")]
    assert shelves(column(text, articles, report)) == ["One: c a", "Two: b", ": d e"]
    assert [(each.code, each.source) for each in report.diagnostics] == [
        ("article-in-no-part", "c/d"),
        ("article-in-no-part", "c/e"),
    ]


def test_a_part_that_names_no_article_is_refused() -> None:
    with pytest.raises(ColumnFileError, match="parts name 'bb'; did you mean 'b'"):
        column("[[parts]]\ntitle = 'One'\narticles = ['bb']", [post("b"), post("x")])


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("category", ["x: b d", "z: c", ": e a"]),
        ("year", ["2023: b", "2024: c e d", ": a"]),
        ("month", ["2023-12: b", "2024-03: c e", "2024-05: d", ": a"]),
    ],
)
def test_articles_fall_into_groups(by: str, wanted: list[str]) -> None:
    articles = [
        post("a", None, "all"),
        post("b", "2023-12-31", "all", "x"),
        post("c", "2024-03-01", "z", "all", "x"),
        post("d", "2024-05-01", "x", "all"),
        post("e", "2024-03-01", "all"),
    ]
    report = Report()
    made = column(f"group_by = '{by}'", articles, report)
    assert shelves(made) == wanted
    assert len(report.diagnostics) == len(wanted[-1].split()) - 1


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("zh-Hant", "2024年3月"), ("ja", "2024年3月"), ("en-GB", "March 2024"), ("de", "2024-03")],
)
def test_months_are_written_as_the_language_has_them(language: str, wanted: str) -> None:
    articles = [post("a", "2024-03-01"), post("b", "2024-04-01")]
    made = column(f"language = '{language}'\ngroup_by = 'month'", articles)
    assert made.parts[0].title == wanted


@pytest.mark.parametrize("by", ["category", "year", "month"])
def test_one_group_is_no_part(by: str) -> None:
    articles = [post("b", "2024-03-02", "x"), post("a", "2024-03-01", "x")]
    report = Report()
    made = column(f"group_by = '{by}'", articles, report)
    assert made.parts == ()
    assert [each.slug for each in made.articles] == ["a", "b"]
    assert report.diagnostics == []


def test_another_order_stays_within_the_parts() -> None:
    articles = [post("c", "2023-01-01"), post("b", "2024-05-01"), post("a", "2024-09-01")]
    made = column("order = 'title'\ngroup_by = 'year'", articles)
    assert shelves(made) == ["2023: c", "2024: a b"]


def test_other_formats_group_their_contents(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "column.toml").write_text("language = 'en'\ngroup_by = 'year'\n")
    for name, day in (("a", "2023-01-01"), ("b", "2024-01-01"), ("c", "")):
        date = f"date: {day}\n" if day else ""
        (folder / f"{name}.html").write_text(f"---\ntitle: {name}\nlang: en\n{date}---\n<p>x")
    articlekit.compile_column(folder, f"{tmp_path}/md/", tmp_path / "b.html", offline=True)
    index = (tmp_path / "md" / "index.md").read_text("utf-8")
    assert re.findall(r"^## (.+)$|\[(.+?)\]", index, re.MULTILINE) == [
        ("2023", ""), ("", "a"), ("2024", ""), ("", "b"), ("Other articles", ""), ("", "c"),
    ]  # fmt: skip
    page = parse_html((tmp_path / "b.html").read_text("utf-8"), Report())
    parts = page.xpath("//nav[@class='contents']/ol/li[@class='part']")
    assert [["".join(each.itertext()) for each in part] for part in parts] == [
        ["2023", "a"], ["2024", "b"], ["Other articles", "c"],
    ]  # fmt: skip
