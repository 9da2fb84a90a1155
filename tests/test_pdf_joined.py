"""Books laid out in parts and joined, beside the same books laid out whole."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import pikepdf
import pytest
from lxml import etree
from PIL import Image as Pillow

from articlekit.binding import Picture, bind
from articlekit.model import Article, Book, Column, Image, Meta, Part, Source
from articlekit.reading import all_transforms, read_source
from articlekit.report import Report
from pdf_articles import article, make_column
from pdf_trees import (
    ENGINES,
    WHOLE,
    bookmarks,
    cells,
    leading,
    links,
    orphans,
    places,
    tags,
    text_of,
    write,
)

TINY: Final = 8
# Of all articles, links to others before and behind: to their titles, and to their notes.
CROSSING: Final = (
    '<p>See <a href="{after}.html">the one after <em>next</em></a>, <a href="{before}.html">an '
    'earlier one</a>, a <a href="{before}.html#n1">note</a> and <a href="#nowhere">nothing</a>.</p>'
    '<p><img src="images/wide.png" alt="w"/><img src="images/high.png" alt="h"/></p>'
    '<p id="stelle-ä">Αθήνα</p><p><a href="{after}.html#stelle-ä">ä</a></p>'
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
        inside = [page for _, page in leading(pdf, range(1, marked[0]))]
    contents = "".join(text_of(path)[: marked[0] - 1])
    listed = [int(found[1] or found[2]) for found in _NUMBERS[engine].finditer(contents)]
    assert listed == marked == inside


# Behind the dots; by Typst before them, where the title runs from the right.
_NUMBERS: Final = {
    "typst": re.compile(r"\. *(\d+)$|(\d+) \. \.", re.MULTILINE),
    "weasyprint": re.compile(r"\. *(\d+)$()", re.MULTILINE),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_all_content_has_an_owner_and_cells_have_names_of_their_own(
    made: Made, engine: str
) -> None:
    with pikepdf.open(made[engine, "parts"][0]) as pdf:
        assert orphans(pdf) == []
        names, headers = cells(pdf)
        assert len(set(names)) == len(names) > 5
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
        packet = [
            (each.tag, (each.text or "").strip())
            for each in etree.fromstring(root.Metadata.read_bytes()).iter()
            if "nstanceID" not in each.tag and "DocumentID" not in each.tag
        ]
        return [*said, packet, {k: str(v) for k, v in pdf.docinfo.items()}]

    whole, parts = both(made, engine, look)
    assert parts == whole


@pytest.mark.parametrize("engine", ENGINES)
def test_places_keep_their_names(made: Made, engine: str) -> None:
    whole, parts = both(made, engine, lambda pdf: set(places(pdf)))
    assert whole
    assert whole <= parts


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


def test_the_parts_of_a_book_by_weasyprint_share_their_fonts(made: Made) -> None:
    def look(pdf: pikepdf.Pdf) -> list[str]:
        return sorted(
            sha256(each.read_raw_bytes()).hexdigest()
            for each in pdf.objects
            if isinstance(each, pikepdf.Stream)
            and (each.get("/Subtype") == "/OpenType" or "/Length1" in each)
        )

    whole, parts = both(made, "weasyprint", look)
    assert parts == whole
    assert whole
    sizes = [made["weasyprint", name][0].stat().st_size for name in ("whole", "parts")]
    assert sizes[1] < 1.1 * sizes[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_book_gives_the_same_bytes(made: Made, engine: str) -> None:
    assert made[engine, "again"][0].read_bytes() == made[engine, "parts"][0].read_bytes()


@pytest.mark.parametrize("engine", ENGINES)
def test_reports_are_those_of_one_layout(made: Made, engine: str) -> None:
    whole, parts = (made[engine, name][1].diagnostics for name in ("whole", "parts"))
    assert parts == whole


def test_checkers_have_nothing_to_say(made: Made) -> None:
    paths = [made[engine, "parts"][0] for engine in ENGINES]
    for path in paths:
        with pikepdf.open(path) as pdf:
            assert pdf.check_pdf_syntax() == []
    command = [sys.executable, "-m", "outloud.cli", "--fail-on", "warning", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
