"""What the start of each element of the source does to the document being built."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from articlekit.writers.markdown.builder import Builder, End
from articlekit.writers.markdown.tree import BOX, FORMULA, IMAGE, RAW, Attributes, Block, Mark
from articlekit.writers.markdown.vocabulary import (
    BORDERS,
    DROPPED,
    EMBEDS,
    FORMATS,
    LEAVES,
    MIXED,
    RENAMED,
    WRAPPER,
)


def SKIP() -> None:  # noqa: N802  # stands for an end, and is compared with one
    """Returned for an element whose content is not entered."""


# Addresses that run something, whatever white space and controls stand in their scheme.
_UNSAFE: Final = re.compile(r"[\0-\x20]*(?:j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:", re.I)
_DATA: Final = re.compile(r"[\0-\x20]*d\s*a\s*t\s*a\s*:", re.I)
_RASTER: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|bmp)[;,]", re.I)
_LANGUAGE: Final = re.compile(
    r"(?:^|\s)(?:language-|lang-|highlight-source-|brush:\s*)([^\s;]\S*)|\blanguage-(\S+)"
)
_ALERT: Final = re.compile(
    r"\b(?:markdown-alert|admonition|theme-admonition|callout)\b.*?"
    r"\b(note|tip|important|warning|caution|info|danger)\b",
    re.I,
)
_ALERTS: Final = {"info": "note", "danger": "caution"}
_TITLE: Final = re.compile(r"\b(?:markdown-alert|admonition|callout)-(?:title|heading)\b", re.I)
_LAZY: Final = ("data-original", "data-actualsrc", "data-src", "data-lazy-src")


def is_mute(attributes: Attributes) -> bool:
    """Tell whether attributes tell nothing but what their element's handler asks for."""
    if not attributes:
        return True
    if "id" in attributes or "lang" in attributes or "dir" in attributes:
        return False
    classes = attributes.get("class")
    return not classes or "-" not in classes  # those that are looked for have hyphens


class Reader:
    """Feeds a builder with the elements of a source."""

    def __init__(self, builder: Builder, language: str = "") -> None:
        self.builder = builder
        self.language = language

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
            return _span(self, tag, attributes)
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
PLAIN: Final = LEAVES | MIXED | WRAPPER.keys() | {"blockquote", "figure", "details"}
#: Those of them that may hold text and no more.
TEXTUAL: Final = LEAVES | MIXED
#: Formats by the names that need no other.
PLAIN_FORMATS: Final = FORMATS - {"a"}
#: Attributes of an element that has none.
NONE: Final[Attributes] = {}
_TRACELESS: Final = frozenset({"span", "font", "code"})
_Start = Callable[[Reader, str, Attributes], End | None]


def is_safe_link(address: str) -> bool:
    """Tell whether a link to this address runs nothing and holds no document of its own."""
    if address[:4] == "http" or ":" not in address:
        return True  # as nearly all are
    return _UNSAFE.match(address) is None and _DATA.match(address) is None


def is_safe_image(address: str) -> bool:
    """As `is_safe_link`, but raster images may be in the address itself."""
    return is_safe_link(address) or _RASTER.match(address) is not None


def _skip(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    return SKIP


def _format(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    builder = reader.builder
    told = _told(reader, attributes) if attributes and tag not in ("span", "bdo") else None
    mark = Mark(tag, attributes)
    builder.formats.append(mark)
    builder.waiting.append(mark)
    if not told:
        return builder.close_format
    builder.open_format(Mark("span", told))

    def close() -> None:
        builder.close_format()
        builder.close_format()

    return close


def _span(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    """An element that dissolves, unless it tells a language or a direction."""
    if not attributes:
        return None
    if attributes.get("class") == "katex-html":
        return SKIP  # the same formula once more, drawn with boxes
    told = _told(reader, attributes)
    return _format(reader, "span", told) if told else None


def _told(reader: Reader, attributes: Attributes) -> dict[str, str | None]:
    """The language and direction that an element tells, where they are not those around it.

    Direction "auto" is what the text itself tells.
    """
    told: dict[str, str | None] = {}
    if "lang" not in attributes and "dir" not in attributes:
        return told
    builder = reader.builder
    around = [mark.attributes for mark in reversed(builder.formats)]
    around += [block.attributes for block in reversed(builder.blocks)]
    if lang := attributes.get("lang"):
        outer = next((each for one in around if (each := one.get("lang"))), None)
        if lang.lower() != (outer or reader.language).lower():
            told["lang"] = lang
    if (direction := attributes.get("dir")) in ("ltr", "rtl"):
        outer = next((each for one in around if (each := one.get("dir"))), None)
        if direction != (outer or "ltr"):
            told["dir"] = direction
    return told


def _link(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    href = attributes.get("href")
    if href is None or not is_safe_link(href):
        return None
    formats = reader.builder.formats
    if formats and any(mark.tag == "a" for mark in formats):
        return None
    if href[:1] == "#":
        reader.builder.linked.add(href[1:])
    return _format(reader, tag, attributes)


def _code(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    builder = reader.builder
    if builder.code_mark is not None or any(mark.tag == "code" for mark in builder.formats):
        return None
    end = _span(reader, tag, attributes) if attributes else None
    mark = Mark("code", NONE)
    builder.open_code(mark)

    def close() -> None:
        builder.close_code(mark)
        if end is not None:
            end()

    return close


def _block(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    """A block; the language that it tells is told by each line in it."""
    told = _told(reader, attributes)
    end = reader.builder.start_block(tag, attributes)
    if not told:
        return end
    builder = reader.builder
    builder.open_format(Mark("span", told))

    def close() -> None:
        builder.close_format()
        end()

    return close


def _quote(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    alert = _ALERT.search(attributes.get("class") or "") if attributes else None
    if alert is None:
        return _block(reader, tag, attributes)
    kind = alert[1].lower()
    return reader.builder.start_block("blockquote", {"alert": _ALERTS.get(kind, kind).upper()})


def _border(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    """An element that dissolves between two blocks."""
    if attributes:
        if _TITLE.search(attributes.get("class") or ""):
            return SKIP  # an alert's kind tells it
        if _ALERT.search(attributes.get("class") or ""):
            return _quote(reader, "blockquote", attributes)
        told = _told(reader, attributes)
        if told:
            return reader.builder.start_block("div", told)
    reader.builder.end_leaf()
    return reader.builder.end_leaf


def _paragraph(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    if attributes and _TITLE.search(attributes.get("class") or ""):
        return SKIP
    return _block(reader, tag, attributes)


def _break(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    reader.builder.line_break()
    return SKIP


def _wbr(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    reader.builder.begin().append((RAW, "<wbr>"))
    return SKIP


def _rule(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    reader.builder.append(Block("hr", {}))
    return SKIP


def _image(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    src = attributes.get("src")
    if not src or src.startswith("data:"):  # what a lazy loader's image shows until it loads
        src = next((lazy for name in _LAZY if (lazy := attributes.get(name))), src)
    if src is not None and is_safe_image(src):
        reader.builder.begin().append((IMAGE, {**attributes, "src": src}))
    elif attributes.get("alt"):
        reader.builder.text(attributes["alt"] or "")
    return SKIP


def _input(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    if (attributes.get("type") or "").lower() == "checkbox":
        reader.builder.begin().append((BOX, "checked" in attributes))
    return SKIP


def _pre(reader: Reader, tag: str, attributes: Attributes) -> End | None:
    builder = reader.builder
    told = _told(reader, attributes) if attributes else None
    end_part = builder.start_block("div", told) if told else None
    builder.open_verbatim(_language(attributes))
    if end_part is None:
        return builder.close_verbatim

    def end() -> None:
        builder.close_verbatim()
        end_part()

    return end


def _language(attributes: Attributes) -> str:
    found = _LANGUAGE.search(attributes.get("class") or "") if attributes else None
    return (found[1] or found[2]) if found else ""


def _verbatim_start(reader: Reader, tag: str, attributes: Attributes) -> End | None:
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
        verbatim.language = _language(attributes)
    return None


def _embed(reader: Reader, tag: str, attributes: Attributes) -> End | None:
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
    builder.open_format(Mark("a", {"href": address}))
    parts = urlsplit(address)
    shown = f"{parts.netloc}{parts.path}".removesuffix("/")
    builder.text(attributes.get("title") or attributes.get("aria-label") or shown)
    builder.close_format()
    builder.end_leaf()
    return SKIP


_BY_NAME: Final[dict[str, _Start]] = {
    **dict.fromkeys(DROPPED, _skip),
    **dict.fromkeys(FORMATS, _format),
    **dict.fromkeys(BORDERS, _border),
    **dict.fromkeys(PLAIN, _block),
    **dict.fromkeys(EMBEDS, _embed),
    "p": _paragraph,
    "blockquote": _quote,
    "a": _link,
    "code": _code,
    "br": _break,
    "wbr": _wbr,
    "hr": _rule,
    "img": _image,
    "input": _input,
    "pre": _pre,
}
#: By an element's name: what begins it, and the name that it goes by.
STARTS: Final[dict[str, tuple[_Start, str]]] = {
    **{name: (start, name) for name, start in _BY_NAME.items()},
    **{name: (_BY_NAME[same], same) for name, same in RENAMED.items()},
}
