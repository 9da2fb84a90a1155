"""A run that is killed leaves nothing half done, and the next one makes the same book."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from random import Random

import pytest

import articlekit

# By hand: ARTICLEKIT_KILLS=50.
KILLS = int(os.environ.get("ARTICLEKIT_KILLS", "8"))


@pytest.fixture
def column(tmp_path: Path) -> Path:
    folder = tmp_path / "column"
    folder.mkdir()
    for number in range(300):
        text = f"---\ntitle: 第 {number} 篇\nlang: zh\n---\n" + f"<p>雪 {number}</p>" * 60
        (folder / f"{number:03}.html").write_text(text, "utf-8")
    return folder


def command(column: Path, target: Path, cache: Path) -> list[str]:
    return [
        sys.executable, "-m", "articlekit", "column", str(column), "-q", "--force", "--jobs", "2",
        "--cache-dir", str(cache), "-o", str(target),
    ]  # fmt: skip


def test_kills_at_random_moments(
    column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    calm, target = tmp_path / "calm.epub", tmp_path / "book.epub"
    began = time.monotonic()
    subprocess.run(command(column, calm, tmp_path / "calm"), check=True, timeout=120)
    took = time.monotonic() - began
    dice = Random(11)
    for number in range(KILLS):
        cache = tmp_path / f"cache-{number // 4}"  # from an empty one, then from what is left
        with subprocess.Popen(command(column, target, cache), start_new_session=True) as running:
            time.sleep(dice.uniform(0, took))
            os.killpg(running.pid, 9)
        if target.exists():
            assert target.read_bytes() == calm.read_bytes()
            target.unlink()
    for number in range((KILLS + 3) // 4):
        last = command(column, target, tmp_path / f"cache-{number}")
        subprocess.run(last, check=True, timeout=120)
        assert target.read_bytes() == calm.read_bytes()
    assert zipfile.ZipFile(target).testzip() is None


def test_two_runs_at_once_on_one_cache(
    column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    targets = [tmp_path / "a.epub", tmp_path / "b.epub"]
    running = [subprocess.Popen(command(column, target, tmp_path / "cache")) for target in targets]
    assert [each.wait(120) for each in running] == [0, 0]
    articlekit.compile_column(column, tmp_path / "c.epub", cache_dir=tmp_path / "other")
    assert {target.read_bytes() for target in targets} == {(tmp_path / "c.epub").read_bytes()}
