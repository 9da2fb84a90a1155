"""`articlekit list`: the table of a column, and the JSON that scripts read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from articlekit.cli import cli
from articlekit.contents import count_words

COLUMN = Path(__file__).parent.parent / "examples" / "column"


def listed(*args: str) -> Result:
    return CliRunner().invoke(cli, ["list", *args])


@pytest.fixture
def column(tmp_path: Path) -> Path:
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "b.html").write_text(
        "---\ntitle: 第一篇\ndate: 2024-01-02\nlang: zh-Hans\n---\n"
        "<p>雪落 two words</p><img src=x.png>"
    )
    (folder / "a.html").write_text("---\ntitle: Later\nlang: en\ndate: someday\n---\n<p>x</p>")
    return folder


def test_a_table_in_the_column_s_order(column: Path) -> None:
    result = listed(str(column))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "   date        title   words  images  problems         file",
        f"1  2024-01-02  第一篇      4       1                   {column / 'b.html'}",
        f"2              Later       1       0  date-unreadable  {column / 'a.html'}",
    ]


def test_json(column: Path) -> None:
    told = json.loads(listed(str(column), "--json", "-q").stdout)
    assert (told["version"], told["title"], told["language"]) == (1, "blog", "en")
    assert told["articles"][0] == {
        "number": 1,
        "title": "第一篇",
        "date": "2024-01-02T00:00:00+00:00",
        "words": 4,
        "images": 1,
        "problems": {},
        "file": str(column / "b.html"),
    }
    assert told["articles"][1]["problems"] == {"date-unreadable": 1}


def test_it_writes_nothing_beside_the_column(column: Path) -> None:
    before = sorted(column.rglob("*"))
    assert listed(str(column)).exit_code == 0
    assert sorted(column.rglob("*")) == before


def test_strict_lists_and_fails_when_an_article_is_lost(column: Path) -> None:
    (column / "c.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(256))
    result = listed(str(column), "--strict")
    assert result.exit_code == 3
    assert "第一篇" in result.stdout
    assert "c.html" in result.stderr


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    result = listed(str(tmp_path / "none"))
    assert result.exit_code != 0
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("雪落。", 2),
        ("It isn’t well-known.", 3),
        ("Python 3.11 的 GIL", 5),
        ("한국어 문장", 2),
        ("かな カナ", 4),
        ("𠀀", 1),
    ],
)
def test_words_are_counted_as_their_readers_count_them(text: str, words: int) -> None:
    assert count_words(text) == words
