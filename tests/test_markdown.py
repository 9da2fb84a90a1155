"""Markdown: what is written, in which dialect, and that it is read back."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest

import articlekit
from articlekit.errors import UsageError
from articlekit.writers.markdown.dialects import DIALECTS
from articlekit.writers.markdown.options import MarkdownOptions
from articlekit.writers.markdown.wrap import width
from markdown_tree import normal, read_back, spelled


def written(html: str, **options: Any) -> str:
    return articlekit.html_to_markdown(html, **options).removesuffix("\n")


# emphasis

PUNCTUATION = [
    char
    for char in map(chr, [*range(0x2010, 0x2028), *range(0x3001, 0x3020), *range(0xFE30, 0xFE70)])
    if unicodedata.category(char)[0] in "PS"
] + [char for char in map(chr, range(0xFF01, 0xFF66)) if unicodedata.category(char)[0] in "PS"]


@pytest.mark.parametrize("tag", ["em", "strong", "del"])
def test_emphasis_beside_every_chinese_punctuation(tag: str) -> None:
    """Inside and outside of it, at both its ends, between characters and at a line's ends."""
    for char in PUNCTUATION:
        html = "".join(
            f"<p>{before}<{tag}>{inside}</{tag}>{after}</p>"
            for before in ("", "她", char, f"{char} ")
            for inside in ("真", f"真{char}", f"{char}真", char)
            for after in ("", "她", char, f" {char}")
        )
        assert spelled(read_back(written(html))) == spelled(normal(html)), char


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("她<b>真</b>好", "她**真**好"),
        ("<b>真。</b>她", "<strong>真。</strong>她"),
        ("<b>真。</b>", "**真。**"),
        ("<b>真</b>。她", "**真**。她"),
        ("<b>真。</b>（她）", "**真。**（她）"),
        ("<b> 真 </b>她", "**真** 她"),
        ("<i><b>x</b></i>", "***x***"),
        ("<b>a</b><i>b</i>", "**a***b*"),
        ("<b>a。</b><i>b</i>c", "__a。__*b*c"),
        ("<b></b><i> </i>a", "a"),
        ("a<b>b<br></b>c", "a**b**\\\nc"),
    ],
)
def test_emphasis(html: str, wanted: str) -> None:
    assert written(f"<p>{html}</p>") == wanted


# escaping


@pytest.mark.parametrize(
    "prose",
    [
        "snake_case, 2 * 3, a # b, C#, 1.5 + 2, 50%, [1], f(x) = y | z",
        "《书名》、“引文”——他说：好！（真的？）…",
        "5~10 天，AT&T, a < b > c, x^2, $5, 100\\200",
        "第1. 节 - 二 + 三 > 四",
        "#tag, 2024-05-01, -5 °C, +86",
        "!important",
        "5 kg *",
    ],
)
def test_prose_stays_prose(prose: str) -> None:
    html = prose.replace("&", "&amp;").replace("<", "&lt;")
    assert written(f"<p>{html}</p>") == prose


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("# a", "\\# a"),
        ("---", "\\---"),
        ("> a", "\\> a"),
        ("*a*", "\\*a\\*"),
        ("_a_ b_", "\\_a\\_ b\\_"),
        ("`a`", "\\`a\\`"),
        ("[a](b)", "[a\\](b)"),
        ("[a]: b", "[a\\]: b"),
        ("[^1]", "\\[^1]"),
        ("<b>", "\\<b>"),
        ("&amp;", "\\&amp;"),
        ("\\*", "\\\\\\*"),
        ("~a~", "\\~a\\~"),
        ("\u3000她", "&#12288;她"),
        ("\xa0a\xa0", "&nbsp;a&nbsp;"),
        ("[x] a", "\\[x] a"),
    ],
)
def test_what_looks_like_markup_is_escaped(text: str, wanted: str) -> None:
    html = text.replace("&", "&amp;").replace("<", "&lt;")
    assert written(f"<p>{html}</p>") == wanted


# links, code, headings, lists, tables


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<a href='https://a.example/'>https://a.example/</a>", "<https://a.example/>"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "<a@b.example>"),
        ("<a href='a b'>x</a>", "[x](<a b>)"),
        ("<a href='a(b)'>x</a>", "[x](a\\(b\\))"),
        ("<a href=''>x</a>", "[x]()"),
        ("<a href='/中文'>x</a>", "[x](/中文)"),
        ("<a href=u title='a \"b\"'>x</a>", '[x](u "a \\"b\\"")'),
        ("<a href=u>[x]</a>!", "[\\[x\\]](u)!"),
        ("!<a href=u>x</a>", "\\![x](u)"),
        ("<a href='java\nscript:x()'>x</a>", "x"),
        ("<a href='data:text/html,x'>x</a>", "x"),
        ("<img src='javascript:x()' alt=x>", "x"),
        ("<img src='data:image/png;base64,AA=='>", "![](data:image/png;base64,AA==)"),
        ("<img src=i alt='[a] *b*' title=t>", '![\\[a\\] \\*b\\*](i "t")'),
        ("<code>a`b</code>", "``a`b``"),
        ("<code>`</code>", "`` ` ``"),
        ("<code> a </code>", "`  a  `"),
        ("<code>a</code><code>b</code>", "`a`<code>b</code>"),
        ("<code>a<b>b</b></code>", "<code>a**b**</code>"),
        ("<q>a</q><kbd>b</kbd>", "<q>a</q><kbd>b</kbd>"),
        ("<abbr title='a \"b\"'>c</abbr>", '<abbr title="a &quot;b&quot;">c</abbr>'),
        ("a<br><br>b", "a\\\n\\\nb"),
    ],
)
def test_phrasing(html: str, wanted: str) -> None:
    assert written(f"<p>{html}</p>") == wanted


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<h2>a #</h2>", "## a \\#"),
        ("<h2>a<br>b</h2>", "## a<br>b"),
        ("<pre>```</pre>", "````\n```\n````"),
        ("<pre><code class='language-a`b'>x</code></pre>", "~~~a`b\nx\n~~~"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ul><li><p>a<li><p>b</ul>", "- a\n\n- b"),
        ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b"),
        ("<ol start=9><li>a<li>b</ol>", "9. a\n10. b"),
        ("<ol reversed><li>a</ol>", "<ol reversed>\n<li>a</li>\n</ol>"),
        ("<ul><li><pre>a</pre></ul>", "- ```\n  a\n  ```"),
        ("<ul><li>a<ol start=2><li>b</ol></ul>", "- a\n  <!-- -->\n  2. b"),
        ("<ul><li><input type=checkbox checked> a</ul>", "- [x] a"),
        ("<ul><li><hr></ul>", "- ___"),
        ("<ul><li></li><li>a</ul>", "-\n- a"),
        ("<blockquote><p>a<blockquote><p>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<table><tr><th>a|b<tr><td>`</table>", "| a\\|b |\n| --- |\n| \\` |"),
        ("<table><tr><th align=right>a<tr><td>b<br>c</table>", "| a |\n| --: |\n| b<br>c |"),
        ("<details><summary>a</summary><p>b</details>",
         "<details>\n<summary>a</summary>\n\nb\n\n</details>"),
        ("<div class='markdown-alert markdown-alert-tip'><p class='markdown-alert-title'>Tip</p>"
         "<p>a</div>", "> [!TIP]\n> a"),
        ("<div class='admonition warning'><p class='admonition-title'>W</p><p>a</div>",
         "> [!WARNING]\n> a"),
        ("<b><p>a</p><p>b</p></b>", "**a**\n\n**b**"),
        ("<ul>a<li>b</ul>", "- a\n- b"),
        ("<li>a", "- a"),
    ],
)  # fmt: skip
def test_blocks(html: str, wanted: str) -> None:
    assert written(html) == wanted


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>no header</table>",
        "<table><tr><th>a<tr><td colspan=2>b</table>",
        "<table><tr><th>a<tr><td><p>b<p>c</table>",
        "<table><tr><th>a<tr><td><pre>b\n\nc</pre></table>",
        "<table><caption>a</caption><tr><th>b<tr><td>c</table>",
        "<table><tr><th>a<th>b<tr><th>c<td>d</table>",
        "<dl><dt>a<dd>b<dd><p>c<p>d</dl>",
        "<figure><img src=i><figcaption>a <b>b</b></figcaption></figure>",
        "<p>H<sub>2</sub>O, x<sup>2</sup>, <mark>m</mark>, <kbd>k</kbd>, <u>u</u>, <ins>i</ins>",
        "<p><ruby>汉<rt>hàn</rt></ruby> <math><mi>x</mi></math> <bdo dir=rtl>a</bdo>",
        "<p><a href='#there'>a</a></p><p id=there>b</p>",
    ],
)
@pytest.mark.parametrize("dialect", ["commonmark", "gfm", "hugo"])
def test_nothing_is_lost_that_a_dialect_cannot_say(html: str, dialect: str) -> None:
    body = normal(html)
    assert spelled(read_back(written(html, dialect=dialect), dialect)) == spelled(body)


# dialects

SAMPLE = (
    "<dl><dt>a<dd>b</dl><p>H<sub>2</sub>O <mark>m</mark> <s>s</s> 5~6~7 #x {a} @b | c</p>"
    "<p><math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x_1</annotation>"
    "</semantics></math></p><table><tr><td>a</table>"
)


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_dialects(dialect: str) -> None:
    text = written(SAMPLE, dialect=dialect)
    says = DIALECTS[dialect]
    assert ("a\n:   b" in text) == says.definition_lists
    assert ("H~2~O" in text) == says.subscripts
    assert ("==m==" in text) == says.highlights
    assert ("[m]{.mark}" in text) == says.attributes
    assert ("~~s~~" in text) == says.strikethrough
    assert ("$x_1$" in text) == says.math
    assert ("|  |\n" in text) == says.bare_tables
    assert ("\\#x" in text) == (dialect == "obsidian")
    assert ("\\{a} \\@b" in text) == (dialect == "pandoc")
    assert ("\\| c" in text) == (dialect == "jekyll")


def test_hugo_shortcodes_are_quoted() -> None:
    assert "{{</* ref x */>}}" in written("<pre>{{&lt; ref x >}}</pre>", dialect="hugo")


def test_pandoc_attributes() -> None:
    html = "<h2 id=a>A</h2><p><a href=#a>b</a> <span lang=ja>c</span> <img src=i width=9></p>"
    assert written(html, dialect="pandoc") == (
        '## A {#a}\n\n[b](#a) [c]{lang="ja"} ![](i){width="9"}'
    )


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        # An image alone in a paragraph is a figure, and its text a caption that is seen.
        ("<p><img src=i alt=a></p>", "![a](i)<!-- -->"),
        ("<p><img src=i></p>", "![](i)"),
        ("<ul><li><img src=i alt=a></ul>", "- ![a](i)"),
        ("<figure><img src=i alt='a \"b\" \\' width=9><figcaption>c <b>d</b></figcaption></figure>",
         '![c **d**](i){alt="a \\"b\\" \\\\" width="9"}'),
        ("<figure><img src=i alt=a><figcaption>c [1]</figcaption></figure>",
         "<figure>\n\n![a](i)<!-- -->\n\n<figcaption>c &#91;1&#93;</figcaption>\n</figure>"),
        # Between tags Markdown is read, too.
        ("<table><tr><td colspan=2>2*3*4 <code>_a_</code></table>",
         '<table>\n<tbody>\n<tr><td colspan="2">2&#42;3&#42;4 <code>&#95;a&#95;</code></td></tr>\n'
         "</tbody>\n</table>"),
        ("<p><mark>a]b</mark></p>", "[a\\]b]{.mark}"),
        ("<p><b>a</b><b>b</b></p>", "**a**<strong>b</strong>"),
        ("<p><img src=i alt=$a> $b</p>", "![\\$a](i) \\$b"),
        ("<table><tr><th><tr><td>a</table>",
         "<table>\n<tbody>\n<tr><th></th></tr>\n<tr><td>a</td></tr>\n</tbody>\n</table>"),
    ],
)  # fmt: skip
def test_what_pandoc_reads_its_own_way(html: str, wanted: str) -> None:
    assert written(html, dialect="pandoc") == wanted


NOTES = (
    "<p>a<sup><a href='#fn1' id='r1'>1</a></sup> b<a id=r2 href=#fn2><sup>2</sup></a></p><hr>"
    "<ol><li id=fn1><p>one</p><p>more <a href=#r1>↩</a></p></li>"
    "<li id=fn2>two <a href=#r2>↩</a></li></ol>"
)


def test_notes() -> None:
    assert written(NOTES) == "a[^1] b[^2]\n\n[^1]: one\n\n    more\n\n[^2]: two"
    assert '<a id="fn1"></a>one' in written(NOTES, dialect="commonmark")
    back = str(articlekit.html_to_markdown(NOTES))
    assert "footnote" not in back
    assert [p.text for p in read_back(back).iter("p")][1:] == ["one", "more ", "two "]


def test_a_link_within_is_no_note() -> None:
    html = "<p><a href=#x>1</a></p><p id=x>Chapter one.</p>"
    assert written(html) == '[1](#x)\n\n<a id="x"></a>Chapter one.'


# options


def test_options() -> None:
    html = "<h1>a</h1><ul><li><a href=u title=t>b</a> <a href=u title=t>c</a></ul>"
    options = MarkdownOptions(bullet="*", links="reference", headings="setext")
    assert written(html, bullet=options.bullet, links=options.links, headings=options.headings) == (
        'a\n===\n\n* [b][1] [c][1]\n\n[1]: u "t"'
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dialect": "pandok"}, "dialect cannot be 'pandok'; did you mean 'pandoc'?"),
        ({"bullet": "x"}, "bullet cannot be 'x'"),
        ({"wrap": 3}, "wrap cannot be 3; lines have 20 columns or more"),
    ],
)
def test_options_that_do_not_exist(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        articlekit.html_to_markdown("a", **options)


def test_lines_are_broken_at_spaces_by_columns() -> None:
    html = "<p>汉字 占两栏 a b c 没有空格的地方不能断开 - 1. x <a href=u title='a b'>a b</a></p>"
    text = written(html, wrap=20)
    assert text.split("\n")[0] == "汉字 占两栏 a b c"
    assert "\n- " not in text
    assert "\n1. " not in text
    assert spelled(read_back(text)) == spelled(normal(html))
    assert width("汉a") == 3


# any HTML


def test_all_that_is_visible_is_kept() -> None:
    html = (
        "<html><head><title>no</title><script>no</script></head><body><nav>menu</nav>"
        "<style>no</style><div class=ad>ad</div><form><label>l</label><button>b</button></form>"
        "<template>no</template><noscript>n</noscript><center>c</center><blink>d</blink>"
        "<video src='https://v.example/a.mp4' poster=p.jpg></video><object>o</object>"
    )
    assert written(html) == (
        "menu\n\nad\n\nlb\n\nn\n\nc\n\nd\n\n![](p.jpg)\n\n"
        "[v.example/a.mp4](https://v.example/a.mp4)\n\no"
    )


def test_no_script_survives() -> None:
    html = (
        "<p onclick='x()'>a<svg viewBox='0 0 90 90'><script>x()</script>"
        "<path onload='x()' d='M0 0'/></svg></p><table><tr><td onclick=x() colspan=2>"
        "<a href='javascript:x()'>b</a></table><iframe src='javascript:x()'></iframe>"
    )
    text = written(html)
    assert "x()" not in text
    assert "<svg" in text


@pytest.mark.parametrize(
    "tag", ["div", "b", "ul><li", "blockquote", "table><tr><td", "a href=u", "details", "pre"]
)
def test_deep_nesting_costs_no_more_than_its_size(tag: str) -> None:
    times = []
    for count in (25_000, 100_000):
        start = time.process_time()
        text = articlekit.html_to_markdown(f"<p>before</p>{f'<{tag}>' * count}w0w")
        times.append(time.process_time() - start)
        assert "before" in text
        assert "w0w" in text
    assert times[1] < 10 * times[0] + 0.5  # four times the size; the square would be 16


def test_many_elements_beside_each_other() -> None:
    for html in ("<b>a</b>", "<p>a", "<span>a</span>", "<br>", "<li>a", "a~ ", "<sup>x</sup>"):
        start = time.process_time()
        articlekit.html_to_markdown(html * 50_000)
        assert time.process_time() - start < 5


def test_odd_input() -> None:
    assert articlekit.html_to_markdown("") == "\n"
    assert written("a\x00b\x0bc\ud800d") == "abcd"
    assert written("<p>a</p>\r\n<pre>b\r\nc</pre>") == "a\n\n```\nb\nc\n```"


def test_formats_that_nobody_ends_are_not_written_in_every_block_for_ever() -> None:
    """They are opened anew in each; as in the normal form, only the outer thirty are held."""
    html = "".join(f"<b id={n}>" for n in range(400)) + "<p>x</p>" * 200
    start = time.process_time()
    text = written(html)
    assert time.process_time() - start < 5
    assert len(text) < 20 * len(html)
    assert text.count("x") == 200
