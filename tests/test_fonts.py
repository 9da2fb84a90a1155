from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from articlekit.errors import UsageError
from articlekit.model import Book, Chapter, Meta
from articlekit.report import Report
from articlekit.writers.pdf import PdfWriter, faces
from articlekit.writers.pdf.choice import bundled_faces, choose, group_of
from articlekit.writers.pdf.faces import Face, characters, given_faces, machine_faces
from articlekit.writers.pdf.fonts import bundled_fonts, with_given
from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.scripts import count_scripts, script_of, visible

SERIF, SANS = bundled_faces()


@pytest.mark.parametrize(
    ("char", "script"),
    [
        ("a", "latin"), ("é", "latin"), ("Ж", "cyrillic"), ("λ", "greek"), ("中", "han"),
        ("々", "han"), ("，", "han"), ("。", "common"), ("あ", "kana"), ("ｱ", "kana"),
        ("한", "hangul"), ("ب", "arabic"), ("ש", "hebrew"), ("ก", "thai"), ("😀", "emoji"),
        ("𠮷", "han"),
        ("1", "common"),
        ("\U0010fffd", "other"),
    ],
)  # fmt: skip
def test_scripts(char: str, script: str) -> None:
    assert script_of(char) == script


def test_scripts_are_counted_by_how_often_they_occur() -> None:
    counted = count_scripts(Counter("中文ab中"))
    assert counted == {"han": 3, "latin": 2}


def test_what_is_not_drawn_needs_no_glyph() -> None:
    assert visible("a \n\t\u200b\ufe0f\u00ad中") == {"a", "中"}


@pytest.mark.parametrize(
    ("language", "group"),
    [
        ("zh", "sc"), ("zh-CN", "sc"), ("zh-Hant", "tc"), ("zh-TW", "tc"), ("yue", "tc"),
        ("ja", "jp"), ("ko-KR", "kr"), ("en", "la"), (None, "la"), ("", "la"),
    ],
)  # fmt: skip
def test_groups(language: str | None, group: str) -> None:
    assert group_of(language) == group


def fail() -> tuple[Face, ...]:
    raise AssertionError("the machine's fonts were looked up")


def nothing_missing(characters: frozenset[str]) -> frozenset[str]:
    return frozenset()


def test_simplified_chinese_needs_no_font_of_the_machine() -> None:
    choice = choose(frozenset("中文ab"), ["zh-CN"], (), fail, nothing_missing)
    assert choice.text == {"sc": (SERIF,)}
    assert choice.bold == {"sc": (SANS,)}
    assert choice.missing == frozenset()


def test_latin_text_needs_no_font_at_all() -> None:
    assert choose(frozenset("abc"), ["en"], (), fail, nothing_missing).faces == ()


def test_bold_is_the_familys_own_where_it_has_one_and_sans_where_not() -> None:
    regular = Face(SERIF.path, 0, "Noto Serif CJK TC", 400)
    bold = Face(SERIF.path, 0, "Noto Serif CJK TC", 700)
    sans = Face(SANS.path, 0, "Noto Sans CJK TC", 400)
    for held, expected in (((regular, bold, sans), (regular, bold)), ((regular, sans), (sans,))):
        choice = choose(frozenset("中"), ["zh-TW"], (), lambda held=held: held, nothing_missing)
        assert choice.text["tc"][0] == regular
        assert choice.bold["tc"] == expected


def test_a_character_that_no_font_has_is_told() -> None:
    choice = choose(frozenset("中\U0010fffd"), ["zh"], (), lambda: (), lambda rest: rest)
    assert choice.missing == {"\U0010fffd"}


def test_fonts_that_are_given_come_first() -> None:
    choice = choose(frozenset("中"), ["zh-CN"], (SANS,), fail, nothing_missing)
    assert choice.text == {"sc": (SANS,)}
    assert choice.faces == (SANS,)


def test_a_file_and_a_folder_of_fonts(tmp_path: Path) -> None:
    (tmp_path / "x.otf").symlink_to(SERIF.path)
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    (tmp_path / "notes.txt").write_text("no font")
    [found] = given_faces([tmp_path])
    assert (found.family, found.weight, found.index) == ("Noto Serif SC", 400, 0)
    assert given_faces([str(tmp_path / "x.otf")]) == (found,)
    assert ord("中") in characters(found)


@pytest.mark.parametrize("name", ["nowhere.ttf", "broken.ttf", "empty"])
def test_where_no_font_is_that_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no font is there"):
        given_faces([tmp_path / name])


def test_without_fontconfig_the_folders_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.otf").symlink_to(SANS.path)
    monkeypatch.setattr(faces.shutil, "which", lambda name: None)
    monkeypatch.setattr(faces, "folders", lambda: [tmp_path, tmp_path / "absent"])
    machine_faces.cache_clear()
    try:
        assert [face.family for face in machine_faces()] == ["Noto Sans SC"]
    finally:
        machine_faces.cache_clear()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_folders_for_fonts(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert faces.folders()


def test_given_fonts_stand_for_the_first_names_in_the_style_sheet() -> None:
    fonts = with_given(bundled_fonts(), (SANS,))
    assert "font-family: 'Articlekit Song'; font-weight: 400; font-style: normal" in fonts.css
    assert fonts.files["own-0"] == SANS.path
    assert fonts.css.count("'Articlekit Song'") == 1
    assert with_given(bundled_fonts(), ()) == bundled_fonts()


def book(text: str, language: str) -> Book:
    body = etree.Element("body")
    etree.SubElement(body, "p").text = text
    meta = Meta(text, language=language)
    return Book(meta, (Chapter("c", "s", meta, body),), {})


def fonts_in(path: Path) -> set[str]:
    rows = subprocess.run(
        ["pdffonts", path], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    return {re.sub(r"^[A-Z]{6}\+", "", row.split()[0]) for row in rows}


def test_typst_sets_a_book_in_the_font_given(tmp_path: Path) -> None:
    options = PdfOptions(pdf_engine="typst", font=(str(SANS.path),))
    path = tmp_path / "a.pdf"
    report = Report()
    PdfWriter(options=options).write(book("一段中文", "zh"), path, report)
    assert any("NotoSansSC" in name for name in fonts_in(path))
    assert not any("Serif" in name and "SC" in name for name in fonts_in(path))
    assert report.losses == []


def test_weasyprint_sets_a_book_in_the_font_given(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    options = PdfOptions(pdf_engine="weasyprint", font=(str(SANS.path),))
    PdfWriter(options=options).write(book("一段中文", "zh"), path, Report())
    before = tmp_path / "b.pdf"
    PdfWriter(options=PdfOptions(pdf_engine="weasyprint")).write(
        book("一段中文", "zh"), before, Report()
    )
    # Both are called by the style sheet's names; another font's glyphs are in one of them.
    assert path.read_bytes() != before.read_bytes()


def test_a_chinese_book_without_any_chinese_font_tells_each_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    monkeypatch.setattr("articlekit.writers.pdf.typst.engine.machine_faces", lambda: ())
    report = Report()
    writer = PdfWriter(options=PdfOptions(pdf_engine="typst"))
    writer.write(book("河岸 river", "zh"), tmp_path / "a.pdf", report)
    [lost] = report.losses
    assert lost.code == "pdf-missing-glyph"
    assert "岸 (U+5CB8)" in lost.message
    assert "pip install 'articlekit[fonts-zh]'" in lost.message
