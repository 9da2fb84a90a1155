"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

import articlekit
from articlekit.errors import OutputError, TargetExists
from articlekit.model import Book
from articlekit.publish import check_target, refuse_existing, staged, write_whole
from articlekit.report import Report


class Stopped(Exception):
    """What a writer raises here when something is wrong with it."""


def tree(folder: Path) -> dict[str, str]:
    """Every file below `folder`, hidden ones too, with its text; folders end in a slash."""
    return {
        path.relative_to(folder).as_posix() + "/" * path.is_dir(): (
            "" if path.is_dir() else path.read_text()
        )
        for path in sorted(folder.rglob("*"))
    }


# whole


def test_a_file_is_published(tmp_path: Path) -> None:
    with staged(tmp_path / "out.md") as path:
        assert path.name == "out.md"
        path.write_text("new")
        assert not (tmp_path / "out.md").exists()
    assert tree(tmp_path) == {"out.md": "new"}


def test_a_file_that_exists_is_replaced_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.md"
    target.write_text("old")
    with staged(target) as path:
        path.write_text("new")
        assert target.read_text() == "old"
    assert tree(tmp_path) == {"out.md": "new"}


def test_files_beside_it_are_published_with_it(tmp_path: Path) -> None:
    (tmp_path / "out_files").mkdir()
    (tmp_path / "out_files" / "old.png").write_text("old")
    (tmp_path / "out_files" / "a.png").write_text("old")
    (tmp_path / "other.md").write_text("other")
    with staged(tmp_path / "out.md") as path:
        path.write_text("new")
        (path.parent / "out_files" / "deep").mkdir(parents=True)
        (path.parent / "out_files" / "a.png").write_text("a")
        (path.parent / "out_files" / "deep" / "b.png").write_text("b")
    assert tree(tmp_path) == {
        "other.md": "other",
        "out.md": "new",
        "out_files/": "",
        "out_files/a.png": "a",
        "out_files/deep/": "",
        "out_files/deep/b.png": "b",
        "out_files/old.png": "old",
    }


def test_a_folder_is_published(tmp_path: Path) -> None:
    with staged(tmp_path / "book") as path:
        path.mkdir()
        (path / "one.md").write_text("1")
    assert tree(tmp_path) == {"book/": "", "book/one.md": "1"}


def test_a_folder_that_exists_is_added_to(tmp_path: Path) -> None:
    (tmp_path / "book" / "images").mkdir(parents=True)
    (tmp_path / "book" / "notes.txt").write_text("mine")
    (tmp_path / "book" / "one.md").write_text("old")
    with staged(tmp_path / "book") as path:
        (path / "images").mkdir(parents=True)
        (path / "one.md").write_text("1")
        (path / "images" / "a.png").write_text("a")
    assert tree(tmp_path) == {
        "book/": "",
        "book/images/": "",
        "book/images/a.png": "a",
        "book/notes.txt": "mine",
        "book/one.md": "1",
    }


def test_what_is_published_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, seen, real = tmp_path / "out.md", [], os.fsync

    def fsync(handle: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(handle).st_mode), target.exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(target, b"new")
    assert seen == [(False, False), (True, True)]  # the file, then the folder that names it


def test_others_may_read_what_is_published(tmp_path: Path) -> None:
    """The staging folder is private; what comes out of it is as any other new file."""
    (tmp_path / "usual").write_text("x")
    write_whole(tmp_path / "out.md", b"new")
    assert (tmp_path / "out.md").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_target_without_a_folder_is_in_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_target(Path("out.md"))
    write_whole(Path("out.md"), b"new")
    assert tree(tmp_path) == {"out.md": "new"}


# or not at all


@pytest.mark.parametrize("error", [Stopped, KeyboardInterrupt, SystemExit, MemoryError])
def test_when_the_writer_stops_nothing_changes(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "out.md"
    target.write_text("old")

    def write() -> None:
        with staged(target) as path:
            path.write_text("half")
            (path.parent / "out_files").mkdir()
            (path.parent / "out_files" / "a.png").write_text("a")
            raise error

    with pytest.raises(error):
        write()
    assert tree(tmp_path) == {"out.md": "old"}


def test_a_full_disk_is_told_and_nothing_changes(tmp_path: Path) -> None:
    target = tmp_path / "out.md"
    target.write_text("old")

    def write() -> None:
        with staged(target) as path:
            path.write_text("half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with pytest.raises(OutputError) as caught:
        write()
    assert str(caught.value) == f"{target}: not written: no space left on device"
    assert isinstance(caught.value.__cause__, OSError)
    assert tree(tmp_path) == {"out.md": "old"}


def test_a_disk_that_fails_at_the_last_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    (tmp_path / "out.md").write_text("old")
    with pytest.raises(OutputError, match="not written: input/output error"):
        write_whole(tmp_path / "out.md", b"new")
    assert tree(tmp_path) == {"out.md": "old"}


def test_a_writer_that_makes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "out.md").write_text("old")
    with pytest.raises(OutputError, match="not written: no such file"), staged(tmp_path / "out.md"):
        pass
    assert tree(tmp_path) == {"out.md": "old"}


def test_a_file_does_not_take_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out.md").mkdir()
    (tmp_path / "out.md" / "mine").write_text("mine")
    with pytest.raises(OutputError, match="not written: is a directory"):
        write_whole(tmp_path / "out.md", b"new")
    assert tree(tmp_path) == {"out.md/": "", "out.md/mine": "mine"}


# where nothing can be written


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "out.md"
    with pytest.raises(OutputError) as caught:
        check_target(target)
    assert str(caught.value) == f"{target}: the folder {target.parent} is not there; make it first"
    with pytest.raises(OutputError, match="not written: no such file or directory"):
        write_whole(target, b"new")
    assert tree(tmp_path) == {}


def test_a_parent_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="is not there"):
        check_target(tmp_path / "file" / "out.md")
    with pytest.raises(OutputError, match="not written: not a directory"):
        write_whole(tmp_path / "file" / "out.md", b"new")


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, int]] = []

    def access(path: Path, mode: int) -> bool:
        asked.append((path, mode))
        return False

    monkeypatch.setattr(os, "access", access)
    with pytest.raises(OutputError) as caught:
        check_target(tmp_path / "out.md")
    assert str(caught.value) == (
        f"{tmp_path / 'out.md'}: no permission to write in {tmp_path}; choose another folder"
    )
    assert asked == [(tmp_path, os.W_OK)]


def test_a_folder_that_refuses_when_it_comes_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mkdtemp(*args: object, **options: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", mkdtemp)
    with pytest.raises(OutputError, match=r"out\.md: not written: permission denied"):
        write_whole(tmp_path / "out.md", b"new")
    assert tree(tmp_path) == {}


# what exists


def a_file(path: Path) -> None:
    path.write_text("old")


def a_full_folder(path: Path) -> None:
    path.mkdir()
    (path / "x").write_text("x")


def a_link(path: Path) -> None:
    path.with_name("real").write_text("real")
    path.symlink_to("real")


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("gone")


@pytest.mark.parametrize("make", [a_file, a_full_folder, a_link, a_link_to_nothing])
def test_what_exists_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    target = tmp_path / "out"
    make(target)
    with pytest.raises(TargetExists) as caught:
        refuse_existing(target)
    assert str(caught.value) == f"{target}: exists already; add --force to overwrite it"


def test_an_empty_folder_and_nothing_are_not_refused(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    refuse_existing(tmp_path / "book")
    refuse_existing(tmp_path / "out.md")
    assert tree(tmp_path) == {"book/": ""}


@pytest.mark.parametrize(("make", "left"), [(a_link, {"real": "real"}), (a_link_to_nothing, {})])
def test_a_link_gives_way_and_what_it_led_to_stays(
    tmp_path: Path, make: Callable[[Path], None], left: dict[str, str]
) -> None:
    target = tmp_path / "out.md"
    make(target)
    write_whole(target, b"new")
    assert not target.is_symlink()
    assert tree(tmp_path) == {"out.md": "new", **left}


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "mine").write_text("mine")
    (tmp_path / "book").symlink_to("real")
    with staged(tmp_path / "book") as path:
        path.mkdir()
        (path / "one.md").write_text("1")
    assert (tmp_path / "book").is_symlink()
    assert tree(tmp_path / "real") == {"mine": "mine", "one.md": "1"}


# and from the outside


class Broken:
    """A writer that fails when it is half done."""

    suffix = ".md"

    def write(self, book: Book, target: BinaryIO | Path, report: Report) -> None:
        assert isinstance(target, Path)
        target.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.html"
    path.write_text("---\ntitle: T\nlang: en\n---\n<p>x</p>")
    (tmp_path / "out").mkdir()
    return path


def test_convert_leaves_the_old_file(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "a.md"
    target.write_text("old")
    monkeypatch.setattr("articlekit.targets.find_writer", lambda path, shown: Broken())
    with pytest.raises(OutputError, match=r"a\.md: not written: no space left on device"):
        articlekit.convert(source, target)
    assert tree(tmp_path / "out") == {"a.md": "old"}


def test_convert_looks_at_every_target_before_it_writes_one(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(OutputError, match="is not there"):
        articlekit.convert(source, out / "a.md", out / "gone" / "a.html")
    (out / "a.html").write_text("old")
    with pytest.raises(TargetExists, match=r"a\.html: exists already"):
        articlekit.convert(source, out / "a.md", out / "a.html", overwrite=False)
    assert tree(out) == {"a.html": "old"}


def test_convert_replaces_unless_told_not_to(tmp_path: Path, source: Path) -> None:
    target = tmp_path / "out" / "a.md"
    target.write_text("old")
    report = articlekit.convert(source, target)
    assert report.outputs == [str(target)]
    assert tree(tmp_path / "out").keys() == {"a.md"}
    assert "x" in target.read_text()


def test_what_a_killed_run_left_goes_after_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / ".articlekit-old", tmp_path / ".articlekit-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "half.epub").write_bytes(b"half")
    os.utime(old, (0, 0))
    write_whole(tmp_path / "a.txt", b"whole")
    assert sorted(each.name for each in tmp_path.iterdir()) == [".articlekit-new", "a.txt"]
