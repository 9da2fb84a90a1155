"""The bridge from any text to an lxml tree, and the trees' way back to text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from articlekit.html import (
    MATHML,
    MAX_DEPTH,
    SVG,
    VOID,
    TextJoiner,
    append_text,
    parse_html,
    remove,
    strip_controls,
    text_of,
    to_html,
    to_xhtml,
)
from articlekit.model import Element
from articlekit.report import Report

often = settings(max_examples=300, deadline=None, derandomize=True)


def page(text: str, report: Report | None = None) -> Element:
    return parse_html(text, report if report is not None else Report(), "a.html")


def body(text: str, report: Report | None = None) -> Element:
    found = page(text, report).find("body")
    assert found is not None
    return found


def inner(text: str) -> str:
    return to_xhtml(body(text)).removeprefix("<body>").removesuffix("</body>")


def codes(text: str) -> list[str]:
    report = Report()
    page(text, report)
    return [found.code for found in report.diagnostics]


# the tree


@pytest.mark.parametrize(
    "text", ["", "   \n", "<!-- only a remark -->", "<!DOCTYPE html>", "</p", "<"]
)
def test_a_page_has_a_head_and_a_body_always(text: str) -> None:
    html = page(text)
    assert html.tag == "html"
    assert [child.tag for child in html] == ["head", "body"]


def test_a_frameset_has_a_body_too() -> None:
    html = page("<html><frameset cols='1,2'><frame src=a.html></frameset></html>")
    assert html.find("body/frame") is not None


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("one<p>two", "one<p>two</p>"),
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<table>one<tr><td>two", "one<table><tbody><tr><td>two</td></tr></tbody></table>"),
        ("<b>one<i>two</b>three</i>", "<b>one<i>two</i></b><i>three</i>"),
        ("a<!-- b -->c<?php d ?>e", "ace"),
        ("&lt;b&gt; &amp;amp; &nbsp;&copy", "&lt;b&gt; &amp;amp; \xa0©"),
        ("<IMG SRC=a.png>", '<img src="a.png"/>'),
        ("<p CLASS=a class=b>x", '<p class="a">x</p>'),
        (
            "<div><noscript><p>one</p></noscript></div>",
            "<div><noscript><p>one</p></noscript></div>",
        ),
        ("x<script>a < b</script>", "x<script>a &lt; b</script>"),
        ("<a id=x></a><span></span>", '<a id="x"></a><span></span>'),
        ("one\rtwo\r\nthree", "one\ntwo\nthree"),
    ],
)
def test_the_tree_is_a_browsers(text: str, tree: str) -> None:
    assert inner(text) == tree


def test_the_page_keeps_its_own_attributes() -> None:
    html = page("<html lang=ja class=x><body id=top>x")
    assert html.get("lang") == "ja"
    assert html.find("body[@id='top']") is not None


# names and characters that XML rejects


@pytest.mark.parametrize(
    ("text", "tree", "names"),
    [
        ('<a"b>x</a"b>', "<x-a-b>x</x-a-b>", ["'a\"b'"]),
        ("<o:p>x</o:p><o:p>y</o:p>", "<x-o-p>x</x-o-p><x-o-p>y</x-o-p>", ["'o:p'"]),
        ("<p 1st=a>x", "<p>x</p>", ["'1st'"]),
        ("<p @click=a :key=b v-on:x=c>x", "<p>x</p>", ["'@click'", "':key'", "'v-on:x'"]),
        ("<p é=1 title=2>x", '<p title="2">x</p>', ["'é'"]),
        ("<p xmlns=a xmlns:b=c>x", "<p>x</p>", []),
        ("<p data-x.y_z=1>x", '<p data-x.y_z="1">x</p>', []),
    ],
)
def test_names_that_xml_rejects(text: str, tree: str, names: list[str]) -> None:
    report = Report()
    assert to_xhtml(body(text, report)) == f"<body>{tree}</body>"
    assert [found.code for found in report.diagnostics] == ["name-dropped"] * len(names)
    assert [found.message for found in report.diagnostics] == [f"no XML name: {n}" for n in names]
    assert {found.source for found in report.diagnostics} <= {"a.html"}


@pytest.mark.parametrize("number", [0, 1, 8, 0xB, 0xC, 0x1F, 0xFFFE, 0xFFFF, 0xD800])
def test_characters_that_xml_rejects(number: int) -> None:
    report = Report()
    assert text_of(body(f"<p>a{chr(number)}b</p>", report)) == "ab"
    assert [found.code for found in report.diagnostics] == ["control-characters"]
    assert report.diagnostics[0].message == "1 control characters removed"


@pytest.mark.parametrize("entity", ["&#1;", "&#x1;", "&#11;", "&#xFFFE;", "&#65535;", "&#x1F;"])
def test_entities_of_characters_that_xml_rejects(entity: str) -> None:
    tree = body(f"<p title='c{entity}d'>a{entity}b</p>")
    assert text_of(tree) == "ab"
    assert [each.get("title") for each in tree] == ["cd"]
    assert etree.fromstring(to_xhtml(tree)) is not None


@pytest.mark.parametrize("entity", ["&#0;", "&#xD800;", "&#x110000;"])
def test_entities_of_no_character(entity: str) -> None:
    assert text_of(body(f"<p>a{entity}b</p>")) == "a\ufffdb"


@pytest.mark.parametrize(
    "text", ["tab\there", "line\nend", "a\x7fb", "a\x85b", "a\U0010fffdb", "\ue000"]
)
def test_characters_that_xml_allows_are_kept(text: str) -> None:
    assert strip_controls(text) == text
    assert text_of(body(f"<p>{text}</p>")) == text
    assert codes(f"<p>{text}</p>") == []


# SVG and MathML


def names(tree: Element) -> list[str]:
    return [
        str(each.tag).replace(f"{{{SVG}}}", "svg:").replace(f"{{{MATHML}}}", "math:")
        for each in tree.iterdescendants()
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<svg><g><path/></g></svg><p>x", "svg:svg svg:g svg:path p"),
        ("<math><mi>x</mi></math><b>y</b>", "math:math math:mi b"),
        (
            "<svg><foreignObject><p>x</p></foreignObject><g/></svg>",
            "svg:svg svg:foreignObject p svg:g",
        ),
        ("<svg><desc><b>x</b></desc><g/></svg>", "svg:svg svg:desc b svg:g"),
        (
            "<svg><foreignObject><math><mi/></math></foreignObject></svg>",
            "svg:svg svg:foreignObject math:math math:mi",
        ),
        ("<svg><lineargradient/><clippath/></svg>", "svg:svg svg:linearGradient svg:clipPath"),
        ("<svg><g><p>x", "svg:svg svg:g p"),
        ("<path/><mi>x", "path mi"),
    ],
)
def test_namespaces(text: str, found: str) -> None:
    assert names(body(text)) == found.split()


def test_attributes_of_drawings_have_their_case() -> None:
    svg = body("<svg viewbox='0 0 1 1' preserveaspectratio=none><a xlink:href='#a' xml:lang=en>")[0]
    assert dict(svg.attrib) == {"viewBox": "0 0 1 1", "preserveAspectRatio": "none"}
    assert svg[0].get("href") == "#a"
    assert svg[0].get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


# depth


def depth(tree: Element) -> int:
    deepest, here = 0, 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        here += 1 if event == "start" else -1
        deepest = max(deepest, here)
    return deepest


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote", "font"])
def test_deep_nesting_is_flattened_and_its_text_keeps_its_order(tag: str) -> None:
    count = 700
    report = Report()
    opening = "".join(f"<{tag}>w{number} " for number in range(count))
    tree = page(f"{opening}end", report)
    assert depth(tree) <= MAX_DEPTH + 2
    assert text_of(tree).split() == [*(f"w{number}" for number in range(count)), "end"]
    assert report.counts() == {"nesting-flattened": 1}


def test_text_behind_deep_elements_keeps_its_order() -> None:
    count = 600
    opening = "".join(f"<div>a{number} " for number in range(count))
    closing = "".join(f"</div>b{number} " for number in reversed(range(count)))
    words = text_of(page(opening + closing)).split()
    assert words[:count] == [f"a{number}" for number in range(count)]
    assert words[count:] == [f"b{number}" for number in reversed(range(count))]


def test_what_browsers_nest_is_not_flattened() -> None:
    assert codes("<div>" * 500 + "x") == []


# any text

SCRAPS = (
    "<p> </p> <a"
    " <svg> <math> <table> <td> <select> <template> <!-- --> <![CDATA[ ]]> <?x </ > < & &#1; &amp "
    "\" ' = / x:y= <x:y> <é> \x00 \x0b \ufffe \ud800 \U0001f600 <frameset> <plaintext> <textarea> "
    "<script> </script> <title> <body> <html> <b> </b> <i 1=2> <foreignObject> <mi> <br> word"
).split(" ")
scraps = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=3), max_size=25).map("".join)
anything = scraps | st.text() | st.text(st.characters(categories=["Cc", "Cs", "Cn", "Po", "Ll"]))


@given(anything)
@example("<a\ud800b>")
@example("<p \ufffe=\x01>")
@example("<svg></p><foreignObject><math><annotation-xml><svg>")
@example("<" * 2000)
@example("<b>" * 3000)
@often
def test_no_text_makes_it_raise_and_the_tree_is_xml(text: str) -> None:
    html = page(text)
    assert [child.tag for child in html if child.tag in ("head", "body")] == ["head", "body"]
    again = etree.fromstring(to_xhtml(html), etree.XMLParser(huge_tree=True))
    assert text_of(again) == text_of(html)
    assert to_html(html).startswith("<html")


@given(st.text(st.characters(exclude_characters="<&\r\n\x00"), min_size=1))
@often
def test_plain_text_stays_plain_text(text: str) -> None:
    assert text_of(body(f"<p>{text}")) == strip_controls(text)


# and back

PIECES = (
    "one|&lt;two&gt;|&amp;amp;|\u3000三|<p>|</p>|<b>|</b>|<br>|<hr>|"
    "<img src='a.png?b&amp;c' alt='\"'>|"
    "<ul><li>|</ul>|<table><tr><td>|</table>|<a href=#x>|</a>|<em title='&lt;'>|</em>|"
    "<pre><code>\n x</code></pre>"
).split("|")
fragments = st.lists(st.sampled_from(PIECES), max_size=15).map("".join)


@given(fragments)
@often
def test_html_says_the_same_when_read_again(text: str) -> None:
    tree = body(text)
    assert to_xhtml(body(to_html(tree))) == to_xhtml(tree)


@given(fragments)
@often
def test_xhtml_says_the_same_to_an_xml_parser_and_to_an_html_parser(text: str) -> None:
    tree = body(text)
    xhtml = to_xhtml(tree)
    assert to_xhtml(etree.fromstring(xhtml)) == xhtml
    assert to_xhtml(body(xhtml)) == xhtml


def test_void_elements() -> None:
    tree = body("<p>a<br>b<img src=c></p><hr><a id=x></a>")
    assert to_xhtml(tree) == ('<body><p>a<br/>b<img src="c"/></p><hr/><a id="x"></a></body>')
    assert to_html(tree) == '<body><p>a<br>b<img src="c"></p><hr><a id="x"></a></body>'


# the small tools


def test_append_text() -> None:
    element = etree.fromstring("<p/>")
    append_text(element, "one ")
    append_text(element, "")
    etree.SubElement(element, "b")
    append_text(element, "two ")
    append_text(element, "three")
    assert to_xhtml(element) == "<p>one <b></b>two three</p>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>a<x>b</x>c</p>", "<p>ac</p>"),
        ("<p><x>b</x></p>", "<p></p>"),
        ("<p><b>a</b><x>b</x>c</p>", "<p><b>a</b>c</p>"),
        ("<p>a<b/>b<x/>c<i/>d</p>", "<p>a<b></b>bc<i></i>d</p>"),
    ],
)
def test_remove_keeps_the_text_behind(before: str, after: str) -> None:
    tree = etree.fromstring(before)
    found = tree.find("x")
    assert found is not None
    remove(found)
    assert to_xhtml(tree) == after


def test_remove_of_a_root_does_nothing() -> None:
    tree = etree.fromstring("<p>a</p>")
    remove(tree)
    assert to_xhtml(tree) == "<p>a</p>"


def test_text_of_keeps_white_space_and_leaves_the_tail() -> None:
    tree = etree.fromstring("<p>a<b> b\n</b>c</p>")
    assert text_of(tree) == "a b\nc"
    assert text_of(tree[0]) == " b\n"


@pytest.mark.parametrize("between", ["<br>", "<!-- -->", "<i></i>", "&amp;"])
def test_long_texts_are_read_in_linear_time(between: str) -> None:
    """A quadratic bridge would take minutes, not a moment."""
    text = "<p>" + f"{between}word " * 60_000
    assert len(re.findall("word", text_of(body(text)))) == 60_000


def test_text_is_put_behind_what_stands_there() -> None:
    element = etree.fromstring("<p>a<b>b</b>c</p>")
    joiner = TextJoiner()
    joiner.add(element, "d")
    joiner.add(element[0], "e")
    joiner.add(element, "f")
    etree.SubElement(element, "i")
    joiner.add(element, "g")
    joiner.add(element, "\x01h")
    joiner.flush()
    joiner.flush()
    assert to_xhtml(element) == "<p>a<b>be</b>cdf<i></i>gh</p>"
    assert joiner.controls == 1


@often
@given(
    st.recursive(
        st.sampled_from(["", "/>", "<br>", "a"]),
        lambda inner: st.builds(
            "<{0} title='{1}'>{2}</{0}>{3}".format,
            st.sampled_from(["p", "td", "svg", "math", "i", "br", "brr", "hr"]),
            st.sampled_from(["", "/>", "<br/>", "x/"]),
            inner,
            inner,
        ),
    )
)
def test_what_is_empty_in_the_text_is_empty_in_the_tree(text: str) -> None:
    tree = body(f"<b>{text}</b>")
    shown = to_xhtml(tree)
    for each in tree.iter(etree.Element):
        if len(each) == 0 and not each.text and each.tag not in VOID:
            each.text = ""
    assert shown == etree.tostring(tree, encoding="unicode")
