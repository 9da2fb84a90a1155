"""What a browser shows of the pages that articlekit writes, on a phone and on a desk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from articlekit.cli import cli
from browser import View, look
from wide_article import ARTICLE

EXAMPLE = Path(__file__).parent.parent / "examples" / "column"
PAGES = ("page", "index", "article", "report")
HOSTILE = """---
title: "<script>alert(1)</script><img src=x onerror=alert(2)>"
lang: en
date: 2024-06-01
---
<p onclick="x()">text <img src="https://i.example/a.png?&quot;&gt;&lt;script&gt;"><script>1</script>
<a href="javascript:alert(1)">link</a></p>
"""
FILTER = """(() => {
  const field = document.querySelector("#text"), level = document.querySelector("#level");
  const state = () => [document.querySelector("#count").value,
    [...document.querySelectorAll(".entry:not([hidden]) h3")].map(each => each.innerText)];
  const all = state();
  level.value = "missing";
  pick();
  const missing = state();
  level.value = "";
  field.value = "ALERT(2)";
  pick();
  return [all, missing, state()];
})()"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(EXAMPLE, folder / "column")
    (folder / "column" / "06-wide.html").write_text(ARTICLE, "utf-8")
    (folder / "column" / "07-hostile.html").write_text(HOSTILE, "utf-8")
    with (folder / "column" / "column.toml").open("a", encoding="utf-8") as file:
        file.write('\ngroup_by = "month"\n')
    targets = ["-o", f"{folder}/site/", "-o", f"{folder}/page.html"]
    flags = ["--offline", "-q", "--report", f"{folder}/report.html"]
    run = CliRunner().invoke(cli, ["column", str(folder / "column"), *targets, *flags])
    assert run.exit_code == 0, run.exception
    wide = next(path for path in (folder / "site").glob("*.html") if "Donau" in path.name)
    site = folder / "site" / "index.html"
    return dict(zip(PAGES, (folder / "page.html", site, wide, folder / "report.html"), strict=True))


@pytest.fixture(scope="module")
def seen(
    pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], dict[str, Any]]:
    """Every page on a phone by day and by night, and on a desk, in one run of the browser."""
    views = {
        (name, kind): view
        for name, path in pages.items()
        for kind, view in {
            "phone, light": View(path, axe=True, ask=FILTER if name == "report" else None),
            "phone, dark": View(path, axe=True, dark=True),
            "desk": View(path, width=1280),
        }.items()
    }
    found = look(list(views.values()), tmp_path_factory.mktemp("browser"))
    return dict(zip(views, found, strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_ask_nobody_and_run_without_errors(
    seen: dict[tuple[str, str], dict[str, Any]], name: str
) -> None:
    for kind in ("phone, light", "phone, dark", "desk"):
        page = seen[name, kind]
        assert page["console"] == [], (kind, page)
        assert page["requests"] == [], (kind, page)
        assert page["over"] == [], (kind, page)
        assert page["scroll"] <= page["width"], (kind, page)
        assert page["hidden"] == 0, (kind, page)
        assert page["images"] > 0 or name == "article"
        assert page["text"] > 200


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(seen: dict[tuple[str, str], dict[str, Any]], name: str) -> None:
    for kind in ("phone, light", "phone, dark"):
        assert seen[name, kind]["axe"] == [], kind


def test_the_report_picks_articles(seen: dict[tuple[str, str], dict[str, Any]]) -> None:
    everything, missing, typed = seen["report", "phone, light"]["answer"]
    assert everything[0] == "7 of 7 shown"
    assert missing[0] == "2 of 7 shown"
    assert typed[1] == ["<script>alert(1)</script><img src=x onerror=alert(2)> loss"]


def test_axe_would_find_something(tmp_path: Path) -> None:
    """The tests above are worth something only if the browser's eyes are open."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!DOCTYPE html><title>x</title><p style="color:#ccc;width:900px">pale <img src="no.png">'
        '<script>console.error("said"); fetch("http://127.0.0.1:9/x").catch(() => 0)</script>'
    )
    (found,) = look([View(bad, axe=True)], tmp_path / "browser")
    assert {"color-contrast", "html-has-lang", "image-alt"} <= {
        each["rule"] for each in found["axe"]
    }
    assert "said" in found["console"]
    assert found["requests"] == ["http://127.0.0.1:9/x"]
    assert (len(found["over"]), found["hidden"]) == (1, 1)
