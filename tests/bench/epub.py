"""Time and weigh many plain articles into one EPUB, beside pandoc, as ratios of one run.

    make bench                                      1,000 articles of 3,000 characters, three rounds
    python tests/bench/epub.py --large 10000        and as many more of them, once, without pandoc

Every run is a whole process, from files to the EPUB. The articles are sentences about
reading, shuffled the same way every time: five sections, some emphasis, a link, a list.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import pypandoc
from column import Run, run

_SENTENCES = (
    "一行字不该太长，也不该太短；眼睛从行尾回到行首，路要好找。",
    "纸上的页码是承诺，屏上的页码是估计。",
    "字号大一点，行距就要跟着松一点，否则段落会变成一块灰。",
    "脚注放在页底，是为了让眼睛少走一段路。",
    "A line of sixty-six characters is what many printers aim at.",
    "引文缩进两字，不必再加引号；<em>强调</em>多了，就没有强调。",
    "电子纸翻页要等，所以一页里能看完的事，不要拆成两页。",
    "<strong>目录</strong>长了，就该分层；层多了，就该分册。",
)
_SECTIONS = 5


def write_articles(folder: Path, count: int, characters: int) -> None:
    """Write `count` articles twice: with front matter, and as whole pages for pandoc."""
    chance = random.Random(7)  # the same articles every time
    for kind in ("articles", "pages"):
        (folder / kind).mkdir(parents=True)
    for number in range(count):
        html, title, name = _body(chance, characters), f"第 {number + 1} 篇", f"{number:05}.html"
        matter = f"---\ntitle: '{title}'\nlang: zh-Hans\ndate: 2024-01-01\n---\n\n"
        (folder / "articles" / name).write_text(matter + html, "utf-8")
        page = f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1>{html}"
        (folder / "pages" / name).write_text(page, "utf-8")


def _body(chance: random.Random, characters: int) -> str:
    blocks = []
    for section in range(_SECTIONS):
        blocks.append(f"<h2>第 {section + 1} 节</h2>")
        length = 0
        while length < characters / _SECTIONS:
            text = "".join(chance.sample(_SENTENCES, 5))
            length += len(text)
            blocks.append(f"<p>{text}</p>")
    blocks.append('<p>见<a href="https://example.org/reading">另一篇</a>。</p>')
    blocks.append(f"<ul>{''.join(f'<li>{each}</li>' for each in _SENTENCES[:3])}</ul>")
    return "\n".join(blocks)


def _ours(folder: Path) -> list[str]:
    return [
        sys.executable, "-m", "articlekit", "column", str(folder / "articles"), "-q", "--force",
        "-o", str(folder / "a.epub"),
    ]  # fmt: skip


def _edit(folder: Path) -> None:
    """Change one article; a file that has just changed is told by its content."""
    path = min((folder / "articles").iterdir())
    path.write_text(path.read_text("utf-8") + "<p>又及。</p>", "utf-8")


def _pandoc(folder: Path) -> list[str]:
    pages = sorted(str(each) for each in (folder / "pages").glob("*.html"))
    return [
        pypandoc.get_pandoc_path(), "-f", "html", "-o", str(folder / "p.epub"), "--quiet",
        "--metadata", "title=Bench", *pages,
    ]  # fmt: skip


def _median(runs: list[Run]) -> float:
    return statistics.median(each.seconds for each in runs)


def main() -> None:
    options = argparse.ArgumentParser(description="Time articlekit's EPUB beside pandoc's.")
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--large", type=int, default=0)
    options.add_argument("--characters", type=int, default=3000)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_articles(folder, given.articles, given.characters)
        ours: list[Run] = []
        again: list[Run] = []
        edited: list[Run] = []
        pandoc: list[Run] = []
        # Untimed: pip compiles what it installs, a checkout is compiled when it first runs.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        run(_ours(folder), folder)
        for _ in range(given.rounds):
            shutil.rmtree(folder / "cache", ignore_errors=True)
            ours.append(run(_ours(folder), folder))
            again.append(run(_ours(folder), folder))
            _edit(folder)
            edited.append(run(_ours(folder), folder))
            pandoc.append(run(_pandoc(folder), folder))
        peak = max(each.megabytes for each in ours)
        print(f"{given.articles} articles of {given.characters} characters, {given.rounds} rounds")
        for each, peer in zip(ours, pandoc, strict=True):
            print(f"  {each.seconds:6.2f} s, pandoc {peer.seconds:6.2f} s", end="")
            print(f": {each.seconds / peer.seconds:.3f} of its time")
        print(f"  median {_median(ours) / _median(pandoc):.3f} of pandoc's time, {peak:.0f} MB")
        for what, runs in (("nothing changed", again), ("one edited", edited)):
            share = _median(runs) / _median(ours)
            print(f"  once more, {what}: {share:.3f} of the first run's time")
    if given.large:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_articles(folder, given.large, given.characters)
            large = run(_ours(folder), folder)
        each = (large.seconds / given.large) / (_median(ours) / given.articles)
        print(f"{given.large} articles: {large.seconds:.2f} s, {large.megabytes:.0f} MB,", end="")
        print(f" {each:.2f} times as long an article")


if __name__ == "__main__":
    main()
