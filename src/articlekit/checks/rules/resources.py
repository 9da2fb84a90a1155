"""Files and their uses: what pages have is declared, what they show can be shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from articlekit.checks.finding import Finding
from articlekit.checks.package import Item
from articlekit.checks.rules.manifest import falls_back_to, is_core
from articlekit.checks.rules.whole import Use, Whole

_TOLD: Final = frozenset({"svg", "mathml", "scripted", "remote-resources", "switch"})
_WEB: Final = frozenset({"http", "https", "//"})
_FETCHED: Final = frozenset({"media", "font", "image", "style", "script", "frame"})
_SHOWN: Final = frozenset({"image", "media", "frame"})
# Items that readers use without an address: media overlays, lexicons, Adobe's page map.
_BY_THEMSELVES: Final = frozenset(
    """application/smil+xml application/pls+xml application/x-dtbncx+xml
    application/oebps-page-map+xml application/vnd.adobe-page-template+xml""".split()
)


def properties(whole: Whole) -> Iterator[Finding]:
    """An item's properties say what its page has: EPUB 3.3, "Manifest properties"."""
    if whole.package.is_old:
        return
    remote = {u.file for u in whole.uses if u.ref.kind in _FETCHED and u.target.scheme in _WEB}
    for facts in whole.facts.values():
        item = whole.package.by_name[facts.name]
        if item.media_type not in ("application/xhtml+xml", "image/svg+xml"):
            continue
        has = facts.uses | ({"remote-resources"} if facts.name in remote else set())
        if item.media_type == "image/svg+xml":
            has -= {"svg"}
        said = item.properties & _TOLD
        for prop in sorted(has - said):
            yield whole.at(item, "manifest-property-missing", f"{item.name} has {prop}")
        for prop in sorted(said - has):
            yield whole.at(item, "manifest-property-needless", f"{item.name} has no {prop}")


def foreign(whole: Whole) -> Iterator[Finding]:
    """What a page shows is of a core media type, or has a fallback of one."""
    package = whole.package
    core = frozenset(i.media_type for i in package.items if is_core(package, i.media_type))
    shown: dict[str, Use] = {}
    for use in whole.uses:
        if use.name and use.ref.kind in _SHOWN:
            shown.setdefault(use.name, use)
    for name, use in shown.items():
        item = package.by_name.get(name)
        if item is not None and item.media_type and not falls_back_to(package, item, core):
            yield use.found("manifest-foreign", f"{name} is {item.media_type}")


def unused(whole: Whole) -> Iterator[Finding]:
    """Every item is used by something; the pages of the spine use themselves."""
    package = whole.package
    used = {*package.order, *(use.name for use in whole.uses)}
    used.update(item.name for item in (package.nav, package.ncx, package.cover) if item)
    named = {item.fallback for item in package.items}
    for item in package.items:
        if item.name and item.name not in used and not _serves(item, named):
            yield whole.at(item, "manifest-item-unused", item.name)


def _serves(item: Item, named: set[str]) -> bool:
    return item.id in named or item.media_type in _BY_THEMSELVES


CHECKS: Final = (properties, foreign, unused)
