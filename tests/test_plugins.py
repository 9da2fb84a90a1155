"""A package with a reader of its own, really installed: the one that docs/how-to shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGIN = ROOT / "tests" / "plugins" / "notebook"
GUIDE = ROOT / "docs" / "how-to" / "reader-plugin.md"
NOTES = "The garden in May\n---\nThe beans are up.\n\nThe snails know."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the plugin is installed into, without the network."""
    work = tmp_path_factory.mktemp("plugin")
    shutil.copytree(PLUGIN, work / "notebook")
    offline = "--no-index --no-deps --no-build-isolation --disable-pip-version-check --quiet"
    command = [sys.executable, "-m", "pip", "install", *offline.split()]
    subprocess.run([*command, "--target", work / "site", work / "notebook"], check=True)
    return work / "site"


def run(site: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "articlekit", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_an_installed_reader_reads(site: Path, tmp_path: Path) -> None:
    (tmp_path / "garden.notebook").write_text(NOTES, "utf-8")
    done = run(site, tmp_path, "convert", "garden.notebook", "-o", "garden.md", "-o", "garden.epub")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "garden.md").read_text("utf-8")
    assert text.endswith("# The garden in May\n\nThe beans are up.\n\nThe snails know.\n")


def test_its_files_are_articles_of_a_column(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.notebook").write_text(NOTES, "utf-8")
    (tmp_path / "b.html").write_text("---\ntitle: B\nlang: en\n---\n<p>x</p>", "utf-8")
    done = run(site, tmp_path, "column", ".", "-o", "all.md")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "all.md").read_text("utf-8")
    assert "The garden in May" in text
    assert "\n# B\n" in text.replace('<a id="chapter-b"></a>', "")


def test_the_guide_shows_this_package() -> None:
    """Its code is the package's, comments and docstrings left out."""
    python, toml = re.findall(
        r"```(?:python|toml)\n# \S+\n(.*?)```", GUIDE.read_text("utf-8"), re.S
    )
    code = (PLUGIN / "src" / "articlekit_notebook" / "__init__.py").read_text("utf-8")
    assert python[python.index("def ") :] in code
    for line in toml.splitlines():
        assert line.partition("   #")[0] in (PLUGIN / "pyproject.toml").read_text("utf-8")
