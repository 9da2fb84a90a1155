"""Say in elements what a page says in styles: emphasis, paragraphs, indents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, cast

from lxml import etree

from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms.vocabulary import BLOCKS, BORDERS

_WITH_STYLE: Final = etree.XPath("descendant-or-self::*[@style]")
_STYLED: Final = re.compile(r"font-weight|font-style|text-decoration|font:")
_BOLD: Final = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)\b|font:[^;]*\bbold\b")
_NOT_BOLD: Final = re.compile(r"font-weight\s*:\s*(?:normal|lighter|[1-4]00)\b")
_ITALIC: Final = re.compile(r"font-style\s*:\s*(?:italic|oblique)|font:[^;]*\bitalic\b")
_NOT_ITALIC: Final = re.compile(r"font-style\s*:\s*normal")
_UNDERLINE: Final = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bunderline\b")
_STRUCK: Final = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through\b")
#: What a style says, the element that says it, and the ones that say it already.
_MEANINGS: Final = (
    (_BOLD, "strong", frozenset("strong b th dt summary h1 h2 h3 h4 h5 h6".split())),
    (_ITALIC, "em", frozenset("em i cite var dfn address".split())),
    (_UNDERLINE, "u", frozenset("u ins a abbr".split())),
    (_STRUCK, "del", frozenset("del s strike".split())),
)
_UNDONE: Final = {"b": _NOT_BOLD, "strong": _NOT_BOLD, "i": _NOT_ITALIC, "em": _NOT_ITALIC}
_INLINE: Final = frozenset({"span", "font", "a", "label", "small", "mark", "q", "sub", "sup"})
_RENAMED: Final = frozenset({"span", "font"})
_VERBATIM: Final = ("pre", "code", "svg", "textarea")
_IS_BLOCK: Final = (BLOCKS | BORDERS) - {"hr"}

_AS_BLOCK: Final = re.compile(r"(?:^|[;\s])display\s*:\s*(?:block|flex|grid|table|list-item)\b")

_SPACE: Final = " \t\n\r\f"
# Spaces that indent a paragraph, in ems. More than four are no indent: they place the line.
_WIDTHS: Final = {"\u3000": 1.0, "\u2003": 1.0, "\u2002": 0.5, "\xa0": 0.25}
_WIDEST: Final = 4
_INVISIBLE: Final = "\u200b\u200c\u2060\ufeff"
_INDENTED: Final = re.compile(r"[ \t\n\r\f]*(?:[\u3000\u2003]{2}|\xa0{4})")
_BLANK: Final = _SPACE + "".join(_WIDTHS) + _INVISIBLE
_INDENTS: Final = frozenset((*_WIDTHS, *_INVISIBLE))
_SHOWN: Final = ("img", "input", "{*}svg", "{*}math")


def name_emphasis(article: Article, report: Report) -> Article:
    """Make bold, italic, underlined and struck text of styles into elements.

    On a phrase, or a block without blocks in it; not where the element, or one around it,
    says so already, and not in headings, which are bold by themselves.
    """
    for element in cast("list[Element]", _WITH_STYLE(article.body)):
        style = element.get("style") or ""
        if not _STYLED.search(style):
            continue
        tag = str(element.tag)
        if tag in _UNDONE and _UNDONE[tag].search(style):
            element.tag = "span"  # Google Docs wraps all of a text in such a <b>
            continue
        names = [
            name
            for pattern, name, known in _MEANINGS
            if pattern.search(style) and not _is_said(element, known)
        ]
        if names and (tag in _INLINE or _holds_text_only(element)) and text_of(element).strip():
            _emphasise(element, names)
    return article


def _is_said(element: Element, known: frozenset[str]) -> bool:
    return any(each.tag in known for each in (element, *element.iterancestors()))


def _holds_text_only(element: Element) -> bool:
    if element.tag not in _IS_BLOCK or element.tag in ("table", "tr", "ul", "ol", "dl"):
        return False
    return not any(each.tag in _IS_BLOCK for each in element.iterdescendants())


def _emphasise(element: Element, names: list[str]) -> None:
    """Wrap an element's content; a `span` needs none around it, and becomes the first."""
    if element.tag in _VERBATIM or _is_verbatim(element):
        return
    if element.tag in _RENAMED:
        element.tag = names[0]
        names = names[1:]
    for name in names:
        inner = etree.Element(name)
        inner.text, element.text = element.text, None
        inner.extend(list(element))
        element.append(inner)


def part_paragraphs(article: Article, report: Report) -> Article:
    """Make paragraphs of what `<br><br>` or a style parts, and of lines that begin with an indent.

    The breaks give way to the border of a block, which `normalise` makes paragraphs of.
    """
    for span in article.body.findall(".//span[@style]"):
        if _AS_BLOCK.search(span.get("style") or "") and not _is_verbatim(span):
            span.tag = "div"
    indented: dict[Element, bool] = {}
    for line_break in list(article.body.iter("br")):
        parent = line_break.getparent()
        if parent is None:
            continue  # it was one of a run
        run = list(_run(line_break))
        if len(run) > 1 or _begins_indented(line_break, indented):
            if _is_verbatim(line_break):
                continue
            for further in run[1:]:
                remove(further)
            line_break.tag = "div"
            line_break.attrib.clear()
    return article


def _is_verbatim(element: Element) -> bool:
    return any(each.tag in _VERBATIM for each in element.iterancestors())


def _run(line_break: Element) -> Iterator[Element]:
    """A line break, and those that follow it with nothing but space between."""
    place: Element | None = line_break
    while place is not None and place.tag == "br":
        yield place
        if (place.tail or "").strip(_BLANK):
            return
        place = place.getnext()


def _begins_indented(line_break: Element, known: dict[Element, bool]) -> bool:
    """Tell whether a line begins with an indent, as its block does, too."""
    if not _INDENTED.match(line_break.tail or ""):
        return False
    block = next(each for each in line_break.iterancestors() if each.tag in _IS_BLOCK)
    if block not in known:
        known[block] = _INDENTED.match(text_of(block)) is not None
    return known[block]


def drop_indents(article: Article, report: Report) -> Article:
    """Leave the indents of paragraphs to the style: no spaces before the first word.

    Paragraphs of nothing but such spaces go; wider runs of them, which place a line, stay.
    """
    for paragraph in list(article.body.iter("p")):
        if (begin := (paragraph.text or "")[:1]) and begin not in _INDENTS:
            continue  # as most begin
        place = paragraph
        while not place.text and len(place) and place[0].tag not in ("br", "img", "code"):
            if not isinstance(place[0].tag, str) or place[0].tag.startswith("{"):
                break
            place = place[0]
        text = place.text or ""
        if text[:1] not in _WIDTHS and text[:1] not in _INVISIBLE:
            continue
        words = text.lstrip(_BLANK)
        width = sum(_WIDTHS.get(each, 0) for each in text[: len(text) - len(words)])
        if words and width <= _WIDEST:
            place.text = words
        elif not words and _is_empty(paragraph):
            remove(paragraph)
    return article


def _is_empty(paragraph: Element) -> bool:
    if text_of(paragraph).strip(_BLANK) or any(each.get("id") for each in paragraph.iter()):
        return False
    return all(paragraph.find(f".//{each}") is None for each in _SHOWN)
