"""From bytes to an article: encodings, front matter, metadata, pages, column.toml."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.errors import ColumnFileError, NotAnArticle
from articlekit.html import text_of
from articlekit.model import Article, Element, Meta, Origin, Source
from articlekit.readers.column import ColumnFile, make_column, parse_column_file
from articlekit.readers.dates import parse_date
from articlekit.readers.front_matter import FrontMatter, split_front_matter
from articlekit.readers.html import read_html
from articlekit.readers.meta import http_url, language_tag, make_meta
from articlekit.readers.ordering import order_articles
from articlekit.readers.text import decode
from articlekit.report import Diagnostic, Report

often = settings(max_examples=300, deadline=None, derandomize=True)

HANS = "果园里的苹果已经红了，孩子们提着篮子走在树下，听老人讲去年的故事。"
HANT = "果園裡的蘋果已經紅了，孩子們提著籃子走在樹下，聽老人講去年的故事。"
KANA = (
    "夏の終わりに、友だちと海へ行きました。波の音がとても静かでした。砂浜には誰もいなくて、"
    "遠くに小さな船が見えました。私たちは貝を拾いながら、子どものころの話をしました。"
    "夕方になると風が少し冷たくなり、空の色がゆっくり変わっていきました。"
)


def split(text: str) -> tuple[FrontMatter, list[Diagnostic]]:
    report = Report()
    return split_front_matter(text, "a.html", report), report.diagnostics


def read(
    data: str | bytes, name: str = "a.html", url: str | None = None
) -> tuple[Article, list[Diagnostic]]:
    report = Report()
    raw = data.encode() if isinstance(data, str) else data
    source = Source(name, raw, Path(name), url)
    (article,) = read_html(source, report)
    return article, report.diagnostics


def meta_of(lines: str) -> tuple[Meta, list[Diagnostic]]:
    report = Report()
    matter = split_front_matter(f"---\ntitle: T\n{lines}\n---\n", "a.html", report)
    return make_meta(matter.values, "a.html", report), report.diagnostics


def codes(found: list[Diagnostic]) -> list[str]:
    return [each.code for each in found]


# front matter: its edges


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: T\n---\n<p>b</p>",
        "\n\n  \n---\ntitle: T\n---\n<p>b</p>\n \n",
        "--- \ntitle: T\n---\t\n<p>b</p>",
        "----\ntitle: T\n----\n<p>b</p>",
        '+++\ntitle = "T"\n+++\n<p>b</p>',
        '{\n"title": "T"\n}\n<p>b</p>',
    ],
)
def test_front_matter_of_every_kind(text: str) -> None:
    matter, found = split(text)
    assert matter.values == {"title": "T"}
    assert matter.content.strip() == "<p>b</p>"
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<p>b</p>",
        "{x} is text",
        "- - -\nx",
        "<hr>\n---\ntitle: T\n---\nb",
        "b\n---\nc",
        "--\na: b",
    ],
)
def test_text_without_front_matter(text: str) -> None:
    assert split(text) == (FrontMatter({}, text), [])


@pytest.mark.parametrize("text", ["---\n---\n<p>b</p>", "---\n# a remark\n---\n<p>b</p>"])
def test_front_matter_that_is_empty(text: str) -> None:
    matter, found = split(text)
    assert (dict(matter.values), matter.content.strip(), found) == ({}, "<p>b</p>", [])


def test_a_line_of_hyphens_in_the_content_ends_nothing() -> None:
    assert split("---\ntitle: T\n---\none\n---\ntwo")[0].content.strip() == "one\n---\ntwo"


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("---\ntitle: T\nlang: en\n<p>b</p>", "<p>b</p>"),
        ("---\ntitle: T\nlang: en\n\nb: c\n", "b: c"),
        ("---\ntitle: T\nlang: en\n", ""),
        ("---\ntitle: T\nlang: en\n   <p>b</p>\n<p>c", "<p>b</p>\n<p>c"),
    ],
)
def test_front_matter_that_nobody_closed(text: str, content: str) -> None:
    matter, found = split(text)
    assert matter.content.strip() == content
    assert matter.values == {"title": "T", "lang": "en"}
    assert [(each.code, each.line) for each in found] == [("front-matter-broken", 1)]
    assert found[0].message == "front matter without an end; close it with a line '---'"


def test_lines_of_an_unclosed_front_matter_have_their_numbers() -> None:
    found = split("\n\n---\ntitle: T\n%% junk\n<p>b</p>")[1]
    assert [(each.code, each.line) for each in found] == [
        ("front-matter-broken", 3),
        ("front-matter-line-lost", 5),
    ]


def test_all_values_of_toml_and_json() -> None:
    toml, _ = split('+++\ntitle = "a: b"\ndate = 2021-03-22\ntags = ["x", "y"]\n[n]\nk = 1\n+++\nb')
    assert toml.values["title"] == "a: b"
    assert toml.values["tags"] == ["x", "y"]
    assert toml.values["n"] == {"k": 1}
    json, _ = split('{\n"title": "# x",\n"tags": ["x"],\n"n": {"k": null}\n}\nb')
    assert json.values == {"title": "# x", "tags": ["x"], "n": {"k": None}}


def test_values_that_are_no_text_keep_their_kind() -> None:
    matter, _ = split("---\ncomments: true\ncount: 3\nx: {a: [1, null]}\nd: 2020-01-02\n---\n")
    assert matter.values["comments"] is True
    assert matter.values["count"] == 3
    assert matter.values["x"] == {"a": [1, None]}
    assert str(matter.values["d"]) == "2020-01-02"


def test_mirrored_braces_are_braces_again_in_values_only() -> None:
    matter, _ = split("---\ntitle: f&#123;x&#125;\ntags: ['&#123;']\n---\n<p>&#123;</p>")
    assert matter.values == {"title": "f{x}", "tags": ["{"]}
    assert matter.content.strip() == "<p>&#123;</p>"


# front matter: titles

#: Bare titles that YAML takes for something else, or refuses.
BARE = [
    *("a: b", "a: b: c", "[x] y", "[x]", "@x", "# x", "*x", "&x y", "!x y", "%x", "`x`", "{x} y"),
    *("{a: b}", "- x", "? x", ": x", "x:", "1984", "0x10", "1e3", "null", "~", "yes", "no", "true"),
    *("2022-01-01", "a # b", "a #b", "'x' y", '"x" y', "'x", '"x', "a'b\"c", "> x", "| x", "\\x"),
    *("---", "...", "!!str x", "<b>x</b>", "&#x27;x", "《x》：y", "12:30:45", "x, y", "=", "x|"),
]


@pytest.mark.parametrize("title", BARE)
@pytest.mark.parametrize("more", ["", "categories: [a\n", "x: y: z\n"])
def test_bare_titles_are_what_was_written(title: str, more: str) -> None:
    matter, _ = split(f"\n---\ntitle: {title}\nlang: en\n{more}---\n<p>b</p>")
    assert matter.values["title"] == title
    assert matter.values["lang"] == "en"
    assert matter.content.strip() == "<p>b</p>"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("'it''s'", "it's"),
        ('"say \\"x\\""', 'say "x"'),
        ('"\\u4e2d\\x41"', "中A"),
        ("'a # b: [c]'", "a # b: [c]"),
        ('"""""""""\'x\'"""""""""', "'x'"),
        ("a\n  b", "a b"),
        ("'a\n  b'", "a b"),
        ("|\n  a\n  b", "a\nb\n"),
        (">\n  a\n  b", "a b\n"),
        ("", ""),
        ("''", ""),
    ],
)
def test_quoted_and_folded_titles(written: str, title: str) -> None:
    assert split(f"---\ntitle: {written}\nlang: en\n---\nb")[0].values["title"] == title


printable = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"], exclude_characters="\ufeff")
)
telling = st.lists(
    st.sampled_from([*"ab1 :#'\"[]{}&*!|>%@`,?-~=<\\/.", ": ", " #", "null", "中", "：", "\u3000"])
).map("".join)
titles = (telling | printable).map(lambda text: " ".join(text.split())).filter(bool)


@given(titles)
@often
def test_titles_that_yaml_wrote_read_back(title: str) -> None:
    written = yaml.safe_dump({"title": title, "lang": "en"}, sort_keys=False, allow_unicode=True)
    matter, found = split(f"---\n{written}---\n<p>b</p>")
    assert matter.values == {"title": title, "lang": "en"}
    assert found == []


@given(titles)
@often
def test_titles_in_quotes_read_back(title: str) -> None:
    single = "'" + title.replace("'", "''") + "'"
    double = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for written in (single, double):
        matter, found = split(f"---\ntitle: {written}\nlang: en\n---\n<p>b</p>")
        assert matter.values == {"title": title, "lang": "en"}
        assert found == []


@given(titles, st.sampled_from(["", "x: y: z\n"]))
@example("a: b", "")
@often
def test_bare_titles_read_back(title: str, more: str) -> None:
    assume(title[0] not in "'\"")  # quotes are taken off
    assume(title[-1] not in "|>")  # may begin a block of text
    assume("&#12" not in title)
    matter, _ = split(f"---\ntitle: {title}\n{more}lang: en\n---\n<p>b</p>")
    assert matter.values["title"] == title
    assert matter.values["lang"] == "en"


# front matter: what is broken


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a: b\n---\n", 2),
        ("\n---\ntitle: a: b\n---\n", 3),
        (" \n\n\n---\nlang: en\n\ntitle: @x\n---\n", 7),
        ("---\nlang: en\nx: *y\n---\n", 3),
        ("---\nlang: en\nx: [1\ny: 2\n---\n", 4),
        ("---\nlang: en\n\tx: y\n---\n", 3),
    ],
)
def test_a_broken_front_matter_is_reported_with_its_line(text: str, line: int) -> None:
    found = split(text)[1]
    assert [(each.code, each.line, each.source) for each in found] == [
        ("front-matter-broken", line, "a.html")
    ]
    assert found[0].message.startswith("broken front matter, read line by line: ")
    mend = "; indent with spaces" if "\t" in text else "; quote the value"
    assert found[0].message.endswith(mend)


def test_a_broken_front_matter_is_read_line_by_line() -> None:
    matter, found = split(
        "\n---\ntitle: a: b\n# a remark\n\ncategories:\n- x\n- 'y: z'\nauthor: \"A\"\n"
        "description: one\n  two\nempty:\n%% junk\n---\n<p>b</p>"
    )
    assert matter.values == {
        "title": "a: b",
        "categories": ["x", "y: z"],
        "author": "A",
        "description": "one two",
        "empty": "",
    }
    assert [(each.code, each.line) for each in found] == [
        ("front-matter-broken", 3),
        ("front-matter-line-lost", 13),
    ]
    assert found[1].message == "not read: %% junk"
    assert matter.content.strip() == "<p>b</p>"


@pytest.mark.parametrize("block", ["just words", "[a, b]", "- a", '"a"'])
def test_front_matter_that_is_no_mapping(block: str) -> None:
    matter, found = split(f"---\n{block}\n---\n<p>b</p>")
    assert dict(matter.values) == {}
    assert codes(found) == ["front-matter-broken", "front-matter-line-lost"]
    assert block in found[1].message


def test_a_tag_or_a_date_that_cannot_be_is_text() -> None:
    matter, found = split("---\nx: !thing bar\ny: 2022-13-45\nz: !!python/name:os.system x\n---\n")
    assert matter.values == {"x": "bar", "y": "2022-13-45", "z": "x"}
    assert found == []


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(n + 1)}: &{chr(n + 1)} [*{chr(n)}, *{chr(n)}]\n" for n in range(ord("a"), ord("z"))
)


@pytest.mark.parametrize(
    "block",
    [
        BOMB,
        "x: " + "[" * 5000,
        "x: " + "{a: " * 3000,
        "".join(f"{' ' * n}k:\n" for n in range(1500)),
    ],
    ids=["aliases", "lists", "mappings", "indents"],
)
def test_front_matter_made_to_exhaust_is_refused_fast(block: str) -> None:
    start = time.perf_counter()
    matter, found = split(f"---\ntitle: T\n{block}\n---\n<p>b</p>")
    assert time.perf_counter() - start < 3
    assert matter.values["title"] == "T"
    assert "front-matter-broken" in codes(found)
    assert len(str(matter.values)) < 4 * len(block) + 1000


def test_an_alias_is_refused_and_stays_text() -> None:
    matter, found = split("---\ntitle: T\nx: &y [1]\nz: *y\n---\n")
    assert matter.values["z"] == "*y"
    assert [(each.code, each.line) for each in found] == [("front-matter-broken", 4)]


@given(st.text(max_size=60) | telling)
@often
def test_no_front_matter_makes_it_raise(block: str) -> None:
    for text in (f"---\n{block}\n---\n<p>b</p>", f"+++\n{block}\n+++\n", f"---\n{block}", block):
        split(text)


# metadata


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Fri, 11 Feb 2022 00:00:00 GMT", datetime(2022, 2, 11, tzinfo=UTC)),
        (
            "Fri, 11 Feb 2022 08:00:00 +0800",
            datetime(2022, 2, 11, 8, tzinfo=timezone(timedelta(hours=8))),
        ),
        ("2021-03-22 08:20:42", datetime(2021, 3, 22, 8, 20, 42, tzinfo=UTC)),
        ("2021-03-22", datetime(2021, 3, 22, tzinfo=UTC)),
        ("2021-03-22T08:20:42Z", datetime(2021, 3, 22, 8, 20, 42, tzinfo=UTC)),
        ("2021-03-22T08:20+01:00", datetime(2021, 3, 22, 7, 20, tzinfo=UTC)),
        ("2021/3/22", datetime(2021, 3, 22, tzinfo=UTC)),
        ("2021.3.2", datetime(2021, 3, 2, tzinfo=UTC)),
        ("2021年3月22日", datetime(2021, 3, 22, tzinfo=UTC)),
        ("2021年3月22日 8时5分", datetime(2021, 3, 22, 8, 5, tzinfo=UTC)),
        ("2021-3-2 8:2", datetime(2021, 3, 2, 8, 2, tzinfo=UTC)),
        ("22 Mar 2021", datetime(2021, 3, 22, tzinfo=UTC)),
        ("March 22, 2021 8:20 PM", datetime(2021, 3, 22, 20, 20, tzinfo=UTC)),
        ("2021-03-22 08:20 +0100", datetime(2021, 3, 22, 7, 20, tzinfo=UTC)),
        ("22 Mar 2021 10:00 XYZT", datetime(2021, 3, 22, 10, tzinfo=UTC)),
        ("1616400000", datetime(2021, 3, 22, 8, tzinfo=UTC)),
        ("1616400000000", datetime(2021, 3, 22, 8, tzinfo=UTC)),
    ],
)
def test_dates(written: str, moment: datetime) -> None:
    for quoted in (written, f"'{written}'"):
        meta, found = meta_of(f"date: {quoted}")
        assert meta.published == moment
        assert meta.published is not None
        assert meta.published.tzinfo is not None
        assert found == []
    assert parse_date(written) == moment


def test_dates_that_toml_read() -> None:
    article, found = read('+++\ntitle = "T"\ndate = 2021-03-22\nlang = "en"\n+++\n<p>b</p>')
    assert article.meta.published == datetime(2021, 3, 22, tzinfo=UTC)
    assert found == []


@pytest.mark.parametrize(
    "written", ["Invalid Date", "2022-13-45", "yesterday", "March", "5 May", "99999999999", "-"]
)
def test_dates_that_are_none(written: str) -> None:
    meta, found = meta_of(f"date: '{written}'")
    assert meta.published is None
    assert meta.extra["date"] == written
    assert [str(each) for each in found] == [
        f"a.html: 'date' is not a date: '{written}'; write 2024-05-01"
    ]
    assert codes(found) == ["date-unreadable"]


@pytest.mark.parametrize("written", ["", "null", "~", "None"])
def test_no_date_is_no_fault(written: str) -> None:
    meta, found = meta_of(f"date: {written}")
    assert (meta.published, found) == (None, [])


@pytest.mark.parametrize("key", ["published", "date", "pubDate"])
def test_keys_of_dates(key: str) -> None:
    assert meta_of(f"{key}: 2021-03-22")[0].published == datetime(2021, 3, 22, tzinfo=UTC)


@given(st.text(max_size=30) | st.integers() | st.from_regex(r"[\d:/年月日T .+-]{1,25}"))
@often
def test_no_date_makes_it_raise(value: object) -> None:
    moment = parse_date(value)
    assert moment is None or moment.tzinfo is not None


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ("author: A B", ("A B",)),
        ("author: 1984", ("1984",)),
        ("author: A, B", ("A, B",)),
        ("authors: [A, B]", ("A", "B")),
        ("authors:\n- A\n- name: B\n  url: https://b.example/", ("A", "B")),
        ("author: {name: A, email: a@b.example}", ("A",)),
        ("author: {email: a@b.example}", ()),
        ("authors: []\nauthor: A", ("A",)),
        ("author: ''", ()),
        ("", ()),
    ],
)
def test_authors(lines: str, authors: tuple[str, ...]) -> None:
    assert meta_of(lines)[0].authors == authors


@pytest.mark.parametrize(
    ("lines", "categories"),
    [
        ("categories: [a, b]", ("a", "b")),
        ("categories:\n- a\n- b c", ("a", "b c")),
        ("categories: a", ("a",)),
        ("categories: a, b，c、d;e", ("a", "b", "c", "d", "e")),
        ("categories: [[a, b], c]", ("a", "b", "c")),
        ("categories: [1, null, true]", ("1", "null", "true")),
        ("category: a", ("a",)),
        ("tags: [a, b]", ("a", "b")),
        ("categories: []\ntags: a", ("a",)),
        ("categories: a\ntags: b", ("a",)),
        ("categories:", ()),
    ],
)
def test_categories(lines: str, categories: tuple[str, ...]) -> None:
    assert meta_of(lines)[0].categories == categories


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("zh_cn", "zh-CN"),
        ("zh-Hans", "zh-Hans"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("en-us", "en-US"),
        ("no", "no"),
        (" de ", "de"),
        ("english", None),
        ("und", None),
        ("en,de", None),
        ("中文", None),
        ("", None),
    ],
)
def test_languages(written: str, tag: str | None) -> None:
    assert language_tag(written) == tag
    for key in ("language", "lang"):
        assert meta_of(f"{key}: '{written}'")[0].language == tag


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://EXAMPLE.org", "https://example.org/"),
        (" http://example.org/a b?c#d ", "http://example.org/a%20b?c#d"),
        ("https://例え.jp/é", "https://xn--r8jz45g.jp/%C3%A9"),
        ("//example.org/a", None),
        ("/a", None),
        ("example.org", None),
        ("ftp://example.org/", None),
        ("javascript:x", None),
        ("http://", None),
        ("", None),
    ],
)
def test_urls(written: str, url: str | None) -> None:
    assert http_url(written) == url
    for key in ("url", "link", "source", "canonical"):
        meta, found = meta_of(f"{key}: '{written}'")
        assert meta.url == url
        told = key != "source" and url is None and written != ""
        assert codes(found) == ["url-unusable"] * told


def test_a_source_may_be_the_name_of_a_newspaper() -> None:
    meta, found = meta_of("source: The Evening Post")
    assert (meta.url, meta.extra["source"], found) == (None, "The Evening Post", [])


def test_every_key_is_kept_and_says_where_it_went() -> None:
    meta, _ = meta_of("headimg: a.png\nthumbnail: b.png\ncomments: true\nsummary: S\ndate: never")
    assert (meta.cover, meta.description) == ("a.png", "S")
    assert dict(meta.extra) == {"thumbnail": "b.png", "comments": True, "date": "never"}
    assert dict(meta.keys) == {
        "title": "title",
        "headimg": "cover",
        "thumbnail": "extra",
        "comments": "extra",
        "summary": "description",
        "date": "extra",
    }


# encodings


@pytest.mark.parametrize(
    ("body", "encoding"), [(HANS, "gb18030"), (HANT, "big5"), (KANA, "shift_jis")]
)
def test_encodings_that_nobody_declared(body: str, encoding: str) -> None:
    text = f"---\ntitle: {body[:4]}\nlang: und\n---\n<p>{body}</p>"
    article, found = read(text.encode(encoding))
    assert article.meta.title == body[:4]
    assert text_of(article.body).strip() == body
    assert codes(found) == ["encoding-guessed"]
    assert found[0].message.endswith("Save it as UTF-8 to be sure")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings(encoding: str) -> None:
    text = f"---\ntitle: {HANS[:4]}\n---\n<p>{HANS}</p>"
    article, found = read(text.encode(encoding))
    assert (article.meta.title, text_of(article.body).strip()) == (HANS[:4], HANS)
    assert found == []


@pytest.mark.parametrize("order", ["le", "be"])
def test_both_orders_of_utf_16(order: str) -> None:
    text = f"\ufeff<title>T</title><p>{HANS}"
    article, found = read(text.encode(f"utf-16-{order}"))
    assert (text_of(article.body), found) == (HANS, [])


@pytest.mark.parametrize(
    ("body", "label", "encoding"),
    [
        (HANS, "gb2312", "gb18030"),
        (HANS + "㐀镕", "GBK", "gb18030"),
        (HANT, "big5", "big5"),
        (KANA, "euc-jp", "euc_jp"),
        ("Café “été”", "iso-8859-1", "cp1252"),
        ("Дом у реки", "koi8-r", "koi8_r"),
        (HANS, "no-such-encoding", "utf-8"),
        (HANS, "shift_jis", "utf-8"),
        (HANS, "ascii", "utf-8"),
    ],
)
@pytest.mark.parametrize(
    "form", ["<meta charset={}>", "<META http-equiv=Content-Type content='text/html; charset={}'>"]
)
def test_declared_encodings(body: str, label: str, encoding: str, form: str) -> None:
    page = f"{form.format(label)}<title>T</title><p>{body}"
    article, found = read(page.encode(encoding))
    assert (text_of(article.body), found) == (body, [])


def test_a_declaration_far_down_the_file_counts_for_nothing() -> None:
    page = f"<title>T</title><p>{'x' * 1100}<meta charset=koi8-r>{HANS}"
    assert HANS in text_of(read(page.encode())[0].body)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    data = end.join(["", "---", "title: T", "author: A", "---", "<pre>a", "b</pre>", ""]).encode()
    text = decode(Source("a.html", data), Report())
    assert "\r" not in text
    assert text.count("\n") == 7
    assert read(data)[0].meta.authors == ("A",)


def test_bytes_of_no_encoding_are_counted() -> None:
    article, found = read(b"<title>T</title><p>" + b"plain words " * 9 + b"\0\xff\xfe" + b" end")
    assert codes(found)[0] == "encoding-errors"
    assert found[0].message == "2 characters are no UTF-8 and were replaced"
    assert "\ufffd" in text_of(article.body)


BINARY = {
    "zip": b"PK\x03\x04" + b"x" * 60,
    "pdf": b"%PDF-1.7\n" + b"x" * 60,
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff\xe0" + b"x" * 60,
    "gif": b"GIF89a" + b"x" * 60,
    "gzip": b"\x1f\x8b\x08" + b"x" * 60,
    "program": b"\x7fELF" + b"x" * 60,
    "zeros": b"\0" * 60,
    "every byte": bytes(range(256)) * 20,
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 200,
    "database": b"SQLite format 3\0" + b"\0" * 200,
}


@pytest.mark.parametrize("kind", BINARY)
def test_files_that_are_no_text_are_refused(kind: str) -> None:
    with pytest.raises(NotAnArticle, match=r"^a\.html: this is .+; articlekit reads front matter"):
        read(BINARY[kind])


@given(st.binary(max_size=300))
@often
def test_any_bytes_are_an_article_or_refused(data: bytes) -> None:
    try:
        said = read(data)[0].meta.title
    except NotAnArticle as refused:
        said = str(refused).removeprefix("a.html: this is ")
    assert said
    assert not said.startswith("a.html")


# whole pages

PAGE = """<!DOCTYPE html><html lang=fr><head><title> Un
 titre </title><meta name=author content='A B'><meta name=referrer content=origin>
<meta property=article:published_time content='2021-03-22T08:00:00Z'>
<meta name=description content=Court><meta property=og:description content=Long>
<meta property=og:image content=/i.png><link rel=canonical href=https://example.org/c>
<meta property=og:url content=https://example.org/og></head><body><p>x</body></html>"""


def test_a_page_tells_its_own_metadata() -> None:
    article, found = read(PAGE)
    meta = article.meta
    assert (meta.title, meta.authors, meta.language) == ("Un titre", ("A B",), "fr")
    assert meta.published == datetime(2021, 3, 22, 8, tzinfo=UTC)
    assert (meta.url, meta.cover) == ("https://example.org/c", "/i.png")
    assert meta.description == "Court"
    assert article.origin.base == "https://example.org/c"
    assert article.origin.referrer == ("origin",)
    assert text_of(article.body).strip() == "x"
    assert found == []


def test_front_matter_comes_before_the_page_and_a_given_address_before_both() -> None:
    lines = "title: T\nauthor: Z\nlang: de\nurl: https://b.example/\ndate: 2020-01-01\ncover: c.png"
    article, _ = read(f"---\n{lines}\ndescription: D\n---\n{PAGE}")
    meta = article.meta
    assert (meta.title, meta.authors, meta.language) == ("T", ("Z",), "de")
    assert (meta.url, meta.cover, meta.description) == ("https://b.example/", "c.png", "D")
    assert meta.published == datetime(2020, 1, 1, tzinfo=UTC)
    given_url = read(f"---\n{lines}\n---\n{PAGE}", url="https://c.example/x")[0]
    assert given_url.meta.url == given_url.origin.base == "https://c.example/x"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<meta property=og:title content=A><title>A | Site</title>", "A"),
        ("<p>x</p><title>A</title>", "A"),
        ("<meta property=og:title content=' '><title>A</title>", "A"),
    ],
)
def test_titles_of_pages(page: str, title: str) -> None:
    article, found = read(page)
    assert (article.meta.title, found) == (title, [])


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<h1>A <i>b</i>\n c</h1>", "A b c"),
        ("<h1> </h1><h2>B</h2>", "B"),
        ("<p>x", "my-post"),
        ("---\ntitle:\n---\n<h1>A</h1>", "A"),
    ],
)
def test_what_stands_in_for_a_title(page: str, title: str) -> None:
    article, found = read(page, name="my-post.html")
    assert article.meta.title == title
    assert codes(found) == ["title-missing"]
    assert found[0].message.startswith(f"no title; '{title}' stands in. ")


@pytest.mark.parametrize(
    ("base", "with_url", "alone"),
    [
        ("<base href=/sub/>", "https://a.example/sub/", None),
        ("<base href=../y>", "https://a.example/y", None),
        ("<base href=https://b.example/q/>", "https://b.example/q/", "https://b.example/q/"),
        (
            "<base target=_blank><base href=https://b.example/>",
            "https://b.example/",
            "https://b.example/",
        ),
        ("<base href='javascript:x'>", "https://a.example/b/c", None),
        ("<base href='http://['>", "https://a.example/b/c", None),
        ("", "https://a.example/b/c", None),
    ],
)
def test_base_href(base: str, with_url: str, alone: str | None) -> None:
    assert read(f"---\nurl: https://a.example/b/c\n---\n{base}x")[0].origin.base == with_url
    assert read(f"{base}x")[0].origin.base == alone


LONG = "the long text of the article, longer than all that is around it"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (f"<nav>menu</nav><main>{LONG}</main><footer>foot</footer>", LONG),
        (f"<div><article>{LONG}</article>more</div>", LONG),
        (f"<header>top</header><main><nav>n</nav><article>{LONG}</article></main>", LONG),
        (f"<main>a</main><main>b</main>{LONG}", f"ab{LONG}"),
        (f"<article>{LONG}</article><article>{LONG}</article>", LONG * 2),
        (f"<main>short</main>{LONG}", f"short{LONG}"),
        (f"<main></main>{LONG}", LONG),
    ],
)
def test_the_article_is_where_most_of_the_text_is(page: str, text: str) -> None:
    article, found = read(f"<title>T</title>{page}")
    assert text_of(article.body) == text
    cut = sum(len(word) for word in ("menu", "foot", "more", "top", ">n<") if word in page)
    cut -= 2 * (">n<" in page)
    assert codes(found) == ["clutter-removed"] * (cut > 0)
    assert all(f"{cut} characters outside" in each.message for each in found)


# slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("a b.html", "a-b"),
        ("../../etc/passwd.html", "passwd"),
        ("..html", "article"),
        ("中文 文章.html", "中文-文章"),
        ("-x-.html", "x"),
        ("b:c*?.html", "b-c"),
        ("a.b.html", "a.b"),
        ("a\u202eb.html", "a-b"),
        ("x\ny.html", "x-y"),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert read("<p>x", name=name)[0].slug == slug


@given(titles | st.text(max_size=200))
@often
def test_slugs_are_safe(title: str) -> None:
    """As the name of a file in any folder of any system."""
    matter = yaml.safe_dump({"title": title}, allow_unicode=True)
    source = Source("<stream>", f"---\n{matter}---\nx".encode("utf-8", "replace"))
    (article,) = read_html(source, Report())
    slug = article.slug
    assert 0 < len(slug.encode()) <= 80
    assert not set(slug) & set('/\\:*?"<>|\0\n\r\t ')
    assert not slug.startswith((".", "-"))
    assert Path(slug).name == slug


# column.toml


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tilte = 'x'", "unknown key 'tilte'; did you mean 'title'?"),
        ("zzz = 1", "unknown key 'zzz'; known are allow_private, articles, author, "),
        ("title = 3", "'title' cannot be 3; write title = \"…\""),
        ("authors = 'A'", "'authors' cannot be 'A'; write authors = [\"…\", \"…\"]"),
        ("order = 1", '\'order\' cannot be 1; write order = "date", "title", "name", "listed", or'),
        ("order = 'dat'", "unknown order 'dat'; did you mean 'date'?"),
        ("order = 'size'", "unknown order 'size'"),
    ],
)
def test_column_files_that_say_what_nobody_knows(text: str, message: str) -> None:
    with pytest.raises(ColumnFileError) as caught:
        parse_column_file(text, "c/column.toml")
    assert str(caught.value).startswith(f"c/column.toml:1: {message}")


def test_a_column_file_that_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(ColumnFileError) as caught:
        parse_column_file("title = 'x'\n\nauthor = A\n", "c/column.toml")
    assert str(caught.value).startswith("c/column.toml:3: not TOML: ")
    assert "(at line" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_column_file_says_everything() -> None:
    file = parse_column_file(
        'title = "T"\nauthors = ["A", "B"]\nlanguage = "en"\ndescription = "D"\n'
        'url = "https://example.org"\ncover = "c.png"\norder = ["b.html", "a.html"]\n',
        "c/column.toml",
    )
    assert file.order == ("b.html", "a.html")
    articles = [post("a.html", day=1), post("b.html", day=2)]
    column = make_column(file, articles, "c/column.toml", "fallback", Report())
    assert names(list(column.articles)) == "b.html a.html"
    assert column.meta == Meta(
        "T",
        ("A", "B"),
        "en",
        "https://example.org/",
        datetime(2024, 1, 2, tzinfo=UTC),
        (),
        "c.png",
        "D",
    )
    assert parse_column_file("", "column.toml") == ColumnFile()


def post(name: str, title: str = "T", day: int | None = None, **fields: object) -> Article:
    published = None if day is None else datetime(2024, 1, day, tzinfo=UTC)
    meta = Meta(title, published=published, **fields)
    return Article(name, meta, _BODY, Origin(f"c/{name}"))


_BODY: Element = read("<p>x")[0].body


def names(articles: list[Article]) -> str:
    return " ".join(article.origin.name.removeprefix("c/") for article in articles)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("date", "part-2.html part-10.html a.html part-1.html"),
        ("title", "part-10.html a.html part-1.html part-2.html"),
        ("name", "a.html part-1.html part-2.html part-10.html"),
        (("part-1.html", "a.html"), "part-1.html a.html part-2.html part-10.html"),
        ((), "part-2.html part-10.html a.html part-1.html"),
    ],
)
def test_orders(order: str | tuple[str, ...], wanted: str) -> None:
    articles = [
        post("part-10.html", "apples", 9),
        post("part-1.html", "Cherries"),
        post("a.html", "Berries"),
        post("part-2.html", "dates", 3),
    ]
    assert names(order_articles(articles, order, "c/column.toml")) == wanted
    assert names(order_articles(articles[::-1], order, "c/column.toml")) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "1.html 2.html 10.html 011.html",
        "ch1-p2.html ch1-p10.html ch2-p1.html",
        "a.html b1.html b2.html c.html",
        "第1章.html 第2章.html 第12章.html",
        "2².html 10.html",
    ],
)
def test_numbers_in_names_count_as_numbers(wanted: str) -> None:
    articles = [post(name) for name in reversed(wanted.split())]
    assert names(order_articles(articles, "name", "column.toml")) == wanted


def test_an_order_that_names_no_article() -> None:
    with pytest.raises(ColumnFileError) as caught:
        order_articles([post("one.html")], ("onne.html",), "c/column.toml")
    assert str(caught.value) == ("c/column.toml: order names 'onne.html'; did you mean 'one.html'?")


def test_what_a_column_does_not_say_its_articles_say() -> None:
    articles = [
        post("a.html", day=1, categories=("x", "y"), authors=("A",), language="en"),
        post("b.html", day=5, categories=("y",), authors=("B", "A"), language="en"),
        post("c.html", day=3, categories=("z", "y"), language="de"),
    ]
    meta = make_column(ColumnFile({}), articles, "column.toml", "folder", Report()).meta
    assert (meta.title, meta.categories) == ("y", ("y",))
    assert (meta.authors, meta.language) == (("A", "B"), "en")
    assert meta.published == datetime(2024, 1, 5, tzinfo=UTC)


def test_a_column_of_strangers_has_its_folders_name() -> None:
    articles = [post(f"{name}.html", authors=(name,)) for name in "abcde"]
    meta = make_column(ColumnFile({}), articles, "column.toml", "folder", Report()).meta
    assert (meta.title, meta.authors, meta.language) == ("folder", (), None)


def test_the_first_readable_date_counts_and_the_other_is_told() -> None:
    meta, found = meta_of("published: bad\ndate: 2021-03-22")
    assert meta.published == datetime(2021, 3, 22, tzinfo=UTC)
    assert [each.message for each in found] == [
        "'published' is not a date: 'bad'; write 2024-05-01"
    ]
    assert meta.extra == {"published": "bad"}


@pytest.mark.parametrize("written", ["author: null", "url: ~", "date: None", "lang: und"])
def test_a_value_that_says_nothing_is_none(written: str) -> None:
    meta, found = meta_of(written)
    assert (meta.authors, meta.url, meta.published, meta.language) == ((), None, None, None)
    assert found == []


def test_a_language_in_words_is_told() -> None:
    meta, found = meta_of("lang: english")
    assert (meta.language, codes(found)) == (None, ["language-unreadable"])


def test_controls_in_front_matter_reach_no_writer() -> None:
    for matter in ('title: "T\\0X"', "title: T\x00X", 'title: "T\\u0001X"'):
        article, _ = read(f"---\n{matter}\n---\n<p>b</p>")
        assert article.meta.title == "TX"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("+++\ntitle = T of it\n+++\n<p>b</p>", "T of it"),
        ('{\n"title": "T of it",\n"x": ,\n}\n<p>b</p>', "T of it"),
        ("---\ntitle:T of it\nx: [\n---\n<p>b</p>", "T of it"),
        ('---\ntitle: "say \\"hi\\""\nx: [\n---\n<p>b</p>', 'say "hi"'),
    ],
)
def test_broken_front_matter_of_each_kind_keeps_its_title(written: str, title: str) -> None:
    article, found = read(written)
    assert "front-matter-broken" in codes(found)
    assert article.meta.title == title


def test_a_wrong_declaration_does_not_spoil_utf_8() -> None:
    for label in ("latin-1", "utf-16", "unicode_escape", "gb2312"):
        article, found = read(f"<meta charset={label}><title>标题</title><p>中文é</p>".encode())
        assert article.meta.title == "标题"
        assert text_of(article.body).strip() == "中文é"
        assert "encoding-errors" not in codes(found)


def test_bytes_that_a_mark_belies_are_told() -> None:
    _, found = read(b"\xef\xbb\xbf<p>some words and two bytes \xff\xfe</p>")
    assert "encoding-errors" in codes(found)


def test_blank_lines_part_a_text_without_tags() -> None:
    report = Report()
    text = "---\ntitle: T\nlang: en\n---\none\ntwo &amp; three\n \n\nfour\n"
    article = articlekit.parse(text, report=report)
    assert [text_of(each) for each in article.body] == ["one two & three", "four"]
    assert [each.code for each in report.diagnostics] == ["structure-mended"]
    article = articlekit.parse("---\ntitle: T\n---\none\n\ntwo <b>three</b>")
    assert [each.tag for each in article.body] == ["p"]


def test_xhtml_says_its_language_in_xml() -> None:
    page = '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="nl"><body><p>x</p></body></html>'
    assert articlekit.parse(page).meta.language == "nl"
