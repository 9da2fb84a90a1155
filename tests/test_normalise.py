"""Any HTML comes to the normal form: allowed, settled, complete, and well-formed."""

from __future__ import annotations

import re

from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree

from articlekit.html import parse_html
from articlekit.model import Element
from articlekit.report import Report
from articlekit.transforms.normalise import normalise_body

# The same examples in every run: a test that fails here fails everywhere.
often = settings(max_examples=400, deadline=None, derandomize=True)

BLOCK_TAGS = (
    "p div section blockquote ul ol li dl dt dd h1 h2 h4 pre figure figcaption details summary "
    "table caption thead tbody tfoot tr th td main center fieldset legend address"
).split()
INLINE_TAGS = (
    "a b i em strong s code tt kbd mark sub u font span q dfn abbr ins del bdo ruby rt rp label "
    "time big nobr unknown-word noscript"
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
)
ATTRIBUTES = (
    "",
    " id=one",
    " id='two words'",
    " id=two",
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
    " title=' a word '",
    " start=3 reversed",
    " value=x",
    " colspan=2 rowspan=0",
    " align=right",
    " open",
    " name=one",
    " data-x=1",
    " hidden",
)
# `{}` becomes a word that stands once in a document.
TEXTS = ("{}", " {} ", "\n{}", "{}\n\n", "\u3000{}", "{}\xa0", " ", "\n", "&lt;{}&amp;", "，{}。")

tags = st.sampled_from(BLOCK_TAGS * 2 + INLINE_TAGS * 2 + DROPPED_TAGS)
attributes = st.lists(st.sampled_from(ATTRIBUTES), max_size=2).map("".join)
starts = st.builds("<{}{}>".format, tags, attributes).map(lambda tag: tag.replace("{}", ""))
ends = st.builds("</{}>".format, tags)
texts = st.sampled_from(TEXTS)
atoms = st.sampled_from(ATOMS)


def _element(tag: str, attribute: str, content: list[str], closed: bool) -> str:
    return f"<{tag}{attribute}>{''.join(content)}" + (f"</{tag}>" if closed else "")


#: Elements in elements, not all of them closed.
trees = st.lists(
    st.recursive(
        texts | atoms,
        lambda inner: st.builds(
            _element,
            tags,
            attributes,
            st.lists(inner, max_size=4),
            st.sampled_from([True] * 4 + [False]),
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
