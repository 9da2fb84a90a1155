"""Give every formula its MathML, whatever script or picture of TeX stood for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from articlekit.html import parse_html, remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms.mathml import MATH
from articlekit.transforms.tex_pictures import DELIMITED, tex_of_picture

if TYPE_CHECKING:
    from math_core import LatexToMathML

# Longer TeX is a document.
_LONGEST: Final = 10_000
_CUT: Final = 60
# Class names of what holds a formula; a quick look that most elements fail.
_CLASS: Final = re.compile(
    r"(?:^|\s)(?:katex|katex-display|MathJax(?:_\w+)?|mwe-math-element|math|arithmatex|ztext-math"
    r"|js-display-math|js-inline-math|latex|tex|eeimg|equation|math-inline|math-display"
    r"|math-block|language-math|mathjax|wp-katex-eq)(?:\s|\Z)",
    re.IGNORECASE,
)
_ATTRIBUTES: Final = ("data-tex", "data-latex", "data-formula", "data-math", "data-expr")
_DISPLAY: Final = re.compile(r"display|block", re.IGNORECASE)
# MathJax numbers only what has a \tag, unless a page says otherwise.
_NUMBERED: Final = re.compile(r"\\(begin|end)\{(equation|align|gather|multline)\}")
_TWINS: Final = re.compile(r"(?:^|\s)(?:MathJax\w*|mjx-chtml|katex-html|mathjax)(?:\s|\Z)")


@dataclass(slots=True)
class _Formulas:
    """One article's converter, and what it did."""

    report: Report
    source: str
    converter: LatexToMathML | None = None
    made: int = 0
    joined: int = 0

    def mathml(self, tex: str, display: bool) -> Element | None:
        """Turn TeX into a `<math>` that keeps it as `alttext`, or None."""
        import math_core

        tex = tex.strip()
        if not tex or len(tex) > _LONGEST:
            return None
        self.converter = self.converter or math_core.LatexToMathML()
        plain = _numbered_by_tags(tex)
        try:
            text = self.converter.convert_with_local_state(plain, displaystyle=display)
        except (math_core.LatexError, ValueError):
            return None
        math = _parse_math(text)
        if math is not None:
            math.set("alttext", tex)
            if display:
                math.set("display", "block")
        return math

    def settle(self, element: Element, tex: str, display: bool) -> None:
        """Put the formula of a TeX source in an element's place; its code when it has none."""
        math = self.mathml(tex, display)
        if math is not None:
            self.made += 1
            _replace(element, _standing(math, display))
            return
        shown = " ".join(tex.split())[:_CUT]
        self.report.add(
            "formula-unreadable", f"TeX that is no formula stays code: {shown}", source=self.source
        )
        code = etree.Element("code", {"class": "language-tex"})
        code.text = tex.strip()
        if display:
            block = etree.Element("pre")
            block.append(code)
            code = block
        _replace(element, code)


def _numbered_by_tags(tex: str) -> str:
    r"""Return TeX whose equations have the numbers of their `\tag`s, and no others."""
    if "\\tag" not in tex:
        return _NUMBERED.sub(r"\\\1{\2*}", tex)
    return tex if "\\begin" in tex else rf"\begin{{equation}}{tex}\end{{equation}}"


def unify_formulas(article: Article, report: Report) -> Article:
    """Leave each formula once, as `<math>` with its TeX in `alttext` where it is known.

    Twins for the eye, as KaTeX and MathJax write them, give way to the MathML beside them;
    scripts, pictures and marked-up TeX are converted. Delimiters in plain text stay text.
    """
    formulas = _Formulas(report, article.origin.name)
    for element in list(_candidates(article.body)):
        if not any(above is article.body for above in element.iterancestors()):
            continue  # it stood in one that was dealt with
        for settle in _WAYS:
            if settle(element, formulas):
                break
    for count, message in (
        (formulas.made, "given as TeX, made MathML"),
        (formulas.joined, "drawn by a script or as a picture, kept as MathML alone"),
    ):
        if count:
            report.add(
                "formula-converted",
                f"{count} formula{'s' * (count > 1)} {message}",
                source=article.origin.name,
            )
    return article


def _candidates(body: Element) -> Iterator[Element]:
    for each in body.iter(*_ALWAYS, "script", "span", "div", "p"):
        if each.tag in _ALWAYS or _is_called(each):
            yield each


_ALWAYS: Final = ("img", "mjx-container", "math-renderer", "tex-math")


def _is_called(element: Element) -> bool:
    """Tell whether a script, class or attribute says that an element is a formula."""
    if element.tag == "script":
        return (element.get("type") or "").lower().startswith("math/")
    if not element.attrib:
        return False
    classes = element.get("class")
    named = classes is not None and _CLASS.search(classes) is not None
    return named or any(element.get(key) for key in _ATTRIBUTES)


def _by_script(script: Element, formulas: _Formulas) -> bool:
    """MathJax 2: the source in a script, with what was drawn of it before."""
    if script.tag != "script":
        return False
    kind = (script.get("type") or "").lower()
    while (before := script.getprevious()) is not None:
        if not _TWINS.search(before.get("class") or "") or (before.tail or "").strip():
            break
        remove(before)
    if "mml" in kind:
        math = _parse_math(script.text or "")
        if math is not None:
            formulas.joined += 1
            _replace(script, math)
            return True
        return False
    formulas.settle(script, script.text or "", "display" in kind)
    return True


def _by_mathml(element: Element, formulas: _Formulas) -> bool:
    """KaTeX, MathJax 3, Wikipedia: MathML for ears, and beside it what is for eyes."""
    if element.tag == "img":
        return False
    found = list(element.iter(MATH))
    if len(found) != 1 and element.get("data-mathml"):
        math = _parse_math(element.get("data-mathml") or "")
    else:
        math = found[0] if len(found) == 1 else None
    if math is None or not _says_only(element, math):
        return False
    display = _is_display(element) or math.get("display") == "block"
    math = _detach(math)
    if display:
        math.set("display", "block")
    formulas.joined += 1
    _replace(element, _standing(math, display))
    return True


def _says_only(element: Element, math: Element) -> bool:
    """Tell whether an element is a formula's own, and no paragraph with one in it."""
    classes = element.get("class") or ""
    if element.tag in ("mjx-container",) or element.get("data-mathml"):
        return True
    if re.search(r"katex|mwe-math-element|MathJax", classes):
        return True
    return text_of(element).strip() == text_of(math).strip()


def _by_attribute(element: Element, formulas: _Formulas) -> bool:
    """Editors that keep the source in an attribute (Zhihu, mdnice, MathJax 4)."""
    if element.tag == "img":
        return False
    tex = next((value for key in _ATTRIBUTES if (value := element.get(key))), None)
    if tex is None:
        return False
    math = formulas.mathml(tex, _is_display(element))
    if math is None and element.find(".//img") is not None:
        return False
    formulas.settle(element, tex, _is_display(element))
    return True


def _by_delimiters(element: Element, formulas: _Formulas) -> bool:
    r"""Pandoc, arithmatex, GitHub: an element that is called a formula, around `\(TeX\)`."""
    if element.tag in ("img", "mjx-container", "script"):
        return False
    text = text_of(element)
    found = DELIMITED.match(text) if len(text) <= _LONGEST else None
    if found is None:
        if element.tag != "tex-math":
            return False
        formulas.settle(element, text, _is_display(element))
        return True
    tex = next(value for value in found.groupdict().values() if value is not None)
    formulas.settle(element, tex, found.lastgroup in ("b", "c"))
    return True


def _by_picture(img: Element, formulas: _Formulas) -> bool:
    """Pictures of formulas, with the TeX as their text or in their address."""
    if img.tag != "img":
        return False
    tex = tex_of_picture(img)
    if tex is None:
        return False
    # Zhihu ends the TeX of a formula on a line of its own with two backslashes.
    ends = ((img.get("alt") or "").rstrip().endswith("\\\\"), tex.rstrip().endswith("\\\\"))
    display = any(ends) or _is_display(img)
    math = formulas.mathml(tex.rstrip().removesuffix("\\\\"), display)
    if math is None:
        return False  # the picture shows it
    formulas.made += 1
    _replace(img, _standing(math, display))
    return True


_WAYS: Final[tuple[Callable[[Element, _Formulas], bool], ...]] = (
    _by_script,
    _by_mathml,
    _by_attribute,
    _by_delimiters,
    _by_picture,
)


def _is_display(element: Element) -> bool:
    around = element.getparent()
    classes = element.get("class") or ""
    if element.get("display") == "true" or element.get("data-display") == "true":
        return True
    own = around is not None and "katex-display" in (around.get("class") or "")
    return own or _DISPLAY.search(classes) is not None


def _parse_math(text: str) -> Element | None:
    body = parse_html(text, Report()).find("body")
    return None if body is None else body.find(f".//{MATH}")


def _detach(math: Element) -> Element:
    math.tail = None
    parent = math.getparent()
    if parent is not None:
        parent.remove(math)
    return math


def _standing(math: Element, display: bool) -> Element:
    """A displayed formula in a block, where the line around it ends."""
    if not display:
        return math
    block = etree.Element("div")
    block.append(math)
    return block


def _replace(element: Element, other: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail
    parent.replace(element, other)
    other.tail = tail
