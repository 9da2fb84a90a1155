"""The text of a code block, freed of what pages put into it: numbers, buttons, a tag a token."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from articlekit.html import SVG, text_of
from articlekit.model import Element
from articlekit.transforms.islands import is_icon
from articlekit.transforms.languages import canonical

# Class names of line numbers; they count as such only where they hold numbers alone.
_GUTTER: Final = re.compile(
    r"(?:^|\s)(?:gutter|linenos?|line-?num(?:ber)?s?|line-numbers-rows|lnt?|lnos|rouge-gutter"
    r"|crayon-nums?(?:-content)?|blob-num|hljs-ln-numbers?|pre-numbering|code-snippet__line-index"
    r"|linenumber|react-syntax-highlighter-line-number|linenodiv|code__line-number"
    r"|cm-gutters?|special)(?=[\s_]|\Z)",
    re.IGNORECASE,
)
_BUTTON: Final = re.compile(
    r"copy|clipboard|toolbar|hljs-button|btn|code-header|code-block-extension", re.IGNORECASE
)
#: What the buttons over a block of code are called.
COPY: Final = re.compile(
    r"\s*(?:复制代码|复制|拷贝|已复制|登录后复制|代码解读|AI写代码|運行|运行|收起|展开|折叠|複製|"
    r"複製程式碼|コピー|copy(?: code)?|copied!?|copier|kopieren|copiar|raw|view raw|view plain|"
    r"run|expand|collapse|\s)*\Z",
    re.IGNORECASE,
)
_COPY_LINE: Final = re.compile(r"\n?[ \t]*复制代码[ \t]*\Z")
_NUMBERS: Final = re.compile(r"[\s\d]*\Z")
_LINES: Final = frozenset({"div", "p", "li", "tr", "section"})
# White space straight in these is the source file's.
_STRUCTURE: Final = frozenset({"table", "thead", "tbody", "tr", "ol", "ul", "dl"})
#: Never shown in a block of code, with the code of the report.
_HIDDEN: Final = {
    "script": "script-removed",
    "style": "script-removed",
    "template": "script-removed",
    "textarea": "control-removed",
    "select": "control-removed",
}
_IS_LINE: Final = re.compile(r"(?:^|[\s_-])line(?:[\s-]|\Z)")
_NBSP: Final = "\xa0"
# What keeps an empty line from closing up in a browser.
_HELD_OPEN: Final = re.compile(r"^[\xa0\u200b]+$", re.MULTILINE)
_PIECES: Final = 4  # texts that a bar over a listing has at most: its language, its buttons

DRAWING: Final = f"{{{SVG}}}svg"

#: Kinds of what `Listing.removed` counts.
NUMBERS: Final = "line numbers"
BUTTON: Final = "copy button"


@dataclass(slots=True)
class Listing:
    """A block's text while it is gathered, and what was left out of it."""

    parts: list[str] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)
    reports: list[tuple[str, str]] = field(default_factory=list)
    # Where a number stands alone at the start of a line, and which.
    numbers: list[tuple[int, int]] = field(default_factory=list)
    awaits: bool = False  # a line has ended; its break is due before more text

    def add(self, text: str) -> None:
        """Add text as it is; white space between two elements that are lines is no text."""
        if self.awaits and not text.strip(" \t\n\r"):
            return
        if text:
            self.break_if_due()
            self.parts.append(text)

    def at_line_start(self) -> bool:
        """Tell whether nothing stands on the last line yet."""
        return self.awaits or not self.parts or self.parts[-1].endswith("\n")

    def break_if_due(self) -> None:
        """Write the line end that an element left behind."""
        if self.awaits:
            self.awaits = False
            self.parts.append("\n")

    def begin_line(self) -> None:
        """Start an element that is a line of its own."""
        if not self.at_line_start():
            self.awaits = True
        self.break_if_due()

    def end_line(self, began: int, *, shows_empty: bool) -> None:
        """End such an element, which began when there were `began` parts."""
        if self.awaits:
            return  # one inside it has ended the line
        if len(self.parts) == began:
            self.awaits = shows_empty
            if not shows_empty and self.parts[-1:] == ["\n"]:
                self.parts.pop()  # nothing stood on the line that it began
                self.awaits = True
            return
        if self.parts[-1].endswith("\n"):
            self.parts[-1] = self.parts[-1][:-1]
        self.awaits = True

    def text(self) -> str:
        """The text, without numbers, no-break spaces and empty lines at its edges."""
        spaced = self._drop_numbers()
        text = "".join(self.parts).replace("\r\n", "\n").replace("\r", "\n")
        text = _HELD_OPEN.sub("", text).replace(_NBSP, " ")
        if spaced and all(line[:1] in ("", " ") for line in text.split("\n")):
            text = "\n".join(line[1:] for line in text.split("\n"))
        text, copied = _COPY_LINE.subn("", text)
        self.removed[BUTTON] += copied
        if "{" not in text and "}" not in text:  # escaped twice by who wrote the file
            text = text.replace("&#123;", "{").replace("&#125;", "}")
        return _without_empty_edges(text)

    def _drop_numbers(self) -> bool:
        """Take out numbers that count the lines, one for each of them."""
        lines = "".join(self.parts).strip("\n").count("\n") + 1
        counted = [number for _, number in self.numbers]
        if lines < 2 or not counted or counted != [*range(counted[0], counted[0] + lines)]:
            return False
        for place, _ in self.numbers:
            self.parts[place] = ""
        self.removed[NUMBERS] += 1
        return True


def _without_empty_edges(text: str) -> str:
    start, end = re.match(r"(?:[ \t]*+\n)*+", text), len(text.rstrip())
    return text[start.end() if start and start.end() < end else 0 : end]


def read_listing(block: Element) -> Listing:
    """Gather the text of a `pre` or of the cells of a table of code, without recursion."""
    listing = Listing()
    lines = _line_elements(block)
    pending: list[tuple[Element | None, Element, int]] = []
    _add(listing, block, block.text)
    _push(pending, block)
    while pending:
        element, closing, began = pending.pop()
        if element is None:
            if closing.tag in lines:
                listing.end_line(began, shows_empty=_shows_empty(closing))
            _add(listing, closing.getparent(), closing.tail)
        elif not isinstance(element.tag, str) or _leave_out(element, listing):
            _add(listing, element.getparent(), element.tail)
        elif element.tag == "br":
            listing.break_if_due()
            listing.parts.append("\n")
            _add(listing, element.getparent(), element.tail)
        else:
            if element.tag in lines:
                listing.begin_line()
            pending.append((None, element, len(listing.parts)))
            _note_number(element, listing)
            _add(listing, element, element.text)
            _push(pending, element)
    return listing


def _add(listing: Listing, owner: Element | None, text: str | None) -> None:
    if text and (owner is None or owner.tag not in _STRUCTURE or text.strip()):
        listing.add(text)


def _push(pending: list[tuple[Element | None, Element, int]], element: Element) -> None:
    pending.extend((child, child, 0) for child in element.iterchildren(reversed=True))


def _line_elements(block: Element) -> frozenset[str]:
    """Which elements are lines: blocks; also `code` or `span` where nothing else ends a line."""
    lines = _LINES
    codes = block.findall("code")
    between = [block.text, *(each.tail for each in block)]
    if block.tag == "pre" and len(codes) > 1 and not "".join(filter(None, between)).strip():
        return lines | {"code"}
    spans = [each for each in block.iter("span") if _IS_LINE.search(each.get("class") or "")]
    if (
        len(spans) > 1
        and next(block.iter("br", *_LINES), None) is None
        and "\n" not in text_of(block).strip("\n")
    ):
        for each in spans:
            each.tag = "div"
    return lines


def _shows_empty(line: Element) -> bool:
    return line.tag != "div" or _IS_LINE.search(line.get("class") or "") is not None


def _note_number(element: Element, listing: Listing) -> None:
    text = element.text or ""
    styled = element.get("style") is not None  # a token has a class (cnblogs)
    if styled and len(element) == 0 and text.strip().isdecimal() and listing.at_line_start():
        listing.break_if_due()
        listing.numbers.append((len(listing.parts), int(text)))


def _leave_out(element: Element, listing: Listing) -> bool:
    """Tell whether an element is none of the code; what it was is noted."""
    tag = str(element.tag)
    listing.reports += [
        ("handler-removed", f"{key} of <{tag}> removed")
        for key in element.keys()  # noqa: SIM118
        if str(key).startswith("on")
    ]
    if code := _HIDDEN.get(tag):
        listing.reports.append((code, f"<{tag}> removed"))
        return True
    kind = NUMBERS if is_gutter(element) else BUTTON if is_button(element) else None
    if kind is not None and text_of(element).strip():
        listing.removed[kind] += 1
    return kind is not None


def is_gutter(element: Element) -> bool:
    """Tell whether an element is a column of line numbers, or one of them."""
    if _GUTTER.search(element.get("class") or "") is None:
        return False
    return element.tag not in ("pre", "code") and _NUMBERS.match(text_of(element)) is not None


def is_button(element: Element) -> bool:
    """Tell whether an element is there to copy the code, or the bar with such a button."""
    tag = str(element.tag)
    if tag == "clipboard-copy" or (tag == DRAWING and is_icon(element)):
        return True
    looks = tag == "button" or _BUTTON.search(element.get("class") or "") is not None
    looks = looks or any(str(key).startswith("data-clipboard") for key in element.keys())  # noqa: SIM118
    return looks and is_label(element)


def is_label(element: Element) -> bool:
    """Tell whether all that an element says is a language, and words of buttons."""
    pieces = [piece for each in element.itertext() if (piece := str(each).strip())]
    if len(pieces) > _PIECES or element.find(".//img") is not None:
        return False
    rest = [each for each in pieces if not COPY.match(each)]
    return not rest or (len(rest) == 1 and canonical(rest[0]) is not None)


def to_pre(listing: Listing, language: str | None) -> Element:
    """Make the `<pre><code>` of a listing."""
    pre = etree.Element("pre")
    code = etree.SubElement(pre, "code", {"class": f"language-{language}"} if language else {})
    code.text = listing.text()
    return pre
