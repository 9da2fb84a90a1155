"""Measure the report's page for many articles: its size, and the time to make and to open it.

python tests/bench/report.py [--articles 10000] [--images 5]
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image

from articlekit.facts import ArticleEntry, Stage
from articlekit.report import ImageOutcome, Report
from articlekit.report_page import render
from articlekit.reporting import BUDGET
from browser import View, look

# Pictures that differ; every one is used as often as the others.
_DISTINCT = 500
_ASK = """(() => {
  const text = document.querySelector("#text"), began = performance.now();
  text.value = "article 77";
  pick();
  document.body.getBoundingClientRect();
  return {
    opened: Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd),
    picked: Math.round(performance.now() - began),
    shown: document.querySelector("#count").value,
    elements: document.querySelectorAll("*").length,
  };
})()"""


def pictures(chance: random.Random) -> dict[str, bytes]:
    """JPEGs of the size that articles have them, with something on them."""
    made = {}
    for number in range(_DISTINCT):
        small = Image.frombytes("RGB", (16, 12), chance.randbytes(16 * 12 * 3))
        file = io.BytesIO()
        small.resize((1000, 750), Image.Resampling.BICUBIC).save(file, "JPEG", quality=80)
        made[f"{number:064x}"] = file.getvalue()
    return made


def make_report(articles: int, images: int, chance: random.Random, names: list[str]) -> Report:
    """A run in which one image in twenty is missing, and every article had something mended."""
    report = Report(stages=[Stage("reading", 61.0), Stage("writing", 20.5)])
    for number in range(articles):
        source = f"posts/2024/article-{number:05}.html"
        title = f"第 {number} 篇：一个长度平常的题目 article {number}"
        report.articles.append(ArticleEntry(title, source, "2024-05-01", None, 2400, images))
        report.add("clutter-removed", "a box of links to other articles", source=source)
        for place in range(images):
            url = f"https://img.example/2024/{number}/{place}.jpg"
            if chance.random() < 0.05:
                report.images.append(ImageOutcome(url, source, "http_403", "403 Forbidden"))
                report.add("image-failed", f"http_403: {url}", source=source, url=url)
                continue
            size = {"width": 1000, "height": 750, "size": 60_000, "media_type": "image/jpeg"}
            name = chance.choice(names)
            report.images.append(ImageOutcome(url, source, from_cache=True, id=name, **size))
    return report


def main(articles: int, images: int) -> None:
    """Print what was measured."""
    chance = random.Random(7)
    bytes_of = pictures(chance)
    report = make_report(articles, images, chance, list(bytes_of))
    began = time.process_time()
    page = render(report, bytes_of.get, BUDGET)
    taken = time.process_time() - began
    print(f"{articles} articles of {images} images: {len(page.encode()) / 1e6:.1f} MB of HTML,")
    print(f"{page.count('data:image/webp')} thumbnails, made in {taken:.1f} s of CPU")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(page, "utf-8")
        print(look([View(path, measure=False, ask=_ASK)], Path(folder))[0]["answer"])


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--images", type=int, default=5)
    main(**vars(options.parse_args()))
