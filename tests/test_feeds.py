"""Feeds, lists of addresses, and pages on the web."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.errors import FeedBroken, InputError, NoArticles, PageNotFetched, UsageError
from articlekit.feeds import gather_column
from articlekit.html import text_of
from articlekit.model import Article, Column, Source
from articlekit.readers.column import ColumnFile
from articlekit.readers.feed import feed_kind, parse_feed, read_feed
from articlekit.readers.lists import is_address_list, read_address_list, read_opml
from articlekit.report import Report
from articlekit.settings import Settings
from server import ImageServer, picture

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Orchard &amp; Co</title><link>https://orchard.example/</link>
<description>Notes on trees</description><language>en-gb</language>
<image><url>https://orchard.example/logo.png</url></image>
{items}
</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://orchard.example/{n}</link>
<pubDate>Tue, 1{n} Mar 2024 07:00:00 GMT</pubDate>{more}</item>"""


def rss(*items: str) -> str:
    return RSS.format(items="".join(items))


def item(n: int, more: str, title: str = "T") -> str:
    return ITEM.format(n=n, more=more, title=title)


def encoded(html: str) -> str:
    return f"<content:encoded><![CDATA[{html}]]></content:encoded>"


def read(text: str | bytes, report: Report | None = None) -> list[Article]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_feed(Source("f.xml", data), report or Report()))


def body(text: str) -> str:
    return " ".join(text_of(read(text)[0].body).split())


def test_rss_in_full() -> None:
    more = (
        "<dc:creator>Hal</dc:creator><category>Trees</category><category>Old</category>"
        f"<description>Short.</description>{encoded('<p>All of it.</p>')}"
    )
    (article,) = read(rss(item(2, more, "Apples &amp;amp; &lt;i&gt;pears&lt;/i&gt;")))
    meta = article.meta
    assert (meta.title, meta.authors) == ("Apples & pears", ("Hal",))
    assert meta.published == datetime(2024, 3, 12, 7, tzinfo=UTC)
    assert (meta.url, meta.categories) == ("https://orchard.example/2", ("Trees", "Old"))
    assert article.origin.base == "https://orchard.example/2"
    assert text_of(article.body) == "All of it."


def test_html_comes_through_unchanged() -> None:
    html = (
        '<p style="font-weight:bold" onclick="x()">a</p><iframe src="//v.example/1"></iframe><svg/>'
    )
    (article,) = read(rss(item(1, encoded(html))))
    paragraph, frame = article.body[0], article.body[1]
    assert dict(paragraph.attrib) == {"style": "font-weight:bold", "onclick": "x()"}
    assert frame.get("src") == "//v.example/1"


def test_text_is_no_markup() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>A &lt; B</title>'
        '<id>tag:x</id><content type="text">1 &lt; 2\n\nthree</content></entry></feed>'
    )
    (article,) = read(atom)
    assert [text_of(each) for each in article.body] == ["1 < 2", "three"]
    assert (article.meta.title, article.meta.url) == ("A < B", None)


def test_xhtml_in_atom() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/"><title>F</title>'
        '<entry xml:base="b/"><title>T</title><link href="c.html"/><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>one<br/>two <img src="d.png"/></p>'
        "<pre>  x\n y</pre></div></content></entry></feed>"
    )
    (article,) = read(atom)
    assert len(list(article.body.iter("br"))) == 1
    assert text_of(next(article.body.iter("pre"))) == "  x\n y"
    assert article.origin.base == "https://a.example/b/"
    assert article.meta.url == "https://a.example/b/c.html"


def test_rss_one() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>C</title><link>https://a.example/</link></channel>"
        "<item><title>T</title><link>https://a.example/1</link><dc:date>2024-03-12</dc:date>"
        "<description>&lt;p&gt;x&lt;/p&gt;</description></item></rdf:RDF>"
    )
    assert feed_kind(rdf.encode()) == "rdf"
    (article,) = read(rdf)
    assert (article.meta.published, text_of(article.body)) == (
        datetime(2024, 3, 12, tzinfo=UTC),
        "x",
    )


JSON = {
    "version": "https://jsonfeed.org/version/1",
    "title": "J",
    "author": {"name": "Ann"},
    "items": [
        {"id": 1, "url": "https://j.example/1", "title": "One", "content_text": "a < b\n\nc"},
        {"id": "2", "content_html": "<p>h</p>", "authors": [{"name": "Bo"}], "tags": ["x", 3],
         "date_published": "2024-01-02T03:04:05Z"},
        {"id": "3", "title": "Three", "summary": "Only this"},
        "no item",
    ],
}  # fmt: skip


def test_json_feeds() -> None:
    report = Report()
    feed = parse_feed(Source("f.json", json.dumps(JSON).encode()), report)
    assert feed.values == {"title": "J", "authors": ["Ann"]}
    one, two, three = feed.articles
    assert [text_of(each) for each in one.body] == ["a < b", "c"]
    assert (two.meta.title, two.meta.authors, two.meta.categories) == (
        "Untitled 2",
        ("Bo",),
        ("x",),
    )
    assert two.meta.published == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert text_of(three.body) == "Only this"
    assert report.counts() == {"title-missing": 1, "feed-summary-only": 1}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("<description>The beginning […]</description>", True),
        ("<description>The beginning... &lt;a href='x'&gt;Read more&lt;/a&gt;</description>", True),
        ("<description>开头。阅读全文</description>", True),
        ("<description>All of it.</description>", False),
        (encoded("<p>He said no more…</p>"), False),
    ],
)
def test_a_beginning_alone_is_told(more: str, told: bool) -> None:
    report = Report()
    read(rss(item(1, more)), report)
    assert ("feed-summary-only" in report.counts()) is told


@pytest.mark.parametrize(
    ("more", "tags"),
    [
        ("<enclosure url='/a.mp3' type='audio/mpeg' length='1'/>", ["audio"]),
        ("<enclosure url='/a.mp4' type='video/mp4' length='1'/>", ["video"]),
        ("<enclosure url='/a.pdf' type='application/pdf' length='1'/>", ["a"]),
        ("<enclosure url='/a.png' type='image/png' length='1'/>", ["img"]),
        ("<enclosure url='/a.png' type='image/png'/>" + encoded("<img src='/a.png'>"), ["img"]),
        ("<media:content url='/a.mp3' type='audio/mpeg'/>"
            "<enclosure url='/a.mp3' type='audio/mpeg'/>",
         ["audio"]),
    ],
)  # fmt: skip
def test_enclosures_are_shown_once(more: str, tags: list[str]) -> None:
    (article,) = read(rss(item(1, more)))
    found = list(article.body.iter("audio", "video", "img", "a"))
    assert [each.tag for each in found] == tags
    shown = found[0].get("src") or found[0].get("href")
    assert shown in ("/a.png", "https://orchard.example/" + str(shown).rpartition("/")[2])


# what is no feed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "f.xml: no RSS, Atom or JSON feed"),
        ("<html><body>x</body></html>", "f.xml: no RSS, Atom or JSON feed"),
        ("<rss version='2.0'><channel><title>x</title></channel></rss>", "has no entries"),
        ('{"version": "https://jsonfeed.org/version/1", "items": []}', "has no entries"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 3}', "without 'items'"),
        ('{"version": "https://jsonfeed.org/version/1", ', "no JSON"),
        ('{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_feed_is_one_line(text: str, words: str) -> None:
    with pytest.raises(FeedBroken) as caught:
        read(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


BOMB = "<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(n + 1)} '&{chr(n)};&{chr(n)};&{chr(n)};'>" for n in range(ord("a"), ord("y"))
)


@pytest.mark.parametrize(
    "head", [f"<!DOCTYPE rss [{BOMB}]>", "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_bombs_are_refused(head: str, encoding: str) -> None:
    text = f"{head}<rss version='2.0'><channel><item><title>&z;&a;</title></item></channel></rss>"
    try:
        said = [each.meta.title for each in read(text.encode(encoding))]
    except FeedBroken as refused:
        said = [str(refused).partition(";")[0]]
    assert all(len(each) < 100 and "root:" not in each and "\n" not in each for each in said)


def test_an_article_may_write_about_entities() -> None:
    assert body(rss(item(1, encoded("<p>&lt;!ENTITY x&gt;</p><pre><!ENTITY y></pre>")))).startswith(
        "<!E"
    )


def test_a_broken_feed_is_read_as_far_as_it_goes() -> None:
    report = Report()
    articles = read(rss(item(1, encoded("<p>one</p>"), "A & B")), report)
    assert [each.meta.title for each in articles] == ["A & B"]
    assert "feed-broken" in report.counts()


def test_what_is_told_from_the_first_bytes() -> None:
    assert (
        feed_kind(b"\xef\xbb\xbf <?xml version='1.0'?><!-- x --><!DOCTYPE rss><rss version='2'>")
        == "rss"
    )
    assert feed_kind("<feed xmlns='x'>".encode("utf-16")) == "feed"
    assert feed_kind(b"<rssx>") is None
    assert feed_kind(b"---\ntitle: rss\n---\n<rss>") is None
    assert feed_kind(b"<!-- a -->" * 400 + b"x") is None


PARTS = st.sampled_from(
    "<rss> <item> </item> <title> <![CDATA[ ]]> <content:encoded> &amp; &x; <link> https://[ "
    "<pubDate> <enclosure_url='http://['_type='audio/x'/> \0 é < <entry> <content_type='xhtml'> "
    "<guid> <!DOCTYPE_x_[ <!ENTITY <?xml ?>".split(" ")
).map(lambda part: part.replace("_", " "))


@given(st.lists(PARTS | st.text(max_size=5), max_size=30).map("".join))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_feed_makes_it_raise_another_error(middle: str) -> None:
    for text in (
        rss(middle),
        middle,
        f'{{"version":"https://jsonfeed.org/version/1","items":[{middle}',
    ):
        try:
            found = read(text.encode("utf-8", "replace"))
        except FeedBroken:
            continue
        assert found


# columns


def column_of(path: Path | str, report: Report | None = None, **options: object) -> Column:
    return gather_column(path, ColumnFile(), Settings(**options), None, report or Report())  # type: ignore[arg-type]


def test_a_feed_is_a_column(tmp_path: Path) -> None:
    path = tmp_path / "orchard.xml"
    entries = [item(n, encoded(f"<p>{n}</p>"), f"T{n}") for n in (3, 1, 2)]
    path.write_text(rss(*entries), "utf-8")
    column = column_of(path)
    assert (column.meta.title, column.meta.language) == ("Orchard & Co", "en-GB")
    assert (column.meta.url, column.meta.description) == (
        "https://orchard.example/",
        "Notes on trees",
    )
    assert [each.meta.title for each in column.articles] == ["T1", "T2", "T3"]
    report = articlekit.compile_column(path, tmp_path / "o.epub", images="none")
    assert report.losses == []
    assert articlekit.convert(path, tmp_path / "p.epub", images="none").losses == []


def test_undated_entries_keep_the_order_of_the_feed(tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>T{n}</title><description>x</description></item>" for n in range(12)
    )
    path = tmp_path / "f.rss"
    path.write_text(rss(items), "utf-8")
    assert [a.meta.title for a in column_of(path).articles] == [f"T{n}" for n in range(12)]


def test_a_feed_beside_articles_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x</p>")
    (tmp_path / "feed.xml").write_text(rss(item(1, encoded("<p>x</p>"))))
    assert [each.meta.title for each in column_of(tmp_path).articles] == ["A"]


@pytest.mark.parametrize("name", ["post.html", "list.txt"])
def test_an_article_is_no_column(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("---\ntitle: A\n---\n<p>x</p>")
    with pytest.raises(
        InputError, match="this is no column; for an article use 'articlekit convert'"
    ):
        column_of(tmp_path / name)


OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>My feeds</title></head><body>
<outline text="Trees"><outline type="rss" xmlUrl="{one}"/></outline>
<outline type="rss" xmlUrl="{two}"/><outline type="rss" xmlUrl="{one}"/><outline text="x"/>
</body></opml>"""


def test_opml_and_lists() -> None:
    text = OPML.format(one="https://a.example/f", two="https://b.example/f")
    found = read_opml(Source("o.opml", text.encode()))
    assert found.addresses == ("https://a.example/f", "https://b.example/f")
    assert found.values == {"title": "My feeds"}
    lines = b"\xef\xbb\xbf# remark\n\n https://a.example/1 \r\nhttps://a.example/2\n"
    assert read_address_list(Source("l.txt", lines)).addresses == (
        "https://a.example/1",
        "https://a.example/2",
    )
    assert is_address_list(lines)
    assert not is_address_list(b"https://a.example/ is a place")


@pytest.mark.parametrize(
    ("read_list", "data", "words"),
    [
        (read_opml, b"", "l: no OPML"),
        (read_opml, b"<rss/>", "l: no OPML"),
        (read_opml, b"<opml><body/></opml>", "l: it names no feed"),
        (read_address_list, b"https://a.example/\nftp://b.example/\n", "l:2: no address: 'ftp:"),
        (read_address_list, b"# nothing\n", "l: it names no feed"),
    ],
)
def test_broken_lists(read_list: Callable[[Source], object], data: bytes, words: str) -> None:
    with pytest.raises(FeedBroken) as caught:
        read_list(Source("l", data))
    assert words in str(caught.value)


# on the web

LOCAL = {"allow_private": ("127.0.0.1",)}
PAGE = (
    "<!DOCTYPE html><html lang=zh><title>页面</title><nav>菜单</nav>"
    "<main><p>正文第一段，写得足够长，好让它像一段话，而不是一个标签。</p><img src='p.png'></main>"
)


def test_a_page_is_fetched(tmp_path: Path, server: ImageServer) -> None:
    server.redirect("/old", server.url("/deep/new"))
    server.add("/deep/new", PAGE.encode("gb18030"), Content_Type="text/html; charset=gbk")
    server.add("/deep/p.png", picture(size=(300, 200)), Content_Type="image/png")
    target = tmp_path / "o.md"
    report = articlekit.convert(server.url("/old"), target, **LOCAL)
    text = target.read_text("utf-8")
    assert "title: 页面" in text
    assert f"url: {server.url('/deep/new')}" in text
    assert "正文第一段" in text
    assert "菜单" not in text
    assert [each.reason for each in report.images] == [None]
    asked = {each.path: each.headers for each in server.seen}
    assert asked["/old"]["accept"].startswith("text/html,")
    assert asked["/deep/p.png"]["accept"].startswith("image/")
    assert asked["/deep/p.png"]["referer"] == server.url("/deep/new")


@pytest.mark.parametrize(
    ("header", "encoding", "inside"),
    [
        ("text/html; charset=big5", "big5", ""),
        ("text/html; charset=utf-8", "utf-8", "<meta charset=gbk>"),
        ("text/html; charset=iso-8859-1", "utf-8", ""),
        ("text/html; charset=nonsense", "utf-8", ""),
        ("text/html", "gb18030", "<meta charset=gb2312>"),
        ("text/html; charset=gbk", "utf-8-sig", ""),
    ],
)
def test_encodings(server: ImageServer, header: str, encoding: str, inside: str) -> None:
    text = f"<!DOCTYPE html>{inside}<title>頁面正文</title><p>一段中文寫在這裡。</p>"
    if "8859" in header:  # a header that no byte contradicts is believed, as browsers do
        text = "<!DOCTYPE html><title>page</title><p>x</p>"
    server.add("/x", text.encode(encoding), Content_Type=header)
    column = articlekit_book(server.url("/x"))
    assert column.articles[0].meta.title in ("頁面正文", "page")


def articlekit_book(source: str) -> Column:
    from articlekit.feeds import read_book

    return read_book([source], Settings(**LOCAL), Report())  # type: ignore[arg-type]


def test_feeds_and_lists_on_the_web(tmp_path: Path, server: ImageServer) -> None:
    server.add("/f.xml", rss(item(1, encoded("<p>x</p>"), "E")).encode(), Content_Type="text/xml")
    server.add("/a", b"<!DOCTYPE html><title>A</title><p>x</p>", Content_Type="text/html")
    feed = column_of(server.url("/f.xml"), **LOCAL)
    assert (feed.meta.title, [each.meta.title for each in feed.articles]) == ("Orchard & Co", ["E"])
    listed = tmp_path / "l.txt"
    listed.write_text("\n".join(server.url(path) for path in ("/a", "/gone", "/f.xml")))
    report = Report()
    column = column_of(listed, report, **LOCAL)
    assert [each.meta.title for each in column.articles] == ["A", "E"]
    (lost,) = report.losses
    assert lost.code == "article-skipped"
    assert "/gone: http_4xx: 404" in lost.message
    report = articlekit.convert(listed, tmp_path / "l.md", **LOCAL)
    assert [each.code for each in report.losses] == ["article-skipped"]
    assert "# A" in (tmp_path / "l.md").read_text("utf-8")
    opml = tmp_path / "o.opml"
    opml.write_text(OPML.format(one=server.url("/f.xml"), two=server.url("/gone")))
    assert column_of(opml, **LOCAL).meta.title == "My feeds"


@pytest.mark.parametrize("text", ["https://a.example/\n<p>x</p>", "https://a.example/ is a site"])
def test_an_article_may_begin_with_an_address(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text)
    articlekit.convert(tmp_path / "a.txt", tmp_path / "a.md", offline=True)
    assert "a.example" in (tmp_path / "a.md").read_text("utf-8")


def test_pages_that_cannot_be_had(server: ImageServer, tmp_path: Path) -> None:
    target = tmp_path / "o.md"
    for source, options, words in (
        (server.url("/x"), {}, "blocked_address: 127.0.0.1 is at 127.0.0.1"),
        (server.url("/x"), LOCAL, "http_4xx: 404 Not Found; check the address"),
        ("https://a.example/x", {"offline": True}, "offline; run without --offline"),
        ("http://", LOCAL, "bad_scheme"),
    ):
        with pytest.raises(PageNotFetched) as caught:
            articlekit.convert(source, target, **options)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
        assert not target.exists()
    with pytest.raises(UsageError, match="allow_private"):
        articlekit.convert("https://a.example/", target, allow_private=["10.0.0.0/99"])
    listed = tmp_path / "l.txt"
    listed.write_text("https://a.example/")
    with pytest.raises(NoArticles, match="none of 1 addresses"):
        column_of(listed, offline=True)


def test_reading_alone_opens_no_connection() -> None:
    with pytest.raises(InputError, match=r"an address; convert\(\) and .+ fetch it"):
        articlekit.read("https://a.example/x")


def test_the_command(server: ImageServer, tmp_path: Path) -> None:
    feed = rss(item(1, encoded("<p>x</p>"), "E")).replace("logo.png", "")
    server.add("/f.xml", feed.encode(), Content_Type="text/xml")

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "articlekit", *args]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )

    done = run("column", server.url("/f.xml"), "-o", "o.md", "--allow-private", "127.0.0.1",
               "--images", "remote")  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "wrote o.md (nothing lost)\n")
    for args in (
        ["convert", server.url("/f.xml"), "-o", "p.md"],
        ["column", server.url("/f.xml"), "-o", "p.md", "--offline"],
        ["convert", server.url("/gone"), "-o", "p.md", "--allow-private", "127.0.0.1"],
    ):
        failed = run(*args)
        assert failed.returncode == 1
        assert failed.stderr.count("\n") == 1
        assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("nul", ["", "\0"])
def test_nuls_in_a_feed(encoding: str, nul: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    inside = nul if encoding != "utf-16" else ""
    text = rss(item(1, encoded(f"<p>{inside}果园里的苹果红了。</p>"), "E"))
    data = (declared + text.partition("?>")[2]).encode(encoding)
    report = Report()
    (article,) = read(data, report)
    assert text_of(article.body).strip() == "果园里的苹果红了。"
    assert report.counts()["control-characters"] == len(inside)


def test_an_encoding_that_is_no_name_is_no_crash() -> None:
    data = rss(item(1, encoded("<p>x</p>"), "E")).encode().partition(b"?>")[2]
    for name in (b"U\0TF-8", b"U TF-8", b"x" * 5000):
        (article,) = read(b'<?xml version="1.0" encoding="' + name + b'"?>' + data)
        assert text_of(article.body).strip() == "x"
    with pytest.raises(FeedBroken, match="no feed that can be read"):
        read(b'<?xml version="1.0" encoding="\xff"?>' + data)
