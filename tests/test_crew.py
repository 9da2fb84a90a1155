"""A column read by several processes is the column read by one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

import articlekit
from articlekit.crew import Crew
from articlekit.report import Report


@pytest.fixture
def column(tmp_path: Path) -> Path:
    """A hundred articles, each with something to report, and one that is none."""
    folder = tmp_path / "column"
    folder.mkdir()
    for number in range(100):
        text = f"---\ntitle: 第 {number} 篇\ndate: Invalid Date\n---\n<h2>一</h2><p>雪 {number}</p>"
        (folder / f"{number:03}.html").write_text(text, "utf-8")
    (folder / "050.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(256))
    return folder


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def compiled(column: Path, target: Path, cache: str, **options: Any) -> tuple[bytes, Report]:
    report = articlekit.compile_column(column, target, cache_dir=target.parent / cache, **options)
    return target.read_bytes(), report


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_processes_makes_the_same_book(
    column: Path, tmp_path: Path, jobs: int
) -> None:
    book, report = compiled(column, tmp_path / "a.epub", "a")
    for _ in range(2):  # from an empty shelf and from a full one
        other, told = compiled(column, tmp_path / "b.epub", "b", jobs=jobs)
        assert other == book
        assert told.diagnostics == report.diagnostics


def test_an_executor_of_processes_makes_the_same_book(column: Path, tmp_path: Path) -> None:
    book, _ = compiled(column, tmp_path / "a.epub", "a")
    # A fork of a process with threads may wait for a lock that none of its own will free.
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        assert compiled(column, tmp_path / "b.epub", "b", executor=pool)[0] == book


def test_what_a_killed_process_was_to_read_is_read_here(
    column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, _ = compiled(column, tmp_path / "a.epub", "a")

    def killed(self: Crew, *_: object) -> Future[object]:
        future: Future[object] = Future()
        future.set_exception(BrokenProcessPool("killed"))
        return future

    monkeypatch.setattr(Crew, "submit", killed)
    assert compiled(column, tmp_path / "b.epub", "b", jobs=2)[0] == book


def test_small_columns_start_no_process(
    column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in sorted(column.iterdir())[20:]:
        path.unlink()
    monkeypatch.setattr(Crew, "submit", lambda *_: pytest.fail("a process for 20 articles"))
    compiled(column, tmp_path / "a.epub", "a", jobs=2)


INTERRUPTED = """
import multiprocessing.process, signal
from articlekit.crew import Crew

start = multiprocessing.process.BaseProcess.start

def interrupted(self):
    start(self)
    signal.raise_signal(signal.SIGINT)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    multiprocessing.process.BaseProcess.start = interrupted
    try:
        with Crew(None, 2) as crew:
            crew.submit(len, ())
    except KeyboardInterrupt:
        print("interrupted")
"""


def test_ctrl_c_while_processes_start_ends_them() -> None:
    """Between the first and the second nobody is there yet to end them."""
    command = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


@pytest.mark.parametrize("after", [0.0, 0.2, 0.5])
def test_ctrl_c_ends_all_of_them_in_silence(column: Path, tmp_path: Path, after: float) -> None:
    for number in range(100, 1200):
        (column / f"{number}.html").write_text("<p>雪</p>" * 200, "utf-8")
    # What a shell runs in the background ignores SIGINT, and so would what it starts.
    heed = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from articlekit.cli import main; main()"
    )
    flags = ["column", str(column), "--jobs", "2", "-q", "--cache-dir", "c", "-o", "a.epub"]
    with subprocess.Popen(
        [sys.executable, "-c", heed, *flags],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as running:
        while not (tmp_path / "c" / "articles.sqlite").exists():
            assert running.poll() is None
            time.sleep(0.01)
        try:
            time.sleep(after)
            os.killpg(running.pid, signal.SIGINT)
            begun = time.monotonic()
            _, told = running.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            raise
    assert time.monotonic() - begun < 5
    assert running.returncode == 130
    assert told.decode().strip() == "articlekit: interrupted; nothing was left half written"
    assert not (tmp_path / "a.epub").exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
