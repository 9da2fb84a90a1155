"""Books laid out in parts and joined, beside the same books laid out whole."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import pikepdf
import pytest
from lxml import etree
from PIL import Image as Pillow

from articlekit.binding import Picture, bind
from articlekit.model import Article, Book, Chapter, Column, Image, Meta, Part, Source
from articlekit.reading import all_transforms, read_source
from articlekit.report import Report
from articlekit.writers.pdf import PdfOptions
from articlekit.writers.pdf.elsewhere import address_of, read_address
from articlekit.writers.pdf.joining import Piece, join
from articlekit.writers.pdf.parting import Laid, lay_out_apart
from articlekit.writers.pdf.plan import Plan, Share, plan, stays_in_chapters
from articlekit.writers.pdf.sizes import page_size
from articlekit.writers.pdf.weasy import write_by_weasyprint
from pdf_articles import article, make_column
from pdf_trees import bookmarks, cells, links, orphans, places, tags

ENGINES: Final = ("weasyprint",)
WHOLE: Final = 10_000
TINY: Final = 8
# Of all articles, links to others before and behind: to their titles, and to their notes.
CROSSING: Final = (
    '<p>See <a href="{after}.html">the one after <em>next</em></a>, <a href="{before}.html">an '
    'earlier one</a>, a <a href="{before}.html#n1">note</a> and <a href="#nowhere">nothing</a>.</p>'
    '<p><img src="images/wide.png" alt="w"/><img src="images/high.png" alt="h"/></p>'
    '<p id="stelle-ä">Αθήνα 𠮷 \U0010fffd</p><p><a href="{after}.html#stelle-ä">ä</a></p>'
)

Seen = TypeVar("Seen")
Made: TypeAlias = dict[tuple[str, str], tuple[Path, Report]]


def make_book(folder: Path, count: int) -> Book:
    make_column(folder, count)
    articles: list[Article] = []
    for number in range(count):
        text = article(number) + CROSSING.format(
            before=f"{max(0, number - 5):03}", after=f"{min(count - 1, number + 2):03}"
        )
        path = folder / f"{number:03}.html"
        articles += read_source(Source(str(path), text.encode(), path), all_transforms(), Report())
    pictures = [
        [Picture(image_of(folder / img.get("src", "")), "") for img in each.body.iter("img")]
        for each in articles
    ]
    half = count // 2
    column = Column(
        Meta("Alle Wörter", ("Somebody",), "zh-CN", description="一本书"),
        tuple(articles),
        parts=(Part("One", half), Part("Two", count - half)),
    )
    return bind(column, pictures, None, Report())


def image_of(path: Path) -> Image:
    with Pillow.open(path) as opened:
        width, height = opened.size
    data = path.read_bytes()
    return Image(sha256(data).hexdigest(), "image/png", width, height, len(data), path)


def write(engine: str, book: Book, path: Path, pages: int, standard: str = "ua-1") -> Report:
    report = Report()
    with path.open("wb") as file:
        WRITERS[engine](book, PdfOptions(pdf_standard=standard), file, report, pages)
    return report


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A book of ten articles in five languages, whole and in parts, by both engines."""
    folder = tmp_path_factory.mktemp("joined")
    book = make_book(folder / "articles", 10)
    found = {}
    for engine in ENGINES:
        for name, pages in (("whole", WHOLE), ("parts", TINY), ("again", TINY)):
            path = folder / f"{engine}-{name}.pdf"
            found[engine, name] = path, write(engine, book, path, pages, "a-2a")
    return found


def both(made: Made, engine: str, look: Callable[[pikepdf.Pdf], Seen]) -> tuple[Seen, Seen]:
    """What is seen by a look into the book that was laid out whole, and the one in parts."""
    seen = []
    for name in ("whole", "parts"):
        with pikepdf.open(made[engine, name][0]) as pdf:
            seen.append(look(pdf))
    return seen[0], seen[1]


def text_of(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")


def test_the_book_is_divided_at_all() -> None:
    """Or nothing is tested here: the parts are many, and the chapters of each follow."""
    chapters = tuple(
        Chapter(f"c{n}", f"s{n}", Meta("T"), etree.fromstring(f"<body>{'字' * 800 * n}</body>"))
        for n in range(1, 8)
    )
    shares = plan(Book(Meta("T"), chapters, {}), page_size("a5"), TINY).shares
    assert len(shares) == 6
    assert [each for share in shares for each in share.chapters] == list(chapters)
    assert [share.first for share in shares] == [
        chapters.index(share.chapters[0]) for share in shares
    ]
    # One chapter is one part, however long.
    [alone] = plan(Book(Meta("T"), chapters[6:], {}), page_size("a5"), 1).shares
    assert alone.chapters == chapters[6:]
    # Those below: each has a page of its own.
    assert len(plan(small("<p>a</p>", "<p>b</p>"), page_size("a5"), 1).shares) == 2


@pytest.mark.parametrize("engine", ENGINES)
def test_every_page_has_the_text_and_number_that_one_layout_gives(made: Made, engine: str) -> None:
    whole, parts = (text_of(made[engine, name][0]) for name in ("whole", "parts"))
    assert len(whole) > 30
    assert parts == whole


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("look", [bookmarks, links, tags])
def test_bookmarks_links_and_tags_are_those_of_one_layout(
    made: Made, engine: str, look: Callable[[pikepdf.Pdf], Sequence[object]]
) -> None:
    whole, parts = both(made, engine, look)
    assert parts == whole
    assert parts


@pytest.mark.parametrize("engine", ENGINES)
def test_the_contents_name_the_pages_that_bookmarks_lead_to(made: Made, engine: str) -> None:
    path = made[engine, "parts"][0]
    with pikepdf.open(path) as pdf:
        marked = [page for level, _, page, _ in bookmarks(pdf) if level == 1]
        inside = [page for _, page in _leading(pdf, range(1, marked[0]))]
    listed = [int(n) for page in text_of(path)[: marked[0] - 1] for n in _NUMBERS.findall(page)]
    assert listed == marked == inside


def _leading(pdf: pikepdf.Pdf, pages: range) -> list[tuple[int, int]]:
    """The pages that links on some pages lead to, each once."""
    found = [(link[0], link[2][0]) for link in links(pdf) if isinstance(link[2], tuple)]  # type: ignore[index]  # so links() makes them
    return list(dict.fromkeys(each for each in found if each[0] in pages))


_NUMBERS: Final = re.compile(r"\. *(\d+)$", re.MULTILINE)


@pytest.mark.parametrize("engine", ENGINES)
def test_all_content_has_an_owner_and_cells_have_names_of_their_own(
    made: Made, engine: str
) -> None:
    with pikepdf.open(made[engine, "parts"][0]) as pdf:
        assert orphans(pdf) == []
        names, headers = cells(pdf)
        assert len(set(names)) == len(names) > 10
        assert headers <= set(names)
        assert headers
        root = pdf.Root.StructTreeRoot
        keys = list(pikepdf.NumberTree(root.ParentTree).keys())
        assert sorted(set(keys)) == keys
        assert root.ParentTreeNextKey > keys[-1]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_document_says_of_itself_is_said_once(made: Made, engine: str) -> None:
    def look(pdf: pikepdf.Pdf) -> object:
        root = pdf.Root
        said = [str(root.Lang), sorted(root.keys()), root.MarkInfo.Marked]
        said += [root.ViewerPreferences.DisplayDocTitle, str(root.OutputIntents[0].S)]
        packet = re.sub(rb"<xmpMM:(Instance|Document)ID>[^<]*", b"", root.Metadata.read_bytes())
        return [*said, packet, sorted(places(pdf)), {k: str(v) for k, v in pdf.docinfo.items()}]

    whole, parts = both(made, engine, look)
    assert parts == whole


@pytest.mark.parametrize("engine", ENGINES)
def test_a_picture_and_a_profile_are_there_once(made: Made, engine: str) -> None:
    def look(pdf: pikepdf.Pdf) -> list[str]:
        """The data of images and profiles, as they lie there."""
        held = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        return sorted(
            sha256(each.read_raw_bytes()).hexdigest()
            for each in held
            if each.get("/Subtype") == "/Image" or ("/N" in each and "/Type" not in each)
        )

    whole, parts = both(made, engine, look)
    assert parts == whole
    assert len(whole) > 2
    assert made[engine, "parts"][0].stat().st_size < 1.25 * made[engine, "whole"][0].stat().st_size


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_book_gives_the_same_bytes(made: Made, engine: str) -> None:
    assert made[engine, "again"][0].read_bytes() == made[engine, "parts"][0].read_bytes()


@pytest.mark.parametrize("engine", ENGINES)
def test_reports_are_those_of_one_layout(made: Made, engine: str) -> None:
    whole, parts = (made[engine, name][1].diagnostics for name in ("whole", "parts"))
    assert parts == whole
    assert "U+10FFFD" in next(each.message for each in parts if each.code == "pdf-missing-glyph")


def test_checkers_have_nothing_to_say(made: Made) -> None:
    paths = [made[engine, "parts"][0] for engine in ENGINES]
    for path in paths:
        with pikepdf.open(path) as pdf:
            assert pdf.check_pdf_syntax() == []
    command = [sys.executable, "-m", "outloud.cli", "--fail-on", "warning", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_addresses_of_other_parts_are_read_again() -> None:
    for anchor, said in (("a", "b"), ("ä#(%)", "第 1 篇"), ("", "")):
        assert read_address(address_of(anchor, said)) == (anchor, said)
        assert address_of(anchor, said).isascii()
    assert read_address("https://example.org/#a") is None


def chapter(number: int, body: str) -> Chapter:
    made = etree.fromstring(f"<body>{body}</body>")
    return Chapter(f"c{number}", f"s{number}", Meta(f"Nr. {number}", language="de"), made)


def small(*bodies: str) -> Book:
    return Book(Meta("Buch", language="de"), tuple(map(chapter, range(9), bodies)), {})


@pytest.mark.parametrize("engine", ENGINES)
def test_a_link_to_nothing_is_no_link_and_its_text_stays(engine: str, tmp_path: Path) -> None:
    there = '<p><a href="#c1">dort</a></p><p><a href="#nirgends">nirgends sonst</a></p>'
    path = tmp_path / "a.pdf"
    write(engine, small(there, "<p>hier</p>"), path, 1)
    with pikepdf.open(path) as pdf:
        assert set(_leading(pdf, range(1, 9))) == {(2, 3), (2, 4), (3, 4)}
        assert orphans(pdf) == []
    assert "nirgends sonst" in text_of(path)[2]


def test_a_piece_that_leads_to_what_no_piece_has_loses_the_link(tmp_path: Path) -> None:
    """The joiner itself is told nothing of the other half of the book."""
    path = tmp_path / "a.pdf"
    write("weasyprint", small("<p>eins</p>", "<p>zwei</p>"), path, WHOLE)
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            for number, link in enumerate(page.obj.get("/Annots", ())):
                del link.Dest
                address = address_of(f"c{number}", f"nach {number}")
                link.A = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(address))
        pdf.save(tmp_path / "b.pdf")
    with (tmp_path / "c.pdf").open("wb") as file:
        join([Piece(tmp_path / "b.pdf", frozenset({"c1"}))], file)
    with pikepdf.open(tmp_path / "c.pdf") as pdf:
        [(page_number, _, target)] = links(pdf)
        assert (page_number, target[0]) == (2, 4)  # type: ignore[index]  # a place
        assert str(pdf.pages[1].obj.Annots[0].Contents) == "nach 1"
        assert orphans(pdf) == []
    assert text_of(tmp_path / "c.pdf") == text_of(path)


def test_a_chapter_that_fails_is_made_plain_and_the_other_parts_are_not_laid_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from articlekit.writers.pdf import engine

    real, seen = engine.BookHTML, []

    class Failing(real):  # type: ignore[misc, valid-type]  # stands in for WeasyPrint's
        def __init__(self, markup: engine.Markup, resources: object) -> None:
            text = b"".join(markup.parts).decode()
            seen.append(re.findall(r"<h1>(.*?)</h1>", text))
            if "<pre" in text:
                raise AssertionError("no room")
            super().__init__(markup, resources)

    monkeypatch.setattr(engine, "BookHTML", Failing)
    path = tmp_path / "a.pdf"
    report = write("weasyprint", small("<p>eins</p>", "<pre>x = 1</pre>", "<p>drei</p>"), path, 1)
    [found] = [each for each in report.diagnostics if each.code == "article-skipped"]
    assert found.message.startswith("Nr. 1: set as bare paragraphs, as its layout failed")
    assert "AssertionError: no room" in found.message
    assert [" ".join(page.split()) for page in text_of(path)[2:]] == [
        "Nr. 0 eins 3", "Nr. 1 x=1 4", "Nr. 2 drei 5", "",
    ]  # fmt: skip
    assert seen == [
        ["Buch"], ["Nr. 0"], ["Nr. 1"], ["Nr. 1"], ["Nr. 1"], ["Nr. 2"], ["Buch"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("css", "stays"),
    [
        ("p { color: red; font-family: 'Noto Sans' } h2::first-letter { color: blue }", True),
        ("@page { @bottom-right { content: counter(page) } }", True),
        ("h2 { counter-increment: part }", False),
        ("@page { @top-left { content: counter(pages) } }", False),
        ("a::after { content: target-counter(attr(href), page) }", False),
        ("article { break-before: auto }", False),
        ("@page :first { margin: 0 }", False),
        ("body { padding-top: 2cm }", False),
        ("article + article { margin-top: 1em }", False),
    ],
)
def test_a_style_sheet_that_reaches_over_chapters_is_told(css: str, stays: bool) -> None:
    assert stays_in_chapters(css) is stays


def test_a_book_with_such_a_style_sheet_is_laid_out_whole(tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text("h1 { counter-increment: all } h1::before { content: counter(all) }", "utf-8")
    options = PdfOptions(css=sheet)
    book = small("<p>eins</p>", "<p>zwei</p>")
    whole, parts = io.BytesIO(), io.BytesIO()
    write_by_weasyprint(book, options, whole, Report(), WHOLE)
    write_by_weasyprint(book, options, parts, Report(), 1)
    assert parts.getvalue() == whole.getvalue()


@pytest.mark.parametrize(
    ("fronts", "ends", "rounds"),
    [
        # By how many pages are left for it: how many the front has then.
        ({1: 1}, True, 1),
        ({1: 2, 2: 2}, True, 2),
        ({1: 2, 2: 3, 3: 3}, True, 3),
        ({1: 2, 2: 1}, False, 3),  # and so on for ever
    ],
)
def test_a_front_of_another_length_than_thought_moves_the_chapters(
    fronts: dict[int, int], ends: bool, rounds: int, tmp_path: Path
) -> None:
    chapters = small("<p>a</p>", "<p>b</p>").chapters
    shares = tuple(Share((each,), n) for n, each in enumerate(chapters))
    begun: list[int] = []
    told: list[Mapping[str, int]] = []

    def front(starts: Mapping[str, int], path: Path) -> Laid:
        told.append(starts)
        return Laid(fronts[begun[-2] - 1] if begun else 1, {})

    def body(share: Share, first: int, path: Path) -> Laid:
        begun.append(first)
        return Laid(10, {share.chapters[0].id: 0})

    laid = lay_out_apart(Plan(shares, {"c0": 7, "c1": 8}), front, body, tmp_path)
    assert (laid is not None) == ends
    assert len(begun) == 2 * rounds
    assert told[0] == {"c0": 7, "c1": 8}
    if laid is not None:
        assert begun[-2:] == [laid[0].pages + 1, laid[0].pages + 11]
        assert told[-1] == {"c0": laid[0].pages + 1, "c1": laid[0].pages + 11}


def test_a_book_that_cannot_be_divided_is_laid_out_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articlekit.writers.pdf.setting.lay_out_apart", lambda *_: None)
    book = small("<p>eins</p>", "<p>zwei</p>")
    write("weasyprint", book, tmp_path / "parts.pdf", 1)
    monkeypatch.undo()
    write("weasyprint", book, tmp_path / "whole.pdf", WHOLE)
    assert (tmp_path / "parts.pdf").read_bytes() == (tmp_path / "whole.pdf").read_bytes()


WRITERS: Final[dict[str, Callable[..., None]]] = {"weasyprint": write_by_weasyprint}
