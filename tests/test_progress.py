"""How far a run is: for a log, for a program, on a terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from articlekit.cli import cli
from articlekit.progress import JsonLines, Lines, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_only_when_it_takes_long() -> None:
    clock, file = Clock(), io.StringIO()
    lines = Lines(file, every=10, clock=clock)
    lines.start("reading", 100)
    for number in range(1, 101):
        clock.now += 0.5
        if number == 30:
            lines.fail()
        lines.advance()
    assert file.getvalue().splitlines() == [
        "reading 20 of 100, 2/s, 40 s left",
        "reading 40 of 100, 2/s, 30 s left, 1 failed",
        "reading 60 of 100, 2/s, 20 s left, 1 failed",
        "reading 80 of 100, 2/s, 10 s left, 1 failed",
        "reading 100 of 100, 2/s, 0 s left, 1 failed",
    ]


def test_hours_and_minutes() -> None:
    clock = Clock()
    pace = Pace("images", 10_000, clock)
    assert (pace.rate, pace.left) == (0.0, None)
    clock.now, pace.done = 10.0, 10
    assert str(pace) == "images 10 of 10000, 1/s, 2 h 46 min left"
    pace.done = 1000
    assert str(pace) == "images 1000 of 10000, 100/s, 1 min left"


def test_json_once_a_second_and_at_the_end() -> None:
    clock, file = Clock(), io.StringIO()
    lines = JsonLines(file, clock=clock)
    lines.start("reading", 5)
    for _ in range(5):
        clock.now += 0.4
        lines.advance()
    events = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [each["event"] for each in events] == ["start", "progress", "end"]
    assert events[1]["done"] == 3
    assert events[2] == {
        "event": "end", "stage": "reading", "done": 5, "total": 5, "failed": 0,
        "seconds": 2.0, "left": 0.0,
    }  # fmt: skip


@pytest.fixture
def column(tmp_path: Path) -> Path:
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x</p><img src=gone.png>")
    (folder / "b.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(256))
    return folder


def test_the_command_logs_json_and_nothing_else(column: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.epub"
    result = CliRunner().invoke(cli, ["column", str(column), "--log-json", "-o", str(target)])
    events = [json.loads(line) for line in result.stderr.splitlines()]
    ends = {each["stage"]: each["failed"] for each in events if each["event"] == "end"}
    assert ends == {"reading": 1, "images": 1, "writing": 0}
    codes = [each["code"] for each in events if each["event"] == "diagnostic"]
    assert {"article-skipped", "image-failed"} <= set(codes)
    assert events[-1] == {"event": "written", "outputs": [str(target)], "losses": 2}


def test_an_error_is_json_too(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["list", str(tmp_path / "none"), "--log-json"])
    (told,) = [json.loads(line) for line in result.stderr.splitlines()]
    assert (told["event"], told["code"]) == ("error", result.exit_code)
    assert "none" in told["message"]
