"""Run every check on a file and gather what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from articlekit.checks.archive import Archive, NotAZip, Unreadable
from articlekit.checks.css import CSS_CAP, Sheet, parse_attribute, parse_sheet
from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found, in_order
from articlekit.checks.page import Facts, Page
from articlekit.checks.parsing import encoding_of, line_of
from articlekit.checks.rules import (
    access,
    archive,
    attributes,
    container,
    content,
    images,
    links,
    manifest,
    navigation,
    ncx,
    package,
    pages,
    resources,
    schema,
    spine,
    store,
    structure,
    styles,
)  # fmt: skip
from articlekit.checks.rules.whole import Whole
from articlekit.errors import InputError, SourceNotFound, reason_of

#: Findings of one code that are listed; a book of a thousand pages repeats itself.
MOST: Final = 500

# Bytes of style sheets that are parsed of one book, at a million a second.
_SHEETS: Final = 10_000_000

_BOOK: Final[tuple[Callable[[Epub], Iterator[Finding]], ...]] = (
    *archive.CHECKS, *container.CHECKS, *package.CHECKS, *manifest.CHECKS, *spine.CHECKS,
    *schema.CHECKS, *access.CHECKS, *store.CHECKS, *images.CHECKS,
)  # fmt: skip
_PAGE: Final[tuple[Callable[[Page], Iterator[Finding]], ...]] = (
    *pages.CHECKS, *content.CHECKS, *structure.CHECKS, *attributes.CHECKS, *links.PAGE_CHECKS,
    *images.PAGE_CHECKS, *access.PAGE_CHECKS,
)  # fmt: skip
_SHEET: Final[tuple[Callable[[str, Sheet], Iterator[Finding]], ...]] = styles.CHECKS
_WHOLE: Final[tuple[Callable[[Whole], Iterator[Finding]], ...]] = (
    *links.CHECKS, *resources.CHECKS, *navigation.CHECKS, *ncx.CHECKS, *access.WHOLE_CHECKS,
    *store.WHOLE_CHECKS,
)  # fmt: skip


def check_epub(path: Path) -> list[Finding]:
    """Return everything that is wrong with an EPUB, by file and line.

    No content makes it raise, and none is trusted: see `Archive` and `parse_xml` for the
    bounds. Raises InputError for a path that is no file or may not be read.
    """
    _refuse(path)
    try:
        with Archive(path) as opened:
            return in_order(_bounded(_findings(Epub(opened))))
    except NotAZip as error:
        return [found("zip-unreadable", str(error)[:100])]


def _refuse(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path}: is a folder; zip it into an .epub first")
    if not path.exists():
        raise SourceNotFound(f"{path}: nothing is there")
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise InputError(f"{path}: not read: {reason_of(error)}") from error


def _findings(epub: Epub) -> Iterator[Finding]:
    for check in _BOOK:
        yield from check(epub)
    if epub.package is not None:
        facts: dict[str, Facts] = {}
        for page in epub.pages():
            sheets = list(_own_styles(page))
            refs = tuple(ref for sheet in sheets for ref in sheet.refs)
            facts[page.name] = page.facts(refs)
            for check_page in _PAGE:
                yield from check_page(page)
            yield from _of_sheets(page.name, sheets)
        yield from _style_sheets(epub, facts)
        whole = Whole(epub, epub.package, facts)
        for check_whole in _WHOLE:
            yield from check_whole(whole)
    for name, reason in epub.archive.unreadable.items():
        yield found("zip-entry-broken", reason[:100], file=name)


def _own_styles(page: Page) -> Iterator[Sheet]:
    """The style rules on a page itself; an attribute that repeats is parsed once."""
    for each in page.elements("style"):
        yield parse_sheet("".join(each.itertext()), line_of(each) or 1)
    met: set[str] = set()
    length = 0
    for element in page.elements():
        text = element.get("style")
        if text and text not in met and length < CSS_CAP:
            met.add(text)
            length += len(text)
            yield parse_attribute(text, line_of(element) or 1)


def _style_sheets(epub: Epub, facts: dict[str, Facts]) -> Iterator[Finding]:
    assert epub.package is not None
    length = 0
    for item in epub.package.by_name.values():
        if item.media_type not in ("text/css", "text/x-oeb1-css") or item.name in epub.encrypted:
            continue
        try:
            data = epub.archive.read(item.name)
        except Unreadable:
            continue
        length += len(data)
        if length > _SHEETS:
            yield found("check-cut-short", "a style sheet that was not read", file=item.name)
            continue
        text, code = _decoded(data)
        if code:
            yield found(code, file=item.name)
        sheet = parse_sheet(text)
        facts[item.name] = Facts(item.name, sheet.refs)
        yield from _of_sheets(item.name, [sheet])


def _decoded(data: bytes) -> tuple[str, str]:
    """A style sheet's text, and the code of what is wrong with its encoding, if anything is."""
    encoding = encoding_of(data)
    head = data[:200].decode("latin-1").lower()
    declared = head.startswith("@charset") and "utf-8" not in head[:30]
    if encoding != "utf-8":
        return data.decode("utf-16", "replace"), "css-utf-16"
    try:
        return data.decode("utf-8-sig"), "css-encoding" if declared else ""
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace"), "css-encoding"


def _of_sheets(name: str, sheets: Iterable[Sheet]) -> Iterator[Finding]:
    for sheet in sheets:
        for check in _SHEET:
            yield from check(name, sheet)


def _bounded(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Pass on every finding once, at most `MOST` of a code, and say how many more there are."""
    counts: Counter[str] = Counter()
    met: set[Finding] = set()
    for each in findings:
        if each in met:
            continue
        counts[each.code] += 1
        if counts[each.code] <= MOST:
            met.add(each)
            yield each
    for code, count in counts.items():
        if count > MOST:
            yield found("check-cut-short", f"{count - MOST} more of {code}")
