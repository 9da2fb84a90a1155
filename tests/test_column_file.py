"""What column.toml and its flags do: which articles, in which order, told of how, written where."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

import articlekit
from articlekit.cli import cli
from articlekit.errors import ArticlekitError, ColumnFileError, UsageError
from articlekit.model import Article, Column, Meta, Origin
from articlekit.pipeline import list_column
from articlekit.readers.column import make_column, parse_column_file
from articlekit.readers.globs import Selection, matches
from articlekit.report import Report
from server import ImageServer


def post(name: str, day: str | None = None, *categories: str, **more: object) -> Article:
    published = None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)
    meta = Meta(name.upper(), published=published, categories=categories, **more)  # type: ignore[arg-type]  # fields by name
    origin = Origin(f"c/{name}", base=meta.url)
    return Article(name, meta, etree.Element("body"), origin)


def column(text: str, articles: Sequence[Article], *tried: str) -> Column:
    file = parse_column_file(text, "c/column.toml")
    return make_column(file, articles, "c/column.toml", "folder", Report(), tried)


def order_of(made: Column) -> str:
    return " ".join(each.slug for each in made.articles)


def write(folder: Path, name: str, text: str = "", day: str = "2024-01-01", **keys: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    more = "".join(f"{key}: {value}\n" for key, value in keys.items())
    title = "" if "title" in keys else f"title: {path.stem}\n"
    matter = f"---\n{title}lang: en\ndate: {day}\n{more}---\n"
    path.write_text(f"{matter}<p>Text of {name}.</p>{text}", "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "c"
    write(made, "a.html", day="2024-03-01")
    write(made, "b.html", day="2023-01-01")
    write(made, "c.html", day="2024-02-01")
    return made


def run(*args: object) -> None:
    cli.main([str(each) for each in args], standalone_mode=False)


def titles(target: Path) -> list[str]:
    """The titles of an index of Markdown, the book's own first."""
    text = (target / "index.md").read_text("utf-8")
    return re.findall(r"^# (.*)|\[([^\]]+)\]\(", text, re.M) and [
        first or second for first, second in re.findall(r"^# (.*)|\[([^\]]+)\]\(", text, re.M)
    ]


# what is wrong with it


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\ntilte = 'x'", ":3: unknown key 'tilte'; did you mean 'title'?"),
        ("'per-host' = 3", ":1: unknown key 'per-host'; did you mean 'per_host'?"),
        ("# x\nprofile = 'kindel'", ":2: unknown profile 'kindel'; did you mean 'kindle'?"),
        ("title = '''\ntitle'''\ndescending = 1", ":3: 'descending' cannot be 1; write descending"),
        ("jobs = 0", ":1: 'jobs' cannot be 0; write jobs = a whole number from 1"),
        ("jobs = true", ":1: 'jobs' cannot be True"),
        ("language = 'english'", ":1: 'english' is no language tag; write language = \"zh-Hans\""),
        ("url = 'ftp://x'", ":1: 'url' cannot be 'ftp://x'; write url = \"https://"),
        ("number = 2", ': number is a place in a series; write series = "…", too'),
        ("author = 'A'\nauthors = ['B']", ": has both author and authors; leave one out"),
        ("order = 'listed'", ": order 'listed' is that of include; write include, too"),
        ("outputs = ['../b.epub']", ":1: 'outputs' cannot be ['../b.epub']; write outputs = ["),
        ("outputs = ['-']", ":1: 'outputs' cannot be ['-']"),
        ("outputs = ['html:../x/']", ":1: 'outputs' cannot be ['html:../x/']"),
        ("outputs = ['html:/x/']", ":1: 'outputs' cannot be ['html:/x/']"),
        ("outputs = ['md:-']", ":1: 'outputs' cannot be ['md:-']"),
        ("include = ['/etc/*']", ":1: 'include' cannot be ['/etc/*']"),
        ("css = '/etc/passwd'", ":1: 'css' cannot be '/etc/passwd'"),
        ("volume_by = 'yaer'", ":1: unknown volume_by 'yaer'; did you mean 'year'?"),
        ("[articles]\n'a.html' = 3", ': [articles."a.html"] is no table; write title = below it'),
        (
            "[articles.'a.html']\ntitel = 'x'",
            ":2: unknown key 'titel' in [articles.",
        ),
        (
            "[articles.'a.html']\ndate = 'May'",
            ":2: 'May' in [articles.\"a.html\"] is no date; write",
        ),
        (
            "[articles.x]\npart = 'Tow'\n[[parts]]\ntitle = 'Two'\narticles = ['a']",
            ": [articles.\"x\"] has part 'Tow'; did you mean 'Two'?",
        ),
        ("x = " + "[" * 5000, ": not TOML: "),
        ("title = " + repr(["x" * 500]), ":1: 'title' cannot be ['xxx"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ColumnFileError) as caught:
        parse_column_file(text, "c/column.toml")
    assert str(caught.value).startswith(f"c/column.toml{message}")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[articles.'aa']\ntitle = 'x'", "articles names 'aa'; did you mean 'a'?"),
        ("order = ['bb']", "order names 'bb'; did you mean 'b'?"),
        ("[[parts]]\ntitle = 'T'\narticles = ['bb']", "parts name 'bb'; did you mean 'b'?"),
    ],
)
def test_names_of_no_article(text: str, message: str) -> None:
    articles = [post("a"), post("b")]
    with pytest.raises(ColumnFileError, match=re.escape(message)):
        column(text, articles)
    column(text, articles, "aa", "bb")  # files that are there and could not be read


# which articles


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*.html", "a.html .html", "a.htm x/a.html"),
        ("2024/*.html", "2024/a.html", "2024/x/a.html a.html x/2024/a.html"),
        ("**/*.html", "a.html x/a.html x/y/a.html", "a.txt"),
        ("x/**", "x x/a x/y/a", "a y/x/a"),
        ("x/**/y/*", "x/y/a x/1/y/a x/1/2/y/a x/y/y/a", "x/a y/a x/y x/y/1/2"),
        ("./a.html", "a.html", "b.html"),
        ("a[12].html", "a1.html a2.html", "a3.html"),
        ("**", "a x/a", ""),
        ("A.html", "A.html", "a.html"),
    ],
)
def test_patterns(pattern: str, yes: str, no: str) -> None:
    assert [path for path in yes.split() if not matches(pattern, path)] == []
    assert [path for path in no.split() if matches(pattern, path)] == []


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not matches("/".join(["**", "a"] * 40) + "/b", "/".join(["a"] * 80))


@pytest.mark.parametrize(
    ("include", "exclude", "wanted"),
    [
        ((), (), "a.html b.txt"),
        ((), ("a.*",), "b.txt"),
        (("*.html",), (), "a.html"),
        (("x",), (), "x/a.html x/y/c.html"),
        (("x", "a.html"), ("x/y",), "a.html x/a.html"),
        (("**/a.html",), (), "a.html x/a.html"),
        (("*",), ("**/a*",), "b.txt"),
    ],
)
def test_selections(include: tuple[str, ...], exclude: tuple[str, ...], wanted: str) -> None:
    paths = ["a.html", "b.txt", "x/a.html", "x/y/c.html"]
    chosen = Selection(include, exclude)
    assert " ".join(path for path in paths if chosen.place(path) is not None) == wanted


def test_files_of_inner_folders(folder: Path, tmp_path: Path) -> None:
    write(folder, "2024/a.html", "<a href='../b.html'>b</a>", day="2024-05-01", title="deep")
    write(folder, ".git/x.html")
    write(folder, "drafts/d.html")
    (folder / "column.toml").write_text(
        'include = ["b.html", "**/a.html"]\nexclude = ["drafts"]\norder = "listed"\n'
        '[articles."2024/a.html"]\ntitle = "told"\n'
    )
    articlekit.compile_column(folder, f"{tmp_path}/md/", offline=True)
    assert titles(tmp_path / "md") == ["c", "b", "told", "a"]
    assert "[b](b.md)" in (tmp_path / "md" / "told.md").read_text("utf-8")


def test_nothing_included(folder: Path) -> None:
    with pytest.raises(ArticlekitError, match="no articles here that include and exclude let in"):
        list_column(folder, column={"exclude": ["*"]})


def test_links_out_of_the_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", "x.html")
    (folder / "in").symlink_to(tmp_path / "other")
    made = list_column(folder, column={"include": ["**"]})
    assert [each.slug for each in made.articles] == ["b", "c", "a"]


# in which order


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("order = 'date'", "b c a u"),
        ("descending = true", "a c b u"),
        ("order = 'title'\ndescending = true", "u c b a"),
        ("order = 'name'\ndescending = true", "u c b a"),
        ("order = ['c', 'a']", "c a b u"),
        ("order = ['c', 'a']\ndescending = true", "a c b u"),
        ("order = 'listed'\ninclude = ['u', '*']", "u a b c"),
        ("order = 'listed'\ninclude = ['c', 'a', 'b', 'u']", "c a b u"),
        ("group_by = 'year'\ndescending = true", "a c b u"),
        ("group_by = 'month'\ndescending = true", "a c b u"),
    ],
)
def test_orders(text: str, wanted: str) -> None:
    articles = [
        post("a", "2024-03-01"),
        post("u"),
        post("b", "2023-01-01"),
        post("c", "2024-02-01"),
    ]
    assert order_of(column(text, articles)) == wanted


def test_years_go_with_their_articles() -> None:
    articles = [post("a", "2023-01-01"), post("b", "2024-01-01")]
    made = column("group_by = 'year'\ndescending = true", articles)
    assert [part.title for part in made.parts] == ["2024", "2023"]


@pytest.mark.parametrize(
    ("articles", "wanted"),
    [
        ([post("a", None, "x", authors=("N",)), post("b", None, "x", authors=("N",))], "x"),
        ([post("a", authors=("N",)), post("b", authors=("N",))], "N"),
        ([post("a", authors=("N", "M")), post("b", authors=("N", "M"))], "folder"),
        ([post("a", authors=("N",)), post("b")], "folder"),
    ],
)
def test_a_title_that_nobody_gave(articles: list[Article], wanted: str) -> None:
    assert column("", articles).meta.title == wanted


# what is told of single articles


def test_what_is_told_of_an_article_stands_over_its_front_matter(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    write(
        folder,
        "a.html",
        '<a href="more">more</a>',
        day="May",
        url="https://old.example/a/",
        author="X",
    )
    (folder / "b.html").write_text("---\ntitle: b\nlang: en\n---\n<h1>New</h1><p>x")
    (folder / "column.toml").write_text(
        '[articles."a.html"]\ntitle = "New"\ndate = 2024-05-01\nauthors = ["N", "M"]\n'
        'url = "https://new.example/a/"\nlanguage = "de"\ncategories = ["z"]\ndescription = "D"\n'
        '[articles."b.html"]\ntitle = "New"\n'
    )
    articlekit.compile_column(folder, f"{tmp_path}/md/", offline=True)
    one, two = sorted(each.read_text("utf-8") for each in (tmp_path / "md").glob("New*.md"))
    assert "date: 2024-05-01T00:00:00+00:00\n" in one
    assert "May" not in one
    assert "url: https://new.example/a/\n" in one
    assert "lang: de\n" in one
    assert "  - N\n  - M\n" in one
    assert "(https://new.example/a/more)" in one
    assert two.count("New") == 2  # in the front matter and as heading, not once more


def test_articles_are_put_into_parts() -> None:
    articles = [post("a", "2023-01-01"), post("b", "2023-02-01"), post("c", "2024-01-01")]
    told = "[articles.a]\npart = '{}'\n"
    by_year = column("group_by = 'year'\n" + told.format("2024"), articles)
    assert [(part.title, part.size) for part in by_year.parts] == [("2023", 1), ("2024", 2)]
    assert order_of(by_year) == "b a c"
    turned = column("group_by = 'year'\n" + told.format("Extra"), articles)
    assert [part.title for part in turned.parts] == ["2023", "2024", "Extra"]
    alone = column(told.format("Extra"), articles)
    assert [(part.title, part.size) for part in alone.parts] == [("Extra", 1), ("", 2)]
    listed = column("[[parts]]\ntitle = 'T'\narticles = ['c', 'b']\n" + told.format("T"), articles)
    assert (order_of(listed), [part.size for part in listed.parts]) == ("c b a", [3])


def test_an_article_that_is_gone_leaves_no_empty_part() -> None:
    text = "[[parts]]\ntitle = 'T'\narticles = ['gone']\n[[parts]]\ntitle = 'U'\narticles = ['a']"
    assert [part.title for part in column(text, [post("a")], "gone").parts] == ["U"]


# who wins


def test_flags_stand_over_the_file_and_it_over_the_config(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "flags.toml"
    config.write_text(
        'markdown-dialect = "jekyll"\nmarkdown-bullet = "+"\nmarkdown-headings = "setext"\n'
    )
    (folder / "column.toml").write_text(
        'title = "F"\nmarkdown_headings = "atx"\nmarkdown_dialect = "hugo"\n'
    )
    target = tmp_path / "md"
    run("column", folder, "-o", f"{target}/", "-q", "--config", config)
    assert "# F\n" not in (target / "_index.md").read_text("utf-8")  # hugo: the page has it
    run("column", folder, "-o", f"{target}/", "-q", "--config", config, "--force",
        "--markdown-dialect", "gfm", "--title", "Flag", "--order", "name",
        "--descending")  # fmt: skip
    assert titles(target) == ["Flag", "c", "b", "a"]
    (folder / "column.toml").write_text('title = "F"\n')
    run("column", folder, "-o", f"{target}/", "-q", "--config", config, "--force",
        "--markdown-dialect", "gfm")  # fmt: skip
    assert "F\n===\n" in (target / "index.md").read_text("utf-8")


def test_flags_take_back_what_the_file_says(folder: Path) -> None:
    (folder / "column.toml").write_text(
        'author = "A"\ndescending = true\n[[parts]]\ntitle = "T"\narticles = ["a.html"]\n'
    )
    made = list_column(folder, column={"authors": ["B"], "descending": False, "group_by": "none"})
    assert (made.meta.authors, made.parts, order_of(made)) == (("B",), (), "b c a")


def test_the_api_gives_what_the_command_gives(folder: Path, tmp_path: Path) -> None:
    (folder / "column.toml").write_text(
        'title = "T"\nsubtitle = "S"\nseries = "R"\nnumber = 3\norder = "name"\nprofile = "eink"\n'
        'theme = "sans"\nmax_size = "5MB"\noutputs = ["made.epub"]\n'
    )
    report = articlekit.compile_column(folder)
    assert report.outputs == [str(folder / "made.epub")]
    run("column", folder, "-o", tmp_path / "b.epub", "-q")
    assert (tmp_path / "b.epub").read_bytes() == (folder / "made.epub").read_bytes()
    articlekit.compile_column(folder, tmp_path / "c.epub", theme="classic")
    assert (tmp_path / "c.epub").read_bytes() != (folder / "made.epub").read_bytes()
    run("column", folder, "-o", tmp_path / "d.epub", "-q", "--theme", "classic")
    assert (tmp_path / "d.epub").read_bytes() == (tmp_path / "c.epub").read_bytes()


def test_options_are_checked_with_the_files_name(folder: Path) -> None:
    (folder / "column.toml").write_text('max_size = "45 apples"\n')
    with pytest.raises(ColumnFileError, match=r"column\.toml: max_size: .* is not a size"):
        list_column(folder)
    (folder / "column.toml").unlink()
    with pytest.raises(UsageError, match="volume_by cannot be 'x'; write year, part, or a number"):
        articlekit.compile_column(folder, "x.epub", volume_by="x")  # type: ignore[arg-type]  # as users do


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--include", "/etc/*"), "column: 'include' cannot be ['/etc/*']; write include = "),
        (("--language", "klingon"), "column: 'klingon' is no language tag"),
        (("--number", "2"), "number is a place in a series"),
        (("--order", "listed"), "order 'listed' is that of include"),
    ],
)
def test_flags_are_checked_as_the_file_is(
    folder: Path, tmp_path: Path, flags: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ArticlekitError, match=re.escape(message)):
        run("column", folder, "-o", tmp_path / "b.epub", "-q", *flags)


def test_fetch_and_list_read_it_too(
    folder: Path, server: ImageServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "a.html", f'<img src="{server.url("/x.png")}" alt="x">')
    run("fetch", folder, "--exclude", "a.html", "-q")
    assert server.seen == []
    (folder / "column.toml").write_text('allow_private = ["127.0.0.1"]\nexclude = ["b.html"]\n')
    run("fetch", folder, "-q")
    assert len(server.seen) == 1
    run("list", folder, "-q", "--order", "title", "--descending")
    assert re.findall(r"(\w)\.html$", capsys.readouterr().out, re.M) == ["c", "a"]


def test_flags_describe_feeds_too(tmp_path: Path) -> None:
    feed = tmp_path / "f.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>Own</title><item><title>One</title>"
        "<description>Text.</description></item></channel></rss>"
    )
    made = list_column(feed, column={"title": "Mine", "series": "S", "number": "1.2"})
    assert (made.meta.title, made.meta.series, made.meta.number) == ("Mine", "S", "1.2")
    with pytest.raises(UsageError, match="no folder"):
        list_column(feed, column={"include": ["*"]})


# where it goes


def test_no_target_anywhere(folder: Path) -> None:
    with pytest.raises(UsageError, match="no target; name at least one file"):
        run("column", folder, "-q")


@pytest.mark.parametrize("name", ["away/b.epub", "away/md/", "file"])
def test_no_output_leaves_the_folder_by_a_link(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "else").mkdir()
    (folder / "away").symlink_to(tmp_path / "else")
    (folder / "file").symlink_to(tmp_path / "else" / "x.epub")
    (folder / "column.toml").write_text(f'outputs = ["{name}"]\n')
    with pytest.raises(ColumnFileError, match="leads out of the folder; name what lies in it"):
        articlekit.compile_column(folder)
    (folder / "column.toml").write_text('css = "away/x.css"\n')
    with pytest.raises(ColumnFileError, match="leads out of the folder"):
        articlekit.compile_column(folder, tmp_path / "b.epub")
    assert list((tmp_path / "else").iterdir()) == []


def test_outputs_are_not_overwritten_unasked(folder: Path) -> None:
    (folder / "column.toml").write_text('outputs = ["b.epub"]\n')
    run("column", folder, "-q")
    with pytest.raises(ArticlekitError, match="exists already; add --force"):
        run("column", folder, "-q")
    run("column", folder, "-q", "--force")


def test_an_output_is_no_article(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "a.html").read_bytes()
    for name, message in (
        ("book.html", "would be read as an article"),
        ("a.html", "a source, too"),
    ):
        (folder / "column.toml").write_text(f'outputs = ["{name}"]\n')
        with pytest.raises(UsageError, match=message):
            articlekit.compile_column(folder)
    assert (folder / "a.html").read_bytes() == before
    (folder / "out").mkdir()
    (folder / "column.toml").write_text('outputs = ["out/book.html", "html:pages/", "site/"]\n')
    for _ in range(2):
        report = articlekit.compile_column(folder)
        assert report.outputs == [
            f"{folder / name}{slash}"
            for name, slash in (("out/book.html", ""), ("pages", "/"), ("site", "/"))
        ]
        assert (folder / "pages" / "index.html").is_file()
    monkeypatch.chdir(tmp_path)
    for target in ("html:c/", "html:c/pages/"):
        with pytest.raises(UsageError, match="its pages would lie among the articles"):
            articlekit.compile_column("c", target, column={"include": ["**"], "exclude": ["out"]})


def test_paths_lie_beside_the_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "rules.toml").write_text('[[rule]]\nselector = ".mine"\nreason = "mine"\n')
    (folder / "mine.toml").write_text('clutter = "rules.toml"\n')
    monkeypatch.chdir(tmp_path)
    write(folder, "a.html", "<p class='mine'>mine</p>")
    for source in (folder / "mine.toml", Path("c/mine.toml")):
        (first, *_) = list_column(source).articles[1:]
        assert (first.slug, "".join(first.body.itertext()).strip()) == ("a", "Text of a.html.")
    (folder / "mine.toml").write_text("titel = 'x'")
    with pytest.raises(ColumnFileError, match=r"mine\.toml:1: unknown key"):
        list_column(folder / "mine.toml")


def test_many_outputs_are_read_and_fetched_once(
    folder: Path, server: ImageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from articlekit import batches

    read: list[str] = []
    whole = batches.read_source
    monkeypatch.setattr(
        batches,
        "read_source",
        lambda source, *rest: read.append(source.name) or whole(source, *rest),
    )
    for name in "abc":
        write(folder, f"{name}.html", f'<img src="{server.url("/x.png")}" alt="x">')
    targets = [tmp_path / name for name in ("b.epub", "b.pdf", "b.html", "b.md")]
    report = articlekit.compile_column(
        folder, *targets, f"{tmp_path}/md/", allow_private=["127.0.0.1"]
    )
    assert len(report.outputs) == 5
    assert sorted(read) == [str(folder / f"{name}.html") for name in "abc"]
    assert len(server.seen) == 1


# one to begin with


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"author": "Jane"},
        {"categories": "Letters"},
        {"title": 'A "quoted" \\ title\x7f', "author": "'x' # y"},
    ],
)
def test_the_first_column_file_changes_nothing(tmp_path: Path, keys: dict[str, str]) -> None:
    folder = tmp_path / "c"
    for name in ("a", "b", 'odd "name'):
        write(folder, f"{name}.html", day=f"2024-01-0{len(name)}", **keys)
    (folder / "images").mkdir()
    (folder / "images" / "cover.png").write_bytes(b"no picture")
    articlekit.compile_column(folder, tmp_path / "before.epub", offline=True)
    run("column", "--init", folder, "-q")
    text = (folder / "column.toml").read_text("utf-8")
    assert '# cover = "images/cover.png"' in text
    assert '#     "a.html",' in text
    articlekit.compile_column(folder, tmp_path / "after.epub", offline=True)
    assert (tmp_path / "after.epub").read_bytes() == (tmp_path / "before.epub").read_bytes()
    with pytest.raises(ArticlekitError, match="exists already"):
        run("column", "--init", folder, "-q")
    run(
        "column", "--init", folder, "-q", "--force", "--title", "T", "--author", "N", "--descending"
    )
    made = list_column(folder)
    assert (made.meta.title, made.meta.authors, made.articles[-1].slug) == ("T", ("N",), "a")


def test_what_the_first_column_file_has_as_comments_is_taken(folder: Path) -> None:
    run("column", "--init", folder, "-q")
    text = (folder / "column.toml").read_text("utf-8")
    by_hand = re.search(r"^# order = \[\n.*?^# \]$", text, re.M | re.S)
    assert by_hand is not None
    order = re.sub(r"^# ?", "", by_hand[0], flags=re.M)
    assert parse_column_file(order, "x").order == ("b.html", "c.html", "a.html")
    tables = re.sub(r"^# ?", "", text[text.index('# [articles."') :], flags=re.M)
    tables = re.sub(r"^(To|Parts) .*|^part = .*", "", tables, flags=re.M)
    assert parse_column_file(tables, "x").parts[0].files == ("b.html",)


def test_init_is_for_folders_and_makes_no_book(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leave one out"):
        run("column", "--init", folder, "--watch")
    with pytest.raises(UsageError, match="leave out -o"):
        run("column", "--init", folder, "-o", tmp_path / "b.epub")
    with pytest.raises(ArticlekitError, match="no folder"):
        run("column", "--init", folder / "a.html")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArticlekitError, match="no articles here"):
        run("column", "--init", tmp_path / "empty")


def test_without_watchfiles_the_mend_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(
        ArticlekitError, match=r"--watch needs watchfiles: pip install 'articlekit\[wa"
    ):
        run("column", folder, "--watch", "-o", folder / "b.epub")
