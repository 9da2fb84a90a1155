"""Builds of one book: the same bytes wherever they are made, in memory that does not grow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image as Pillow

_COMPILE = """
import sys, articlekit
articlekit.compile_column(
    sys.argv[1], sys.argv[2], offline=True, cache_dir=sys.argv[3], jobs=int(sys.argv[4])
)
"""


def test_bytes_are_the_same_in_any_zone_with_any_seed_and_jobs(tmp_path: Path) -> None:
    folder = tmp_path / "column"
    folder.mkdir()
    for n in range(6):
        Pillow.new("RGB", (40 + n, 30), (n * 40, 0, 90)).save(folder / f"{n}.png")
        (folder / f"第{n}篇.html").write_text(
            f"---\ntitle: 篇{n % 2}\ndate: 2024-0{n + 1}-01 0{n}:00\nauthor: [甲, 乙]\n"
            f"category: [a, b, c{n}]\n---\n<h2>节</h2><p>中文文字与图"
            f"<img src={n}.png><img src=no.png></p>"
            "<pre><code class=language-python>x = {1, 2}</code></pre>",
            "utf-8",
        )
    made = []
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, copy)
    for zone, seed, jobs, source in (
        ("Asia/Shanghai", "1", "1", folder),
        ("America/Los_Angeles", "77", "16", copy),
    ):
        target = tmp_path / f"{seed}.epub"
        command = [sys.executable, "-c", _COMPILE, str(source), str(target)]
        command += [str(tmp_path / f"cache-{seed}"), jobs]
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run(command, check=True, env=environment, cwd=tmp_path)
        made.append(target.read_bytes())
    assert made[0] == made[1]


_WRITE = """
import resource, sys
from pathlib import Path
from lxml import etree
from articlekit.model import Book, Chapter, Meta
from articlekit.report import Report
from articlekit.writers.epub import EpubWriter

count, target = int(sys.argv[1]), Path(sys.argv[2])
text = "一行字不该太长，也不该太短；眼睛从行尾回到行首，路要好找。" * 10
blocks = "".join(f"<h2>第 {k} 节</h2><p>{text}</p>" for k in range(4))
chapters = tuple(
    Chapter(f"chapter-{n}", f"a{n}", Meta(f"第 {n} 篇"), etree.fromstring(f"<body>{blocks}</body>"))
    for n in range(count)
)
book = Book(Meta("多", language="zh"), chapters, {})
EpubWriter().write(Book(Meta("一", language="zh"), chapters[:1], {}), target, Report())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
EpubWriter().write(book, target, Report())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def grown(count: int, target: Path) -> int:
    """Return the kB that writing `count` articles takes, above what the book itself does."""
    command = [sys.executable, "-c", _WRITE, str(count), str(target)]
    done = subprocess.run(command, check=True, capture_output=True)
    return int(done.stdout)


def test_memory_hardly_grows_with_the_number_of_articles(tmp_path: Path) -> None:
    few, many = (grown(count, tmp_path / "book.epub") for count in (200, 2000))
    # Of each article its names stay: five entries in two tables of contents, the items of
    # the package and the zip. Its page, some 7 kB, does not.
    assert many - few < 1_800 * 12
