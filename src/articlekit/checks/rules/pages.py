"""A page by itself: well-formed, named, in a language, without what readers refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from articlekit.checks.finding import Finding, found
from articlekit.checks.page import Page, is_handler, is_script
from articlekit.checks.parsing import MATHML, SVG, XHTML, XML_LANG, line_of, local, text_of
from articlekit.checks.rules.package import is_tag
from articlekit.model import Element

# Older Adobe engines stop at 300 kB a file; Kindle splits there itself, in bad places.
_LARGE: Final = 300_000
_UTF8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
# Replacement characters, private use, C1 controls, and the marks of a broken decoder.
_ODD: Final = re.compile(r"[\ufffd\ue000-\uf8ff\x80-\x84\x86-\x9f\ufff9-\ufffb]")
_PICTURES: Final = (
    *(f"{{{XHTML}}}{name}" for name in "img video audio object iframe hr canvas".split()),
    f"{{{SVG}}}svg",
    f"{{{MATHML}}}math",
)
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")


def well_formed(page: Page) -> Iterator[Finding]:
    """The page is XML, in UTF-8, and its root is html or svg."""
    parsed = page.parsed
    if parsed.encoding not in _UTF8:
        yield found("page-encoding", f"it says {parsed.encoding}", file=page.name)
    if parsed.error:
        yield found("page-broken", parsed.error, file=page.name, line=parsed.line)
    elif page.root is not None and not page.is_html:
        wanted = page.item.media_type != "image/svg+xml" or page.root.tag != f"{{{SVG}}}svg"
        if wanted and page.item.media_type != "text/x-oeb1-document":
            yield found("page-root", f"it is {page.root.tag!s}", file=page.name)


def doctype(page: Page) -> Iterator[Finding]:
    """The doctype is HTML's own, and names no other file."""
    if page.root is None or not page.is_html:
        return
    info = page.root.getroottree().docinfo
    if not info.doctype:
        yield found("page-doctype-missing", file=page.name)
        return
    legacy = info.system_url in (None, "", "about:legacy-compat") and not info.public_id
    if not page.package.is_old and not legacy:
        yield found("page-doctype", info.doctype[:80], file=page.name)
    if not page.package.is_old and info.internalDTD is not None:
        declared = info.internalDTD.iterentities()
        entities = [str(entity.name) for entity in declared if entity.system_url]
        if entities:
            yield found("page-entity", ", ".join(entities[:5]), file=page.name)


def title(page: Page) -> Iterator[Finding]:
    """The page has a title that says something."""
    if not page.is_html:
        return
    titles = [each for each in page.elements("title") if local(_parent(each)) == "head"]
    if not titles:
        yield found("page-no-title", file=page.name)
    elif not text_of(titles[0]):
        yield found("page-title-empty", file=page.name, line=line_of(titles[0]))


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent


def language(page: Page) -> Iterator[Finding]:
    """The page and its parts name their languages, in tags that are well-formed."""
    root = page.root
    if root is None:
        return
    if page.is_html and root.get("lang") is None and root.get(XML_LANG) is None:
        yield found("page-no-lang", file=page.name, line=line_of(root))
    for element in page.elements():
        plain, xml = element.get("lang"), element.get(XML_LANG)
        if plain is None and xml is None:
            continue
        if plain is not None and xml is not None and plain.lower() != xml.lower():
            cause = f"lang is {plain[:40]!r}, xml:lang is {xml[:40]!r}"
            yield found("page-lang-differs", cause, file=page.name, line=line_of(element))
        tag = (plain if plain is not None else xml) or ""
        if tag and not is_tag(tag):
            yield found("page-lang-invalid", tag[:40], file=page.name, line=line_of(element))


def substance(page: Page) -> Iterator[Finding]:
    """The page has something to show, and not too much."""
    if page.size > _LARGE:
        yield found("page-large", f"it has {page.size // 1000} kB", file=page.name)
    body = page.body
    if body is None:
        return
    shown = any(part.strip() for part in body.itertext())
    if not shown and next(body.iter(*_PICTURES), None) is None:
        yield found("page-empty", file=page.name)


def characters(page: Page) -> Iterator[Finding]:
    """No character is a stand-in for a lost one."""
    for element in page.elements():
        for part in (element.text, element.tail):
            odd = _ODD.search(part) if part else None
            if odd is not None:
                code = f"U+{ord(odd.group()):04X}"
                yield found("page-characters", code, file=page.name, line=line_of(element))
                return


def scripts(page: Page) -> Iterator[Finding]:
    """Nothing on the page runs."""
    for element in page.elements():
        if is_script(element):
            yield found("page-script", file=page.name, line=line_of(element))
        for key in element.attrib:
            if is_handler(key):
                yield found("page-handler", key, file=page.name, line=line_of(element))


def embedded(page: Page) -> Iterator[Finding]:
    """Nothing is embedded, asked for, or sent elsewhere."""
    for each in page.elements("iframe", "object", "embed", "applet"):
        yield found("page-embed", f"<{local(each)}>", file=page.name, line=line_of(each))
    for each in page.elements("input", "select", "textarea", "button"):
        yield found("page-form", f"<{local(each)}>", file=page.name, line=line_of(each))
    for each in page.elements("meta"):
        if (each.get("http-equiv") or "").strip().lower() == "refresh":
            yield found("page-refresh", file=page.name, line=line_of(each))


def headings(page: Page) -> Iterator[Finding]:
    """Headings say something, and go down one level at a time."""
    last = 0
    for each in page.elements(*_HEADINGS):
        level = int(local(each)[1])
        if not text_of(each) and not any(e.get("alt") for e in each.iter(f"{{{XHTML}}}img")):
            yield found("page-heading-empty", f"<h{level}>", file=page.name, line=line_of(each))
        if last and level > last + 1:
            cause = f"<h{level}> after <h{last}>"
            yield found("page-heading-skips", cause, file=page.name, line=line_of(each))
        last = level


def ids(page: Page) -> Iterator[Finding]:
    """Every id is one, and stands once."""
    met: set[str] = set()
    for element in page.elements():
        mark = element.get("id")
        if mark is None:
            continue
        if not mark or any(char.isspace() for char in mark):
            yield found("page-id-invalid", repr(mark[:40]), file=page.name, line=line_of(element))
        elif mark in met:
            cause = f"id {mark[:80]!r}"
            yield found("page-id-repeated", cause, file=page.name, line=line_of(element))
        met.add(mark)


_SIDE: Final = re.compile(r"(width|height)\s*=\s*(?:[0-9.]+|device-(?:width|height))")


def viewport(page: Page) -> Iterator[Finding]:
    """A page of fixed layout says how large it is; none forbids to enlarge it."""
    if not page.is_html:
        return
    metas = [each for each in page.elements("meta") if each.get("name") == "viewport"]
    for each in metas:
        content = (each.get("content") or "").replace(" ", "").lower()
        if "user-scalable=no" in content or "user-scalable=0" in content:
            yield found("access-zoom", file=page.name, line=line_of(each))
    if page.package.is_fixed(page.name) and not page.package.is_old:
        sides = set(_SIDE.findall(metas[0].get("content") or "")) if metas else set()
        if sides != {"width", "height"}:
            yield found("page-viewport", file=page.name)


CHECKS: Final = (
    well_formed, doctype, title, language, substance, characters, scripts, embedded, headings,
    ids, viewport,
)  # fmt: skip
