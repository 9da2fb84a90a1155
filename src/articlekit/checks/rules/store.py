"""Stores and Kindle: a cover, a size that passes, a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.rules.types import is_font
from articlekit.checks.rules.whole import Whole

# Send to Kindle by mail takes 50 MB, Kindle Direct Publishing 650 MB.
_MAIL: Final = 50_000_000
_LIMIT: Final = 650_000_000
_FONT: Final = 5_000_000


def cover(epub: Epub) -> Iterator[Finding]:
    """There is a cover, and readers of both versions find it."""
    package = epub.package
    if package is None:
        return
    if package.cover is None or not package.cover.media_type.startswith("image/"):
        yield found("cover-missing", file=package.name)
    elif package.by_id.get((package.legacy_meta("cover") or "").strip()) is not package.cover:
        yield found("cover-legacy", file=package.name)


def size(epub: Epub) -> Iterator[Finding]:
    """The book is not too large to be sent and sold, its fonts not to be loaded."""
    length = epub.archive.path.stat().st_size
    if length > _LIMIT:
        yield found("store-size-limit", f"it has {length // 1_000_000} MB")
    elif length > _MAIL:
        yield found("store-size", f"it has {length // 1_000_000} MB")
    for item in epub.package.items if epub.package is not None else ():
        info = epub.archive.by_name.get(item.name)
        if info is not None and is_font(item.media_type) and info.file_size > _FONT:
            yield found("store-font-large", f"it has {info.file_size / 1e6:.1f} MB", file=item.name)


def text(whole: Whole) -> Iterator[Finding]:
    """The book has a text, unless its layout is fixed."""
    nav = whole.package.nav.name if whole.package.nav is not None else None
    read = [whole.facts[name] for name in whole.package.order if name in whole.facts]
    if read and not whole.package.fixed and not any(f.text for f in read if f.name != nav):
        yield found("store-no-text")


CHECKS: Final = (cover, size)
WHOLE_CHECKS: Final = (text,)
