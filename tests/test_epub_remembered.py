"""What an EPUB's pages were made of before finds them again, and nothing else does."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import articlekit
from articlekit.writers import covers
from articlekit.writers.epub import cover, remember
from articlekit.writers.epub.deflated import Deflated
from articlekit.writers.epub.pages import chapter_pages

Compile = Callable[..., bytes]


@pytest.fixture
def column(tmp_path: Path) -> Path:
    """Articles with links to each other, notes, a picture, code, and one in several files."""
    folder = tmp_path / "column"
    folder.mkdir()
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>"
    (folder / "a.svg").write_text(svg, "utf-8")
    for name, text in {
        "a": "<h2>一</h2><p>见 <a href='b.html#two'>二</a></p><img src=a.svg alt=x>",
        "b": "<h2 id=two>二</h2><p><sup><a href=#n id=r>1</a></sup></p>"
        "<div class=footnotes><ol><li id=n>注 <a href=#r>↩</a></li></ol></div>",
        "c": "<pre><code class='language-python'>def f(): pass</code></pre><p>α &amp; β</p>",
        "d": "".join(
            f"<h2 id=h{n}>{n}</h2>" + f"<p>{'雪落在院子里。' * 800}</p>" for n in range(20)
        ),
        "e": "<p><a href='https://a..b/'>nowhere</a> <a href='#gone'>gone</a></p>",
    }.items():
        (folder / f"{name}.html").write_text(
            f"---\ntitle: {name}\nlang: zh\ndate: 2024-05-0{ord(name) - 96}\n---\n{text}", "utf-8"
        )
    return folder


@pytest.fixture
def compiled(column: Path, tmp_path: Path) -> Compile:
    def run(cache: str = "cache", **options: object) -> bytes:
        target = tmp_path / "book.epub"
        target.unlink(missing_ok=True)  # else a run that changes nothing is not made at all
        articlekit.compile_column(column, target, cache_dir=tmp_path / cache, **options)
        return target.read_bytes()

    return run


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the chapters whose pages are made."""
    titles: list[str] = []

    def tell(page: remember.Page, *rest: object) -> list[bytes]:
        titles.append(page.title)
        return chapter_pages(page, *rest)  # type: ignore[arg-type]  # whatever it takes

    monkeypatch.setattr(remember, "chapter_pages", tell)
    return titles


def test_nothing_is_made_again_but_what_has_something_to_tell(
    compiled: Compile, made: list[str]
) -> None:
    first = compiled()
    assert sorted(made) == ["a", "b", "c", "d", "e"]
    made.clear()
    assert compiled() == first
    assert made == ["e"]
    assert compiled("other") == first


@pytest.mark.parametrize(
    ("name", "old", "new", "again"),
    [
        ("b", "注", "註", "be"),
        ("b", "id=two", "id=three", "abe"),  # a's link leads to b's beginning now
        ("c", "title: c", "title: C", "Ce"),
        ("c", "2024-05-03", "2024-06-03", "ce"),
        ("d", "lang: zh", "lang: zh-TW", "de"),
    ],
)
def test_an_edit_makes_what_it_touches(
    column: Path,
    compiled: Compile,
    made: list[str],
    name: str,
    old: str,
    new: str,
    again: str,
) -> None:
    compiled()
    made.clear()
    path = column / f"{name}.html"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    edited = compiled()
    assert "".join(sorted(made)) == again
    assert compiled("other") == edited


def test_a_new_first_article_leaves_the_others_files_alone(
    column: Path, compiled: Compile, made: list[str]
) -> None:
    before = zipfile.ZipFile(io.BytesIO(compiled()))
    made.clear()
    new = "---\ntitle: new\nlang: zh\ndate: 2020-01-01\n---\n<p>x"
    (column / "0.html").write_text(new, "utf-8")
    after = zipfile.ZipFile(io.BytesIO(compiled()))
    assert sorted(made) == ["e", "new"]
    for name in before.namelist():
        if name.startswith("EPUB/text/chapter-"):
            assert after.read(name) == before.read(name)


def test_pages_that_break_end_the_run_and_its_thread(
    column: Path, compiled: Compile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        (column / f"x{number:02}.html").write_text(f"<p>{number}", "utf-8")

    def broken(page: remember.Page, *rest: object) -> list[bytes]:
        if page.chapter.slug == "x40":
            raise ZeroDivisionError
        return chapter_pages(page, *rest)  # type: ignore[arg-type]  # whatever it takes

    whole = compiled("calm")
    monkeypatch.setattr(remember, "chapter_pages", broken)
    with pytest.raises(ZeroDivisionError):
        compiled()
    assert not (tmp_path / "book.epub").exists()
    assert not any(each.name.startswith(("deflate", "shelf")) for each in threading.enumerate())
    monkeypatch.undo()
    assert compiled() == whole


def test_other_profiles_have_pages_of_their_own(compiled: Compile, made: list[str]) -> None:
    compiled()
    made.clear()
    spans = compiled(profile="kobo")
    assert sorted(made) == ["a", "b", "c", "d", "e"]
    assert b"koboSpan" in zipfile.ZipFile(io.BytesIO(spans)).read("EPUB/text/chapter-a.xhtml")


def test_a_cover_is_drawn_once_for_a_title_and_the_fonts_that_are_there(
    column: Path, compiled: Compile, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def tell(text: covers.CoverText, *, gray: bool) -> object:
        drawn.append(text.title)
        return draw_cover(text, gray=gray)

    draw_cover = covers.draw_cover
    monkeypatch.setattr(covers, "draw_cover", tell)
    first = compiled()
    assert compiled() == first
    assert len(drawn) == 1
    compiled(profile="eink")
    compiled(column={"title": "另一个题目 \ue000"})
    assert len(drawn) == 3
    report = articlekit.Report()
    again = compiled(column={"title": "另一个题目 \ue000"}, report=report)
    assert len(drawn) == 3
    assert [each.code for each in report.diagnostics].count("cover-missing-glyph") == 1
    monkeypatch.setattr(cover, "fonts_stamp", lambda: b"others")
    assert compiled(column={"title": "另一个题目 \ue000"}) == again
    assert len(drawn) == 4


def test_what_is_told_of_a_page_is_told_every_time(column: Path, tmp_path: Path) -> None:
    told = [
        [
            str(found)
            for found in articlekit.compile_column(
                column, tmp_path / "b.epub", cache_dir=tmp_path / "cache"
            ).diagnostics
        ]
        for _ in range(2)
    ]
    assert told[0] == told[1]
    assert any("nowhere" in each for each in told[0])


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
def test_deflated_bytes_are_those_of_zipfile(size: int) -> None:
    data = bytes(n * n % 251 for n in range(size))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a"), data, zipfile.ZIP_DEFLATED, compresslevel=6)
        info = archive.getinfo("a")
    found = Deflated.of(data)
    assert (found.checksum, found.size) == (info.CRC, info.file_size)
    assert found.data == file.getvalue()[31 : 31 + info.compress_size]
