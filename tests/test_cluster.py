"""A column read on a Dask cluster is the column read here."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import articlekit
from articlekit.cli import cli

COLUMN = Path(__file__).parent.parent / "examples" / "column"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers, each a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Dask's own dependencies
        from distributed import LocalCluster

        with LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as running:
            yield running.scheduler_address


@pytest.fixture
def column(tmp_path: Path) -> Path:
    """A hundred articles: several batches."""
    folder = tmp_path / "column"
    folder.mkdir()
    for number in range(100):
        text = f"---\ntitle: 第 {number} 篇\ndate: Invalid Date\n---\n<h2>一</h2><p>雪 {number}</p>"
        (folder / f"{number:03}.html").write_text(text, "utf-8")
    return folder


@pytest.mark.filterwarnings("ignore")  # of Dask's own dependencies
def test_the_same_book_byte_for_byte(
    scheduler: str, column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for number, source in enumerate((column, COLUMN)):
        here, there = tmp_path / f"{number}.epub", tmp_path / f"{number}-cluster.epub"
        local = articlekit.compile_column(source, here, cache_dir=tmp_path / "a", images="none")
        remote = articlekit.compile_column(
            source, there, cache_dir=tmp_path / "b", images="none", scheduler=scheduler
        )
        assert here.read_bytes() == there.read_bytes()
        assert local.diagnostics == remote.diagnostics


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://127.0.0.1:x"])
def test_nobody_there_is_one_line(address: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli, ["column", str(COLUMN), "--scheduler", address, "-o", str(tmp_path / "a.epub")]
    )
    assert isinstance(result.exception, articlekit.ArticlekitError)
    assert f"nothing answers at '{address}'" in str(result.exception)
    assert not (tmp_path / "a.epub").exists()


def test_without_dask_the_mend_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(articlekit.ArticlekitError, match=r"pip install 'articlekit\[dask\]'"):
        articlekit.compile_column(COLUMN, tmp_path / "a.epub", scheduler="tcp://127.0.0.1:9")
