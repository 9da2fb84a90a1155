from __future__ import annotations

import builtins
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image as Pillow

from articlekit.errors import MissingDependency, UsageError
from articlekit.html import text_of
from articlekit.model import Book, Chapter, Image, Meta, Part
from articlekit.report import Report
from articlekit.writers.pdf import PdfWriter
from articlekit.writers.pdf.options import STANDARDS, PdfOptions
from articlekit.writers.pdf.typst.document import make_files
from articlekit.writers.pdf.typst.literals import literal, text_code

DAY = datetime(2024, 5, 1, 8, 30, tzinfo=UTC)
RIVER = "清晨六点，城市还没有醒来。我沿着河岸慢慢走，水面上浮着一层薄雾，远处传来汽笛的声音。"
BODY = f"""<body>
<p>开头一段说“你好。”（引文）。{RIVER}</p>
<h2>第一节 Python入门</h2>
<p>第二段使用Python 3.11编写，it’s simple。{RIVER * 3}</p>
<blockquote><p>操千曲而后晓声。</p></blockquote>
<h3>小节</h3>
<ul><li>列表甲</li><li>列表乙<ol><li>其一</li></ol></li></ul>
<table><caption>表题</caption><thead><tr><th>年份</th><th>数量</th></tr></thead>
<tbody><tr><td>1999</td><td>42</td></tr></tbody></table>
<dl><dt>词</dt><dd>解释</dd></dl>
<pre><code class="language-python">print("代码")  # {"long line " * 12}</code></pre>
<h4>四级</h4>
<p>末段<a href="https://example.com/x">链接</a>，结束。</p>
</body>"""
MATHML = 'xmlns="http://www.w3.org/1998/Math/MathML"'
TYPST = PdfOptions(pdf_engine="typst")


def chapter(number: int, body: str = BODY, language: str | None = "zh-CN") -> Chapter:
    meta = Meta(f"第{number}章题目", ("张三",), language, f"https://example.com/{number}", DAY)
    return Chapter(f"ch{number}", f"s{number}", meta, etree.fromstring(body))


def article(body: str, language: str = "zh-CN", images: Sequence[Image] = ()) -> Book:
    only = chapter(1, f"<body>{body}</body>", language)
    return Book(only.meta, (only,), {image.id: image for image in images})


def write(
    book: Book, target: Path, report: Report | None = None, options: PdfOptions = TYPST
) -> Path:
    PdfWriter(options=options).write(book, target, report or Report())
    return target


def codes(report: Report) -> list[str]:
    """What was reported, but for which engine it was."""
    return [found.code for found in report.diagnostics if found.message != "PDF by Typst"]


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def text_in(path: Path, *options: str) -> str:
    return re.sub(r"\s", "", run("pdftotext", *options, path, "-"))


def pages_of(path: Path) -> list[str]:
    return run("pdftotext", "-layout", path, "-").rstrip("\f").split("\f")


@pytest.fixture(scope="module")
def column(tmp_path_factory: pytest.TempPathFactory) -> Path:
    meta = Meta("专栏合集", ("编者", "另一位"), "zh-CN", description="几篇文章")
    chapters = tuple(chapter(number) for number in (1, 2, 3))
    return write(Book(meta, chapters, {}), tmp_path_factory.mktemp("pdf") / "column.pdf")


@pytest.mark.parametrize("engine", ["typst", "weasyprint"])
def test_text_comes_whole_and_in_order_by_both_engines(tmp_path: Path, engine: str) -> None:
    report = Report()
    only = chapter(1)
    book = Book(only.meta, (only,), {})
    path = write(book, tmp_path / "a.pdf", report, PdfOptions(pdf_engine=engine))
    # A page's number and running title may stand inside a paragraph that is broken.
    text = text_in(path)
    at = 0
    for block in only.body.iter("p", "h2", "h3", "h4", "caption", "th", "td", "dt", "dd"):
        for sentence in re.findall(r"[^。，#]+", re.sub(r"\s", "", text_of(block))):
            found = text.find(sentence, at)
            assert found >= 0, sentence
            at = found
    assert "列表甲" in text
    assert "其一" in text
    assert text.count("longline") == 12
    assert codes(report) == []


def test_bookmarks_are_the_headings_to_the_third_level(column: Path) -> None:
    with pikepdf.open(column) as pdf, pdf.open_outline() as tree:
        titles = [item.title for item in tree.root]
        inner = [
            (child.title, [each.title for each in child.children])
            for child in tree.root[0].children
        ]
    assert titles == ["第1章题目", "第2章题目", "第3章题目"]
    assert inner == [("第一节 Python入门", ["小节"])]


def test_contents_name_the_pages_that_chapters_begin_on(column: Path) -> None:
    pages = [re.sub(r"(?<=[第\d]) (?=[\d章])", "", page) for page in pages_of(column)]
    contents = next(page for page in pages if "目录" in page)
    listed = {n: int(p) for n, p in re.findall(r"(第\d章题目)[ .]+(\d+)", contents)}
    starts = {
        f"第{n}章题目": at
        for n in (1, 2, 3)
        for at, page in enumerate(pages, 1)
        if f"example.com/{n}" in page
    }
    assert listed == starts
    assert len(starts) == 3


@pytest.mark.parametrize("engine", ["typst", "weasyprint"])
def test_contents_have_the_parts_of_the_book(tmp_path: Path, engine: str) -> None:
    parts = (Part("上编", 2), Part("", 1))
    meta = Meta("专栏合集", ("编者",), "zh-CN")
    held = tuple(chapter(number, "<body><p>文</p></body>") for number in (1, 2, 3))
    book = Book(meta, held, {}, parts=parts)
    pages = pages_of(write(book, tmp_path / "a.pdf", options=PdfOptions(pdf_engine=engine)))
    contents = re.sub(r"[\s.]", "", next(page for page in pages if "目录" in page))
    assert contents.startswith("目录上编第1章题目3第2章题目4其他文章第3章题目5")


def test_pages_are_numbered_and_run_the_chapter_title(column: Path) -> None:
    pages = pages_of(column)
    for number, page in enumerate(pages[1:], 2):
        assert page.split()[-1] == str(number)
    running = ["".join(page.splitlines()[0].split()) for page in pages if "末段" in page]
    assert running == ["第1章题目", "第2章题目", "第3章题目"]


def test_every_font_is_embedded_in_part(column: Path) -> None:
    rows = run("pdffonts", column).splitlines()[2:]
    assert rows
    assert all(re.search(r" yes yes yes +\d+ +\d+$", row) for row in rows), rows


def test_metadata(column: Path) -> None:
    with pikepdf.open(column) as pdf:
        assert pdf.docinfo["/Title"] == "专栏合集"
        assert pdf.docinfo["/Author"] == "编者, 另一位"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20240501083000")
        assert str(pdf.Root.Lang).startswith("zh")
        assert pdf.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()
        box = [float(side) for side in pdf.pages[0].MediaBox]
        assert box[2:] == pytest.approx([419.53, 595.28], abs=0.1)


def test_a_size_and_a_standard_can_be_chosen(tmp_path: Path) -> None:
    options = PdfOptions(pdf_engine="typst", page_size="120x180mm", pdf_standard="a-2u")
    report = Report()
    path = write(article(f"<p>{RIVER}</p>"), tmp_path / "a.pdf", report, options)
    with pikepdf.open(path) as pdf:
        assert b"pdfaid:part" in pdf.Root.Metadata.read_bytes()
        assert float(pdf.pages[0].MediaBox[2]) == pytest.approx(120 / 25.4 * 72, abs=0.1)
    assert codes(report) == []


@pytest.mark.parametrize("standard", [each for each in STANDARDS if each != "ua-1"])
def test_every_archival_standard_is_kept_behind_the_pass_over_notes(
    standard: str, tmp_path: Path
) -> None:
    note = '<sup><a id="r1" href="#n1" role="doc-noteref">1</a></sup>'
    held = '<div role="doc-endnotes"><ol><li id="n1">注<em>文</em>。</li></ol></div>'
    report = Report()
    options = PdfOptions(pdf_engine="typst", pdf_standard=standard)
    book = article(f"<p>{RIVER}{note}{RIVER}</p>{held}")
    path = write(book, tmp_path / "a.pdf", report, options)
    assert codes(report) == []
    with pikepdf.open(path) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
        assert packet.count("<rdf:RDF") == 1
        assert f"<pdfaid:part>{standard[2]}<" in packet
        assert f"<pdfaid:conformance>{standard[3].upper()}<" in packet
        assert "<pdfuaid:part>1<" in packet
        # ISO 19005-2: an intent for colours (6.2.3), an identifier (6.1.3), no encryption.
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert len(pdf.trailer.ID) == 2
        assert not pdf.is_encrypted
        assert pdf.Root.MarkInfo.Marked


def test_links_are_live(tmp_path: Path) -> None:
    body = '<p id="there">甲<a href="https://example.com/x">外</a><a href="#ch1">内</a></p>'
    with pikepdf.open(write(article(body), tmp_path / "a.pdf")) as pdf:
        links = [link for page in pdf.pages for link in page.get("/Annots", [])]
        addresses = {str(link.A.URI) for link in links if "/A" in link and "/URI" in link.A}
        inside = [
            link for link in links if "/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo"
        ]
    assert {"https://example.com/x", "https://example.com/1"} <= addresses
    assert inside


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom lxml import etree\n"
        "from articlekit.model import Book, Chapter, Meta\nfrom articlekit.report import Report\n"
        "from articlekit.writers.pdf import PdfWriter\n"
        "from articlekit.writers.pdf.options import PdfOptions\n"
        "body = etree.fromstring('<body><p>一段Text<em>重</em><strong>粗</strong></p></body>')\n"
        "meta = Meta('题', language='zh')\n"
        "book = Book(meta, (Chapter('c', 's', meta, body),), {})\n"
        "options = PdfOptions(pdf_engine='typst')\n"
        "PdfWriter(options=options).write(book, Path(sys.argv[1]), Report())\n"
    )
    results = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.pdf"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run([sys.executable, script, target], check=True, env=environment)
        results.append(target.read_bytes())
    assert results[0] == results[1]


def make_image(folder: Path, kind: str, size: tuple[int, int] = (300, 200)) -> Image:
    path = folder / f"{kind}-{size[0]}"
    Pillow.new("RGB", size, "#336699").save(path, kind)
    return Image(path.name.lower() * 8, f"image/{kind.lower()}", *size, path.stat().st_size, path)


def test_the_cover_fills_the_first_page(tmp_path: Path) -> None:
    book = replace(article("<p>一</p>"), cover=make_image(tmp_path, "JPEG"))
    path = write(book, tmp_path / "a.pdf")
    # The title is under the picture, for those who do not see it.
    assert text_in(path, "-l", "1") == "第1章题目"
    assert run("pdfimages", "-list", path).splitlines()[2].split()[0] == "1"


def test_pictures_of_every_kind_are_drawn(tmp_path: Path) -> None:
    images = [make_image(tmp_path, kind) for kind in ("PNG", "JPEG", "GIF")]
    body = "".join(f'<p><img src="image:{image.id}"/></p>' for image in images)
    inline = f'<p>行中<img src="image:{images[0].id}" height="20"/>小图</p>'
    report = Report()
    path = write(article(body + inline, images=images), tmp_path / "a.pdf", report)
    assert len(run("pdfimages", "-list", path).splitlines()) >= 5
    assert codes(report) == []


def test_a_picture_that_cannot_be_drawn_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(b"no image")
    image = Image("b" * 64, "image/png", 9, 9, 8, path)
    report = Report()
    body = f'<p>一<img src="image:{image.id}"/>二</p>'
    made = write(article(body, images=(image,)), tmp_path / "a.pdf", report)
    assert codes(report) == ["image-failed"]
    assert "一二" in text_in(made)


def test_nothing_outside_the_book_is_drawn(tmp_path: Path) -> None:
    secret = make_image(tmp_path, "PNG")
    addresses = ("http://127.0.0.1:9/x.png", secret.path.as_uri(), str(secret.path), "../x.png")
    for address in addresses:
        inside = f'<image href="{address}" width="9" height="9"/>'
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{inside}</svg>'
        report = Report()
        path = write(article(f"<p>一{drawing}</p>"), tmp_path / "a.pdf", report)
        assert codes(report) == ["graphic-lost"], address
        assert len(run("pdfimages", "-list", path).splitlines()) == 2


def test_characters_without_a_glyph_are_reported(tmp_path: Path) -> None:
    report = Report()
    write(article("<p>好\U0010fffd坏\U0010fffc\U0010fffd</p>"), tmp_path / "a.pdf", report)
    lost = [found for found in report.diagnostics if found.level == "loss"]
    assert [found.code for found in lost] == ["pdf-missing-glyph"]
    assert lost[0].message.startswith("2 characters no font can draw: \U0010fffc (U+10FFFC)")


def test_notes_stand_at_the_foot_under_their_own_numbers(tmp_path: Path) -> None:
    mark = '<sup><a id="r{0}" href="#n{0}" role="doc-noteref">{0}</a></sup>'
    body = (
        f"<p>甲{mark.format(7)}乙{mark.format(8)}。</p>"
        + f"<p>{RIVER}</p>" * 20
        + '<div role="doc-endnotes"><ol start="7"><li id="n7">注七。'
        '<a href="#r7" role="doc-backlink">↩</a></li>'
        '<li id="n8"><p>注八</p><p>又一段</p></li><li id="n9">无人指向</li></ol></div>'
    )
    report = Report()
    pages = run("pdftotext", write(article(body), tmp_path / "a.pdf", report), "-").split("\f")
    first = re.sub(r"\s", "", pages[0])
    assert first.endswith("7注七。8注八又一段1")
    assert "无人指向" in re.sub(r"\s", "", pages[-2])
    assert codes(report) == []


def test_a_note_of_one_line_keeps_its_spaces(tmp_path: Path) -> None:
    mark = '<sup><a id="r1" href="#n1" role="doc-noteref">1</a></sup>'
    note = '<li id="n1">It says: <i>forward</i>, and <b>back</b> again.</li>'
    body = f'<p>One{mark}.</p><div role="doc-endnotes"><ol>{note}</ol></div>'
    [page] = pages_of(write(article(body, "en"), tmp_path / "a.pdf"))
    assert re.search(r"1\s+It says: forward, and back again\.", page)


def test_a_header_of_a_long_table_is_repeated(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>值</td></tr>" for n in range(90))
    head = "<thead><tr><th>表头甲</th><th>乙</th></tr></thead>"
    path = write(article(f"<table>{head}<tbody>{rows}</tbody></table>"), tmp_path / "a.pdf")
    pages = run("pdftotext", path, "-").rstrip("\f").split("\f")
    assert len(pages) > 2
    assert all("表头甲" in page for page in pages)


def test_lines_of_a_chinese_paragraph_end_together_and_none_begins_with_a_mark(
    tmp_path: Path,
) -> None:
    body = "".join(f"<p>{'甲' * n}{RIVER * 3}他说：“好。”（真的！），结束。</p>" for n in range(9))
    path = write(article(body), tmp_path / "a.pdf")
    lines = [line.strip() for line in run("pdftotext", path, "-").splitlines() if line.strip()]
    assert len(lines) > 30
    assert [line for line in lines if line[0] in "，。、；：！？）》」』”"] == []
    boxes = run("pdftotext", "-bbox", path, "-")
    rights = [float(x) for x in re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">[^<]{12,}<', boxes)]
    assert rights
    # A mark at the end hangs out by the blank half of its square.
    edge = 419.53 - 18.4 / 25.4 * 72
    assert all(right < edge + 6 for right in rights), rights
    assert sum(abs(right - edge) < 6 for right in rights) > len(rights) / 2


HARD = {
    "quotations": "<blockquote>" * 95 + "<p>底</p>" + "</blockquote>" * 95,
    "lists": "<ul><li>" * 45 + "底" + "</li></ul>" * 45,
    "emphasis": "<p>" + "<em>a<strong>b" * 45 + "底" + "</strong></em>" * 45 + "</p>",
    "tables": "<table><tbody><tr><td>" * 20 + "底" + "</td></tr></tbody></table>" * 20,
}


@pytest.mark.parametrize("name", HARD)
def test_what_is_nested_too_deep_is_laid_out_flat(tmp_path: Path, name: str) -> None:
    report = Report()
    assert "底" in text_in(write(article(HARD[name]), tmp_path / "a.pdf", report))
    assert codes(report) == ["nesting-flattened"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('<ol start="3"><li>甲</li><li value="9">乙</li><li>丙</li></ol>', "3.甲9.乙10.丙"),
        ('<ol reversed="" start="1"><li>甲</li><li>乙</li></ol>', "1.甲0.乙"),
        ('<ol type="a"><li>甲</li><li>乙</li></ol>', "a.甲b.乙"),
        ("<p><ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字</p>", "漢"),
        ('<ul><li><input type="checkbox" checked=""/>完成</li></ul>', "完成"),
        ("<details><summary>题</summary><p>里</p></details>", "题里"),
        ("<p>前<br/>后<q>话</q></p>", "前后“话”"),
        (f"<pre><code>{'x' * 400}</code></pre>", "x" * 400),
        (f"<p>{'https://example.org/a-b' * 9}</p>", "https://example.org/a-b" * 9),
        ('<p lang="x-klingon">甲</p><p lang="tlh-Latn">乙</p>', "甲乙"),
        (
            '<table><thead><tr><th colspan="3" rowspan="9">甲</th></tr></thead><tbody><tr>'
            '<td rowspan="2">乙</td><td colspan="999">丙</td></tr><tr><td>丁</td></tr>'
            "</tbody></table>",
            "甲乙丙丁",
        ),
        ("<ul><li/><li>甲</li></ul><dl><dt/><dd/></dl><h2>乙</h2>", "甲乙"),
        (f"<p>前<math {MATHML}><mfrac><mn>1</mn><mn>2</mn></mfrac></math>后</p>", "前"),
        (f'<p><math {MATHML} display="block"><mn>42</mn></math></p>', "42"),
    ],
)
def test_kinds_of_content(tmp_path: Path, body: str, text: str) -> None:
    report = Report()
    found = text_in(write(article(body), tmp_path / "a.pdf", report))
    # Hyphens at the end of a line are poppler's to drop.
    assert text.replace("-", "") in found.replace("-", "")
    assert codes(report) == []


def test_formulas_are_set_and_not_only_written(tmp_path: Path) -> None:
    inside = (
        "<msubsup><mo>∑</mo><mi>i</mi><mi>n</mi></msubsup><msup><mi>x</mi><mn>2</mn></msup>"
        "<munderover><mo>∫</mo><mn>0</mn><mn>1</mn></munderover><msqrt><mn>2</mn></msqrt>"
        "<mroot><mn>8</mn><mn>3</mn></mroot><mtable><mtr><mtd><mn>1</mn></mtd><mtd/></mtr>"
        "<mtr><mtd><mn>2</mn></mtd></mtr></mtable><mmultiscripts><mi>C</mi><mn>6</mn><mn>7</mn>"
        "<mprescripts/><mn>4</mn><mn>5</mn></mmultiscripts><mover><mi>v</mi><mo>→</mo></mover>"
        "<mi>sin</mi><mspace/><mphantom><mi>q</mi></mphantom><mtext>其中</mtext>"
    )
    report = Report()
    body = f'<p>甲<math {MATHML} alttext="\\sum">{inside}</math>乙</p>'
    path = write(article(body), tmp_path / "a.pdf", report)
    assert codes(report) == []
    assert "Math" in run("pdffonts", path)


def test_right_to_left_chapters(tmp_path: Path) -> None:
    path = write(article("<p>فقرة قصيرة</p>", "ar"), tmp_path / "a.pdf")
    boxes = run("pdftotext", "-bbox", path, "-")
    rights = [float(x) for x in re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">[؀-ۿ]+<', boxes)]
    assert max(rights) == pytest.approx(419.5 - 18.4 / 25.4 * 72, abs=12)


# Escaping

LITERAL = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\]|\\u\{[0-9a-f]+\})*"')
ANYTHING = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from(
        ['"', "\\", "#", "{", "}", "[", "]", ";", "$", "`", "//", "/*", "\n", "@a", "{}", '\\"']
    )
).map("".join)


def value_of(code: str) -> str:
    assert LITERAL.fullmatch(code)
    return re.sub(
        r'\\u\{([0-9a-f]+)\}|\\(["\\])',
        lambda match: chr(int(match[1], 16)) if match[1] else match[2],
        code[1:-1],
    )


@given(ANYTHING)
def test_a_literal_is_one_string_and_means_the_text(text: str) -> None:
    assert value_of(literal(text)) == text


@given(ANYTHING | st.text("ab/?.-’", min_size=30))
def test_text_is_literals_and_places_to_break(text: str) -> None:
    rest = LITERAL.sub("", text_code(text))
    assert set(rest.replace("brk", "").replace("latin()", "")) <= {";"}
    assert "".join(value_of(found) for found in LITERAL.findall(text_code(text))) == text


XML = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cc", "Cs", "Cn"])
) | st.sampled_from(
    [
        '"); panic("',
        '#import "@preview/x:1.0.0"',
        "\\",
        '\\"',
        "]#[",
        "*/",
        "{",
        "label",
        'https://e.org/"#',
    ]
)


@given(XML, XML, XML, XML)
def test_no_text_of_an_article_is_code(one: str, two: str, three: str, four: str) -> None:
    body = etree.Element("body")
    for tag in ("p", "h2", "blockquote", "pre"):
        element = etree.SubElement(body, tag, {"id": one, "lang": two, "dir": three})
        held = etree.SubElement(element, "code", {"class": f"language-{four}"})
        held.text = one
        link = etree.SubElement(element, "a", {"href": f"https://{two}", "role": three})
        link.text, link.tail = three, four
        etree.SubElement(element, "a", {"href": f"#{one}"}).text = two
        etree.SubElement(element, "img", {"src": two, "alt": one, "width": three})
    meta = Meta(one, (two,), three, f"https://{four}", DAY, (one,), description=two)
    book = Book(meta, (Chapter("c", "s", meta, body), Chapter("d", "t", meta, body)), {})
    for source in make_files(book, {}, "la").sources.values():
        code = LITERAL.sub('""', source)
        assert re.fullmatch(r'[a-z0-9-"#:*.,;(){}=> \n]*', code, re.IGNORECASE), code
        words = set(re.findall(r"[a-z][a-z-]*", code))
        assert not words & {"eval", "read", "panic", "plugin", "import", "preview"} - {"import"}
        assert re.findall(r"import .*", code) == ['import "": *']


def test_hostile_text_is_set_as_it_is(tmp_path: Path) -> None:
    text = '#import "@preview/cetz:0.1.0" \\ " ] } #{panic()} $x$ `a` <lbl> @ref \\u{41} // /* = -'
    root = etree.Element("body")
    etree.SubElement(root, "p").text = text
    meta = Meta(text, (text,), "en")
    path = write(Book(meta, (Chapter("c", "s", meta, root),), {}), tmp_path / "a.pdf")
    assert text_in(path).count(re.sub(r"\s", "", text)) >= 2
    with pikepdf.open(path) as pdf:
        assert str(pdf.docinfo["/Title"]) == text


# Which engine


def without(names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make imports of these packages fail, and articlekit's modules that import them anew."""
    real = builtins.__import__

    def fail(name: str, *arguments: object) -> object:
        if name.partition(".")[0] in names:
            raise (
                OSError(f"cannot load library '{name}'\nsecond line")
                if name == "weasyprint"
                else ImportError(name)
            )
        return real(name, *arguments)

    for module in ("engine", "typst.engine", "typst.compiler", "typst.stacks"):
        monkeypatch.delitem(sys.modules, f"articlekit.writers.pdf.{module}", raising=False)
    monkeypatch.delattr(sys.modules["articlekit.writers.pdf"], "engine", raising=False)
    if "articlekit.writers.pdf.typst" in sys.modules:
        for name in ("engine", "compiler", "stacks"):
            monkeypatch.delattr(sys.modules["articlekit.writers.pdf.typst"], name, raising=False)
    monkeypatch.setattr(builtins, "__import__", fail)


def test_auto_takes_typst_where_weasyprint_does_not_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without({"weasyprint"}, monkeypatch)
    report = Report()
    path = write(article("<p>一</p>"), tmp_path / "a.pdf", report, PdfOptions())
    [told] = report.diagnostics
    assert (told.code, told.level) == ("pdf-engine", "info")
    assert told.message == (
        "PDF by Typst, as WeasyPrint does not work here: cannot load library 'weasyprint'"
    )
    with pikepdf.open(path) as pdf:
        assert "Typst" in str(pdf.docinfo["/Creator"])


@pytest.mark.parametrize(
    ("engine", "lacking", "said"),
    [
        (
            "auto",
            {"weasyprint", "typst"},
            r"no PDF engine works here .*pip install 'articlekit\[typst\]'",
        ),
        ("typst", {"typst"}, r"pip install 'articlekit\[typst\]'"),
        ("weasyprint", {"weasyprint"}, r"pip install 'articlekit\[pdf\]'"),
    ],
)
def test_what_to_install_is_said_in_one_line(
    engine: str, lacking: set[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(lacking, monkeypatch)
    target = io.BytesIO()
    writer = PdfWriter(options=PdfOptions(pdf_engine=engine))
    with pytest.raises(MissingDependency, match=said) as caught:
        writer.write(article("<p>一</p>"), target, Report())
    assert "\n" not in str(caught.value)
    assert target.getvalue() == b""


@pytest.mark.parametrize(
    "make", [lambda: PdfOptions(pdf_engine="tex"), lambda: PdfOptions(font="x")]
)
def test_what_is_no_choice_is_refused(make: Callable[[], PdfOptions]) -> None:
    with pytest.raises(UsageError):
        make()
