"""Long chapters: cut where a reader would, nothing lost, every link right."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from copy import deepcopy
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from articlekit.model import Book, Chapter, Element, Meta
from articlekit.report import Report
from articlekit.writers.epub import EpubOptions, EpubWriter
from articlekit.writers.epub.split import FILE_SIZE, REPEATED, size_of, split_body

XHTML = "{http://www.w3.org/1999/xhtml}"


def body(markup: str) -> Element:
    return etree.fromstring(f"<body>{markup}</body>")


def text_of(element: Element) -> str:
    """The text, without the heads that a table's parts say again."""
    own = deepcopy(element)
    for head in own.xpath(f"//thead[@class='{REPEATED}']"):
        head.getparent().remove(head)
    return "".join(own.itertext())


def tags(element: Element) -> list[str]:
    return [str(each.tag) for each in element]


words = st.text("ab 。.，一", min_size=1, max_size=60)
inline = st.builds(lambda w: f"<em>{w}</em>{w}", words)
leaf = st.builds(lambda w, i: f"<p>{w}{i}</p>", words, inline)
code = st.builds(lambda w: f"<pre><code>{w}\n{w}</code></pre>", words)
heading = st.builds(lambda n, w: f"<h{n}>{w}</h{n}>", st.integers(2, 4), words)
nested = st.recursive(
    st.one_of(leaf, code, heading),
    lambda inner: st.one_of(
        st.builds(
            lambda xs: f"<blockquote>{''.join(xs)}</blockquote>", st.lists(inner, min_size=1)
        ),
        st.builds(
            lambda xs: "<ol>" + "".join(f"<li>{x}</li>" for x in xs) + "</ol>",
            st.lists(inner, min_size=1),
        ),
        st.builds(
            lambda head, xs: (
                f"<table>{head}<tbody>"
                + "".join(f"<tr><td>{x}</td></tr>" for x in xs)
                + "</tbody></table>"
            ),
            st.sampled_from(
                (
                    "",
                    "<caption>c</caption>",
                    "<colgroup><col/></colgroup><thead><tr><th>h</th></tr></thead>",
                )
            ),
            st.lists(inner, min_size=1),
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(nested, min_size=1, max_size=20), st.integers(600, 3000))
def test_nothing_is_lost_and_nothing_is_too_large(blocks: list[str], limit: int) -> None:
    whole = body("".join(blocks))
    before = text_of(whole)
    pieces = split_body(whole, limit)
    assert "".join(map(text_of, pieces)) == before
    # Shells around shells take some of what a piece may hold.
    assert all(size_of(piece) <= limit * 1.5 for piece in pieces)
    assert all(len(piece) or text_of(piece) for piece in pieces)


def test_a_short_chapter_is_left_alone() -> None:
    whole = body("<p>a</p>")
    assert split_body(whole) == [whole]


def test_cuts_are_made_before_the_highest_heading() -> None:
    part = f"<h3>s</h3><p>{'a' * 200}</p>"
    pieces = split_body(body(f"{part}{part}<h2>t</h2>{part}{part}{part}"), 1000)
    assert [tags(piece)[0] for piece in pieces] == ["h3", "h2"]


def test_a_heading_is_never_left_behind_alone() -> None:
    blocks = f"<p>{'a' * 400}</p>" * 2 + "<h2>x</h2>" + f"<p>{'a' * 400}</p>"
    pieces = split_body(body(blocks), 1000)
    assert [tags(piece) for piece in pieces] == [["p", "p"], ["h2", "p"]]


def test_numbers_of_a_list_go_on() -> None:
    items = "".join(f"<li>{'a' * 90}</li>" for _ in range(12))
    pieces = split_body(body(f'<ol start="3">{items}</ol>'), 600)
    assert len(pieces) > 2
    number = 3
    for piece in pieces:
        assert piece[0].get("start") == str(number)
        number += len(piece[0])


def test_the_rest_of_an_item_has_its_number() -> None:
    pieces = split_body(body(f"<ol><li>{'a b ' * 400}</li><li>c</li></ol>"), 600)
    lists = [piece[0] for piece in pieces]
    assert all(each[0].get("value") == "1" for each in lists[1:])
    assert all(each[0].get("class") == "continued" for each in lists[1:])
    assert [item.get("value") for item in lists[-1]] == ["1", None]


def test_what_html_asks_of_the_parts() -> None:
    pairs = "".join(f"<dt>{'t' * 80}</dt><dd>{'d' * 80}</dd>" for _ in range(9))
    for piece in split_body(body(f"<dl>{pairs}</dl>"), 500):
        assert tags(piece[0])[0] == "dt"
        assert tags(piece[0])[-1] == "dd"
    inside = f"<p>{'a' * 200}</p>" * 5
    markup = f'<details open="open" id="x"><summary>s</summary>{inside}</details>'
    pieces = split_body(body(markup), 500)
    assert [piece[0].tag for piece in pieces] == ["details"] + ["div"] * (len(pieces) - 1)
    assert [piece[0].get("id") for piece in pieces] == ["x"] + [None] * (len(pieces) - 1)


def test_a_tables_head_stands_over_each_of_its_parts() -> None:
    head = '<thead><tr><th id="h">h</th></tr></thead>'
    rows = "".join(f"<tr><td>{n}{'a' * 60}</td></tr>" for n in range(40))
    table = f'<table id="t"><caption>c</caption>{head}<tbody>{rows}</tbody></table>'
    pieces = split_body(body(table), 1000)
    assert len(pieces) > 3
    assert tags(pieces[0][0]) == ["caption", "thead", "tbody"]
    for piece in pieces[1:]:
        assert tags(piece[0]) == ["thead", "tbody"]
        assert piece[0][0].get("class") == REPEATED
        assert piece.xpath("//@id") == []
    assert all(size_of(piece) <= 1000 for piece in pieces)
    assert "".join(map(text_of, pieces)) == text_of(body(table))


def test_a_head_that_leaves_no_room_is_said_once() -> None:
    rows = "".join(f"<tr><td>{'a' * 60}</td></tr>" for _ in range(40))
    markup = f"<table><thead><tr><th>{'h' * 500}</th></tr></thead><tbody>{rows}</tbody></table>"
    pieces = split_body(body(markup), 1000)
    assert sum(len(piece.xpath("//thead")) for piece in pieces) == 1


def long_book() -> Book:
    """Two chapters that link into all parts of each other; one has notes at its far end."""
    words = "路要好找，行不宜长。" * 90

    def chapter(own: int, other: int) -> Chapter:
        blocks = "".join(
            f'<h2 id="h{own}-{n}">第 {n} 节</h2><h3>小节 {n}</h3><p id="p{own}-{n}">{words}'
            f'<a href="#p{other}-{(n * 7) % 200}">x</a><a href="#h{own}-{199 - n}">y</a></p>'
            for n in range(200)
        )
        note = (
            f'<p><sup><a id="r{own}" href="#n{own}" role="doc-noteref">1</a></sup></p>{blocks}'
            f'<div role="doc-endnotes"><ol><li id="n{own}">注'
            f'<a href="#r{own}" role="doc-backlink">↩</a></li></ol></div>'
        )
        return Chapter(f"chapter-{own}", f"a{own}", Meta(f"长文 {own}", language="zh"), body(note))

    return Book(Meta("书", language="zh"), (chapter(1, 2), chapter(2, 1)), {})


def written(options: EpubOptions) -> dict[str, bytes]:
    target = io.BytesIO()
    EpubWriter(options=options).write(long_book(), target, Report())
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def check_links(files: dict[str, bytes]) -> int:
    """Follow every link of every page and of both tables of contents; return how many there are."""
    pages = {name: etree.fromstring(data) for name, data in files.items() if name.endswith("ml")}
    pages["EPUB/toc.ncx"] = etree.fromstring(files["EPUB/toc.ncx"])
    count = 0
    for name, page in pages.items():
        for address in page.xpath("//@href[not(contains(., ':'))] | //@src[contains(., 'xhtml')]"):
            file, _, anchor = unquote(str(address)).partition("#")
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
            )
            assert target in files, (name, address)
            assert not anchor or pages[target].xpath("//*[@id=$id]", id=anchor), (name, address)
            count += 1
    return count


def test_every_link_is_right_after_a_split() -> None:
    files = written(EpubOptions())
    chapters = [name for name in files if re.fullmatch(r"EPUB/text/chapter-.*", name)]
    assert len(chapters) > 4  # two chapters in several files each
    assert all(len(files[name]) <= FILE_SIZE for name in chapters)
    # 400 sections with two links each, and two entries each in the nav, one in the NCX.
    assert check_links(files) > 400 * 2 + 400 * 2 + 400
    spine = re.findall(rb'idref="(chapter-\d+(?:\.\d+)?)"', files["EPUB/content.opf"])
    assert [f"EPUB/text/{name.decode()}.xhtml" for name in spine] == chapters
    first = etree.fromstring(files["EPUB/text/chapter-1.xhtml"])
    reference = next(each for each in first.iter(f"{XHTML}a") if each.get("role") == "doc-noteref")
    assert re.fullmatch(r"chapter-1\.\d+\.xhtml#n1", reference.get("href"))


def test_kobos_spans_are_counted_in_the_size() -> None:
    files = written(EpubOptions(profile="kobo"))
    assert all(len(data) <= FILE_SIZE for name, data in files.items() if "/text/" in name)
    assert check_links(files) > 2000
