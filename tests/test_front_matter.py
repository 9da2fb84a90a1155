"""Front matter in every style: what was written reads back, and what is broken is recovered."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.model import Source
from articlekit.readers.dates import parse_date
from articlekit.readers.front_matter import FrontMatter, split_front_matter
from articlekit.readers.guess import guess_east_asian
from articlekit.readers.text import decode
from articlekit.report import Diagnostic, Report

often = settings(max_examples=200, deadline=None, derandomize=True)


def split(text: str) -> tuple[FrontMatter, list[Diagnostic]]:
    report = Report()
    return split_front_matter(text, "a.html", report), report.diagnostics


def codes(found: list[Diagnostic]) -> list[str]:
    return [each.code for each in found]


# how programs write front matter


def toml_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(toml_value(each) for each in value)}]"
    if isinstance(value, dict):
        pairs = (f"{toml_value(key)} = {toml_value(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value)


def as_yaml(values: dict[str, object]) -> str:
    return f"---\n{yaml.safe_dump(values, allow_unicode=True, sort_keys=False)}---\n"


def as_yaml_flow(values: dict[str, object]) -> str:
    """Every value as JSON, which is YAML, too."""
    lines = (
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}\n"
        for key, value in values.items()
    )
    return f"---\n{''.join(lines)}---\n"


def as_toml(values: dict[str, object]) -> str:
    lines = (f"{toml_value(key)} = {toml_value(value)}\n" for key, value in values.items())
    return f"+++\n{''.join(lines)}+++\n"


def as_json(values: dict[str, object]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def as_json_line(values: dict[str, object]) -> str:
    return json.dumps(values) + "\n"


def as_hexo(values: dict[str, object]) -> str:
    return json.dumps(values, indent=1, ensure_ascii=False)[1:-1].strip() + "\n;;;\n"


def as_semicolons(values: dict[str, object]) -> str:
    return f";;;\n{json.dumps(values, ensure_ascii=False)}\n;;;\n"


STYLES = [as_yaml, as_yaml_flow, as_toml, as_json, as_json_line, as_hexo, as_semicolons]

# Without what no file of front matter can hold: controls, surrogates, U+FEFF at its beginning.
characters = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"
)
words = st.text(characters, max_size=30).filter(lambda text: "&#12" not in text)
keys = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True).filter(
    lambda key: key not in ("title", "date") and not key.startswith("y")
)
# Floats have a point in every style: to YAML 1.1, 1e16 is a word.
numbers = st.integers(-(2**62), 2**62) | st.integers(-(2**20), 2**20).map(lambda n: n / 8)
leaves = words | st.booleans() | numbers

values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
# Text keys are read as text, so other keys' names are used for other values.
OWN = "x_{}".format
mappings = st.dictionaries(keys.map(OWN), values, min_size=1, max_size=5)
titles = words.map(lambda text: " ".join(text.split())).filter(bool)


@pytest.mark.parametrize("style", STYLES)
@given(mappings, titles)
@often
def test_any_mapping_reads_back(style, mapping: dict[str, object], title: str) -> None:
    written = {"title": title, **mapping}
    matter, found = split(f"{style(written)}<p>b</p>")
    assert dict(matter.values) == written
    assert matter.content.strip() == "<p>b</p>"
    assert found == []


@pytest.mark.parametrize("style", [as_yaml, as_yaml_flow, as_json, as_json_line, as_hexo])
@given(st.dictionaries(keys.map(OWN), st.none() | st.lists(st.none() | words), min_size=1))
@settings(often, max_examples=50)
def test_nothing_reads_back_as_nothing(style, mapping: dict[str, object]) -> None:
    matter, found = split(f"{style({'title': 'T', **mapping})}<p>b</p>")
    assert dict(matter.values) == {"title": "T", **mapping}
    assert found == []


@given(st.dictionaries(keys.map(OWN), st.dates() | st.datetimes(), min_size=1, max_size=4))
@settings(often, max_examples=50)
def test_dates_of_other_keys_read_back(mapping: dict[str, object]) -> None:
    matter, found = split(f"{as_yaml({'title': 'T', **mapping})}<p>b</p>")
    assert (dict(matter.values), found) == ({"title": "T", **mapping}, [])
    lines = "".join(f"{key} = {value}\n" for key, value in mapping.items())
    matter, found = split(f"+++\n{lines}+++\n<p>b</p>")
    assert (dict(matter.values), found) == (mapping, [])


moments = st.datetimes(
    min_value=datetime(1900, 1, 1),
    max_value=datetime(2199, 12, 31),
    timezones=st.integers(-14 * 4, 14 * 4).map(lambda n: timezone(timedelta(minutes=15 * n))),
)
DATES = [
    lambda m: m.isoformat(),
    lambda m: m.isoformat(" ", "seconds"),
    lambda m: m.strftime("%a, %d %b %Y %H:%M:%S %z"),
    lambda m: m.strftime("%Y-%m-%dT%H:%M:%S%z"),
    lambda m: m.strftime("%Y-%m-%d %H:%M:%S %z CST"),
    lambda m: m.strftime("%a %b %d %Y %H:%M:%S GMT%z (Some Standard Time)"),
    lambda m: m.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    lambda m: m.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
    lambda m: m.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
    lambda m: m.astimezone(UTC).strftime("%Y/%m/%d %H:%M:%S"),
    lambda m: m.astimezone(UTC).strftime("%Y年%m月%d日 %H时%M分%S秒"),
]


@pytest.mark.parametrize("written", DATES)
@pytest.mark.parametrize("style", [as_yaml, as_toml, as_json, as_json_line])
@given(moments)
@settings(often, max_examples=40)
def test_any_date_reads_back(style, written, moment: datetime) -> None:
    text = style({"title": "T", "date": written(moment), "lang": "en"})
    report = Report()
    article = articlekit.parse(f"{text}<p>b</p>", report=report)
    assert article.meta.published is not None
    assert article.meta.published.replace(microsecond=0) == moment.replace(microsecond=0)
    assert article.meta.published.tzinfo is not None
    assert report.diagnostics == []


@given(moments)
@often
def test_a_date_without_quotes_reads_back(moment: datetime) -> None:
    for written in DATES:
        report = Report()
        text = f"---\ntitle: T\ndate: {written(moment)}\nlang: en\n---\n<p>b</p>"
        found = articlekit.parse(text, report=report).meta.published
        assert found is not None
        assert found.replace(microsecond=0) == moment.replace(microsecond=0)


@given(titles, st.sampled_from(["", "x: y: z\n", "tags: [a\n"]))
@example("|1", "")
@example("- ? :", "x: y: z\n")
@often
def test_a_title_without_quotes_is_its_text(title: str, more: str) -> None:
    assume(title[0] not in "'\"")  # quotes are taken off
    assume(title[-1] not in "|>")  # may begin a block of text
    matter, _ = split(f"---\ntitle: {title}\n{more}lang: en\n---\n<p>b</p>")
    assert matter.values["title"] == title
    assert matter.values["lang"] == "en"


# the edges of JSON


@pytest.mark.parametrize(
    "text",
    [
        "{x} is text",
        '{"a": 1} is an object of JSON',
        "{}",
        "{ }",
        '"a quotation": and more\n\n<p>b</p>',
        ";;; \n<p>b</p>",
        '["a", "b"]\n<p>b</p>',
    ],
)
def test_what_only_looks_like_json_is_text(text: str) -> None:
    assert split(text) == (FrontMatter({}, text), [])


@pytest.mark.parametrize("text", ['{"title": "T"}<p>b</p>', '{"title": "T"} \n\n<p>b</p>'])
def test_json_on_one_line(text: str) -> None:
    matter, found = split(text)
    assert (dict(matter.values), matter.content.strip(), found) == ({"title": "T"}, "<p>b</p>", [])


# what is broken


def test_a_broken_line_spoils_no_other() -> None:
    matter, found = split(
        "---\ntitle: a: b\ntags: [x, 'y, z']\ncomments: true\ncount: 3\n"
        "seo:\n  words:\n  - one\n  - two\n---\n<p>b</p>"
    )
    assert matter.values == {
        "title": "a: b",
        "tags": ["x", "y, z"],
        "comments": True,
        "count": 3,
        "seo": {"words": ["one", "two"]},
    }
    assert codes(found) == ["front-matter-broken"]


@pytest.mark.parametrize(
    "text",
    [
        '+++\ntitle = T\ntags = ["x"]\nn = 3\n+++\n<p>b</p>',
        '{\n"title": "T",\n"tags": ["x"],\n"n": 3,\n"bad": ,\n}\n<p>b</p>',
    ],
)
def test_a_broken_line_of_toml_or_json_spoils_no_other(text: str) -> None:
    matter, found = split(text)
    assert {key: matter.values[key] for key in ("title", "tags", "n")} == {
        "title": "T",
        "tags": ["x"],
        "n": 3,
    }
    assert matter.content.strip() == "<p>b</p>"
    assert codes(found) == ["front-matter-broken"]


@pytest.mark.parametrize(
    ("key", "field"), [("Title", "title"), ("TITLE", "title"), ("Author", "authors")]
)
def test_keys_in_capitals(key: str, field: str) -> None:
    meta = articlekit.parse(f"---\n{key}: 1984\n---\n<p>b</p>").meta
    assert getattr(meta, field) in ("1984", ("1984",))
    assert meta.keys[key] == field


DEEP = 100_000
BOMBS = {
    "lists of yaml": f"---\ntitle: T\nx: {'[' * DEEP}\n---\n<p>b</p>",
    "mappings of yaml": f"---\ntitle: T\nx: {'{a: ' * DEEP}\n---\n<p>b</p>",
    "items of yaml": f"---\ntitle: T\nx:\n {'- ' * DEEP}a\n---\n<p>b</p>",
    "lists of json": f'{{\n"title": "T",\n"x": {"[" * DEEP}{"]" * DEEP}\n}}\n<p>b</p>',
    "lists of json, few": f'{{\n"title": "T",\n"x": {"[" * 800}{"]" * 800}\n}}\n<p>b</p>',
    "lists of toml": f'+++\ntitle = "T"\nx = {"[" * DEEP}{"]" * DEEP}\n+++\n<p>b</p>',
    "a merge key": "---\ntitle: T\na: &a {b: 1}\nc:\n  <<: *a\n---\n<p>b</p>",
    "lines without end": "---\ntitle: T\nx: [\n" + "a: b: c\n" * DEEP + "---\n<p>b</p>",
    "items without end": "---\ntitle: T\nx: [\nlist:\n" + "- a: b: c\n" * DEEP + "---\n<p>b</p>",
    "words without end": "---\ntitle: T\nx: [\ny:\n" + "  a: b: c\n" * DEEP + "---\n<p>b</p>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_and_the_article_is_kept(name: str) -> None:
    start = time.perf_counter()
    report = Report()
    article = articlekit.parse(BOMBS[name], report=report)
    assert time.perf_counter() - start < 10
    assert article.meta.title == "T"
    assert "front-matter-broken" in report.counts()


@pytest.mark.parametrize(
    "value",
    ["9" * 5000, "0x" + "f" * 5000, "1" + ":59" * 30_000, "!!python/object:os.system {a: b}"],
)
def test_values_that_would_harm_are_text(value: str) -> None:
    start = time.perf_counter()
    article = articlekit.parse(f"---\ntitle: T\nx: {value}\n---\n<p>b</p>")
    assert time.perf_counter() - start < 5
    assert isinstance(article.meta.extra["x"], (str, dict))
    assert str(article.meta.extra)


def test_a_huge_number_of_toml_is_text() -> None:
    article = articlekit.parse(f'+++\ntitle = "T"\nx = 0x{"f" * 5000}\n+++\n<p>b</p>')
    assert article.meta.extra["x"] == "0x" + "f" * 5000


# dates that programs write


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2021年3月22日 下午3:05", datetime(2021, 3, 22, 15, 5, tzinfo=UTC)),
        ("2021年3月22日 上午9:05", datetime(2021, 3, 22, 9, 5, tzinfo=UTC)),
        ("2021-03-22 8:20 PM", datetime(2021, 3, 22, 20, 20, tzinfo=UTC)),
        ("2021-3-22 8:20:42.5", datetime(2021, 3, 22, 8, 20, 42, tzinfo=UTC)),
        ("Fri, 11 Feb 22 00:00:00 GMT", datetime(2022, 2, 11, tzinfo=UTC)),
        ("Invalid Date", None),
        ("0000-00-00 00:00:00", None),
        ("9" * 100_000, None),
        ("(" * 100_000, None),
    ],
)
def test_dates_of_programs(written: str, moment: datetime | None) -> None:
    assert parse_date(written) == moment


# encodings of short texts

HANS = "果园里的苹果已经红了，孩子们提着篮子走在树下，听老人讲去年的故事。"
HANT = "果園裡的蘋果已經紅了，孩子們提著籃子走在樹下，聽老人講去年的故事。"
KANA = "夏の終わりに、友だちと海へ行きました。波の音がとても静かでした。"
HANGUL = "가을이 되자 마을 사람들은 모두 과수원으로 나가 사과를 따고 노래를 불렀다."


@pytest.mark.parametrize(
    ("text", "encoding", "least"),
    [(HANS, "gb18030", 4), (HANT, "big5", 4), (KANA, "shift_jis", 4), (KANA, "euc_jp", 12),
     (HANGUL, "euc_kr", 12)],
)  # fmt: skip
def test_a_few_characters_tell_their_encoding(text: str, encoding: str, least: int) -> None:
    wrong = []
    for start in range(len(text) - least):
        part = text[start : start + least]
        data = f"---\ntitle: T\n---\n<p>{part}</p>".encode(encoding)
        guess = guess_east_asian(data)
        if guess is None or data.decode(guess, "replace") != data.decode(encoding):
            wrong.append((part, guess))
    assert len(wrong) <= len(text) // 20, wrong


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("La rivière fait deux détours avant d’arriver au moulin", "cp1252"),
        ("Über Äcker und Öfen, mit Grüßen", "cp1252"),
        ("Река делает два поворота, прежде чем дойти до мельницы", "koi8_r"),
        ("Река делает два поворота, прежде чем дойти до мельницы", "cp1251"),
        ("", "ascii"),
    ],
)
def test_other_encodings_are_left_to_another(text: str, encoding: str) -> None:
    assert guess_east_asian(text.encode(encoding)) is None


def test_a_damaged_file_is_read_in_its_encoding_and_the_damage_is_told() -> None:
    data = f"---\ntitle: T\nlang: zh\n---\n<p>{HANS * 20}".encode("gb18030")[:-1] + b"\xff</p>"
    report = Report()
    source = Source("a.html", data)

    assert HANS in decode(source, report)
    assert codes(report.diagnostics) == ["encoding-guessed", "encoding-errors"]


# what a careless program or hand wrote


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("'a' 'b'", "'a' 'b'"),
        ('"爱"与"恨"', '"爱"与"恨"'),
        ('"Yes" and "No"', '"Yes" and "No"'),
        ('"a "b" c"', 'a "b" c'),
        ("'it's'", "it's"),
        ("'the dogs' bone'", "the dogs' bone"),
        ("''tis a 'fine' day'", "'tis a 'fine' day"),
        ('"""""""""\'话\'"""""""""', "'话'"),
        ('""Yes" and "No""', '"Yes" and "No"'),
        ('"', '"'),
    ],
)
def test_quotes_are_taken_off_where_they_go_around_the_whole(written: str, title: str) -> None:
    matter, _ = split(f"---\ntitle: {written}\nn: [1\n---\n<p>b</p>")
    assert matter.values["title"] == title


@pytest.mark.parametrize(
    ("text", "values", "content"),
    [
        ("---\ntitle: T\n---<p>b</p>", {"title": "T"}, "<p>b</p>"),
        ("---\ntitle: T\n ---\n<p>b</p>", {"title": "T"}, "<p>b</p>"),
        ("---\ntitle: T\n<pre>\n---\n</pre>", {"title": "T"}, "<pre>\n---\n</pre>"),
        ("---\n<p>a</p>\n---\n<p>b</p>", {}, "<p>a</p>\n---\n<p>b</p>"),
        ('+++\ntitle = "T"\n+++<p>b</p>', {"title": "T"}, "<p>b</p>"),
        ("---\n标题：全角\nauthor:某人\n: x\n---\n<p>b</p>", {"标题": "全角", "author": "某人"},
         "<p>b</p>"),
        ("---\nsee: [x\nlink https://e.org/\n---\n<p>b</p>", {"see": "[x"}, "<p>b</p>"),
    ],
)  # fmt: skip
def test_no_end_that_was_meant_for_one_costs_the_article(
    text: str, values: dict[str, object], content: str
) -> None:
    matter, found = split(text)
    assert dict(matter.values) == values
    assert matter.content.strip() == content
    assert codes(found)[0] == "front-matter-broken"


def test_three_dots_end_yaml() -> None:
    matter, found = split("---\ntitle: T\n...\n<p>b</p>")
    assert (dict(matter.values), matter.content.strip()) == ({"title": "T"}, "<p>b</p>")
    assert found == []


@pytest.mark.parametrize("text", ['{"title": 1984, "n": [1]}', '{title: 1984, "n": [1]}'])
def test_json_between_lines_of_yaml(text: str) -> None:
    matter, found = split(f"---\n{text}\n---\n<p>b</p>")
    assert (dict(matter.values), found) == ({"title": "1984", "n": [1]}, [])


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "T", "n": 1, "n": 2, "same": 1, "same": 1}\n',
        '{"title": "T", "a": {"n": 1, "n": 2}}\n',
        '---\n{"title": "T", "n": 1, "n": 2, "same": 1, "same": 1}\n---\n',
        "---\ntitle: T\nn: 1\nn: 2\nsame: 1\nsame: 1\n---\n",
        "---\ntitle: T\na: [{n: 1, n: 2}]\n---\n",
        '+++\ntitle = "T"\nn = 1\nn = 2\n+++\n',
    ],
)
def test_a_key_given_twice_loses_no_value_silently(text: str) -> None:
    _, found = split(f"{text}<p>b</p>")
    lost = [each.message for each in found if each.code == "front-matter-line-lost"]
    assert len(lost) == 1
    assert lost[0].startswith("'n' stands again")
    assert lost[0].endswith("not kept: 1")


def test_a_table_of_broken_toml_keeps_its_keys() -> None:
    matter, _ = split("+++\ntitle = T\n[seo]\nwords = 3\n[more]\nn = 1\n+++\n<p>b</p>")
    assert dict(matter.values) == {"title": "T", "seo": {"words": 3}, "more": {"n": 1}}


def test_a_list_is_no_part_of_the_title_above_it() -> None:
    matter, found = split("---\ntitle: T\n- a\n---\n<p>b</p>")
    assert dict(matter.values) == {"title": "T"}
    assert codes(found) == ["front-matter-broken", "front-matter-line-lost"]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("A", ("A",)),
        ("[A, B]", ("A", "B")),
        ("{name: A}", ("A",)),
        ("{name: A, email: a@e.org}", ("A",)),
        ("[{name: A, url: 'https://e.org/'}, B]", ("A", "B")),
        ("{a: {name: A}, b: {name: B}}", ("A", "B")),
        ("{first: A, last: B}", ()),
    ],
)
def test_authors_in_every_shape_and_nothing_of_them_lost(
    written: str, names: tuple[str, ...]
) -> None:
    meta = articlekit.parse(f"---\ntitle: T\nauthor: {written}\n---\n<p>b</p>").meta
    assert meta.authors == names
    plain = written in ("A", "[A, B]", "{name: A}")
    assert plain or meta.extra["author"] == yaml.safe_load(written)


@pytest.mark.parametrize(
    ("lines", "cover"),
    [
        ("headimg: https://picsum.photos/400?random=3", None),
        ("headimg: undefined", None),
        ("headimg: https://e.org/undefined\nthumbnail: https://e.org/a.jpg", "https://e.org/a.jpg"),
        ("image: {path: /a.jpg, alt: A}", "/a.jpg"),
        ("image: [a.jpg, b.jpg]", "a.jpg"),
    ],
)
def test_a_stand_in_is_never_a_cover(lines: str, cover: str | None) -> None:
    meta = articlekit.parse(f"---\ntitle: T\n{lines}\n---\n<p>b</p>").meta
    assert meta.cover == cover
    assert set(meta.keys) == {"title", *yaml.safe_load(lines)}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Où est déjà l’été ? La rivière fait deux détours avant d’arriver au moulin.", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řeka teče kolem mlýna.", "cp1250"),
        ("Река делает два поворота, прежде чем дойти до мельницы.", "cp1251"),
        (HANS, "utf-16-le"),
        (HANS, "utf-16-be"),
        (KANA, "iso2022_jp"),
    ],
)
def test_encodings_without_a_mark(text: str, encoding: str) -> None:
    data = f"---\ntitle: T\n---\n<p>{text}</p>".encode(encoding)
    assert text in decode(Source("a.html", data), Report())


def test_xhtml_declares_its_encoding_as_xml_does() -> None:
    report = Report()
    data = f'<?xml version="1.0" encoding="gb2312"?><p>{HANS}</p>'.encode("gb18030")
    assert HANS in decode(Source("a.html", data), report)
    assert report.diagnostics == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "shift_jis"])
def test_nuls_in_a_text_and_behind_it(encoding: str) -> None:
    words = {"gb18030": HANS, "big5": HANT, "shift_jis": KANA}.get(encoding, HANS)
    data = f"---\ntitle: T\n---\n<p>\0{words}\0</p>".encode(encoding) + bytes(4096)
    report = Report()
    assert words in decode(Source("a.html", data), report)
    assert "control-characters" in codes(report.diagnostics)


def test_two_marks_are_none() -> None:
    assert decode(Source("a.html", b"\xef\xbb\xbf\xef\xbb\xbf---"), Report()) == "---"


@pytest.mark.parametrize(
    "line",
    [
        "a" + " " * 100_000 + "b",
        "a" + "\t" * 100_000 + "b",
        "categories: a" + " " * 100_000 + "b",
        "tags: a" + " ," * 50_000,
        "t: 'a'" + " 'b" * 50_000 + "'",
        'date: "2021' + " " * 100_000 + 'x"',
    ],
    ids=lambda line: line[:12],
)
@pytest.mark.parametrize("more", ["", "x: [\n"])
def test_a_long_line_takes_linear_time(line: str, more: str) -> None:
    start = time.perf_counter()
    articlekit.parse(f"---\ntitle: T\n{more}{line}\n---\n<p>b</p>")
    assert time.perf_counter() - start < 5
