"""Time PDFs beside what others make of the same text: a plain WeasyPrint script, and Chromium.

    python tests/bench/pdf.py                       400 pages, then 100 articles with 200 images
    python tests/bench/pdf.py --only text --rounds 1

The articles are those of column.py; the plain script joins them into one page of HTML with a
contents, running titles and page numbers, on the same page, in the same type and fonts. All
run as whole processes, in turn.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import pikepdf
import pylopdf_fonts_zh_cn as fonts
from column import Run, make_column, run
from remote import make_images, point_at, serve

#: What is measured, in the order of the runs.
TEXT: Final = ("plain WeasyPrint", "articlekit, WeasyPrint", "articlekit, Typst", "Chromium")
PICTURES: Final = TEXT[:3]
#: Of the plain script's time, at most.
ALLOWED: Final = {"articlekit, WeasyPrint": 1.15, "articlekit, Typst": 0.2}
ALLOWED_PICTURES: Final = {"articlekit, WeasyPrint": 0.4, "articlekit, Typst": 0.4}
STYLE: Final = f"""
@font-face {{ font-family: Song; src: url(file://{fonts.serif_path()}) }}
@font-face {{ font-family: Hei; src: url(file://{fonts.sans_path()}) }}
@page {{ size: a5; margin: 23mm 18mm; @top-center {{ content: string(title); font: 8pt Hei }}
  @bottom-center {{ content: counter(page); font: 8pt Hei }} }}
html {{ font: 10.5pt/1.7 Song }}
h1, h2, h3, b, strong {{ font-family: Hei; break-after: avoid }}
h1 {{ string-set: title content(); break-before: page }}
p {{ margin: 0; text-indent: 2em; text-align: justify }}
nav a::after {{ content: leader('.') target-counter(attr(href), page) }}
pre {{ font: 8pt monospace; white-space: pre-wrap }}
img {{ max-width: 100% }}
"""
PLAIN: Final = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"


def join_pages(folder: Path) -> Path:
    """Write the pages that column.py made for pandoc as one, with a contents."""
    bodies, entries = [], []
    for number, path in enumerate(sorted((folder / "pages").glob("*.html"))):
        _, _, body = path.read_text("utf-8").partition("</title>")
        bodies.append(f'<article id="a{number}">{body}</article>')
        entries.append(f'<p><a href="#a{number}">{path.stem}</a></p>')
    page = folder / "pages" / "all.htm"
    head = f'<!DOCTYPE html><html lang="zh"><meta charset="utf-8"><style>{STYLE}</style>'
    page.write_text(f"{head}<nav>{''.join(entries)}</nav>{''.join(bodies)}", "utf-8")
    return page


def commands(folder: Path) -> dict[str, list[str]]:
    """By name, the commands that write `<name>.pdf` into the folder."""
    page = join_pages(folder)
    ours = [
        sys.executable, "-m", "articlekit", "column", str(folder / "articles"), "-q", "--force",
        "--allow-private", "127.0.0.0/8", "--pdf-engine",
    ]  # fmt: skip
    target = {name: str(folder / f"{name}.pdf") for name in TEXT}
    return {
        TEXT[0]: [sys.executable, "-c", PLAIN, str(page), target[TEXT[0]]],
        TEXT[1]: [*ours, "weasyprint", "-o", target[TEXT[1]]],
        TEXT[2]: [*ours, "typst", "-o", target[TEXT[2]]],
        TEXT[3]: [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--print-to-pdf={target[TEXT[3]]}", page.as_uri(),
        ],
    }  # fmt: skip


def measure(folder: Path, names: tuple[str, ...], rounds: int) -> dict[str, list[Run]]:
    """Run each `rounds` times in turn, ours with an empty cache."""
    chosen = {name: command for name, command in commands(folder).items() if name in names}
    results: dict[str, list[Run]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, command in chosen.items():
            shutil.rmtree(folder / "cache", ignore_errors=True)
            results[name].append(run(command, folder))
    return results


def show(folder: Path, results: dict[str, list[Run]], allowed: dict[str, float]) -> None:
    peer = statistics.median(each.seconds for each in results[TEXT[0]])
    for name, runs in results.items():
        seconds = statistics.median(each.seconds for each in runs)
        path = folder / f"{name}.pdf"
        with pikepdf.open(path) as pdf:
            pages = len(pdf.pages)
        bound = f" (at most {allowed[name]})" if name in allowed else ""
        print(
            f"{name:24}{seconds:8.2f} s {max(each.megabytes for each in runs):7.0f} MB"
            f"{pages:6} pages {path.stat().st_size / 1e6:6.1f} MB"
            f"{seconds / peer:7.2f} of the plain script's time{bound}"
        )


def bench_text(articles: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_column(folder, articles)
        print(f"{articles} articles, median of {rounds} runs")
        show(folder, measure(folder, TEXT, rounds), ALLOWED)


def bench_pictures(articles: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = make_images(folder / "photographs", 2 * articles)
        ready, told = multiprocessing.Pipe(duplex=False)
        server = multiprocessing.Process(
            target=serve, args=(folder / "photographs", told), daemon=True
        )
        server.start()
        try:
            make_column(folder, articles)
            point_at(folder, names, ready.recv())
            size = sum(path.stat().st_size for path in (folder / "photographs").iterdir())
            print(f"{articles} articles, {len(names)} images of {size / 1e6:.1f} MB, {rounds} runs")
            show(folder, measure(folder, PICTURES, rounds), ALLOWED_PICTURES)
        finally:
            server.terminate()


def main() -> None:
    options = argparse.ArgumentParser(description="Time PDFs beside WeasyPrint and Chromium.")
    options.add_argument("--articles", type=int, default=80, help="of text alone; 80 are 400 pages")
    options.add_argument("--pictured", type=int, default=100, help="articles with two images each")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", choices=["text", "pictures"])
    given = options.parse_args()
    # Untimed: pip compiles what it installs, a checkout is compiled when it first runs.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-m", "articlekit", "--version"], check=True)
    if given.only != "pictures":
        bench_text(given.articles, given.rounds)
    if given.only != "text":
        bench_pictures(given.pictured, given.rounds)


if __name__ == "__main__":
    main()
