"""PDFs that are tagged, archival, safe, and of the page asked for."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image as Pillow

from articlekit.errors import UsageError
from articlekit.html import text_of
from articlekit.model import Book, Chapter, Image, Meta
from articlekit.report import Report
from articlekit.writers.pdf import PdfOptions, PdfWriter
from articlekit.writers.pdf.pictures import _scaled
from articlekit.writers.pdf.rescue import plain_chapter
from articlekit.writers.pdf.sizes import SIZES, page_size
from articlekit.writers.pdf.typography import typeset

BODY = """<body><h2>一节</h2>
<p>正文<a href="https://example.com/a">一处链接</a>，又<sup><a id="r1" href="#n1"
role="doc-noteref">1</a></sup>再。</p>
<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td>乙</td></tr></tbody></table>
<p><ruby>汉<rt>hàn</rt></ruby>字</p>
<div role="doc-endnotes"><ol><li id="n1">脚注的话。 <a href="#r1" role="doc-backlink">↩</a></li>
</ol></div></body>"""


def book(body: str = BODY, images: tuple[Image, ...] = ()) -> Book:
    meta = Meta("题目", ("张三",), "zh-CN")
    chapter = Chapter("c1", "s", meta, etree.fromstring(body))
    return Book(meta, (chapter,), {each.id: each for each in images})


def written(target: Book, report: Report | None = None, **options: str | Path) -> bytes:
    buffer = io.BytesIO()
    chosen = PdfOptions(pdf_engine="weasyprint", **options)  # type: ignore[arg-type]
    PdfWriter(options=chosen).write(target, buffer, report or Report())
    return buffer.getvalue()


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    found, pending = [], [pdf.Root.StructTreeRoot]
    while pending:
        for kid in pending.pop().get("/K", []):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
                found.append(kid)
                pending.append(kid)
    return found


def test_the_document_is_tagged_and_says_what_it_is() -> None:
    with opened(written(book())) as pdf:
        assert pdf.Root.Lang == "zh-CN"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        packet = pdf.Root.Metadata.read_bytes()
        assert packet.count(b"<rdf:RDF") == 1
        assert b"<pdfuaid:part>1<" in packet
        kinds = {str(each.S) for each in elements(pdf)}
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Link"} <= kinds


def test_every_content_is_in_the_tree_or_an_artifact() -> None:
    with opened(
        written(book(f"<body>{'<p>' + '字' * 300 + '</p>'}</body>".replace("字", "长文" * 9)))
    ) as pdf:
        reached = {each.objgen for each in elements(pdf)}
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        for number, page in enumerate(pdf.pages):
            owners = numbers[2 * number + 1]
            marked = [
                int(step.operands[1].MCID)
                for step in pikepdf.parse_content_stream(page)
                if str(step.operator) == "BDC"
            ]
            assert marked
            assert all(owners[n].objgen in reached for n in marked)
            assert str(number + 1) in subprocess_text(pdf, number)


def subprocess_text(pdf: pikepdf.Pdf, number: int) -> str:
    buffer = io.BytesIO()
    pdf.save(buffer)
    page = str(number + 1)
    command = ["pdftotext", "-f", page, "-l", page, "-", "-"]
    return subprocess.run(
        command, input=buffer.getvalue(), capture_output=True, check=True
    ).stdout.decode()


def test_links_are_printed_described_and_in_the_tree() -> None:
    with opened(written(book())) as pdf:
        owners = {
            kid.Obj.objgen
            for each in elements(pdf)
            if each.S == "/Link"
            for kid in each.K
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
        }
        links = [each for page in pdf.pages for each in page.get("/Annots", [])]
        assert {each.objgen for each in links} == owners
        assert all(each.F == 4 and str(each.Contents) for each in links)


@pytest.mark.parametrize("standard", ["a-2u", "a-3a"])
def test_archival_standards_are_named_in_the_one_packet(standard: str) -> None:
    data = written(book(), pdf_standard=standard)
    assert data == written(book(), pdf_standard=standard)
    with opened(data) as pdf:
        packet = pdf.Root.Metadata.read_bytes()
        assert packet.count(b"<rdf:RDF") == 1
        assert f"<pdfaid:part>{standard[2]}<".encode() in packet
        assert f"<pdfaid:conformance>{standard[3].upper()}<".encode() in packet
        assert b"pdfuaid:part" in packet
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/ID" in pdf.trailer


def test_a_chinese_fonts_glyphs_are_their_own_cids() -> None:
    with opened(written(book())) as pdf:
        programs = [
            TTFont(io.BytesIO(each.read_bytes()))["CFF "].cff[0]
            for each in pdf.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/OpenType"
        ]
        keyed = [each for each in programs if hasattr(each, "ROS")]
        assert keyed
        for each in keyed:
            assert all(name == f"cid{n:05}" for n, name in enumerate(each.charset) if n)


def text(data: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def test_notes_stand_at_the_foot_and_links_are_listed_at_the_end() -> None:
    said = "".join(text(written(book())).split())
    assert "一处链接[1]" in said
    assert "原文链接1.https://example.com/a" in said
    assert said.index("1脚注的话。") > said.index("原文链接1.")
    assert "↩" not in said


def test_long_notes_stay_at_the_end_with_their_number() -> None:
    long = book(BODY.replace("脚注的话。", "脚注的话。" * 200))
    said = "".join(text(written(long)).split())
    assert "1.脚注的话" in said
    assert "↩" in said


@pytest.mark.parametrize("name", sorted(SIZES))
def test_pages_have_the_size_asked_for(name: str) -> None:
    with opened(written(book(), page_size=name)) as pdf:
        box = [float(side) for side in pdf.pages[0].MediaBox]
    size = SIZES[name]
    points = [size.width / 25.4 * 72, size.height / 25.4 * 72]
    assert box[2:] == pytest.approx(points, abs=0.1)


@pytest.mark.parametrize("text", ["120x180mm", "12 x 18cm", "6x9in", "360x540pt", "A4"])
def test_sizes_are_read(text: str) -> None:
    size = page_size(text)
    assert size.measure < size.width
    assert size.depth < size.height


@pytest.mark.parametrize("text", ["a9", "1x1mm", "9999x9999mm", "", "axb"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="page_size cannot be"):
        PdfOptions(page_size=text)


def test_what_is_no_standard_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'a-2u'"):
        PdfOptions(pdf_standard="a-2v")


def photo(folder: Path, size: tuple[int, int], kind: str) -> Image:
    path = folder / f"p{kind}"
    noise = Pillow.effect_noise((80, 60), 60).resize(size).convert("RGB")
    noise.save(path, kind, quality=95)
    length = path.stat().st_size
    return Image(f"{kind}id", f"image/{kind.lower()}", *size, length, path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_photographs_have_the_pixels_of_their_printed_size(tmp_path: Path, kind: str) -> None:
    image = photo(tmp_path, (1600, 1200), kind)
    data = written(book(f'<body><p><img src="image:{image.id}"/></p></body>', (image,)))
    with opened(data) as pdf:
        [found] = [each for page in pdf.pages for each in page.get_images().values()]
        assert 850 <= int(found.Width) <= 900
        assert str(found.Filter) == "/DCTDecode"


@pytest.mark.parametrize("share", [0, 0.1, 0.3, 0.6, 1])
def test_a_picture_becomes_what_its_whole_encodings_say(tmp_path: Path, share: float) -> None:
    """A screenshot with a photograph in its middle; a sample of rows may decide it, no more."""
    shot = Pillow.new("RGB", (1000, 800), "white")
    for row in range(0, 800, 20):
        shot.paste("black", (50, row, 700, row + 3))
    if share:
        noise = Pillow.effect_noise((250, 200), 60).resize((1000, int(800 * share)))
        shot.paste(noise.convert("RGB"), (0, int(400 * (1 - share))))
    path = tmp_path / "shot.png"
    shot.save(path)
    image = Image("id", "image/png", 1000, 800, path.stat().st_size, path)
    found = _scaled(image, 1000, tmp_path)  # so wide that it keeps its size
    sizes = {}
    for kind in ("PNG", "JPEG"):
        shot.save(tmp_path / kind, kind, quality=85, optimize=kind == "JPEG")
        sizes[kind] = (tmp_path / kind).stat().st_size
    photo = sizes["PNG"] > 60_000 and sizes["JPEG"] * 3 < sizes["PNG"]
    assert (found.media_type == "image/jpeg") is photo


@pytest.mark.parametrize(
    "css",
    [
        "@import url(http://127.0.0.1:9/a.css);",
        "@import 'file:///etc/passwd';",
        "p { background: url(file:///etc/passwd) }",
        "@font-face { font-family: x; src: url(http://127.0.0.1:9/f.woff) }",
        "p { background: image-set('file:///etc/passwd' 1x) }",
    ],
)
def test_a_style_sheet_names_nothing_outside(tmp_path: Path, css: str) -> None:
    sheet = tmp_path / "own.css"
    sheet.write_text(css)
    with pytest.raises(UsageError, match=r"own\.css:1"):
        written(book(), css=sheet)


def test_the_users_rules_come_last_and_stay_in_the_style(tmp_path: Path) -> None:
    sheet = tmp_path / "own.css"
    sheet.write_text("h2::after { content: '末</style><p>漏' }")
    said = "".join(text(written(book(), css=sheet)).split())
    assert "一节末</style><p>漏" in said


def test_a_chapter_that_cannot_be_laid_out_is_told_and_the_rest_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from articlekit.writers.pdf import engine

    real = engine._laid_out

    def fail(markup: engine.Markup, *others: object) -> object:
        if any(b"<table" in part for part in markup.parts):
            raise AssertionError("no room")
        return real(markup, *others)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(engine, "_laid_out", fail)
    first = book().chapters[0]
    second = Chapter(
        "c2", "t", Meta("其二", language="zh"), etree.fromstring("<body><p>好</p></body>")
    )
    report = Report()
    data = written(replace(book(), chapters=(first, second)), report)
    [found] = report.diagnostics
    assert (found.code, found.level) == ("article-skipped", "loss")
    assert "题目" in found.message
    assert "AssertionError: no room" in found.message
    said = "".join(text(data).split())
    assert "正文一处链接" in said
    assert "好" in said


def test_a_plain_chapter_keeps_every_word_and_id() -> None:
    chapter = book().chapters[0]
    plain = plain_chapter(chapter)
    assert "".join(text_of(plain.body).split()) == "".join(text_of(chapter.body).split())
    assert {each.tag for each in plain.body} == {"p"}
    ids = [each.get("id") for each in plain.body.iter() if each.get("id")]
    assert sorted(ids) == ["n1", "r1"]


def set_text(body: str) -> str:
    tree = etree.fromstring(f"<article><div>{body}</div></article>")
    typeset(tree, "zh", {})
    return etree.tostring(tree, encoding="unicode")


def test_the_end_of_a_paragraph_stays_together() -> None:
    assert '<span class="last">短文字</span>。</p>' in set_text(f"<p>{'长文' * 9}短文字。</p>")
    assert "last" not in set_text("<p>短文字。</p>")


def test_dashes_are_one_mark_and_emphasis_has_dots() -> None:
    assert '<span class="whole">——</span>' in set_text("<p>他——我</p>")
    assert set_text("<p>说<em>重，点</em></p>").count('class="dot"') == 2


def test_what_has_no_space_for_very_long_is_broken() -> None:
    assert set_text(f"<pre><code>{'x' * 4500}</code></pre>").count("<br/>") == 4
    assert "<br/>" not in set_text(f"<p>{'word ' * 900}</p>")


@pytest.mark.parametrize("letters", ["字", "A字", "مرحبا 字"])
def test_fonts_of_a_few_glyphs_stay_whole(letters: str) -> None:
    data = written(book(f"<body><h2>{letters}</h2><p>{letters}</p></body>"))
    command = ["pdftoppm", "-r", "20", "-"]
    assert subprocess.run(command, input=data, capture_output=True, check=True).stderr == b""
