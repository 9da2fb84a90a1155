"""A page's nesting is bounded before it is parsed: deep or hostile, it takes linear time."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from articlekit.html import MAX_DEPTH, parse_html, text_of
from articlekit.nesting import bound_nesting
from articlekit.nesting.plain import _becomes_little, is_plain
from articlekit.nesting.scan import _Scan
from articlekit.report import Report

often = settings(max_examples=300, deadline=None, derandomize=True)
FEW = 20  # levels, so that small pages are deep


def bounded(text: str, most: int) -> tuple[str, int]:
    """Bound also a page that is too short to need it."""
    scan = _Scan(text, most)
    scan.run()
    result = scan.result()
    return result.text, result.flattened


def measure(text: str) -> tuple[int, str]:
    """The depth of a page's tree as lexbor builds it, and its text."""
    deepest, parts = 0, []
    pending = [(LexborHTMLParser(text).root, 1)]
    while pending:
        node, depth = pending.pop()
        if node is None:
            continue
        pending.append((node.next, depth))
        if node.is_text_node:
            parts.append(node.text_content or "")
        elif node.is_element_node:
            deepest = max(deepest, depth)
            pending.append((node.first_child, depth + 1))
    return deepest, "".join(parts)


def words(text: str) -> list[str]:
    return re.findall(r"w\d+w", text)


# pages that need no bound

PLAIN = (
    "<!DOCTYPE html><html lang=en><head><title>a <b> c</title><style>p > a { x: '<p>' }</style>"
    "<script>if (a < b && '</p>') x = '<div>'</script><body class='a > b'>"
    "<p>one<p>two <b>bold <i>both</b> italic</i><ul><li>a<li>b<ul><li>c</ul></ul>"
    "<table><tr><td>1<td>2<tr><th>3</table><dl><dt>a<dd>b<dt>c</dl><select><option>1<option>2"
    "</select><!-- <div> --><a href='x>y'>link<a href=z>other</a><svg><g><path/></g></svg>"
    '<img alt="<p>"><textarea><p></textarea><pre>\n a < b</pre><h1>x<h2>y</h2>\u3000text\n'
)


@pytest.mark.parametrize("times", [1, 200])
def test_a_page_that_nests_as_pages_do_is_left_as_it_is(times: int) -> None:
    text = PLAIN * times
    assert bounded(text, FEW) == (text, 0)
    assert bound_nesting(text, MAX_DEPTH).text == text


@pytest.mark.parametrize("opening", ["<p>", "<li>", "<dt>", "<dd>", "<option>", "<h2>", "<tr><td>"])
def test_what_ends_by_itself_is_not_deep(opening: str) -> None:
    text = "<table>" * opening.startswith("<tr") + f"{opening}word " * 600
    assert bounded(text, FEW) == (text, 0)


# pages that do

TAGS = (
    "a b i em span font nobr code u ruby rt label x-y svg math mi div p ul li ol dl dt dd h1 h2 "
    "blockquote section table tr td th tbody caption button form details fieldset select option "
    "object foreignObject"
).split()
starts = st.builds(
    "<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(["", "", " a=1", " color=x", "/"])
)
pieces = st.one_of(
    starts,
    starts,
    starts,
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(["w{}w ", "<br>", "<!-- <p> -->", "<script><b></script>", "<input>"]),
)


def numbered(parts: list[str]) -> str:
    return "".join(part.replace("{}", str(n)) for n, part in enumerate(parts))


@given(st.lists(pieces, min_size=30, max_size=150).map(numbered))
@example("<table><tr><td>" * 30 + "w1w")
@example("<div>" * 40 + "w1w" + "</div>" * 40 + "w2w")
@often
def test_a_hostile_page_keeps_its_words_and_is_hardly_deeper(text: str) -> None:
    before, after = measure(text), measure(bounded(text, FEW)[0])
    assert Counter(words(after[1])) == Counter(words(before[1]))
    assert after[0] <= 3 * FEW


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote", "font", "span", "a><i"])
def test_the_words_of_a_deep_page_keep_their_order(tag: str) -> None:
    count = 3000
    text = "".join(f"<{tag}>w{number}w " for number in range(count))
    report = Report()
    tree = parse_html(text, report)
    assert words(text_of(tree)) == [f"w{number}w" for number in range(count)]
    assert report.counts()["nesting-flattened"] == 1


def test_words_behind_deep_elements_keep_their_order() -> None:
    count = 2000
    text = "".join(f"<div>w{number}w " for number in range(count))
    text += "".join(f"</div>w{number}w " for number in range(count, 2 * count))
    assert words(text_of(parse_html(text, Report()))) == [f"w{n}w" for n in range(2 * count)]


# linear time: each of these takes minutes, or all memory, without a bound

HOSTILE = {
    "divs": "<div>" * 100_000,
    "bold": "<b>" * 100_000,
    "lists": "<ul><li>" * 50_000,
    "quotes": "<blockquote>" * 100_000,
    "tables": "<table><tr><td>" * 33_000,
    "formats in paragraphs": "".join(f"<p><font size={n}>x" for n in range(30_000)),
    "formats": "".join(f"<font size={n}>" for n in range(50_000)),
    "misnested": "<b>" * 30_000 + "<div></b>" * 30_000,
    "paragraphs": "<p>x" * 100_000,
    "links in links": "<a href=x>y" * 50_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
    "attributes of the page": "".join(f"<html a{n}=1>" for n in range(50_000)),
    "ends of nothing": "<span>" * 30_000 + "</x>" * 30_000,
    "drawings": "<svg>" + "<g>" * 100_000,
    "definitions": "<dl><dd>" * 50_000,
    "remarks": "x<!-- -->" * 100_000,
    "unclosed attributes": "<p a='" * 50_000,
    "tags unclosed": "<p " * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_parsed_in_linear_time(name: str) -> None:
    start = time.perf_counter()
    parse_html(HOSTILE[name], Report())
    assert time.perf_counter() - start < 20


def test_too_many_attributes_are_told() -> None:
    report = Report()
    text = "<p " + " ".join(f"a{n}=1" for n in range(5000)) + ">x"
    body = parse_html(text, report).find("body")
    assert body is not None
    assert len(body[0].attrib) == 512
    assert [found.message for found in report.diagnostics] == [
        "4488 attributes left out, of elements with too many to be read"
    ]


# pages that are told to be harmless at a look


HARMLESS = (
    "<div class='a'><p>text <b>bold</b><br>more</p></div>" * 3_000,
    "<p>a" * 30_000,
    "<ul><li>a<li>b</ul>" * 10_000,
)
HARMFUL = (
    "<div></x>" * 5_000,  # ends that end nothing
    "<b><table></b></table>" * 5_000,  # nor does this one, though it has its start
    "<p>" + "".join(f"<b id={n}>" for n in range(500)) + "</p>" + "<p>x</p>" * 20_000,
    '<i a="></i><b a="></b>' * 3_000,  # tags in attributes
    "<p " + " ".join(f"a{n}" for n in range(5_000)) + ">",
    "<form><table><form>x</form></table></form>" * 2_000,
    "<div>" * 5_000 + "</div>" * 5_000,
)


@pytest.mark.parametrize("page", HARMLESS)
def test_harmless_pages_are_told_at_a_look(page: str) -> None:
    assert is_plain(page)


@pytest.mark.parametrize("page", HARMFUL)
def test_harmful_pages_are_looked_at(page: str) -> None:
    assert not is_plain(page)


ELEMENTS = st.sampled_from(
    "b i a nobr p div li ul table tr td tbody caption select option button svg math mi h1 dd dl "
    "foreignObject title template object span textarea ruby rt".split()
)
trees = st.recursive(
    ELEMENTS.map("<{0}>x</{0}>".format),
    lambda inner: st.builds(
        lambda name, kids: f"<{name}>{''.join(kids)}</{name}>",
        ELEMENTS,
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


@given(st.lists(trees, min_size=1, max_size=3).map("".join))
@often
def test_what_is_taken_for_harmless_leaves_nothing_open(unit: str) -> None:
    """Elements with both their tags and only such in them: their repetition nests no deeper."""
    page = unit * 30
    if _becomes_little(page, most=0):
        assert measure(page)[0] <= measure(unit)[0] + 4
