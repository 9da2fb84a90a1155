"""Blocks that are taken as they stand are those that would be built."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from articlekit.html import parse_html, to_xhtml
from articlekit.model import Element
from articlekit.report import Report
from articlekit.transforms.plain import plain_runs

# The package has a function of this name.
normalise = import_module("articlekit.transforms.normalise")

CASES = sorted(Path(__file__).parent.glob("cases/*/*/in.html"))

often = settings(max_examples=1500, deadline=None, derandomize=True)


def raw(html: str) -> Element:
    body = parse_html(html, Report()).find("body")
    assert body is not None
    return body


def outcome(html: str | Element) -> tuple[str, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    body = raw(html) if isinstance(html, str) else html
    made = normalise.normalise_body(body, lambda code, message: told.append((code, message)))
    return to_xhtml(made), told


def built(html: str | Element) -> tuple[str, list[tuple[str, str]]]:
    """What comes of a body in which no block is taken to be plain."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normalise, "plain_runs", lambda _: [])
        return outcome(html)


def plain(html: str) -> list[list[object]]:
    return [[block.tag for block in run] for run in plain_runs(raw(html))]


def test_the_cases() -> None:
    runs = 0
    for path in CASES:
        html = path.read_text("utf-8", "replace").replace("\0", "")
        assert outcome(html) == built(html), path
        runs += len(plain(html))
    assert runs > len(CASES)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>one</p>\n<h2 id=a>two</h2>", [["p", "h2"]]),
        ("<p>a <em>b</em>, <b>c</b> &amp; <a href='https://example.org/x?y=1&z#a'>d</a>", [["p"]]),
        ("<p>one</p>between<p>two</p>", [["p"], ["p"]]),
        ("<p>x</p><dl><dd>y</dl><ul>\n<li>z</li>\n</ul>", [["p"], ["ul"]]),
        (
            "<p>x</p><table>\n<thead><tr><th scope=col>y<th>z</th>\n</tr></thead>\n"
            "<tr>\n<td>1<td>2</table>\n<table><tr><th scope=row>a<td>b</table>",
            [["p", "table", "table"]],
        ),
        ("<blockquote>\n<p>x</p> <h3>y</h3></blockquote><ol><li>z</ol>", [["blockquote", "ol"]]),
        ("<div><p>x</div><div><p>y</p><p>z</div>", [["p"], ["p", "p"]]),
    ],
)
def test_plain_blocks(html: str, found: list[list[object]]) -> None:
    assert plain(html) == found
    assert outcome(html) == built(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a  b",
        "<p>a\nb",
        "<p> a",
        "<p>a </p>",
        "<p>a<em> b</em>",
        "<p>a<em>b </em>c",
        "<p>a<em></em>b",
        "<p></p>",
        "<p class=x>a",
        "<p id='a b'>a",
        "<p onclick=x>a",
        "<p>a<br>b",
        "<p>a<img src=x>",
        "<p>a<em>b<strong>c</strong></em>",
        "<p>a<em id=x>b</em>",
        "<p>a<b id=x>b</b>",
        "<p><a href='javascript:x'>b</a>",
        "<p><a href='https://xn--a/'>b</a>",
        "<p><a href='https://1.2.3.4.5/'>b</a>",
        "<p><a href='https://a.b.c:99999/'>b</a>",
        "<p><a href=' https://example.org'>b</a>",
        "<p><a href='https://example.org' title=x>b</a>",
        "<p><span>a</span>",
        "<p><rt>a</rt>",
        "<ul>text<li>a</li></ul>",
        "<table><thead><tr><th>a</table>",
        "<table><tr><td>a<tfoot><tr><td>b</table>",
        "<table><caption>c</caption><tr><td>b</table>",
        "<table><tr><td>a</table></table>".replace("a", ""),
        "<table><tr><td colspan=2>a</table>",
        "<table><tr><td scope=col>a</table>",
        "<table><tr><th scope=rowgroup>a</table>",
        "<table><tr></tr></table>",
        "<ul></ul>",
        "<blockquote>text</blockquote>",
        "a",
    ],
)
def test_what_is_not_plain(html: str) -> None:
    assert plain(html) == []


def test_a_run_stands_only_where_blocks_may() -> None:
    for html in (
        "<b><p>x</p></b>",
        "<h2>a<div><p>x</p></div></h2>",
        "<ul><p>x</p></ul>",
        "<ul><li>a<p>x</p></li></ul>",
        "<table><caption><p>x</p></caption><tr><td><p>x</p><p>y</p></table>",
        "<a name=here></a><a href='#here'>b</a><p>x</p>",
        "<div id=here></div><p>x</p><p>y</p>",
        "<div lang=en><p>x</p></div><p>y</p>",
        "<blockquote>" * 80 + "<p>x</p>",
        "text<p>x</p>text",
    ):
        assert plain(html), html
        assert outcome(html) == built(html)


def test_a_tree_with_remarks_is_built() -> None:
    body = etree.fromstring("<body><!-- <p> --><p>x</p><?p <p>?></body>")
    assert not list(plain_runs(body))
    assert outcome(body) == built(body)


def test_the_body_is_left_as_it_is() -> None:
    body = raw("<p>a<b>b</b></p>\n<ul>\n<li>c</ul>text")
    before = etree.tostring(body)
    outcome(body)
    assert etree.tostring(body) == before


PIECES = st.sampled_from(
    """
    <p> </p> <p>x</p> <h2~id=b>y</h2> <ul><li>z</li>~</ul> <blockquote><p>x</p></blockquote> <em>
    </em> <b> </b> <i>x</i> <code> </code> <a~href='https://example.org/'> </a> <a~href=#b>b</a>
    <a~name=c></a> <div> </div> <div~id=d> <div~lang=en> <table><tr><td> </table> <ul> <ol> </ul>
    <li> <dl> <dt> <dd> <blockquote> </blockquote> <br> <img~src=x> <pre> </pre> <hr> <span> <q>
    </span> x y. ~ ~~ &amp; &lt; 水 <figure> <figcaption> <details> <summary> <p~id=c> <p~id=a>
    <table><tr><td>x<td>y~</table> <table><thead><tr><th>z</thead><tr><td>1</table> </tr>
    <script>x</script> <u>x~</u> <sub>~x</sub> <ruby> <rt> <rp> &nbsp;
    """.split()
).map(lambda piece: piece.replace("~", " "))


@given(st.lists(PIECES, max_size=25).map("".join))
@example("<p>x</p> <p>y</p>")
@often
def test_any_page(html: str) -> None:
    assert outcome(html) == built(html)
