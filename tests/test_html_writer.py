from __future__ import annotations

import base64
import hashlib
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image as Pillow

from articlekit.html import parse_html, text_of
from articlekit.model import Book, Chapter, Element, Image, Meta
from articlekit.report import Report
from articlekit.writers.html import HtmlWriter
from articlekit.writers.labels import direction, labels

META = Meta("标题 & <试>", ("张三", "李四"), "zh-CN", "https://example.com/a?b=1&c=2")


def make_image(folder: Path, colour: str, size: tuple[int, int] = (60, 40)) -> Image:
    buffer = io.BytesIO()
    Pillow.new("RGB", size, colour).save(buffer, "PNG")
    data = buffer.getvalue()
    name = hashlib.sha256(data).hexdigest()
    path = folder / name
    path.write_bytes(data)
    return Image(name, "image/png", *size, len(data), path)


def make_book(*bodies: str, images: tuple[Image, ...] = (), **options: object) -> Book:
    chapters = tuple(
        Chapter(f"ch{n}", f"slug-{n}", Meta(f"第{n}章", language="zh-CN"), etree.fromstring(body))
        for n, body in enumerate(bodies, 1)
    )
    return Book(Meta("书名", language="zh-CN"), chapters, {i.id: i for i in images}, **options)


def single(body: str, meta: Meta = META, images: tuple[Image, ...] = ()) -> Book:
    chapter = Chapter("ch", "slug", meta, etree.fromstring(body))
    return Book(meta, (chapter,), {image.id: image for image in images})


def written(book: Book) -> str:
    target = io.BytesIO()
    HtmlWriter().write(book, target, Report())
    return target.getvalue().decode()


def parsed(book: Book) -> Element:
    return parse_html(written(book), Report())


def test_an_article_is_one_page_with_its_title_once() -> None:
    page = parsed(single("<body><p>一</p><h2>二</h2><p>三</p></body>"))
    assert page.get("lang") == "zh-CN"
    assert page.findtext(".//title") == META.title
    assert [text_of(h) for h in page.iter("h1", "h2")] == [META.title, "二"]
    assert page.find(".//nav") is None
    assert [text_of(each) for each in page.iterfind(".//div[@class='body']/*")] == [
        "一",
        "二",
        "三",
    ]


def test_title_byline_and_source_are_shown() -> None:
    meta = Meta("题", ("张三", "李四"), "zh", META.url, datetime(2024, 5, 1, tzinfo=UTC))
    page = parsed(single("<body><p>一</p></body>", meta))
    assert text_of(page.find(".//p[@class='byline']")) == "张三、李四 2024年5月1日"
    link = page.find(".//p[@class='source']/a")
    assert link is not None
    assert link.get("href") == META.url
    assert text_of(link.getparent()).startswith("原文链接：")


def test_several_chapters_have_a_title_page_and_contents_that_lead_to_them() -> None:
    page = parsed(make_book("<body><p>甲</p></body>", "<body><p>乙</p></body>"))
    assert [text_of(h) for h in page.iter("h1")] == ["书名", "第1章", "第2章"]
    assert [a.get("href") for a in page.iterfind(".//nav//a")] == ["#ch1", "#ch2"]
    assert [a.get("id") for a in page.iter("article")] == ["ch1", "ch2"]


def test_images_are_inside_and_their_bytes_are_whole(tmp_path: Path) -> None:
    image = make_image(tmp_path, "red", (700, 500))
    book = single(f'<body><p><img alt="红" src="image:{image.id}"/></p></body>', images=(image,))
    found = parsed(book).find(".//article//img")
    assert found is not None
    kind, _, data = found.get("src", "").partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(data) == image.read()
    assert (found.get("width"), found.get("height"), found.get("alt")) == ("700", "500", "红")


def test_an_image_of_several_pieces_is_one_data_uri(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(bytes(range(256)) * 2000)
    image = Image("f" * 64, "image/jpeg", 10, 10, 512_000, path)
    text = written(single(f'<body><p><img src="image:{image.id}"/></p></body>', images=(image,)))
    found = re.search(r'src="data:image/jpeg;base64,([^"]*)"', text)
    assert found is not None
    assert base64.b64decode(found[1], validate=True) == path.read_bytes()


def test_the_cover_comes_first(tmp_path: Path) -> None:
    image = make_image(tmp_path, "blue")
    page = parsed(make_book("<body><p>甲</p></body>", cover=image))
    cover = page.find(".//div[@class='cover']/img")
    assert cover is not None
    assert cover.get("src", "").startswith("data:image/png")


def test_text_that_looks_like_an_image_stays_text(tmp_path: Path) -> None:
    image = make_image(tmp_path, "red")
    code = f'&lt;img src="image:{image.id}"&gt;'
    title = code.replace('"', "&quot;")
    body = f'<body><pre><code>{code}</code></pre><p><abbr title="{title}">x</abbr></p></body>'
    page = parsed(single(body, images=(image,)))
    expected = f'<img src="image:{image.id}">'
    assert page.findtext(".//pre/code") == expected
    assert page.find(".//abbr").get("title") == expected


def test_the_page_asks_nobody_for_anything(tmp_path: Path) -> None:
    body = '<body><p><img src="https://example.com/lost.png" alt="失踪"/><a href="https://e.org/">x</a></p></body>'
    page = parsed(single(body))
    assert list(page.iter("img", "script", "link", "iframe")) == []
    assert not re.search(r"url\(|@import", page.findtext(".//style") or "")
    assert "失踪" in text_of(page.find(".//article"))
    policies = [m.get("content", "") for m in page.iter("meta") if m.get("http-equiv")]
    assert policies[0].startswith("default-src 'none'")


def test_trees_of_the_book_do_not_change(tmp_path: Path) -> None:
    image = make_image(tmp_path, "red")
    body = f'<body id="b"><p>a<img src="image:{image.id}"/><img src="http://x.org/y"/></p></body>'
    book = single(body, images=(image,))
    before = etree.tostring(book.chapters[0].body)
    written(book)
    assert etree.tostring(book.chapters[0].body) == before


def test_lang_and_direction_of_a_chapter_are_its_own() -> None:
    meta = Meta("فصل", language="ar")
    chapter = Chapter("ch", "s", meta, etree.fromstring("<body><p>نص</p></body>"))
    page = parsed(Book(Meta("书", language="zh-CN"), (chapter,), {}))
    article = page.find(".//article")
    assert article is not None
    assert (page.get("dir"), article.get("dir"), article.get("lang")) == ("ltr", "rtl", "ar")


def test_islands_survive() -> None:
    body = (
        '<body><p><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>后</p></body>'
    )
    page = parsed(single(body))
    assert page.find(".//{http://www.w3.org/2000/svg}svg").get("viewBox") == "0 0 1 1"
    assert page.find(".//{http://www.w3.org/1998/Math/MathML}mi") is not None


def test_a_path_is_written_and_closed(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    HtmlWriter().write(single("<body><p>一</p></body>"), target, Report())
    assert target.read_text(encoding="utf-8").endswith("</html>\n")


@pytest.mark.parametrize(
    ("tag", "contents", "day"),
    [
        ("zh", "目录", "2024年5月1日"),
        ("zh-CN", "目录", "2024年5月1日"),
        ("zh-Hans-HK", "目录", "2024年5月1日"),
        ("zh-TW", "目錄", "2024年5月1日"),
        ("zh_HK", "目錄", "2024年5月1日"),
        ("zh-Hant-CN", "目錄", "2024年5月1日"),
        ("ja-JP", "目次", "2024年5月1日"),
        ("en-GB", "Contents", "1 May 2024"),
        ("fr", "Contents", "2024-05-01"),
        (None, "Contents", "2024-05-01"),
    ],
)
def test_labels(tag: str | None, contents: str, day: str) -> None:
    assert labels(tag).contents == contents
    assert labels(tag).date(date(2024, 5, 1)) == day


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("ar", "rtl"),
        ("fa-IR", "rtl"),
        ("az-Arab", "rtl"),
        ("ku-Latn", "ltr"),
        ("ar-Latn", "ltr"),
        (None, "ltr"),
    ],
)
def test_direction(tag: str | None, expected: str) -> None:
    assert direction(tag) == expected
