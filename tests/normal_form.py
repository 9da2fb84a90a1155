"""A checker of docs/normal-form.md, written from its text and not from the code's tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from articlekit.model import Element

SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"

HEADINGS = set("h1 h2 h3 h4 h5 h6".split())
#: What may stand where the document says "blocks".
FLOW = {"p", "blockquote", "div", "ul", "ol", "dl", "pre", "figure", "details", "table", "hr"}
FLOW |= HEADINGS
#: What may stand where the document says "phrasing".
PHRASING = set(
    "a img em strong code kbd samp var mark small sub sup u cite dfn abbr q time ins del span "
    "bdi bdo ruby rt rp br wbr input".split()
) | {f"{SVG}svg", f"{MATHML}math"}

HOLDS_BLOCKS = {"body", "blockquote", "div"}
HOLDS_PHRASING = {"p", "dt", "summary", "caption", *HEADINGS}
HOLDS_EITHER = {"li", "dd", "th", "td", "figcaption"}
VOID = {"hr", "img", "br", "wbr", "input"}

CELL = {"colspan", "rowspan", "class"}
ATTRIBUTES = {
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
    "td": CELL,
    "th": CELL | {"scope"},
    "a": {"href", "title", "role"},
    "div": {"role"},
    "img": {"src", "data-also", "alt", "title", "width", "height", "referrerpolicy"},
    "abbr": {"title"},
    "time": {"datetime"},
    "input": {"type", "checked", "disabled"},
}
EVERYWHERE = {"id", "lang", "dir"}

HREF = {"http", "https", "mailto", "tel", "ftp"}
RASTER = re.compile(r"data:image/(png|jpe?g|gif|webp|avif|bmp)\b", re.IGNORECASE)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NEVER = set(
    "script style link meta template object embed iframe button select textarea foreignObject "
    "animate animateTransform animateMotion set image video audio".split()
)
DEEPEST = 100


def faults(body: Element) -> list[str]:
    """Everything in a tree that docs/normal-form.md does not allow; empty for the normal form."""
    if body.tag != "body":
        return [f"the root is <{body.tag!s}>"]
    found = [] if body.getparent() is None else ["the body stands in something"]
    deepest: dict[Element, int] = {body: 0}
    for element in body.iter():
        if not isinstance(element.tag, str):
            found.append("a comment or processing instruction")
            continue
        parent = element.getparent()
        if element is not body and parent is not None:
            deepest[element] = deepest[parent] + 1
        found += [f"{place(element)}: {fault}" for fault in element_faults(element)]
    if max(deepest.values()) > DEEPEST:
        found.append(f"elements nested {max(deepest.values())} deep")
    return found


def place(element: Element) -> str:
    above = [str(each.tag) for each in element.iterancestors()]
    return "/".join([*reversed(above), str(element.tag)][-4:])


def element_faults(element: Element) -> Iterator[str]:
    tag = str(element.tag)
    yield from text_faults(element)
    if tag.startswith("{"):
        yield from island_faults(element)
        return
    yield from attribute_faults(element, tag)
    yield from content_faults(element, tag)
    yield from place_faults(element, tag)


# attributes


def attribute_faults(element: Element, tag: str) -> Iterator[str]:
    allowed = ATTRIBUTES.get(tag, set()) | EVERYWHERE
    parent = element.getparent()
    if tag == "code" and parent is not None and parent.tag == "pre":
        allowed = allowed | {"class"}
        if not element.get("class", "language-x").startswith("language-"):
            yield f"class {element.get('class')!r}"
    for key, value in element.attrib.items():
        if key not in allowed:
            yield f"attribute {key}"
        elif not value_is_allowed(tag, str(key), value):
            yield f"{key}={value!r}"
    for required in REQUIRED.get(tag, ()):
        if element.get(required) is None:
            yield f"no {required}"
    if tag in ("div", "span") and not {"lang", "dir", "role"} & set(element.attrib):
        yield "carries neither lang nor dir, nor a role"
    if tag == "a" and element.get("href") is None and element.get("id") is None:
        yield "neither a link nor the place of an id"


REQUIRED = {"img": ("src", "alt"), "input": ("type",)}


def value_is_allowed(tag: str, key: str, value: str) -> bool:
    if key in VALUES:
        return re.fullmatch(VALUES[key], value) is not None
    if key == "type":
        return value in (["checkbox"] if tag == "input" else ["1", "a", "A", "i", "I"])
    if key == "href":
        return scheme(value) in HREF | {None}
    if key == "src":
        return scheme(value) in {"http", "https", None} or RASTER.match(value) is not None
    return True


VALUES = {
    "dir": "ltr|rtl|auto",
    "role": "doc-noteref|doc-backlink|doc-endnotes",
    "scope": "row|col|rowgroup|colgroup",
    "start": r"-?\d+",
    "value": r"-?\d+",
    "colspan": r"[1-9]\d*",
    "rowspan": r"[1-9]\d*",
    "width": r"[1-9]\d*",
    "height": r"[1-9]\d*",
    "id": r"\S+",
    "lang": r"[A-Za-z0-9-]+",
    "class": "left|center|right|language-.*",
    "referrerpolicy": "[a-z-]+",
}


def scheme(url: str) -> str | None:
    """A URL's scheme as a browser finds it: controls and spaces before it, tabs and ends in it."""
    shown = re.sub(r"[\t\n\r]", "", url).lstrip("".join(map(chr, range(33))))
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", shown)
    return found[1].lower() if found else None


# content


def content_faults(element: Element, tag: str) -> Iterator[str]:
    tags = [str(child.tag) for child in element]
    if tag in HOLDS_BLOCKS:
        yield from only(element, tags, FLOW)
    elif tag in HOLDS_EITHER:
        yield from either_faults(element, tags)
    elif tag in VOID:
        if tags or element.text:
            yield "is not empty"
    elif tag in CONTENT:
        yield from only(element, tags, CONTENT[tag])
        yield from order_faults(tag, tags)
    elif tag in HOLDS_PHRASING | PHRASING:
        if set(tags) - PHRASING:
            yield f"holds {sorted(set(tags) - PHRASING)}"
    else:
        yield "no such element in the normal form"
    if tag == "p" and not tags and not element.text:
        yield "empty"


CONTENT = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd"},
    "pre": {"code"},
    "figure": FLOW | {"figcaption"},
    "details": FLOW | {"summary"},
    "table": {"caption", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
}


def only(element: Element, tags: list[str], allowed: set[str]) -> Iterator[str]:
    """These children and no text beside them."""
    if set(tags) - allowed:
        yield f"holds {sorted(set(tags) - allowed)}"
    if element.text or any(child.tail for child in element):
        yield "holds bare text"


def either_faults(element: Element, tags: list[str]) -> Iterator[str]:
    """Phrasing, blocks, or phrasing followed by blocks."""
    if set(tags) - FLOW - PHRASING:
        yield f"holds {sorted(set(tags) - FLOW - PHRASING)}"
    blocks = [tag in FLOW for tag in tags]
    if blocks != sorted(blocks):
        yield "phrasing behind blocks"
    if any(child.tail for child in element if child.tag in FLOW):
        yield "text behind blocks"


def order_faults(tag: str, tags: list[str]) -> Iterator[str]:
    shape = " ".join(tags)
    if tag in ORDER and not re.fullmatch(ORDER[tag], shape):
        yield f"order: {shape}"
    if tag == "figure":
        if tags.count("figcaption") > 1:
            yield "two captions"
        if "figcaption" in tags[1:-1]:
            yield "a caption amid the blocks"
    if tag == "details" and (tags[:1] != ["summary"] or tags.count("summary") > 1):
        yield f"order: {shape}"
    if tag == "dl":
        runs = [name for name, _ in groupby(tags)]
        if not runs or runs != ["dt", "dd"] * (len(runs) // 2):
            yield f"groups: {shape}"


ORDER = {
    "ul": "li( li)*",
    "ol": "li( li)*",
    "pre": "code",
    "table": "(caption )?(thead ?)?(tbody ?)*(tfoot)?",
    "thead": "tr( tr)*",
    "tbody": "tr( tr)*",
    "tfoot": "tr( tr)*",
    "tr": "t[hd]( t[hd])*",
}


# places


def place_faults(element: Element, tag: str) -> Iterator[str]:
    above = [str(each.tag) for each in element.iterancestors()]
    if tag in ("a", "dfn") and tag in above:
        yield f"<{tag}> in <{tag}>"
    if tag in ("rt", "rp") and "ruby" not in above:
        yield "outside ruby"
    if tag == "ruby" and element.find(".//rt") is None:
        yield "without an annotation"
    if tag == "code" and above[:1] == ["pre"] and len(element):
        yield "a code block holds only text"


# drawings and formulas


def island_faults(element: Element) -> Iterator[str]:
    namespace, _, name = str(element.tag).rpartition("}")
    if f"{namespace}}}" not in (SVG, MATHML):
        yield "an unknown namespace"
    if name in NEVER:
        yield "never in a drawing"
    for child in element:
        if not str(child.tag).startswith(f"{namespace}}}"):
            yield f"holds the foreign <{child.tag!s}>"
    for key, value in element.attrib.items():
        if str(key).startswith("on") or key == "style":
            yield f"attribute {key}"
        if str(key).endswith("href") and not value.startswith("#"):
            yield f"{key}={value!r} leads outside"
        if re.search(r"url\(\s*['\"]?[^#'\"\s]", value) or "javascript:" in value.lower():
            yield f"{key}={value!r} leads outside"


# text


def text_faults(element: Element) -> Iterator[str]:
    for text in (element.text or "", element.tail or "", *element.attrib.values()):
        if NOT_XML.search(text):
            yield f"text that XML does not allow: {text[:20]!r}"
    tag = str(element.tag)
    if tag in HOLDS_PHRASING | HOLDS_EITHER:
        line = line_of(element)
        if re.search(r"[\t\n\r\f]| {2}", line):
            yield f"white space not collapsed: {line!r}"
        if line != line.strip(" ") or re.search(" ⏎|⏎ ", line):
            yield f"white space at an edge: {line!r}"


def line_of(block: Element) -> str:
    """The phrasing that a block begins with, `br` as ⏎ and what is no text as one sign."""
    parts = [block.text or ""]
    for child in block:
        if child.tag in FLOW:
            break
        parts += [*phrase_of(child), child.tail or ""]
    return "".join(parts)


def phrase_of(element: Element) -> Iterator[str]:
    if element.tag == "br":
        yield "⏎"
    elif (
        element.tag in ("img", "input", "wbr", f"{SVG}svg", f"{MATHML}math")
        or element.tag == "code"
    ):
        yield "▢"
    else:
        yield element.text or ""
        for child in element:
            yield from phrase_of(child)
            yield child.tail or ""


def outline_faults(body: Element) -> list[str]:
    """In an article headings begin at h2 and skip no level."""
    found, last = [], 1
    for heading in body.iter(*HEADINGS):
        level = int(str(heading.tag)[1])
        if not 2 <= level <= last + 1:
            found.append(f"<h{level}> after <h{last}>")
        last = level
    return found
