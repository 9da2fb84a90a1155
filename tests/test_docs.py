"""Every block of code in the documentation runs, and every link in it leads somewhere."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

import articlekit
from articlekit.errors import MissingDependency
from doc_blocks import Block, Session, blocks_of, run
from server import ImageServer, Reply, Seen, picture

ROOT = Path(__file__).parent.parent
NAMES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")
PAGES = sorted([*map(ROOT.joinpath, NAMES), *(ROOT / "docs").rglob("*.md")])
WITH_CODE = [page for page in PAGES if "```" in page.read_text("utf-8")]
LINK = re.compile(r"(?<!`)\]\(([^)\s#]+)[^)]*\)")
POST = """---
title: A short note
author: A. Writer
date: 2024-05-01
lang: en
url: https://blog.example/short-note
---
<p>One picture, <a href="https://blog.example/">one link</a>.</p>
<p><img src="photo.png" alt="A square"></p>
"""
PAGE = f"""<!DOCTYPE html><html lang="en"><title>A page</title><nav>Menu</nav>
<article><h1>A page</h1>
<p>{"A page of the web has an article, and much around it that is none of it. " * 5}</p>
<p><img src="/photo.png" alt="A square"></p></article>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>
<link>https://blog.example/</link><item><title>One</title><link>https://blog.example/1</link>
<description>&lt;p&gt;The first entry of a feed, in full.&lt;/p&gt;</description></item>
</channel></rss>"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    (folder / "post.html").write_text("---\ntitle: B\nlang: en\nauthor: A\n---\n<p>x</p>")
    articlekit.convert(folder / "post.html", folder / "book.epub")
    return folder / "book.epub"


def no_validator() -> NoReturn:
    raise MissingDependency("epubcheck is not asked here")


@pytest.fixture
def session(
    tmp_path: Path, book: Path, server: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> Session:
    """A folder as a reader of the page has it."""
    monkeypatch.chdir(tmp_path)
    address = server.url("")
    server.add("/post", PAGE.encode())
    server.add("/feed.xml", FEED.encode())
    server.add("/photo.png", picture())

    def guard(seen: Seen) -> Reply:
        return Reply(picture()) if seen.referer else Reply(status=403)

    server.routes["/guarded.png"] = guard
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copytree(ROOT / "examples" / "column", tmp_path / "blog")
    (tmp_path / "blog" / "column.toml").unlink()  # as a reader's folder has none yet
    shutil.copy(book, tmp_path / "book.epub")
    for name in ("content", "vault"):
        (tmp_path / name).mkdir()
    (tmp_path / "feed.xml").write_text(FEED)
    (tmp_path / "photo.png").write_bytes(picture())
    # Java takes 5 seconds a book; tests/test_check_cli.py runs it.
    monkeypatch.setattr("articlekit.checks.epubcheck.find_validator", no_validator)
    for name in ("post.html", "more.html"):
        (tmp_path / name).write_text(POST)
    return Session("", tmp_path, address)


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_run(page: Path, session: Session) -> None:
    session.page = str(page.relative_to(ROOT))
    for block in blocks_of(page):
        run(block, session)


def test_the_commands_of_the_readme_s_table_run(session: Session) -> None:
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "| " in line]
    commands = [each for row in rows for each in re.findall(r"`(articlekit [^`]+)`", row)]
    assert len(commands) >= 7
    for command in commands:
        for name in ("post.epub", "blog.epub", "a.epub", "b.epub"):
            if f"-o {name}" in command:
                (session.folder / name).unlink(missing_ok=True)
        run(Block("sh", command, 0), session)
    told = json.loads((session.folder / "report.json").read_text("utf-8"))
    assert {"url", "hops", "status"} <= told["images"][0].keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    """Anchors, and the site's own links, are looked at by `make docs`."""
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.M | re.S)
    made = {"changelog.md": ROOT / "CHANGELOG.md", "contributing.md": ROOT / "CONTRIBUTING.md"}
    for address in LINK.findall(text):
        if ":" not in address:
            assert (page.parent / address).exists() or address in made, address
