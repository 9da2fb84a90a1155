"""The navigation document and the NCX: every chapter found, in order, in both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from articlekit.checks.finding import Finding, found
from articlekit.checks.page import EPUB_TYPE
from articlekit.checks.parsing import XHTML, line_of, local, text_of
from articlekit.checks.rules.whole import Whole
from articlekit.checks.urls import Target, locate
from articlekit.model import Element

# Pages of a spine below which a short table of contents is no fault.
_PAGES: Final = 8
_SPARSE: Final = 0.2
_HEADINGS: Final = tuple(f"{{{XHTML}}}{name}" for name in "h1 h2 h3 h4 h5 h6 header".split())
_OF_NAV: Final = ("toc", "landmarks", "page-list")


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of a table of contents; `parent` numbers the list in which it stands."""

    label: str
    target: Target
    line: int | None
    parent: int
    top: bool


def nav(whole: Whole) -> Iterator[Finding]:
    """There is a navigation document, and it is in form."""
    package = whole.package
    if package.is_old:
        return
    if package.nav is None:
        yield found("nav-missing", file=package.name)
        return
    navs = _navs(whole)
    tocs = [each for each in navs if _is(each, "toc")]
    if len(tocs) != 1:
        yield found("nav-no-toc", f"there are {len(tocs)}", file=package.nav.name)
    for each in navs:
        known = any(_is(each, kind) for kind in _OF_NAV)
        if each.get(EPUB_TYPE) is not None:
            yield from _shape(each, package.nav.name)
            yield from _dead(whole, each, package.nav.name)
        headed = next(each.iterchildren(*_HEADINGS), None) is not None
        if each.get(EPUB_TYPE) is not None and not known and not headed:
            cause = "a nav of its own kind without a heading"
            yield found("nav-shape", cause, file=package.nav.name, line=line_of(each))
    for toc in tocs[:1]:
        if next(toc.iterchildren(*_HEADINGS), None) is None:
            yield found("nav-no-heading", file=package.nav.name, line=line_of(toc))
        yield from _contents(whole, toc)
    yield from _landmarks(whole, [each for each in navs if _is(each, "landmarks")])
    yield from _page_list(whole, navs)


def _navs(whole: Whole) -> list[Element]:
    """The nav elements of the navigation document; none when it cannot be read."""
    item = whole.package.nav
    parsed = whole.epub.parse(item.name) if item is not None and item.name else None
    if parsed is None or parsed.root is None:
        return []
    return list(parsed.root.iter(f"{{{XHTML}}}nav"))


def _is(element: Element, kind: str) -> bool:
    return kind in (element.get(EPUB_TYPE) or "").split()


def _shape(nav: Element, name: str) -> Iterator[Finding]:
    """EPUB 3.3, "The nav element: restrictions": ol holds li, li a label and perhaps ol."""
    report = partial(found, "nav-shape", file=name)
    for each in nav.iterchildren(*_HEADINGS[:6]):
        if not text_of(each):
            yield report("a heading without text", line=line_of(each))
    lists = [child for child in nav.iterchildren("*") if local(child) == "ol"]
    if len(lists) != 1:
        yield report(f"a nav with {len(lists)} ol", line=line_of(nav))
    for each in nav.iter(f"{{{XHTML}}}ol", f"{{{XHTML}}}li"):
        children = [local(child) for child in each.iterchildren("*")]
        if local(each) == "ol":
            if not children or set(children) != {"li"}:
                yield report("an ol that holds other things than li", line=line_of(each))
        elif any((part or "").strip() for part in (each.text, *(e.tail for e in each))):
            yield report("an li with text beside its label", line=line_of(each))
        elif children not in (["a"], ["span", "ol"], ["a", "ol"]):
            yield report(f"an li with {', '.join(children[:5]) or 'nothing'}", line=line_of(each))


def _dead(whole: Whole, nav: Element, name: str) -> Iterator[Finding]:
    for entry in _links(nav, name):
        if not entry.label:
            yield found("nav-label-empty", file=name, line=entry.line)
        cause = _cause(whole, entry.target)
        if cause:
            yield found("nav-link-dead", cause, file=name, line=entry.line)


def _cause(whole: Whole, target: Target) -> str:
    """What is wrong with where an entry leads, or nothing."""
    if target.scheme or target.leaves:
        return "it leads out of the book"
    name = target.name or ""
    if not whole.has(name):
        return f"{name} is not in the book"
    if name not in whole.package.order:
        return f"{name} is not in the spine"
    facts = whole.facts.get(name)
    if target.fragment and facts is not None and target.fragment not in facts.ids:
        return f"{name} has no id {target.fragment[:60]!r}"
    return ""


def _links(nav: Element, name: str) -> Iterator[Entry]:
    lists: dict[Element, int] = {}
    for link in nav.iter(f"{{{XHTML}}}a"):
        parent = next(link.iterancestors(f"{{{XHTML}}}ol"), nav)
        number = lists.setdefault(parent, len(lists))
        label = text_of(link) or next(
            (e.get("alt") or "" for e in link.iter(f"{{{XHTML}}}img")), link.get("title") or ""
        )
        target = locate(link.get("href") or "", name)
        yield Entry(label, target, line_of(link), number, parent.getparent() is nav)


def _contents(whole: Whole, toc: Element) -> Iterator[Finding]:
    name = whole.package.nav.name if whole.package.nav is not None else ""
    entries = list(_links(toc, name))
    if not entries:
        yield found("nav-toc-empty", file=name, line=line_of(toc))
        return
    yield from _order(whole, entries, name)
    yield from _repeated(entries, name)
    listed = {entry.target.name for entry in entries}
    # A part's own page may list what the contents leave to it.
    onward = {
        use.target.name for use in whole.uses if use.ref.kind == "link" and use.file in listed
    }
    reached = (listed | onward) & whole.package.order.keys()
    pages = len(whole.package.order)
    if pages >= _PAGES and len(reached) < pages * _SPARSE:
        cause = f"it reaches {len(reached)} of {pages} pages"
        yield found("nav-sparse", cause, file=name, line=line_of(toc))


def _order(whole: Whole, entries: list[Entry], name: str) -> Iterator[Finding]:
    last = (-1, -1)
    for entry in entries:
        file = entry.target.name or ""
        if file not in whole.package.order:
            continue
        facts = whole.facts.get(file)
        within = facts.ids.get(entry.target.fragment or "", -1) if facts is not None else -1
        here = (whole.package.order[file], within)
        if here < last:
            cause = f"{entry.label[:40]!r} stands behind what comes after it"
            yield found("nav-order", cause, file=name, line=entry.line)
        last = here


def _repeated(entries: list[Entry], name: str) -> Iterator[Finding]:
    met: dict[tuple[int, str], Target] = {}
    for entry in entries:
        first = met.setdefault((entry.parent, entry.label), entry.target)
        if entry.label and first != entry.target:
            yield found("nav-label-repeated", repr(entry.label[:60]), file=name, line=entry.line)


def _landmarks(whole: Whole, landmarks: list[Element]) -> Iterator[Finding]:
    name = whole.package.nav.name if whole.package.nav is not None else ""
    if not landmarks:
        yield found("nav-no-landmarks", file=name)
    for nav in landmarks:
        met: set[tuple[str, str]] = set()
        for link in nav.iter(f"{{{XHTML}}}a"):
            kind, href = (link.get(EPUB_TYPE) or "").strip(), link.get("href") or ""
            if not kind or (kind, href) in met:
                cause = f"{kind} twice" if kind else "no epub:type"
                yield found("nav-landmark", cause, file=name, line=line_of(link))
            met.add((kind, href))


def _page_list(whole: Whole, navs: list[Element]) -> Iterator[Finding]:
    name = whole.package.nav.name if whole.package.nav is not None else ""
    breaks = any(facts.breaks for facts in whole.facts.values())
    if breaks and not any(_is(each, "page-list") for each in navs):
        yield found("nav-no-page-list", file=name)


def top_entries(whole: Whole) -> list[str]:
    """The pages that the top level of the table of contents leads to."""
    item = whole.package.nav
    tocs = [each for each in _navs(whole) if _is(each, "toc")]
    if item is None or not tocs:
        return []
    return [e.target.name or "" for e in _links(tocs[0], item.name) if e.top]


CHECKS: Final = (nav,)
