"""PDFs open nothing but the book's own, come out the same, and need little to be installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image as Pillow

ENGINES = ("typst", "weasyprint")

# Writes a book while every file and socket that Python opens is looked at.
WATCHED = """
import os, sys
import articlekit

source, engine, target, *own = sys.argv[1:]
options = {"offline": True, "pdf_engine": engine, "overwrite": True}
articlekit.convert(source, target, **options)  # what is imported late is by now
places = [sys.prefix, sys.base_prefix, os.path.dirname(articlekit.__file__), *sys.path]
allowed = [os.path.realpath(each) for each in places if each]
allowed += own
seen = []

def watch(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        seen.append((event, arguments))
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        name = os.fsdecode(arguments[0])
        path = os.path.realpath(name)
        known = path.startswith(tuple(allowed)) or path == os.devnull
        # Folders made for the run; what is named without one is theirs, as they are removed.
        made = "/articlekit-" in path or "/weasyprint-" in path or not os.path.isabs(name)
        if not known and not made:
            seen.append((event, path))

sys.addaudithook(watch)
articlekit.convert(source, target, **options)
for each in seen:
    print(*each)
"""


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_but_the_books_own_is_opened(engine: str, tmp_path: Path) -> None:
    own, secret = tmp_path / "own", tmp_path / "secret.png"
    own.mkdir()
    Pillow.new("RGB", (60, 60), "#123456").save(secret)
    away = ["http://127.0.0.1:9/x.png", secret.as_uri(), "../secret.png", "//127.0.0.1/x.png"]
    inside = "".join(f'<image href="{each}" width="9" height="9"/>' for each in away)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{inside}</svg>'
    (own / "drawing.svg").write_text(svg)
    pictures = "".join(f'<img src="{each}">' for each in away[:2])
    style = f'<p style="background:url({secret.as_uri()})">甲</p>'
    hostile = '<p>#image("../secret.png") #read("/etc/passwd") \\\\input{/etc/passwd}</p>'
    (own / "a.html").write_text(
        f"---\ntitle: 甲\nlang: zh\n---\n<p>乙{pictures}</p>{style}{hostile}{svg}"
        '<p><img src="drawing.svg"></p>',
        "utf-8",
    )
    target = own / "a.pdf"
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, own / "a.html", engine, target, str(own),
         os.environ["ARTICLEKIT_CACHE"]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == ""
    shown = run("pdfimages", "-list", target)
    assert shown.splitlines()[2:] == []
    said = run("pdftotext", target, "-")
    assert "root:" not in said


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_tomorrow_writes_the_same_bytes(engine: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "---\ntitle: 甲\nlang: zh\n---\n<p>乙<sup><a id=r href=#n role=doc-noteref>1</a></sup></p>"
        "<div role=doc-endnotes><ol><li id=n>注。</li></ol></div>",
        "utf-8",
    )
    written = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000"}
        command = [sys.executable, "-m", "articlekit", "convert", "a.html", "--force", "-q"]
        subprocess.run(
            [*command, "-o", f"{seed}.pdf", "--pdf-engine", engine],
            cwd=tmp_path, env=environment, check=True,
        )  # fmt: skip
        written.append((tmp_path / f"{seed}.pdf").read_bytes())
    assert written[0] == written[1]
    info = run("pdfinfo", tmp_path / "1.pdf")
    assert re.search(r"CreationDate: +.*2023", info)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_character_that_no_font_has_fails_a_strict_run(engine: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<h1>A</h1><p>b\U0010fffdc</p>", "utf-8")
    command = [sys.executable, "-m", "articlekit", "convert", "a.html", "-o", "a.pdf", "--strict"]
    done = subprocess.run(
        [*command, "--pdf-engine", engine, "--offline"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "1 characters no font can draw: \U0010fffd (U+10FFFD)" in done.stderr
    assert (tmp_path / "a.pdf").exists()


def test_chinese_is_set_without_pango_fontconfig_and_installed_fonts(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "---\ntitle: 渡口\nlang: zh-CN\n---\n<p>渡口的<em>钟</em>——“不快，也不慢”……</p>", "utf-8"
    )
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['weasyprint'] = None  # as where it is not installed\n"
    )
    environment = {
        "HOME": str(tmp_path / "home"),
        "PATH": str(tmp_path / "bin"),
        "XDG_DATA_DIRS": str(tmp_path / "share"),
        "LD_LIBRARY_PATH": str(tmp_path / "lib"),
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)]),
        "ARTICLEKIT_CACHE": os.environ["ARTICLEKIT_CACHE"],
    }
    done = subprocess.run(
        [sys.executable, "-m", "articlekit", "convert", "a.html", "-o", "a.pdf", "--strict", "-v"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "PDF by Typst, as WeasyPrint does not work here" in done.stderr
    fonts = run("pdffonts", tmp_path / "a.pdf")
    assert "NotoSerifSC" in fonts
    said = run("pdftotext", tmp_path / "a.pdf", "-")
    assert "渡口的钟——“不快，也不慢”……" in re.sub(r"\s", "", said)
