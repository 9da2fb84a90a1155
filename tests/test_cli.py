"""The command as a user runs it: a process, its files, its words and its exit code."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from server import ImageServer, picture

Run = Callable[..., subprocess.CompletedProcess[str]]

ARTICLE = """
---
title: '一篇短文'
author: 某人
date: Fri, 05 Apr 2024 08:30:00 GMT
url: 'https://blog.example/2024/short'
---

<div>
<p>第一段。</p>
<p><img src="pic.png" alt="一张图"></p>
<div class="support-author">给作者打赏<button>赞赏</button></div>
<p>第二段。</p>
</div>
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run_command(*args: str, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "articlekit", *args],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            **options,
        )

    return run_command


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "post.html"
    path.write_text(ARTICLE, "utf-8")
    (tmp_path / "pic.png").write_bytes(picture())
    return path


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The one line of an error; a traceback or a second line is a failure."""
    assert "Traceback" not in result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_convert_writes_every_target(run: Run, article: Path, tmp_path: Path) -> None:
    targets = ["post.epub", "post.md", "post.pdf", "out.html"]
    result = run("convert", "post.html", *(f"-o{target}" for target in targets))
    assert result.returncode == 0, result.stderr
    assert (
        result.stderr == "wrote post.epub, post.md, post.pdf, out.html "
        "(1 of 1 images, nothing lost)\n"
    )
    assert result.stdout == ""
    assert {each.name for each in tmp_path.iterdir()} == {
        "post.html",
        "pic.png",
        "post.epub",
        "post.md",
        "post.assets",
        "post.pdf",
        "out.html",
    }
    assert len(list((tmp_path / "post.assets").iterdir())) == 1


def test_nothing_is_overwritten_without_force(run: Run, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "post.md"
    target.write_text("mine")
    result = run("convert", "post.html", "-o", "post.md")
    assert result.returncode == 1
    assert one_line(result) == "articlekit: post.md: exists already; add --force to overwrite it"
    assert target.read_text() == "mine"
    assert run("convert", "post.html", "-o", "post.md", "--force").returncode == 0
    assert "第一段" in target.read_text("utf-8")


def test_the_source_is_never_the_target(run: Run, article: Path) -> None:
    result = run("convert", "post.html", "-o", "post.html", "--force")
    assert result.returncode == 2
    assert "post.html" in one_line(result)
    assert article.read_text("utf-8") == ARTICLE


def test_standard_streams(run: Run, article: Path, tmp_path: Path) -> None:
    result = run("convert", "-", "-o", "-", input=ARTICLE)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("---\ntitle: 一篇短文\n")
    assert "第一段。\n\n![一张图](https://blog.example/2024/pic.png)" in result.stdout


def test_several_files_are_one_book(run: Run, article: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text("---\ntitle: Another\nlang: en\n---\n<p>See <a href='post.html'>it</a>.</p>")
    result = run("convert", "other.html", "post.html", "-o", "both.md")
    assert result.returncode == 0, result.stderr
    text = (tmp_path / "both.md").read_text("utf-8")
    assert text.index("# Another") < text.index('# <a id="chapter-post"></a>一篇短文\n\n第一段')
    assert "See [it](#chapter-post)." in text


def test_column_into_a_folder(run: Run, article: Path, tmp_path: Path) -> None:
    (tmp_path / "column.toml").write_text('title = "专栏"\nlanguage = "zh-Hans"\n', "utf-8")
    result = run("column", ".", "-o", "md/", "-o", "c.epub")
    assert result.returncode == 0, result.stderr
    assert sorted(each.name for each in (tmp_path / "md").iterdir()) == [
        "assets",
        "index.md",
        "一篇短文.md",
    ]
    with zipfile.ZipFile(tmp_path / "c.epub") as book:
        assert "专栏" in book.read("EPUB/content.opf").decode()


def test_report_and_strict(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "---\ntitle: A\nlang: en\n---\n"
        "<p>x <img src='https://i.example/a.png' alt='the picture'></p>"
    )
    flags = ["--offline", "--report", "r.json"]
    lax = run("convert", "a.html", "-o", "a.epub", *flags)
    assert lax.returncode == 0
    assert lax.stderr.splitlines()[0] == (
        "loss: a.html: offline_miss: not in the cache, and offline: https://i.example/a.png"
    )
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert report["losses"] == 1
    assert report["images"][0]["reason"] == "offline_miss"
    with zipfile.ZipFile(tmp_path / "a.epub") as book:
        page = book.read("EPUB/text/chapter-a.xhtml").decode()
    assert '<a class="missing-image" href="https://i.example/a.png">the picture</a>' in page
    strict = run("convert", "a.html", "-o", "a.epub", "--force", "--strict", "--offline", "-q")
    assert (strict.returncode, strict.stderr) == (3, "")
    assert (tmp_path / "a.epub").exists()


def test_images_come_with_the_right_referer(run: Run, tmp_path: Path, server: ImageServer) -> None:
    for name in ("own", "none", "default"):
        server.add(f"/{name}.png", picture(size=(8 + len(name), 8)), Content_Type="image/png")
    (tmp_path / "a.html").write_text(
        f"""---
title: A
lang: en
url: {server.url("/page?q=1#part")}
---
<p><img src="/own.png" referrerpolicy="origin"> <img src="/none.png" referrerpolicy="no-referrer">
<img src="/default.png"></p>"""
    )
    result = run("convert", "a.html", "-o", "a.md", "--allow-private", "127.0.0.1")
    assert result.returncode == 0, result.stderr
    assert "(3 of 3 images, nothing lost)" in result.stderr
    sent = {seen.path: seen.referer for seen in server.seen}
    assert sent == {
        "/own.png": server.url("/"),
        "/none.png": None,
        "/default.png": server.url("/page?q=1"),
    }
    count = len(server.seen)
    again = run("convert", "a.html", "-o", "again.md", "--offline")
    assert "(3 of 3 images, nothing lost)" in again.stderr
    assert len(server.seen) == count


def test_private_addresses_are_refused(run: Run, tmp_path: Path, server: ImageServer) -> None:
    (tmp_path / "a.html").write_text(f"<p>x<img src='{server.url('/x.png')}'></p>")
    result = run("convert", "a.html", "-o", "a.md", "--report", "r.json")
    assert result.returncode == 0
    assert json.loads((tmp_path / "r.json").read_text())["images"][0]["reason"] == "blocked_address"
    assert server.seen == []


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["convert", "gone.html", "-o", "x.md"], 1, "gone.html: no such file; check the path"),
        (["convert", ".", "-o", "x.md"], 1, "this is a folder; use 'articlekit column .'"),
        (["convert", "post.html", "-o", "x.docx"], 2, "x.docx: no writer for '.docx'"),
        (["convert", "post.html", "-o", "x"], 2, "x: no suffix; write x.epub, .md, .pdf,"),
        (["convert", "post.html", "-o", "no/x.md"], 1, "the folder no is not there; make it first"),
        (["convert", "post.html", "-o", "x.md", "-o", "x.md"], 2, "x.md: named twice"),
        (["convert", "post.html", "-o", "-", "-o", "x.md"], 2, "cannot stand beside"),
        (["convert", "pic.png", "-o", "x.md"], 1, "pic.png: this is an image"),
        (["column", "gone/", "-o", "x.md"], 1, "gone: no such file or folder; check the path"),
        (["column", "empty", "-o", "x.md"], 1, "empty: no articles here"),
        (["column", "bad", "-o", "x.md"], 1, "unknown key 'tilte'; did you mean 'title'?"),
        (["column", "worse", "-o", "x.md"], 1, "column.toml:2: not TOML"),
        (["column", "post.html", "-o", "x.md"], 1, "post.html"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(
    run: Run, article: Path, tmp_path: Path, args: list[str], code: int, words: str
) -> None:
    (tmp_path / "empty").mkdir()
    for name, text in (("bad", 'tilte = "x"\n'), ("worse", 'title = "x"\ntitle\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "column.toml").write_text(text)
        (tmp_path / name / "a.html").write_text("<p>x")
    before = sorted(tmp_path.iterdir())
    result = run(*args)
    assert result.returncode == code, result.stderr
    assert words in one_line(result)
    assert sorted(tmp_path.iterdir()) == before


def test_broken_yaml_is_read_and_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("\n---\ntitle: a: b\nlang: en\n---\n<p>text</p>")
    result = run("convert", "a.html", "-o", "a.md")
    assert result.returncode == 0
    assert result.stderr.startswith("warning: a.html:3: broken front matter, read line by line: ")
    assert "title: 'a: b'" in (tmp_path / "a.md").read_text()


def test_a_column_goes_on_without_a_file_that_is_no_text(
    run: Run, article: Path, tmp_path: Path
) -> None:
    (tmp_path / "z.html").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    result = run("column", ".", "-o", "c.md")
    assert result.returncode == 0
    assert "loss: z.html: this is an image" in result.stderr


def test_wrong_flags_get_help(run: Run) -> None:
    result = run("convert", "post.html", "--frobnicate")
    assert result.returncode == 2
    assert "No such option" in result.stderr
    assert "Traceback" not in result.stderr
    assert run().returncode in (0, 2)
    assert run("--help").returncode == 0


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['articlekit', '--help']\n"
        "from articlekit.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'lxml', 'requests', 'PIL', 'weasyprint', 'ebooklib', 'markdownify', 'yaml',"
        " 'rich', 'bs4', 'selectolax', 'numpy', 'importlib.metadata'}\n"
        "print(sorted(heavy & sys.modules.keys()), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stderr.strip() == "[]"
    assert "convert" in result.stdout


def test_ctrl_c_ends_soon_and_leaves_nothing(tmp_path: Path, server: ImageServer) -> None:
    asked = threading.Event()

    def silent(connection: socket.socket, closing: threading.Event) -> None:
        asked.set()
        closing.wait(20)

    server.raw["/slow.png"] = silent
    (tmp_path / "a.html").write_text(f"<p>x<img src='{server.url('/slow.png')}'></p>")
    # What a shell runs in the background ignores SIGINT, and so would what it starts.
    heed = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from articlekit.cli import main; main()"
    )
    flags = ["convert", "a.html", "-o", "a.md", "--allow-private", "127.0.0.1"]
    with subprocess.Popen(
        [sys.executable, "-c", heed, *flags], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert asked.wait(20)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 130
    assert stderr.strip() == "articlekit: interrupted; nothing was left half written"
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]


def test_ctrl_c_while_it_is_loaded_is_a_line() -> None:
    code = (
        "import sys, types\n"
        "class Slow(types.ModuleType):\n"
        "    def __getattr__(self, name): raise KeyboardInterrupt\n"
        "sys.modules['articlekit.cli'] = Slow('articlekit.cli')\n"
        "from articlekit.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "articlekit: interrupted; nothing was begun\n"


def test_a_strict_run_stops_at_an_article_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x")
    (tmp_path / "c" / "b.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(256))
    (tmp_path / "list.txt").write_text("http://127.0.0.1:9/a\nhttp://127.0.0.1:9/b\n")
    lax = run("column", "c", "-o", "a.epub", "-q")
    assert (lax.returncode, (tmp_path / "a.epub").exists()) == (0, True)
    strict = run("column", "c", "-o", "b.epub", "--strict", "--report", "r.json")
    assert strict.returncode == 3
    assert "c/b.html: " in one_line(strict)
    assert "mend it, or exclude the file" in one_line(strict)
    assert not (tmp_path / "b.epub").exists()
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["losses"] == 1
    listed = run("column", "list.txt", "-o", "b.epub", "--strict", "--offline")
    assert (listed.returncode, "take it off the list" in one_line(listed)) == (3, True)
