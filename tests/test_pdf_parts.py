"""What is done to an article's tree before either engine lays it out."""

from __future__ import annotations

import io
import re
import subprocess
import time

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from articlekit.errors import OutputError
from articlekit.html import text_of
from articlekit.model import Book, Chapter, Meta
from articlekit.report import Report
from articlekit.writers.pdf import PdfOptions, PdfWriter
from articlekit.writers.pdf.addresses import link_addresses
from articlekit.writers.pdf.alternatives import describe_pictures
from articlekit.writers.pdf.quotes import marks_in, write_quotes
from articlekit.writers.pdf.tables import classify_tables, mark_headers
from articlekit.writers.pdf.typography import keep_ends


def tree(body: str) -> etree._Element:
    return etree.fromstring(f"<body>{body}</body>")


def inside(root: etree._Element) -> str:
    text = etree.tostring(root, encoding="unicode")
    return text.removeprefix("<body>").removesuffix("</body>")


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("见 https://e.org/a。", "https://e.org/a", "https://e.org/a"),
        ("(see http://e.org/a?b=1&amp;c).", "http://e.org/a?b=1&c", "http://e.org/a?b=1&c"),
        ("at www.e.org, now", "https://www.e.org", "www.e.org"),
        ("to a.b+c@mail.e.org.", "mailto:a.b+c@mail.e.org", "a.b+c@mail.e.org"),
        ("<code>x('https://e.org')</code>", "https://e.org", "https://e.org"),
    ],
)
def test_addresses_become_links(text: str, address: str, shown: str) -> None:
    root = tree(f"<p>{text}</p>")
    link_addresses(root)
    [link] = root.iter("a")
    assert (link.get("href"), link.text) == (address, shown)


@pytest.mark.parametrize(
    "text", ["<a href='#x'>https://e.org</a>", "<code>git@e.org</code>", "a@b", "www.", "https://"]
)
def test_what_is_no_address_or_a_link_already_is_left(text: str) -> None:
    root = tree(f"<p>{text}</p>")
    before = len(list(root.iter("a")))
    link_addresses(root)
    assert len(list(root.iter("a"))) == before


@given(st.text(st.sampled_from("ahtps:/w.@e-+_~")))
def test_links_change_no_text(text: str) -> None:
    root = etree.Element("p")
    root.text = text
    link_addresses(root)
    assert text_of(root) == text


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "www." * 50_000, "a@" * 50_000, "http://" * 30_000]
)
def test_addresses_are_looked_for_in_linear_time(text: str) -> None:
    root = etree.Element("p")
    root.text = text
    start = time.perf_counter()
    link_addresses(root)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-CN", "他说：“水<span>到‘<span>此</span>’</span>”。"),
        ("zh-TW", "他说：「水<span>到『<span>此</span>』</span>」。"),
        ("fr", "他说：«水<span>到“<span>此</span>”</span>»。"),
        (None, "他说：“水<span>到‘<span>此</span>’</span>”。"),
    ],
)
def test_quotes_are_text(language: str | None, expected: str) -> None:
    root = tree("<p>他说：<q>到<q>此</q></q>。</p>")
    marks = marks_in(root, language)
    write_quotes(root, language)
    assert inside(root) == f"<p>{expected.replace('水<span>', '<span>')}</p>"
    assert marks <= set(text_of(root))


def test_a_table_without_headers_gets_its_first_row() -> None:
    root = tree("<table><tbody><tr><td>甲</td><td>乙</td></tr><tr><td>1</td></tr></tbody></table>")
    mark_headers(root)
    assert [(cell.tag, cell.get("class")) for cell in root.iter("td", "th")] == [
        ("th", "unmarked"), ("th", "unmarked"), ("td", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows", ["<tr><td>甲</td></tr>", "<tr><th>甲</th><td>乙</td></tr><tr><td>丙</td></tr>"]
)
def test_other_tables_keep_their_cells(rows: str) -> None:
    root = tree(f"<table><tbody>{rows}</tbody></table>")
    before = inside(root)
    mark_headers(root)
    assert inside(root) == before


def test_high_rows_and_long_words_are_told() -> None:
    root = tree(f"<table><tr><td>{'字' * 300}</td></tr></table><table><tr><td>短</td></tr></table>")
    classify_tables(root)
    assert [table.get("class") for table in root.iter("table")] == ["tall", None]
    root = tree(f"<table><tr><td>{'x' * 20}</td><td>{'x ' * 20}</td></tr></table>")
    classify_tables(root)
    assert [cell.get("class") for cell in root.iter("td")] == ["dense", None]


def test_pictures_are_called_by_what_is_about_them() -> None:
    root = tree(
        '<p><img alt=""/></p><h2>渡口</h2><p><img alt="钟"/><img alt="IMG_1.jpg"/></p>'
        "<figure><img/><figcaption>老 <b>周</b></figcaption></figure>"
    )
    describe_pictures(root, "zh", "题")
    assert [each.get("alt") for each in root.iter("img")] == [
        "图片：题", "钟", "图片：渡口", "图片：老 周",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("他在渡口等了很久很久，没有人来。", "没有人来"),
        ("他在渡口等了很久很久，用的是 Go。", "是 Go"),
        ("短。", ""),
    ],
)
def test_ends_are_kept_together(text: str, last: str) -> None:
    root = tree(f"<p>{text}</p>")
    keep_ends(root, "zh")
    found = "".join(each.text or "" for each in root.iter("span"))
    assert text_of(root) == text
    assert last.endswith(found)
    assert bool(found) == bool(last)


def book(*bodies: str) -> Book:
    chapters = tuple(
        Chapter(f"c{n}", f"s{n}", Meta(f"第{n}章", language="zh"), tree(body))
        for n, body in enumerate(bodies, 1)
    )
    return Book(Meta("题", language="zh"), chapters, {})


def written(made: Book, report: Report, engine: str) -> bytes:
    target = io.BytesIO()
    PdfWriter(options=PdfOptions(pdf_engine=engine)).write(made, target, report)
    return target.getvalue()


def test_a_chapter_that_typst_cannot_lay_out_is_told_and_the_rest_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from articlekit.writers.pdf.typst import compiler

    real = compiler.compile_book

    def fail(workshop: compiler.Workshop, *others: object) -> object:
        main = (workshop.root / "main.typ").read_text()
        included = re.findall(r'include "(.*?)"', main)
        if any("code(" in (workshop.root / name).read_text() for name in included):
            raise OutputError("Typst made no PDF of this book: no room")
        return real(workshop, *others)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(compiler, "compile_book", fail)
    report = Report()
    data = written(book("<p>好</p>", "<pre><code>x = 1</code></pre>"), report, "typst")
    [found] = [each for each in report.diagnostics if each.code == "article-skipped"]
    assert found.level == "loss"
    assert found.message.startswith("第2章: set as bare paragraphs, as its layout failed")
    said = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    shown = "".join(said.stdout.decode().split())
    assert "好" in shown
    assert "x=1" in shown


def test_items_of_paragraphs_have_bodies_and_markers_come_first() -> None:
    data = written(book("<ul><li><p>甲</p><p>乙</p></li><li>丙</li></ul>"), Report(), "weasyprint")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found, pending = [], [pdf.Root.StructTreeRoot.K[0]]
        while pending:
            element = pending.pop()
            kids = [k for k in element.K if isinstance(k, pikepdf.Dictionary) and "/S" in k]
            if element.S == "/LI":
                found.append([str(kid.S) for kid in kids])
            pending += kids
        assert found == [["/Lbl", "/LBody"]] * 2
        marks = [
            int(step.operands[1].MCID)
            for step in pikepdf.parse_content_stream(pdf.pages[-1])
            if str(step.operator) == "BDC"
        ]
    assert marks == sorted(marks)


def test_notes_by_typst_are_tagged_behind_their_page() -> None:
    note = '<sup><a id="r" href="#n" role="doc-noteref">1</a></sup>'
    ending = '<div role="doc-endnotes"><ol><li id="n">注。</li></ol></div>'
    data = written(book(f"<p>甲{note}乙</p><p>丙</p>{ending}"), Report(), "typst")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        document = pdf.Root.StructTreeRoot.K
        document = document[0] if isinstance(document, pikepdf.Array) else document
        assert [str(kid.S) for kid in document.K][-3:] == ["/P", "/P", "/Note"]


@pytest.mark.parametrize("engine", ["typst", "weasyprint"])
def test_code_runs_from_left_to_right_among_arabic(engine: str) -> None:
    meta = Meta("النهر", language="ar")
    body = tree("<p>عبرنا النهر</p><pre><code>go(one, two): # three</code></pre>")
    data = written(Book(meta, (Chapter("c", "s", meta, body),), {}), Report(), engine)
    said = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    assert "go(one,two):#three" in "".join(said.stdout.decode().split())
