"""Articles to one book: unique ids, links that arrive, images in their places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.binding import Picture, bind
from articlekit.html import to_xhtml
from articlekit.model import Article, Book, Chapter, Column, Image, Meta, Source
from articlekit.reading import all_transforms, read_source
from articlekit.report import Diagnostic, Report

ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
A, B = "https://example.org/posts/a", "https://example.org/posts/b.html?p=1"


def post(name: str, html: str, url: str | None = None) -> Article:
    """An article in the normal form that was read from the file `name`."""
    address = f"url: {url}\n" if url else ""
    text = f"---\ntitle: {name}\nlang: en\n{address}---\n{html}"
    source = Source(f"posts/{name}", text.encode(), Path("posts") / name)
    return read_source(source, all_transforms(), Report())[0]


def bound(
    *articles: Article, pictures: Sequence[Sequence[Picture]] | None = None
) -> tuple[Book, list[Diagnostic]]:
    if pictures is None:
        pictures = [
            [Picture(None, img.get("src", "")) for img in article.body.iter("img")]
            for article in articles
        ]
    report = Report()
    column = Column(Meta("Book"), articles)
    return bind(column, pictures, None, report), report.diagnostics


def hrefs(chapter: Chapter) -> list[str | None]:
    return [link.get("href") for link in chapter.body.iter("a")]


def ids(chapter: Chapter) -> list[str]:
    return [name for each in chapter.body.iter() if (name := each.get("id")) is not None]


# ids


def test_chapters_have_ids_in_order() -> None:
    book, found = bound(post("a.html", "<p>x"), post("b.html", "<p>y"), post("c.html", "<p>z"))
    assert [chapter.id for chapter in book.chapters] == ["chapter-1", "chapter-2", "chapter-3"]
    assert [chapter.slug for chapter in book.chapters] == ["a", "b", "c"]
    assert found == []


def test_ids_are_unique_in_the_book() -> None:
    html = "<p id=one>x</p><p id=one-2>y</p><p id=chapter-1>z</p>"
    book, found = bound(*(post(name, html) for name in ("a.html", "b.html", "c.html")))
    names = [name for chapter in book.chapters for name in [chapter.id, *ids(chapter)]]
    assert len(set(names)) == len(names) == 12
    assert ids(book.chapters[0])[:2] == ["one", "one-2"]
    assert found == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("one", "one"),
        ("_a.b-c", "_a.b-c"),
        ("1", "id-1"),
        ("-a", "id--a"),
        ("注", "u6ce8"),
        ("a:b", "au3ab"),
        ("a'b", "au27b"),
        ("\U0001f600", "u1f600"),
    ],
)
def test_ids_are_spelled_in_ascii(name: str, safe: str) -> None:
    chapter = bound(post("a.html", f'<p id="{name}">x <a href="#{name}">y</a></p>'))[0].chapters[0]
    assert ids(chapter) == [safe]
    assert hrefs(chapter) == [f"#{safe}"]


def test_ids_that_are_spelled_alike_stay_two() -> None:
    html = "<p id=注>x</p><p id=u6ce8>y</p><p><a href=#注>1</a><a href=#u6ce8>2</a></p>"
    chapter = bound(post("a.html", html))[0].chapters[0]
    first, second = ids(chapter)
    assert first != second
    assert hrefs(chapter) == [f"#{first}", f"#{second}"]


def test_an_id_that_stands_twice_is_the_firsts() -> None:
    html = "<p id=one>x</p><p id=one>y</p><p id=one>z</p><p><a href=#one>to</a></p>"
    book, found = bound(post("a.html", html))
    assert ids(book.chapters[0]) == ["one"]
    assert book.chapters[0].body[0].get("id") == "one"
    assert [(each.code, each.source) for each in found] == [("id-repeated", "posts/a.html")] * 2
    assert found[0].message == "the id 'one' stands twice; the second was removed"


names = st.lists(
    st.sampled_from(
        ["a", "a-2", "a-2-2", "A", "1", "id-1", "注", "u6ce8", "chapter-1", "chapter-2"]
    ),
    min_size=1,
    max_size=6,
)


@given(st.lists(names, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_any_ids_become_unique_and_every_link_arrives(book_names: list[list[str]]) -> None:
    articles = []
    for number, each in enumerate(book_names):
        html = "".join(f'<p id="{name}">x <a href="#{name}">y</a></p>' for name in each)
        articles.append(post(f"{number}.html", html))
    book, found = bound(*articles)
    every = [name for chapter in book.chapters for name in [chapter.id, *ids(chapter)]]
    assert Counter(every).most_common(1)[0][1] == 1
    assert all(ID.match(name) for name in every)
    for chapter, wanted in zip(book.chapters, book_names, strict=True):
        by_name = dict(zip(dict.fromkeys(wanted), ids(chapter), strict=True))
        assert hrefs(chapter) == [f"#{by_name[name]}" for name in wanted]
    repeated = sum(len(each) - len(set(each)) for each in book_names)
    assert [each.code for each in found] == ["id-repeated"] * repeated


# links


def links_from(html: str, url: str | None = None) -> tuple[list[str | None], list[Diagnostic]]:
    """The links of `html`, an article of a book with two others."""
    others = [
        post("b.html", "<p id=two>y</p><p id=注>z</p>", B),
        post("c d.html", "<p id=two>y</p>"),
    ]
    book, found = bound(post("a.html", f"<p id=one>x</p>{html}", url), *others)
    assert ids(book.chapters[2]) == ["two-2"]
    return hrefs(book.chapters[0]), found


@pytest.mark.parametrize(
    ("href", "target"),
    [
        # in the article itself
        ("#one", "#one"),
        ("#top", "#chapter-1"),
        ("#TOP", "#chapter-1"),
        ("a.html", "#chapter-1"),
        ("a.html#one", "#one"),
        (f"{A}#one", "#one"),
        (A, "#chapter-1"),
        ("?#one", "https://example.org/posts/a?#one"),
        # by address
        (B, "#chapter-2"),
        (f"{B}#two", "#two"),
        (f"{B}#top", "#chapter-2"),
        ("HTTPS://EXAMPLE.org:443/posts/x/../b.html?p=1", "#chapter-2"),
        ("/posts/b.html?p=1#two", "#two"),
        ("b.html?p=1", "#chapter-2"),
        ("//example.org/posts/b.html?p=1", "#chapter-2"),
        (f"{B}#%E6%B3%A8", "#u6ce8"),
        (f"{B}#注", "#u6ce8"),
        # by the file's name
        ("b.html", "#chapter-2"),
        ("./b.html#two", "#two"),
        ("c d.html", "#chapter-3"),
        ("c%20d.html#two", "#two-2"),
        # out of the book
        ("https://EXAMPLE.org/posts/other", "https://example.org/posts/other"),
        ("other page?q=a b#c", "https://example.org/posts/other%20page?q=a%20b#c"),
        ("../up", "https://example.org/up"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://b.example/é", "https://b.example/%C3%A9"),
    ],
)
def test_links(href: str, target: str) -> None:
    assert links_from(f'<p><a href="{href}">to</a></p>', A) == ([target], [])


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("b.html#two", "#two"),
        (B, "#chapter-2"),
        ("#one", "#one"),
        ("https://example.org/x/../y", "https://example.org/y"),
    ],
)
def test_links_of_an_article_without_an_address(href: str, target: str) -> None:
    assert links_from(f'<p><a href="{href}">to</a></p>') == ([target], [])


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("#gone", "anchor-missing"),
        ("#two", "anchor-missing"),
        ("gone.html", "link-unresolved"),
        ("/posts/b.html", "link-unresolved"),
        ("?page=2", "link-unresolved"),
    ],
)
def test_links_that_lead_nowhere_become_text(href: str, code: str) -> None:
    links, found = links_from(f'<p><a href="{href}" title="t">to <b>there</b></a></p>')
    assert links == [None]
    assert [(each.code, each.source) for each in found] == [(code, "posts/a.html")]
    assert found[0].message == f"the link to '{href}' leads nowhere"


def test_an_anchor_that_the_other_article_lacks_is_its_beginning() -> None:
    assert links_from(f"<p><a href='{B}#gone'>to</a></p>", A)[0] == ["#chapter-2"]


def test_the_text_of_a_link_that_leads_nowhere_stays() -> None:
    book, _ = bound(post("a.html", "<p>one <a href=#gone>two</a> three</p>"))
    assert "".join(book.chapters[0].body.itertext()) == "one two three"


def test_a_base_is_what_links_resolve_against() -> None:
    book, _ = bound(post("a.html", "<base href=/other/><p><a href=x>y</a>", A))
    assert hrefs(book.chapters[0]) == ["https://example.org/other/x"]


def test_links_go_both_ways() -> None:
    book, found = bound(
        post("a.html", "<h2 id=x>A</h2><p><a href=b.html#x>to b</a></p>"),
        post("b.html", "<h2 id=x>B</h2><p><a href=a.html#x>to a</a></p>"),
    )
    assert [hrefs(chapter) for chapter in book.chapters] == [["#x-2"], ["#x"]]
    assert found == []


# drawings


def test_drawings_go_on_naming_their_own_parts() -> None:
    svg = (
        "<p><svg viewBox='0 0 90 90'><defs><linearGradient id=g></linearGradient>"
        "<path id=p d='M0 0'/></defs><rect fill='url(#g)' mask='url(#no)'/>"
        "<use href='#p'/></svg></p>"
    )
    book, _ = bound(post("a.html", svg), post("b.html", svg))
    first, second = (to_xhtml(chapter.body) for chapter in book.chapters)
    assert 'fill="url(#g)"' in first
    assert 'href="#p"' in first
    assert ids(book.chapters[1]) == ["g-2", "p-2"]
    assert 'fill="url(#g-2)"' in second
    assert 'href="#p-2"' in second
    assert 'mask="url(#no)"' in second


# images


def image(name: str) -> Image:
    return Image(name * 64, "image/png", 3, 2, 10, Path(f"{name}.png"))


def test_images_are_placed_and_gathered_once() -> None:
    articles = [
        post("a.html", "<p><img src=x.png alt=X referrerpolicy=origin><img src=y.png>"),
        post("b.html", "<p><img src=x.png title=t>"),
    ]
    one, two = image("1"), image("2")
    here = Picture(one, "https://example.org/x.png")
    gone = Picture(None, "https://example.org/y.png")
    book, found = bound(*articles, pictures=[[here, gone], [Picture(two, "x.png")]])
    first, second = book.chapters[0].body.iter("img")
    assert dict(first.attrib) == {"src": f"image:{one.id}", "alt": "X"}
    assert second.get("src") == "https://example.org/y.png"
    (third,) = book.chapters[1].body.iter("img")
    assert (third.get("src"), third.get("title")) == (f"image:{two.id}", "t")
    assert dict(book.images) == {one.id: one, two.id: two}
    assert book.cover is None
    assert found == []


def test_an_image_that_stands_twice_is_held_once_and_the_cover_is_the_books() -> None:
    article = post("a.html", "<p><img src=x.png><img src=x.png>")
    one, cover = image("1"), image("9")
    pictures = [[Picture(one, "x.png"), Picture(one, "x.png")]]
    book = bind(Column(Meta("Book"), (article,)), pictures, cover, Report())
    assert [img.get("src") for img in book.chapters[0].body.iter("img")] == [f"image:{one.id}"] * 2
    assert list(book.images) == [one.id]
    assert book.cover == cover


def test_pictures_must_match_the_images() -> None:
    with pytest.raises(ValueError, match="shorter"):
        bound(post("a.html", "<p><img src=x.png>"), pictures=[[]])


# empty articles


@pytest.mark.parametrize(
    ("html", "codes"),
    [
        ("", ["article-empty"]),
        ("<p> <br></p>", ["article-empty"]),
        ("<p><img src=x.png>", []),
        ("x", []),
    ],
)
def test_an_article_without_anything_is_told(html: str, codes: list[str]) -> None:
    _, found = bound(post("a.html", html))
    assert [each.code for each in found] == codes


def test_the_whole_path(tmp_path: Path) -> None:
    """Two files that link to each other, as one book in Markdown."""
    (tmp_path / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p><a href=b.html>to b</a></p>")
    (tmp_path / "b.html").write_text("---\ntitle: B\nlang: en\n---\n<p><a href=gone.html>x</a></p>")
    files = [tmp_path / "a.html", tmp_path / "b.html"]
    report = articlekit.convert(files, tmp_path / "out.epub", offline=True)
    assert report.counts() == {"link-unresolved": 1}
