"""Time reading articles of several sizes, beside lxml's bare parser and trafilatura.

    python tests/bench/reading.py [--sizes 10 30 100 1000] [--rounds 15] [--hostile] [--imports]

An article is front matter and a body of Chinese paragraphs, headings, lists, a table, code,
links and images. `articlekit` is the whole way from bytes to the normal form; lxml.html only
builds its tree, and trafilatura extracts text. All take turns, and the best time of each
counts, so that the ratios hold on a busy machine, too.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable

import lxml.html
import trafilatura

import articlekit
from articlekit.html import parse_html, to_xhtml
from articlekit.model import Source
from articlekit.readers.front_matter import split_front_matter
from articlekit.readers.html import read_html
from articlekit.readers.text import decode
from articlekit.reading import all_transforms, apply
from articlekit.report import Report

LARGEST_FOR_PEER = 2000  # kilobytes; trafilatura took a minute for 10 MB
WORDS = (
    "山路 清晨 河水 老人 故事 城市 书店 夜里 灯光 孩子 远处 火车 慢慢 走过 安静 一条 小街 "
    "写下 名字 春天 来了 雨声 屋檐 记得 那年 夏天 我们 坐在 树下 说话 时间 忽然 很长"
).split()
MATTER = (
    "---\ntitle: '雨声：一篇测试'\ncategories:\n - 散文\n - 测试\nauthor: 某人\ncomments: false\n"
    "date: Fri, 11 Feb 2022 00:00:00 GMT\nthumbnail: 'https://img.example.org/cover.jpg'\n---\n\n"
)


def sentence(chance: random.Random) -> str:
    return "，".join("".join(chance.choices(WORDS, k=chance.randint(3, 6))) for _ in "ab") + "。"


def section(chance: random.Random, number: int) -> str:
    """About two kilobytes with a heading, paragraphs, and now one thing and now another."""
    extras = (
        f'<p><img class="size-full" src="https://img.example.org/{number}.jpg" alt=""></p>',
        '<ul><li>甲 <b>粗体</b> <code>code()</code></li><li><a href="https://e.org/?a=1">乙</a></li></ul>',
        "<table><thead><tr><th>项<th>值<tbody><tr><td>一<td>1<tr><td>二<td>2</table>",
        '<pre><code class="language-python">for x in y:\n    print(x &lt; 3)\n</code></pre>',
        "<blockquote><p>" + sentence(chance) + "</p></blockquote>",
    )
    paragraphs = ("".join(sentence(chance) for _ in range(6)) for _ in range(3))
    body = "\n".join(f"<p>{text}</p>" for text in paragraphs)
    return f'<h2 id="toc-{number}">第{number}节</h2>\n{body}\n{extras[number % len(extras)]}\n'


def make_article(kilobytes: int) -> str:
    """An article of about so many kilobytes, the same every time."""
    chance = random.Random(7)
    parts, size = [], 0
    while size < kilobytes * 1000:
        parts.append(section(chance, len(parts)))
        size += len(parts[-1].encode())
    return f"{MATTER}<div>\n{''.join(parts)}</div>\n"


def best(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The best time of each in milliseconds, of so many rounds in which they take turns."""
    times: dict[str, float] = {}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            spent = (time.perf_counter() - start) * 1000
            times[name] = min(times.get(name, spent), spent)
    return times


def time_sizes(sizes: list[int], rounds: int) -> None:
    print(
        f"{'':>9}{'articlekit':>12}{'lxml.html':>12}{'trafilatura':>13}   ms an article, the best"
    )
    for kilobytes in sizes:
        text = make_article(kilobytes)
        page = f"<html><body>{text.partition('</h2>')[2]}</body></html>"
        runs: dict[str, Callable[[], object]] = {
            "ours": lambda text=text: articlekit.parse(text),
            "lxml": lambda page=page: lxml.html.document_fromstring(page),
        }
        if kilobytes <= LARGEST_FOR_PEER:
            runs["trafilatura"] = lambda page=page: trafilatura.extract(page)
        found = best(runs, max(1, min(rounds, rounds * 200 // kilobytes)))
        peer = found.get("trafilatura", float("nan"))
        print(
            f"{kilobytes:6} kB{found['ours']:12.2f}{found['lxml']:12.2f}"
            f"{peer:13.2f}"
            f"   {found['ours'] / found['lxml']:5.1f} x lxml"
            f"   {found['ours'] / peer:5.2f} x trafilatura"
            f"   {found['ours'] / kilobytes * 1000:6.0f} µs/kB"
        )


def time_parts(rounds: int) -> None:
    """Where the time of a 30 kB article goes."""
    text = make_article(30)
    source = Source("a.html", text.encode())
    content = split_front_matter(text, "a.html", Report()).content
    runs: dict[str, Callable[[], object]] = {
        "decode": lambda: decode(source, Report()),
        "front matter": lambda: split_front_matter(text, "a.html", Report()),
        "parse": lambda: parse_html(content, Report()),
        "read, all of it": lambda: list(read_html(source, Report())),
    }
    for name, spent in best(runs, rounds).items():
        print(f"  {name:22}{spent:8.2f} ms")
    names = [
        getattr(each, "__name__", "") or getattr(getattr(each, "func", each), "__name__", "")
        or type(each).__name__
        for each in all_transforms()
    ]  # fmt: skip
    times: dict[str, float] = dict.fromkeys(names, 1e9)
    for _ in range(rounds):
        (article,) = read_html(source, Report())
        for name, transform in zip(names, all_transforms(), strict=True):
            start = time.perf_counter()
            article = apply([transform], article, Report())
            times[name] = min(times[name], (time.perf_counter() - start) * 1000)
    for name, spent in times.items():
        print(f"  {name:22}{spent:8.2f} ms")
    print(f"  {'(to XHTML)':22}{best({'': lambda: to_xhtml(article.body)}, rounds)['']:8.2f} ms")


HOSTILE = {
    "<div>": lambda n: "<div>" * n,
    "<b>": lambda n: "<b>" * n,
    "<ul><li>": lambda n: "<ul><li>" * n,
    "<blockquote>": lambda n: "<blockquote>" * n,
    "<table><tr><td>": lambda n: "<table><tr><td>" * n,
    "<p><font size=…>x": lambda n: "".join(f"<p><font size={i}>x" for i in range(n)),
    "<b>…<div></b>…": lambda n: "<b>" * n + "<div></b>" * n,
    "<p>x": lambda n: "<p>x" * n,
    "<a>x": lambda n: "<a href=y>x" * n,
    "one tag's attributes": lambda n: "<p " + " ".join(f"a{i}=1" for i in range(n)) + ">x",
    "x<span>y</span>": lambda n: "x<span>y</span>" * n,
}


def time_hostile() -> None:
    print("milliseconds for so many of them; the last is the ratio, 2 where time is linear")
    for name, make in HOSTILE.items():
        times = []
        for count in (50_000, 100_000):
            text = f"{MATTER}{make(count)}"
            start = time.perf_counter()
            articlekit.parse(text)
            times.append((time.perf_counter() - start) * 1000)
        print(f"  {name:22}{times[0]:8.0f}{times[1]:8.0f}{times[1] / times[0]:6.1f}")


def time_imports() -> None:
    """How long a process takes to read its first article, and what it imports for that."""
    command = "import articlekit; articlekit.parse('---\\ntitle: T\\nlang: en\\n---\\n<p>b')"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare = time.perf_counter() - start
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", command], check=True)
    print(f"first article: {(time.perf_counter() - start - bare) * 1000:.0f} ms after the start")
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", command],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    rows = re.findall(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)", found.stderr)
    for own, whole, name in sorted(rows, key=lambda row: -int(row[1]))[:25]:
        print(f"  {int(whole) / 1000:8.1f} ms, its own {int(own) / 1000:6.1f} ms   {name}")


def main() -> None:
    options = argparse.ArgumentParser(description="Time reading articles.")
    options.add_argument("--sizes", type=int, nargs="*", default=[10, 30, 100, 1000, 10_000])
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--hostile", action="store_true")
    options.add_argument("--imports", action="store_true")
    given = options.parse_args()
    if given.hostile:
        time_hostile()
    elif given.imports:
        time_imports()
    else:
        time_sizes(given.sizes, given.rounds)
        time_parts(given.rounds)


if __name__ == "__main__":
    main()
