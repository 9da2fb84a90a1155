"""Images that could not be had: in every format a box with their text, and a link to them."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from lxml import etree
from markdown_it import MarkdownIt

import articlekit
from articlekit.html import parse_html, text_of
from articlekit.model import Element
from articlekit.report import Report
from articlekit.writers.missing import replace_missing_images

LONG = "https://i.example/" + "a" * 400 + ".png"
WORD = "Pneumono" + "ultramicroscopic" * 12


@dataclass(frozen=True)
class Place:
    """Where an image stands, the text that its box has, and where that is a link to.

    `follows` is set where the box is in a link already, so that the image's own comes behind.
    """

    name: str
    markup: str
    text: str
    url: str
    follows: bool = False


def at(name: str, markup: str, text: str, url: str | None = None, follows: bool = False) -> Place:
    url = url or f"https://i.example/{name}.png"
    return Place(name, markup.format(url=url), text, url, follows)


PLACES = [
    at(
        "figure",
        '<figure><img src="{url}" alt="A cat"><figcaption>Cats</figcaption></figure>',
        "A cat",
    ),
    at("alone", '<p><img src="{url}" alt="An owl"></p>', "An owl"),
    at("line", '<p>Before <img src="{url}" alt="an eel"> behind.</p>', "an eel"),
    at(
        "cell",
        '<table><tr><td>Bat</td><td><img src="{url}" alt="A bat"></td></tr></table>',
        "A bat",
    ),
    at("item", '<ul><li><img src="{url}" alt="A bee"></li></ul>', "A bee"),
    at(
        "link",
        '<p><a href="https://shop.example/">Buy <img src="{url}" alt="a fox"></a> now</p>',
        "a fox",
        follows=True,
    ),
    at(
        "linked",
        '<p><a href="https://shop.example/"><img src="{url}" alt="A hen"></a></p>',
        "A hen",
        follows=True,
    ),
    at("silent", '<p><img src="{url}"></p>', "Image"),
    at("empty", '<p><img src="{url}" alt=""></p>', "Image"),
    at("named", '<p><img src="{url}" alt="IMG_0042.JPG"></p>', "Image"),
    at("long", '<p><img src="{url}" alt="A long address"></p>', "A long address", LONG),
    at("word", f'<p><img src="{{url}}" alt="{WORD}"></p>', WORD),
    at(
        "word-cell",
        f'<table><tr><td>1</td><td><img src="{{url}}" alt="{WORD}"></td></tr></table>',
        WORD,
    ),
    at(
        "quoted",
        '<p><img src="{url}" alt="&quot;a&quot; &lt;b&gt; &amp;amp;"></p>',
        '"a" <b> &amp;',
    ),
    at("private", '<p><img src="{url}" alt="A router"></p>', "A router", "http://10.0.0.1/r.png"),
    at(
        "query", '<p><img src="{url}" alt="A query"></p>', "A query", "https://i.example/q?a=1&b=(2"
    ),
]
UNSAFE = """
<p><img src="javascript:alert(1)" alt="A script"></p>
<p><img src="JAVASCRIPT&colon;alert(1)" alt="Another script"></p>
<p><img src="data:text/html,<script>alert(1)</script>" alt="A page"></p>
<p><img src="file:///etc/passwd" alt="A file"></p>
"""
UNSAFE_TEXTS = ("A script", "Another script", "A page", "A file")


@dataclass(frozen=True)
class Books:
    """One article with every place, in every format."""

    folder: Path
    report: Report

    def tree(self, name: str) -> Element:
        text = (self.folder / name).read_text("utf-8")
        return parse_html(text, Report())


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    folder = tmp_path_factory.mktemp("boxes")
    matter = "---\ntitle: Boxes\nlang: en\nurl: https://blog.example/post\n---\n"
    body = "\n".join(f'<div id="{place.name}">{place.markup}</div>' for place in PLACES)
    source = folder / "in.html"
    source.write_text(f"{matter}{body}\n{UNSAFE}", "utf-8")
    targets = [folder / f"out.{suffix}" for suffix in ("epub", "html", "md", "pdf")]
    report = articlekit.convert(source, *targets, offline=True, cache_dir=folder / "cache")
    with zipfile.ZipFile(folder / "out.epub") as epub:
        pages = [name for name in epub.namelist() if "/chapter-" in name]
        (folder / "page.xhtml").write_bytes(epub.read(pages[0]))
    return Books(folder, report)


def epub_page(books: Books) -> Element:
    """The chapter's XHTML, by an XML parser, its elements in no namespace."""
    tree = etree.parse(books.folder / "page.xhtml").getroot()
    for element in tree.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return tree


PAGES = {"epub": epub_page, "html": lambda books: books.tree("out.html")}


def boxes(tree: Element) -> list[Element]:
    return [each for each in tree.iter("a", "span") if each.get("class") == "missing-image"]


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_box_has_the_text_and_a_link(books: Books, place: Place, kind: str) -> None:
    found = boxes(PAGES[kind](books))
    own = [box for box in found if box.get("href") == place.url]
    assert len(own) == 1
    if not place.follows:
        assert text_of(own[0]) == place.text
        return
    outer = own[0].getprevious()
    assert outer is not None
    assert outer.get("href") == "https://shop.example/"
    assert [text_of(box) for box in boxes(outer)] == [place.text]
    assert text_of(own[0]) == "Image"


@pytest.mark.parametrize("kind", PAGES)
def test_links_do_not_nest_and_lead_only_to_the_web(books: Books, kind: str) -> None:
    tree = PAGES[kind](books)
    links = list(tree.iter("a"))
    assert [link for link in links if next(link.iterancestors("a"), None) is not None] == []
    assert {link.get("href", "").partition(":")[0] for link in links} <= {"https", "http"}
    assert list(tree.iter("img")) == []
    text = text_of(tree)
    assert [name for name in UNSAFE_TEXTS if name not in text] == []


def test_what_stands_around_a_linked_box_stays(books: Books) -> None:
    text = " ".join(text_of(epub_page(books)).split())
    assert "Buy a fox Image now" in text
    assert "Before an eel behind." in text


def test_a_caption_stays_with_its_box(books: Books) -> None:
    for page in PAGES.values():
        figure = next(page(books).iter("figure"))
        assert [text_of(box) for box in boxes(figure)] == ["A cat"]
        assert text_of(next(figure.iter("figcaption"))) == "Cats"


def test_a_link_to_the_picture_itself_is_link_enough() -> None:
    for href in ("https://e.example/1.png", "https://e.example/large.JPG?x#y"):
        article = articlekit.parse(
            f'<p><a href="{href}"><img src="https://e.example/1.png" alt="A cat"></a> b</p>'
        )
        replace_missing_images(article.body, "en")
        assert [text_of(link) for link in article.body.iter("a")] == ["A cat"]


def test_images_behind_one_link_keep_their_order() -> None:
    images = "".join(f'<img src="https://e.example/{n}.png" alt="Cat {n}">' for n in range(3))
    article = articlekit.parse(f'<p><a href="https://e.example/">{images}</a> tail</p>')
    replace_missing_images(article.body, "en")
    assert " ".join(text_of(article.body).split()) == "Cat 0Cat 1Cat 2 Image Image Image tail"
    links = [link.get("href", "") for link in article.body.iter("a")]
    assert links == ["https://e.example/", *(f"https://e.example/{n}.png" for n in range(3))]


@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.name)
def test_markdown_has_the_text_and_the_address(books: Books, place: Place) -> None:
    text = (books.folder / "out.md").read_text("utf-8").partition("\n---\n")[2]
    page = parse_html(MarkdownIt().enable("table").render(text), Report())
    alt = next(parse_html(place.markup, Report()).iter("img")).get("alt", "")
    images = [
        img for img in page.iter("img") if img.get("src", "").replace("%28", "(") == place.url
    ]
    assert [img.get("alt") for img in images] == [alt]


def test_markdown_has_no_unsafe_address(books: Books) -> None:
    text = (books.folder / "out.md").read_text("utf-8")
    assert [word for word in ("javascript:", "data:", "file:") if word in text] == []
    assert [name for name in UNSAFE_TEXTS if name not in text] == []


@pytest.fixture(scope="module")
def words(books: Books) -> list[Element]:
    """The words of the PDF with their places, by page."""
    shown = subprocess.run(
        ["pdftotext", "-bbox", books.folder / "out.pdf", "-"], capture_output=True, check=True
    )
    return list(parse_html(shown.stdout.decode(), Report()).iter("page"))


def test_the_pdf_has_every_text(words: list[Element]) -> None:
    shown = "".join(text_of(word) for page in words for word in page.iter("word"))
    letters = "".join(char for char in shown if char not in "-\u2010\u00ad")
    expected = [place.text for place in PLACES] + list(UNSAFE_TEXTS)
    assert [text for text in expected if "".join(text.split()) not in letters] == []


def test_nothing_runs_off_the_pdf_page(words: list[Element]) -> None:
    for page in words:
        width = float(page.get("width", "0"))
        edges = [float(word.get("xmax", "0")) for word in page.iter("word")]
        assert max(edges) < width - 40


def test_the_pdf_links_to_every_image(books: Books) -> None:
    with pikepdf.open(books.folder / "out.pdf") as pdf:
        targets = {}
        for page in pdf.pages:
            for note in page.get("/Annots", ()):
                if "/A" in note and "/URI" in note.A:
                    left, _, right, _ = (float(edge) for edge in note.Rect)
                    targets[str(note.A.URI)] = (left, right)
            width = float(page.mediabox[2])
    assert [place.name for place in PLACES if place.url not in targets] == []
    assert [url for url in targets if not url.startswith(("http:", "https:"))] == []
    assert [url for url, (left, right) in targets.items() if not 0 < left < right < width] == []


def test_each_is_a_loss_with_its_reason(books: Books) -> None:
    failed = {loss.url: loss.reason for loss in books.report.losses if loss.code == "image-failed"}
    assert failed == {place.url: "offline_miss" for place in PLACES}


@pytest.mark.parametrize("address", ["http://127.0.0.1/a.png", "http://[::1]/a.png"])
def test_a_refused_address_leaves_a_box_as_well(tmp_path: Path, address: str) -> None:
    source = tmp_path / "in.html"
    source.write_text(f'<h1>A</h1><p>Text <img src="{address}" alt="A router"></p>', "utf-8")
    report = articlekit.convert(source, tmp_path / "out.html")
    assert [loss.reason for loss in report.losses] == ["blocked_address"]
    found = boxes(parse_html((tmp_path / "out.html").read_text("utf-8"), Report()))
    assert [(box.get("href"), box.text) for box in found] == [(address, "A router")]
