"""Time HTML to Markdown beside markdownify and html-to-markdown (Rust), as ratios of one run.

    make bench                                       the sizes below, seven rounds
    python tests/bench/markdown.py --rounds 15 --sizes 30 300

The articles are the examples' blocks, shuffled the same way every time, to so many
kilobytes of UTF-8. All converters run in this process, in turn, from text to text; the
least of their processor times is compared, as the machine may be busy with other things.
Then elements nested 100,000 deep, and what ten times the size costs.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import html_to_markdown
from markdownify import markdownify

import articlekit
from articlekit.html import to_html

EXAMPLES = Path(__file__).parents[2] / "examples" / "column"
MOST_OF_MARKDOWNIFY = 0.15
MOST_OF_RUST = 3.0
# Each runs so often before the next one's turn, as the first run finds the caches cold.
_BATCH = 4

Converter = Callable[[str], object]


def blocks() -> list[str]:
    """The examples' blocks as HTML, without drawings, formulas, and notes with their ids."""
    return [
        to_html(block)
        for path in sorted(EXAMPLES.glob("*.html"))
        for block in articlekit.read(path).body
        if block.find(".//{*}math") is None
        and block.find(".//{*}svg") is None
        and not block.xpath(".//a[starts-with(@href, '#')] | .//*[@id]")
    ]


def article(size: int) -> str:
    """Blocks to `size` bytes, the same every time."""
    chance = random.Random(7)
    parts: list[str] = []
    length, supply = 0, blocks()
    while length < size:
        parts.append(chance.choice(supply))
        length += len(parts[-1].encode())
    return "\n".join(parts)


def least(converters: Sequence[Converter], html: str, rounds: int) -> list[float]:
    """The least processor time of each, run in turn, in milliseconds."""
    found = [float("inf")] * len(converters)
    for _ in range(rounds):
        for place, convert in enumerate(converters):
            gc.collect()  # what one leaves behind is not to be swept up in another's time
            for _ in range(_BATCH):
                start = time.process_time()
                convert(html)
                found[place] = min(found[place], (time.process_time() - start) * 1000)
    return found


def compare(size: int, rounds: int) -> None:
    ours, soup, rust = least(
        (articlekit.html_to_markdown, markdownify, html_to_markdown.convert), article(size), rounds
    )
    print(
        f"{size // 1000:4} kB  articlekit {ours:8.2f} ms   markdownify {soup:8.2f} ms   "
        f"html-to-markdown {rust:7.2f} ms   {ours / soup:5.3f} of markdownify "
        f"(at most {MOST_OF_MARKDOWNIFY}), {ours / rust:4.2f} of html-to-markdown "
        f"(at most {MOST_OF_RUST})"
    )


def show_growth(rounds: int) -> None:
    """What ten times the size costs, and nesting that a parser's own time is square in."""
    small, large = (
        least([articlekit.html_to_markdown], article(n), rounds)[0] for n in (10**5, 10**6)
    )
    print(f"1000 kB takes {large / small:.1f} times what 100 kB take")
    for tag in ("div", "blockquote", "ul><li", "b", "table><tr><td"):
        times: list[float] = []
        for count in (50_000, 100_000):
            html = f"<{tag}>" * count + "text"
            start = time.process_time()
            articlekit.html_to_markdown(html)
            times.append((time.process_time() - start) * 1000)
        print(f"100,000 nested <{tag}>: {times[1]:6.0f} ms, {times[1] / times[0]:.1f} times 50,000")


def main() -> None:
    options = argparse.ArgumentParser(description="Time HTML to Markdown beside its peers.")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--sizes", type=int, nargs="+", default=[10, 30, 100, 300], metavar="KB")
    given = options.parse_args()
    for size in given.sizes:
        compare(size * 1000, given.rounds)
    show_growth(given.rounds)


if __name__ == "__main__":
    main()
