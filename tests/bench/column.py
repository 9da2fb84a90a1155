"""Time a column of articles into an EPUB, beside pandoc doing the same, as ratios of one run.

    make bench                                   100 articles, three rounds
    python tests/bench/column.py --articles 500 --rounds 5

The articles are the examples' paragraphs, shuffled the same way every time, with images
beside them. Both programs run as whole processes, in turn, and their medians are compared.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pypandoc

import articlekit
from articlekit.html import to_html

EXAMPLES = Path(__file__).parents[2] / "examples" / "column"


@dataclass(frozen=True)
class Run:
    """One run of a command: wall time in seconds, peak memory in MB."""

    seconds: float
    megabytes: float


def make_column(folder: Path, count: int) -> None:
    """Write `count` articles twice: with front matter, and as whole pages for pandoc."""
    chance = random.Random(7)  # the same articles every time
    blocks = [
        to_html(block)
        for path in sorted(EXAMPLES.glob("*.html"))
        for block in articlekit.read(path).body
        if block.tag in ("p", "blockquote", "ul", "table")
        and block.find(".//a") is None
        and block.find(".//{*}math") is None
    ]
    pictures = [path for path in sorted((EXAMPLES / "images").iterdir()) if path.suffix == ".png"]
    for kind in ("articles", "pages"):
        shutil.copytree(EXAMPLES / "images", folder / kind / "images")
    for number in range(count):
        body = []
        for section in range(5):
            body.append(f"<h2>第 {section + 1} 节</h2>")
            body += chance.sample(blocks, 6)
        picture = chance.choice(pictures).name
        body.insert(4, f'<p><img src="images/{picture}" alt="图 {number}"></p>')
        html, title, name = "\n".join(body), f"第 {number + 1} 篇", f"{number:05}.html"
        matter = f"---\ntitle: '{title}'\nlang: zh-Hans\ndate: 2024-01-01\n---\n\n"
        (folder / "articles" / name).write_text(matter + html, "utf-8")
        page = f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1>{html}"
        (folder / "pages" / name).write_text(page, "utf-8")


def run(command: list[str], folder: Path) -> Run:
    """Run a command to its end; raises RuntimeError when it fails."""
    start = time.perf_counter()
    pid = os.posix_spawnp(
        command[0], command, {**os.environ, "ARTICLEKIT_CACHE": str(folder / "cache")}
    )
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise RuntimeError(f"{command[0]} failed: {os.waitstatus_to_exitcode(status)}")
    return Run(seconds, usage.ru_maxrss / 1024)


def show(name: str, runs: list[Run], peer: list[Run]) -> None:
    seconds = statistics.median(each.seconds for each in runs)
    megabytes = max(each.megabytes for each in runs)
    ratio = seconds / statistics.median(each.seconds for each in peer)
    print(f"{name:28}{seconds:8.2f} s {megabytes:8.0f} MB {ratio:8.2f} of pandoc's time")


def main() -> None:
    options = argparse.ArgumentParser(description="Time articlekit beside pandoc.")
    options.add_argument("--articles", type=int, default=100)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_column(folder, given.articles)
        ours = [sys.executable, "-m", "articlekit", "column", str(folder / "articles"), "-q"]
        cold = [*ours, "--force", "-o", str(folder / "a.epub")]
        pages = sorted(str(each) for each in (folder / "pages").glob("*.html"))
        peer = [
            pypandoc.get_pandoc_path(), "-f", "html", "-o", str(folder / "p.epub"),
            "--quiet", "--metadata", "title=Bench",
            "--resource-path", str(folder / "pages"), *pages,
        ]  # fmt: skip
        results: dict[str, list[Run]] = {"cold": [], "warm": [], "pandoc": []}
        for _ in range(given.rounds):
            shutil.rmtree(folder / "cache", ignore_errors=True)
            results["cold"].append(run(cold, folder))
            results["warm"].append(run(cold, folder))
            results["pandoc"].append(run(peer, folder))
    print(f"{given.articles} articles to EPUB, median of {given.rounds} runs")
    show("articlekit, images new", results["cold"], results["pandoc"])
    show("articlekit, images cached", results["warm"], results["pandoc"])
    show(f"pandoc {pypandoc.get_pandoc_version()}", results["pandoc"], results["pandoc"])


if __name__ == "__main__":
    main()
