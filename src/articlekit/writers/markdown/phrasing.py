"""What the start of each phrasing element does to the line being filled."""

from __future__ import annotations

from articlekit.writers.markdown.builder import Builder, End
from articlekit.writers.markdown.hints import image_address, is_safe_image, is_safe_link
from articlekit.writers.markdown.tree import BOX, IMAGE, NONE, RAW, SKIP, Attributes, Mark


class Reading:
    """What the handlers of elements work on: a builder, and the language around the document."""

    def __init__(self, builder: Builder, language: str = "") -> None:
        self.builder = builder
        self.language = language


def start_format(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    builder = reader.builder
    told = told_by(reader, attributes) if attributes and tag not in ("span", "bdo") else None
    builder.open_format(Mark(tag, attributes))
    if not told:
        return builder.close_format
    builder.open_format(Mark("span", told))

    def close() -> None:
        builder.close_format()
        builder.close_format()

    return close


def start_span(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    """An element that dissolves, unless it tells a language or a direction."""
    if not attributes:
        return None
    if attributes.get("class") == "katex-html":
        return SKIP  # the same formula once more, drawn with boxes
    told = told_by(reader, attributes)
    return start_format(reader, "span", told) if told else None


def told_by(reader: Reading, attributes: Attributes) -> dict[str, str | None]:
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


def start_link(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    href = attributes.get("href")
    if href is None or not is_safe_link(href):
        return None
    formats = reader.builder.formats
    if formats and any(mark.tag == "a" for mark in formats):
        return None
    if href[:1] == "#":
        reader.builder.linked.add(href[1:])
    return start_format(reader, tag, attributes)


def start_code(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    builder = reader.builder
    if builder.code_mark is not None or any(mark.tag == "code" for mark in builder.formats):
        return None
    end = start_span(reader, tag, attributes) if attributes else None
    mark = Mark("code", NONE)
    builder.open_code(mark)

    def close() -> None:
        builder.close_code(mark)
        if end is not None:
            end()

    return close


def start_break(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    reader.builder.line_break()
    return SKIP


def start_wbr(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    reader.builder.begin().append((RAW, "<wbr>"))
    return SKIP


def start_image(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    src = image_address(attributes)
    if src is not None and is_safe_image(src):
        reader.builder.begin().append((IMAGE, {**attributes, "src": src}))
    elif attributes.get("alt"):
        reader.builder.text(attributes["alt"] or "")
    return SKIP


def start_input(reader: Reading, tag: str, attributes: Attributes) -> End | None:
    if (attributes.get("type") or "").lower() == "checkbox":
        reader.builder.begin().append((BOX, "checked" in attributes))
    return SKIP
