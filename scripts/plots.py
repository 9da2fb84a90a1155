"""Put what `make bench` measured into docs/benchmarks.md: a table and a plot, with their date.

    python scripts/plots.py build/bench

reads column.txt, epub.txt, markdown.txt and pdf.txt there. Figures are copied, never made: a
run that is not there leaves its part of the page as it is.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"
COLUMN = re.compile(r"^(.+?)\s+([\d.]+) s\s+(\d+) MB\s+([\d.]+) of pandoc's time$", re.MULTILINE)
MARKDOWN = re.compile(
    r"^\s*(\d+) kB  articlekit\s+([\d.]+) ms\s+markdownify\s+([\d.]+) ms"
    r"\s+html-to-markdown\s+([\d.]+) ms",
    re.MULTILINE,
)
EPUB = re.compile(r"^\s+([\d.]+) s, pandoc\s+([\d.]+) s: ([\d.]+) of its time$", re.MULTILINE)
AGAIN = re.compile(r"^\s+once more, (.+): ([\d.]+) of the first run's time$", re.MULTILINE)
PDF = re.compile(
    r"^(.+?)\s+([\d.]+) s\s+(\d+) MB\s+(\d+) pages\s+([\d.]+) MB\s+([\d.]+) of the plain",
    re.MULTILINE,
)
Bars = list[tuple[str, float]]
WIDTH, ROW, LEFT = 640, 26, 220


def main(folder: Path) -> None:
    """Renew every part of the page whose measurement is in the folder."""
    for name, draw in PARTS.items():
        measured = folder / f"{name}.txt"
        if measured.exists():
            when = datetime.fromtimestamp(measured.stat().st_mtime, UTC)
            table, title, bars = draw(measured.read_text("utf-8"))
            (IMAGES / f"bench-{name}.svg").write_text(plot(title, bars), "utf-8")
            text = f"{machine(when)}\n\n{table}\n\n![{title}](images/bench-{name}.svg)"
            renew(name, text)
            print(f"docs/benchmarks.md: {name}, as of {when:%Y-%m-%d}")


def column(text: str) -> tuple[str, str, Bars]:
    """A column of articles beside pandoc."""
    rows = COLUMN.findall(text)
    head = text.partition("\n")[0]
    lines = ["| | time | peak memory | of pandoc's time |", "|---|---:|---:|---:|"]
    lines += [f"| {name} | {time} s | {mem} MB | {ratio} |" for name, time, mem, ratio in rows]
    bars = [(f"{name}", float(time)) for name, time, _, _ in rows]
    return f"{head}:\n\n" + "\n".join(lines), f"{head}, in seconds", bars


def markdown(text: str) -> tuple[str, str, Bars]:
    """HTML to Markdown beside markdownify and html-to-markdown."""
    rows = MARKDOWN.findall(text)
    lines = [
        "| HTML | articlekit | markdownify | html-to-markdown (Rust) |",
        "|---:|---:|---:|---:|",
        *(f"| {size} kB | {' | '.join(f'{each} ms' for each in times)} |" for size, *times in rows),
    ]
    size, *times = rows[-1]
    names = ("articlekit", "markdownify", "html-to-markdown")
    bars = [(name, float(time)) for name, time in zip(names, times, strict=True)]
    return "\n".join(lines), f"{size} kB of HTML to Markdown, in milliseconds", bars


def epub(text: str) -> tuple[str, str, Bars]:
    """A thousand articles to EPUB beside pandoc, and made again."""
    head = text.partition("\n")[0]
    rounds = EPUB.findall(text)
    lines = ["| articlekit | pandoc 3.9 | of its time |", "|---:|---:|---:|"]
    lines += [f"| {ours} s | {theirs} s | {ratio} |" for ours, theirs, ratio in rounds]
    lines += [
        "",
        *(f"Once more, {what}: {share} of the first run." for what, share in AGAIN.findall(text)),
    ]
    ours, theirs = (sorted(float(each[n]) for each in rounds)[len(rounds) // 2] for n in (0, 1))
    bars = [("articlekit", ours), ("pandoc 3.9", theirs)]
    return f"{head}:\n\n" + "\n".join(lines), f"{head}, median in seconds", bars


def pdf(text: str) -> tuple[str, str, Bars]:
    """The same text to PDF by several engines."""
    rows = PDF.findall(text.partition("200 images")[0])
    lines = ["| | time | peak memory | pages | size |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {s} s | {mem} MB | {n} | {size} MB |" for name, s, mem, n, size, _ in rows
    ]
    bars = [(name, float(seconds)) for name, seconds, *_ in rows]
    return "\n".join(lines), "The same text to PDF, in seconds", bars


PARTS: dict[str, Callable[[str], tuple[str, str, Bars]]] = {
    "column": column,
    "epub": epub,
    "markdown": markdown,
    "pdf": pdf,
}


def machine(when: datetime) -> str:
    """Say where and when it was measured."""
    return (
        f"Measured on {when:%Y-%m-%d} with articlekit {version('articlekit')}, Python "
        f"{platform.python_version()}, on {os.cpu_count()} cores ({platform.machine()})."
    )


def renew(name: str, text: str) -> None:
    """Replace the part of the page between its two marks."""
    begin, end = f"<!-- {name}: -->", f"<!-- :{name} -->"
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        sys.exit(f"{PAGE}: no part {begin} … {end}")
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", "utf-8")


def plot(title: str, bars: Bars) -> str:
    """Draw bars as SVG, in colours that are seen on white and on black."""
    most = max(value for _, value in bars)
    height = ROW * (len(bars) + 1) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="#808080">',
        f"<title>{escape(title)}</title>",
        f'<text x="0" y="16">{escape(title)}</text>',
    ]
    for number, (name, value) in enumerate(bars, start=1):
        y = ROW * number
        width = max(1.0, value / most * (WIDTH - LEFT - 70))
        colour = "#3f7fbf" if name.startswith("articlekit") else "#999999"
        parts += [
            f'<text x="0" y="{y + 17}">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{y + 4}" width="{width:.1f}" height="{ROW - 8}" '
            f'fill="{colour}"/>',
            f'<text x="{LEFT + width + 6:.1f}" y="{y + 17}">{value:g}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "bench")
