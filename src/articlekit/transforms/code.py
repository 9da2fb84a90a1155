"""Leave every listing one `<pre><code>` with its text, whatever tool of whatever page made it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms.islands import is_icon
from articlekit.transforms.languages import canonical, language_of
from articlekit.transforms.listing import (
    BUTTON,
    DRAWING,
    NUMBERS,
    Listing,
    is_button,
    is_gutter,
    is_label,
    read_listing,
    to_pre,
)

# Tables that are a listing: Pygments, Chroma, Rouge, Hexo, Crayon, GitHub, highlight.js.
_TABLE: Final = re.compile(
    r"highlight|lntable|rouge|crayon|hljs-ln|blob|js-file-line|codehilite|syntaxhighlighter"
    r"|code-table|linenums",
    re.IGNORECASE,
)
_CODE_CELL: Final = re.compile(
    r"(?:^|\s)(?:code|lntd|rouge-code|crayon-code|blob-code|hljs-ln-code|line-content)(?=[\s-]|\Z)"
)
_WRAPPER: Final = re.compile(
    r"highlight|code|crayon|hljs|prism|syntax|prettyprint|rouge", re.IGNORECASE
)
# Around a listing, what only a tool put there; further out is the article.
_AROUND: Final = 3
# A `pre` with one of these holds more than code.
_NOT_CODE: Final = ("img", "picture", "video", "audio", "iframe", "object", "embed", "figure",
                    "h1", "h2", "h3", "h4", "h5", "h6")  # fmt: skip


def unify_code(article: Article, report: Report) -> Article:
    """Bring listings to one form: text and indentation exact, numbers and buttons gone.

    What was taken out of one, or from beside it, is reported as `clutter-removed`. A `pre`
    with pictures or headings in it is no listing and stays as it is.
    """
    removed: Counter[str] = Counter()
    for element in list(article.body.iter("table", "pre", "code")):
        if element.tag == "code" and len(element) == 0 and not _has_lines(element):
            continue  # words in a line, as most are
        listing = _listing(element, article.body)
        if listing is None:
            continue
        block = _wrapper(element) if element.tag == "code" else element
        pre = _put(listing, block, element, removed)
        removed.update(listing.removed)
        for code, message in listing.reports:
            report.add(code, message, source=article.origin.name)
        removed.update(_clean_around(pre))
    _join_lines(article.body)
    for reason in (NUMBERS, BUTTON):
        if count := removed[reason]:
            words = f"{reason}{'s' if reason == BUTTON and count > 1 else ''}"
            message = f"{words} removed from code ({count})"
            report.add("clutter-removed", message, source=article.origin.name, reason=reason)
    return article


def _listing(element: Element, body: Element) -> Listing | None:
    """Read an element that is a listing as a whole; None for others, and for parts of one."""
    if not any(above is body for above in element.iterancestors()):
        return None  # it stood in one that was dealt with
    if element.tag == "table":
        inside = next(element.iterancestors("pre"), None) is not None
        return None if inside or not _is_listing(element) else _read_table(element)
    if next(element.iter(*_NOT_CODE), None) is not None:
        return None
    if any(not is_icon(each) for each in element.iter(DRAWING)):
        element.tag = "div" if element.tag == "pre" else "span"  # a diagram, drawn of its source
        return None
    if element.tag == "code" and not _is_block(element):
        return None
    return read_listing(element)


def _is_listing(table: Element) -> bool:
    rows = list(table.iter("tr"))
    if not rows or next(table.iter("th"), None) is not None:
        return False
    cells = [row.findall("td") for row in rows]
    if any(len(row) not in (1, 2) for row in cells):
        return False
    if not any(len(row) == 2 and _counts(row[0]) for row in cells):
        return False
    around = table.getparent()
    places = [table, *([] if around is None else [around]), *(row[-1] for row in cells[:1])]
    named = any(_TABLE.search(each.get("class") or "") for each in places)
    return (named or _CODE_CELL.search(cells[0][-1].get("class") or "") is not None) or cells[0][
        -1
    ].find(".//pre") is not None


def _counts(cell: Element) -> bool:
    return is_gutter(cell) or re.fullmatch(r"[\s\d]*", text_of(cell)) is not None


def _read_table(table: Element) -> Listing:
    """Gather the code cells of a table; the cells with numbers are left out."""
    for row in table.iter("tr"):
        for number in row.findall("td")[:-1]:
            row.remove(number)
        for cell in row:
            _drop_line_ends(cell)
    listing = read_listing(table)
    listing.removed[NUMBERS] += 1
    return listing


def _drop_line_ends(cell: Element) -> None:
    """White space around a cell's own `pre` is the page's, not the code's."""
    pre = cell.find(".//pre")
    for each in [] if pre is None else [pre, *pre.iterancestors()]:
        if each is not pre and not (each.text or "").strip():
            each.text = None
        if each is cell:
            return
        if not (each.tail or "").strip():
            each.tail = None


def _has_lines(code: Element) -> bool:
    """Tell whether a `code` that names its language has lines, which some sheets show as such."""
    return (
        "\n" in (code.text or "").strip()
        and (code.get("class") or "").startswith(("language-", "lang-", "hljs"))
        and len(code) == 0
    )


def _is_block(code: Element) -> bool:
    """Tell whether a `code` outside of any `pre` has several lines, and stands by itself."""
    if next(code.iter("br", "div", "p", "li"), None) is None and not _has_lines(code):
        return False
    if next(code.iterancestors("pre"), None) is not None:
        return False
    around = code.getparent()
    if around is None or around.tag not in ("p", "div", "section", "body", "figure", "li", "td"):
        return False
    alone = code.getprevious() is None and code.getnext() is None  # len() would count them all
    return alone and not (around.text or "").strip() and not (code.tail or "").strip()


def _wrapper(code: Element) -> Element:
    """The paragraph that a listing is all of, in which no block may stand."""
    around = code.getparent()
    return around if around is not None and around.tag == "p" else code


def _put(listing: Listing, block: Element, element: Element, removed: Counter[str]) -> Element:
    """Put the listing where its block stands, with the block's id, language and direction."""
    language = language_of(element)
    pre = to_pre(listing, language)
    for key in ("id", "dir", "lang"):
        value = block.get(key)
        if value is not None and not (key == "lang" and canonical(value) is not None):
            pre.set(key, value)
    pre.set("class", block.get("class", ""))  # _join_lines looks at it
    pre.tail = block.tail
    around = block.getparent()
    if around is not None:
        around.replace(block, pre)
        pre.tail = block.tail or pre.tail
    return pre


def _clean_around(pre: Element) -> Iterator[str]:
    """Remove the numbers, buttons and labels that stand beside a listing in its wrapper."""
    place = pre
    for _ in range(_AROUND):
        wrapper = place.getparent()
        if wrapper is None:
            return
        own = _WRAPPER.search(wrapper.get("class") or "") is not None
        own = own and wrapper.tag not in ("body", "main", "article")
        own = own and len(list(islice(wrapper.iter("pre"), 2))) < 2
        for beside in list(wrapper) if own else filter(_is_bar, [place.getprevious()]):
            if beside is not None and beside is not place and (reason := _beside(beside)):
                if text_of(beside).strip():
                    yield reason
                remove(beside)
        if not own:
            return
        if wrapper.tag == "figure" and wrapper.find("figcaption") is None:
            wrapper.tag = "div"
        place = wrapper


def _is_bar(element: Element | None) -> bool:
    return element is not None and isinstance(element.tag, str) and is_button(element)


def _beside(element: Element) -> str | None:
    """Say what an element beside a listing is; None when it may be the article's."""
    if not isinstance(element.tag, str) or _CONTENT.match(element.tag):
        return None
    if is_gutter(element):
        return NUMBERS
    says_little = is_label(element) and bool(text_of(element).strip())
    return BUTTON if is_button(element) or says_little else None


# What is the article's own, however little it says.
_CONTENT: Final = re.compile(r"(?:h[1-6]|p|figcaption|pre|a|br|hr|img)\Z")


def _join_lines(body: Element) -> None:
    """Make one of the blocks that an old editor wrote, one `pre` for each line (Medium)."""
    for pre in list(body.iter("pre")):
        classes = pre.attrib.pop("class", "")
        before = pre.getprevious()
        if "graf-after--pre" in classes and before is not None and before.tag == "pre":
            code, line = before.find("code"), pre.find("code")
            if code is not None and line is not None and not (before.tail or "").strip():
                code.text = f"{code.text or ''}\n{line.text or ''}"
                remove(pre)
