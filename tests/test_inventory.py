"""What stands beside a kept body is what its tree has, before and after binding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from articlekit.binding import Picture, bind
from articlekit.inventory import Drawing, Heading, Shown, take_inventory
from articlekit.kept import KeptArticle, inventory_of
from articlekit.model import Article, Column, Meta, Origin, Source
from articlekit.reading import all_transforms, read_source
from articlekit.report import Report

CASES = Path(__file__).parent / "cases"
TRANSFORMS = all_transforms()


def foreseen(article: Article) -> None:
    """Hold what is said of a bound chapter to what its tree has."""
    kept = KeptArticle(article.slug, article.meta, article.body, article.origin)
    pictures = [
        Picture(None, f"https://a/{n}?x=1&y=2") for n in range(len(kept.kept.inventory.images))
    ]
    book = bind(Column(Meta("c"), (kept,)), [pictures], None, Report())
    (chapter,) = book.chapters
    said, found = inventory_of(chapter), take_inventory(chapter.body)
    assert replace(said, size=0) == replace(found, size=0)
    assert said.size >= found.size


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*/in.*")), ids=lambda path: path.parent.name)
def test_what_binding_leaves_is_foreseen(path: Path) -> None:
    source = Source(str(path), path.read_bytes(), path, "https://example.org/a")
    for article in read_source(source, TRANSFORMS, Report()):
        foreseen(article)


IDS = st.sampled_from(["", " id='a'", " id='b'", " id='注'"])
BLOCKS = st.sampled_from(
    [
        "<h2{0}>x <em{1}>y</em></h2>", "<h3{0}><ruby>字<rp{1}>(</rp><rt>じ</rt></ruby></h3>",
        "<blockquote{0}><h2{1}>z</h2></blockquote>", "<p{0}><img src='x'{1} alt='&lt;'/></p>",
        "<p{0}><a href='#a'{1}>1</a> <a href='b.html'>2</a> <a href='//x/\"'>3</a></p>",
        "<svg xmlns='http://www.w3.org/2000/svg'{0}><title>t</title><g{1} fill='url(#a)'/></svg>",
    ]
)  # fmt: skip


@given(st.lists(st.tuples(BLOCKS, IDS, IDS)))
def test_what_binding_leaves_of_any_ids_is_foreseen(blocks: list[tuple[str, str, str]]) -> None:
    markup = "".join(block.format(*ids) for block, *ids in blocks)
    body = etree.fromstring(f"<body>{markup}</body>")
    foreseen(Article("s", Meta("t"), body, Origin("a.html", base="https://example.org/")))


def test_an_inventory_names_what_is_there() -> None:
    has = take_inventory(
        etree.fromstring(
            "<body id='top'><h2 id='a'>一 <em>二</em></h2><h3 id='a'>三</h3><li><h2>四</h2></li>"
            "<ruby><rp id='b'>(</rp></ruby><p id='c'><a href='#a'/><a/><img src='x' alt=''/></p>"
            "<svg xmlns='http://www.w3.org/2000/svg' aria-label='l'><title>t</title></svg></body>"
        )
    )
    assert (has.ids, has.unseen, has.links) == (("top", "a", "a", "b", "c"), ("b",), ("#a",))
    assert has.headings == (Heading(0, 2, "一 二", "a"), Heading(1, 3, "三", ""))
    assert has.images == (Shown("x", None, "", ""),)
    assert has.drawings == (Drawing("l", "t"),)
    assert {"body", "h2", "rp", "a"} < has.tags
