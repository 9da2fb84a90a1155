"""The NCX, the table of contents of EPUB 2: in form, and in step with the other one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from articlekit.checks.finding import Finding, found
from articlekit.checks.parsing import NCX, line_of, local, text_of
from articlekit.checks.rules.navigation import top_entries
from articlekit.checks.rules.whole import Whole
from articlekit.checks.urls import locate
from articlekit.model import Element


def ncx(whole: Whole) -> Iterator[Finding]:
    """The NCX, when there is one, can be read, and leads to pages of the book."""
    item = whole.package.ncx
    if item is None or not whole.has(item.name):
        return
    parsed = whole.epub.parse(item.name)
    if parsed is None or parsed.root is None or parsed.error:
        error, line = (parsed.error, parsed.line) if parsed is not None else (None, None)
        yield found("ncx-broken", error or "", file=item.name, line=line)
        return
    points = list(parsed.root.iter(f"{{{NCX}}}navPoint"))
    if not points:
        yield found("ncx-broken", "it has no navPoint", file=item.name)
        return
    yield from _identifier(whole, parsed.root, item.name)
    yield from _entries(whole, parsed.root, item.name)
    yield from _play_order(parsed.root, item.name)
    yield from _shape(parsed.root, item.name)
    yield from _in_step(whole, parsed.root, item.name)


def _identifier(whole: Whole, root: Element, name: str) -> Iterator[Finding]:
    package = whole.package
    named = (package.root.get("unique-identifier") or "").strip()
    ours = next((e for e in package.dc("identifier") if (e.get("id") or "").strip() == named), None)
    uid = next((e for e in root.iter(f"{{{NCX}}}meta") if e.get("name") == "dtb:uid"), None)
    said = (uid.get("content") or "").strip() if uid is not None else ""
    if ours is not None and said != text_of(ours):
        cause = f"it is {said[:80]!r}" if said else "it is missing"
        line = line_of(uid) if uid is not None else None
        yield found("ncx-identifier", cause, file=name, line=line)


def _entries(whole: Whole, root: Element, name: str) -> Iterator[Finding]:
    for content in root.iter(f"{{{NCX}}}content"):
        src = content.get("src") or ""
        target = locate(src, name)
        facts = whole.facts.get(target.name or "")
        dead = not whole.has(target.name or "") or target.name not in whole.package.by_name
        lost = target.fragment and facts is not None and target.fragment not in facts.ids
        if dead or lost or not src:
            yield found(
                "ncx-link-dead", f"{src[:80]!r} is not in the book", file=name,
                line=line_of(content),
            )  # fmt: skip


def _play_order(root: Element, name: str) -> Iterator[Finding]:
    orders: dict[str, str] = {}
    for point in root.iter(f"{{{NCX}}}navPoint", f"{{{NCX}}}pageTarget", f"{{{NCX}}}navTarget"):
        order = point.get("playOrder")
        content = point.find(f"{{{NCX}}}content")
        if order is None or content is None:
            continue
        src = content.get("src") or ""
        if not order.strip().isdecimal() or orders.setdefault(order, src) != src:
            yield found(
                "ncx-play-order", f"playOrder {order[:20]!r}", file=name, line=line_of(point)
            )


def _shape(root: Element, name: str) -> Iterator[Finding]:
    met: set[str] = set()
    for each in root.iter("*"):
        mark = each.get("id")
        if mark is not None and mark in met:
            yield found("ncx-shape", f"id {mark[:40]!r}", file=name, line=line_of(each))
        met.add(mark or "")
    for point in root.iter(f"{{{NCX}}}navPoint"):
        inside = [local(child) for child in point.iterchildren(f"{{{NCX}}}*")]
        if inside[:1] != ["navLabel"] or "content" not in inside:
            yield found("ncx-shape", "a navPoint without both", file=name, line=line_of(point))


def _in_step(whole: Whole, root: Element, name: str) -> Iterator[Finding]:
    """Both tables' top levels lead to the same pages in the same order.

    Deeper levels may differ: Kindle shows two of the NCX, and writers leave out the rest.
    The NCX may have more, such as a title page.
    """
    ours = top_entries(whole)
    nav_map = root.find(f"{{{NCX}}}navMap")
    if not ours or nav_map is None:
        return
    contents = (
        point.find(f"{{{NCX}}}content") for point in nav_map.iterchildren(f"{{{NCX}}}navPoint")
    )
    theirs = [
        locate(content.get("src") or "", name).name for content in contents if content is not None
    ]
    shared = [step for step in _steps(theirs) if step in ours]
    if shared != _steps(ours):
        cause = f"of {len(_steps(ours))} chapters it has {len(set(shared))}, or in another order"
        yield found("ncx-differs", cause, file=name)


def _steps(names: list[str | None] | list[str]) -> list[str]:
    """The pages without empty names and without a page that follows itself."""
    kept: list[str] = []
    for name in names:
        if name and (not kept or kept[-1] != name):
            kept.append(name)
    return kept


CHECKS: Final = (ncx,)
