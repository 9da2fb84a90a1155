"""The spine and the guide: a reading order of pages that are there, turned the right way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.parsing import OPF, line_of, text_of
from articlekit.checks.urls import locate

# ISO 639 of languages written from right to left; a script subtag decides before them.
_RTL: Final = frozenset("ar arc ckb dv fa he ku ps sd syr ug ur yi".split())
_RTL_SCRIPTS: Final = frozenset("arab hebr syrc thaa nkoo".split())
_DIRECTIONS: Final = ("ltr", "rtl", "default")


def references(epub: Epub) -> Iterator[Finding]:
    """Every entry names an item, no item twice, and some entry is linear."""
    package = epub.package
    if package is None:
        return
    met: set[str] = set()
    for ref in package.spine:
        if ref.idref not in package.by_id:
            cause = f"idref is {ref.idref!r}"
            yield found("spine-item-missing", cause, file=package.name, line=ref.line)
        elif ref.idref in met:
            yield found("spine-item-repeated", ref.idref, file=package.name, line=ref.line)
        met.add(ref.idref)
    if package.spine and not any(ref.linear for ref in package.spine):
        yield found("spine-none-linear", file=package.name)


def direction(epub: Epub) -> Iterator[Finding]:
    """Pages turn the way that the language is written."""
    package = epub.package
    spine = package.part("spine") if package is not None else None
    if package is None or spine is None or package.is_old:
        return
    said = spine.get("page-progression-direction")
    if said is not None and said not in _DIRECTIONS:
        yield found("spine-direction", repr(said), file=package.name, line=line_of(spine))
    tags = [text_of(each) for each in package.dc("language")[:1]]
    if said != "rtl" and any(_is_rtl(tag) for tag in tags):
        cause = f"the book is in {tags[0]}"
        yield found("spine-direction-rtl", cause, file=package.name, line=line_of(spine))


def _is_rtl(tag: str) -> bool:
    parts = tag.lower().replace("_", "-").split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    return scripts[0] in _RTL_SCRIPTS if scripts else parts[0] in _RTL


def ncx_named(epub: Epub) -> Iterator[Finding]:
    """The spine names the NCX: EPUB 2 needs one, readers of EPUB 2 are glad of one."""
    package = epub.package
    if package is None:
        return
    spine = package.part("spine")
    toc = (spine.get("toc") or "").strip() if spine is not None else ""
    item = package.by_id.get(toc)
    line = line_of(spine) if spine is not None else None
    if toc and (item is None or item.media_type != "application/x-dtbncx+xml"):
        yield found("ncx-unnamed", f"toc is {toc!r}, no NCX", file=package.name, line=line)
    elif not toc and (package.is_old or package.ncx is not None):
        yield found("ncx-unnamed", "toc is missing", file=package.name, line=line)
    elif not toc:
        yield found("ncx-missing", file=package.name)


def guide(epub: Epub) -> Iterator[Finding]:
    """The guide, when there is one, leads to pages of the book."""
    package = epub.package
    if package is None:
        return
    part = package.part("guide")
    if part is None:
        yield found("guide-missing", file=package.name)
        return
    for each in part.iterchildren(f"{{{OPF}}}reference"):
        target = locate(each.get("href") or "", package.name)
        item = package.by_name.get(target.name or "")
        if item is None or item.name not in epub.archive.by_name:
            cause = f"{each.get('href') or 'no href'} is not in the book"
            yield found("guide-dead", cause, file=package.name, line=line_of(each))


CHECKS: Final = (references, direction, ncx_named, guide)
