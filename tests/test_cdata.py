"""CDATA sections: what stands in them is kept, wherever a page's rules would drop it."""

from __future__ import annotations

import time

import pytest

import articlekit
from articlekit.html import text_of
from articlekit.readers.cdata import unwrap_cdata
from articlekit.report import Report


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a <![CDATA[b & c < d]]> e", "a b &amp; c &lt; d e"),
        ("<![CDATA[<p>all of it</p>]]>", "<p>all of it</p>"),
        ("<p>x<![CDATA[no end", "<p>xno end"),
        ("<script>//<![CDATA[\nx()\n//]]></script>", None),
        ("<!-- <![CDATA[x]]> -->", None),
        ("<svg><style><![CDATA[a > b {}]]></style></svg>", None),
        ("<textarea><![CDATA[x]]></textarea>", None),
    ],
)
def test_sections(text: str, clean: str | None) -> None:
    report = Report()
    assert unwrap_cdata(text, report, "a.html") == (clean or text)
    assert [each.code for each in report.diagnostics] == (["structure-mended"] if clean else [])


def test_an_article_in_a_section_is_read() -> None:
    article = articlekit.parse("---\ntitle: T\n---\n<![CDATA[<h2>A</h2><p>b</p>]]>")
    assert [each.tag for each in article.body] == ["h2", "p"]
    assert text_of(article.body) == "Ab"


def test_sections_in_code_are_code() -> None:
    article = articlekit.parse("---\ntitle: T\n---\n<pre><code><![CDATA[ x ]]></code></pre>")
    assert text_of(article.body).strip() == "<![CDATA[ x ]]>"


@pytest.mark.parametrize("piece", ["<![CDATA[", "<svg", "<svg>", "<!--", "<![CDATA[x]]>", "<"])
def test_time_is_linear(piece: str) -> None:
    start = time.perf_counter()
    unwrap_cdata("<![CDATA[]]>" + piece * 200_000, Report(), "a.html")
    assert time.perf_counter() - start < 5
