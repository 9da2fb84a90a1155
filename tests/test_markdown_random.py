"""Any document of the normal form comes back from Markdown as it was."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articlekit.model import Element
from articlekit.writers.markdown.convert import convert_tree, finished
from articlekit.writers.markdown.manner import Manner
from articlekit.writers.markdown.notes import Notes
from articlekit.writers.markdown.options import MarkdownOptions
from markdown_tree import languages, linked_ids, normal, read_back, spelled
from test_normalise import documents

often = settings(max_examples=200, deadline=None, derandomize=True)

# Text that would be markup somewhere, and Chinese punctuation of every kind.
PIECES = (
    "a b 字 真。 （注） “引” 《书》 、 — … · ！ ？ ; : . , ' \" + ￥ → ☆ é 한 か２ "
    "* ** _ __ *a* _a_ a_b_c ` `` ``` ~ ~~ ~~~ # ## 1. 2) - -- --- + = === > | || "
    "[a] [a](b) [^1] ![ ] ( ) < <b> </b> <!-- &amp;amp; &amp;lt; &amp;#35; \\ \\\\ \\* ! "
    "https://a.example/b_c_d www.a.example a@b.example {a} $ ^ [ ] ]( [!NOTE] :--- | :- "
    "&#12288; &#160; 100000000000. (a) i. @a #a %% == -->"
).split()
pieces = st.sampled_from([piece.replace("<", "&lt;") for piece in PIECES])
words = st.lists(st.tuples(pieces, st.sampled_from(["", "", " "])).map("".join), max_size=4)
texts = words.map("".join)
INLINES = ("em", "strong", "del", "em", "strong", "sub", "mark", "a href='/u'", "kbd", "u")
ADDRESSES = (
    "/a",
    "a b",
    "(",
    "a(b)c)",
    "&lt;a>",
    "a\\b",
    "/中",
    "a&amp;copy;b",
    "#x",
    "?a=1&amp;b",
)


def _inline(opening: str, content: list[str]) -> str:
    return f"<{opening}>{''.join(content)}</{opening.partition(' ')[0]}>"


inlines = st.recursive(
    texts
    | st.builds("<code>{}</code>".format, texts)
    | st.builds('<img src="/i" alt="{}">'.format, texts)
    | st.builds('<a href="{}">{}</a>'.format, st.sampled_from(ADDRESSES), texts)
    | st.just("<br>"),
    lambda inner: st.builds(_inline, st.sampled_from(INLINES), st.lists(inner, max_size=3)),
    max_leaves=8,
)
lines = st.lists(inlines, max_size=4).map("".join)


def _block(tag: str, content: list[str]) -> str:
    if tag in ("ul", "ol"):
        return f"<{tag}>{''.join(f'<li>{each}' for each in content)}</{tag}>"
    if tag == "table":
        cells = "".join(f"<td>{each}" for each in content)
        return f"<table><tr>{cells.replace('<td>', '<th>')}<tr>{cells}</table>"
    if tag == "li-p":
        return f"<ol start=3>{''.join(f'<li><p>{each}</p>' for each in content)}</ol>"
    return f"<{tag}>{''.join(content)}</{tag}>"


BLOCKS = ("p", "p", "h2", "ul", "ol", "li-p", "blockquote", "pre", "dl", "table", "figure", "hr")
blocks = st.recursive(
    st.builds(_block, st.sampled_from(BLOCKS), st.lists(lines, max_size=3)),
    lambda inner: st.builds(_block, st.sampled_from(BLOCKS), st.lists(inner | lines, max_size=3)),
    max_leaves=6,
)
articles = st.lists(blocks, max_size=3).map("".join)


def to_markdown(body: Element, **options: object) -> tuple[str, Notes]:
    """A body's Markdown; ids are linked to from this body alone."""
    manner = Manner(MarkdownOptions(**options), frozenset(linked_ids(body)))  # type: ignore[arg-type]
    notes = Notes()
    return finished(manner, notes, [convert_tree(body, manner, notes)]), notes


def check(html: str, dialect: str, **options: object) -> None:
    body = normal(html)
    text, notes = to_markdown(body, dialect=dialect, **options)
    if notes.blocks:
        return  # footnotes are read back in tests of their own
    back = read_back(text, dialect)
    assert spelled(back) == spelled(body), text
    assert set(linked_ids(back)) == set(linked_ids(body)), text
    assert languages(back) == languages(body), text


@given(documents)
@often
def test_documents_of_the_normal_form(html: str) -> None:
    check(html, "gfm")


@given(documents)
@often
def test_documents_in_commonmark(html: str) -> None:
    check(html, "commonmark")


@given(articles)
@often
def test_text_that_looks_like_markup(html: str) -> None:
    check(html, "gfm")


@given(lines.map("<p>{}</p>".format))
@settings(often, max_examples=400)
def test_lines(html: str) -> None:
    check(html, "commonmark")


@given(articles, st.sampled_from([20, 32, 60]))
@often
def test_wrapped_lines(html: str, wrap: int) -> None:
    check(html, "gfm", wrap=wrap)


@given(articles)
@often
def test_the_other_options(html: str) -> None:
    check(html, "gfm", bullet="*", links="reference", headings="setext")


@given(articles)
@settings(often, max_examples=80)
def test_a_second_reader_agrees(html: str) -> None:
    """The C library that GitHub's own is made of, which is older than markdown-it-py."""
    body = normal(html)
    text, notes = to_markdown(body, dialect="gfm")
    if notes.blocks:
        return
    command = ["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "tasklist"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    assert spelled(normal(done.stdout.decode())) == spelled(body), text


FOUND = (
    "<div lang=ja><ul><li>w0w</ul><ul><li>w1w</ul></div>",
    "<details><summary>a</summary><ol><li>b</ol><ol><li>c</ol></details>",
    "<wbr><p><wbr></p>",
    "<p><code>a</code><code>`</code></p>",
    "<pre lang=ja>w0w</pre>",
    "<figure lang=ja>w0w</figure>",
    "<dfn lang=ja>w0w</dfn>",
    "<p><a href='/u'>a<a href='/a'>a</a></a></p>",
    '<p><a href="a&amp;copy;b">a</a></p>',
    "<p><b>a *</b></p>",
    "<p><em>a *<img src='/i' alt='x'> b</em></p>",
    "<p><em>a *<kbd>k</kbd></em></p>",
    "<p>~~<img src='/i' alt='~~a'> b</p>",
)


@pytest.mark.parametrize("html", FOUND)
@pytest.mark.parametrize("dialect", ["commonmark", "gfm"])
def test_what_was_found(html: str, dialect: str) -> None:
    """Documents that once did not come back."""
    check(html, dialect)
    check(html, dialect, links="reference")
