"""How a long book is divided, what goes wrong with its parts, and what is then done."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

from articlekit.errors import OutputError
from articlekit.model import Book, Chapter, Meta
from articlekit.report import Report
from articlekit.writers.pdf import PdfOptions
from articlekit.writers.pdf.elsewhere import address_of, read_address
from articlekit.writers.pdf.joining import Piece, join
from articlekit.writers.pdf.parting import Laid, lay_out_apart
from articlekit.writers.pdf.plan import Plan, Share, plan, stays_in_chapters
from articlekit.writers.pdf.sizes import page_size
from articlekit.writers.pdf.weasy import write_by_weasyprint
from pdf_trees import (
    ENGINES,
    WHOLE,
    bookmarks,
    leading,
    links,
    orphans,
    tags,
    text_of,
    write,
)


def chapter(number: int, body: str) -> Chapter:
    made = etree.fromstring(f"<body>{body}</body>")
    return Chapter(f"c{number}", f"s{number}", Meta(f"Nr. {number}", language="de"), made)


def small(*bodies: str) -> Book:
    return Book(Meta("Buch", language="de"), tuple(map(chapter, range(9), bodies)), {})


def test_the_book_is_divided_at_all() -> None:
    """Or nothing is tested here: the parts are many, and the chapters of each follow."""
    chapters = tuple(
        Chapter(f"c{n}", f"s{n}", Meta("T"), etree.fromstring(f"<body>{'字' * 800 * n}</body>"))
        for n in range(1, 8)
    )
    shares = plan(Book(Meta("T"), chapters, {}), page_size("a5"), 8).shares
    assert len(shares) == 6
    assert [each for share in shares for each in share.chapters] == list(chapters)
    assert [share.first for share in shares] == [
        chapters.index(share.chapters[0]) for share in shares
    ]
    # One chapter is one part, however long.
    [alone] = plan(Book(Meta("T"), chapters[6:], {}), page_size("a5"), 1).shares
    assert alone.chapters == chapters[6:]
    # Those below: each has a page of its own.
    assert len(plan(small("<p>a</p>", "<p>b</p>"), page_size("a5"), 1).shares) == 2


def test_addresses_of_other_parts_are_read_again() -> None:
    for anchor, said in (("a", "b"), ("ä#(%)", "第 1 篇"), ("", "")):
        assert read_address(address_of(anchor, said)) == (anchor, said)
        assert address_of(anchor, said).isascii()
    assert read_address("https://example.org/#a") is None


@pytest.mark.parametrize("engine", ENGINES)
def test_text_that_looks_like_a_pdf_is_text_and_ids_have_any_letters(
    engine: str, tmp_path: Path
) -> None:
    trap = "12 0 R /StructParent 3 (/ID (x)) /Headers [ (y) ] \\) << >> endobj 中"
    table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
    said = escape(trap)
    there = f'<p id="(ä 1">{said}</p>{table}<p><a href="#(ä 1">{said}</a></p>'
    found = small(there, there.replace("ä 1", "ä 2").replace("#(ä 2", "#(ä 1"))
    chapters = [replace(each, meta=Meta(trap, language="de")) for each in found.chapters]
    book = replace(found, chapters=tuple(chapters))
    seen = []
    for name, pages in (("whole", WHOLE), ("parts", 1)):
        path = tmp_path / f"{name}.pdf"
        write(engine, book, path, pages)
        with pikepdf.open(path) as pdf:
            assert orphans(pdf) == []
            seen.append((text_of(path), bookmarks(pdf), links(pdf), tags(pdf)))
            # Two in the contents, and from either chapter to the first.
            assert set(leading(pdf, range(1, 9))) == {(2, 3), (2, 4), (3, 3), (4, 3)}
    assert seen[0] == seen[1]
    assert {title for _, title, *_ in seen[1][1]} == {trap}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_link_to_nothing_is_no_link_and_its_text_stays(engine: str, tmp_path: Path) -> None:
    there = '<p><a href="#c1">dort</a></p><p><a href="#nirgends">nirgends sonst</a></p>'
    path = tmp_path / "a.pdf"
    write(engine, small(there, "<p>hier</p>"), path, 1)
    with pikepdf.open(path) as pdf:
        assert set(leading(pdf, range(1, 9))) == {(2, 3), (2, 4), (3, 4)}
        assert orphans(pdf) == []
    assert "nirgends sonst" in text_of(path)[2]


def test_a_piece_that_leads_to_what_no_piece_has_loses_the_link(tmp_path: Path) -> None:
    """The joiner itself is told nothing of the other half of the book."""
    path = tmp_path / "a.pdf"
    write("weasyprint", small("<p>eins</p>", "<p>zwei</p>"), path, WHOLE)
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            for number, link in enumerate(page.obj.get("/Annots", ())):
                del link.Dest
                address = address_of(f"c{number}", f"nach {number}")
                link.A = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(address))
        pdf.save(tmp_path / "b.pdf")
    with (tmp_path / "c.pdf").open("wb") as file:
        join([Piece(tmp_path / "b.pdf", frozenset({"c1"}))], file)
    with pikepdf.open(tmp_path / "c.pdf") as pdf:
        [(page_number, _, target)] = links(pdf)
        assert (page_number, target[0]) == (2, 4)
        assert str(pdf.pages[1].obj.Annots[0].Contents) == "nach 1"
        assert orphans(pdf) == []
    assert text_of(tmp_path / "c.pdf") == text_of(path)


def test_a_chapter_that_fails_is_made_plain_and_the_other_parts_are_not_laid_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from articlekit.writers.pdf import engine

    real, seen = engine.BookHTML, []

    class Failing(real):  # type: ignore[misc, valid-type]  # stands in for WeasyPrint's
        def __init__(self, markup: engine.Markup, resources: object) -> None:
            text = b"".join(markup.parts).decode()
            seen.append(re.findall(r"<h1>(.*?)</h1>", text))
            if "<pre" in text:
                raise AssertionError("no room")
            super().__init__(markup, resources)

    monkeypatch.setattr(engine, "BookHTML", Failing)
    path = tmp_path / "a.pdf"
    report = write("weasyprint", small("<p>eins</p>", "<pre>x = 1</pre>", "<p>drei</p>"), path, 1)
    [found] = [each for each in report.diagnostics if each.code == "article-skipped"]
    assert found.message.startswith("Nr. 1: set as bare paragraphs, as its layout failed")
    assert "AssertionError: no room" in found.message
    assert [" ".join(page.split()) for page in text_of(path)[2:]] == [
        "Nr. 0 eins 3", "Nr. 1 x=1 4", "Nr. 2 drei 5", "",
    ]  # fmt: skip
    assert seen == [
        ["Buch"], ["Nr. 0"], ["Nr. 1"], ["Nr. 1"], ["Nr. 1"], ["Nr. 2"], ["Buch"],
    ]  # fmt: skip


def test_typst_lays_out_again_the_part_alone_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from articlekit.writers.pdf.typst import compiler

    real, seen = compiler.compile_book, []

    def fail(workshop: compiler.Workshop, *others: object) -> object:
        main = (workshop.root / "main.typ").read_text("utf-8")
        included = re.findall(r'include "(.*?)"', main)
        seen.append(included)
        if any("code(" in (workshop.root / name).read_text("utf-8") for name in included):
            raise OutputError("Typst made no PDF of this book: no room")
        return real(workshop, *others)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(compiler, "compile_book", fail)
    path = tmp_path / "a.pdf"
    book = small("<p>eins</p>", "<pre><code>x = 1</code></pre>", "<p>drei</p>")
    report = write("typst", book, path, 1)
    [found] = [each for each in report.diagnostics if each.code == "article-skipped"]
    assert found.message.startswith("Nr. 1: set as bare paragraphs, as its layout failed")
    assert [" ".join(page.split()) for page in text_of(path)[2:]] == [
        "Nr. 0 eins 3", "Nr. 1 x=1 4", "Nr. 2 drei 5", "",
    ]  # fmt: skip
    second = ["c2.typ"]
    assert seen == [[], ["c1.typ"], second, second, second, ["c3.typ"], []]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_character_that_no_font_has_is_told_once(engine: str, tmp_path: Path) -> None:
    book = small("<p>eins \U0010fffd</p>", "<p>zwei</p>", "<p>\U0010fffd\U0010fffc</p>")
    whole = write(engine, book, tmp_path / "whole.pdf", WHOLE)
    parts = write(engine, book, tmp_path / "parts.pdf", 1)
    assert parts.diagnostics == whole.diagnostics
    told = [each.message for each in parts.diagnostics if each.code == "pdf-missing-glyph"]
    assert len(told) == 1
    assert "U+10FFFC" in told[0]
    # By Typst the document is no PDF/UA then, and does not say that it is one.
    packets = []
    for name in ("whole", "parts"):
        with pikepdf.open(tmp_path / f"{name}.pdf") as pdf:
            packets.append(b"pdfuaid:part" in pdf.Root.Metadata.read_bytes())
    assert packets[0] == packets[1]


@pytest.mark.parametrize(
    ("css", "stays"),
    [
        ("p { color: red; font-family: 'Noto Sans' } h2::first-letter { color: blue }", True),
        ("@page { @bottom-right { content: counter(page) } }", True),
        ("h2 { counter-increment: part }", False),
        ("@page { @top-left { content: counter(pages) } }", False),
        ("a::after { content: target-counter(attr(href), page) }", False),
        ("article { break-before: auto }", False),
        ("@page :first { margin: 0 }", False),
        ("body { padding-top: 2cm }", False),
        ("article + article { margin-top: 1em }", False),
    ],
)
def test_a_style_sheet_that_reaches_over_chapters_is_told(css: str, stays: bool) -> None:
    assert stays_in_chapters(css) is stays


def test_a_book_with_such_a_style_sheet_is_laid_out_whole(tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text("h1 { counter-increment: all } h1::before { content: counter(all) }", "utf-8")
    options = PdfOptions(css=sheet)
    book = small("<p>eins</p>", "<p>zwei</p>")
    whole, parts = io.BytesIO(), io.BytesIO()
    write_by_weasyprint(book, options, whole, Report(), WHOLE)
    write_by_weasyprint(book, options, parts, Report(), 1)
    assert parts.getvalue() == whole.getvalue()


@pytest.mark.parametrize(
    ("fronts", "ends", "rounds"),
    [
        # By how many pages are left for it: how many the front has then.
        ({1: 1}, True, 1),
        ({1: 2, 2: 2}, True, 2),
        ({1: 2, 2: 3, 3: 3}, True, 3),
        ({1: 2, 2: 1}, False, 3),  # and so on for ever
    ],
)
def test_a_front_of_another_length_than_thought_moves_the_chapters(
    fronts: dict[int, int], ends: bool, rounds: int, tmp_path: Path
) -> None:
    chapters = small("<p>a</p>", "<p>b</p>").chapters
    shares = tuple(Share((each,), n) for n, each in enumerate(chapters))
    begun: list[int] = []
    told: list[Mapping[str, int]] = []

    def front(starts: Mapping[str, int], path: Path) -> Laid:
        told.append(starts)
        return Laid(fronts[begun[-2] - 1] if begun else 1, {})

    def body(share: Share, first: int, path: Path) -> Laid:
        begun.append(first)
        return Laid(10, {share.chapters[0].id: 0})

    laid = lay_out_apart(Plan(shares, {"c0": 7, "c1": 8}), front, body, tmp_path)
    assert (laid is not None) == ends
    assert len(begun) == 2 * rounds
    assert told[0] == {"c0": 7, "c1": 8}
    if laid is not None:
        assert begun[-2:] == [laid[0].pages + 1, laid[0].pages + 11]
        assert told[-1] == {"c0": laid[0].pages + 1, "c1": laid[0].pages + 11}


@pytest.mark.parametrize("engine", ENGINES)
def test_without_pikepdf_a_book_is_laid_out_whole(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = small("<p>eins</p>", "<p>zwei</p>")
    write(engine, book, tmp_path / "whole.pdf", WHOLE)
    monkeypatch.setattr("articlekit.writers.pdf.parting.find_spec", lambda _: None)
    write(engine, book, tmp_path / "parts.pdf", 1)
    assert (tmp_path / "parts.pdf").read_bytes() == (tmp_path / "whole.pdf").read_bytes()


def test_a_book_that_cannot_be_divided_is_laid_out_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articlekit.writers.pdf.setting.lay_out_apart", lambda *_: None)
    book = small("<p>eins</p>", "<p>zwei</p>")
    write("weasyprint", book, tmp_path / "parts.pdf", 1)
    monkeypatch.undo()
    write("weasyprint", book, tmp_path / "whole.pdf", WHOLE)
    assert (tmp_path / "parts.pdf").read_bytes() == (tmp_path / "whole.pdf").read_bytes()
