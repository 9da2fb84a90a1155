"""Articles to one book: unique ids, links that arrive, images in their places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.binding import Picture, bind
from articlekit.html import to_xhtml
from articlekit.kept import KeptArticle
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


def test_chapters_are_called_after_their_articles() -> None:
    names = ["a.html", "B_1.html", "b_1.md", "雪.html", f"{'long' * 11}.html"]
    book, found = bound(*(post(name, "<p>x") for name in names))
    assert [chapter.id for chapter in book.chapters] == [
        "chapter-a", "chapter-b_1", "chapter-b_1-2", "chapter-53058fe2e03c", "chapter-89e4a4f93284",
    ]  # fmt: skip
    assert [chapter.slug for chapter in book.chapters] == ["a", "B_1", "b_1", "雪", "long" * 11]
    assert found == []


def test_a_new_article_leaves_the_names_in_the_others_alone() -> None:
    html = "<p id=one>x</p><p id=own-{}>y</p><p><a href=#one>z</a></p>"
    old = [post(f"{name}.html", html.format(name)) for name in "bcd"]
    before = {each.slug: (each.id, ids(each), hrefs(each)) for each in bound(*old)[0].chapters}
    new = [post(f"{name}.html", html.format(name)) for name in "xbdac"]
    after = {each.slug: (each.id, ids(each), hrefs(each)) for each in bound(*new)[0].chapters}
    assert before.items() <= after.items()
    assert after["b"] == ("chapter-b", ["one-b", "own-b"], ["#one-b"])


def test_ids_are_unique_in_the_book() -> None:
    html = "<p id=one>x</p><p id=one-2>y</p><p id=chapter-1>z</p>"
    book, found = bound(*(post(name, html) for name in ("a.html", "b.html", "c.html")))
    names = [name for chapter in book.chapters for name in [chapter.id, *ids(chapter)]]
    assert len(set(names)) == len(names) == 12
    assert ids(book.chapters[0]) == ["one-a", "one-2-a", "chapter-1-a"]
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
        ["a", "a-1", "a-1-1", "A", "1", "id-1", "注", "u6ce8", "chapter-1", "chapter-0"]
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
    assert ids(book.chapters[2]) == ["two-c-d"]
    return hrefs(book.chapters[0]), found


@pytest.mark.parametrize(
    ("href", "target"),
    [
        # in the article itself
        ("#one", "#one"),
        ("#top", "#chapter-a"),
        ("#TOP", "#chapter-a"),
        ("a.html", "#chapter-a"),
        ("a.html#one", "#one"),
        (f"{A}#one", "#one"),
        (A, "#chapter-a"),
        ("?#one", "https://example.org/posts/a?#one"),
        # by address
        (B, "#chapter-b"),
        (f"{B}#two", "#two-b"),
        (f"{B}#top", "#chapter-b"),
        ("HTTPS://EXAMPLE.org:443/posts/x/../b.html?p=1", "#chapter-b"),
        ("/posts/b.html?p=1#two", "#two-b"),
        ("b.html?p=1", "#chapter-b"),
        ("//example.org/posts/b.html?p=1", "#chapter-b"),
        (f"{B}#%E6%B3%A8", "#u6ce8"),
        (f"{B}#注", "#u6ce8"),
        # by the file's name
        ("b.html", "#chapter-b"),
        ("./b.html#two", "#two-b"),
        ("c d.html", "#chapter-c-d"),
        ("c%20d.html#two", "#two-c-d"),
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
        ("b.html#two", "#two-b"),
        (B, "#chapter-b"),
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
        ("/posts/gone.html", "link-unresolved"),
        ("?page=2", "link-unresolved"),
    ],
)
def test_links_that_lead_nowhere_become_text(href: str, code: str) -> None:
    links, found = links_from(f'<p><a href="{href}" title="t">to <b>there</b></a></p>')
    assert links == [None]
    assert [(each.code, each.source) for each in found] == [(code, "posts/a.html")]
    assert found[0].message == f"the link to '{href}' leads nowhere"


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("The  Garden", "#chapter-g"),
        ("the%20garden.html", "#chapter-g"),
        ("/notes/The Garden.md#two", "#two"),
        ("The Garden#gone", "#chapter-g"),
        ("ｔｈｅ garden", "#chapter-g"),
        ("Q/A", "#chapter-q"),
        ("Twice", None),
        ("https://example.org/The Garden", "https://example.org/The%20Garden"),
        ("//example.org/The Garden", None),
    ],
)
def test_links_by_title(href: str, target: str | None) -> None:
    others = [
        replace(each, meta=replace(each.meta, title=title))
        for each, title in (
            (post("g.html", "<p id=two>x"), "The Garden"),
            (post("q.html", "<p>x"), "Q/A"),
            (post("t.html", "<p>x"), "Twice"),
            (post("u.html", "<p>x"), "twice"),
        )
    ]
    book, _ = bound(post("a.html", f"<p><a href='{href}'>x</a>"), *others)
    assert hrefs(book.chapters[0]) == [target]


def test_an_anchor_that_the_other_article_lacks_is_its_beginning() -> None:
    assert links_from(f"<p><a href='{B}#gone'>to</a></p>", A)[0] == ["#chapter-b"]


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
    assert [hrefs(chapter) for chapter in book.chapters] == [["#x-b"], ["#x-a"]]
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
    for text, name in ((first, "a"), (second, "b")):
        assert f'fill="url(#g-{name})"' in text
        assert f'href="#p-{name}"' in text
        assert 'mask="url(#no)"' in text
    assert ids(book.chapters[1]) == ["g-b", "p-b"]


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


# articles that are kept as bytes


def test_kept_articles_become_the_same_chapters() -> None:
    html = (
        "<p id=one>x<a href=#one>1</a> <a href=#gone>2</a> <a href=b.html#one>3</a></p>"
        "<p id=one>&amp; <img src=x.png referrerpolicy=origin></p><svg><path id=p d='M0 0'/>"
        "<use href='#p'/></svg>"
    )
    pictures = [[Picture(image("1"), "x.png")], [Picture(None, "https://example.org/x.png")]]
    plain, told = bound(post("a.html", html), post("b.html", html), pictures=pictures)
    kept = [
        KeptArticle(each.slug, each.meta, each.body, each.origin)
        for each in (post("a.html", html), post("b.html", html))
    ]
    book, found = bound(*kept, pictures=pictures)
    assert found == told
    for one, other in zip(plain.chapters, book.chapters, strict=True):
        assert to_xhtml(one.body) == to_xhtml(other.body) == to_xhtml(other.body)
        assert (one.id, one.slug, one.meta) == (other.id, other.slug, other.meta)
        assert other.body is not other.body
    assert len({chapter.digest for chapter in book.chapters}) == 2
    assert [chapter.digest for chapter in plain.chapters] == [None, None]


def test_a_change_inside_a_kept_body_is_kept_by_replace_alone() -> None:
    article = post("a.html", "<p>x</p>")
    kept = KeptArticle(article.slug, article.meta, article.body, article.origin)
    body = kept.body
    body[0].text = "y"
    assert to_xhtml(kept.body) == "<body><p>x</p></body>"
    other = replace(kept, body=body)
    assert to_xhtml(other.body) == "<body><p>y</p></body>"
    assert replace(other, meta=Meta("T")).kept == other.kept
