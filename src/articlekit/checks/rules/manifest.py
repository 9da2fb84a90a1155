"""The manifest: every file listed once, under its true type, and nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from articlekit.checks.archive import Unreadable
from articlekit.checks.epub import PAGE_TYPES, Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.package import Item, Package
from articlekit.checks.rules.types import CORE, CORE_2, HEAD, OLD, SUFFIXES, agrees, kind_of

_MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;.*)?", re.ASCII)
# EPUB 3.3, "Manifest properties vocabulary", and those of its companions.
_PROPERTIES: Final = frozenset(
    """cover-image mathml nav remote-resources scripted svg switch data-nav dictionary
    glossary index search-key-map""".split()
)
_REMOTE_KINDS: Final = ("audio/", "video/", "font/", "application/font", "application/vnd.ms-op")
# Fallbacks one behind the other; a longer chain leads round in a circle, or as good as.
_CHAIN: Final = 50
_CONTENT: Final = frozenset({"application/xhtml+xml", "image/svg+xml"})
_TYPED: Final = ("image/", "font/", "application/font", "application/x-font", "application/vnd.ms")


def complete(epub: Epub) -> Iterator[Finding]:
    """Every item says what and where it is, in a form that can be read."""
    for package, item in _items(epub):
        lacking = [
            name
            for name, value in (
                ("id", item.id), ("href", item.href.strip()), ("media-type", item.media_type)
            )
            if not value
        ]  # fmt: skip
        if lacking:
            yield _at(package, item, "manifest-item-incomplete", f"no {', '.join(lacking)}")
        if item.target.leaves or not item.target.valid or item.target.query:
            yield _at(package, item, "manifest-href-invalid", item.href[:80])
        if item.target.fragment is not None and not item.target.scheme:
            yield _at(package, item, "manifest-href-fragment", item.href[:80])
        if item.media_type and not _MEDIA_TYPE.fullmatch(item.media_type):
            yield _at(package, item, "manifest-media-type-invalid", item.media_type[:80])


def present(epub: Epub) -> Iterator[Finding]:
    """Every item's file is there, once, and is not what must not be listed."""
    met: set[str] = set()
    for package, item in _items(epub):
        name = item.name
        if not name:
            continue
        if name in met:
            yield _at(package, item, "manifest-href-repeated", name)
        met.add(name)
        if name == package.name:
            yield _at(package, item, "manifest-lists-package")
        elif name.startswith("META-INF/"):
            yield _at(package, item, "manifest-in-meta-inf", name)
        elif name not in epub.archive.by_name and not item.target.leaves:
            yield _at(package, item, "manifest-file-missing", f"{name} is not in the book")


def remote(epub: Epub) -> Iterator[Finding]:
    """What stands on the web is a font, audio or video."""
    for package, item in _items(epub):
        if item.target.scheme and not item.media_type.startswith(_REMOTE_KINDS):
            yield _at(package, item, "manifest-remote", item.href[:80])


def undeclared(epub: Epub) -> Iterator[Finding]:
    """Every file of the book is listed, but for the container's own."""
    package = epub.package
    if package is None:
        return
    others = {"mimetype", *(each.get("full-path") or "" for each in epub.rootfiles)}
    for name in epub.archive.by_name:
        own = name.startswith("META-INF/") or name in others or name == package.name
        if not own and name not in package.by_name:
            yield found("manifest-file-undeclared", file=name)


def media_types(epub: Epub) -> Iterator[Finding]:
    """A file's bytes are of the type that its item declares."""
    for package, item in _items(epub):
        if item.media_type in OLD and not (package.is_old and "font" in item.media_type):
            cause = f"{item.media_type}; today it is {OLD[item.media_type]}"
            yield _at(package, item, "manifest-media-type-old", cause)
        if item.name in epub.encrypted:
            continue
        try:
            head = epub.archive.head(item.name, HEAD)
        except Unreadable:
            continue
        yield from _type(package, item, head)


def _type(package: Package, item: Item, head: bytes) -> Iterator[Finding]:
    kind = kind_of(head)
    if kind is None:
        if item.media_type.startswith(_TYPED) and "svg" not in item.media_type and head:
            cause = f"{item.name} does not begin like {item.media_type}"
            yield _at(package, item, "manifest-media-type-wrong", cause)
        return
    known = item.media_type.startswith(("image/", "audio/", "font/", "application/", "text/"))
    if known and not agrees(kind, item.media_type):
        cause = f"{item.name} is {kind}, declared as {item.media_type}"
        yield _at(package, item, "manifest-media-type-wrong", cause)
    suffixes = SUFFIXES.get(kind)
    if suffixes and "image" in item.media_type and not item.name.lower().endswith(suffixes):
        yield _at(package, item, "manifest-suffix-wrong", f"{item.name} is {kind}")


def fallbacks(epub: Epub) -> Iterator[Finding]:
    """Chains of fallbacks end, in something there is."""
    for package, item in _items(epub):
        if item.fallback and item.fallback not in package.by_id:
            cause = f"fallback is {item.fallback!r}"
            yield _at(package, item, "manifest-fallback-missing", cause)
        elif item.fallback and falls_back_to(package, item, frozenset()) is None:
            yield _at(package, item, "manifest-fallback-circle")


def falls_back_to(package: Package, item: Item, wanted: frozenset[str]) -> bool | None:
    """Whether an item or one of its fallbacks is of a wanted type; None for a circle."""
    at: Item | None = item
    for _ in range(_CHAIN):
        if at is None:
            return False
        if at.media_type in wanted:
            return True
        at = package.by_id.get(at.fallback)
    return None


def is_core(package: Package, media_type: str) -> bool:
    """Whether every reader shows a type; those of old names are told elsewhere."""
    plain = media_type.partition(";")[0].strip().lower()
    known = CORE_2 if package.is_old else CORE
    renamed = plain in OLD and not plain.startswith("image/")
    return plain in known or renamed or plain.startswith(("video/", "audio/"))


def properties(epub: Epub) -> Iterator[Finding]:
    """Properties are known ones, and stand on items that can have them."""
    covers = navs = 0
    for package, item in _items(epub):
        for prop in sorted(item.properties):
            if package.is_old or (":" not in prop and prop not in _PROPERTIES):
                yield _at(package, item, "manifest-property-unknown", prop[:80])
        covers += "cover-image" in item.properties
        navs += "nav" in item.properties
        for prop, right in (
            ("cover-image", item.media_type.startswith("image/") and covers < 2),
            ("nav", item.media_type == "application/xhtml+xml" and navs < 2),
        ):
            if prop in item.properties and not right:
                yield _at(package, item, "manifest-property-misplaced", prop)


def _items(epub: Epub) -> Iterator[tuple[Package, Item]]:
    package = epub.package
    if package is not None:
        for item in package.items:
            yield package, item


def _at(package: Package, item: Item, code: str, message: str = "") -> Finding:
    return found(code, message, file=package.name, line=item.line)


def spine_types(epub: Epub) -> Iterator[Finding]:
    """Everything in the spine is a page, or falls back to one."""
    package = epub.package
    if package is None:
        return
    wanted = _CONTENT | (PAGE_TYPES | {"application/x-dtbook+xml"} if package.is_old else set())
    for ref in package.spine:
        item = package.by_id.get(ref.idref)
        if item is not None and item.media_type and not falls_back_to(package, item, wanted):
            cause = f"{item.name or item.href} is {item.media_type}"
            yield found("spine-not-a-page", cause, file=package.name, line=ref.line)


CHECKS: Final = (
    complete, present, remote, undeclared, media_types, fallbacks, properties, spine_types,
)  # fmt: skip
