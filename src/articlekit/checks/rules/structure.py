"""How many of what, and in which order: what a table of parents and children does not say.

EPUB 3 alone. Source: HTML Standard, the content models; MathML 3, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from articlekit.checks.finding import Finding, found
from articlekit.checks.page import Page
from articlekit.checks.parsing import MATHML, XHTML, line_of, local
from articlekit.model import Element

_INTERACTIVE: Final = frozenset("a button select textarea label iframe embed details".split())
# MathML 3, section 3.1.3: how many arguments an element takes.
_ARGUMENTS: Final = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2,
    "msubsup": 3, "munderover": 3,
}  # fmt: skip
_MATH: Final = frozenset(
    """math mi mn mo mtext mspace ms mglyph mrow mfrac msqrt mroot mstyle merror mpadded mphantom
    mfenced menclose msub msup msubsup munder mover munderover mmultiscripts mprescripts none
    mtable mtr mlabeledtr mtd maligngroup malignmark maction mstack mlongdiv msgroup msrow
    mscarries mscarry msline semantics annotation annotation-xml""".split()
)


def _names(element: Element) -> list[str]:
    return [local(child) for child in element.iterchildren("*")]


def _figure(element: Element) -> str:
    names = _names(element)
    wrong = names.count("figcaption") > 1 or "figcaption" in names[1:-1]
    return "figcaption stands once, at the beginning or the end" if wrong else ""


def _details(element: Element) -> str:
    names = _names(element)
    wrong = names[:1] != ["summary"] or names.count("summary") > 1
    return "details begins with one summary" if wrong else ""


def _dl(element: Element) -> str:
    names = [name for name in _names(element) if name in ("dt", "dd")]
    if names and (names[0] != "dt" or names[-1] != "dd"):
        return "every dt has a dd behind it"
    return ""


def _html(element: Element) -> str:
    return "one head, then one body" if _names(element) != ["head", "body"] else ""


def _head(element: Element) -> str:
    names = _names(element)
    charsets = [each for each in element.iterchildren(f"{{{XHTML}}}meta") if each.get("charset")]
    if names.count("title") > 1 or names.count("base") > 1:
        return "head has one title and at most one base"
    return "meta names the charset once" if len(charsets) > 1 else ""


def _void(element: Element) -> str:
    return "it has no content" if element.text and element.text.strip() else ""


def _style(element: Element) -> str:
    parent = element.getparent()
    return "style stands in head" if parent is not None and local(parent) != "head" else ""


def _link(element: Element) -> str:
    lacking = element.get("rel") is None and element.get("property") is None
    return "link has rel" if lacking and element.get("itemprop") is None else ""


def _inside_link(element: Element) -> str:
    inner = (each for each in element.iter(f"{{{XHTML}}}*") if each is not element)
    wrong = next((local(each) for each in inner if local(each) in _INTERACTIVE), None)
    return f"<{wrong}> inside <{local(element)}>" if wrong else ""


_RULES: Final[dict[str, Callable[[Element], str]]] = {
    "figure": _figure, "details": _details, "dl": _dl, "html": _html, "head": _head,
    "br": _void, "img": _void, "hr": _void, "wbr": _void, "col": _void,
    "style": _style, "link": _link, "button": _inside_link,
}  # fmt: skip


def order(page: Page) -> Iterator[Finding]:
    """Elements hold their children in number and order as HTML asks."""
    if page.package.is_old or not page.is_html or page.root is None:
        return
    for element in page.root.iter(*(f"{{{XHTML}}}{name}" for name in _RULES)):
        cause = _RULES[local(element)](element)
        if cause:
            said = f"<{local(element)}>: {cause}"
            yield found("page-misplaced", said, file=page.name, line=line_of(element))
    for element in page.elements("button", "select", "textarea", "iframe", "embed", "details"):
        if next(element.iterancestors(f"{{{XHTML}}}a"), None) is not None:
            cause = f"<{local(element)}> inside <a>"
            yield found("page-misplaced", cause, file=page.name, line=line_of(element))


def formulas(page: Page) -> Iterator[Finding]:
    """Formulas are made of elements that MathML has, with the arguments that they take."""
    if page.package.is_old or page.root is None:
        return
    for element in page.root.iter(f"{{{MATHML}}}*"):
        name, line = local(element), line_of(element)
        if name not in _MATH:
            yield found("page-element-unknown", f"<{name[:40]}>", file=page.name, line=line)
        wanted = _ARGUMENTS.get(name)
        if wanted is not None and len(_names(element)) != wanted:
            cause = f"<{name}> takes {wanted} arguments"
            yield found("page-misplaced", cause, file=page.name, line=line)


def xml_version(page: Page) -> Iterator[Finding]:
    """The page is XML 1.0, which alone every reader knows."""
    if page.root is not None:
        version = page.root.getroottree().docinfo.xml_version
        if version != "1.0":
            yield found("page-xml-version", f"it says {version[:20]}", file=page.name, line=1)


CHECKS: Final = (order, formulas, xml_version)
