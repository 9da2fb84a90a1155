"""A tree made by way of text is the one that is made node by node."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from articlekit.html.bridge import Bridge
from articlekit.html.wellformed import by_text
from articlekit.model import Element
from articlekit.report import Report

CASES = sorted(Path(__file__).parent.glob("cases/*/*/in.html"))

often = settings(max_examples=2500, deadline=None, derandomize=True)


def both(text: str) -> tuple[Element | None, Element]:
    root = LexborHTMLParser(text).root
    assert root is not None
    slow = etree.Element("html")
    Bridge(Report(), None).copy(root, slow)
    return by_text(root.html or ""), slow


def described(tree: Element) -> list[object]:
    """All that a tree says, in document order."""
    return [
        (each.tag, sorted(each.attrib.items()), each.text or "", each.tail or "", len(each))
        for each in tree.iter()
    ]


def same(text: str) -> bool:
    quick, slow = both(text)
    return quick is None or described(quick) == described(slow)


def test_the_cases() -> None:
    by_text_alone = 0
    for path in CASES:
        text = path.read_text("utf-8", "replace").replace("\0", "")
        assert same(text), path
        by_text_alone += both(text)[0] is not None
    assert by_text_alone > 0.8 * len(CASES)


@pytest.mark.parametrize(
    "text",
    [
        "<p>water &amp; &lt;b&gt; \xa0 “”",
        '<p id="a b" class=\'x"y\' title="a>b<c&amp;d&nbsp;" hidden>x',
        "<p>one<br>two<hr><img src=a.png alt><input type=checkbox checked><wbr>",
        "<!-- a --><p>a<!-- b -- > & < -->b<!--c-->",
        "<p title='a\nb&#9;c'>x\n\ty",
        "<pre>\n\n  x\n</pre>",
        "<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml' lang=en><title>a & b</title>x",
        '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><linearGradient/></svg>x',
        '<svg><path d="M0 0"/></svg><svg width=1><a href="#x"><g>1</g></a></svg>',
        "<script>var a = 1</script><style>p{color:red}</style>x",
        "<my-element a_b.c=1>x</my-element>",
        "<frameset><frame src=a></frameset>",
    ],
)
def test_ordinary_pages_go_by_text(text: str) -> None:
    quick, slow = both(text)
    assert quick is not None
    assert described(quick) == described(slow)


@pytest.mark.parametrize(
    "text",
    [
        "<p>a&#13;b",
        "<script>a &amp;&amp; b</script>",
        "<script><!-- a = 1 --></script>",
        "<script>a = '<br>'</script>",
        "<style>a &gt; b {}</style>",
        "<p><noscript>a &amp; b</noscript>",
        "a --><!",
        "<p>&#1;",
        "<p xml:lang=en>x",
        "<o:p>x</o:p>",
        "<p 1=2>x",
        "<math><mi>x</mi></math>",
        "<template>x</template>",
        "<svg><foreignObject><p>x</foreignObject></svg>",
        "<svg><title>x</title></svg>",
        "<div>" * 300,
    ],
)
def test_what_xml_would_read_otherwise_does_not(text: str) -> None:
    assert both(text)[0] is None


PIECES = st.sampled_from(
    r"""
    <p> </p> <b> <em> </em> <a~href='x?a&amp;b'> </a> <table><tr><td> <svg> </svg> <path/> <title>
    </title> <math> <mi> </mi> <template> </template> <script> </script> <style> <noscript> <br>
    <textarea> <img~alt> <!-- --> -- > < & &amp; &nbsp; &lt; &#13; &#1; &#10; &#9; x 水 &#160; " '
    = <x-y> <svg:a> <p~xmlns=a> <p~xmlns:a=b> <p~a='&lt;&quot;&#10;'> <p~a=<> <foreignObject>
    <desc> <image> <frameset> <select><option> <xmp> <iframe> <plaintext>
    <script>a<!--b--></script> ]]> <![CDATA[ <? <!
    """.split()
).map(lambda piece: piece.replace("~", " "))


@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
@example("<svg>x<p xmlns=a>")
@example("<svg><style>a&amp;b</style>")
@often
def test_any_page(text: str) -> None:
    assert same(text.replace("\0", ""))
