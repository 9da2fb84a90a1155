"""A page of a book, parsed, and what the rest of the book has to know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from articlekit.checks.package import Item, Package
from articlekit.checks.parsing import (
    MATHML,
    OPS,
    SVG,
    XHTML,
    XLINK,
    Parsed,
    line_of,
    local,
    space,
)  # fmt: skip
from articlekit.checks.urls import locate
from articlekit.model import Element

EPUB_TYPE: Final = f"{{{OPS}}}type"

# Which attribute of which element names a file, and as what. A `link` is followed by the
# reader, everything else is fetched to show the page.
_REFERENCES: Final = {
    ("a", "href"): "link",
    ("area", "href"): "link",
    ("img", "src"): "image",
    ("input", "src"): "image",
    ("video", "poster"): "image",
    ("script", "src"): "script",
    ("audio", "src"): "media",
    ("video", "src"): "media",
    ("source", "src"): "media",
    ("track", "src"): "media",
    ("iframe", "src"): "frame",
    ("embed", "src"): "frame",
    ("object", "data"): "frame",
}
_SVG_REFERENCES: Final = {"a": "link", "image": "image", "use": "use", "script": "script"}
_STYLED: Final = frozenset({"stylesheet", "icon"})


@dataclass(frozen=True, slots=True)
class Ref:
    """An address that a file names, and as what: link, image, style, font, media …"""

    kind: str
    href: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the book has to know of a page or style sheet when it is no longer in memory.

    `ids` are numbered in the order of the page; `base` is the file that a base element makes
    addresses relative to, empty without one.
    """

    name: str
    refs: tuple[Ref, ...]
    ids: Mapping[str, int] = field(default_factory=dict)
    uses: frozenset[str] = frozenset()
    breaks: bool = False
    text: bool = False
    bare_images: int = 0
    base: str = ""


class Page:
    """One page while it is in memory."""

    def __init__(self, item: Item, package: Package, parsed: Parsed, size: int) -> None:
        self.item = item
        self.package = package
        self.parsed = parsed
        self.size = size

    @property
    def name(self) -> str:
        """The file's name in the book."""
        return self.item.name

    @property
    def is_nav(self) -> bool:
        """Whether this is the navigation document."""
        return "nav" in self.item.properties

    @cached_property
    def is_html(self) -> bool:
        """Whether the root is html in its namespace: what checks of HTML look at."""
        return self.parsed.root is not None and self.parsed.root.tag == f"{{{XHTML}}}html"

    @property
    def root(self) -> Element | None:
        """The root element, as far as the page could be parsed."""
        return self.parsed.root

    @cached_property
    def body(self) -> Element | None:
        """The body of an HTML page."""
        return self.root.find(f"{{{XHTML}}}body") if self.root is not None else None

    def elements(self, *names: str) -> Iterator[Element]:
        """The HTML elements of these names, in the page's order; all elements without names."""
        if self.root is None:
            return iter(())
        return self.root.iter(*(f"{{{XHTML}}}{name}" for name in names)) if names else (
            self.root.iter("*")
        )  # fmt: skip

    def _base(self) -> str:
        given = next((e.get("href") for e in self.elements("base") if e.get("href")), None)
        target = locate(given, self.name) if given else None
        # A path to a folder ends in a slash; the file's own part of it is empty.
        return (target.name or "") if target is not None else ""

    def facts(self, styled: tuple[Ref, ...] = ()) -> Facts:
        """What to keep of the page; `styled` are the addresses in its own style rules."""
        refs = [*styled]
        ids: dict[str, int] = {}
        uses: set[str] = set()
        for element in self.elements():
            refs.extend(_refs(element))
            uses.update(_uses(element))
            mark = element.get("id")
            if mark is not None:
                ids.setdefault(mark, len(ids))
        return Facts(
            self.name,
            tuple(refs),
            ids,
            frozenset(uses),
            breaks=any(_types(e, "pagebreak") for e in self.elements("span", "div", "a", "hr")),
            text=self.body is not None and any(part.strip() for part in self.body.itertext()),
            base=self._base(),
            bare_images=sum(e.get("alt") is None for e in self.elements("img")),
        )


def _types(element: Element, name: str) -> bool:
    return name in (element.get(EPUB_TYPE) or "").split() or element.get("role") == f"doc-{name}"


def _refs(element: Element) -> Iterator[Ref]:
    name, line = local(element), line_of(element)
    if space(element) == SVG:
        href = element.get(f"{{{XLINK}}}href") or element.get("href")
        if href and name in _SVG_REFERENCES:
            yield Ref(_SVG_REFERENCES[name], href, line)
        return
    if name == "link":
        rel = set((element.get("rel") or "").lower().split())
        yield Ref("style" if rel & _STYLED else "other", element.get("href") or "", line)
    for key, value in element.attrib.items():
        kind = _REFERENCES.get((name, str(key)))
        if kind is not None:
            yield Ref(kind, str(value), line)
    for candidate in (element.get("srcset") or "").split(","):
        words = candidate.split(maxsplit=1)
        if words:
            yield Ref("image", words[0], line)


# Elements with which a page has a property of its item, EPUB 3.3, "manifest properties".
_PROPERTIES: Final = {
    f"{{{SVG}}}svg": "svg",
    f"{{{MATHML}}}math": "mathml",
    f"{{{XHTML}}}form": "scripted",
    f"{{{OPS}}}switch": "switch",
}
# A block of data is no script: HTML Standard, "the script element", type.
_SCRIPTS: Final = frozenset({"", "text/javascript", "application/javascript", "module"})


def _uses(element: Element) -> Iterator[str]:
    prop = _PROPERTIES.get(str(element.tag))
    if prop is not None:
        yield prop
    if is_script(element) or any(is_handler(key) for key in element.attrib):
        yield "scripted"


def is_script(element: Element) -> bool:
    """Whether the element is a script that runs."""
    kind = (element.get("type") or "").strip().lower()
    return local(element) == "script" and kind in _SCRIPTS


def is_handler(key: str) -> bool:
    """Whether an attribute's name is that of an event handler."""
    return key.startswith("on") and key.isalpha()
