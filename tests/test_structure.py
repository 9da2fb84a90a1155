"""What a page says in styles becomes structure: emphasis, paragraphs, headers; no word is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articlekit.html import parse_html, text_of, to_xhtml
from articlekit.model import Article, Element, Meta, Origin
from articlekit.reading import apply
from articlekit.report import Report
from articlekit.transforms.headings import drop_empty
from articlekit.transforms.normalise import normalise
from articlekit.transforms.style import drop_indents, name_emphasis, part_paragraphs
from articlekit.transforms.tables import mend_tables
from normal_form import faults

often = settings(max_examples=300, deadline=None, derandomize=True)
SHAPING = (name_emphasis, mend_tables, part_paragraphs, normalise, drop_indents, drop_empty)


def shaped(html: str) -> tuple[Element, Report]:
    report = Report()
    raw = parse_html(html, report).find("body")
    assert raw is not None
    article = apply(SHAPING, Article("a", Meta("t"), raw, Origin("a.html")), report)
    return article.body, report


def result(html: str) -> str:
    return to_xhtml(shaped(html)[0]).removeprefix("<body>").removesuffix("</body>")


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<span style='font-weight:bold'>a</span>", "<p><strong>a</strong></p>"),
        ("<span style='font-weight: 700'>a</span>", "<p><strong>a</strong></p>"),
        ("<font style='font-style:italic'>a</font>", "<p><em>a</em></p>"),
        (
            "<span style='color:red;font-weight:bolder;font-style:italic'>a</span>",
            "<p><strong><em>a</em></strong></p>",
        ),
        ("<span style='text-decoration: underline dotted'>a</span>", "<p><u>a</u></p>"),
        ("<span style='text-decoration-line:line-through'>a</span>", "<p><del>a</del></p>"),
        ("<p style='font-weight:bold'>a</p>", "<p><strong>a</strong></p>"),
        ("<li style='font-weight:600'>a</li>", "<ul><li><strong>a</strong></li></ul>"),
        (
            "<a href='/x' style='font-weight:bold'>a</a>",
            '<p><a href="/x"><strong>a</strong></a></p>',
        ),
        ("<a href='/x' style='text-decoration:underline'>a</a>", '<p><a href="/x">a</a></p>'),
        ("<strong><span style='font-weight:bold'>a</span></strong>", "<p><strong>a</strong></p>"),
        ("<h2 style='font-weight:bold'>a</h2>", "<h2>a</h2>"),
        ("<h2><span style='font-weight:bold'>a</span></h2>", "<h2>a</h2>"),
        ("<b style='font-weight:normal'><p>a</p></b>", "<p>a</p>"),
        ("<div style='font-weight:bold'><p>a</p><p>b</p></div>", "<p>a</p><p>b</p>"),
        ("<span style='font-weight:400'>a</span>", "<p>a</p>"),
        ("<span style='font-weight:bold'> </span>a", "<p>a</p>"),
        ("<pre><span style='font-weight:bold'>a</span></pre>", "<pre><code>a</code></pre>"),
    ],
)
def test_emphasis_by_style(html: str, wanted: str) -> None:
    assert result(html) == wanted


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("one<br><br>two", "<p>one</p><p>two</p>"),
        ("one<br> \n<br/>&nbsp;<br>two", "<p>one</p><p>two</p>"),
        ("one<br>two", "<p>one<br/>two</p>"),
        ("<p><b>one<br><br>two</b></p>", "<p><strong>one</strong></p><p><strong>two</strong></p>"),
        (
            "<blockquote>one<br><br>two</blockquote>",
            "<blockquote><p>one</p><p>two</p></blockquote>",
        ),
        ("<ul><li>one<br><br>two</li></ul>", "<ul><li><p>one</p><p>two</p></li></ul>"),
        ("<h2>one<br><br>two</h2>", "<h2>one two</h2>"),
        ("<pre>one<br><br>two</pre>", "<pre><code>one\n\ntwo</code></pre>"),
        ("<p>　　one<br>　　two<br>three</p>", "<p>one</p><p>two<br/>three</p>"),
        ("<p>one<br>　　two</p>", "<p>one<br/>　　two</p>"),
        ("<p>　　one</p>", "<p>one</p>"),
        ("<p>&emsp;&emsp;one</p>", "<p>one</p>"),
        ("<p>&nbsp; &nbsp; one</p>", "<p>one</p>"),
        ("<p><strong>　　one</strong> two</p>", "<p><strong>one</strong> two</p>"),
        ("<p>　　　　　　　　one</p>", "<p>　　　　　　　　one</p>"),
        ("<p>one　two</p>", "<p>one　two</p>"),
        ("<p>&nbsp;</p><p>　　</p><p>a</p>", "<p>a</p>"),
        ("<p id=here>&nbsp;</p><p><a href=#here>a</a></p>", None),
        ("<p>&nbsp;<img src=a.png></p>", None),
        ("<blockquote><p>&nbsp;</p></blockquote><p>a</p>", "<p>a</p>"),
        ("<p style='text-align:center'>* * *</p>", "<p>* * *</p>"),
        ("<p dir=rtl>a</p>", '<p dir="rtl">a</p>'),
        ("<p><b>A short line</b></p><p>a</p>", "<p><strong>A short line</strong></p><p>a</p>"),
        ("<section><section><p>a</p></section>b</section>", "<p>a</p><p>b</p>"),
        (
            "<p><span style='display:block'>a</span><span style='display: block'>b</span></p>",
            "<p>a</p><p>b</p>",
        ),
        ("<p>a<span style='display:inline-block'>b</span></p>", "<p>ab</p>"),
        ("<h2>a<span style='display:block'>b</span></h2>", "<h2>a b</h2>"),
    ],
)
def test_paragraphs(html: str, wanted: str | None) -> None:
    body, report = shaped(html)
    assert faults(body) == []
    assert report.diagnostics == []
    if wanted is not None:
        assert result(html) == wanted
    else:
        assert body.find(".//*[@id='here']") is not None or body.find(".//img") is not None


HEAD = "<thead><tr>{}</tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody>"
TWO = '<th scope="col">a</th><th scope="col">b</th>'


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("<tr><td><b>a</b><td><strong>b</strong><tr><td>1<td>2", HEAD.format(TWO)),
        ("<tr><td style='font-weight:bold'>a<td><b>b</b><tr><td>1<td>2", HEAD.format(TWO)),
        ("<tr style='background:#eee'><td>a<td>b<tr><td>1<td>2", HEAD.format(TWO)),
        ("<tr><td bgcolor=#eee>a<td bgcolor=#eee>b<tr><td>1<td>2", HEAD.format(TWO)),
        ("<tr><th>a<th>b<tr><td>1<td>2", HEAD.format(TWO)),
        ("<thead><tr><td>a<td><b>b</b><tbody><tr><td>1<td>2", HEAD.format(TWO)),
        (
            "<thead><tr><td>1<td>2",
            "<thead><tr><td>1</td><td>2</td></tr></thead>",
        ),
        (
            "<tr><td><td><b>b</b><td><b>c</b><tr><td>1<td>2<td>3",
            '<thead><tr><th scope="col"></th><th scope="col">b</th><th scope="col">c</th></tr>'
            "</thead>"
            "<tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody>",
        ),
        (
            "<tr><td><b>a</b><td>b<tr><td>1<td>2",
            "<tbody><tr><td><strong>a</strong></td><td>b</td></tr><tr><td>1</td><td>2</td></tr>"
            "</tbody>",
        ),
        (
            "<tr bgcolor=#eee><td>a<td>b<tr><td>1<td>2<tr bgcolor=#eee><td>3<td>4",
            "<tbody><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr>"
            "<tr><td>3</td><td>4</td></tr></tbody>",
        ),
        (
            "<tr><th rowspan=2>a<th>b<tr><td>2",
            '<tbody><tr><th rowspan="2">a</th><th>b</th></tr><tr><td>2</td></tr></tbody>',
        ),
        (
            "<tr><th>a<td>1<tr><th>b<td>2",
            '<tbody><tr><th scope="row">a</th><td>1</td></tr><tr><th scope="row">b</th><td>2'
            "</td></tr>"
            "</tbody>",
        ),
    ],
)
def test_header_cells(rows: str, wanted: str) -> None:
    assert result(f"<table>{rows}</table>") == f"<table>{wanted}</table>"


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<table><tr><td>a</td></tr></table>", "<p>a</p>"),
        ("<table role=presentation><tr><td>a<td>b</table>", "<p>a</p><p>b</p>"),
        ("<table><tr><td><h2>a</h2><td>b</table>", "<h2>a</h2><p>b</p>"),
        ("<table><tr><td><p>a</p><tr><td><p>b</p></table>", "<p>a</p><p>b</p>"),
        ("<table><caption>c</caption><tr><td>a</table>", None),
        ("<table><tr><td>a<tr><td>b</table>", None),
        ("<table><tr><td>a<td><pre>b</pre></table>", None),
        ("<table><tr><th>a</table>", None),
    ],
)
def test_tables_of_layout(html: str, wanted: str | None) -> None:
    body, report = shaped(html)
    if wanted is None:
        assert body.find("table") is not None
        assert report.diagnostics == []
    else:
        assert result(html) == wanted
        assert report.counts() == {"structure-mended": 1}


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<p style='font-weight:bold'>",
        "<span style='font-weight:700;font-style:italic'>",
        "</span>",
        "<b>",
        "</b>",
        "<b style='font-weight:normal'>",
        "<br>",
        "<br><br>",
        "<br>　　",
        "　　",
        "&nbsp;",
        "{}",
        " {} ",
        "<section>",
        "</section>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<th>",
        "<td><b>{}</b></td>",
        "<tr bgcolor=red>",
        "<table role=none>",
        "<tbody>",
        "<thead>",
        "<h2>",
        "</h2>",
        "<ul>",
        "<li>",
        "</ul>",
        "<pre>",
        "</pre>",
        "<blockquote>",
        "</blockquote>",
        "<dl><dt>",
        "<dd>",
        "<a href=/x style='text-decoration:line-through'>",
        "</a>",
        "<div style='font-weight:bold'>",
        "</div>",
        "<caption>",
        "<ruby>{}<rt>{}</rt></ruby>",
        "<u style='font-style:italic'>",
        "</u>",
        "<p dir=rtl>",
    ]
)


def _with_words(parts: list[str]) -> str:
    html = "".join(parts)
    return html.replace("{}", "w{}w").format(*range(html.count("{}")))


@given(st.lists(PIECES, max_size=25).map(_with_words))
@example("<table><tr><td>w0w<table role=none><tr><th>w1w")
@often
def test_no_word_is_lost_and_none_changes_places(html: str) -> None:
    """Beside what `normalise` alone would do to the same page."""
    raw = parse_html(html, Report()).find("body")
    again = parse_html(html, Report()).find("body")
    assert raw is not None
    assert again is not None
    body, _ = shaped(html)
    assert faults(body) == []
    article = apply(SHAPING[:3], Article("a", Meta("t"), again, Origin("a.html")), Report())
    assert _letters(article.body) == _letters(raw)
    assert sorted(_letters(body)) == sorted(_letters(raw))


def _letters(element: Element) -> str:
    return "".join(text_of(element).split())


@given(st.lists(PIECES, max_size=25).map(_with_words))
@often
def test_the_shape_is_settled(html: str) -> None:
    once, _ = shaped(html)
    before = to_xhtml(once)
    twice = apply(SHAPING, Article("a", Meta("t"), once, Origin("a.html")), Report())
    assert to_xhtml(twice.body) == before
