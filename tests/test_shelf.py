"""What was read before is not read again, and a book is the same either way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

import articlekit
from articlekit import batches, shelf
from articlekit.model import Source
from articlekit.report import Report
from articlekit.shelf import Shelf, key_of

COLUMN = Path(__file__).parent.parent / "examples" / "column"

Compile = Callable[[str], tuple[bytes, Report]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, not taken from the shelf."""
    names: list[str] = []
    real = batches.read_source

    def read_source(source: Source, *rest: object) -> object:
        names.append(Path(source.name).name)
        return real(source, *rest)  # type: ignore[arg-type]  # handed through as they came

    monkeypatch.setattr(batches, "read_source", read_source)
    return names


@pytest.fixture
def column(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COLUMN, tmp_path / "column"))


@pytest.fixture
def compile_to(column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compile:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    def run(name: str) -> tuple[bytes, Report]:
        report = articlekit.compile_column(column, tmp_path / name)
        return (tmp_path / name).read_bytes(), report

    return run


def article_names(column: Path) -> list[str]:
    return sorted(path.name for path in column.glob("*.html"))


def test_a_second_run_reads_nothing_and_is_the_same(
    compile_to: Compile, read: list[str], column: Path
) -> None:
    first, told = compile_to("a.epub")
    assert sorted(read) == article_names(column)
    read.clear()
    second, told_again = compile_to("b.epub")
    assert read == []
    assert first == second
    assert told.diagnostics == told_again.diagnostics


def test_what_was_edited_is_read(compile_to: Compile, read: list[str], column: Path) -> None:
    compile_to("a.epub")
    edited = column / article_names(column)[1]
    edited.write_text(edited.read_text("utf-8") + "<p>More.</p>", "utf-8")
    read.clear()
    compile_to("b.epub")
    assert read == [edited.name]
    read.clear()
    edited.rename(edited.with_name("renamed.html"))
    compile_to("c.epub")
    assert read == ["renamed.html"]


def test_other_rules_and_other_code_read_anew(
    column: Path, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nselector = ".aside"\nreason = "mine"\n', "utf-8")
    articlekit.compile_column(column, tmp_path / "a.epub")
    count = len(read)
    articlekit.compile_column(column, tmp_path / "a.epub", clutter=rules)
    assert len(read) == 2 * count
    monkeypatch.setattr(shelf, "code_version", lambda: b"another")
    articlekit.compile_column(column, tmp_path / "a.epub")
    assert len(read) == 3 * count


def test_rules_that_are_wrong_are_told_whatever_is_kept(column: Path, tmp_path: Path) -> None:
    articlekit.compile_column(column, tmp_path / "a.epub")
    with pytest.raises(articlekit.ArticlekitError, match=r"missing\.toml"):
        articlekit.compile_column(column, tmp_path / "a.epub", clutter=tmp_path / "missing.toml")


def test_the_code_has_one_version_until_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shelf.py").write_text("", "utf-8")
    monkeypatch.setattr(shelf, "__file__", str(tmp_path / "shelf.py"))
    version = shelf.code_version.__wrapped__
    before = version()
    assert version() == before
    (tmp_path / "rules.toml").write_text("", "utf-8")
    assert version() != before


def test_a_damaged_shelf_is_no_shelf(
    compile_to: Compile, read: list[str], column: Path, own_cache: Path
) -> None:
    first, _ = compile_to("a.epub")
    (own_cache / "articles.sqlite").write_bytes(b"no database" * 999)
    for leftover in own_cache.glob("articles.sqlite-*"):
        leftover.unlink()
    read.clear()
    assert compile_to("b.epub")[0] == first
    assert sorted(read) == article_names(column)


def test_a_damaged_reading_is_read_anew(
    compile_to: Compile, read: list[str], column: Path, own_cache: Path
) -> None:
    first, _ = compile_to("a.epub")
    with closing(sqlite3.connect(own_cache / "articles.sqlite")) as index, index:
        index.execute("UPDATE articles SET data = CAST(substr(data, 1, 99) || 'xx' AS BLOB)")
    read.clear()
    assert compile_to("b.epub")[0] == first
    assert sorted(read) == article_names(column)


def test_a_folder_that_cannot_be_written_to_keeps_nothing(
    column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("ARTICLEKIT_CACHE", str(tmp_path / "file" / "cache"))
    report = articlekit.compile_column(column, tmp_path / "a.epub", images="none")
    assert report.outputs


def test_an_executor_uses_and_fills_the_same_shelf(
    column: Path, compile_to: Compile, tmp_path: Path, read: list[str]
) -> None:
    with ThreadPoolExecutor(2) as pool:
        articlekit.compile_column(column, tmp_path / "b.epub", executor=pool)
        read.clear()
        first, _ = compile_to("a.epub")
        articlekit.compile_column(column, tmp_path / "b.epub", executor=pool)
    assert read == []
    assert first == (tmp_path / "b.epub").read_bytes()


def test_skipped_files_are_told_every_time(column: Path, tmp_path: Path) -> None:
    (column / "broken.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    told = [
        [str(found) for found in articlekit.compile_column(column, tmp_path / "a.epub").losses]
        for _ in range(2)
    ]
    assert told[0] == told[1]
    assert any("broken.html" in each for each in told[0])


def test_pruning_drops_what_was_not_used_for_longest(tmp_path: Path) -> None:
    kept = Shelf(tmp_path)
    kept.put("old", b"x" * 96)
    kept.close()
    kept.put("new", b"y" * 96)
    kept.keep(b"page", b"z" * 196)
    kept.close()
    assert kept.total() == (2, 400)
    assert kept.prune(300) == 100
    assert (kept.find("old"), kept.find("new")) == (None, b"y" * 96)
    assert kept.recall(b"page") == b"z" * 196
    assert (kept.prune(0), kept.total()) == (300, (0, 0))
    kept.close()


def test_what_is_packed_later_is_on_the_shelf_when_it_is_closed(tmp_path: Path) -> None:
    shelf, threads = Shelf(tmp_path), set[str]()

    def pack(number: int) -> bytes | None:
        threads.add(threading.current_thread().name)
        return None if number % 2 else b"%d" % number

    for number in range(200):
        shelf.put_later(str(number), partial(pack, number))
    shelf.close()
    found = shelf.find_all([str(number) for number in range(200)])
    assert found == {str(number): b"%d" % number for number in range(0, 200, 2)}
    assert any(name.startswith("shelf") for name in threads)
    assert not any(each.name.startswith("shelf") for each in threading.enumerate())
    shelf.close()


def test_what_breaks_on_the_shelfs_thread_is_not_silent(tmp_path: Path) -> None:
    def broken() -> bytes:
        raise ZeroDivisionError

    def fill(shelf: Shelf) -> None:
        with closing(shelf):
            for number in range(100):
                shelf.put_later(str(number), broken)

    with pytest.raises(ZeroDivisionError):
        fill(Shelf(tmp_path))
    assert not any(each.name.startswith("shelf") for each in threading.enumerate())


def test_what_a_reading_depends_on_is_in_its_key(tmp_path: Path) -> None:
    base = Source("a", b"x", Path("a"), None)
    others = [
        Source("b", b"x", Path("a"), None),
        Source("a", b"y", Path("a"), None),
        Source("a", b"x", Path("b"), None),
        Source("a", b"x", Path("a"), "https://example.org/"),
        Source(os.fsdecode(b"\xff"), b"x"),
    ]
    maker = Shelf(tmp_path).maker
    assert len({key_of(each, maker) for each in [base, *others]}) == len(others) + 1
    assert Shelf(tmp_path, b"rules").maker != maker
