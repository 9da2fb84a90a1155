"""Reads Markdown back, and spells a tree so that what is equal to a reader is equal.

What Markdown has no difference for is left out: spaces at the edges of formats, a paragraph
alone in an item or a cell, the place of an id inside of its element, sizes of pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from lxml import etree
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from articlekit.html import parse_html, to_xhtml
from articlekit.model import Element
from articlekit.report import Report
from articlekit.transforms.normalise import normalise_body
from normal_form import FLOW, PHRASING

LEAVES = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption"}
EITHER = {"li", "dd", "td", "th", "figcaption"}


def markdown_it(dialect: str) -> MarkdownIt:
    """Return the reader of a dialect."""
    reader = MarkdownIt("commonmark", {"maxNesting": 1000})
    if dialect != "commonmark":
        reader.enable(["table", "strikethrough"]).use(tasklists_plugin).use(footnote_plugin)
    if dialect in ("hugo", "jekyll"):
        reader.use(deflist_plugin)
    return reader


def normal(html: str) -> Element:
    raw = parse_html(html, Report()).find("body")
    assert raw is not None
    return normalise_body(raw, lambda _code, _message: None)


def read_back(text: str, dialect: str = "gfm") -> Element:
    """Return the normal form of what Markdown is rendered to."""
    return normal(str(markdown_it(dialect).render(text)))


def linked_ids(body: Element) -> list[str]:
    """The ids that a body's links lead to and that it has, in the order of their places."""
    wanted = {a.get("href", "")[1:] for a in body.iter("a") if a.get("href", "").startswith("#")}
    return [name for each in body.iter() if (name := each.get("id")) in wanted and name]


def spelled(body: Element) -> str:
    """A body as lines, a block on each, indented by depth."""
    return "\n".join(_blocks(body, 0))


def _blocks(parent: Element, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for child in parent:
        tag = str(child.tag)
        if tag in LEAVES:
            line = _line(child)
            if line or tag != "p":
                yield f"{indent}{tag} {line}"
        elif tag == "pre":
            code = child[0]
            text = "".join(code.itertext())
            yield f"{indent}pre {code.get('class')} {text.removesuffix(chr(10))!r}"
        elif tag == "div" or (tag == "figure" and child.find("figcaption") is None):
            yield from _blocks(child, depth)
        elif tag == "table":
            yield f"{indent}table"
            yield from _table(child, depth + 1)
        elif tag in FLOW | EITHER:
            yield f"{indent}{tag}{_attributes(child)}"
            yield from _either(child, depth + 1) if tag in EITHER else _blocks(child, depth + 1)
        else:
            assert tag in PHRASING | {"time"} or "}" in tag, f"a {tag} among blocks"


def _either(item: Element, depth: int) -> Iterator[str]:
    """What an item holds: its bare phrasing as `p` or, in a tight list, as a line."""
    line = _line(item)
    name = "p" if item.tag != "li" or _is_loose(item.getparent()) else "text"
    if line:
        yield "  " * depth + f"{name} {line}"
    for each in _blocks(item, depth):
        is_paragraph = name == "text" and each.startswith("  " * depth + "p ")
        yield "  " * depth + "text " + each.lstrip(" ")[2:] if is_paragraph else each


def _is_loose(items: Element | None) -> bool:
    assert items is not None
    if len(items) == 1 and len([e for e in items[0] if e.tag in FLOW]) + bool(_line(items[0])) < 2:
        return False
    return any(_line(each) for item in items for each in item.iterchildren("p"))


def _attributes(element: Element) -> str:
    names = {"ol": ("start", "reversed", "type"), "li": ("value",), "details": ("open",)}
    kept = {k: element.get(k) for k in names.get(str(element.tag), ()) if k in element.attrib}
    if kept.get("start") == "1":
        del kept["start"]
    if kept.get("type") == "1":
        del kept["type"]
    return f" {kept}" if kept else ""


def _table(table: Element, depth: int) -> Iterator[str]:
    caption = table.find("caption")
    if caption is not None:
        yield "  " * depth + f"caption {_line(caption)}"
    rows = list(table.iter("tr"))
    rows = [row for row in rows if row.getparent() in list(table)]
    aligned = _alignments(rows)
    for number, row in enumerate(rows):
        section = row.getparent()
        assert section is not None
        head = section.tag == "thead" or (number == 0 and all(c.tag == "th" for c in row))
        yield "  " * depth + ("head" if head else str(section.tag))
        for column, cell in enumerate(row):
            spans = [cell.get(name) for name in ("colspan", "rowspan")]
            name = "th" if head else str(cell.tag)
            alignment = aligned[column] if aligned else cell.get("class")
            yield "  " * depth + f"  {name} {spans} {alignment}"
            yield from _either(cell, depth + 2)


def _alignments(rows: list[Element]) -> list[str | None] | None:
    """How columns are aligned, where each is in one way and no cell spans others."""
    if len({len(row) for row in rows}) != 1:
        return None
    if any(c.get("colspan") or c.get("rowspan") for row in rows for c in row):
        return None
    columns = [{c.get("class") for c in column} - {None} for column in zip(*rows, strict=True)]
    if any(len(each) > 1 for each in columns):
        return None
    return [next(iter(each), None) for each in columns]


# lines


def _line(block: Element) -> str:
    """The phrasing that a block begins with: words with the formats they stand in."""
    parts: list[tuple[str, tuple[str, ...]]] = []
    _collect(block, (), parts, [0])
    text = ""
    inside: tuple[str, ...] = ()
    for word, formats in parts:
        if word == " ":
            text += "" if text.endswith((" ", "⏎")) or not text else " "
            continue
        if word == "⏎":
            text = text.rstrip(" ") + "⏎"
            continue
        if formats != inside:
            text += "{" + " ".join(formats) + "}"
            inside = formats
        text += word
    return text.strip(" ⏎")


def _collect(
    element: Element,
    formats: tuple[str, ...],
    parts: list[tuple[str, tuple[str, ...]]],
    count: list[int],
) -> None:
    _add_text(element.text, formats, parts)
    for child in element:
        tag = str(child.tag)
        if tag in FLOW:
            break
        if tag == "br":
            parts.append(("⏎", ()))
        elif tag == "code" and all(_dissolves(each) for each in child.iterdescendants()):
            text = "".join(child.itertext())
            parts.append((f"`{text}`", (*formats, "code")) if text else (" ", ()))
        elif tag in ("img", "input", "wbr") or "}" in tag:
            parts.append((_atom(child), formats))
        elif _dissolves(child) or (tag == "code" and "code" in formats):
            _collect(child, formats, parts, count)
        elif tag in PHRASING:
            count[0] += 1
            name = f"{tag}{count[0]}" if tag in ("em", "strong", "del", "sub") else tag
            _collect(child, (*formats, name + _link(child)), parts, count)
        _add_text(child.tail, formats, parts)


def _dissolves(element: Element) -> bool:
    """Tell whether an element is only the place of an id or the bearer of a language."""
    return element.tag == "span" or (element.tag == "a" and element.get("href") is None)


def _add_text(
    text: str | None, formats: tuple[str, ...], parts: list[tuple[str, tuple[str, ...]]]
) -> None:
    for word in re.split(r"([ \t\n\r\f]+)", text or ""):
        if word:
            parts.append((" ", ()) if word[0] in " \t\n\r\f" else (word, formats))


def _link(element: Element) -> str:
    if element.tag == "abbr":
        return repr(element.get("title"))
    if element.tag == "bdo":
        return repr(element.get("dir"))
    if element.tag != "a":
        return ""
    return f"({address(element.get('href', ''))} {_title(element)})"


def _atom(element: Element) -> str:
    if element.tag == "img":
        alt = " ".join((element.get("alt") or "").split())
        return f"![{alt}]({address(element.get('src', ''))} {_title(element)})"
    if element.tag == "input":
        return f"[{'x' if element.get('checked') is not None else ' '}]"
    return " ".join(re.sub(r' (id|lang|dir)="[^"]*"', "", to_xhtml(element)).split())


def _title(element: Element) -> str:
    return " ".join((element.get("title") or "").split())


def address(url: str) -> str:
    """An address as it is once renderers have encoded what it cannot hold."""
    return quote(unquote(url), safe="/:?#[]@!$&'()*+,;=%~")


def languages(body: Element) -> dict[str, tuple[str | None, str]]:
    """The language and direction of every numbered word."""
    found: dict[str, tuple[str | None, str]] = {}
    stack: list[tuple[str | None, str]] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        around = stack[-1] if stack else (None, "ltr")
        if event == "start":
            direction = element.get("dir")
            told = direction if direction in ("ltr", "rtl") else around[1]
            stack.append(((element.get("lang") or around[0] or "").lower() or None, told))
            text = element.text
        else:
            stack.pop()
            text = element.tail
        inside = stack[-1] if stack else (None, "ltr")
        for word in re.findall(r"w\d+w", text or ""):
            if event == "end" or not str(element.tag).startswith("{"):
                found[word] = inside
    return found
