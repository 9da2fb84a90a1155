"""A run that would make what is there already leaves it, and says again what was said."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import articlekit
from articlekit import pipeline, standing
from articlekit.cli import cli
from server import ImageServer, Reply, picture

Compile = Callable[..., articlekit.Report]


@pytest.fixture
def column(tmp_path: Path) -> Path:
    folder = tmp_path / "column"
    folder.mkdir()
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>"
    (folder / "a.svg").write_text(svg, "utf-8")
    (folder / "column.toml").write_text("title = 'T'\n", "utf-8")
    for name in "ab":
        head = f"---\ntitle: {name}\nlang: en\n---\n"
        text = f"<p>x {name}</p><img src=a.svg alt=x><img src=no.png>"
        (folder / f"{name}.html").write_text(head + text, "utf-8")
    return folder


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that were made."""
    runs: list[str] = []
    make = pipeline.compile_column

    def tell(source: str, *targets: str, **options: Any) -> articlekit.Report:
        runs.append(str(source))
        return make(source, *targets, **options)

    monkeypatch.setattr(pipeline, "compile_column", tell)
    return runs


@pytest.fixture
def compiled(column: Path, tmp_path: Path, made: list[str]) -> Compile:
    """Compile, and tell whether that was made."""

    def run(**options: Any) -> articlekit.Report:
        made.clear()
        report = articlekit.compile_column(column, tmp_path / "b.epub", **options)
        assert report.unchanged is (made == [])
        return report

    return run


def test_nothing_is_written_and_the_same_is_told(compiled: Compile, tmp_path: Path) -> None:
    first = compiled()
    assert not first.unchanged
    stat = (tmp_path / "b.epub").stat()
    again = compiled()
    assert again.unchanged
    assert (tmp_path / "b.epub").stat() == stat
    assert again.diagnostics == first.diagnostics != []
    assert (again.images, again.outputs) == (first.images, first.outputs)
    assert again.articles == first.articles
    assert [each.files for each in again.written] == [each.files for each in first.written]


def edit(path: Path, old: str, new: str) -> None:
    """Change a file, and leave its size and its time of change as they were."""
    stat = path.stat()
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: edit(folder / "a.html", "x a", "y a"),
        lambda folder: edit(folder / "a.svg", "3", "4"),
        lambda folder: edit(folder / "column.toml", "T", "U"),
        lambda folder: (folder / "b.html").unlink(),
        lambda folder: (folder / "c.html").write_text("<p>c"),
        lambda folder: (folder / "no.png").write_bytes(picture()),
        lambda folder: (folder / "a.html").rename(folder / "c.html"),
        lambda folder: (folder.parent / "b.epub").unlink(),
        lambda folder: (folder.parent / "b.epub").write_bytes(b"other"),
        lambda folder: edit(folder.parent / "own.css", "1", "2"),
    ],
)
@pytest.mark.parametrize("grain", [2.0, -3600.0])  # told by content, and by stamps
def test_what_changed_is_made(
    column: Path,
    compiled: Compile,
    tmp_path: Path,
    change: Callable[[Path], object],
    grain: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standing, "_GRAIN", grain)
    css = tmp_path / "own.css"
    css.write_text("p { margin: 1em }", "utf-8")
    compiled(css=css)
    assert compiled(css=css).unchanged
    change(column)
    assert not compiled(css=css).unchanged
    assert compiled(css=css).unchanged


def test_another_run_is_made(compiled: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled()
    assert not compiled(theme="sans").unchanged
    assert not compiled(column={"title": "Other"}).unchanged
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert not compiled().unchanged
    assert compiled(jobs=2).unchanged
    with ThreadPoolExecutor(1) as pool:
        assert not compiled(executor=pool).unchanged


def test_targets_that_exist_are_refused_as_ever(compiled: Compile) -> None:
    compiled()
    with pytest.raises(articlekit.ArticlekitError, match="exists"):
        compiled(overwrite=False)


def test_outputs_and_reports_among_the_sources_change_nothing(
    column: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(column)
    flags = ["column", ".", "-o", "b.epub", "-o", "md/", "--force", "--report", "r.json"]
    flags += ["--cache-dir", "cache", "--strict"]
    for runs in ([3, 1], [3, 0]):
        made.clear()
        done = CliRunner().invoke(cli, flags)
        assert [done.exit_code, len(made)] == runs, done.output
    assert "nothing changed: b.epub, md/" in done.output
    assert '"unchanged": true' in (column / "r.json").read_text("utf-8")


def test_remote_images_are_asked_for_again_when_they_are_due(
    column: Path, compiled: Compile, server: ImageServer
) -> None:
    server.routes["/a.png"] = lambda _: Reply(picture(), headers={"Cache-Control": "max-age=100"})
    (column / "a.html").write_text(f"<p>x<img src='{server.url('/a.png')}'></p>", "utf-8")
    compiled(allow_private=["127.0.0.1"])
    assert compiled(allow_private=["127.0.0.1"]).unchanged
    server.routes["/a.png"] = lambda _: Reply(picture(), headers={"Cache-Control": "no-cache"})
    (column / "b.html").write_text(f"<p>x<img src='{server.url('/a.png?2')}'></p>", "utf-8")
    compiled(allow_private=["127.0.0.1"])
    assert not compiled(allow_private=["127.0.0.1"]).unchanged


def test_other_code_makes_it_again(compiled: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled()
    monkeypatch.setattr("articlekit.shelf.code_version", lambda: b"other")
    assert not compiled().unchanged
