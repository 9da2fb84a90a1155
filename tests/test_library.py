"""articlekit inside other programs: typed, quiet, in threads, in asyncio."""

from __future__ import annotations

import ast
import asyncio
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import articlekit

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "articlekit"


@pytest.fixture
def posts(tmp_path: Path) -> list[Path]:
    """Articles that lose a picture each, so that every run has something to tell."""
    paths = [tmp_path / f"{number}.html" for number in range(6)]
    for number, path in enumerate(paths):
        path.write_text(
            f"---\ntitle: No. {number}\nlang: en\n---\n<p>x <img src='{number}.png'></p>"
        )
    return paths


def test_type_checkers_see_every_public_name() -> None:
    """Names are imported when used, and named once more for them."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    (block,) = [each for each in tree.body if isinstance(each, ast.If)]
    seen = {
        (alias.asname, str(each.module).removeprefix("articlekit."))
        for each in block.body
        if isinstance(each, ast.ImportFrom)
        for alias in each.names
    }
    assert seen == set(articlekit._HOMES.items())
    assert (PACKAGE / "py.typed").exists()


def test_the_reference_has_every_public_name() -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    missing = [
        name
        for name in articlekit.__all__
        if f"::: articlekit.{name}\n" not in page and name not in ("ArticlekitError", "__version__")
    ]
    assert missing == []  # the errors have a page of their own, drawn as a tree
    assert "::: articlekit.errors\n" in page


def test_threads_do_not_meet(posts: list[Path]) -> None:
    """The same books and the same reports come of runs at once as of one after the other."""

    def work(path: Path, folder: str) -> tuple[bytes, list[str]]:
        target = path.parent / folder / f"{path.stem}.epub"
        report = articlekit.convert(path, target, offline=True)
        return target.read_bytes(), [str(each) for each in report.diagnostics]

    for folder in ("alone", "together"):
        (posts[0].parent / folder).mkdir()
    alone = [work(path, "alone") for path in posts]
    with ThreadPoolExecutor(len(posts)) as pool:
        together = list(pool.map(work, posts, ["together"] * len(posts)))
    assert together == alone
    assert len({book for book, _ in alone}) == len(posts)


def test_asyncio_gives_a_run_a_thread(posts: list[Path]) -> None:
    async def both() -> list[articlekit.Report]:
        runs = [
            asyncio.to_thread(articlekit.convert, path, path.with_suffix(".md"), offline=True)
            for path in posts[:3]
        ]
        return await asyncio.gather(*runs)

    reports = asyncio.run(both())
    assert [len(report.losses) for report in reports] == [1, 1, 1]
    assert [report.losses[0].source for report in reports] == [str(path) for path in posts[:3]]


def test_findings_are_logged(posts: list[Path], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "articlekit")
    report = articlekit.convert(posts[0], posts[0].with_suffix(".md"), offline=True)
    lost, wrote = caplog.records
    assert (lost.levelname, lost.name) == ("WARNING", "articlekit")
    assert lost.message.startswith(f"image-failed: {posts[0]}: ")
    assert lost.diagnostic is report.losses[0]  # type: ignore[attr-defined]
    assert (wrote.levelname, wrote.message) == ("INFO", f"wrote {posts[0].with_suffix('.md')}")
    caplog.clear()
    articlekit.parse("<p onclick='x()'>hello</p>", report=report)
    assert "handler-removed" in [each.message.partition(":")[0] for each in caplog.records]
    assert [each for each in caplog.records if "image-failed" in each.message] == []


def test_what_was_found_before_an_error_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.html").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(articlekit.ArticlekitError):
        articlekit.compile_column(tmp_path, tmp_path / "a.epub")
    assert [each.message.partition(":")[0] for each in caplog.records] == ["article-skipped"]


def test_nothing_is_printed(posts: list[Path]) -> None:
    """Not even what Python prints itself of warnings that nobody listens to."""
    code = (
        "import sys, articlekit\n"
        "articlekit.convert(sys.argv[1], sys.argv[2], offline=True)\n"
        "articlekit.compile_column(sys.argv[3], sys.argv[4], offline=True)"
    )
    folder = posts[0].parent
    arguments = [posts[0], folder / "one.md", folder, folder / "all.md"]
    run = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (run.stdout, run.stderr) == ("", "")
