"""A package with a reader, a transform and a writer, really installed: examples/plugin."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import articlekit
from articlekit import registry
from articlekit.cli import cli

ROOT = Path(__file__).parent.parent
PLUGIN = ROOT / "examples" / "plugin"
GUIDES = ROOT / "docs" / "how-to"
NOTES = "The garden in May\n---\nThe beans are up.\n\nThe snails know."
ENTRIES = """
[articlekit.readers]
broken = no_such_module:read
html = other_reader:read
[articlekit.transforms]
slow = other_reader:no_such_function
worst = worst_module:change
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the plugin is installed into, without the network."""
    folder = tmp_path_factory.mktemp("plugin") / "site"
    offline = "--no-index --no-deps --no-build-isolation --disable-pip-version-check --quiet"
    command = [sys.executable, "-m", "pip", "install", *offline.split()]
    subprocess.run([*command, "--target", folder, PLUGIN], check=True, timeout=120)
    return folder


@pytest.fixture
def installed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    """The plugin as this process finds it; more can be put on `sys.path` by what it yields."""
    monkeypatch.syspath_prepend(site)
    monkeypatch.chdir(tmp_path)
    registry._installed.cache_clear()
    registry._by_name.cache_clear()
    yield monkeypatch
    registry._installed.cache_clear()
    registry._by_name.cache_clear()
    for name in [each for each in sys.modules if each.startswith("articlekit_notebook")]:
        del sys.modules[name]


@pytest.fixture
def broken(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A second package, whose entry points do not load or take over what articlekit has."""
    info = tmp_path / "broken" / "broken_things-0.3.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-things\nVersion: 0.3\n")
    (info / "entry_points.txt").write_text(ENTRIES)
    (info.parent / "worst_module.py").write_text("raise RuntimeError('no licence key')")
    (info.parent / "other_reader.py").write_text(
        "from articlekit.readers.html import read_html as read"
    )
    installed.syspath_prepend(info.parent)
    registry._installed.cache_clear()
    registry._by_name.cache_clear()


def test_it_works_in_a_process_of_its_own(site: Path, tmp_path: Path) -> None:
    (tmp_path / "garden.notebook").write_text(NOTES, "utf-8")
    flags = ["convert", "garden.notebook", "-o", "garden.md", "-o", "garden.epub"]
    done = subprocess.run(
        [sys.executable, "-m", "articlekit", *flags],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "garden.md").read_text("utf-8")
    assert text.endswith("# The garden in May\n\n1 min\n\nThe beans are up.\n\nThe snails know.\n")


@pytest.mark.usefixtures("installed")
def test_its_files_are_articles_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "a.notebook").write_text(NOTES, "utf-8")
    (tmp_path / "b.html").write_text("---\ntitle: B\nlang: en\n---\n<p>x</p>", "utf-8")
    articlekit.compile_column(tmp_path, tmp_path / "all.md")
    text = (tmp_path / "all.md").read_text("utf-8")
    assert "The garden in May" in text
    assert "\n# B\n\n1 min\n" in text.replace('<a id="chapter-b"></a>', "")


@pytest.mark.usefixtures("installed")
def test_its_writer_writes(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "---\ntitle: A\nlang: en\n---\n<h2>One</h2><p>x <a href='https://a.example/'>there</a></p>"
        "<ul><li>item</li></ul><blockquote><p>said</p></blockquote><pre>code\n  more</pre>"
        "<p>y <img src=gone.png></p>"
    )
    report = articlekit.convert("a.html", "a.gmi", images="remote")
    assert (tmp_path / "a.gmi").read_text("utf-8").splitlines() == [
        "# A", "1 min", "## One", "x there", "=> https://a.example/", "* item", "> said",
        "```", "code", "  more", "```", "y",
    ]  # fmt: skip
    assert [found.code for found in report.losses] == ["gemtext-no-images"]


def listed() -> tuple[int, dict[tuple[str, str, str], dict[str, object]]]:
    run = CliRunner().invoke(cli, ["plugins", "--json"])
    told = json.loads(run.stdout)
    assert told["version"] == 1
    rows = {(each["group"], each["name"], each["package"]): each for each in told["plugins"]}
    return run.exit_code, rows


@pytest.mark.usefixtures("installed")
def test_plugins_are_listed_with_their_packages() -> None:
    code, rows = listed()
    assert code == 0
    assert rows["writers", "gmi", "articlekit-notebook"] == {
        "group": "writers", "name": "gmi", "value": "articlekit_notebook.gemtext:GemtextWriter",
        "package": "articlekit-notebook", "version": "1.0", "problem": None, "hidden_by": None,
    }  # fmt: skip
    assert ("readers", "notebook", "articlekit-notebook") in rows
    assert ("transforms", "length", "articlekit-notebook") in rows
    assert ("writers", "epub", "articlekit") in rows
    table = CliRunner().invoke(cli, ["plugins"]).stdout
    assert "transform  length    articlekit-notebook  1.0" in table


@pytest.mark.usefixtures("broken")
def test_what_does_not_load_is_named() -> None:
    code, rows = listed()
    assert code == 1
    problems = {key[1]: row["problem"] for key, row in rows.items() if row["problem"]}
    assert problems == {
        "broken": "No module named 'no_such_module'",
        "slow": "AttributeError: module 'other_reader' has no attribute 'no_such_function'",
        "worst": "RuntimeError: no licence key",
    }
    assert rows["readers", "html", "articlekit"]["hidden_by"] == "broken-things"
    table = CliRunner().invoke(cli, ["plugins"]).stdout
    assert "does not load: RuntimeError: no licence key; update or uninstall broken-things" in table
    assert "not used; broken-things has one, too" in table


@pytest.mark.usefixtures("broken")
def test_a_broken_transform_is_told_and_the_others_work(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x</p>")
    report = articlekit.convert("a.html", "a.md")
    told = [found.message for found in report.diagnostics if found.code == "plugin-broken"]
    assert len(told) == 2
    assert "'worst' (worst_module:change) does not load: RuntimeError: no licence key" in told[1]
    assert "1 min\n\nx\n" in (tmp_path / "a.md").read_text()
    assert report.losses == []


@pytest.mark.usefixtures("broken")
def test_a_broken_reader_costs_its_own_files_alone(tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x</p>")
    (folder / "b.broken").write_text("x")
    report = articlekit.compile_column(folder, tmp_path / "a.md")
    (lost,) = report.losses
    assert lost.code == "article-skipped"
    assert "update or uninstall broken-things" in lost.message
    with pytest.raises(articlekit.ArticlekitError, match=r"'broken' .* does not load"):
        articlekit.convert(folder / "b.broken", tmp_path / "b.md")


@pytest.mark.parametrize(
    ("guide", "module"), [("reader-plugin", "__init__"), ("own-writer", "gemtext")]
)
def test_the_guides_show_this_package(guide: str, module: str) -> None:
    """Their code is the package's, comments and docstrings left out."""
    text = (GUIDES / f"{guide}.md").read_text("utf-8")
    python, toml = re.findall(r"```(?:python|toml)\n# \S+\n(.*?)```", text, re.DOTALL)
    code = (PLUGIN / "src" / "articlekit_notebook" / f"{module}.py").read_text("utf-8")
    assert python[python.index("\n\n\n") :] in code
    for line in toml.splitlines():
        assert line.partition("   #")[0] in (PLUGIN / "pyproject.toml").read_text("utf-8")
