"""HTML as a folder: which targets are one, its pages, and that all in it holds together."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

import articlekit
from articlekit.errors import ColumnFileError, TargetExists, UnknownFormat, UsageError
from articlekit.html import parse_html, text_of
from articlekit.model import Element
from articlekit.report import Report
from articlekit.writers.html import HtmlOptions
from server import picture

EXAMPLE = Path(__file__).parent.parent / "examples" / "column"


def write(folder: Path, name: str, title: str, body: str, *more: str) -> None:
    folder.mkdir(exist_ok=True)
    lines = ["---", f"title: {title!r}", *more, "---", body]
    (folder / name).write_text("\n".join(lines), "utf-8")


def column(folder: Path) -> Path:
    """Three articles that lead to each other, in two parts."""
    folder.mkdir()
    (folder / "pic.png").write_bytes(picture(size=(240, 320)))
    (folder / "column.toml").write_text(
        'title = "专栏"\nlanguage = "zh-Hans"\ngroup_by = "year"\ncover = "pic.png"\n', "utf-8"
    )
    write(folder, "a.html", "甲：一", "<p>去<a href='b.html#s'>乙</a></p>", "date: 2023-01-02")
    write(
        folder,
        "b.html",
        "乙",
        "<h2 id=s>节</h2><p><img src=pic.png alt=图> <a href='#s'>上</a> <a href=c.html>丙</a></p>",
        "date: 2024-01-02",
    )
    write(folder, "c.html", "Third", "<p>end <a href='https://e.example/'>e</a></p>", "lang: en")
    return folder


def made(tmp_path: Path, name: str = "site", **options: object) -> Path:
    articlekit.compile_column(column(tmp_path / "c"), f"{tmp_path}/{name}/", **options)
    return tmp_path / name


def parsed(path: Path) -> Element:
    return parse_html(path.read_text("utf-8"), Report())


def hrefs(page: Element, path: str) -> list[str]:
    return [unquote(each.get("href", "")) for each in page.iterfind(path)]


def test_a_page_an_article_an_index_and_one_style_sheet(tmp_path: Path) -> None:
    folder = made(tmp_path)
    names = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*.*"))
    assert [name for name in names if not name.endswith(".png")] == [
        "Third.html",
        "assets/style.css",
        "index.html",
        "乙.html",
        "甲：一.html",
    ]
    index = parsed(folder / "index.html")
    assert [text_of(each) for each in index.iter("h1", "h2", "h3")] == [
        "专栏",
        "目录",
        "2023年",
        "2024年",
        "其他文章",
    ]
    assert hrefs(index, ".//nav//a") == ["甲：一.html", "乙.html", "Third.html"]
    assert index.find(".//img[@class='cover']").get("src", "").startswith("assets/")


def test_pages_lead_up_back_and_on(tmp_path: Path) -> None:
    folder = made(tmp_path)
    ways = [
        {each.get("rel"): unquote(each.get("href", "")) for each in page.iter("link")}
        for page in (parsed(folder / name) for name in ("甲：一.html", "乙.html", "Third.html"))
    ]
    sheet = {"stylesheet": "assets/style.css", "up": "index.html"}
    assert ways == [
        {**sheet, "next": "乙.html"},
        {**sheet, "prev": "甲：一.html", "next": "Third.html"},
        {**sheet, "prev": "乙.html"},
    ]
    nav = parsed(folder / "乙.html").find(".//nav")
    assert [text_of(each) for each in nav.iter("a")] == ["上一篇甲：一", "下一篇Third", "目录"]
    assert hrefs(nav, "a") == ["甲：一.html", "Third.html", "index.html"]


def test_links_between_articles_are_relative(tmp_path: Path) -> None:
    folder = made(tmp_path)
    assert hrefs(parsed(folder / "甲：一.html"), ".//article//a") == ["乙.html#s"]
    assert hrefs(parsed(folder / "乙.html"), ".//article//a") == ["#s", "Third.html"]


@pytest.mark.parametrize("names", ["unicode", "ascii"])
def test_all_that_is_named_is_there_and_nothing_comes_from_outside(
    tmp_path: Path, names: str
) -> None:
    folder = tmp_path / "site"
    articlekit.compile_column(EXAMPLE, f"{folder}/", offline=True, names=names)
    pages = {path.name: parsed(path) for path in folder.glob("*.html")}
    assert len(pages) == 6
    assert all(name.isascii() for name in pages) is (names == "ascii")
    ids = {name: {each.get("id") for each in page.iter()} for name, page in pages.items()}
    checked = 0
    for name, page in pages.items():
        for each in page.iter("img", "link", "script", "source", "iframe"):
            address = unquote(each.get("src") or each.get("href") or "")
            assert (folder / address).is_file(), address
            checked += 1
        for link in hrefs(page, ".//a[@href]"):
            path, _, fragment = link.partition("#")
            if path.startswith("https:"):
                continue
            assert (folder / (path or name)).is_file(), link
            assert not fragment or fragment in ids[path or name], link
            checked += 1
    assert checked > 40
    assert not re.search(r"url\(|@import", (folder / "assets/style.css").read_text("utf-8"))


def test_every_page_says_what_it_may_load_and_tells_no_one_where_it_lies(tmp_path: Path) -> None:
    for path in made(tmp_path).glob("*.html"):
        metas = {
            meta.get("http-equiv") or meta.get("name"): meta.get("content")
            for meta in parsed(path).iter("meta")
        }
        assert metas["referrer"] == "no-referrer"
        assert metas["Content-Security-Policy"].startswith("default-src 'none'; img-src 'self'")
        assert "unsafe" not in metas["Content-Security-Policy"]


def test_a_page_has_the_language_of_its_article_and_the_ways_that_of_the_column(
    tmp_path: Path,
) -> None:
    page = parsed(made(tmp_path) / "Third.html")
    assert page.get("lang") == "en"
    assert page.findtext("head/title") == "Third · 专栏"
    assert page.find("body/nav").get("lang") == "zh-Hans"


def test_titles_cannot_leave_the_folder_nor_their_place(tmp_path: Path) -> None:
    evil = '../../x</title><script>alert(1)</script>\\"><img src=q>'
    folder = tmp_path / "c"
    for number, title in enumerate((evil, "index", "Index", "CON", "assets")):
        write(folder, f"{number}.html", title, "<p>x</p>", "lang: en")
    articlekit.compile_column(folder, f"{tmp_path}/site/")
    assert {each.name for each in tmp_path.iterdir()} == {"c", "site"}
    pages = list((tmp_path / "site").glob("*.html"))
    assert len({path.name.casefold() for path in pages}) == len(pages) == 6
    for path in pages:
        page = parsed(path)
        assert list(page.iter("script", "img")) == []
    assert "alert(1)" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_the_same_column_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = column(tmp_path / "c")
    for name in ("site", "html"):
        articlekit.compile_column(folder, f"{tmp_path}/{name}/")
    first, second = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*.*")}
        for n in ("site", "html")
    )
    assert first == second


def test_an_article_alone_is_a_site_too(tmp_path: Path) -> None:
    write(tmp_path / "c", "a.html", "A", "<p>x</p>", "lang: en")
    articlekit.convert(tmp_path / "c" / "a.html", f"{tmp_path}/site/")
    assert hrefs(parsed(tmp_path / "site" / "index.html"), ".//a") == ["A.html"]
    nav = parsed(tmp_path / "site" / "A.html").find(".//nav")
    assert hrefs(nav, "a") == ["index.html"]


def test_code_wide_tables_and_ticks_are_made_for_screens(tmp_path: Path) -> None:
    body = (
        "<pre><code class=language-python>import os</code></pre><table><tr><th>x<tr><td>y</table>"
        "<ul><li><input type=checkbox checked> done</ul><p><em>着重</em> <em>so</em></p>"
    )
    write(tmp_path / "c", "a.html", "A", body, "lang: en")
    articlekit.convert(tmp_path / "c" / "a.html", tmp_path / "a.html")
    page = parsed(tmp_path / "a.html")
    assert page.find(".//pre").get("tabindex") == "0"
    assert page.find(".//pre/code/span").attrib == {"class": "k"}
    assert page.find(".//div[@class='wide']/table") is not None
    assert list(page.iter("input")) == []
    assert "☑ done" in text_of(page.find(".//ul"))
    assert [each.get("class") for each in page.iter("em")] == ["dotted", None]


@pytest.mark.parametrize(
    ("target", "has"),
    [
        ("md/", "index.md"),
        ("site/", "index.html"),
        ("Site/", "index.html"),
        ("html/", "index.html"),
        ("html:public/", "public/index.html"),
        ("HTML:public/", "public/index.html"),
        ("md:site/", "index.md"),
        ("website/", "index.md"),
        ("html:page.txt", "page.txt"),
        ("md:page.html", "page.html"),
        ("./site", "index.html"),
    ],
)
def test_which_format_a_target_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, has: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "c", "a.html", "A", "<p>x</p>", "lang: en")
    place = target.rpartition(":")[2]
    if target == "./site":
        (tmp_path / "site").mkdir()
    report = articlekit.convert("c/a.html", target)
    assert report.outputs == [place]
    found = Path(has) if "/" in has or "." in place[2:] else Path(place, has)
    text = found.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>") is (
        "md" not in target and not target.startswith("web")
    )


@pytest.mark.parametrize(
    ("targets", "error", "words"),
    [
        (["epub:x/"], UsageError, "'.epub' is one file; write x/book.epub"),
        (["htlm:x/"], UnknownFormat, "htlm:x/: no writer for 'htlm'; did you mean 'html'?"),
        (["html:x"], UsageError, "html:x: no suffix; write html:x.html, or html:x/"),
        (["site"], UsageError, "site: no suffix; write site.epub"),
        (["x/", "html:x/"], UsageError, "x/: named twice"),
        (["html:site.d/"], UsageError, "a folder's name cannot have the suffix '.d'"),
    ],
)
def test_targets_that_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    targets: list[str],
    error: type[Exception],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "c", "a.html", "A", "<p>x</p>")
    with pytest.raises(error, match=re.escape(words)):
        articlekit.convert("c/a.html", *targets)
    assert [each.name for each in tmp_path.iterdir()] == ["c"]


def test_a_site_among_its_own_articles_is_refused(tmp_path: Path) -> None:
    folder = column(tmp_path / "c")
    with pytest.raises(UsageError, match="its pages would lie among the articles"):
        articlekit.compile_column(folder, f"html:{folder}/")
    with pytest.raises(UsageError, match="its pages would lie among the articles"):
        articlekit.convert(folder / "a.html", f"html:{folder}/")
    assert sorted(each.name for each in folder.glob("*.html")) == ["a.html", "b.html", "c.html"]
    articlekit.compile_column(folder, f"{folder}/site/")
    articlekit.compile_column(folder, f"{folder}/")


def test_a_column_file_may_name_formats(tmp_path: Path) -> None:
    folder = column(tmp_path / "c")
    path = folder / "column.toml"
    told = path.read_text("utf-8")
    path.write_text('outputs = ["html:public/", "site/", "md:notes.txt"]\n' + told, "utf-8")
    report = articlekit.compile_column(folder)
    assert report.outputs == [f"{folder}/public/", f"{folder}/site/", f"{folder}/notes.txt"]
    assert (folder / "public" / "index.html").exists()
    for outside in ("html:../public/", f"html:{tmp_path}/public/"):
        path.write_text(f'outputs = ["{outside}"]\n' + told, "utf-8")
        with pytest.raises(ColumnFileError, match="'outputs' cannot be"):
            articlekit.compile_column(folder)
    assert [each.name for each in tmp_path.iterdir()] == ["c"]


def test_a_folder_that_holds_something_is_added_to_when_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.txt").write_text("mine")
    with pytest.raises(TargetExists, match="add --force"):
        made(tmp_path, overwrite=False)
    articlekit.compile_column(tmp_path / "c", f"{tmp_path}/site/", overwrite=True)
    assert (tmp_path / "site" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "site" / "index.html").exists()


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'ascii'"):
        HtmlOptions(names="asci")  # type: ignore[arg-type]
