"""The other engine: a body of the normal form to Markdown text by markdownify.

For converters of one's own; `ArticleConverter` is what the command uses.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree
from markdownify import ATX, MarkdownConverter

from articlekit.html import MATHML, SVG, to_html, to_xhtml
from articlekit.model import Element

_BLOCKS: Final = ("p", "ul", "ol", "dl", "blockquote", "pre", "figure", "hr")
# Read as markup anywhere: a backslash before punctuation, emphasis, code, links, tags, strikes,
# references like &amp;.
_ALWAYS: Final = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|\*|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|[`\[\]]|<(?=[A-Za-z/!?])"
    r"|~(?=~)|&(?=#?\w+;)"
)
# Read as markup where a line begins: headings, quotes, lists, rules, underlines.
_AT_START: Final = re.compile(
    r"^(\s*\d{0,9})((?<=\d)[.)](?=\s|$)|(?<!\d)(?:#|>|[-+](?=\s|$|-)|=|~~))"
)
# Two private-use characters around a number stand for a piece that is copied as it is.
_HELD: Final = re.compile("\ue000(\\d+)\ue001")
_KEPT_AS_HTML: Final = ("u", "ins", "mark", "kbd", "small", "ruby", "rt", "rp", "bdo", "details")


class ArticleConverter(MarkdownConverter):
    """markdownify with the normal form's elements that it would lose."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "heading_style": ATX,
                "bullets": "-",
                "newline_style": "backslash",
                "sub_symbol": "<sub>",
                "sup_symbol": "<sup>",
                **options,
            }
        )

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape what would be read as markup where it stands, so that prose stays prose."""
        text = _ALWAYS.sub(r"\\\g<0>", text)
        if parent_tags & {"td", "th"}:
            text = text.replace("|", "\\|")
        return _AT_START.sub(r"\1\\\2", text)

    def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Keep the places that links lead to."""
        anchor = f'<a id="{el["id"]}"></a>' if el.get("id") else ""
        if not el.get("href"):
            return anchor + text
        base: Any = super()  # its stubs leave the handlers out
        return f"{anchor}{base.convert_a(el, text, parent_tags)}"

    def convert_input(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Write a task list's box as GFM has it."""
        return "[x]" if el.has_attr("checked") else "[ ]"

    def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Fence code with more backticks than it holds, every character kept."""
        code = el.get_text()
        longest = max((len(run) for run in re.findall("`+", code)), default=0)
        fence = "`" * max(3, longest + 1)
        end = "" if not code or code.endswith("\n") else "\n"
        return f"\n\n{fence}{_language(el)}\n{code}{end}{fence}\n\n"

    def _keep(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return f"<{el.name}>{text}</{el.name}>" if text.strip() else text


for _name in _KEPT_AS_HTML:
    setattr(ArticleConverter, f"convert_{_name}", ArticleConverter._keep)


def _language(pre: Any) -> str:
    code = pre.find("code")
    classes = code.get("class") if code else None
    return str(classes[0]).removeprefix("language-") if classes else ""


def body_to_markdown(
    body: Element, converter: MarkdownConverter, linked: frozenset[str] = frozenset()
) -> str:
    """Return Markdown for a body; `body` is changed, and `linked` has the ids links lead to.

    What no Markdown can say is copied as HTML: drawings, formulas, and tables with
    spans, several header rows or blocks in their cells.
    """
    _mark_anchors(body, linked)
    for attribute in ("href", "src"):
        for element in body.iterfind(f".//*[@{attribute}]"):
            element.set(attribute, _destination(element.get(attribute, "")))
    held: list[str] = []
    for element in list(body.iter(f"{{{SVG}}}svg", f"{{{MATHML}}}math", "table")):
        if element.tag != "table" or not _is_simple(element):
            _hold(element, held)
    text = converter.convert(to_html(body))
    text = _HELD.sub(lambda found: held[int(found[1])], text)
    return text.strip("\n") + "\n"


def _destination(url: str) -> str:
    """Encode what would end a link's destination: white space, and brackets without a pair."""
    url = re.sub(r"\s", "%20", url)
    if url.count("(") == url.count(")") and not re.search(r"^[^(]*\)|\([^)]*$", url):
        return url
    return url.replace("(", "%28").replace(")", "%29")


def _hold(element: Element, held: list[str]) -> None:
    """Put a mark in the element's place, and its HTML on one line into `held`."""
    parent = element.getparent()
    if parent is None:
        return
    markup = to_html(element) if element.tag == "table" else to_xhtml(element)
    held.append(" ".join(markup.split()))
    mark = etree.Element("p" if element.tag == "table" else "span")
    mark.text, mark.tail = f"\ue000{len(held) - 1}\ue001", element.tail
    parent.replace(element, mark)


def _is_simple(table: Element) -> bool:
    """Tell whether a GFM table can hold this one."""
    rows = list(table.iter("tr"))
    headers = [row for row in rows if row.find("th") is not None and row.find("td") is None]
    spans = table.xpath(".//@colspan | .//@rowspan")
    return not spans and headers in ([], rows[:1]) and next(table.iter(*_BLOCKS), None) is None


def _mark_anchors(body: Element, linked: frozenset[str]) -> None:
    """Leave an `<a id>` at the beginning of every element that a link leads to."""
    for element in list(body.iter(etree.Element)):
        name = element.attrib.pop("id", None)
        if name not in linked:
            continue
        if element.tag == "a" and not element.get("href"):
            element.set("id", name)
            continue
        _insert_anchor(_first_phrasing(element), name)


def _insert_anchor(place: Element, name: str) -> None:
    anchor = etree.Element("a", id=name)
    anchor.tail, place.text = place.text, None
    place.insert(0, anchor)


def _first_phrasing(element: Element) -> Element:
    """The element itself, or the first block in it that text can begin."""
    while len(element) and not (element.text or "").strip() and element[0].tag in _CONTAINERS:
        element = element[0]
    return element


_CONTAINERS: Final = frozenset(
    "p li ul ol blockquote dl dt dd figure figcaption table thead tbody tr th td div h2 h3".split()
)
