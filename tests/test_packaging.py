"""What stands beside the code says the same as the code: versions, licences, pins, targets."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

import articlekit

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT: dict[str, Any] = PYPROJECT["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(*lists: list[str]) -> set[str]:
    """The packages that pyproject.toml names itself."""
    return {key(Requirement(each).name) for every in lists for each in every} - {"articlekit"}


def test_one_version_everywhere() -> None:
    version = articlekit.__version__
    assert PROJECT["version"] == version
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"] == version
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_changelog_keeps_its_form() -> None:
    """https://keepachangelog.com: versions, newest first, with kinds of changes that it names."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (.*)", text, re.MULTILINE)[0] == "[Unreleased]"
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)", text, re.MULTILINE)) <= kinds


def test_licences_of_all_dependencies_are_listed() -> None:
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([a-z0-9-]+) \| (.+) \|$", page, re.MULTILINE))
    wanted = direct(PROJECT["dependencies"], *EXTRAS.values())
    assert wanted - rows.keys() == set(), "run `make licences`"
    assert rows["ebooklib"] == "**AGPL-3.0-or-later**"
    assert "not said in its metadata" not in rows.values(), "look it up; see KNOWN in the script"


def test_everything_that_is_installed_is_pinned() -> None:
    text = (ROOT / "requirements-dev.lock").read_text("utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    groups = {**PYPROJECT["dependency-groups"]}
    del groups["lock"]  # which makes the pins
    wanted = direct(PROJECT["dependencies"], *EXTRAS.values(), *groups.values())
    assert wanted - pinned == set(), "run `make lock`"
    assert "://" not in text  # pins are for every index


def test_all_extras_are_in_all() -> None:
    """But what needs Java, which is not for reading or writing."""
    (every,) = EXTRAS["all"]
    assert Requirement(every).extras == EXTRAS.keys() - {"all", "check"}


def test_the_readme_has_every_extra() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    table = text[text.index("| extra | brings |") :].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`(?=[^|]* \| )", table)) == EXTRAS.keys()


def test_every_python_that_is_said_is_supported() -> None:
    said = [each.rpartition(" :: ")[2] for each in PROJECT["classifiers"] if "Python :: 3." in each]
    assert said == ["3.11", "3.12", "3.13"]
    assert PROJECT["requires-python"] == f">={said[0]}"
    assert all(each in (ROOT / "docs/reference/stability.md").read_text("utf-8") for each in said)


def test_make_alone_says_what_there_is() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    (phony,) = re.findall(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert sorted(re.findall(r"make (\w+)\t", done.stdout)) == sorted(phony.split())


@pytest.mark.parametrize("name", [".pre-commit-config.yaml", "mkdocs.yml"])
def test_files_of_tools_name_what_is_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert yaml.safe_load(text)
    for path in re.findall(r"(?:docs|scripts|tests)/[\w./-]+\.\w+", text):
        assert (ROOT / path).exists(), path
