"""Every diagnostic code has a folder here: an input that causes it, and what is then said.

`in.*` is converted, or `column/` compiled, offline; `case.toml` may name other `targets`,
`options`, or `encoding` (the input is then written in that encoding first). Under `cached`
it lists images that an earlier run left in the cache: `url`, `file`, and the `referer` sent.
`site/` is where another package is installed for that run.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import articlekit
from articlekit import registry
from articlekit.fetch.store.cache import Entry, ImageCache
from articlekit.report import CODES
from golden import check, findings

FOLDER = Path(__file__).parent / "diagnostics"


def settings(folder: Path) -> dict[str, Any]:
    path = folder / "case.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def source_of(folder: Path, case: dict[str, Any], tmp_path: Path) -> Path:
    if (folder / "column").is_dir():
        return folder / "column"
    source = next(folder.glob("in.*"))
    if "encoding" not in case:
        return source
    encoded = tmp_path / source.name
    encoded.write_bytes(source.read_text("utf-8").encode(case["encoding"]))
    return encoded


def fill_cache(folder: Path, case: dict[str, Any]) -> None:
    if "cached" not in case:
        return
    with ImageCache.default() as cache:
        for row in case["cached"]:
            entry = Entry(cache.put((folder / row["file"]).read_bytes()), row["url"], 200)
            cache.update(row["url"], row["referer"], entry)


@pytest.fixture
def folder(code: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a code, with the package installed that is in it."""
    if not (FOLDER / code / "site").is_dir():
        yield FOLDER / code
        return
    monkeypatch.syspath_prepend(FOLDER / code / "site")
    registry._installed.cache_clear()
    registry._by_name.cache_clear()
    yield FOLDER / code
    registry._installed.cache_clear()
    registry._by_name.cache_clear()


@pytest.mark.parametrize("code", sorted(CODES))
def test_code(code: str, folder: Path, tmp_path: Path, accept: bool) -> None:
    case = settings(folder)
    source = source_of(folder, case, tmp_path)
    fill_cache(folder, case)
    targets = [tmp_path / name for name in case.get("targets", ["out.md"])]
    options = {"offline": True, **case.get("options", {})}
    if "css" in options:
        options["css"] = folder / options["css"]
    work = articlekit.compile_column if source.is_dir() else articlekit.convert
    report = work(source, *targets, **options)
    assert code in report.counts()
    rows = json.loads(findings(report, source.parent))
    wanted = [row for row in rows if row["code"] == code]
    text = json.dumps(wanted, ensure_ascii=False, indent=1) + "\n"
    check(folder / "report.json", text, accept)


def test_every_folder_is_a_code() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(CODES)
