"""What a typographer does to a Chinese page and WeasyPrint does not, done to the tree.

WeasyPrint ignores text-autospace and text-spacing-trim; spans with a class stand in for
them, and print.css says what the classes do. The rules are those
of the W3C's "Requirements for Chinese Text Layout" (https://www.w3.org/TR/clreq/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from lxml import etree

from articlekit.html import append_text, text_of
from articlekit.model import Element
from articlekit.writers.missing import shows_only_boxes

Sizes: TypeAlias = Mapping[str, tuple[int, int]]

_HAN: Final = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA: Final = "\u3041-\u30ff\u31f0-\u31ff"
_OPENING: Final = "「『（〔［｛〈《【〖“‘"
_CLOSING: Final = "、，。．：；！？」』）〕］｝〉》】〗”’"
_CJK: Final = re.compile(f"[{_HAN}{_KANA}]")

# The name of each group is the class that print.css gives a meaning to; one that matches
# no text is an element.
_COMMON: Final = (
    # An apostrophe in a Latin word, which a Chinese face would draw a whole em wide.
    r"(?P<latin>(?<=[A-Za-z])’[A-Za-z]+)"
    # A dash or an ellipsis of two characters is one mark (clreq, 3.1.5).
    "|(?P<whole>—{2,}|…{2,})"
    # Two marks that meet have one blank between them, not two (clreq, 3.1.6.3). What may
    # not stand apart from an opening mark goes with it.
    f"|(?P<half>[{_CLOSING}]+(?=[{_CLOSING}{_OPENING}])|(?<=[{_OPENING}])[{_OPENING}]+[{_HAN}]?)"
    # Where a line may break at a curly quote; Pango keeps them to both neighbours, as in
    # English (UAX #14, LB19, before the East Asian exception of LB19a).
    f"|(?P<wbr>(?<=[{_HAN}{_CLOSING}])(?=[“‘])|(?<=[”’])(?=[{_HAN}{_OPENING}]))"
    # A quarter of an em between Han and Latin or digits (clreq, 3.2.2).
    f"|(?P<gap>[{_HAN}](?=[A-Za-z0-9])|[A-Za-z0-9%](?=[{_HAN}]))"
)
_RUNS: Final = re.compile(_COMMON)
# The end of a paragraph: no line of its own for one character or two (clreq, 3.1.8).
_LAST: Final = (
    f"(?P<last>[{_HAN}]{{3}}(?=[{_CLOSING}]*$)|[{_HAN}] ?[A-Za-z0-9.%]{{1,5}}(?=[{_CLOSING}]*$))"
)
_LAST_RUNS: Final = re.compile(f"{_LAST}|{_COMMON}")
_LAST_ONLY: Final = re.compile(_LAST)
# Emphasis: a dot under each character, none under marks (clreq, 3.1.3).
_DOTTED_RUNS: Final = re.compile(f"(?P<dot>[{_HAN}{_KANA}])|{_COMMON}")

# What has no space for this long is no word. Lines are begun anew in it every so often.
_LONG: Final = re.compile(r"[!-~\u00a1-\u024f]{2000}")
_PIECE: Final = re.compile(r"[!-~\u00a1-\u024f]{1000}(?=[!-~\u00a1-\u024f])")

_VERBATIM: Final = frozenset({"pre", "code", "kbd", "samp", "rt"})
_FLOWS: Final = frozenset({"article", "div", "section", "blockquote", "details"})
_BLOCKS: Final = ("p", "li", "td", "th", "dd", "dt", "figcaption", "summary", "caption")
_JUSTIFIED: Final = ("p", "li", "td", "th", "dd")
_FOOTNOTES: Final = ("footnote", "footnote-part")
_EMPHASES: Final = frozenset({"em", "dfn", "var"})
# A paragraph of less than this many characters has one line on any page.
_ONE_LINE: Final = 12
# 10.5 pt is 14 px: pictures in a line shrink as the text did from the web's 16 px. Those
# higher than this are no part of the line, wherever they stand.
_INLINE_HEIGHT: Final = 64
_INLINE_SCALE: Final = 14 / 16


def typeset(article: Element, language: str | None, sizes: Sizes) -> None:
    """Give the parts of `article` the classes that print.css sets; its text stays the same.

    `language` is what the book is in where the tree does not say; `sizes` has the width
    and height in pixels of an image by its `src`.
    """
    for item in article.iter("li"):
        if (box := item.find("input")) is not None and box.getprevious() is None:
            item.set("class", "task")
    for paragraph in article.iter("p"):
        _classify_paragraph(paragraph)
    for image in article.iter("img"):
        _scale_inline(image, sizes.get(image.get("src") or "", (0, 0)))
    for element, inside in list(_elements(article, _is_cjk(language))):
        if inside:
            _set_runs(element)
    for element in list(article.iter(etree.Element)):
        _part_long_words(element)


def keep_ends(root: Element, language: str | None) -> None:
    """Put the end of each Chinese or Japanese paragraph into a span of the class `last`.

    `typeset` does so by itself.
    """
    for element, inside in list(_elements(root, _is_cjk(language))):
        if not inside or element.tag not in _JUSTIFIED or len(text_of(element)) <= _ONE_LINE:
            continue
        child = element[-1] if len(element) else None
        _refill(element, child, (element.text if child is None else child.tail) or "", _LAST_ONLY)


def _classify_paragraph(paragraph: Element) -> None:
    parent = paragraph.getparent()
    pictures = not text_of(paragraph).strip() and paragraph.find("img") is not None
    if pictures or shows_only_boxes(paragraph):
        paragraph.set("class", "picture")
    elif parent is not None and parent.tag in _FLOWS and not paragraph.get("class"):
        paragraph.set("class", "flow")


def _scale_inline(image: Element, size: tuple[int, int]) -> None:
    """Scale a small picture that stands in a line of text as the text is scaled."""
    parent = image.getparent()
    if parent is None or parent.get("class") == "picture" or parent.tag == "figure":
        return
    width, height = (_pixels(image.get(name)) for name in ("width", "height"))
    if not width and size[1]:
        width = round(size[0] * height / size[1]) if height else size[0]
    if not height and size[0]:
        height = round(size[1] * width / size[0])
    if width and 0 < height <= _INLINE_HEIGHT:
        image.attrib.pop("height", None)
        image.set("width", str(round(width * _INLINE_SCALE)))


def _pixels(value: str | None) -> int:
    return int(value) if value and value.isdecimal() else 0


def _is_cjk(language: str | None) -> bool:
    return (language or "").lower().partition("-")[0] in ("zh", "ja", "yue")


def _elements(root: Element, inside: bool) -> Iterator[tuple[Element, bool]]:
    """Yield every HTML element whose text may be touched, and whether it is Chinese or Japanese."""
    pending = [(root, inside)]
    while pending:
        element, inside = pending.pop()
        if element.tag in _VERBATIM or not isinstance(element.tag, str) or "{" in element.tag:
            continue
        if (language := element.get("lang")) is not None:
            inside = _is_cjk(language)
        yield element, inside
        pending.extend((child, inside) for child in element)


def _set_runs(element: Element) -> None:
    """Wrap the runs of the element's own text, that in its children left out."""
    classes = element.get("class", "").split()
    if classes == ["flow"]:
        classes.append("indented")
        element.text = (element.text or "").lstrip("\u3000")
    text = text_of(element)
    chinese = _CJK.search(text) is not None
    if "picture" in classes:
        return
    if not chinese and (element.tag in _BLOCKS or element.tag in _EMPHASES):
        element.set("class", " ".join([*classes, "latin"]))
        return
    justified = element.tag in _JUSTIFIED or element.get("class") in _FOOTNOTES
    if chinese and justified:
        classes.append("han")
    if classes:
        element.set("class", " ".join(classes))
    last = _LAST_RUNS if justified and len(text) > _ONE_LINE else None
    runs = _DOTTED_RUNS if _is_emphasised(element) else _RUNS
    children = list(element)
    for child in children:
        _refill(element, child, child.tail or "", last if child is children[-1] and last else runs)
    _refill(element, None, element.text or "", last if not children and last else runs)


def _part_long_words(element: Element) -> None:
    """Break what has no space for very long, as data do that stand in an article.

    The engine shapes all that is left of a word for each line, in time that is quadratic.
    """
    for child in list(element):
        if _LONG.search(child.tail or ""):
            _break(element, child, child.tail or "")
    if _LONG.search(element.text or ""):
        _break(element, None, element.text or "")


def _break(parent: Element, before: Element | None, text: str) -> None:
    """Put `text` behind `before`, or first in `parent`, with breaks in its long words."""
    first, *others = _PIECE.sub(lambda match: match[0] + "\0", text).split("\0")
    if before is None:
        at, parent.text = 0, first
    else:
        at, before.tail = parent.index(before) + 1, first
    for offset, piece in enumerate(others):
        line = etree.Element("br")
        line.tail = piece
        parent.insert(at + offset, line)


def _is_emphasised(element: Element) -> bool:
    return element.tag in _EMPHASES or any(
        each.tag in _EMPHASES for each in element.iterancestors()
    )


def _refill(parent: Element, before: Element | None, text: str, runs: re.Pattern[str]) -> None:
    """Put `text` behind `before`, or first in `parent`, with spans around its runs."""
    pieces = list(_pieces(text, runs))
    if all(name is None for name, _ in pieces):
        return
    holder = etree.Element("span")
    for name, piece in pieces:
        if name is None:
            append_text(holder, piece)
        elif not piece:
            etree.SubElement(holder, name)
        else:
            etree.SubElement(holder, "span", {"class": name}).text = piece
    if before is None:
        at, parent.text = 0, holder.text
    else:
        at, before.tail = parent.index(before) + 1, holder.text
    for offset, span in enumerate(list(holder)):
        parent.insert(at + offset, span)


def _pieces(text: str, runs: re.Pattern[str]) -> Iterator[tuple[str | None, str]]:
    """Split `text` into runs that need a class and those that do not."""
    done = 0
    for match in runs.finditer(text):
        if text[done : match.start()]:
            yield None, text[done : match.start()]
        yield match.lastgroup, match[0]
        done = match.end()
    if text[done:]:
        yield None, text[done:]
