"""The clutter rules: each cuts what it is for and keeps what only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

import articlekit
from articlekit.errors import UsageError
from articlekit.html import parse_html, text_of
from articlekit.report import Report
from articlekit.transforms.clutter import load_clutter_rules
from articlekit.transforms.selectors import SelectorIndex, UnknownSelector

TEXT = "<p>" + "The lamp is lit at dusk and put out at dawn, by whoever wakes first. " * 12 + "</p>"
LONG = (
    "The keeper of the lamp writes down every ship that passes, its name and its flag and how "
    "its people wave, and in winter, when none passes, the gulls instead, each by each."
)

# Reason: what is cut, and what is near to it and stays.
RULES = {
    "tip button": ("<div class=reward-box><p>Buy me a coffee</p></div>",
                   "<div class=donate><p>" + LONG + "</p></div>"),
    "share link": ("<div class=share-buttons><a href=x>Facebook</a></div>",
                   "<p>To quote it, <a href='https://twitter.com/intent/tweet?text=x'>the line on "
                   "gulls</a> will do for every purpose.</p>"),
    "counter": ("<span class=view-count>1,024</span>", "<p class=viewcount>KEPT</p>"),
    "hidden block": ("<p style='display:none'>robots only</p>",
                     "<div style='display:none'><p>" + LONG + "</p></div>"),
    "advertisement": ("<div class=ad-slot>Buy now</div>", "<p class=adder>KEPT</p>"),
    "tracking pixel": ("<img src='https://pixel.wp.com/g.gif?v=1'>",
                       "<p><img src='https://i.example/pixel.wp.png' alt=KEPT> KEPT</p>"),
    "copy button": ("<span class=copy-btn>Copy</span>", "<p class=copy>KEPT</p>"),
    "mark beside a heading": ("<h2>The lamp<a class=headerlink href='#x'>¶</a></h2>",
                              "<h2><a class=anchored href='#x'>KEPT</a></h2>"),
    "line about author and date": ("<div class=entry-meta>by Io, 3 May</div>",
                                   "<div class=article-info><p>" + LONG + "</p></div>"),
    "related articles": ("<div class=related-posts><ul><li><a href=x>Gulls</a></ul></div>",
                         "<div class=related><h3>KEPT</h3><p>" + LONG[:120] + "</p></div>"),
    "invitation to subscribe": ("<div class=newsletter-signup><p>A letter a week, never more than "
                                "a page, and never any advertising in it.</p></div>",
                                "<div class=subscribe-box><p>" + LONG * 3 + "</p></div>"),
    "login wall": ("<div class=login-wall><p>Log in to read on</p></div>",
                   "<div class=paywall><p>" + LONG * 3 + "</p></div>"),
    "comments": ("<div class=comments><p>" + LONG + "</p></div>",
                 "<div class=comments><p>" + LONG * 12 + "</p></div>"),
    "tags and buttons around the article": ("<div class=post-tags><a href=x>lamps</a></div>",
                                            "<div class=entry-footer><p>" + LONG + "</p></div>"),
    "cookie notice": ("<div class=cookie-notice><p>We use cookies to know who you are.</p></div>",
                      "<div class=cookie-recipe><p>KEPT</p></div>"),
    "navigation": ("<div role=navigation><a href=x>Home</a></div>",
                   "<div role=navigation><p>" + LONG + "</p></div>"),
}  # fmt: skip
OF_HOSTS = {
    "buttons of WeChat": ("https://mp.weixin.qq.com/s/x", "<div class=rich_media_tool>Read</div>"),
}


def convert(html: str, url: str | None = None) -> tuple[str, list[tuple[str, str | None]]]:
    report = Report()
    article = articlekit.parse(f"{TEXT}{html}", url=url, report=report)
    told = [(each.code, each.reason) for each in report.diagnostics if "clutter" in each.code]
    return text_of(article.body), told


def words(html: str) -> str:
    body = parse_html(html, Report()).find("body")
    assert body is not None
    return " ".join(text_of(body).split())


@pytest.mark.parametrize("reason", RULES)
def test_a_rule_cuts(reason: str) -> None:
    cut, _ = RULES[reason]
    text, told = convert(cut)
    assert told == [("clutter-removed", reason)]
    left = words(cut).replace("The lamp¶", "")
    assert not left or left not in text


@pytest.mark.parametrize("reason", RULES)
def test_what_is_near_is_kept(reason: str) -> None:
    _, near = RULES[reason]
    text, told = convert(near)
    assert words(near) in " ".join(text.split())
    assert ("clutter-removed", reason) not in told
    assert all(code == "clutter-doubted" for code, _ in told)


@pytest.mark.parametrize("reason", OF_HOSTS)
def test_rules_of_hosts(reason: str) -> None:
    url, cut = OF_HOSTS[reason]
    assert convert(cut, url)[1] == [("clutter-removed", reason)]
    for other in ("https://a.example/", "https://notqq.com/", None):
        assert convert(cut, other)[1] == []


def test_every_rule_is_tested() -> None:
    assert {rule.reason for rule in load_clutter_rules()} == RULES.keys() | OF_HOSTS.keys()


@pytest.mark.parametrize(
    "inside", ["Longer than it and no label either.", "word " * 30, "<p>One paragraph of it.</p>"]
)
def test_half_of_an_article_is_never_cut(inside: str) -> None:
    report = Report()
    article = articlekit.parse(f"<p>Short.</p><div class=share-bar>{inside}</div>", report=report)
    assert text_of(parse_html(inside, report)).strip() in text_of(article.body)
    assert report.counts()["clutter-doubted"] == 1


def test_a_label_is_cut_from_an_article_that_is_shorter() -> None:
    bar = "<div class=share-bar>Share it: <a href=/x>W</a></div>"
    assert text_of(articlekit.parse(f"<p>Short.</p>{bar}").body) == "Short."
    assert "Share it" in text_of(articlekit.parse(bar).body)


def test_the_text_behind_what_is_cut_stays() -> None:
    text, _ = convert("<p>before <span class=view-count>9</span> behind</p>")
    assert "before behind" in text


def test_one_match_in_another_is_told_once() -> None:
    _, told = convert(
        "<div class=comments><div class=comment-list><p class=view-count>9</div></div>"
    )
    assert told == [("clutter-removed", "comments")]


def test_matches_in_matches_take_linear_time() -> None:
    nested = "<div class=share-bar>" * 400 + f"<p>{LONG}</p>" * 2_000 + "</div>" * 400
    text, told = convert(f"{TEXT * 400}{nested}")
    assert text.count("flag") == 2_000
    assert {code for code, _ in told} == {"clutter-doubted"}


# rules of the user's own

OWN = """
[[rule]]
selector = ".promo-line, p[data-kind^='promo']"
reason = "promotion"
host = "a.example"

[[rule]]
selector = "div.long"
reason = "long"
limit = 1000
"""


def test_own_rules(tmp_path: Path) -> None:
    rules = tmp_path / "own.toml"
    rules.write_text(OWN, "utf-8")
    source = tmp_path / "a.html"
    source.write_text(
        f"---\ntitle: T\nlang: en\nurl: https://a.example/x\n---\n{TEXT}"
        "<p data-kind=promo-1>Buy</p>"
        f"<div class=long><p>{LONG}</p></div>",
        "utf-8",
    )
    report = articlekit.convert(source, tmp_path / "o.md", clutter=rules, offline=True)
    reasons = [each.reason for each in report.diagnostics if each.code == "clutter-removed"]
    assert reasons == ["promotion", "long"]
    column = articlekit.compile_column(tmp_path, tmp_path / "c.md", clutter=rules, offline=True)
    assert column.counts()["clutter-removed"] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[rule]]\nselector = '.x'\n", "own.toml: rule 1: a rule has a selector and a reason"),
        (
            "[[rule]]\nselektor = '.x'\nreason='x'\n",
            "unknown key 'selektor'; did you mean 'selector'?",
        ),
        ("[[rule]]\nselector = '..x'\nreason='x'\n", "own.toml: rule 1: no selector: ..x"),
        ("[[rule]]\nselector = 'p:first-child'\nreason='x'\n", "is not known here"),
        ("[[rule]]\nselector = 'p::before'\nreason='x'\n", "no selector"),
        ("[[rule]]\nselector = '.x'\nreason='x'\nlimit=-1\n", "limit cannot be -1"),
        ("[rule]\nselector = '.x'\n", "'rule' is no list; write [[rule]]"),
        ("[[rules]]\nselector = '.x'\n", "unknown table 'rules'"),
        ("selector = ", "own.toml: not TOML"),
    ],
)
def test_broken_rules_are_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_clutter_rules(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rules_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: no such file"):
        load_clutter_rules(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_clutter_rules(tmp_path / "latin.toml")


# selectors

TREE = """<div class="a b" id=i><p class=c data-x="one two">1</p><section><p class=c>2</p>
</section></div><p lang=en-GB hidden>3</p>"""


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("p", "123"), (".c", "12"), ("p.c", "12"), ("section .c", "2"), ("div > .c", "1"),
        (".a.b .c", "12"), ("#i > p", "1"), ("[data-x]", "1"), ("[data-x='one two']", "1"),
        ("[data-x~=two]", "1"), ("[data-x*='e t']", "1"), ("[data-x^=one]", "1"),
        ("[data-x$=two]", "1"), ("[lang|=en]", "3"), ("p:not([hidden])", "12"), ("p:not(.c)", "3"),
        ("* > p.c", "12"), ("div section > p", "2"), (".zz, #none", ""), ("[data-x*='']", ""),
        ("P.c", "12"),
    ],
)  # fmt: skip
def test_selectors(selector: str, found: str) -> None:
    body = parse_html(TREE, Report()).find("body")
    assert body is not None
    index = SelectorIndex()
    index.add(selector, 0)
    elements = [element for element, _ in index.find(body, lambda _: True)]
    assert "".join(text_of(each) for each in elements if each.tag == "p") == found
    assert list(index.find(body, lambda _: False)) == []


@pytest.mark.parametrize("selector", ["", "p +", "p + p", "p ~ p", "p:hover", "p::after", "[x!=y]"])
def test_selectors_that_are_refused(selector: str) -> None:
    with pytest.raises(UnknownSelector):
        SelectorIndex().add(selector, 0)
