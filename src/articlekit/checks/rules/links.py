"""Links and addresses: all of them lead somewhere, and to where they may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from articlekit.checks.epub import PAGE_TYPES
from articlekit.checks.finding import Finding, found
from articlekit.checks.page import Page
from articlekit.checks.parsing import line_of, text_of
from articlekit.checks.rules.manifest import falls_back_to
from articlekit.checks.rules.whole import Use, Whole

# Schemes that a reader of a book may meet; IANA's list has hundreds that none does.
_SCHEMES: Final = frozenset(
    """// http https mailto tel sms ftp ftps geo doi urn news nntp irc ircs xmpp sip sips magnet
    maps facetime callto skype market itms ibooks kindle""".split()
)
_LOCAL: Final = re.compile(
    r"file:|(?:https?|ftp)://"
    r"(?:localhost|127\.|10\.|192\.168\.|\[::1\]|[^/:?#\s]{1,250}\.local(?:[/:?#]|$))",
    re.IGNORECASE,
)
_RUNS: Final = frozenset({"javascript", "vbscript", "data", "blob"})
# What may stand on the web, EPUB 3.3, "Resource locations".
_REMOTE: Final = frozenset({"media", "font", "other"})
_PAGES: Final = PAGE_TYPES | {"application/x-dtbook+xml"}
# Other fragments than ids have parentheses or signs: epubcfi(…), xywh=…, t=…, :~:text=….
_SCHEMED: Final = re.compile(r"[(=]|^:~:")


def addresses(whole: Whole) -> Iterator[Finding]:
    """Every address of every page and style sheet leads where it may."""
    nav = whole.package.nav.name if whole.package.nav is not None else None
    for use in whole.uses:
        if use.file != nav or use.ref.kind != "link":
            yield from _address(whole, use)


def _address(whole: Whole, use: Use) -> Iterator[Finding]:
    target, is_link = use.target, use.ref.kind == "link"
    if use.said in ("", "#"):
        yield use.found("link-nowhere" if is_link else "resource-missing", f"it is {use.said!r}")
    elif target.scheme:
        yield from _elsewhere(use)
    elif not target.valid:
        yield use.found("link-invalid", use.said)
    elif target.leaves:
        yield use.found("link-leaves", use.said)
    else:
        if target.query:
            yield use.found("link-query", use.said)
        yield from _inside(whole, use)


def _elsewhere(use: Use) -> Iterator[Finding]:
    scheme, is_link = use.target.scheme, use.ref.kind == "link"
    if _LOCAL.match(use.said):
        yield use.found("link-local", use.said)
    elif scheme in _RUNS:
        if is_link or scheme != "data":
            code = "link-data" if scheme == "data" else "link-script"
            yield use.found(code, use.said[:40])
    elif not use.target.valid:
        yield use.found("link-invalid", use.said)
    elif is_link and scheme not in _SCHEMES:
        yield use.found("link-scheme", use.said)
    elif not is_link and use.ref.kind not in _REMOTE:
        yield use.found("resource-remote", use.said)


def _inside(whole: Whole, use: Use) -> Iterator[Finding]:
    is_link = use.ref.kind == "link"
    item = whole.package.by_name.get(use.name)
    if not whole.has(use.name):
        code = "link-dead" if is_link else "resource-missing"
        yield use.found(code, f"{use.said} is not in the book")
    elif item is None:
        yield use.found("link-undeclared", f"{use.name} is not in the manifest")
    elif is_link and not falls_back_to(whole.package, item, _PAGES):
        yield use.found("link-to-resource", f"{use.name} is {item.media_type}")
    elif is_link and use.name not in whole.package.order:
        yield use.found("link-not-in-spine", f"{use.name} is not in the spine")
    elif use.ref.kind == "style" and use.target.fragment is not None:
        yield use.found("resource-fragment", use.said)
    else:
        yield from _fragment(whole, use)


def _fragment(whole: Whole, use: Use) -> Iterator[Finding]:
    there, fragment = whole.facts.get(use.name), use.target.fragment
    if there is None or not fragment or use.ref.kind not in ("link", "use"):
        return
    if fragment not in there.ids and not _SCHEMED.search(fragment):
        cause = f"{use.name} has no id {fragment[:60]!r}"
        yield use.found("link-fragment-dead", cause)


def unreached(whole: Whole) -> Iterator[Finding]:
    """A page that is not linear has a link to it: EPUB 3.3, "The itemref element"."""
    package = whole.package
    if package.is_old:
        return
    linked = {use.name for use in whole.uses if use.ref.kind == "link"}
    for ref in package.spine:
        item = package.by_id.get(ref.idref)
        if item is not None and not ref.linear and item.name not in linked:
            yield found("spine-unreachable", item.name, file=package.name, line=ref.line)


def texts(page: Page) -> Iterator[Finding]:
    """A link has a text, or a picture with one."""
    for each in page.elements("a"):
        if each.get("href") is None or text_of(each) or each.get("aria-label"):
            continue
        if each.get("aria-hidden") == "true":
            continue  # line numbers of code, which only the mouse follows
        if not any(e.get("alt") or e.get("aria-label") for e in each.iter("*")):
            cause = (each.get("href") or "")[:80]
            yield found("link-empty", cause, file=page.name, line=line_of(each))


CHECKS: Final = (addresses, unreached)
PAGE_CHECKS: Final = (texts,)
