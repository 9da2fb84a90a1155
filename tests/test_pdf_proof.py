"""What must be true of every PDF by both engines: the examples, and thirty made-up articles."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pikepdf
import pytest
from outloud.model import Document

import articlekit
from articlekit.model import Element
from articlekit.writers.labels import labels
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


@pytest.fixture(scope="module")
def tagged(proofs: dict[str, Path]) -> dict[str, str]:
    """The text of each in the order of its tags."""
    return {name: plain(tagged_text(path)) for name, path in proofs.items()}


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
    name: str, engine: str, generated: Path, proofs: dict[str, Path], tagged: dict[str, str]
) -> None:
    """Every letter is there as often as in the articles, and no others but those that are known.

    What a PDF cannot tell is left out of both: spaces (many are only room between letters),
    hyphens (a line may end with one of its own) and, by NFKC, whether a letter is written by
    the sign for two ("ﬁ") or for its form within a word, as Arabic has them.
    """
    said = Counter(tagged[f"{name}-{engine}"])
    wanted: Counter[str] = Counter()
    around: Counter[str] = Counter()
    for article in articles(EXAMPLES if name == "examples" else generated):
        wanted.update(plain("".join(words(article.body))))
        around.update(plain("".join(added(article))))
    assert wanted - said == Counter()
    if name == "generated":  # the other has a title page
        with pikepdf.open(proofs[f"{name}-{engine}"]) as pdf, pdf.open_outline() as tree:
            around.update("".join(str(page_of(pdf, item)) for item in tree.root))
            # The contents, and the page of the title, which is the name of the one author.
            around.update("目录SomebodySomebody2024年5月28日")
        more = said - wanted - around
        # Markers of lists, quotes of `q`, and the dots of the contents.
        assert set(more) <= set(".‘’“”«»「」•◦–☑☐↩"), more


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["examples", "generated"])
def test_the_tagged_text_is_in_the_articles_order(
    name: str, engine: str, generated: Path, tagged: dict[str, str]
) -> None:
    """Every text is there from beginning to end, but where a page ends or an address is a link.

    Text that runs from the right is looked for word by word, from its last letter: PDFs hold
    letters as they are seen, from left to right, and readers turn them around.
    """
    said = tagged[f"{name}-{engine}"]
    for article in articles(EXAMPLES if name == "examples" else generated):
        for text in words(article.body):
            turned = map(as_seen, _ARABIC_WORD.findall(unicodedata.normalize("NFKC", text)))
            assert [word for word in turned if word not in said] == []
            allowed = 2 + 2 * text.count("://")
            if not ARABIC.search(text):
                assert len(list(pieces(plain(text), said, allowed))) <= allowed, text


def articles(folder: Path) -> Iterator[articlekit.Article]:
    for path in sorted(folder.glob("*.html")):
        yield articlekit.read(path)


def plain(text: str) -> str:
    return squeezed(unicodedata.normalize("NFKC", text))


def added(article: articlekit.Article) -> Iterator[str]:
    """Yield what is written around an article's own text."""
    meta, words = article.meta, labels(article.meta.language)
    yield meta.title * 2 + words.authors(meta.authors)  # a title is in the contents, too
    yield words.date(meta.published) if meta.published is not None else ""
    links = [link for link in article.body.iter("a") if "://" in (link.get("href") or "")]
    yield words.links + words.source + words.colon + (meta.url or "")
    for number, link in enumerate(links, 1):
        yield f"[{number}]{number}.{link.get('href')}"
    for numbered in article.body.iter("ol"):
        start = int(numbered.get("start") or 1)
        yield "".join(f"{start + at}." for at in range(len(numbered)))
    for formula in article.body.iter("{*}math"):
        yield "".join(formula.itertext())
    for header in article.body.iter("thead"):
        yield "".join(header.itertext()) * 8  # on each page that the table is on


def pieces(text: str, said: str, most: int) -> Iterator[str]:
    """Split a text into the longest pieces that were said, one more than `most` at most."""
    for _ in range(most + 1):
        if not text:
            return
        # The longer a beginning is, the less likely it was said: so it is found by halves.
        length = bisect_left(range(len(text) + 1), True, key=lambda n: text[:n] not in said) - 1
        yield text[: max(1, length)]
        text = text[max(1, length) :]


def as_seen(word: str) -> str:
    """A word as it is seen from the left; lam and alef are one sign, which stays as it is."""
    return "".join(reversed(re.findall("ل[\u0622\u0623\u0625\u0627]|.", word)))


_ARABIC_WORD: Final = re.compile("[\u0621-\u064a]+")


def words(body: Element) -> Iterator[str]:
    """Yield the text of an article that is shown as text."""
    for element in body.iter():
        formula = any("MathML" in str(each.tag) for each in (element, *element.iterancestors()))
        if element.get("role") != "doc-backlink" and not formula:
            yield element.text or ""
        yield element.tail or ""


def tagged_text(path: Path) -> str:
    """The text of a PDF in the order of its tags: what a screen reader says."""
    document = Document(str(path))
    said = []
    for element in document.elements:
        for mark in element.mcrefs:
            if mark.page is not None:
                said.append(document.content(mark.page).mcid_text.get((mark.stream, mark.mcid), ""))
    return "".join(said)
