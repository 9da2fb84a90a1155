from __future__ import annotations

import builtins
import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pikepdf
import pytest
from lxml import etree
from PIL import Image as Pillow

from articlekit.errors import MissingDependency
from articlekit.html import text_of
from articlekit.model import Book, Chapter, Image, Meta
from articlekit.report import Report
from articlekit.writers.pdf import PdfOptions, PdfWriter
from articlekit.writers.pdf.typography import typeset

DAY = datetime(2024, 5, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))
RIVER = "清晨六点，城市还没有醒来。我沿着河岸慢慢走，水面上浮着一层薄雾，远处传来汽笛的声音。"
BODY = f"""<body>
<p>开头一段说“你好。”（引文）。{RIVER}</p>
<h2>第一节 Python入门</h2>
<p>第二段使用Python 3.11编写，it’s simple。{RIVER * 3}</p>
<blockquote><p>操千曲而后晓声。</p></blockquote>
<h3>小节</h3>
<ul><li>列表甲</li><li>列表乙</li></ul>
<table><thead><tr><th>年份</th><th>数量</th></tr></thead><tbody><tr><td>1999</td><td>42</td></tr></tbody></table>
<pre><code class="language-python">print("代码")  # {"long line " * 12}</code></pre>
<h4>四级</h4>
<p>末段<a href="https://example.com/x">链接</a>结束。</p>
</body>"""


def chapter(number: int, body: str = BODY, language: str = "zh-CN") -> Chapter:
    meta = Meta(f"第{number}章题目", ("张三",), language, f"https://example.com/{number}", DAY)
    return Chapter(f"ch{number}", f"s{number}", meta, etree.fromstring(body))


def article(body: str, language: str = "zh-CN", images: Sequence[Image] = ()) -> Book:
    only = chapter(1, body, language)
    return Book(only.meta, (only,), {image.id: image for image in images})


def make_image(folder: Path, kind: str, size: tuple[int, int] = (300, 200)) -> Image:
    buffer = io.BytesIO()
    Pillow.new("RGB", size, "#336699").save(buffer, kind, quality=90)
    name = hashlib.sha256(buffer.getvalue()).hexdigest()
    path = folder / name
    path.write_bytes(buffer.getvalue())
    return Image(name, f"image/{kind.lower()}", *size, path.stat().st_size, path)


def write(book: Book, target: Path, report: Report | None = None) -> Path:
    PdfWriter().write(book, target, report or Report())
    return target


def run(*command: str | Path) -> str:
    """Run one of poppler's tools; a machine without them fails the test."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def text_in(path: Path, *options: str) -> str:
    return re.sub(r"\s", "", run("pdftotext", *options, path, "-"))


@pytest.fixture(scope="module")
def column(tmp_path_factory: pytest.TempPathFactory) -> Path:
    meta = Meta("专栏合集", ("编者", "另一位"), "zh-CN", description="几篇文章")
    chapters = tuple(chapter(number) for number in (1, 2, 3))
    return write(Book(meta, chapters, {}), tmp_path_factory.mktemp("pdf") / "column.pdf")


def test_text_comes_whole_and_in_order(tmp_path: Path) -> None:
    report = Report()
    text = text_in(write(article(BODY), tmp_path / "a.pdf", report)).replace("[1]", "")
    body = etree.fromstring(BODY)
    at = 0
    for block in body.iter("p", "h2", "h3", "h4", "li", "th", "td"):
        # A page's number and running title may stand inside a paragraph that is broken.
        for sentence in re.findall(r"[^。，#]+", re.sub(r"\s", "", text_of(block))):
            found = text.find(sentence, at)
            assert found >= 0, sentence
            at = found
    assert text.count("longline") == 12
    assert report.diagnostics == []


def outline(items: Sequence[pikepdf.OutlineItem], depth: int = 1) -> Iterator[tuple[int, str]]:
    for item in items:
        yield depth, item.title
        yield from outline(item.children, depth + 1)


def test_bookmarks_are_the_headings_to_the_third_level(column: Path) -> None:
    with pikepdf.open(column) as pdf, pdf.open_outline() as tree:
        found = list(outline(tree.root))
    one = [(2, "第一节 Python入门"), (3, "小节")]
    assert found == [(1, "第1章题目"), *one, (1, "第2章题目"), *one, (1, "第3章题目"), *one]


def test_contents_name_the_pages_that_chapters_begin_on(column: Path) -> None:
    pages = run("pdftotext", "-layout", column, "-").split("\f")
    contents = next(page for page in pages if "目录" in page)
    listed = {n: int(p) for n, p in re.findall(r"(第\d章题目)[ .]+(\d+)", contents)}
    # The line under a chapter's title tells its first page from running titles.
    starts = {
        f"第{n}章题目": at
        for n in (1, 2, 3)
        for at, page in enumerate(pages, 1)
        if f"example.com/{n}" in page
    }
    assert listed == starts


def test_pages_are_numbered_and_run_the_chapter_title(column: Path) -> None:
    pages = run("pdftotext", "-layout", column, "-").rstrip("\f").split("\f")
    for number, page in enumerate(pages[1:], 2):
        assert page.split()[-1] == str(number)
    running = [page.split()[0] for page in pages if "末段" in page]
    assert running == ["第1章题目", "第2章题目", "第3章题目"]


def test_every_font_is_embedded(column: Path) -> None:
    rows = run("pdffonts", column).splitlines()[2:]
    assert rows
    assert all(re.search(r" yes (yes|no) +yes +\d+ +\d+$", row) for row in rows), rows
    assert any("Articlekit-Song" in row for row in rows)


def test_metadata(column: Path) -> None:
    with pikepdf.open(column) as pdf:
        assert pdf.docinfo["/Title"] == "专栏合集"
        assert pdf.docinfo["/Author"] == "编者, 另一位"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20240501083000+08'00"
        assert pdf.Root.Lang == "zh-CN"
        box = [float(side) for side in pdf.pages[0].MediaBox]
        assert box[2:] == pytest.approx([419.53, 595.28], abs=0.1)


def test_links_are_live(column: Path) -> None:
    with pikepdf.open(column) as pdf:
        links = [
            annotation
            for page in pdf.pages
            for annotation in page.get("/Annots", [])
            if annotation.Subtype == "/Link"
        ]
        addresses = {str(link.A.URI) for link in links if "/A" in link and "/URI" in link.A}
    assert "https://example.com/x" in addresses
    assert "https://example.com/2" in addresses


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    image = make_image(tmp_path, "PNG")
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom lxml import etree\n"
        "from articlekit.model import Book, Chapter, Image, Meta\n"
        "from articlekit.report import Report\nfrom articlekit.writers.pdf import PdfWriter\n"
        f"image = Image({image.id!r}, 'image/png', 300, 200, 1, Path({str(image.path)!r}))\n"
        f"body = etree.fromstring('<body><p>一段Text<img src=\"image:{image.id}\"/></p></body>')\n"
        "meta = Meta('题', language='zh')\n"
        "book = Book(meta, (Chapter('c', 's', meta, body),), {image.id: image})\n"
        "PdfWriter().write(book, Path(sys.argv[1]), Report())\n"
    )
    results = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.pdf"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run([sys.executable, script, target], check=True, env=environment)
        results.append(target.read_bytes())
    assert results[0] == results[1]
    with pikepdf.open(tmp_path / "1.pdf") as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20231114")


def test_jpegs_go_in_as_they_are(tmp_path: Path) -> None:
    images = [make_image(tmp_path, "JPEG"), make_image(tmp_path, "PNG", (90, 90))]
    body = "".join(f'<p><img src="image:{image.id}"/></p>' for image in images)
    path = write(article(f"<body>{body}</body>", images=images), tmp_path / "a.pdf")
    with pikepdf.open(path) as pdf:
        found = {
            str(image.Filter): image.read_raw_bytes()
            for page in pdf.pages
            for image in page.get_images().values()
        }
    assert found["/DCTDecode"] == images[0].read()
    assert len(found) == 2


def drawn(page: pikepdf.Page) -> set[str]:
    """The operators on a page; the pages of a PDF share one dictionary of resources."""
    return {str(step.operator) for step in pikepdf.parse_content_stream(page)}


def test_the_cover_fills_the_first_page(tmp_path: Path) -> None:
    book = replace(article("<body><p>一</p></body>"), cover=make_image(tmp_path, "JPEG"))
    path = write(book, tmp_path / "a.pdf")
    with pikepdf.open(path) as pdf:
        assert ["Do" in drawn(page) for page in pdf.pages] == [True, False]
    assert text_in(path, "-l", "1") == ""


def test_nothing_but_the_book_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = make_image(tmp_path, "PNG")
    addresses = ("http://127.0.0.1:9/x.png", secret.path.as_uri(), "image:0000", "//host/x.png")
    svg = tmp_path / "drawing"
    inside = "".join(f'<image href="{address}" width="9" height="9"/>' for address in addresses)
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{inside}</svg>'
    svg.write_text(drawing)
    held = Image("a" * 64, "image/svg+xml", 20, 20, svg.stat().st_size, svg)
    pictures = "".join(f'<img src="{address}"/>' for address in addresses)
    body = f'<body><p>一{pictures}<img src="image:{held.id}"/>{drawing}</p></body>'
    opened: list[str] = []

    def forbid(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(("socket.connect", "socket.getaddrinfo", "urllib.Request")):
            opened.append(event)

    sys.addaudithook(forbid)
    real_open = Path.open
    names: list[str] = []

    def spy(path: Path, *arguments: object, **options: object) -> object:
        names.append(path.name)
        return real_open(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", spy)
    report = Report()
    path = write(article(body, images=(held,)), tmp_path / "a.pdf", report)
    assert opened == []
    assert held.path.name in names
    assert secret.path.name not in names
    with pikepdf.open(path) as pdf:
        assert [len(page.get_images()) for page in pdf.pages] == [0]
    assert capfd.readouterr().err == ""


def test_characters_without_a_glyph_are_reported(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = Report()
    write(
        article("<body><p>好\U0010fffd坏\U0010fffc\U0010fffd</p></body>"),
        tmp_path / "a.pdf",
        report,
    )
    [found] = report.diagnostics
    assert (found.code, found.level) == ("pdf-missing-glyph", "loss")
    assert found.message.startswith("2 characters no font can draw: \U0010fffc (U+10FFFC)")
    assert capfd.readouterr().err == ""


def test_an_image_that_cannot_be_drawn_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(b"no image")
    image = Image("b" * 64, "image/png", 9, 9, 8, path)
    report = Report()
    book = article(f'<body><p>一<img src="image:{image.id}"/></p></body>', images=(image,))
    write(book, tmp_path / "a.pdf", report)
    assert [found.code for found in report.diagnostics] == ["image-failed"]


@pytest.mark.parametrize(
    "error",
    [ImportError("No module named 'weasyprint'"), OSError("cannot load library 'pango'\nx")],
)
def test_what_to_install_is_said_in_one_line(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def fail(name: str, *arguments: object) -> object:
        if name.partition(".")[0] == "weasyprint":
            raise error
        return real(name, *arguments)

    monkeypatch.delitem(sys.modules, "articlekit.writers.pdf.engine", raising=False)
    package = sys.modules["articlekit.writers.pdf"]
    monkeypatch.delattr(package, "engine", raising=False)
    monkeypatch.setattr(builtins, "__import__", fail)
    target = io.BytesIO()
    writer = PdfWriter(options=PdfOptions(pdf_engine="weasyprint"))
    with pytest.raises(MissingDependency, match=r"pip install 'articlekit\[pdf\]'") as caught:
        writer.write(article("<body><p>一</p></body>"), target, Report())
    assert "\n" not in str(caught.value)
    assert target.getvalue() == b""


def test_without_the_font_extra_the_machines_fonts_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    path = write(article("<body><p>Plain words</p></body>", "en"), tmp_path / "a.pdf")
    assert "Articlekit" not in run("pdffonts", path)
    assert "Plainwords" in text_in(path)


def test_right_to_left_chapters(tmp_path: Path) -> None:
    report = Report()
    path = write(article("<body><p>فقرة قصيرة</p></body>", "ar"), tmp_path / "a.pdf", report)
    first = run("pdftotext", "-bbox", path, "-")
    # Poppler gives the characters in the order they are seen.
    rights = [float(x) for x in re.findall(r'xMax="([\d.]+)"[^>]*>ةرقف<', first)]
    assert rights == pytest.approx([419.5 - 18.4 / 25.4 * 72], abs=12)


def test_a_header_of_a_long_table_is_repeated(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>值</td></tr>" for n in range(90))
    table = (
        f"<table><thead><tr><th>表头甲</th><th>乙</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    path = write(article(f"<body>{table}</body>"), tmp_path / "a.pdf")
    pages = run("pdftotext", path, "-").rstrip("\f").split("\f")
    assert len(pages) > 2
    assert all("表头甲" in page for page in pages)


def test_no_line_begins_with_a_closing_mark(tmp_path: Path) -> None:
    body = "".join(
        f"<p>{'甲' * n}{RIVER}他说：“好。”（真的！），然后Python、Go；<em>重点</em>，结束。</p>"
        for n in range(30)
    )
    path = write(article(f"<body>{body}</body>"), tmp_path / "a.pdf")
    rows = lines_of(path)
    assert len(rows) > 60
    assert [row for _, _, row in rows if row[0] in "，。、；：！？）》」』”"] == []
    assert [row for _, _, row in rows if row[-1] in "（《“"] == []


def lines_of(path: Path) -> list[tuple[float, float, str]]:
    """The left end, right end and text of each line, in points; running titles left out.

    Marks set half as wide overlap, so poppler's own lines and words are no help: its
    words are put in rows by where they stand.
    """
    pattern = r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)<'
    rows: list[tuple[float, float, str]] = []
    for page in run("pdftotext", "-bbox", path, "-").split("<page ")[1:]:
        words = [(float(a), float(d), float(c), e) for a, _, c, d, e in re.findall(pattern, page)]
        by_row: dict[int, list[tuple[float, float, str]]] = {}
        for left, bottom, right, word in words:
            if 50 < bottom < 550:
                by_row.setdefault(round(bottom / 4), []).append((left, right, word))
        for row in by_row.values():
            row.sort()
            rows.append((row[0][0], max(each[1] for each in row), "".join(w for *_, w in row)))
    return rows


def test_lines_of_a_chinese_paragraph_end_together(tmp_path: Path) -> None:
    text = f"{RIVER}写了200行Python代码，见<a href='https://e.org/'>说明</a>。" * 12
    path = write(article(f"<body><p>{text}</p></body>"), tmp_path / "a.pdf")
    edge = 419.53 - 18.4 / 25.4 * 72
    ends = [right for _, right, row in lines_of(path) if len(row) > 22 and "原文" not in row]
    assert len(ends) > 20
    # A mark's blank is in its glyph, a link or a lone Latin letter may round differently.
    assert all(edge - 2 < end < edge + 2 for end in ends), ends


def typeset_text(
    body: str, language: str = "zh", sizes: Mapping[str, tuple[int, int]] | None = None
) -> str:
    tree = etree.fromstring(f'<article><div class="body">{body}</div></article>')
    before = text_of(tree)
    typeset(tree, language, sizes or {})
    assert text_of(tree) == before
    return etree.tostring(tree[0], encoding="unicode")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用Go写", '<span class="gap">用</span>G<span class="gap">o</span>写'),
        ("好。”（引", '好<span class="half">。”</span><wbr/>（引'),
        ("《“名", '《<span class="half">“名</span>'),
        (
            "说it’s好",
            '<span class="gap">说</span>it<span class="latin">’s</span>好',
        ),
        ("（好！），然", '（好<span class="half">！）</span>，然'),
        ("说：“好”吗", '说<span class="half">：</span><wbr/>“好”<wbr/>吗'),
        ("年 1999 年", "年 1999 年"),
        ("前<code>用Go写</code>后", "前<code>用Go写</code>后"),
        (
            "前<em>用G</em>后用G",
            '前<em><span class="dot">用</span>G</em>后<span class="gap">用</span>G',
        ),
        ('前<span lang="en">用G</span>后', '前<span lang="en">用G</span>后'),
    ],
)
def test_runs(text: str, expected: str) -> None:
    assert f'<p class="flow indented han">{expected}</p>' in typeset_text(f"<p>{text}</p>")


def test_paragraphs_are_indented_where_the_language_asks_for_it() -> None:
    assert 'class="flow indented han"' in typeset_text("<p>好</p>")
    assert 'class="flow indented latin"' in typeset_text("<p>Only “Latin” words</p>")
    assert "indented" not in typeset_text("<p>A word</p>", "en")
    assert "indented" not in typeset_text("<ul><li><p>好</p></li></ul>")
    assert 'class="picture' in typeset_text('<p><img src="image:x"/></p>')


def test_an_indent_of_the_source_is_not_doubled() -> None:
    tree = etree.fromstring("<article><p>\u3000\u3000开头</p></article>")
    typeset(tree, "zh", {})
    assert text_of(tree) == "开头"


def test_small_pictures_in_a_line_shrink_with_the_text() -> None:
    sizes = {"image:i": (32, 32), "image:b": (800, 600)}
    text = typeset_text('<p>a<img src="image:i"/><img src="image:b"/></p>', "zh", sizes)
    assert '<img src="image:i" width="28"/><img src="image:b"/>' in text
