"""Find the article on the sample pages: articlekit beside trafilatura and readability-lxml.

For each page of tests/cases/reading/page-*: the share of the article's lines that were kept
in their order, its pictures that were kept, and the share of what came out that is not the
article. `… root` takes a library's output only to find the element of the page that holds it.

    pip install --group bench && python tests/bench/pages.py [-v]
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from articlekit.html import parse_html, text_of
from articlekit.model import Element
from articlekit.readers.extract import extract
from articlekit.report import Report

PAGES = sorted((Path(__file__).parent.parent / "cases" / "reading").glob("page-*"))
# The article's own pictures are named so in the samples.
PICTURE = re.compile(r"photo-[a-z]+")
BLOCKS = ("p", "li", "pre", "blockquote", "td", "h2", "h3")

Found = Element | None


def squeeze(text: str) -> str:
    return "".join(text.split())


def parsed(page: str) -> Element:
    body = parse_html(page, Report()).find("body")
    assert body is not None
    return body


def articlekit(page: str) -> Found:
    return extract(parsed(page))


def whole_page(page: str) -> Found:
    return parsed(page)


def trafilatura(page: str) -> Found:
    from trafilatura import bare_extraction

    found = bare_extraction(
        page, include_images=True, include_tables=True, include_comments=False,
        include_formatting=True, favor_recall=True,
    )  # fmt: skip
    return None if found is None else found.body


def readability(page: str) -> Found:
    from readability import Document

    return parsed(Document(page).summary(html_partial=True))


def root_of(find: Callable[[str], Found]) -> Callable[[str], Found]:
    """The smallest element of the page that holds all blocks which `find` returns."""

    def root(page: str) -> Found:
        found, body = find(page), parsed(page)
        text = "" if found is None else squeeze(text_of(found))
        blocks = [e for e in body.iter(*BLOCKS) if len(squeeze(text_of(e))) > 25]
        kept = [e for e in blocks if squeeze(text_of(e)) in text]
        around = [[e, *e.iterancestors()] for e in kept]
        shared = [e for e in around[0] if all(e in each for each in around)] if around else []
        return shared[0] if shared else None

    return root


METHODS: dict[str, Callable[[str], Found]] = {
    "the page": whole_page,
    "articlekit": articlekit,
    "trafilatura": trafilatura,
    "readability": readability,
    "trafilatura root": root_of(trafilatura),
    "readability root": root_of(readability),
}


def judge(found: Found, folder: Path) -> tuple[float, int, int, float]:
    """Lines kept, pictures kept and to keep, and noise."""
    if found is None:
        found = etree.Element("body")
    for silent in found.iter("script", "style", "template"):
        silent.text = ""
    found.tail = None
    text = squeeze(text_of(found))
    lines = (folder / "text.txt").read_text("utf-8").splitlines()
    place = kept = letters = 0
    for line in map(squeeze, lines):
        at = text.find(line, place)
        if at >= 0:
            kept, letters, place = kept + 1, letters + len(line), at + len(line)
    page = (folder / "in.html").read_text("utf-8")
    pictures = set(PICTURE.findall(page[page.find("<body") :]))
    shown = set(PICTURE.findall(" ".join(str(v) for e in found.iter() for v in e.attrib.values())))
    noise = 1 - letters / len(text) if text else 0.0
    return kept / len(lines), len(pictures & shown), len(pictures), noise


def main() -> None:
    print(f"{'':18}{'lines':>8}{'pictures':>10}{'noise':>8}{'whole':>8}{'ms/page':>9}")
    for name, find in METHODS.items():
        find((PAGES[0] / "in.html").read_text("utf-8"))  # libraries load their tables
        results, spent = [], 0.0
        for folder in PAGES:
            page = (folder / "in.html").read_text("utf-8")
            start = time.perf_counter()
            found = find(page)
            spent += time.perf_counter() - start
            results.append(judge(found, folder))
            if "-v" in sys.argv:
                lines, shown, pictures, noise = results[-1]
                print(f"  {folder.name:24}{lines:6.2f}{shown:4}/{pictures}{noise:8.2f}")
        lines = sum(each[0] for each in results) / len(PAGES)
        pictures = f"{sum(each[1] for each in results)}/{sum(each[2] for each in results)}"
        noise = sum(each[3] for each in results) / len(PAGES)
        whole = sum(each[0] == 1 and each[1] == each[2] for each in results)
        took = spent / len(PAGES) * 1000
        print(f"{name:18}{lines:8.3f}{pictures:>10}{noise:8.3f}{whole:5}/{len(PAGES)}{took:9.1f}")


if __name__ == "__main__":
    main()
