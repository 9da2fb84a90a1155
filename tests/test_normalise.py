"""Any HTML comes to the normal form: allowed, settled, complete, and well-formed."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from articlekit.html import parse_html, to_xhtml
from articlekit.model import Article, Element, Meta, Origin
from articlekit.reading import apply
from articlekit.report import CODES, Report
from articlekit.transforms import standard_transforms
from articlekit.transforms.normalise import normalise, normalise_body
from normal_form import faults, outline_faults

# The same examples in every run: a test that fails here fails everywhere.
often = settings(max_examples=300, deadline=None, derandomize=True)
# Loading its rules takes longer than what it does to an example.
STANDARD = standard_transforms()

BLOCK_TAGS = (
    "p div section blockquote ul ol li dl dt dd h1 h2 h4 pre figure figcaption details "
    "table thead tbody tfoot tr th td main center fieldset legend address caption summary"
).split()
INLINE_TAGS = (
    "a b i em strong s code tt kbd mark sub u font span q abbr ins del bdo ruby label "
    "time big nobr unknown-word noscript rt rp dfn bdi"
).split()
DROPPED_TAGS = "script style template button select textarea iframe object video audio".split()
ATOMS = (
    "<br>",
    "<hr>",
    "<wbr>",
    "<img src=a.png alt='a heron'>",
    "<img src='javascript:x()'>",
    "<img>",
    "<input type=checkbox checked>",
    "<input value=name>",
    "<embed src=e.swf>",
    "<!-- a remark -->",
    "<svg viewBox='0 0 90 90'><path d='M0 0' onclick='x()'/><a href='javascript:x()'/></svg>",
    "<svg viewBox='0 0 90 90'><text>{}</text><script>x()</script></svg>",
    "<math><mi>{}</mi></math>",
    "<col>",
    "<pre> {}\n  {}\n</pre>",
    "<pre><code class=language-c>{}<br>{}<div>{}</div></code></pre>",
    "<dl><dd>{}<dt>{}</dl>",
    "<table>{}<tr>{}<td>{}</table>",
    "<a href=#one>{}<a href=#two>{}</a></a>",
    "<ul>{}<ul>{}<li>{}</ul></ul>",
    "<table><caption>{}<p>{}</caption><tr><td>{}</table>",
    "<ruby>{}<rp>(</rp><rt>{}</rt><rp>)</rp></ruby>",
    "<dfn title=' a word ' id=three>{}</dfn>",
    "<details>{}<summary>{}</summary>{}</details>",
    "<p id=one>{}</p>",
    "<h2 id='two words'>{}</h2>",
    "<li id=two>{}</li>",
    "<a id=four>{}</a>",
    "<a href='https://example.org/' title=' a word '>{}</a>",
)
ATTRIBUTES = (
    "",
    " class='lang-js x'",
    " style='text-align:center'",
    " onclick='steal()'",
    " lang=ja",
    " xml:lang=fr",
    " dir=rtl",
    " dir=sideways",
    " href='https://example.org/'",
    " href='java\nscript:steal()'",
    " href='data:text/html,x'",
    " href=#one",
    " start=3 reversed",
    " value=x",
    " colspan=2 rowspan=0",
    " align=right",
    " open",
    " data-x=1",
    " hidden",
    " title=' a word '",
    " name=one",
    " id=one",
    " id='two words'",
)
# `{}` becomes a word that stands once in a document.
TEXTS = ("{}", " {} ", "\n{}", "{}\n\n", "\u3000{}", "{}\xa0", " ", "\n", "&lt;{}&amp;", "，{}。")

attributes = st.lists(st.sampled_from(ATTRIBUTES), max_size=2).map("".join)
#: A tag's name and its attributes.
openings = st.tuples(st.sampled_from(BLOCK_TAGS * 2 + INLINE_TAGS * 2 + DROPPED_TAGS), attributes)
starts = openings.map(lambda opening: "<{}{}>".format(*opening))
ends = st.sampled_from(BLOCK_TAGS + INLINE_TAGS).map("</{}>".format)
texts = st.sampled_from(TEXTS)
atoms = st.sampled_from(ATOMS)


def _element(opening: tuple[str, str], content: list[str], end: str) -> str:
    return "".join(["<", *opening, ">", *content, end.format(opening[0])])


#: Elements in elements, not all of them closed.
trees = st.lists(
    st.recursive(
        texts | atoms,
        lambda inner: st.builds(
            _element,
            openings,
            st.lists(inner, max_size=4),
            st.sampled_from(["</{}>", "</{}>", "</{}>", ""]),
        ),
        max_leaves=12,
    ),
    max_size=4,
).map("".join)
#: Starts, ends and texts in no order at all.
soups = st.lists(starts | ends | texts | atoms | texts, max_size=18).map("".join)


def _numbered(text: str) -> str:
    number = iter(range(10_000))
    return re.sub(r"\{\}", lambda _: f"w{next(number)}w", text)


documents = (trees | soups).map(_numbered)


def normal(html: str) -> tuple[Element, Element, list[tuple[str, str]]]:
    """Return the parsed body, the normalised one, and what was said on the way."""
    found: list[tuple[str, str]] = []
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    return raw, normalise_body(raw, lambda code, message: found.append((code, message))), found


# text

UNSEEN = {*DROPPED_TAGS, "embed", "title", "canvas"}
WORD = re.compile(r"w\d+w")


def words(element: Element) -> list[str]:
    return WORD.findall("".join(str(part) for part in element.itertext()))


def words_of(raw: Element) -> list[str]:
    """The words of a raw tree in order, without those of elements that a book does not show."""
    kept: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(raw, events=("start", "end")):
        hidden += (event == "start") - (event == "end") if element.tag in UNSEEN else 0
        if not hidden:
            kept.append((element.text if event == "start" else element.tail) or "")
    return WORD.findall("".join(kept))


def moves(raw: Element) -> bool:
    """Tell whether the normal form has a place of its own for some part of this."""
    return next(raw.iter("caption", "thead", "tfoot", "summary", "figcaption"), None) is not None


# the properties


@given(documents)
@example("<dl><dd>w0w<dt>w1w</dl><dt>w2w<dd>w3w")
@example("<table>w0w<caption>w1w<p>w2w</caption><tr>w3w<td>w4w<thead><tr><th>w5w")
@example("<details>w0w<summary>w1w</summary><summary>w2w</summary></details>")
@example("<figure><figcaption>w0w</figcaption><figcaption>w1w</figcaption></figure>")
@example("<b>w0w<ul>w1w<i><li>w2w<pre>w3w</pre></b>w4w")
@example("<p>w0w <br> <br> w1w<hr>w2w<br></p>")
@often
def test_only_the_normal_form_is_left(html: str) -> None:
    assert faults(normal(html)[1]) == []


@given(documents)
@example("<a href=#one><i id=two></i>w0w</a><p id=one><p id=three>")
@example("<li>w0w<p>w1w<ul><p>w2w</ul>w3w")
@example("<div lang=ja>w0w<div dir=rtl><h2>w1w<div>w2w")
@often
def test_the_normal_form_is_settled(html: str) -> None:
    """Normalising again changes nothing and says nothing."""
    once = normal(html)[1]
    before = to_xhtml(once)
    said: list[tuple[str, str]] = []
    twice = normalise_body(once, lambda code, message: said.append((code, message)))
    assert to_xhtml(twice) == before
    assert said == []


@given(documents)
@example("<table>w0w<tr>w1w<td>w2w<table>w3w</table>w4w</table>w5w")
@example("<ul>w0w<li>w1w<li><ul>w2w</ul>w3w</ul>")
@example("<script>w0w</script>w1w<style>w2w</style><template>w3w</template><button>w4w</button>")
@often
def test_no_word_is_lost_and_none_changes_places(html: str) -> None:
    raw, body, _ = normal(html)
    wanted, found = words_of(raw), words(body)
    assert Counter(found) == Counter(wanted)
    if not moves(raw):
        assert found == wanted


@given(documents)
@often
def test_what_is_left_is_xml(html: str) -> None:
    body = normal(html)[1]
    again = etree.fromstring(to_xhtml(body), etree.XMLParser(huge_tree=True))
    assert etree.tostring(again, method="c14n") == etree.tostring(body, method="c14n")


@given(documents)
@often
def test_the_raw_tree_is_left_as_it_is_and_every_code_is_known(html: str) -> None:
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    before, found = to_xhtml(raw), Report()
    normalise_body(raw, found.add)
    assert to_xhtml(raw) == before
    assert set(found.counts()) <= set(CODES)


@given(documents, st.sampled_from(["w0w", "A walk by the river"]))
@example("<figure><h1>w0w</h1><figcaption>w1w</figcaption></figure>", "w0w")
@example("<ul><li><h3>w0w</h3></ul><h6>w1w</h6><h1>w2w</h1><h4>w3w</h4>", "w0w")
@settings(often, max_examples=200)
def test_a_whole_article_is_in_the_normal_form(html: str, title: str) -> None:
    """Also after the other transforms, and then its headings are an outline."""
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    article = Article("slug", Meta(title, language="en"), raw, Origin("a.html"))
    article = apply(STANDARD, article, Report())
    assert faults(article.body) == []
    assert outline_faults(article.body) == []


# what the properties do not say: which form it is


def result(html: str) -> str:
    return to_xhtml(normal(html)[1]).removeprefix("<body>").removesuffix("</body>")


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<b>one<p>two</p></b>", "<p><strong>one</strong></p><p><strong>two</strong></p>"),
        ("<p>one <p> two", "<p>one</p><p>two</p>"),
        ("one<br><br>two<br>", "<p>one<br/><br/>two</p>"),
        ("<li>one", "<ul><li>one</li></ul>"),
        ("<ul><li>one<ul><li>two</ul></ul>", "<ul><li>one<ul><li>two</li></ul></li></ul>"),
        ("<ul>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
        ("<dl><dt>one</dl>", "<dl><dt>one</dt><dd></dd></dl>"),
        ("<dl><dd>one</dl>", "<dl><dt></dt><dd>one</dd></dl>"),
        (
            "<i>one</i> <s>two</s> <tt>three</tt>",
            "<p><em>one</em> <del>two</del> <code>three</code></p>",
        ),
        ("<pre>one<br>two</pre>", "<pre><code>one\ntwo</code></pre>"),
        (
            "<pre class='brush: py'>x</pre>",
            '<pre><code class="language-py">x</code></pre>',
        ),
        ("<div>one<div>two</div></div>", "<p>one</p><p>two</p>"),
        ("<section lang=ja>one</section>", '<div lang="ja"><p>one</p></div>'),
        ("<font color=red lang=ja>one</font>", '<p><span lang="ja">one</span></p>'),
        ("<a href=/x>one<p>two</p></a>", '<p><a href="/x">one</a></p><p><a href="/x">two</a></p>'),
        ("<a name=here></a>one", '<p id="here">one</p>'),
        ("<h2><p>one</p>two</h2>", "<h2>one two</h2>"),
        (
            "<table><tr><td align=right>1</table>",
            '<table><tbody><tr><td class="right">1</td></tr></tbody></table>',
        ),
        ("<p>a\u3000b&nbsp; c</p>", "<p>a\u3000b\xa0 c</p>"),
        ("<p></p><div> </div><span></span>", ""),
        ("<img src=a.png width=90% height=40px>", '<p><img src="a.png" height="40" alt=""/></p>'),
        ("<a href='java\tscript:x()'>one</a>", "<p>one</p>"),
        (
            "<a href=' mailto:a@example.org'>one</a>",
            '<p><a href="mailto:a@example.org">one</a></p>',
        ),
        ("<img src='data:image/svg+xml,x' alt=one>", "<p>one</p>"),
    ],
)
def test_form(html: str, wanted: str) -> None:
    assert result(html) == wanted


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<p onclick='x()'>w</p>", "handler-removed"),
        ("<a href='vbscript:x'>w</a>", "url-removed"),
        ("<a href='data:text/html,x'>w</a>", "url-removed"),
        ("w<script>x()</script>", "script-removed"),
        ("w<style>p{}</style>", "script-removed"),
        ("<select><option>one</select>", "control-removed"),
        ("<textarea>one</textarea>", "control-removed"),
        ("<iframe></iframe>", "embed-lost"),
        ("<object></object>", "embed-lost"),
        ("<blink-fast>w</blink-fast>", "element-unwrapped"),
        ("<img alt=w>", "image-without-source"),
        ("<svg><script>x()</script><path d='M0 0'/></svg>", "script-removed"),
        ("<svg><path onload='x()' d='M0 0'/></svg>", "handler-removed"),
        ("<svg><image href='https://example.org/x.png'/></svg>", "graphic-lost"),
        ("<li>w", "structure-mended"),
        ("<blockquote>" * 120 + "w", "nesting-flattened"),
    ],
)
def test_what_is_taken_out_is_told(html: str, code: str) -> None:
    assert code in {found for found, _ in normal(html)[2]}


@pytest.mark.parametrize(
    "html",
    ["<p class=x style='color:red' data-v-1 align=left>w</p>", "<div><!-- w --><div>w</div></div>"],
)
def test_presentation_goes_without_a_word(html: str) -> None:
    assert normal(html)[2] == []


def test_a_drawing_keeps_its_case_and_loses_what_leads_outside() -> None:
    drawing = normal(
        "<svg viewBox='0 0 90 90'><defs><linearGradient id=g></linearGradient></defs>"
        "<circle fill=\"url('#g')\"/>"
        "<rect fill='url(#g)' stroke='url(https://example.org/#g)' style='fill:red'/>"
        "<use href='#g'/><use href='https://example.org/#g'/></svg>"
    )[1]
    assert faults(drawing) == []
    text = to_xhtml(drawing)
    assert 'viewBox="0 0 90 90"' in text
    assert "<linearGradient" in text
    assert '<rect fill="red"/>' in text or '<rect fill="red"></rect>' in text  # CSS comes first
    assert "url('#g')" in text
    assert "example.org" not in text


@pytest.mark.parametrize("piece", ["x<span>y</span>", "x<ruby>y</ruby>", "<figure></figure>x"])
def test_long_lines_are_built_in_linear_time(piece: str) -> None:
    """A builder that adds text to text would take minutes, not a moment."""
    body = normal(f"<p>{piece * 50_000}")[1]
    assert "".join(str(part) for part in body.itertext()).count("x") == 50_000


def test_findings_name_the_file() -> None:
    body = etree.fromstring("<body><script/><p>w</p></body>")
    report = Report()
    normalise(Article("slug", Meta("t"), body, Origin("a.html")), report)
    assert [found.source for found in report.diagnostics] == ["a.html"]


@pytest.mark.parametrize(
    ("soup", "mended"),
    [
        ("<ul>a<li>b</li> c</ul>", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        (
            "<ul>a<li>b<b>c</b></li>d</ul>",
            "<ul><li>a</li><li>b<strong>c</strong></li><li>d</li></ul>",
        ),
        (
            "<ul>a<li><p>b</p></li>c<li>d</li></ul>",
            "<ul><li>a</li><li><p>b</p></li><li>c</li><li>d</li></ul>",
        ),
        (
            "<dl>a<dt>b</dt>c<dd>d</dd>e</dl>",
            "<dl><dt></dt><dd>a</dd><dt>b</dt><dd>c</dd><dd>d</dd><dd>e</dd></dl>",
        ),
    ],
)
def test_an_item_ends_where_it_ends_whatever_stands_before_it(soup: str, mended: str) -> None:
    body = parse_html(soup, Report()).find("body")
    assert body is not None
    assert to_xhtml(normalise_body(body, lambda *_: None)) == f"<body>{mended}</body>"
