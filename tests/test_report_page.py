"""The report as a page: what it says, that text stays text, and that it stays small."""

from __future__ import annotations

import io
import os
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

import articlekit
from articlekit.cli import cli
from articlekit.facts import ArticleEntry, OutputFile, Stage, Written
from articlekit.html import parse_html, text_of
from articlekit.model import Element
from articlekit.report import Diagnostic, Hop, ImageOutcome, Report
from articlekit.report_page import render as render_page
from articlekit.report_page.thumbnails import ReadImage, make_thumbnails
from articlekit.report_page.words import address, duration, file_name
from server import ImageServer, picture

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;\x00\x1b\ud800</style>"


def render(report: Report, read: ReadImage, budget: int = 100_000) -> str:
    return render_page(report, read, budget)


def jpeg(colour: str = "red", size: tuple[int, int] = (900, 600), mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG" if mode == "RGBA" else "JPEG")
    return file.getvalue()


def nothing(_: str) -> None:
    return None


def entry(title: str = "T", source: str = "a.html", url: str | None = None) -> ArticleEntry:
    return ArticleEntry(title, source, "2024-05-01T00:00:00+00:00", url, 120, 2)


def had(name: str, source: str = "a.html", **more: object) -> ImageOutcome:
    known = {"media_type": "image/jpeg", "width": 900, "height": 600, "size": 60_000}
    return ImageOutcome(f"https://i.example/{name}.jpg", source, id=name, **{**known, **more})


def page_of(report: Report, **images: bytes) -> Element:
    return parse_html(render(report, images.get), Report())


def said(page: Element, path: str) -> list[str]:
    return [" ".join(text_of(each).split()) for each in page.iterfind(path)]


def test_every_article_is_there_with_its_images_and_findings() -> None:
    report = Report(
        articles=[entry("First", url="https://b.example/1"), entry("Second", "b.html")],
        images=[
            had("one", from_cache=True),
            ImageOutcome("https://i.example/gone.png", "b.html", "http_4xx", "404", tries=3),
            ImageOutcome("https://i.example/g.png", "b.html", compat_referer="https://g.example/"),
        ],
    )
    report.add("clutter-removed", "a list of links", source="a.html", line=7)
    report.add("image-failed", "http_4xx: …", source="b.html", url="https://i.example/gone.png")
    report.add("article-skipped", "this is no text", source="c.html")
    page = page_of(report, one=jpeg())
    first, second, other = page.iterfind(".//article")
    assert said(page, ".//article/h3") == ["First", "Second loss", "c.html loss"]
    assert first.find("h3/a").get("href") == "https://b.example/1"
    assert first.find(".//img").get("src", "").startswith("data:image/webp;base64,")
    assert said(first, ".//li/div") == ["one.jpgcached, 900 × 600, 60 kB"]
    assert "clutter-removed" in text_of(first.find("details"))
    assert said(first, ".//li/ul/li") == ["line 7: a list of links"]
    assert said(second, ".//li[@class='missing']") == [
        "missinghttp_4xxhttps://i.example/gone.png404asked 3 times"
    ]
    assert "asked with the Referer https://g.example/" in text_of(second)
    assert second.find("ul[@class='findings']") is None  # the image says it all
    assert (other.get("data-level"), other.get("data-codes")) == ("loss", "article-skipped")


def test_figures_are_texts_beside_their_bars() -> None:
    report = Report(
        outputs=["b.epub", "site/"],
        stages=[Stage("reading", 1.5), Stage("writing", 0.003)],
        written=[
            Written("b.epub", 2.25, (OutputFile("b.epub", 2_000_000),)),
            Written("site/", 0.5, (OutputFile("site/", 1_000_000),)),
        ],
    )
    page = page_of(report)
    charts = page.findall(".//table[@class='chart']")
    assert said(page, ".//caption") == [
        "Time by stage",
        "Size of what was written",
        "Time of writing",
    ]
    assert said(charts[0], ".//tr/*") == ["reading", "", "1.5 s", "writing", "", "3 ms"]
    bars = charts[1].findall(".//{http://www.w3.org/2000/svg}rect")
    assert [bar.get("width") for bar in bars] == ["100", "50"]
    assert said(charts[1], ".//td[2]") == ["2 MB", "1 MB"]
    assert said(page, ".//h1") == ["Report b.epub, site/"]


def test_text_stays_text_whatever_it_says() -> None:
    report = Report(
        outputs=[EVIL],
        stages=[Stage(EVIL, 1.0)],
        articles=[entry(EVIL, EVIL, f"https://x.example/{EVIL}")],
        images=[
            ImageOutcome(f"https://i.example/{EVIL}", EVIL, EVIL, EVIL, compat_referer=EVIL),
            ImageOutcome("javascript:alert(1)", EVIL, hops=(Hop(EVIL, EVIL, 200),), detail=EVIL),
            ImageOutcome(f"data:text/html,{EVIL}", EVIL, "decode_error", EVIL),
        ],
        diagnostics=[Diagnostic(EVIL, "loss", EVIL, EVIL, url=EVIL, reason=EVIL)],
    )
    text = render(report, nothing)
    text.encode()  # no half of a pair is left
    page = parse_html(text, Report())
    assert len(list(page.iter("script"))) == len(list(page.iter("style"))) == 1
    assert list(page.iter("img", "iframe", "b")) == []
    names = {name for each in page.iter() for name in each.attrib if isinstance(each.tag, str)}
    assert not {name for name in names if name.startswith("on") or name == "style"}
    links = [each.get("href") for each in page.iter("a")]
    assert len(links) == 2
    assert all(link.startswith(("https://x.example/", "https://i.example/")) for link in links)
    assert text.count("alert(1)") > 5
    assert not re.search("[\x00\x1b\ud800]", text)


def test_the_policy_lets_in_the_page_s_own_style_and_script_alone() -> None:
    page = page_of(Report())
    policy = next(m.get("content") for m in page.iter("meta") if m.get("http-equiv"))
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        text = page.findtext(f".//{tag}") or ""
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert rules[name] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"


def test_the_same_report_gives_the_same_page() -> None:
    report = Report(articles=[entry()], images=[had("one"), had("two")])
    images = {"one": jpeg("red"), "two": jpeg("blue")}
    assert render(report, images.get) == render(report, images.get)


def test_thumbnails_stay_within_their_budget_and_each_article_gets_one_first() -> None:
    report = Report(articles=[entry(str(n), f"{n}.html") for n in range(4)])
    report.images = [had("x", f"{n}.html") for n in range(4) for _ in range(3)]
    data = jpeg()
    one = len(page_of(report, x=data).find(".//img").get("src"))
    text = render(report, {"x": data}.get, budget=5 * one)
    page = parse_html(text, Report())
    counts = [len(list(each.iter("img"))) for each in page.iterfind(".//article")]
    assert counts == [2, 1, 1, 1]
    assert said(page, ".//p[@class='note']")[0].startswith("5 images of 12 have a thumbnail here")
    assert said(page, ".//p[@class='more']") == [
        "1 image without a thumbnail",
        *["2 images without a thumbnail"] * 3,
    ]
    assert "have a thumbnail" not in render(report, {"x": data}.get)


def test_a_thumbnail_is_small_and_made_once_for_an_image() -> None:
    asked: list[str] = []

    def read(name: str) -> bytes:
        asked.append(name)
        return jpeg(size=(3000, 100))

    report = Report(articles=[entry()], images=[had("x"), had("x"), had("y")])
    page = parse_html(render(report, read), Report())
    assert asked == ["x", "y"]
    data = b64decode(page.find(".//img").get("src", "").partition(",")[2])
    with Image.open(io.BytesIO(data)) as small:
        assert (small.format, small.width) == ("WEBP", 144)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"", "image/png"),
        (b"\x89PNG\r\n\x1a\nbroken", "image/png"),
        (jpeg()[:300], "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>" + b" " * 9000, "image/svg+xml"),
        (None, "image/png"),
    ],
)
def test_what_no_thumbnail_can_be_made_of_is_named(data: bytes | None, media_type: str) -> None:
    report = Report(articles=[entry()], images=[had("x", media_type=media_type)])
    page = parse_html(render(report, lambda _: data), Report())
    assert list(page.iter("img")) == []
    assert said(page, ".//span[@class='blank']") == [media_type[6:9].upper().replace("JPE", "JPEG")]


def test_transparency_and_small_drawings_are_kept() -> None:
    from articlekit.report_page.entries import entries_of

    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    report = Report(
        articles=[entry()],
        images=[had("a", media_type="image/png"), had("b", media_type="image/svg+xml")],
    )
    images = {"a": jpeg("#ff000080", mode="RGBA"), "b": drawing}
    made, left = make_thumbnails(entries_of(report)[0], images.get, 9_000)
    assert left == 0
    assert b64decode(made[0, 1].partition(",")[2]) == drawing
    with Image.open(io.BytesIO(b64decode(made[0, 0].partition(",")[2]))) as small:
        assert small.mode == "RGBA"


def test_many_findings_of_one_kind_are_counted_and_not_all_told() -> None:
    report = Report(articles=[entry()])
    for number in range(500):
        report.add("link-unresolved", f"the link {number}", source="a.html")
        report.images.append(ImageOutcome(f"{number}.png", "a.html", "file_missing"))
    page = page_of(report)
    assert len(page.findall(".//article//ul[@class='findings']/li/ul/li")) == 21
    assert "×500" in text_of(page.find(".//article"))
    assert len(page.findall(".//li[@class='missing']")) == 100
    assert said(page, ".//p[@class='more']") == ["400 images could not be had"]


def test_the_command_writes_both_kinds_with_thumbnails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ImageServer
) -> None:
    monkeypatch.chdir(tmp_path)
    server.add("/a.png", picture(size=(40, 30)), Content_Type="image/png")
    Path("a.html").write_text(f"---\ntitle: A\nlang: en\n---\n<p><img src={server.url('/a.png')}>")
    flags = ["--allow-private", "127.0.0.1", "--report", "r.json", "--report", "R.HTML"]
    run = CliRunner().invoke(cli, ["convert", "a.html", "-o", "a.epub", *flags])
    assert run.exit_code == 0, run.output
    assert Path("r.json").read_text("utf-8").startswith("{\n")
    page = parse_html(Path("R.HTML").read_text("utf-8"), Report())
    assert len(list(page.iter("img"))) == 1
    Path("folder").mkdir()
    Path("a.html").rename("folder/a.html")
    run = CliRunner().invoke(cli, ["list", "folder", "--report", "l.html"])
    assert run.exit_code == 0, run.output
    assert said(parse_html(Path("l.html").read_text("utf-8"), Report()), ".//h3") == ["A"]


def test_who_ends_a_run_does_not_wait_for_thumbnails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pic.png").write_bytes(picture(size=(40, 30)))
    Path("a.html").write_text("---\ntitle: A\nlang: en\n---\n<p><img src=pic.png>")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("articlekit.pipeline.write_output", stop)
    CliRunner().invoke(cli, ["convert", "a.html", "-o", "a.md", "--report", "r.html"])
    page = parse_html(Path("r.html").read_text("utf-8"), Report())
    assert list(page.iter("img")) == []
    assert said(page, ".//article//span[@class='blank']") == ["PNG"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--report", "r.txt"], "r.txt: a report is .json or .html; write r.json or r.html"),
        (["--report", "r"], "r: a report is .json or .html; write r.json or r.html"),
        (["--report", "r.html", "--report", "./r.html"], "./r.html: named twice"),
        (["--report", "a.md"], "a.md: a report is .json or .html"),
        (["-o", "b.html", "--report", "b.html"], "b.html: named twice"),
        (["-o", "html:c.html", "--report", "c.html"], "c.html: named twice"),
        (["--report", "a.html"], "a.html: this is a source, too"),
        (["--report", "no/r.html"], "no/r.html: the folder no is not there; make it first"),
    ],
)
def test_wrong_reports_are_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.html").write_text("<p>words</p>")
    run = CliRunner().invoke(cli, ["convert", "a.html", "-o", "a.md", *flags])
    assert run.exit_code != 0
    assert words in str(run.exception)
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]


@pytest.mark.parametrize("source", [".", "column.toml"])
def test_a_page_among_the_articles_would_become_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.html").write_text("<p>words</p>")
    Path("column.toml").write_text('title = "T"')
    run = CliRunner().invoke(cli, ["column", source, "-o", "a.md", "--report", "r.html"])
    assert "r.html: the next run would read it as an article" in str(run.exception)
    run = CliRunner().invoke(cli, ["column", source, "-o", "a.md", "--report", "r.json"])
    assert run.exit_code == 0, run.exception


def test_a_report_of_a_run_that_failed_is_written_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(cli, ["convert", "no.html", "-o", "a.md", "--report", "r.html"])
    assert run.exit_code != 0
    assert "nothing was written" in Path("r.html").read_text("utf-8")


def test_file_names_that_are_no_text_are_reported(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / os.fsdecode(b"bad\xff.html")
    path.write_text("---\ntitle: A\nlang: en\n---\n<p>x <img src=no.png></p>")
    reports = [f"--report={tmp_path}/r.json", f"--report={tmp_path}/r.html"]
    run = CliRunner().invoke(cli, ["column", str(folder), "-o", f"{tmp_path}/md/", "-q", *reports])
    assert run.exit_code == 0, run.exception
    assert "bad\\udcff.html" in (tmp_path / "r.json").read_text("utf-8")
    assert "bad\N{REPLACEMENT CHARACTER}.html" in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://e.example/a?b=1&c=2", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("http://[", False),
        ("file:///etc/passwd", False),
        ("a.png", False),
    ],
)
def test_only_addresses_on_the_web_become_links(url: str, linked: bool) -> None:
    assert address(url, "x").startswith("<a ") is linked


def test_words() -> None:
    assert [duration(each) for each in (0, 0.12, 1.234, 125.4)] == [
        "0 ms",
        "120 ms",
        "1.23 s",
        "2 min 5 s",
    ]
    assert file_name("https://e.example/a/b.png?x#y") == "b.png"
    assert file_name("data:image/png;base64,AAAA") == "data:image/png;base64"
    assert file_name("https://e.example/") == "e.example"


def test_articles_and_reports_in_a_notebook() -> None:
    article = articlekit.parse(
        "---\ntitle: '<b>A</b>'\nauthor: <i>x\ndate: 2024-05-01\n---\n<p>one <em>two</em></p>"
    )
    shown = article._repr_html_()
    assert "&lt;b&gt;A&lt;/b&gt;" in shown
    assert "one two" in shown
    assert "2024-05-01" in shown
    long = articlekit.parse(f"---\ntitle: T\n---\n<p>{EVIL * 400}<script>x</script></p>")
    assert len(long._repr_html_()) < 5_000
    report = Report(outputs=[EVIL], articles=[entry()], images=[had("x")])
    assert report._repr_html_().startswith("<div><p><strong><bdi>Nothing lost</bdi>")
    for number in range(500):
        report.add("image-failed", f"{EVIL}{number}", source="a.html", reason=EVIL)
        report.images.append(ImageOutcome("a.png", "a.html", EVIL))
    text = report._repr_html_()
    assert "500 losses" in text
    assert "1 of 501" in text
    assert len(text) < 9_000
    for each in (shown, text, long._repr_html_()):
        page = parse_html(each, Report())
        assert {tag.tag for tag in page.find("body").iter()} <= set(
            "body div p strong bdi table tbody tr th td".split()
        )
        assert {name for tag in page.iter() for name in tag.attrib} <= {"scope"}
