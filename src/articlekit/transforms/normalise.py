"""Bring an article's body to the normal form that docs/normal-form.md describes.

What leaves here is safe: no script, style, handler or unsafe URL is in it, and every
one that was is a diagnostic. Text is never dropped with an element that dissolves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

from lxml import etree

from articlekit.html import MATHML, SVG, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms import vocabulary as v
from articlekit.transforms.attributes import Notice, clean_attributes
from articlekit.transforms.builder import TreeBuilder
from articlekit.transforms.islands import copy_island, is_icon
from articlekit.transforms.languages import code_language
from articlekit.transforms.plain import append_plain, plain_runs

_CUT = 60  # characters of a removed text that a message shows


def normalise(article: Article, report: Report) -> Article:
    """Return the article with its body rebuilt in the normal form."""

    def notice(code: str, message: str) -> None:
        report.add(code, message, source=article.origin.name)

    return replace(article, body=normalise_body(article.body, notice))


def normalise_body(raw: Element, notice: Notice) -> Element:
    """Build a new `<body>` from any HTML tree; `raw` is left as it is."""
    targets = (unquote(each.get("href", "")[1:]) for each in raw.iter("a"))
    own = deepcopy(raw)  # as plain blocks are not made anew, and move
    runs = {blocks[0]: blocks for blocks in plain_runs(own)}
    walk = _Walk(TreeBuilder(notice), notice, frozenset(targets), runs)
    walk.run(own)
    body = walk.builder.finish()
    _dissolve_bare_ruby(body)
    return body


class _Walk:
    """Goes through a raw tree in document order, without recursion, and feeds a builder."""

    def __init__(
        self,
        builder: TreeBuilder,
        notice: Notice,
        linked: frozenset[str],
        runs: Mapping[Element, list[Element]],
    ) -> None:
        self.builder = builder
        self.notice = notice
        self.linked = linked
        self.runs = runs

    def run(self, raw: Element) -> None:
        self.text(raw.text)
        above: list[tuple[Element, Callable[[], None]]] = []  # open elements, and what ends each
        element = raw[0] if len(raw) else None
        while True:
            while element is None:
                if not above:
                    return
                done, end = above.pop()
                end()
                self.text(done.tail)
                element = done.getnext()
            if (blocks := self.runs.get(element)) is not None:
                after, behind = blocks[-1].getnext(), blocks[-1].tail
                if append_plain(blocks, self.builder):
                    self.text(behind)
                    element = after
                    continue
            ended = self.start(element)
            if ended is None:  # the element was dealt with as a whole
                self.text(element.tail)
                element = element.getnext()
            else:
                self.text(element.text)
                above.append((element, ended))
                element = element[0] if len(element) else None

    def text(self, text: str | None) -> None:
        if not text:
            return
        line = self.builder.line
        if line.formats and line.is_inside("code"):
            self.builder.code_text(text)
        else:
            self.builder.text(text)

    def start(self, raw: Element) -> Callable[[], None] | None:
        """Begin an element; return what ends it, or None when nothing in it is left to do."""
        name = raw.tag
        if not isinstance(name, str):
            return None  # a comment or processing instruction
        if name[0] == "{":
            if etree.QName(raw).namespace in (SVG, MATHML):
                self.island(raw)
                return None
            name = etree.QName(raw).localname
        tag = v.RENAMED.get(name, name)
        if whole := _WHOLE.get(tag):
            whole(self, raw)
            return None
        attributes = clean_attributes(raw, tag, self.notice)
        if tag in v.INLINES and not self.says_nothing(tag, attributes):
            self.builder.line.start_format(tag, attributes)
            return self.builder.end_format
        if tag in _BLOCKS:
            if tag in _LEAVES and len(raw) == 0 and raw.text and not self.builder.line.formats:
                return self.leaf(tag, attributes, raw.text)
            return self.block(tag, attributes)
        if tag not in _KNOWN:
            self.notice("element-unwrapped", f"unknown element <{tag}>; its content was kept")
        return self.dissolve(tag, attributes)

    def says_nothing(self, tag: str, attributes: dict[str, str]) -> bool:
        """Tell whether a phrasing element is not what its name says, and may dissolve."""
        if tag in ("rt", "rp"):
            return not self.builder.line.is_inside("ruby")
        needed = _NEEDED.get(tag)
        return needed is not None and not needed & attributes.keys()

    def block(self, tag: str, attributes: dict[str, str]) -> Callable[[], None]:
        builder = self.builder
        builder.end_paragraph()
        depth = builder.open_block(tag, attributes)
        if depth is None:
            return builder.border
        return partial(builder.end_blocks, depth)

    def leaf(self, tag: str, attributes: dict[str, str], text: str) -> Callable[[], None] | None:
        """Append a block of mere text at once: most paragraphs, items and cells are such."""
        if not text.strip(v.WHITE_SPACE):
            return self.block(tag, attributes)
        self.builder.end_paragraph()
        appended = self.builder.append_leaf(tag, attributes, text)
        return None if appended else self.builder.border

    def dissolve(self, tag: str, attributes: dict[str, str]) -> Callable[[], None]:
        """Let an element go, but for its language and direction, and an id that is linked to."""
        name = attributes.get("id")
        if name is not None and name in self.linked:
            self.builder.ids.waiting.append(name)
        elif name is not None:
            self.builder.ids.spare = name  # a link of another article may lead here
        attributes = {key: value for key, value in attributes.items() if key in _CARRIED}
        if tag not in v.BORDERS:
            if not attributes:
                return _nothing
            self.builder.line.start_format("span", attributes)
            return self.builder.end_format
        if attributes:
            return self.block("div", attributes)
        self.builder.border()
        depth = len(self.builder.blocks)

        def end() -> None:
            self.builder.end_blocks(depth)
            self.builder.border()

        return end

    def drop(self, raw: Element) -> None:
        tag = str(raw.tag)
        code = v.DROPPED[tag]
        if code is not None:
            words = " ".join(text_of(raw).split())
            shown = "" if code == "script-removed" else f": {words[:_CUT]}" if words else ""
            self.notice(code, f"<{tag}> removed{shown}")

    def island(self, raw: Element) -> None:
        kind = etree.QName(raw).localname
        if kind == "svg" and is_icon(raw):
            self.notice("clutter-removed", "an icon (<svg>) removed")
        elif kind in ("svg", "math"):
            self.builder.append_void(copy_island(raw, self.notice))

    def line_break(self, _: Element) -> None:
        self.builder.line.break_here()

    def rule(self, raw: Element) -> None:
        self.builder.append_hr(clean_attributes(raw, "hr", self.notice))

    def void(self, raw: Element) -> None:
        tag = v.RENAMED.get(str(raw.tag), str(raw.tag))
        self.builder.append_void(etree.Element(tag, clean_attributes(raw, tag, self.notice)))

    def image(self, raw: Element) -> None:
        attributes = clean_attributes(raw, "img", self.notice)
        attributes.setdefault("alt", "")
        if "src" in attributes:
            self.builder.append_void(etree.Element("img", attributes))
        else:
            self.notice("image-without-source", f"<img> without a source: {attributes['alt']!r}")
            self.text(attributes["alt"])

    def box(self, raw: Element) -> None:
        if (raw.get("type") or "").lower() == "checkbox":
            if self.builder.line.is_inside("a"):  # a link holds nothing to press
                self.text("☐" if raw.get("checked") is None else "☑")
            else:
                self.void(raw)
        elif (raw.get("type") or "").lower() != "hidden":
            self.notice("control-removed", f"<input> removed: {(raw.get('value') or '')[:_CUT]}")

    def code_block(self, raw: Element) -> None:
        attributes = clean_attributes(raw, "pre", self.notice)
        language = code_language(raw)
        code = {"class": f"language-{language}"} if language else {}
        self.builder.append_code_block(self.code_text(raw), attributes, code)
        for image in raw.iter("img"):
            self.image(image)

    def code_text(self, raw: Element) -> str:
        """The text of a code block, every character kept, `<br>` and block borders as line ends."""
        parts = [raw.text or ""]
        pending = list(raw.iterchildren(reversed=True))
        tails: list[str | None] = []
        while pending:
            element = pending.pop()
            if element is _TAIL:
                parts.append(tails.pop() or "")
                continue
            tag = str(element.tag)
            clean_attributes(element, tag, self.notice)
            if tag in v.DROPPED:
                self.drop(element)
                parts.append(element.tail or "")
                continue
            if tag == "br" or (tag in _LINES and not _at_line_start(parts)):
                parts.append("\n")
            parts.append(element.text or "")
            tails.append(element.tail)
            pending.append(_TAIL)
            pending.extend(element.iterchildren(reversed=True))
        return "".join(parts)


# A phrasing element without one of these attributes says nothing.
_NEEDED = {
    "a": frozenset({"href", "id"}),
    "span": frozenset({"lang", "dir"}),
    "bdo": frozenset({"dir"}),
}
# What a `div` or `span` of the normal form may carry.
_CARRIED = ("role", "lang", "dir")
_BLOCKS = v.BLOCKS - v.BORDERS
_LEAVES = v.PHRASING_ONLY | v.MIXED
_KNOWN = v.TRACELESS | v.BORDERS | v.INLINES
_TAIL = etree.Element("tail")
_LINES = frozenset({"div", "p", "li", "tr"})
_WHOLE: dict[str, Callable[[_Walk, Element], None]] = {
    **dict.fromkeys(v.DROPPED, _Walk.drop),
    "br": _Walk.line_break,
    "hr": _Walk.rule,
    "wbr": _Walk.void,
    "img": _Walk.image,
    "input": _Walk.box,
    "pre": _Walk.code_block,
}


def _nothing() -> None:
    pass


def _at_line_start(parts: list[str]) -> bool:
    last = next((part for part in reversed(parts) if part), "\n")
    return last.endswith("\n")


def _dissolve_bare_ruby(body: Element) -> None:
    """Turn ruby without annotations, which HTML does not allow, into its text."""
    for ruby in list(body.iter("ruby")):
        if ruby.find(".//rt") is None:
            for brackets in ruby.iter("rp"):
                brackets.tag = "bare-ruby"
            in_link = next(ruby.iterancestors("a"), None) is not None
            holds_link = ruby.find(".//a") is not None
            linked = ruby.get("id") is not None and not in_link and not holds_link
            ruby.tag = "a" if linked else "bare-ruby"
            for key in ("lang", "dir"):
                ruby.attrib.pop(key, None)
    etree.strip_tags(body, "bare-ruby")
