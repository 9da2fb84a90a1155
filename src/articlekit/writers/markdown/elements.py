"""What the start of each element of the source does to the document being built."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from articlekit.vocabulary import FORMATS, MIXED, PHRASING_ONLY, SAME, WRAPPER
from articlekit.writers.markdown.builder import End
from articlekit.writers.markdown.hints import (
    alert,
    is_alert_title,
    is_safe_image,
    language,
)
from articlekit.writers.markdown.phrasing import (
    Reading,
    start_break,
    start_code,
    start_format,
    start_image,
    start_input,
    start_link,
    start_span,
    start_wbr,
    told_by,
)
from articlekit.writers.markdown.tree import FORMULA, IMAGE, RAW, SKIP, Attributes, Block, Mark
from articlekit.writers.markdown.vocabulary import BORDERS, DROPPED, EMBEDS


class Reader(Reading):
    """Feeds a builder with the elements of a source."""

    def start(self, tag: str, attributes: Attributes) -> End | None:
        """Begin an element; return what is to be called at its end, or `SKIP`."""
        builder = self.builder
        if builder.raw is not None:
            if builder.verbatim is not None:
                return _verbatim_start(self, tag, attributes)
            if tag not in _TRACELESS:
                builder.spill_code()
        if attributes:
            name = attributes.get("id") or (tag == "a" and attributes.get("name"))
            if name:
                builder.anchors.append(name)
        known = STARTS.get(tag)
        if known is None:
            return start_span(self, tag, attributes)
        return known[0](self, known[1], attributes)

    def island(self, markup: str) -> None:
        """Add a drawing or a formula, whose HTML is safe."""
        if not markup:
            return
        self.builder.spill_code()
        markup = " ".join(markup.split())
        found = _TEX.search(markup) if markup.startswith("<math") else None
        if found is None:
            self.builder.begin().append((RAW, markup))
            return
        from html import unescape

        tex = unescape(found[1] or found[2] or "").strip()
        is_display = 'display="block"' in markup.partition(">")[0]
        self.builder.begin().append((FORMULA, (tex, is_display, markup)))


_TEX: Final = re.compile(
    r'<annotation[^>]*encoding="application/x-tex"[^>]*>([^<]*)<|^<math[^>]*\salttext="([^"]*)"',
    re.I,
)
#: Blocks that nothing but their attributes is to be looked at.
PLAIN: Final = PHRASING_ONLY | MIXED | WRAPPER.keys() | {"blockquote", "figure", "details"}
_TRACELESS: Final = frozenset({"span", "font", "code"})
_Start = Callable[[Reading, str, Attributes], End | None]


def _skip(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    return SKIP


def _block(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    """A block; the language that it tells is told by each line in it."""
    builder = reader.builder
    told = told_by(reader, attributes) if attributes else None
    end = builder.start_block(tag, attributes)
    if not told:
        return end
    builder.open_format(Mark("span", told))

    def close() -> None:
        builder.close_format()
        end()

    return close


def _quote(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    kind = alert(attributes)
    if kind is None:
        return _block(reader, tag, attributes)
    return reader.builder.start_block("blockquote", {"alert": kind})


def _border(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    """An element that dissolves between two blocks."""
    if attributes:
        if is_alert_title(attributes):
            return SKIP
        if alert(attributes):
            return _quote(reader, "blockquote", attributes)
        told = told_by(reader, attributes)
        if told:
            return reader.builder.start_block("div", told)
    reader.builder.end_leaf()
    return reader.builder.end_leaf


def _paragraph(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    if attributes and is_alert_title(attributes):
        return SKIP
    return _block(reader, tag, attributes)


def _rule(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    reader.builder.append(Block("hr", {}))
    return SKIP


def _pre(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    builder = reader.builder
    told = told_by(reader, attributes) if attributes else None
    end_part = builder.start_block("div", told) if told else None
    builder.open_verbatim(language(attributes))
    if end_part is None:
        return builder.close_verbatim

    def end() -> None:
        builder.close_verbatim()
        end_part()

    return end


def _verbatim_start(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    """In a `pre` all text counts, with line ends for breaks and borders."""
    verbatim = reader.builder.verbatim
    if verbatim is None or tag in DROPPED:
        return SKIP
    if tag == "br":
        verbatim.parts.append("\n")
    elif tag in ("div", "p", "li", "tr"):
        verbatim.new_line()
    elif tag == "img" and attributes.get("src") and is_safe_image(attributes["src"] or ""):
        verbatim.images.append((IMAGE, attributes))
    elif tag == "code" and not verbatim.language:
        verbatim.language = language(attributes)
    return None


def _embed(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    """A link stands for what is shown from elsewhere; its poster stands before it."""
    addresses = (attributes.get(key) for key in ("src", "data-src", "data"))
    address = next((each.strip() for each in addresses if each), "")
    if address.startswith("//"):
        address = f"https:{address}"
    if not address.startswith(("http://", "https://")):
        return None  # what is in it, for old browsers, is all there is
    builder = reader.builder
    builder.end_leaf()
    poster = attributes.get("poster")
    if poster and is_safe_image(poster):
        builder.begin().append((IMAGE, {"src": poster, "alt": attributes.get("title") or ""}))
        builder.end_leaf()
    end = start_link(reader, "a", {"href": address})
    shown = address.partition("://")[2].partition("?")[0].removesuffix("/")
    builder.text(attributes.get("title") or attributes.get("aria-label") or shown)
    if end is not None:
        end()
    builder.end_leaf()
    return SKIP


_BY_NAME: Final[dict[str, _Start]] = {
    **dict.fromkeys(DROPPED, _skip),
    **dict.fromkeys(FORMATS, start_format),
    **dict.fromkeys(BORDERS, _border),
    **dict.fromkeys(PLAIN, _block),
    **dict.fromkeys(EMBEDS, _embed),
    "p": _paragraph,
    "blockquote": _quote,
    "a": start_link,
    "code": start_code,
    "br": start_break,
    "wbr": start_wbr,
    "hr": _rule,
    "img": start_image,
    "input": start_input,
    "pre": _pre,
}
#: By an element's name: what begins it, and the name that it goes by.
STARTS: Final[dict[str, tuple[_Start, str]]] = {
    **{name: (start, name) for name, start in _BY_NAME.items()},
    **{name: (_BY_NAME[same], same) for name, same in SAME.items()},
}
