"""The same pages by WeasyPrint as it is and by what stands in for its slow functions."""

from __future__ import annotations

import gc
from pathlib import Path

import pikepdf
import pytest
from weasyprint.layout import percent
from weasyprint.text import line_break

import articlekit
from articlekit.writers.pdf.pace import in_one_piece, quickened, swap
from pdf_articles import make_column

PAGES = Path(__file__).parent / "pages"
# What print.css has none of: floats, boxes that are sized by their borders, percentages,
# units of the page, columns that flex, spaced and struck words, first letters, sums.
CSS = """
@page :left { margin-left: 10% } @page { @left-middle { content: "边" counter(page) } }
body { letter-spacing: .02em; word-spacing: .1em }
p:nth-of-type(3n) { text-align: justify; text-decoration: underline; hyphens: auto }
p:nth-of-type(4n) { float: left; width: 40%; box-sizing: border-box; padding: 2% }
p:nth-of-type(5n)::first-letter { font-size: 2em }
ul { display: flex; border-radius: 4px; background: #eee; width: calc(100% - 20px) }
h2 { font-size: 6vw; position: relative; left: 2px } h2::before { content: counter(page) }
td { overflow-wrap: anywhere; white-space: pre-line } th { word-break: break-all }
figure { float: inline-end; max-width: 50%; margin: 1% }
blockquote { columns: 2; text-indent: 1em hanging } .footnote { note: none }
[lang=ar] { direction: rtl } li { text-indent: 10% }
"""


@pytest.fixture(scope="module")
def column(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("column") / "articles"
    make_column(folder, 3)
    return folder


def contents(path: Path) -> tuple[list[bytes], list[str]]:
    """What is painted on each page; what the pages link to, and how the book is tagged."""
    with pikepdf.open(path) as pdf:
        painted = [page.Contents.read_bytes() for page in pdf.pages]
        around = [repr(page.get("/Annots")) for page in pdf.pages]
        around.append(repr(pdf.Root.StructTreeRoot))
        return painted, [*around, str(len(pdf.objects))]


@pytest.mark.parametrize("css", ["", CSS])
@pytest.mark.parametrize("name", ["zh.html", "en.html", "column"])
def test_pages_are_the_same(
    name: str, css: str, column: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.css").write_text(css, "utf-8")
    made = {}
    for pace in ("own", "theirs"):
        if pace == "theirs":
            monkeypatch.setattr(swap, "KNOWN", ())
        target = tmp_path / f"{pace}.pdf"
        options = {"pdf_engine": "weasyprint", "css": tmp_path / "own.css", "offline": True}
        if name == "column":
            articlekit.compile_column(column, target, **options)
        else:
            articlekit.convert(PAGES / name, target, **options)
        made[pace] = contents(target)
    assert made["own"] == made["theirs"]


def test_nothing_is_left_behind() -> None:
    before = (line_break.Layout, percent.resolve_percentages, gc.get_threshold())
    with quickened():
        assert line_break.Layout is not before[0]
    assert (line_break.Layout, percent.resolve_percentages, gc.get_threshold()) == before


def test_work_in_one_piece_is_the_work_itself() -> None:
    assert in_one_piece(lambda: "done") == "done"
    with pytest.raises(ZeroDivisionError):
        in_one_piece(lambda: 1 // 0)
