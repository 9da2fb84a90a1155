"""Listings: samples saved before the parse, one form after it, every character where it was."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.html import parse_html, text_of
from articlekit.model import Article, Element, Meta, Origin
from articlekit.report import Report
from articlekit.rescue import rescue_code
from articlekit.transforms.code import unify_code
from articlekit.transforms.languages import canonical, language_of
from articlekit.transforms.normalise import normalise
from normal_form import faults

often = settings(max_examples=200, deadline=None, derandomize=True)


def unified(html: str) -> tuple[Element, Report]:
    report = Report()
    raw = parse_html(rescue_code(html, report), report).find("body")
    assert raw is not None
    article = Article("a", Meta("t"), raw, Origin("a.html"))
    return normalise(unify_code(article, report), report).body, report


def listing(html: str) -> str:
    """The text of the one listing that there must be."""
    body = unified(html)[0]
    (pre,) = body.iter("pre")
    assert [child.tag for child in pre] == ["code"]
    return text_of(pre)


def shown(body: Element) -> str:
    return "".join(text_of(body).split())


# before the parse

RAW = [
    "<!DOCTYPE html>\n<p>Hi",
    "<html><body></body></html>",
    "<script>alert('&lt;')</script>",
    "<template><slot></slot></template>",
    "<dependency><groupId>a</groupId></dependency>",
    "#include <stdio.h>",
    "List<String> a;",
    "vector<A> a;",
    "for (i=0;i<n;i++)",
    "a<b && c>d",
    "<div class='x'>\nwithout an end",
    "<?php echo 1 ?>",
    "<![CDATA[ x ]]>",
    "var end = '</pre>'; <html>",
    'say("<pre>", "</pre>"); <title>',
]


@pytest.mark.parametrize("sample", RAW)
@pytest.mark.parametrize("around", ["<pre>{}</pre>", "<pre><code>{}</code></pre>"])
def test_a_raw_sample_is_kept_as_it_is(sample: str, around: str) -> None:
    body, report = unified(f"<p>before</p>{around.format(sample)}<p>after</p>")
    assert [text_of(each) for each in body] == ["before", sample.replace("&lt;", "<"), "after"]
    assert report.counts()["code-rescued"] == 1


MARKUP = [
    "<b>a</b> <i>b</i>",
    "<span class='kw'>if</span> x",
    "a<br>b",
    "a &lt;b&gt; c",
    "<a href='#x'>a</a>",
    "<font color=red>a</font>",
    "<ol><li>a</li></ol>",
    "<div>a</div><div>b</div>",
    "a < b, a <= b, a << b, <3",
    "<script data-cfasync='false' src='/x.js'></script>a",
    "",
]


@pytest.mark.parametrize("sample", MARKUP)
def test_on_a_doubt_the_parser_is_right(sample: str) -> None:
    html = f"<pre><code>{sample}</code></pre>"
    report = Report()
    assert rescue_code(html, report) == html
    assert report.diagnostics == []


@pytest.mark.parametrize("sample", ["<div>\n<p>a</p>\n</div>", "<span>a</span> <b>b</b>"])
def test_what_is_called_html_and_has_nothing_escaped_is_a_sample(sample: str) -> None:
    assert listing(f'<pre><code class="language-html">{sample}</code></pre>') == sample
    assert listing(f'<pre class="brush: xml">{sample}</pre>') == sample
    assert listing(f"<pre><code class=language-html>{sample} &lt;a&gt;</code></pre>") != sample


def test_only_the_strange_tags_of_a_highlighted_sample_are_escaped() -> None:
    html = '<pre><span class="k">Map</span><String, Long> <span class="n">m</span></pre>'
    assert listing(html) == "Map<String, Long> m"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("the <code><script></code> element", "the <script> element"),
        ("<code></body></code>", "</body>"),
        ("<code>Set<Long></code>", "Set<Long>"),
        ("<code><b>a</b></code>", "a"),
        ("<code><a href=x>a</a></code>", "a"),
    ],
)
def test_tags_in_a_line_of_prose(html: str, words: str) -> None:
    assert text_of(unified(f"<p>{html}</p>")[0]) == words


@pytest.mark.parametrize(
    "html",
    [
        "<script>var a = '<pre><html></pre>'</script>",
        "<!-- <pre><html></pre> -->",
        "<style>/* <pre><html></pre> */</style>",
        "<pre>never closed <html> and <p>more",
        "<pre>it's</pre> isn't <p>x</p>",
        "<p>no code at all</p>",
    ],
)
def test_other_text_is_left_alone(html: str) -> None:
    assert rescue_code(html, Report()) == html


TOKENS = st.sampled_from(
    "<pre> </pre> <code> </code> <pre <code <html> <script> </script> <!-- --> <b> </b> <T> < > & "
    "&lt; &amp; &#123; ' \" ` <div> </div> <br> a \n class= <span\xa0class=k> </span> "
    "<textarea>".split(" ")
)


@given(st.lists(TOKENS, max_size=30).map("".join))
@example("<pre><pre></pre>")
@often
def test_rescue_only_ever_escapes(html: str) -> None:
    made = rescue_code(html, Report())
    assert made.replace("&lt;", "<").replace("&amp;", "&") == html.replace("&lt;", "<").replace(
        "&amp;", "&"
    )
    assert rescue_code(made, Report()).count("&lt;") >= made.count("&lt;")


@pytest.mark.parametrize(
    "piece",
    ["<pre>", "<pre ", "<code ", "<pre></pre>", "<pre><pre></pre>", "</pre>", "<pre>'</pre>'",
     "<pre><span ", "<pre><a b='", "<pre>&", "<!--", "<script", "<code><T>", "<pre>\n \n",
     "<pre><div"],
)  # fmt: skip
def test_time_grows_with_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece)) + "</pre>"
        start = time.process_time()
        rescue_code(text, Report())
        return time.process_time() - start

    # Ten times the length in much less than a hundred times the time.
    assert seconds(400_000) < 40 * seconds(40_000) + 0.2


# after it


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<pre>a<br>b<br/>c</pre>", "a\nb\nc"),
        ("<pre><p>a</p><p>  b</p></pre>", "a\n  b"),
        ("<pre><div>a</div>\n<div></div>\n<div>b</div></pre>", "a\nb"),
        (
            "<pre><div class=line>a</div><div class=line></div><div class=line>b</div></pre>",
            "a\n\nb",
        ),
        ("<pre><ol><li>a</li><li></li><li>  b</li></ol></pre>", "a\n\n  b"),
        ("<pre><code>a</code><code></code><code>b</code></pre>", "a\n\nb"),
        ("<pre>use <code>a</code> and <code>b</code></pre>", "use a and b"),
        ("<pre><span class=line>a</span><span class=line>b</span></pre>", "a\nb"),
        ("<pre><span class=line>a</span>\n<span class=line>b</span></pre>", "a\nb"),
        ("<pre>\n\n  a\n\tb\n\n\n</pre>", "  a\n\tb"),
        ("<pre>a&nbsp;b\n&nbsp;\nc</pre>", "a b\n\nc"),
        ("<pre>a\r\nb</pre>", "a\nb"),
        ("<pre>&amp;#123;a&amp;#125;</pre>", "{a}"),
        ("<pre>{ &amp;#123; }</pre>", "{ &#123; }"),
        ("<pre>1\n2\n3</pre>", "1\n2\n3"),
        ("<pre><span class=mi>1</span>,a\n<span class=mi>2</span>,b</pre>", "1,a\n2,b"),
        ("<pre><code class='line-numbers'>42</code></pre>", "42"),
    ],
)
def test_lines_are_exact(html: str, code: str) -> None:
    assert listing(html) == code


def test_what_was_taken_out_is_told() -> None:
    html = (
        "<div class=highlight><button>Copy</button><pre><span class=lineno>1</span>a\n"
        "<span class=lineno>2</span>b</pre></div>"
    )
    body, report = unified(html)
    assert text_of(body) == "a\nb"
    told = [(each.code, each.reason) for each in report.diagnostics]
    assert told == [("clutter-removed", "line numbers"), ("clutter-removed", "copy button")]


@pytest.mark.parametrize(
    "html",
    [
        "<div class=code-box><h3>Python</h3><pre>a</pre></div>",
        "<div class=code-box><p>Copy</p><pre>a</pre></div>",
        "<div class=highlight><pre>a</pre><div>A remark on it.</div></div>",
        "<div class=post-code><p>one</p><pre>a</pre><pre>b</pre><div>Go</div></div>",
        "<table><tr><td>1</td><td>one</td></tr><tr><td>2</td><td>two</td></tr></table>",
        "<pre><h2>a</h2>b</pre>",
    ],
)
def test_what_may_be_the_authors_stays(html: str) -> None:
    body, report = unified(html)
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    assert shown(body) == shown(raw)
    assert report.diagnostics == []


def test_pictures_in_a_pre_are_not_lost() -> None:
    body = unified("<pre>a<img src=a.png>b</pre>")[0]
    assert body.find(".//img") is not None


def test_a_diagram_drawn_of_its_source_is_a_drawing() -> None:
    drawing = "<svg viewBox='0 0 300 200'><text>river</text><path d='M0 0h9'/></svg>"
    body = unified(f"<p>a</p><pre class=mermaid>{drawing}</pre>")[0]
    assert body.find(".//{*}svg/{*}path") is not None
    assert next(body.iter("pre"), None) is None
    source = unified("<pre class=mermaid>graph TD</pre>")[0].find(".//code")
    assert source is not None
    assert source.get("class") == "language-mermaid"


def test_a_listing_keeps_its_place_its_id_and_the_text_behind_it() -> None:
    body = unified("<p>a</p><pre id=x dir=ltr>b</pre>c<p>d</p>")[0]
    assert [text_of(each) for each in body] == ["a", "b", "c", "d"]
    assert (body[1].get("id"), body[1].get("dir")) == ("x", "ltr")


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<pre class='brush: js; toolbar: false'>a</pre>", "javascript"),
        ("<pre><code class='language-py'>a</code></pre>", "python"),
        ("<pre class='lang-c++'>a</pre>", "cpp"),
        ("<div class='highlight highlight-source-cs'><pre>a</pre></div>", "csharp"),
        ("<div class='highlight highlight-text-html-basic'><pre>a</pre></div>", "html"),
        ("<pre><code data-lang=Go>a</code></pre>", "go"),
        ("<pre data-language=sh>a</pre>", "bash"),
        ("<pre><code class='hljs rust'>a</code></pre>", "rust"),
        ("<figure class='highlight yml'><pre>a</pre></figure>", "yaml"),
        ("<pre class='sourceCode haskell'>a</pre>", "haskell"),
        ("<pre><code class='hljs copyable' lang=ts>a</code></pre>", "typescript"),
        ("<div class='language-rb highlighter-rouge'><div class=highlight><pre>a</pre></div></div>",
         "ruby"),
        ("<pre><code class='language-wxml'>a</code></pre>", "wxml"),
        ("<pre><code class='language-plaintext'>a</code></pre>", None),
        ("<pre class=wp-block-code lang=en>a</pre>", None),
        ("<div class='lang-en'><pre>def f(): pass</pre></div>", None),
        ("<pre>#!/bin/sh</pre>", None),
        ("<pre><code class=python>a</code></pre>", "python"),
        ("<pre class=js>a</pre>", "javascript"),
        ("<pre class=poem>a</pre>", None),
        ("<pre class='wide c'>a</pre>", None),
        ("<p><code class=language-js>a\n  b</code></p>", "javascript"),
    ],
)  # fmt: skip
def test_the_language_is_what_the_page_says(html: str, language: str | None) -> None:
    code = unified(html)[0].find(".//code")
    assert code is not None
    assert code.get("class") == (f"language-{language}" if language else None)


def test_names_of_languages() -> None:
    assert [canonical(name) for name in ("JS", "R", "jscript", "nonesuch", "golang")] == [
        "javascript", "r", "javascript", None, "go",
    ]  # fmt: skip
    raw = parse_html("<p>a</p>", Report()).find("body")
    assert raw is not None
    assert language_of(raw) is None


NESTED = st.sampled_from(
    "<pre> </pre> <code> </code> <span\xa0class=line> <span\xa0class=k> </span> <div> "
    "<div\xa0class=line> </div> <ol> <li> </li> </ol> <table\xa0class=highlight> <tr> "
    "<td\xa0class=gutter>1</td> <td\xa0class=code> </td> </tr> </table> <br> <p> </p> "
    "<figure\xa0class=highlight> </figure> <img\xa0src=a> word x1 {2} \n \xa0\xa0 <b> </b>".split(
        " "
    )
)


@given(st.lists(NESTED, max_size=25).map(lambda parts: "".join(parts).replace("\xa0", " ")))
@example("<table class=highlight><tr><td class=code>a</table>")
@often
def test_no_character_is_lost_or_moved_but_numbers(html: str) -> None:
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    before = shown(raw)
    article = Article("a", Meta("t"), raw, Origin("a.html"))
    report = Report()
    after = shown(unify_code(article, report).body)
    if report.counts()["clutter-removed"]:
        assert re.sub(r"1", "", after) == re.sub(r"1", "", before)
    else:
        assert after == before
    assert faults(normalise(article, report).body) == []


def test_a_whole_article(tmp_path: object) -> None:
    report = articlekit.Report()
    article = articlekit.parse(
        "---\ntitle: t\nlang: en\n---\n<pre><code><!doctype html></code></pre>", report=report
    )
    assert text_of(article.body) == "<!doctype html>"
    assert report.losses == []


def test_lines_of_code_outside_of_a_pre_stay_lines() -> None:
    body = unified("<p><code class=language-python>def f():\n    pass</code></p>")[0]
    assert [each.tag for each in body] == ["pre"]
    assert text_of(body) == "def f():\n    pass"
    body = unified("<p>so <code class=language-python>a\n b</code> is <code>c\nd</code></p>")[0]
    assert [each.tag for each in body] == ["p"]


@pytest.mark.parametrize("piece", ["<code class=language-js>a\nb</code>", "<code>a<br>b</code>"])
def test_many_lines_of_code_take_linear_time(piece: str) -> None:
    start = time.perf_counter()
    unified(piece * 4000)
    small = time.perf_counter() - start
    start = time.perf_counter()
    unified(piece * 16_000)
    assert time.perf_counter() - start < max(10 * small, 2)
