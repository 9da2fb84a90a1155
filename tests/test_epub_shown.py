"""What a browser shows of a book, and what DAISY's Ace says of it to those who cannot see."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from articlekit.pipeline import compile_column
from browser import measure, unpack
from wide_article import ARTICLE

EXAMPLE = Path(__file__).parent.parent / "examples" / "column"
ACE = Path(sys.prefix) / "ace" / "node_modules" / ".bin" / "ace-cli"


@pytest.fixture(scope="module")
def epub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(EXAMPLE, folder / "column")
    (folder / "column" / "06-wide.html").write_text(ARTICLE, "utf-8")
    settings = folder / "column" / "column.toml"
    lines = settings.read_text("utf-8").splitlines()
    lines = [line for line in lines if "cover" not in line] + ['group_by = "month"']
    settings.write_text("\n".join(lines), "utf-8")
    compile_column(folder / "column", folder / "book.epub", offline=True)
    return folder / "book.epub"


def test_every_page_fits_a_phone_and_a_tablet(epub: Path, tmp_path: Path) -> None:
    pages = unpack(epub, tmp_path / "book")
    found = measure(pages, tmp_path)
    assert len(found) == 2 * len(pages)
    for page in found:
        assert page["over"] == [], page
        assert page["scroll"] <= page["width"], page
        assert page["hidden"] == 0, page
        assert page["text"] or page["images"], page
    assert sum(page["images"] for page in found) > 10


def test_ace_passes(epub: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PUPPETEER_EXECUTABLE_PATH": shutil.which("chromium") or "",
        "ACE_TIMEOUT_INITIAL": "60000",
    }
    command = [str(ACE), "--outdir", str(tmp_path / "ace"), str(epub)]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env=environment
    )
    report = tmp_path / "ace" / "report.json"
    assert report.exists(), run.stdout + run.stderr
    said = json.loads(report.read_text("utf-8"))
    complaints = [
        (page["earl:testSubject"]["url"], found["earl:test"]["dct:title"], found["earl:result"])
        for page in said["assertions"]
        for found in page["assertions"]
    ]
    assert complaints == []
    assert said["earl:result"]["earl:outcome"] == "pass"
