"""Formulas: each once, as valid MathML with its TeX; what is none stays what it was."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from articlekit.html import MATHML, parse_html, text_of
from articlekit.model import Article, Element, Meta, Origin
from articlekit.report import Report
from articlekit.transforms.formulas import unify_formulas
from articlekit.transforms.normalise import normalise
from normal_form import faults

often = settings(max_examples=200, deadline=None, derandomize=True)
MATH = f"{{{MATHML}}}math"


def unified(html: str) -> tuple[Element, Report]:
    report = Report()
    raw = parse_html(html, report).find("body")
    assert raw is not None
    article = Article("a", Meta("t"), raw, Origin("a.html"))
    return normalise(unify_formulas(article, report), report).body, report


def plain(formula: Element) -> str:
    """A formula as XML, without its namespace and its TeX."""
    formula.attrib.pop("alttext", None)
    formula.tail = None
    text = etree.tostring(formula, encoding="unicode")
    return text.replace(f' xmlns="{MATHML}"', "")


KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><msup><mi>x</mi><mn>2'
    "</mn>"
    '</msup></mrow><annotation encoding="application/x-tex">x^2</annotation></semantics></math>'
    "</span>"
    '<span class="katex-html" aria-hidden="true"><span class="base">x<span>2</span></span>'
    "</span></span>"
)
KINDS = {
    "KaTeX": KATEX,
    "MathJax 2": '<span class="MathJax_Preview">x2</span><span class="MathJax"><span>x2</span>'
    "</span>"
    '<script type="math/tex">x^2</script>',
    "MathJax 2,"
    " MathML": '<span class="MathJax" data-mathml="&lt;math alttext=&quot;x^2&quot;&gt;&lt;msup'
    '&gt;&lt;mi&gt;x&lt;/mi&gt;&lt;mn&gt;2&lt;/mn&gt;&lt;/msup&gt;&lt;/math&gt;"><span>x2</span>'
    "</span>",
    "MathJax 3": '<mjx-container><mjx-math></mjx-math><mjx-assistive-mml><math alttext="x^2"><msup>'
    "<mi>x</mi><mn>2</mn></msup></math></mjx-assistive-mml></mjx-container>",
    "Zhihu": '<img src="https://www.zhihu.com/equation?tex=x%5E2" alt="x^2" eeimg="1">',
    "Zhihu's editor": '<span class="ztext-math" data-tex="x^2">x^2</span>',
    "Juejin": '<img class="equation" src="https://juejin.cn/equation?tex=x%5E2" alt="x^2">',
    "WordPress": '<img src="https://s0.wp.com/latex.php?latex=x%5E2&bg=fff" alt="x^2"'
    ' class="latex">',
    "CodeCogs": '<img src="https://latex.codecogs.com/svg.latex?x%5E2" alt="">',
    "Wikipedia": '<span class="mwe-math-element"><span class="mwe-math-mathml-inline"'
    ' style="display: '
    'none;"><math alttext="{\\displaystyle x^2}"><semantics><msup><mi>x</mi><mn>2</mn></msup>'
    '<annotation encoding="application/x-tex">{\\displaystyle x^2}</annotation></semantics>'
    "</math></span>"
    '<img src="v.svg" class="mwe-math-fallback-image-inline" alt="{\\displaystyle x^2}"></span>',
    "Pandoc": '<span class="math inline">\\(x^2\\)</span>',
    "arithmatex": '<span class="arithmatex">\\(x^2\\)</span>',
    "GitHub": '<math-renderer class="js-inline-math">$x^2$</math-renderer>',
    "MathML": '<math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>',
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_formula_with_its_tex(kind: str) -> None:
    body, report = unified(f"<p>a {KINDS[kind]} b</p>")
    (formula,) = body.iter(MATH)
    assert formula.get("alttext") == "x^2"
    assert text_of(body) == "a x2 b"
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in plain(formula)
    assert body.find(".//img") is None
    assert faults(body) == []
    assert set(report.counts()) <= {"formula-converted"}


@pytest.mark.parametrize(
    "html",
    [
        f'<span class="katex-display">{KATEX}</span>',
        '<script type="math/tex; mode=display">x^2</script>',
        '<span class="math display">\\[x^2\\]</span>',
        '<div class="arithmatex">$$x^2$$</div>',
        '<img src="https://www.zhihu.com/equation?tex=x%5E2" alt="x^2 \\\\" eeimg="1">',
    ],
)
def test_a_displayed_formula_is_a_block(html: str) -> None:
    body = unified(f"<p>a {html} b</p>")[0]
    assert [text_of(each) for each in body] == ["a", "x2", "b"]
    (formula,) = body.iter(MATH)
    assert (formula.get("display"), formula.get("alttext")) == ("block", "x^2")


def test_equations_are_not_numbered_but_by_their_tags() -> None:
    html = (
        '<p><script type="math/tex; mode=display">\\begin{{equation}}a{}\\end{{equation}}</script>'
    )
    assert text_of(unified(html.format(""))[0]) == "a"
    assert text_of(unified(html.format("\\tag{7}"))[0]) == "a(7)"


@pytest.mark.parametrize(
    "html",
    [
        "<p>it costs $5, then $6; \\(x\\) and $$y$$</p>",
        '<p><img src="a.png" alt="x = y"></p>',
        '<p><img class="equation" src="a.png" alt="a board with E = mc^2"></p>',
        '<p><span class="math">a lesson</span></p>',
        '<p class="tex">Knuth wrote it.</p>',
        '<pre><code class="language-math">x^2</code></pre>',
        '<p><img src="https://latex.codecogs.com/svg.latex?%5Cnonesuch" alt="n"></p>',
    ],
)
def test_what_is_no_formula_stays(html: str) -> None:
    body, report = unified(html)
    assert next(body.iter(MATH), None) is None
    assert report.diagnostics == []
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    assert text_of(body) == text_of(raw)


@pytest.mark.parametrize("tex", ["\\nonesuch{x}", "\\frac{", "a & b", "x" * 20_000])
def test_tex_that_cannot_be_read_stays_as_code(tex: str) -> None:
    html = f'<p><script type="math/tex">{tex}</script></p>'
    body, report = unified(html + html.replace("tex", "tex; mode=display", 1))
    assert [text_of(each) for each in body.iter("code")] == [tex, tex]
    assert [each.get("class") for each in body.iterfind("pre/code")] == ["language-tex"]
    assert report.counts()["formula-unreadable"] == 2
    assert faults(body) == []


@given(st.text(st.sampled_from("\\{}^_&$abx12 frac sqrt begin end % # ~ '\n"), max_size=40))
@example("\\def\\a{\\a\\a}\\a")
@example("{" * 5000)
@often
def test_any_tex_is_a_formula_or_code(tex: str) -> None:
    raw = etree.Element("body")
    paragraph = etree.SubElement(raw, "p")
    paragraph.text = "a"
    etree.SubElement(paragraph, "script", type="math/tex").text = tex
    report = Report()
    article = Article("a", Meta("t"), raw, Origin("a.html"))
    body = normalise(unify_formulas(article, report), report).body
    assert faults(body) == []
    assert text_of(body).startswith("a")


# MathML that browsers draw and schemas refuse


@pytest.mark.parametrize(
    ("inside", "mended"),
    [
        ("<mfrac><mi>a</mi></mfrac>", "<mfrac><mi>a</mi><mrow/></mfrac>"),
        (
            "<msub><mi>a</mi><mi>b</mi><mi>c</mi></msub>",
            "<mrow><mi>a</mi><mi>b</mi><mi>c</mi></mrow>",
        ),
        ("a<mi>b</mi>c", "<mtext>a</mtext><mi>b</mi><mtext>c</mtext>"),
    ],
)
def test_formulas_are_valid_and_whole(inside: str, mended: str) -> None:
    body, report = unified(f"<math>{inside}</math>")
    (formula,) = body.iter(MATH)
    assert plain(formula) == f"<math>{mended}</math>"
    assert report.counts() == {"structure-mended": 1}


@pytest.mark.parametrize(
    ("inside", "mended"),
    [
        ('<mo form="x" stretchy="true">+</mo>', '<mo stretchy="true">+</mo>'),
        (
            '<semantics><mi>x</mi><annotation encoding="a">y</annotation></semantics>',
            "<mi>x</mi>",
        ),
        (
            '<mfrac displaystyle="true"><mi>a</mi><mi>b</mi></mfrac>',
            '<mstyle displaystyle="true"><mfrac><mi>a</mi><mi>b</mi></mfrac></mstyle>',
        ),
        (
            '<mtable><mtr><mtd style="text-align: right; width: 50%"><mi>a</mi></mtd></mtr>'
            "</mtable>",
            '<mtable><mtr><mtd columnalign="right"><mi>a</mi></mtd></mtr></mtable>',
        ),
    ],
)
def test_what_schemas_refuse_is_said_otherwise(inside: str, mended: str) -> None:
    body, report = unified(f'<math display="inline">{inside}</math>')
    (formula,) = body.iter(MATH)
    assert plain(formula) == f"<math>{mended}</math>"
    assert report.diagnostics == []


def test_words_in_the_place_of_tex_are_told() -> None:
    body, report = unified('<math alttext="the square of x"><mi>x</mi></math>')
    (formula,) = body.iter(MATH)
    assert formula.get("alttext") is None
    assert "the square of x" in report.diagnostics[0].message


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_is_settled(kind: str) -> None:
    once = unified(KINDS[kind])[0]
    before = etree.tostring(once)
    article = Article("a", Meta("t"), once, Origin("a.html"))
    report = Report()
    twice = normalise(unify_formulas(article, report), report).body
    assert etree.tostring(twice) == before
    assert report.diagnostics == []
