"""What must be true of every PDF by both engines: the examples, and thirty made-up articles."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pikepdf
import pytest
from outloud.model import Document

import articlekit
from articlekit.model import Element
from pdf_articles import make_column

EXAMPLES = Path(__file__).parents[1] / "examples" / "column"
ENGINES = ("typst", "weasyprint")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "articles"
    make_column(folder, 30)
    return folder


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory, generated: Path) -> dict[str, Path]:
    """The columns by both engines, by the names of column and engine."""
    folder = tmp_path_factory.mktemp("proofs")
    made = {}
    for name, column in (("examples", EXAMPLES), ("generated", generated)):
        for engine in ENGINES:
            made[f"{name}-{engine}"] = folder / f"{name}-{engine}.pdf"
            articlekit.compile_column(
                column, made[f"{name}-{engine}"], pdf_engine=engine, offline=True
            )
    return made


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_checker_of_accessible_documents_has_nothing_to_say(proofs: dict[str, Path]) -> None:
    command = [sys.executable, "-m", "outloud.cli", "--fail-on", "warning", *proofs.values()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["examples", "generated"])
def test_the_file_is_whole_and_has_its_fonts(
    name: str, engine: str, proofs: dict[str, Path]
) -> None:
    path = proofs[f"{name}-{engine}"]
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
    rows = run("pdffonts", path).splitlines()[2:]
    assert rows
    # Embedded, only what is used of it, and with its text.
    assert [row for row in rows if not re.search(r" yes yes yes +\d+ +\d+$", row)] == []


def outline(items: Sequence[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        yield item
        yield from outline(item.children)


def page_of(pdf: pikepdf.Pdf, item: pikepdf.OutlineItem) -> int:
    target = item.destination if item.destination is not None else item.action.D
    if isinstance(target, (pikepdf.String, pikepdf.Name)):
        target = dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())[str(target)]
    target = target.D if isinstance(target, pikepdf.Dictionary) else target
    return pikepdf.Page(target[0]).index + 1


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["examples", "generated"])
def test_the_contents_name_the_pages_that_bookmarks_lead_to(
    name: str, engine: str, proofs: dict[str, Path]
) -> None:
    path = proofs[f"{name}-{engine}"]
    with pikepdf.open(path) as pdf, pdf.open_outline() as tree:
        marked = [(squeezed(item.title), page_of(pdf, item)) for item in tree.root]
    pages = run("pdftotext", "-raw", path, "-").split("\f")
    first = min(page for _, page in marked)
    # The last line of a page is its number.
    lines = [line for each in pages[: first - 1] for line in each.strip().splitlines()[:-1]]
    listed = "\n".join([*map(squeezed, lines), ""])
    at = 0
    for title, page in marked:
        if ARABIC.search(title):  # comes out as it is seen
            continue
        found = re.compile(rf"{re.escape(title)}[.\n]*{page}\n").search(listed, at)
        assert found, (title, page, listed[at : at + 200])
        at = found.end()
    assert len(marked) == {"examples": 5, "generated": 30}[name]


def squeezed(text: str) -> str:
    """Text without spaces, hyphens (some are the line's), and the dots of a contents."""
    return re.sub(r"[\s\u00ad\u2010\u2011-]", "", text)


ARABIC = re.compile("[\u0600-\u06ff]")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["examples", "generated"])
def test_the_tagged_text_is_the_articles_text(
    name: str, engine: str, generated: Path, proofs: dict[str, Path]
) -> None:
    said = Counter(squeezed(tagged_text(proofs[f"{name}-{engine}"])))
    wanted: Counter[str] = Counter()
    around: Counter[str] = Counter()
    for path in sorted((EXAMPLES if name == "examples" else generated).glob("*.html")):
        article = articlekit.read(path)
        wanted.update(squeezed("".join(words(article.body))))
        # A title is in the contents, too; then there are marks, labels, numbers and addresses.
        around.update(squeezed(article.meta.title) * 2 + squeezed("".join(article.meta.authors)))
    wanted = Counter({each: number for each, number in wanted.items() if HAN.match(each)})
    assert wanted - said == Counter()
    if name == "generated":  # the other has a title page
        more = [each for each in said - wanted - around if HAN.match(each)]
        assert set(more) <= set("目录原文链接图片編輯年月日連結圖片")


def words(body: Element) -> Iterator[str]:
    """Yield the text of an article that is shown as text."""
    for element in body.iter():
        formula = any("MathML" in str(each.tag) for each in (element, *element.iterancestors()))
        if element.get("role") != "doc-backlink" and not formula:
            yield element.text or ""
        yield element.tail or ""


HAN = re.compile("[\u4e00-\u9fff]")


def tagged_text(path: Path) -> str:
    """The text of a PDF in the order of its tags: what a screen reader says."""
    document = Document(str(path))
    said = []
    for element in document.elements:
        for mark in element.mcrefs:
            if mark.page is not None:
                said.append(document.content(mark.page).mcid_text.get((mark.stream, mark.mcid), ""))
    return "".join(said)
