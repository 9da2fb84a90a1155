"""Footnotes of every kind come to one form; what has no note stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articlekit.html import parse_html, text_of, to_xhtml
from articlekit.model import Article, Element, Meta, Origin
from articlekit.report import Report
from articlekit.transforms.normalise import normalise
from articlekit.transforms.notes import unify_notes
from normal_form import faults

often = settings(max_examples=200, deadline=None, derandomize=True)
URL = "https://example.org/post"


def unified(html: str) -> tuple[Element, Report]:
    report = Report()
    raw = parse_html(html, report).find("body")
    assert raw is not None
    article = Article("a", Meta("t", url=URL), raw, Origin("a.html"))
    return normalise(unify_notes(article, report), report).body, report


def marks(body: Element) -> list[Element]:
    return [each for each in body.iter("a") if each.get("role") == "doc-noteref"]


def notes(body: Element) -> list[Element]:
    return [
        item
        for box in body.iter("div")
        if box.get("role") == "doc-endnotes"
        for item in box.iterfind("ol/li[@id]")
    ]


def said(note: Element) -> str:
    """A note without its links back."""
    return re.sub(r"\s*↩\d*", "", text_of(note))


def form_faults(body: Element) -> list[str]:
    """What docs/normal-form.md says of notes and does not hold."""
    by_id = {each.get("id"): each for each in reversed(list(body.iter())) if each.get("id")}
    boxes = [each for each in body.iter("div") if each.get("role")]
    found = ["a list of notes is one <ol>" for each in boxes if [c.tag for c in each] != ["ol"]]
    numbers = {
        item: str(number)
        for box in boxes
        for number, item in enumerate(box[0], int(box[0].get("start", "1")))
    }
    for mark in marks(body):
        note, around = by_id.get(mark.get("href", "")[1:]), mark.getparent()
        if note is None or numbers.get(note) != text_of(mark):
            found.append("a mark is not its note's number")
        if around is None or around.tag != "sup" or text_of(around) != text_of(mark):
            found.append("a mark does not stand alone in a sup")
        if not mark.get("id"):
            found.append("a mark has no id")
    for note in notes(body):
        backs = [a.get("href") for a in note.iter("a") if a.get("role") == "doc-backlink"]
        ids = [m.get("id") for m in marks(body) if m.get("href") == f"#{note.get('id')}"]
        # In the order of the source; a mark in a note beside the line moves with it.
        if sorted(map(str, backs)) != sorted(f"#{each}" for each in ids):
            found.append(f"links back {backs} for {ids}")
    return found


KINDS = {
    "pandoc": '<p>a<a href="#fn1" class="footnote-ref" id="r1" role="doc-noteref"><sup>1</sup>'
    "</a></p>"
    '<section class="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>A note.'
    '<a href="#r1" role="doc-backlink">↩︎</a></p></li></ol></section>',
    "markdown-it": '<p>a<sup class="footnote-ref"><a href="#fn1" id="r1">[1]</a></sup></p>'
    '<hr class="footnotes-sep"><ol><li id="fn1"><p>A note. <a href="#r1">↩︎</a></p></li></ol>',
    "kramdown": '<p>a<sup id="fnref:1"><a href="#fn:1" rel="footnote">1</a></sup></p><div class='
    '"footnotes"><ol><li id="fn:1"><p>A note.&nbsp;<a href="#fnref:1" class="reversefootnote">'
    "&#8617;</a></p></li></ol></div>",
    "github": '<p>a<sup><a href="#user-content-fn-1" id="user-content-fnref-1"'
    " data-footnote-ref>1</a>"
    '</sup></p><section class="footnotes"><ol><li id="user-content-fn-1"><p>A note. '
    '<a href="#user-content-fnref-1" data-footnote-backref>↩</a></p></li></ol></section>',
    "wikipedia": '<p>a<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a>'
    "</sup></p>"
    '<ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b>'
    '<a href="#cite_ref-1">^</a></b></span> <span class="reference-text">A note.</span></li></ol>',
    "easy footnotes": '<p>a<span id="easy-footnote-1" class="x"></span><span class="easy-footnote">'
    f'<a href="{URL}#easy-footnote-bottom-1" title="A note."><sup>1</sup></a></span></p><ol><li>'
    '<span id="easy-footnote-bottom-1"></span>A note.<a class="easy-footnote-to-top" '
    f'href="{URL}#easy-footnote-1"></a></li></ol>',
    "footnotes plugin": '<p>a<sup class="modern-footnotes-footnote"><a href="#footnote_1" '
    'id="identifier_1">1</a></sup></p><ol><li id="footnote_1" class="footnote">A note.'
    '<span class="footnote-back-link-wrapper"> [<a href="#identifier_1">↩</a>]</span></li></ol>',
    "substack": '<p>a<a class="footnote-anchor" id="footnote-anchor-1" href="#footnote-1">1</a></p>'
    '<div class="footnote"><a id="footnote-1" href="#footnote-anchor-1" class="footnote-number">1'
    '</a><div class="footnote-content"><p>A note.</p></div></div>',
    "word": '<p>a<a href="#_ftn1" name="_ftnref1">[1]</a></p><div id="ftn1"><p>'
    '<a href="#_ftnref1" name="_ftn1">[1]</a> A note.</p></div>',
    "libreoffice": '<p>a<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym">'
    "<sup>1"
    '</sup></a></p><div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" '
    'href="#sdfootnote1anc">1</a> A note.</p></div>',
    "sphinx": '<p>a<a class="footnote-reference brackets" href="#id2" id="id1">1</a></p><aside'
    " class="
    '"footnote brackets" id="id2" role="doc-footnote"><span class="label"><span>[</span>'
    '<a href="#id1">1</a><span>]</span></span><p>A note.</p></aside>',
    "docutils": '<p>a<a class="footnote-reference" href="#id2" id="id1">[1]</a></p><table class='
    '"docutils footnote" id="id2"><tbody><tr><td class="label"><a href="#id1">[1]</a></td><td>'
    "A note.</td></tr></tbody></table>",
    "definitions": '<p>a<a class="footnote-reference" href="#id2" id="id1">1</a></p><dl'
    ' class="footnote">'
    '<dt id="id2"><a href="#id1">1</a></dt><dd><p>A note.</p></dd></dl>',
    "epub": '<p>a<a epub:type="noteref" href="#n1">1</a></p><aside epub:type="footnote" id="n1"><p>'
    "A note.</p></aside>",
    "old pages": '<p>a[<a href="#n1" name="r1">1</a>] and</p><hr><p><a name="n1"></a>[1] A note. '
    '<a href="#r1">back</a></p>',
    "a star": '<p>a<sup><a href="#n1" id="r1">*</a></sup></p><p id="n1">* A note. '
    '<a href="#r1">^</a></p>',
    "chinese": '<p>a<sup><a href="#n1" id="r1">注1</a></sup></p><p id="n1">A note.<a href="#r1">'
    "返回正文</a></p>",
    "wechat": "<p>a<sup>[1]</sup></p><h3>参考资料</h3><p>[1] A note.</p>",
    "wechat, items": "<p>a<sup>【1】</sup></p><p><strong>引用链接</strong></p>"
    "<ol><li>A note.</li></ol>",
    "mdnice": '<p>a<sup class="footnote-ref">[1]</sup></p><h3 class="footnotes-sep"><span>参考资料'
    '</span></h3><section class="footnotes"><span class="footnote-item"><span class="footnote-num">'
    "[1] </span><p>A note.</p></span></section>",
    "zhihu": '<p>a<sup data-text="A note." data-url="" data-draft-type="reference">[1]</sup></p>',
    "a title": '<p>a<sup title="A note.">1</sup></p>',
    "an anchor's title": '<p>a<a class="fn" title="A note.">[1]</a></p>',
    "sidenote": '<p>a<label for="s" class="margin-toggle sidenote-number"></label><input id="s" '
    'type="checkbox" class="margin-toggle"><span class="sidenote">A note.</span></p>',
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_form(kind: str) -> None:
    body, report = unified(KINDS[kind])
    assert [text_of(each) for each in marks(body)] == ["1"]
    assert [said(note).strip() for note in notes(body)] == ["A note."]
    assert form_faults(body) == []
    assert faults(body) == []
    assert text_of(body[0]).startswith("a1")
    assert report.counts()["notes-unified"] == 1
    assert len(list(body.iter("hr"))) == 0 or kind == "old pages"


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_is_settled(kind: str) -> None:
    once = unified(KINDS[kind])[0]
    twice, _ = unified(to_xhtml(once))
    assert to_xhtml(twice) == to_xhtml(once)


NONE = [
    "<p>See [1] and <sup>[2]</sup>.</p>",
    "<p>10<sup>2</sup> metres</p><h3>References</h3><ol><li>a</li><li>b</li></ol>",
    "<p>a<sup>[3]</sup></p><h3>References</h3><p>[1] a</p><p>[2] b</p>",
    "<p>a<sup>[1]</sup></p><p>[1] a paragraph without a title over it</p>",
    '<p>a<sup><a href="#gone">1</a></sup></p>',
    '<ul><li><a href="#s1">1</a></li></ul><h2 id="s1">One</h2><p>b</p>',
    '<p><a href="#s1">1</a></p><div id="s1"><h2>One</h2><p>b</p></div>',
    '<p>see <a href="#p2">12</a></p><p id="p2">b</p>',
    '<p>see <a href="#f">Fig. 2</a></p><figure id="f"><p>b</p></figure>',
    '<p id="top">a</p><p><a href="#top">↑</a></p>',
    '<p>a <a href="#n">*</a> b</p><p id="n">b</p>',
    '<p>a<sup title="1">1</sup> <abbr title="Hypertext">HT</abbr></p>',
    "<p>E = mc<sup>2</sup>, 1<sup>st</sup>, Mac<sup>®</sup></p>",
    '<p>a<sup><a href="https://example.org/other#n1">1</a></sup></p><p id="n1">b</p>',
    '<p role="doc-endnotes">a <a role="doc-noteref" href="/x">1</a></p><div'
    ' role="doc-endnotes">b</div>',
]


@pytest.mark.parametrize("html", NONE)
def test_never_a_false_note(html: str) -> None:
    body, report = unified(html)
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    assert marks(body) == []
    assert notes(body) == []
    assert "".join(text_of(body).split()) == "".join(text_of(raw).split())
    assert "notes-unified" not in report.counts()
    assert "role=" not in to_xhtml(body)


def test_several_marks_and_several_lists_count_on() -> None:
    html = (
        '<p>a<sup><a href="#x" id="r1">1</a></sup> b<sup><a href="#x" id="r2">1</a></sup></p>'
        '<ol><li id="x">X <a href="#r1">↩</a> <a href="#r2">↩</a></li><li>no mark</li></ol>'
        '<p>c<sup><a href="#y" id="r3">1</a></sup></p><ol><li id="y">Y <a href="#r3">↩</a></li>'
        "</ol>"
    )
    body = unified(html)[0]
    assert form_faults(body) == []
    assert [text_of(each) for each in marks(body)] == ["1", "1", "3"]
    assert [text_of(each) for each in notes(body)] == ["X ↩ ↩2", "Y ↩"]
    assert [each.get("start") for each in body.iter("ol")] == [None, "3"]


def test_two_marks_in_one_sup_are_two() -> None:
    html = (
        '<p>a<sup>[<a href="#x" id="r1">1</a>, <a href="#y" id="r2">2</a>]</sup></p>'
        '<ol><li id="x">X <a href="#r1">↩</a></li><li id="y">Y <a href="#r2">↩</a></li></ol>'
    )
    body = unified(html)[0]
    assert form_faults(body) == []
    assert text_of(body[0]) in ("a1,2", "a[1,2]")


@pytest.mark.parametrize(
    ("note", "left"),
    [
        ("1.5 metres of snow", "1.5 metres of snow"),
        ("1 litre of milk", "1 litre of milk"),
        (".NET, of all things", ".NET, of all things"),
        ("<p>[1] A note</p>", "A note"),
        ("<p>1. A note</p>", "A note"),
        ("<b>1</b> A note", "A note"),
        ("<em>A</em> note", "A note"),
        ("<p>A</p><ul><li>b</li></ul>", "Ab"),
        ("<pre>code</pre>", "code"),
    ],
)
def test_only_a_label_is_taken_off(note: str, left: str) -> None:
    html = (
        f'<p>a<sup><a href="#x" id="r">1</a></sup></p><ol><li id="x">{note} <a href="#r">↩</a>'
        f"</li></ol>"
    )
    body = unified(html)[0]
    assert [said(each).strip() for each in notes(body)] == [left]
    assert form_faults(body) == []


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<sup>",
        "</sup>",
        '<a href="#n1" id="r1">1</a>',
        '<a href="#n2">[2]</a>',
        '<a href="#r1">↩</a>',
        '<li id="n1">',
        '<li id="n2">',
        "<ol>",
        "</ol>",
        '<div id="n2">',
        "</div>",
        '<a name="n2"></a>',
        "<br>",
        "[1]",
        "[2]",
        "word ",
        "<sup>[1]</sup>",
        "<h3>References</h3>",
        '<sup title="said">*</sup>',
        '<span class="sidenote">',
        "</span>",
        '<section class="footnotes">',
        "</section>",
        '<aside id="n1">',
        "</aside>",
        "<dl>",
        '<dt id="n1">',
        "<dd>",
        "</dl>",
        '<table id="n2" class="footnote"><tr><td>2</td><td>',
        "</td></tr></table>",
        "<b>",
        "</b>",
        '<a class="footnote-ref" href="#n1">',
        "</a>",
        "<hr>",
        "<pre>",
        "</pre>",
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
@example('<li id="n1"><li id="n2"><a href="#n1">1</a>')
@example('<p><sup><a href="#n1">1</a></sup><p id=n1><a href="#n2"><sup>2</sup></a><p id=n2>b')
@often
def test_any_page_keeps_its_words_and_gets_sound_notes(html: str) -> None:
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    body, report = unified(html)
    assert faults(body) == []
    assert form_faults(body) == []
    assert text_of(body).count("word") == text_of(raw).count("word")
    if not report.counts()["notes-unified"]:
        assert re.sub(r"\s", "", text_of(body)) == re.sub(r"\s", "", text_of(raw))
