"""Whole pages: the article is found, its text whole and in order, its metadata read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.html import parse_html, text_of
from articlekit.model import Article
from articlekit.readers.extract import extract
from articlekit.readers.page import is_page, without_site
from articlekit.report import Report
from server import picture

READING = Path(__file__).parent / "cases" / "reading"
TOLD = sorted(path.parent for path in READING.glob("*/text.txt"))


def squeeze(text: str) -> str:
    return "".join(text.split())


def said(text: str) -> str:
    """A text's letters: marks of notes and of lists are no words."""
    return re.sub(r"[\W\d_]", "", text)


@pytest.mark.parametrize("folder", TOLD, ids=lambda folder: folder.name)
def test_the_text_is_whole_and_in_order(folder: Path) -> None:
    """Every line of text.txt is in the article, in its order, and no other words are.

    The lines of words.txt are what articlekit adds of its own: titles of embeds.
    """
    article = articlekit.read(next(folder.glob("in.*")))
    text, rest, place = squeeze(text_of(article.body)), "", 0
    for line in (folder / "text.txt").read_text("utf-8").splitlines():
        found = text.find(squeeze(line), place)
        assert found >= 0, f"not in the article, or not in its place: {line}"
        rest += text[place:found]
        place = found + len(squeeze(line))
    rest += text[place:]
    own = folder / "words.txt"
    for line in own.read_text("utf-8").splitlines() if own.exists() else ():
        assert squeeze(line) in rest
        rest = rest.replace(squeeze(line), "", 1)
    assert said(rest) == ""


def test_there_are_many() -> None:
    assert len(TOLD) >= 135


def page(head: str = "", body: str = "<p>x</p>", url: str | None = None) -> Article:
    return articlekit.parse(f"<!DOCTYPE html><html><head>{head}</head><body>{body}", url=url)


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


# metadata


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<meta property=og:title content=A>" + ld('{"@type":"Article","headline":"B"}'), "A"),
        (ld('{"@type":"Article","headline":"B"}') + "<title>C</title>", "B"),
        (ld('[{"@type":"WebSite","name":"S"},{"@type":["BlogPosting"],"headline":"B"}]'), "B"),
        (ld('{"@graph":[{"@type":"WebPage","name":"W"},{"@type":"Article","headline":"B"}]}'), "B"),
        (ld('{"@type":"Article","headline":"B",}'), "B"),
        (ld('<!--\n{"@type":"NewsArticle","headline":"B"}\n-->'), "B"),
        (ld('//<![CDATA[\n{"@type":"NewsArticle","headline":"B"}\n//]]>'), "B"),
        (ld('{"@type":"Article","headline":"B\nC"}'), "B C"),
        (ld('{"@type":"Organization","headline":"No"}') + "<title>C</title>", "C"),
        ("<meta property=og:site_name content=Site><title>C | Site</title>", "C"),
        ("<meta property=og:site_name content=Site><title>Site: C</title>", "C"),
        ("<title>C | D</title>", "C | D"),
        (
            ld('{"@type":"Article","publisher":{"name":"The Post"}}')
            + "<title>C - The Post</title>",
            "C",
        ),
    ],
)
def test_titles(head: str, title: str) -> None:
    assert page(head).meta.title == title


@pytest.mark.parametrize(
    ("title", "site", "alone"),
    [
        ("A - B", "B", "A"),
        ("A - B - C", "C", "A - B"),
        ("A-B", "B", "A-B"),
        ("B", "B", "B"),
        ("- B", "B", "- B"),
        ("A_B", "B", "A"),
        ("A – b", "B", "A"),
    ],
)
def test_the_site_is_cut_off_only_when_it_is_told(title: str, site: str, alone: str) -> None:
    assert without_site(title, [site], []) == alone
    assert without_site(title, ["Another"], []) == title
    assert without_site(title, [], [alone]) == alone


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        (ld('{"@type":"Article","author":"A"}'), ("A",)),
        (ld('{"@type":"Article","author":{"@type":"Person","name":"A"}}'), ("A",)),
        (ld('{"@type":"Article","author":[{"name":"A"},{"name":"B"},{"name":"A"}]}'), ("A", "B")),
        (
            ld('{"@graph":[{"@type":"Article","author":{"@id":"#a"}},{"@id":"#a","name":"A"}]}'),
            ("A",),
        ),
        ("<meta property=article:author content=https://f.example/a><meta name=author content=B>",
         ("B",)),
        ("<meta name=dc.creator content=A>", ("A",)),
        ("<a rel=author href=/a>A</a>", ("A",)),
        ("", ()),
    ],
)  # fmt: skip
def test_authors(head: str, authors: tuple[str, ...]) -> None:
    assert page(head).meta.authors == authors


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (ld('{"@type":"Article","datePublished":"2024-05-01T08:00:00Z"}'), ""),
        ("<meta property=article:published_time content='2024-05-01T08:00:00Z'>", ""),
        ("<meta name=pubdate content=soon><meta name=date content='2024-05-01 08:00'>", ""),
        ("", "<article itemscope><time itemprop=datePublished datetime='2024-05-01T08:00Z'>"),
        ("", "<abbr itemprop=datePublished title='2024-05-01T08:00Z'>long ago</abbr>"),
        ("", "<p>x</p><time datetime='2024-05-01T08:00Z'>May</time>"),
        ("<script>var ct = '1714550400';</script>", ""),
    ],
)
def test_dates(head: str, body: str) -> None:
    assert page(head, body).meta.published == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_a_date_that_cannot_be_read_is_told() -> None:
    report = Report()
    articlekit.parse("<!DOCTYPE html><meta name=date content=soon><p>x", report=report)
    assert "date-unreadable" in report.counts()


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("<link rel=canonical href=https://a.example/x>", "https://a.example/x"),
        ("<link rel='canonical alternate' href=https://a.example/x>", "https://a.example/x"),
        ("<link rel=canonical href=https://a.example/><meta property=og:url "
         "content=https://a.example/x>", "https://a.example/x"),
        ("<link rel=canonical href=https://a.example/>", "https://a.example/"),
        (ld('{"@type":"Article","mainEntityOfPage":{"@id":"https://a.example/x"}}'),
         "https://a.example/x"),
        ("<!-- saved from url=(0019)https://a.example/x -->", "https://a.example/x"),
        ("<link rel=canonical href=/x>", None),
    ],
)  # fmt: skip
def test_addresses(text: str, url: str | None) -> None:
    assert page(text).meta.url == url


def test_a_given_address_comes_first() -> None:
    article = page("<link rel=canonical href=https://a.example/x>", url="https://b.example/y")
    assert article.meta.url == "https://b.example/y"


@pytest.mark.parametrize(
    ("head", "cover"),
    [
        ("<meta property=og:image content=https://i.example/a.jpg>", "https://i.example/a.jpg"),
        (ld('{"@type":"Article","image":["https://i.example/a.jpg","b"]}'),
         "https://i.example/a.jpg"),
        (ld('{"@type":"Article","image":[{"@type":"ImageObject","url":"a.jpg"}]}'), "a.jpg"),
        ("<link rel=image_src href=a.jpg>", "a.jpg"),
    ],
)  # fmt: skip
def test_covers(head: str, cover: str) -> None:
    assert page(head).meta.cover == cover


def test_categories_and_language() -> None:
    head = (
        "<meta property=article:section content=Craft><meta property=article:tag content=Bells>"
        "<meta property=og:locale content=en_GB>"
    )
    meta = page(head).meta
    assert (meta.categories, meta.language) == (("Craft", "Bells"), "en-GB")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"@graph":' * 3000 + "1" + "}" * 3000,
        '{"@type":"Article","author":' + "[" * 900 + '"A"' + "]" * 900 + "}",
        '{"@type":"Article","keywords":[' + ",".join(['"k"'] * 50_000) + "]}",
        '{"@type": {"a": 1}, "headline": ["x"]}',
        "null", "3", '"x"', "", "{", "[[[]]]",
    ],
)  # fmt: skip
def test_json_ld_made_to_hurt(text: str) -> None:
    assert page(ld(text) + "<title>T</title>").meta.title in ("T", "x")


# where the article is


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("<!DOCTYPE html><p>x", True),
        ("\n<!-- a --><!-- b -->\n<HTML>", True),
        ("<?xml version='1.0'?><!DOCTYPE html>", True),
        ("<title>x</title>", True),
        ("<p>x</p>", False),
        ("<pre>&lt;!DOCTYPE html></pre>", False),
        ("<header>x</header>", False),
        ("<!-- never closed", False),
        ("<!-- a -->" * 1500 + "<p>x", False),
    ],
)
def test_what_a_page_is(text: str, whole: bool) -> None:
    assert is_page(text) is whole


WORDS = "A sentence that is long enough to be one, and a little longer than that. "


def extracted(body: str) -> str:
    tree = parse_html(f"<body>{body}", Report()).find("body")
    assert tree is not None
    return squeeze(text_of(extract(tree))).replace(squeeze(WORDS), "W")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"<div class=nav>menu</div><div class=entry-content><p>{WORDS}</p></div>", "W"),
        (f"<main><p>{WORDS}</p></main><div class=comments><p>{WORDS * 9}</p></div>", "W"),
        (f"<div class=has-sidebar><h1>t</h1><p>{WORDS}</p></div>", "tW"),
        (f"<article><h1>t</h1><p class=dek>d</p><div><p>{WORDS}</p></div></article>", "dW"),
        (f"<article><h1>t</h1><p>{WORDS}</p><div><p>{WORDS * 2}</p></div></article>", "tWWW"),
        (f"<article><p>{WORDS}</p></article><article><p>{WORDS}</p></article>", "WW"),
        (f"<ul><li>{WORDS}</li><li>{WORDS}</li></ul>", "WW"),
        (f"<div>{WORDS}<br><br>{WORDS}</div><div>foot</div>", "WW"),
        (f"<table><tr><td>menu</td><td><p>{WORDS}</p><p>{WORDS}</p></td></tr></table>", "WW"),
        (f"<table><tr><th>{WORDS}</th></tr><tr><td>{WORDS * 9}</td></tr></table>", "W" * 10),
        ("<p>short</p>", "short"),
        ("", ""),
        (f"<form id=aspnetForm><div id=top>menu</div><div><p>{WORDS}</p></div></form>", "W"),
    ],
)  # fmt: skip
def test_where_the_article_is(body: str, text: str) -> None:
    assert extracted(body) == text


def test_lead_pictures_stay_and_faces_go() -> None:
    body = (
        "<article><img src=/hero.jpg><header><h1>t</h1><img class=avatar src=/a.png>"
        "<img src=/small.png width=40></header>"
        f"<div class=entry-content><p>{WORDS}</p></div></article>"
    )
    article = page("<title>t</title>", body)
    assert [img.get("src") for img in article.body.iter("img")] == ["/hero.jpg"]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (f"<h1 class=menu-title>The Book</h1><p>{WORDS}</p>", "Tides - The Book"),
        (f"<h1>The Book</h1><main><h1>Tides</h1><p>{WORDS}</p></main>", "Tides"),
        (f"<h1><a href=/>The Book</a></h1><h2 class=entry-title>Tides</h2><p>{WORDS}</p>", "Tides"),
        (f"<h1>Tides</h1><p>{WORDS}</p>", "Tides"),
        (f"<h1>Other</h1><p>{WORDS}</p>", "Tides - The Book"),
    ],
)  # fmt: skip
def test_a_heading_tells_which_part_is_the_title(body: str, title: str) -> None:
    assert page("<title>Tides - The Book</title>", body).meta.title == title


def test_what_was_left_out_is_told() -> None:
    report = Report()
    text = f"<!DOCTYPE html><title>t</title><nav>menu</nav><main><p>{WORDS}</p></main>"
    articlekit.parse(text, report=report)
    messages = [each.message for each in report.diagnostics if each.code == "clutter-removed"]
    assert messages == ["4 characters outside the article removed"]


def test_a_fragment_is_never_cut() -> None:
    text = f"<nav>menu</nav><main><p>{WORDS}</p></main><div class=sidebar><p>aside</p></div>"
    assert "aside" in text_of(articlekit.parse(text).body)


def test_pages_of_any_size_take_linear_time() -> None:
    deep = "<div>" * 2_000 + f"<p>{WORDS}</p>"
    wide = f"<div><p>{WORDS}</p></div>" * 5_000
    assert "W" in extracted(deep)
    assert extracted(wide) == "W" * 5_000


NAMES = ("div", "p", "main", "article", "table", "td", "h1", "a", "aside")
ATTRIBUTES = ("", " class=entry-content", " class='comments x'", " hidden", " id=n href=#n")
ENDS = ("</div>", "</p>", "</article>", "</table>", "<img src=a>", "<section class=footnotes>")
TAGS = st.sampled_from(
    [f"<{name}{more}>" for name in NAMES for more in ATTRIBUTES] + [*ENDS, WORDS]
)


@given(st.lists(TAGS, max_size=40).map("".join))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_page_makes_it_raise(body: str) -> None:
    tree = parse_html(f"<body>{body}", Report()).find("body")
    assert tree is not None
    pictures = len(list(tree.iter("img")))
    article = extract(tree)
    assert article.tag == "body"
    assert len(list(article.iter("img"))) <= pictures
    articlekit.parse(f"<!DOCTYPE html>{body}")


def test_a_saved_page_has_its_pictures_beside_it(tmp_path: Path) -> None:
    from server import picture

    source = READING / "page-saved" / "in.html"
    (tmp_path / "page.html").write_bytes(source.read_bytes())
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "photo-frog.png").write_bytes(picture(size=(300, 200)))
    report = articlekit.convert(tmp_path / "page.html", tmp_path / "o.md", offline=True)
    assert [(each.reason, each.width) for each in report.images] == [(None, 300)]


# a page that a browser saved, with the folder of its files

SAVED = """<!DOCTYPE html>
<!-- saved from url=(0032)https://blog.example.org/a/1.html -->
<html lang="zh-CN"><head><meta charset="UTF-8"><title>河边 - 某站</title>
<link rel="stylesheet" href="./河边_files/a.css">
<script src="./河边_files/a.js.下载"></script></head>
<body><nav><a href="/">首页</a></nav><main><article><h1>河边</h1><p>{words}</p>
<p><img src="./河边_files/photo.png" alt="照片"></p>
<p><img src="%E6%B2%B3%E8%BE%B9_files/pic(1).png" srcset="https://blog.example.org/p.png 2x"></p>
<p><img src="./河边_files/640" data-src="https://mmbiz.qpic.cn/x/640?wx_fmt=png"></p>
<p>{words}<a href="../b.html">别的</a></p></article></main>
<footer>版权所有</footer></body></html>"""


def test_a_saved_page_brings_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "河边_files"
    folder.mkdir()
    for number, name in enumerate(("photo.png", "pic(1).png", "640")):
        (folder / name).write_bytes(picture(size=(220 + number, 200)))
    path = tmp_path / "河边.html"
    path.write_text(SAVED.format(words="河水很慢，树下坐着钓鱼的人。" * 9), "utf-8")

    report = articlekit.convert(path, tmp_path / "o.md", tmp_path / "o.epub", offline=True)

    assert report.losses == []
    assert [each.width for each in report.images] == [220, 221, 222]
    text = (tmp_path / "o.md").read_text("utf-8")
    assert "url: https://blog.example.org/a/1.html" in text
    assert "[别的](https://blog.example.org/b.html)" in text
    assert text.count("河水很慢") == 18
    assert "版权" not in text
    assert "首页" not in text
