"""`articlekit cache` and `articlekit fetch` as a user runs them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import articlekit
from articlekit.cli import cli
from articlekit.errors import UsageError
from articlekit.fetch.store.cache import Entry, ImageCache
from articlekit.report import Hop, ImageOutcome, Report
from articlekit.tally import HostTally, by_host, plain_lines
from server import ImageServer, picture

Invoke = Callable[..., Result]


@pytest.fixture
def invoke(tmp_path: Path) -> Invoke:
    def run(*args: str) -> Result:
        return CliRunner().invoke(cli, [*args, "--cache-dir", str(tmp_path / "c")])

    return run


@pytest.fixture
def cache(tmp_path: Path) -> ImageCache:
    """A cache with an image that was used yesterday, one of now, and a failure."""
    folder, now = tmp_path / "c", 1_700_000_000.0
    with ImageCache(folder, clock=lambda: now) as old:
        sha = old.put(b"o" * 1500)
        old.update("https://a.example/old", None, Entry(sha, stored=now))
    with ImageCache(folder) as cache:
        sha = cache.put(b"n" * 500)
        cache.update("https://a.example/new", None, Entry(sha, stored=now))
        failure = Entry(None, reason="http_4xx", stored=now, expires=9e9)
        cache.update("https://a.example/gone", None, failure)
    return cache


# articlekit cache


def test_info(invoke: Invoke, cache: ImageCache) -> None:
    lines = invoke("cache", "info").stdout.splitlines()
    assert lines[:5] == [
        f"folder       {cache.folder}",
        "size         2 kB of at most 2 GB",
        "files        2",
        "entries      3: 2 images, 1 failures",
        "articles     0 files read, 0 bytes",
    ]
    assert lines[5].startswith("oldest use   2023-11-1")
    assert lines[6].startswith("newest use   2")


def test_verify(invoke: Invoke, cache: ImageCache) -> None:
    result = invoke("cache", "verify")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{cache.folder}: files sound: 2\n"
    path = next(path for path in cache.folder.glob("cas/??/*") if path.stat().st_size == 1500)
    path.write_bytes(b"x")
    result = invoke("cache", "verify")
    assert (result.exit_code, result.stdout) == (1, f"{path.name}\n")
    assert result.stderr == f"{cache.folder}: removed damaged files: 1\n"
    assert not path.exists()
    assert invoke("cache", "verify").exit_code == 0


def test_prune(invoke: Invoke, cache: ImageCache, monkeypatch: pytest.MonkeyPatch) -> None:
    result = invoke("cache", "prune")
    assert result.stderr == f"{cache.folder}: freed 0 bytes; 2 kB left\n"
    monkeypatch.setenv("ARTICLEKIT_CACHE_SIZE", "1KB")
    assert invoke("cache", "prune", "--size", "1GB").stderr.endswith("2 kB left\n")
    assert invoke("cache", "prune").stderr == f"{cache.folder}: freed 1.5 kB; 500 bytes left\n"
    result = invoke("cache", "prune", "--size", "0")
    assert result.stderr.endswith("500 bytes left, all used within the last hour\n")
    assert result.exit_code == 0


def test_clear(invoke: Invoke, cache: ImageCache) -> None:
    result = invoke("cache", "clear")
    assert (result.exit_code, result.stderr) == (0, f"{cache.folder}: freed 2 kB\n")
    assert cache.info().responses == 0
    info = invoke("cache", "info").stdout
    assert "oldest use   never" in info


@pytest.mark.parametrize("command", ["info", "verify", "prune", "clear"])
def test_a_folder_without_a_cache_is_left_alone(
    invoke: Invoke, tmp_path: Path, command: str
) -> None:
    result = invoke("cache", command)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{tmp_path / 'c'}: no cache is here yet\n"
    assert list(tmp_path.iterdir()) == []


def test_the_default_is_the_users_own(own_cache: Path) -> None:
    with ImageCache.default() as cache:
        cache.put(b"x")
    assert CliRunner().invoke(cli, ["cache", "info"]).stdout.startswith(f"folder       {own_cache}")


def test_a_size_that_is_none_is_wrong_use(invoke: Invoke, cache: ImageCache) -> None:
    result = invoke("cache", "prune", "--size", "much")
    assert result.exit_code == 2
    assert "'much' is not a size; write 500MB or 2GB" in result.stderr


# articlekit fetch


@pytest.fixture
def column(tmp_path: Path, server: ImageServer) -> Path:
    """Two articles: two images of the server, one of them twice, a file, and one that is gone."""
    folder = tmp_path / "column"
    folder.mkdir()
    for name, size in (("a", 8), ("b", 9)):
        server.add(f"/{name}.png", picture(size=(size, 8)), Content_Type="image/png")
    (folder / "own.png").write_bytes(picture())
    head = "---\ntitle: {0}\nlang: en\ndate: 2024-05-0{0}\n---\n<p>x"
    pictures = ("/a.png", "/b.png"), ("/a.png", "/gone.png")
    for number, paths in enumerate(pictures, 1):
        shown = "".join(f"<img src='{server.url(path)}'>" for path in paths)
        text = f"{head.format(number)}{shown}<img src='own.png'></p>"
        (folder / f"{number}.html").write_text(text)
    return folder


FLAGS = ("--allow-private", "127.0.0.1")


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "articlekit", *args]


def test_fetch_fills_the_cache_and_tells_by_host(
    column: Path, tmp_path: Path, server: ImageServer
) -> None:
    before = sorted(tmp_path.rglob("*"))
    fetch = command("fetch", str(column), *FLAGS)
    first = subprocess.run(fetch, capture_output=True, text=True, check=True, timeout=60)
    assert first.stdout == ""
    loss, *table = first.stderr.splitlines()
    assert "http_4xx" in loss
    sizes = [len(picture(size=(width, 8))) for width in (8, 9)]
    assert [line.split() for line in table] == [
        ["host", "images", "cached", "fetched", "failed", "size", "reasons"],
        ["127.0.0.1", "3", "0", "2", "1", str(sum(sizes)), "bytes", "http_4xx", "1"],
        ["(local)", "1", "0", "0", "0", str(len(picture())), "bytes"],
    ]
    assert sorted(tmp_path.rglob("*")) == before
    asked = len(server.seen)
    second = subprocess.run(fetch, capture_output=True, text=True, check=True, timeout=60)
    assert second.stderr.splitlines()[2].split()[:5] == ["127.0.0.1", "3", "2", "0", "1"]
    assert len(server.seen) == asked
    report = articlekit.compile_column(column, tmp_path / "book.epub", offline=True)
    assert sum(outcome.reason is None for outcome in report.images) == 5


def test_fetch_reports_and_is_strict(column: Path, tmp_path: Path) -> None:
    flags = [*FLAGS, "--strict", "-q", "--report", str(tmp_path / "r.json")]
    result = CliRunner().invoke(cli, ["fetch", str(column), *flags])
    assert (result.exit_code, result.stderr) == (3, "")
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["losses"] == 1
    assert len(report["images"]) == 6
    assert report["outputs"] == []


def test_fetch_of_a_column_without_images(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x")
    assert CliRunner().invoke(cli, ["fetch", str(tmp_path)]).stderr == "no images\n"


def test_fetch_draws_a_table_on_a_terminal(column: Path) -> None:
    leader, follower = pty.openpty()
    with subprocess.Popen(
        command("fetch", str(column), *FLAGS),
        stderr=follower,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(follower)
        shown = b""
        try:
            while part := os.read(leader, 4096):
                shown += part
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(leader)
        assert process.wait(20) == 0
    assert b"\x1b[" in shown
    assert b"images" in shown
    assert b"http_4xx 1" in shown


def test_fetch_images_takes_a_report(column: Path) -> None:
    report = Report()
    assert articlekit.fetch_images(column, report=report, allow_private=["127.0.0.1"]) is report
    assert [loss.reason for loss in report.losses] == ["http_4xx"]
    with pytest.raises(UsageError, match="did you mean 'jobs'"):
        articlekit.fetch_images(column, job=1)


# The cap


def test_a_run_keeps_the_cache_within_its_size(
    column: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ImageCache(own_cache, clock=lambda: 1e9) as cache:
        old = cache.put(b"x" * 5000)
    articlekit.fetch_images(column, allow_private=["127.0.0.1"])
    with ImageCache(own_cache) as cache:
        assert cache.info().oldest == 1e9
    monkeypatch.setenv("ARTICLEKIT_CACHE_SIZE", "0")
    report = articlekit.fetch_images(column, allow_private=["127.0.0.1"])
    with ImageCache(own_cache) as cache:
        assert cache.read(old) is None
        assert cache.info().files == 3
    assert [each.from_cache for each in report.images if not each.reason].count(True) == 3


def test_a_cap_that_is_no_size_is_told_before_anything_is_fetched(
    column: Path, server: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLEKIT_CACHE_SIZE", "lots")
    with pytest.raises(UsageError, match="ARTICLEKIT_CACHE_SIZE: 'lots' is not a size"):
        articlekit.fetch_images(column, allow_private=["127.0.0.1"])
    assert server.seen == []


# The table


def outcome(url: str, reason: str | None = None, **values: object) -> ImageOutcome:
    return ImageOutcome(url, "a.html", reason, **values)


def test_images_are_counted_once_and_by_host() -> None:
    hops = (Hop("https://a.example/1", None, 200),)
    tallies = by_host(
        [
            outcome("https://a.example/1", size=1000, hops=hops),
            outcome("https://a.example/1", size=1000, hops=hops),
            outcome("https://a.example/2", size=2000, from_cache=True, hops=hops),
            outcome("https://a.example/3", "http_4xx", hops=hops),
            outcome("https://a.example/4", "dns"),
            outcome("https://a.example/5", "dns"),
            outcome("https://b.example/", "dns"),
            outcome("data:image/png;base64,…", size=5),
            outcome("http://[", "bad_scheme"),
        ]
    )
    assert [tally.cells() for tally in tallies] == [
        ("a.example", "5", "1", "1", "3", "3 kB", "dns 2, http_4xx 1"),
        ("(local)", "2", "0", "0", "1", "5 bytes", "bad_scheme 1"),
        ("b.example", "1", "0", "0", "1", "0 bytes", "dns 1"),
    ]


def test_the_plain_table_is_aligned() -> None:
    wide = HostTally("图.example", images=12, size=1000)
    failed = HostTally("a.example", images=3)
    failed.reasons["dns"] = 3
    assert plain_lines([wide, failed]) == [
        "host        images  cached  fetched  failed     size  reasons",
        "图.example      12       0        0       0     1 kB",
        "a.example        3       0        0       3  0 bytes  dns 3",
    ]
    assert plain_lines([]) == []
