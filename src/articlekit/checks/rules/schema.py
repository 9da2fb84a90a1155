"""The shape of the package document: which elements hold which, with which attributes.

EPUB 3.3, "Package document", as tables. EPUB 2 lets in more, and is not held to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from articlekit.checks.epub import CONTAINER_NAME, Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.package import Package
from articlekit.checks.parsing import DC, OPF, line_of, local, space
from articlekit.checks.urls import locate
from articlekit.model import Element

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class Shape:
    """What an element may have: attributes, and children in this order."""

    attributes: frozenset[str]
    required: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


def _shape(attributes: str, required: str = "", children: str = "") -> Shape:
    return Shape(frozenset(attributes.split()), tuple(required.split()), tuple(children.split()))


_TEXT: Final = f"id dir {_XML}lang"
_SHAPES: Final = {
    "package": _shape(
        f"version unique-identifier id dir prefix {_XML}lang",
        "version unique-identifier",
        "metadata manifest spine guide bindings collection",
    ),
    "metadata": _shape("id"),
    "manifest": _shape("id", "", "item"),
    "item": _shape("id href media-type fallback properties media-overlay duration"),
    "spine": _shape("id toc page-progression-direction", "", "itemref"),
    "itemref": _shape("id idref linear properties", "idref"),
    "guide": _shape("", "", "reference"),
    "reference": _shape("type title href", "type href"),
    "meta": _shape(f"property scheme refines name content {_TEXT}"),
    "link": _shape(f"href rel media-type hreflang properties refines id {_XML}lang", "href rel"),
    "dc": _shape(_TEXT),
}
# Elements of Dublin Core, and those of which there is at most one.
_DUBLIN: Final = frozenset(
    """contributor coverage creator date description format identifier language publisher
    relation rights source subject title type""".split()
)
_NAME: Final = re.compile(r"[^\W\d][\w.\-·]*")
_SPREADS: Final = frozenset({"left", "right", "center"})


def shape(epub: Epub) -> Iterator[Finding]:
    """Every element of the package stands where it may, with what it must have."""
    package = epub.package
    if package is None or package.is_old:
        return
    collections = package.root.iter(f"{{{OPF}}}collection")
    skipped = {element for each in collections for element in each.iter("*")}
    for element in package.root.iter("*"):
        if element in skipped:
            continue
        for cause in (*_own(element), *_children(element), *_forms(element)):
            yield found("package-shape", cause, file=package.name, line=line_of(element))
    if len(package.dc("date")) > 1:
        yield found("package-shape", "more than one dc:date", file=package.name)


def _shape_of(element: Element) -> Shape | None:
    if space(element) == DC:
        return _SHAPES["dc"] if local(element) in _DUBLIN else None
    return _SHAPES.get(local(element)) if space(element) == OPF else None


def _own(element: Element) -> Iterator[str]:
    known, name = _shape_of(element), local(element)
    parent = element.getparent()
    if known is None:
        if space(element) in (OPF, DC) and name not in ("bindings", "mediaType"):
            yield f"there is no <{name[:40]}>"
        return
    if space(element) == DC and parent is not None and local(parent) != "metadata":
        yield f"<dc:{name}> outside of metadata"
    for key in element.attrib:
        if key not in known.attributes:
            yield f"<{name}> has no attribute {str(key).rpartition('}')[2][:40]}"
    for key in known.required:
        if element.get(key) is None:
            yield f"<{name}> without {key}"


def _children(element: Element) -> Iterator[str]:
    known, name = _shape_of(element), local(element)
    if known is None or not known.children:
        return
    last = -1
    for child in element.iterchildren(f"{{{OPF}}}*"):
        if local(child) not in known.children:
            yield f"<{local(child)[:40]}> inside <{name}>"
            continue
        at = known.children.index(local(child))
        if at < last or (at == last and name == "package" and local(child) != "collection"):
            yield f"<{local(child)}> behind <{known.children[last]}>"
        last = max(last, at)


def _forms(element: Element) -> Iterator[str]:
    """Values of attributes that have a form."""
    ident = element.get("id")
    if ident is not None and not _NAME.fullmatch(ident.strip()):
        yield f"id {ident[:40]!r} is no XML name"
    name = local(element)
    if name == "meta" and element.get("property") is None:
        lacking = [key for key in ("name", "content") if element.get(key) is None]
        if lacking:
            yield f"<meta> with neither property nor {' and '.join(lacking)}"
    if name == "itemref":
        if element.get("linear", "yes").strip() not in ("yes", "no"):
            yield "linear is neither yes nor no"
        words = (element.get("properties") or "").replace("rendition:", "").split()
        if len({w for w in words if w.removeprefix("page-spread-") in _SPREADS}) > 1:
            yield "two page spreads at once"


def prefixes(epub: Epub) -> Iterator[Finding]:
    """The prefix attribute is made of pairs, a name with a colon and an address."""
    package = epub.package
    said = package.root.get("prefix") if package is not None else None
    words = (said or "").split()
    named = all(word.endswith(":") and _NAME.fullmatch(word[:-1]) for word in words[::2])
    if package is not None and said and (len(words) % 2 or not named):
        yield found("package-prefix-broken", said[:80], file=package.name)


def linked(epub: Epub) -> Iterator[Finding]:
    """What a link of the metadata leads to is there, and of a type that it names."""
    package = epub.package
    if package is None or package.is_old:
        return
    for each in package.metadata:
        href = (each.get("href") or "").strip()
        if each.tag != f"{{{OPF}}}link" or not href or ":" in href or href.startswith("#"):
            continue
        if not each.get("media-type"):
            yield found("package-link-type", href[:80], file=package.name, line=line_of(each))
        if not _there(epub, package, href):
            yield found("package-link-dead", href[:80], file=package.name, line=line_of(each))


def _there(epub: Epub, package: Package, href: str) -> bool:
    return (locate(href, package.name).name or "") in epub.archive.by_name


def overlays(epub: Epub) -> Iterator[Finding]:
    """A media overlay is an item of SMIL: EPUB 3.3, "Media overlays packaging"."""
    package = epub.package
    part = package.part("manifest") if package is not None else None
    if package is None or part is None:
        return
    for each in part.iterchildren(f"{{{OPF}}}item"):
        named = each.get("media-overlay")
        item = package.by_id.get(named or "")
        if named and (item is None or item.media_type != "application/smil+xml"):
            yield found("manifest-overlay", named[:80], file=package.name, line=line_of(each))


def container_version(epub: Epub) -> Iterator[Finding]:
    """The container says its version: EPUB 3.3, "The container element"."""
    parsed = epub.container
    if parsed is not None and parsed.root is not None and parsed.root.get("version") != "1.0":
        yield found("container-version", file=CONTAINER_NAME, line=line_of(parsed.root))


CHECKS: Final = (shape, prefixes, linked, overlays, container_version)
