"""Markdown files: their names, front matter, images and links, and the other engine."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from markdownify import MarkdownConverter

import articlekit
from articlekit.binding import bind
from articlekit.cli import cli
from articlekit.model import Article, Book, Chapter, Column, Meta, Origin
from articlekit.report import Report
from articlekit.writers.markdown import MarkdownOptions, MarkdownWriter
from articlekit.writers.markdown.front_matter import write_front_matter
from articlekit.writers.names import LONGEST, file_names
from markdown_tree import normal


def book(*articles: tuple[str, str], **meta: Any) -> Book:
    """A book of titles with their HTML; the articles' slugs are a, b, c and so on."""
    made = tuple(
        Article(slug, Meta(title, **meta), normal(html), Origin(f"{slug}.html", Path("/column")))
        for slug, (title, html) in zip("abcdefgh", articles, strict=False)
    )
    column = Column(Meta("The Column", language="en", description="About *it*."), made)
    return bind(column, [[] for _ in made], None, Report())


def text_of(made: Book, **options: Any) -> str:
    stream = io.BytesIO()
    MarkdownWriter(options=MarkdownOptions(**options)).write(made, stream, Report())
    return stream.getvalue().decode()


def folder_of(made: Book, folder: Path, **options: Any) -> dict[str, str]:
    MarkdownWriter(options=MarkdownOptions(**options)).write(made, folder, Report())
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


# names


def names(*titles: str, ascii_only: bool = False, dated: bool = False) -> list[str]:
    chapters = [
        Chapter(f"c{n}", f"slug-{n}", Meta(title, published=datetime(2024, 5, 1, tzinfo=UTC)),
                normal(""))
        for n, title in enumerate(titles)
    ]  # fmt: skip
    found = file_names(chapters, suffix=".md", ascii_only=ascii_only, dated=dated, taken=("index",))
    return [found[chapter.id].removesuffix(".md") for chapter in chapters]


@pytest.mark.parametrize(
    ("title", "unicode", "in_ascii"),
    [
        ("一行该有多长", "一行该有多长", "yi-xing-gai-you-duo-zhang"),
        ("A Note's Way", "A-Note-s-Way", "a-notes-way"),
        ("C:\\temp/../x?", "C-temp-..-x", "c-temp-x"),
        ("CON", "CON-article", "con-article"),
        ("nul.txt", "nul-article.txt", "nul-txt"),
        ("第一章\u3000开始", "第一章-开始", "di-yi-zhang-kai-shi"),
        ("Café e\u0301", "Café-é", "cafe-e"),
        ("  ...  ", "slug-0", "slug-0"),
        ("Index", "Index-slug-0", "index-slug-0"),
        ("a\u200bb\x07", "ab", "ab"),
        ("🎉", "🎉", "tada"),
    ],
)
def test_names(title: str, unicode: str, in_ascii: str) -> None:
    assert names(title) == [unicode]
    assert names(title, ascii_only=True) == [in_ascii]


def test_names_are_told_apart_by_slugs_and_so_are_stable() -> None:
    assert names("Weekly", "weekly", "Other") == ["Weekly-slug-0", "weekly-slug-1", "Other"]
    assert names("Weekly", dated=True) == ["2024-05-01-Weekly"]


@given(st.lists(st.text(max_size=300), max_size=6), st.booleans())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_names_are_safe_unique_and_short(titles: list[str], ascii_only: bool) -> None:
    found = names(*titles, ascii_only=ascii_only)
    assert len({name.casefold() for name in found}) == len(titles)
    for name in found:
        assert 0 < len(f"{name}.md".encode()) <= LONGEST <= 150
        assert not set(name) & set('<>:"/\\|?*#%\0\n\t ')
        assert name.strip(". -") == name
        assert name.isascii() or not ascii_only
    assert found == names(*titles, ascii_only=ascii_only)


# a folder


def test_a_folder_has_an_index_and_links_between_its_files(tmp_path: Path) -> None:
    made = book(
        ("First [1]", "<p><a href='b.html'>next</a> <a href='b.html#x'>there</a></p>"),
        ("第二", "<h2 id=x>X</h2><p><a href='a.html'>back</a> <a href='#x'>up</a></p>"),
    )
    files = folder_of(made, tmp_path / "md")
    assert list(files) == ["First-1.md", "index.md", "第二.md"]
    assert "[next](第二.md) [there](第二.md#x)" in files["First-1.md"]
    assert '## <a id="x"></a>X\n\n[back](First-1.md) [up](#x)' in files["第二.md"]
    assert files["index.md"].endswith(
        "# The Column\n\nAbout \\*it\\*.\n\n1. [First \\[1\\]](First-1.md)\n2. [第二](第二.md)\n"
    )


def test_obsidian_has_wikilinks_and_hugo_another_index(tmp_path: Path) -> None:
    made = book(("A", "<p><a href='b.html'>B</a> <a href='b.html'>the next</a></p>"), ("B", "<p>b"))
    files = folder_of(made, tmp_path / "o", dialect="obsidian")
    assert "[[B]] [[B|the next]]" in files["A.md"]
    assert "_index.md" in folder_of(made, tmp_path / "h", dialect="hugo")


def test_images_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "examples" / "column" / "02-pixels.html"
    articlekit.convert(source, tmp_path / "a b.md", offline=True)
    text = (tmp_path / "a b.md").read_text("utf-8")
    assert "](a%20b.assets/" in text
    writer = MarkdownWriter(options=MarkdownOptions(assets="pictures"))
    articlekit.convert(source, tmp_path / "c.md", offline=True, writers={".md": writer})
    assert "](pictures/" in (tmp_path / "c.md").read_text("utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {
        "a b.md", "a b.assets", "c.md", "pictures",
    }  # fmt: skip


def test_notes_of_two_articles_in_one_file_have_labels_of_their_own() -> None:
    note = "<p>a<sup><a href='#n' id=r>1</a></sup></p><ol><li id=n>{} <a href='#r'>↩</a></li></ol>"
    text = text_of(book(("A", note.format("one")), ("B", note.format("two"))))
    assert "# A\n\na[^1]\n\n# B\n\na[^2]\n\n[^1]: one\n\n[^2]: two\n" in text


# front matter

META = Meta(
    "T", authors=("A",), url="https://a.example/x", language="zh", cover="c.png",
    published=datetime(2024, 5, 1, tzinfo=UTC), extra={"weight": 3},
    keys={"weight": "extra", "title": "title", "author": "authors", "url": "url"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, "weight title author url date lang cover"),
        ({"dialect": "hugo"}, "weight title author canonicalURL date languageCode images"),
        ({"dialect": "jekyll"}, "weight title author canonical_url date lang image layout"),
        ({"keys": ("title", "weight", "none")}, "title weight"),
        ({"keys": ()}, ""),
    ],
)
def test_front_matter(options: dict[str, Any], wanted: str) -> None:
    text = write_front_matter(META, MarkdownOptions(**options))
    lines = [line for line in text.splitlines() if ":" in line]
    assert [line.partition(":")[0] for line in lines] == wanted.split()
    if "hugo" in str(options):
        assert "images:\n  - c.png\n" in text


def test_jekyll_leaves_templates_alone() -> None:
    options = MarkdownOptions(dialect="jekyll")
    assert "render_with_liquid: false" in write_front_matter(META, options, "{{ x }}")
    assert "render_with_liquid" not in write_front_matter(META, options, "{ x }")


# the other engine


def test_a_converter_of_ones_own() -> None:
    class Loud(MarkdownConverter):  # type: ignore[misc]
        def convert_p(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return f"{text.upper()}!\n\n"

    stream = io.BytesIO()
    MarkdownWriter(converter=Loud).write(book(("A", "<p>b")), stream, Report())
    assert "B!" in stream.getvalue().decode()


def test_markdownify_keeps_what_it_would_lose() -> None:
    html = (
        "<p><a href='#n'>to</a> <kbd>k</kbd> a_b <code>c</code></p><p id=n>1. d</p>"
        "<pre><code class='language-py'>```</code></pre><ul><li><input type=checkbox> e</ul>"
        "<table><tr><td colspan=2>f</table><p><a href='https://x.example/a(b'>g</a></p>"
    )
    text = text_of(book(("A", html)), markdown_engine="markdownify")
    for part in ("<kbd>k</kbd>", "a_b `c`", "1\\. d", "````py\n```\n````", "[ ] e", "colspan",
                 '<a id="n"></a>', "(https://x.example/a%28b)"):  # fmt: skip
        assert part in text, part


def test_flags_reach_the_writer(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("---\ntitle: 标题\n---\n<p><s>x</s> <b>y。</b>z")
    articlekit.convert(tmp_path / "a.html", tmp_path / "c.md", dialect="commonmark")
    assert "<del>x</del>" in (tmp_path / "c.md").read_text("utf-8")
    articlekit.convert(tmp_path / "a.html", tmp_path / "m.md", markdown_engine="markdownify")
    assert "**y。**z" in (tmp_path / "m.md").read_text("utf-8")
    articlekit.compile_column(tmp_path, f"{tmp_path}/md/", names="ascii")
    assert (tmp_path / "md" / "biao-ti.md").exists()


def test_a_local_cover_lies_with_the_images(tmp_path: Path) -> None:
    column = Path(__file__).parents[1] / "examples" / "column"
    articlekit.compile_column(column, f"{tmp_path}/md/", offline=True)
    matter = (tmp_path / "md" / "index.md").read_text("utf-8").split("---")[1]
    cover = next(line for line in matter.splitlines() if line.startswith("cover: "))
    assert (tmp_path / "md" / cover.removeprefix("cover: ")).is_file()


def test_a_sites_page_shows_the_title_itself(tmp_path: Path) -> None:
    made = book(("A", "<p>a"), ("B", "<p>b"))
    assert "\n# A\n" in folder_of(made, tmp_path / "g")["A.md"]
    for dialect in ("hugo", "jekyll"):
        files = folder_of(made, tmp_path / dialect, dialect=dialect)
        assert all("\n# " not in text for text in files.values())
        files = folder_of(made, tmp_path / f"{dialect}2", dialect=dialect, keys=("date",))
        assert all("\n# " in text or "#" in text[:2] for text in files.values())
        assert "# A\n\na\n\n# B\n" in text_of(made, dialect=dialect)


def test_every_option_is_one_of_the_run(tmp_path: Path) -> None:
    source = tmp_path / "a.html"
    source.write_text(
        "---\ntitle: T\ndate: 2024-05-01\n---\n<ul><li><a href='https://a.example/'>x"
    )
    articlekit.convert(
        source, tmp_path / "b.md", bullet="*", links="reference", headings="setext", keys=["title"]
    )
    text = "---\ntitle: T\n---\n\nT\n===\n\n* [x][1]\n\n[1]: https://a.example/\n"
    assert (tmp_path / "b.md").read_text("utf-8") == text
    with pytest.raises(articlekit.ArticlekitError, match="keys cannot be 'title'"):
        articlekit.convert(source, tmp_path / "c.md", keys="title")


def test_every_option_is_a_flag(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("---\ntitle: T\ndate: 2024-05-01\n---\n<ul><li>x")
    flags = ["--markdown-bullet", "+", "--markdown-keys", " title , x,", "--markdown-headings"]
    target = str(tmp_path / "b.md")
    done = CliRunner().invoke(
        cli, ["convert", str(tmp_path / "a.html"), "-o", target, *flags, "setext"]
    )
    assert done.exit_code == 0, done.output
    assert Path(target).read_text("utf-8") == "---\ntitle: T\n---\n\nT\n===\n\n+ x\n"
