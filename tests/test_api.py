"""The public names, and what they promise to programs that use them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

import articlekit
from articlekit.html import to_xhtml
from articlekit.model import Book
from articlekit.report import CODES
from server import picture

COLUMN = Path(__file__).parent.parent / "examples" / "column"
ROOT = COLUMN.parent.parent


def test_all_is_complete_and_loads() -> None:
    for name in articlekit.__all__:
        assert getattr(articlekit, name) is not None
    assert set(articlekit.__all__) <= set(dir(articlekit))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = articlekit.nothing


def test_import_is_light() -> None:
    code = (
        "import sys, articlekit; print(len([m for m in sys.modules if 'lxml' in m or 'yaml' in m]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "0\n"


def test_read_takes_paths_and_files(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("---\ntitle: T\nauthor: A\nmood: calm\ndate: 2024-05-01\n---\n<p>x", "utf-8")
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        articles = [
            articlekit.read(path),
            articlekit.read(str(path)),
            articlekit.read(binary),
            articlekit.read(text),
            articlekit.read(io.StringIO(path.read_text("utf-8"))),
        ]
    for article in articles:
        assert article.meta.title == "T"
        assert article.meta.authors == ("A",)
        assert article.meta.published == datetime(2024, 5, 1, tzinfo=UTC)
        assert article.meta.extra == {"mood": "calm"}
        assert to_xhtml(article.body) == "<body><p>x</p></body>"


def test_parse_takes_an_address() -> None:
    article = articlekit.parse("<p>x</p>", url="https://a.example/x")
    assert article.meta.url == "https://a.example/x"
    assert articlekit.parse("---\nlink: https://b.example/\n---\n").meta.url == "https://b.example/"


def test_convert_overwrites_unless_told(tmp_path: Path) -> None:
    source, target = tmp_path / "a.html", tmp_path / "a.md"
    source.write_text("<p>one</p>")
    articlekit.convert(source, target)
    source.write_text("<p>two</p>")
    articlekit.convert(str(source), str(target))
    assert "two" in target.read_text()
    with pytest.raises(articlekit.ArticlekitError, match="exists already"):
        articlekit.convert(source, target, overwrite=False)


def test_unknown_options_fail_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(articlekit.ArticlekitError, match="'ofline'; did you mean 'offline'"):
        articlekit.convert("a.html", "a.md", ofline=True)
    with pytest.raises(articlekit.ArticlekitError, match="did you mean 'embed'"):
        articlekit.convert("a.html", "a.md", images="embde")
    with pytest.raises(articlekit.ArticlekitError, match="jobs cannot be 0"):
        articlekit.convert("a.html", "a.md", jobs=0)


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executors_give_the_same_book(
    tmp_path: Path, pool: type[ThreadPoolExecutor] | type[ProcessPoolExecutor]
) -> None:
    plain = articlekit.compile_column(COLUMN, tmp_path / "a.epub", jobs=2)
    with pool(2) as executor:
        shared = articlekit.compile_column(COLUMN, tmp_path / "b.epub", executor=executor)
    assert (tmp_path / "a.epub").read_bytes() == (tmp_path / "b.epub").read_bytes()
    assert plain.diagnostics == shared.diagnostics


def test_report_as_json(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>x <img src='gone.png' alt='g'></p>")
    report = articlekit.convert(tmp_path / "a.html", tmp_path / "a.md", offline=True)
    data = json.loads(report.to_json())
    assert data["version"] == 1
    assert data["losses"] == len(report.losses) == 1
    assert data["outputs"] == [str(tmp_path / "a.md")]
    assert report.images[0].reason == "file_missing"


def test_images_none_leaves_no_empty_blocks(tmp_path: Path) -> None:
    (tmp_path / "pic.png").write_bytes(picture())
    (tmp_path / "a.html").write_text(
        "---\ntitle: T\n---\n<p>a</p><figure><img src=pic.png></figure>"
        "<figure><img src=pic.png><figcaption>said</figcaption></figure>"
    )
    seen: list[str] = []

    class Spy:
        suffix = ".spy"

        def write(self, book: Book, target: object, report: articlekit.Report) -> None:
            seen.append(to_xhtml(book.chapters[0].body))
            assert isinstance(target, Path)
            target.write_bytes(b"")

    articlekit.convert(
        tmp_path / "a.html", tmp_path / "a.spy", images="none", writers={".spy": Spy()}
    )
    assert seen == ["<body><p>a</p><p>said</p></body>"]


def test_html_to_markdown_keeps_what_is_visible() -> None:
    html = (
        '<div class="support-author">tip</div><p>a <b>b</b></p><iframe src="https://v.example/1">'
    )
    assert articlekit.html_to_markdown(html) == (
        "tip\n\na **b**\n\n[v.example/1](https://v.example/1)\n"
    )
    assert articlekit.html_to_markdown("") == "\n"


def test_every_code_is_documented() -> None:
    text = (ROOT / "docs" / "diagnostics.md").read_text("utf-8")
    for code, row in CODES.items():
        assert f"| `{code}` | {row.level} | {row.meaning} |" in text


def test_files_of_one_name_keep_their_order_and_their_links(tmp_path: Path) -> None:
    for folder, day in (("b", "2024-01-02"), ("a", "2024-01-01")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.html").write_text(
            f"---\ntitle: In {folder}\ndate: {day}\nlang: en\n---\n"
            "<p><a href='index.html'>self</a> <a href='../a/index.html'>a</a></p>"
        )
    sources = [tmp_path / "b" / "index.html", tmp_path / "a" / "index.html"]
    articlekit.convert(sources, tmp_path / "both.md")
    text = (tmp_path / "both.md").read_text("utf-8")
    first, second = text.split('# <a id="chapter-index-2"></a>')
    assert "In b\n\n[self](#chapter-index) [a](#chapter-index-2)" in first
    assert second == "In a\n\n[self](#chapter-index-2) [a](#chapter-index-2)\n"


def test_check_says_nothing_of_our_own_book(tmp_path: Path) -> None:
    articlekit.compile_column(COLUMN, tmp_path / "a.epub", offline=True)
    assert articlekit.check(tmp_path / "a.epub") == []
    (tmp_path / "b.epub").write_bytes(b"no zip")
    found: list[articlekit.Finding] = articlekit.check(str(tmp_path / "b.epub"))
    assert [each.code for each in found] == ["zip-unreadable"]
