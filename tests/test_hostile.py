"""Hostile input through the whole way of reading: an article or an ArticlekitError, no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

import articlekit
from articlekit.errors import ArticlekitError
from articlekit.html import to_xhtml
from articlekit.model import Source
from articlekit.reading import all_transforms, read_source
from articlekit.report import CODES, Report
from articlekit.transforms.normalise import normalise
from normal_form import faults

TRANSFORMS = all_transforms()

BEGINNINGS = ["", "", "\ufeff", "---\n", "---\ntitle: ", "+++\n", "{", '{"title":', ";;;\n", "\0"]
TAGS = (
    "p div b i em a span font code pre ul ol li dl dt dd table tr td th caption thead h1 h3 sup "
    "blockquote figure figcaption details summary ruby rt rp section svg math mi path image g "
    "script style noscript template select option button form input iframe video object img "
    "br hr textarea title meta base link head body html frameset dfn x:y 1a article main"
).split()
ATTRIBUTES = (
    "class=highlight class='language-c' class=footnotes id=fn1 id=a href=#fn1 href=#a "
    "href=javascript:x href=http:// src=a.png src=data:,x src=// srcset='a 2x,b' lang=zz dir=rtl "
    "style='display:none' style='font-weight:bold' data-src=b.jpg width=1 height=1 onclick=x "
    'xmlns=x xlink:href=#a é=1 rel=canonical content=x name=a hidden type=checkbox colspan=9 ="'
).split(" ")
TEXTS = [
    *"x 。\u3000\n<>&\"'=-{}[]:#",
    "&#1;",
    "&lt;b&gt;",
    "```",
    "$$x$$",
    "[1]",
    "中文",
    "\0",
    "--",
]

starts = st.builds(
    "<{} {}>".format,
    st.sampled_from(TAGS),
    st.lists(st.sampled_from(ATTRIBUTES), max_size=3).map(" ".join),
)
pieces = st.one_of(
    starts,
    starts,
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(TEXTS),
    st.text(max_size=4),
)
pages = st.builds(
    lambda beginning, parts: (beginning + "".join(parts)).encode("utf-8", "replace"),
    st.sampled_from(BEGINNINGS),
    st.lists(pieces, max_size=30),
)


@given(pages | st.binary(max_size=200))
@example(b"<blockquote>" * 61 + b"<p>x")
@example(b"<ul>" * 61 + b"<li><p>x<table><td>y<caption>z<dd>")
@settings(max_examples=600, deadline=None, derandomize=True)
def test_any_page_is_an_article_in_the_normal_form_or_refused(data: bytes) -> None:
    report = Report()
    try:
        articles = read_source(Source("a.html", data), TRANSFORMS, report)
    except ArticlekitError:
        return
    assert set(report.counts()) <= set(CODES)
    for article in articles:
        assert faults(article.body) == []
        text = to_xhtml(article.body)
        etree.fromstring(text, etree.XMLParser(huge_tree=True))
        again = Report()
        assert to_xhtml(normalise(article, again).body) == text
        assert again.diagnostics == []


@pytest.mark.parametrize("tag", ["blockquote", "ul><li", "b", "table><tr><td", "details", "ruby"])
@pytest.mark.parametrize("count", [58, 60, 62, 64, 300])
def test_the_normal_form_of_deep_pages_is_settled(tag: str, count: int) -> None:
    page = f"<title>T</title><html lang=en>{f'<{tag}>x' * count}<p>y<ul><li>z<p>w".encode()
    for article in read_source(Source("a.html", page), TRANSFORMS, Report()):
        assert faults(article.body) == []
        again = Report()
        text = to_xhtml(article.body)
        assert to_xhtml(normalise(article, again).body) == text
        assert again.diagnostics == []


# Addresses that some parser or other refuses, in the places that a table of rules looks for.
ADDRESSES = (
    "http://[ http://[::1 //[x]/ https://%zz/ http://\uff0e\uff0e/ // http://a:99999/ "
    "https:\\\\a http://\u2100/ data: ? # http://xn--/ mailto: http://a\u3000b/"
).split(" ")
PLACES = [
    "<img src='{}&tex=x'>",
    "<img src='{}latex.codecogs.com/svg.image?x'>",
    "<img src='{}www.zhihu.com/equation?tex=x'>",
    "<img srcset='{} 2x' data-src='{}'>",
    "<a href='{}link.juejin.cn?target=x'>a</a>",
    "<a href='https://link.zhihu.com/?target={}'>a</a>",
    "<a href='{}?utm_source=x'>a</a>",
    "<iframe src='{}www.youtube.com/embed/x'></iframe>",
    "<video src='{}' poster='{}'></video>",
    "<blockquote class=twitter-tweet><a href='{}'>a</a></blockquote>",
    "<script src='{}gist.github.com/a/b.js'></script>",
    "<area href='{}'>",
    "<base href='{}'>",
    "<link rel=canonical href='{}'>",
    "<meta property=og:image content='{}'>",
    "<sup data-url='{}' data-text=a data-numero=1>[1]</sup>",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_stops_an_article(address: str) -> None:
    body = "".join(place.replace("{}", address) for place in PLACES)
    front = f"---\ntitle: T\nurl: '{address}'\nheadimg: '{address}'\n---\n"
    for text in (front + body, f"<!DOCTYPE html><html><head>{body}</head><body>{body}", body):
        (article,) = read_source(Source("a.html", text.encode()), TRANSFORMS, Report())
        assert faults(article.body) == []


# What no XML may hold, by ways that the text itself does not show.
ESCAPED = {
    "json-ld": (
        '<!DOCTYPE html><script type="application/ld+json">{"@type":"Article","headline":"a%sb",'
        '"author":{"name":"x%sy"},"description":"d%s","keywords":["k%s"]}</script><p>words</p>'
    ),
    "json feed": (
        '{"version":"https://jsonfeed.org/version/1.1","title":"a%sb","items":[{"id":"1",'
        '"title":"t%su","content_html":"<p>x%sy</p>","authors":[{"name":"n%s"}],"tags":["g%s"],'
        '"attachments":[{"url":"https://e.org/%s.zip","mime_type":"a/b","title":"t%s"},'
        '{"url":"http://[%s","mime_type":"audio/mpeg","title":"t%s"}]}]}'
    ),
    "json": '{"title":"a%sb","x%s":{"y":["z%s"]},"author":"n%s"}\n<p>words</p>',
    "toml": '+++\ntitle = "a%sb"\nx = ["y%s"]\n+++\n<p>words</p>',
    "yaml": '---\ntitle: "a%sb"\nx: ["y%s"]\n---\n<p>words</p>',
}


@pytest.mark.parametrize("kind", ESCAPED)
@pytest.mark.parametrize("escape", ["\\u0001", "\\ud83d", "\\uffff", "\\u0000"])
def test_what_no_xml_may_hold_reaches_no_writer(kind: str, escape: str, tmp_path: Path) -> None:
    source = tmp_path / ("in.json" if kind == "json feed" else "in.html")
    source.write_text(ESCAPED[kind].replace("%s", escape), "utf-8")
    targets = [tmp_path / name for name in ("o.epub", "o.md", "o.html")]
    articlekit.convert(source, *targets, offline=True)
    assert all(target.stat().st_size for target in targets)


def test_controls_in_the_address_of_a_formula() -> None:
    page = b"<p><img src='https://latex.codecogs.com/svg.image?a%01b'></p>"
    (article,) = read_source(Source("a.html", page), TRANSFORMS, Report())
    assert faults(article.body) == []
