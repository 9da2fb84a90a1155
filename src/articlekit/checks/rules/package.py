"""The package's metadata: who, what, when, in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

import langcodes

from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.parsing import DC, OPF, line_of, space, text_of
from articlekit.model import Element

_MODIFIED: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# W3C's profile of ISO 8601, NOTE-datetime.
_DATE: Final = re.compile(
    r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?"
)
# RFC 5646, section 2.1, with the grandfathered tags told by their beginnings.
_TAG: Final = re.compile(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})
        (?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*
        (?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?
        |x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)
        |art-lojban|cel-gaulish|no-(?:bok|nyn)|zh-(?:guoyu|hakka|min(?:-nan)?|xiang)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_tag(text: str) -> bool:
    """Whether a language tag is well-formed (RFC 5646, section 2.1)."""
    return _TAG.fullmatch(text) is not None


def identifier(epub: Epub) -> Iterator[Finding]:
    """There is a dc:identifier, and unique-identifier names it."""
    package = epub.package
    if package is None:
        return
    given = package.dc("identifier")
    if not given:
        yield found("package-no-identifier", file=package.name)
        return
    named = (package.root.get("unique-identifier") or "").strip()
    if named not in {(each.get("id") or "").strip() for each in given} - {""}:
        cause = f"unique-identifier is {named!r}" if named else "unique-identifier is missing"
        yield found(
            "package-identifier-unnamed", cause, file=package.name, line=line_of(package.root)
        )
    for each in given:
        yield from _identifier_form(each, package.name)


def _identifier_form(element: Element, name: str) -> Iterator[Finding]:
    text = text_of(element)
    lower = text.lower()
    if lower.startswith("urn:uuid:") and not _is_uuid(lower.removeprefix("urn:uuid:")):
        yield found("package-identifier-uuid", text[:80], file=name, line=line_of(element))
    if lower.startswith("urn:isbn:") and not _is_isbn(lower.removeprefix("urn:isbn:")):
        yield found("package-identifier-isbn", text[:80], file=name, line=line_of(element))


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_isbn(text: str) -> bool:
    digits = text.replace("-", "").replace(" ", "")
    if re.fullmatch(r"[0-9]{13}", digits):
        return sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"[0-9]{9}[0-9x]", digits):
        values = [10 if d == "x" else int(d) for d in digits]
        return sum(value * (10 - at) for at, value in enumerate(values)) % 11 == 0
    return False


def titles(epub: Epub) -> Iterator[Finding]:
    """There are a title and an author, and no element of Dublin Core is empty."""
    package = epub.package
    if package is None:
        return
    if not package.dc("title"):
        yield found("package-no-title", file=package.name)
    if not package.dc("creator"):
        yield found("package-no-creator", file=package.name)
    for each in package.metadata:
        empty = not text_of(each) and (space(each) == DC or each.get("property"))
        if empty:
            tag = str(each.tag).rpartition("}")[2]
            cause = f"{each.get('property') or tag} is empty"
            yield found("package-metadata-empty", cause, file=package.name, line=line_of(each))


def languages(epub: Epub) -> Iterator[Finding]:
    """There is a language, well-formed and registered."""
    package = epub.package
    if package is None:
        return
    given = package.dc("language")
    if not given:
        yield found("package-no-language", file=package.name)
    for each in given:
        tag = text_of(each)
        if tag and not is_tag(tag):
            yield found("package-language-invalid", tag[:40], file=package.name, line=line_of(each))
        elif tag and (tag.lower() == "und" or not langcodes.tag_is_valid(tag)):
            yield found("package-language-unknown", tag[:40], file=package.name, line=line_of(each))
    for key in ("{http://www.w3.org/XML/1998/namespace}lang",):
        tag = (package.root.get(key) or "").strip()
        if tag and not is_tag(tag):
            yield found("package-language-invalid", tag[:40], file=package.name)


def dates(epub: Epub) -> Iterator[Finding]:
    """There is one time of modification (EPUB 3), and dates are dates."""
    package = epub.package
    if package is None:
        return
    if not package.is_old:
        modified = package.metas("dcterms:modified")
        if len(modified) != 1:
            yield found("package-no-modified", f"there are {len(modified)}", file=package.name)
        for each in modified:
            if not _MODIFIED.fullmatch(text_of(each)):
                cause = text_of(each)[:40] or "it is empty"
                yield found("package-modified-format", cause, file=package.name, line=line_of(each))
    for each in package.dc("date"):
        if text_of(each) and not _DATE.fullmatch(text_of(each)):
            yield found("package-date", text_of(each)[:40], file=package.name, line=line_of(each))


# EPUB 3.3, "Reserved prefixes" of the package document.
_RESERVED: Final = frozenset("a11y dcterms marc media onix rendition schema xsd msv prism".split())
# EPUB 3.3, "Meta properties vocabulary", with those that it calls deprecated.
_PROPERTIES: Final = frozenset(
    """alternate-script authority belongs-to-collection collection-type display-seq file-as
    group-position identifier-type meta-auth role source-of term title-type
    pageBreakSource""".split()
)


def refinements(epub: Epub) -> Iterator[Finding]:
    """What refines names an id, and properties are known or have a declared prefix."""
    package = epub.package
    if package is None or package.is_old:
        return
    ids = {(each.get("id") or "").strip() for each in package.root.iter("*")} - {""}
    declared = prefixes_of(package.root.get("prefix") or "")
    for each in package.metadata:
        refined = (each.get("refines") or "").strip()
        dead = refined.startswith("#") and refined[1:] not in ids
        # A path refines a file of the book; an id without # was meant to be one.
        if dead or refined in ids:
            yield found(
                "package-refines-nothing", refined[:80], file=package.name, line=line_of(each)
            )
        if each.tag == f"{{{OPF}}}meta":
            yield from _property(each, declared, package.name)


def prefixes_of(text: str) -> set[str]:
    """The prefixes that a prefix attribute declares."""
    return {word[:-1] for word in text.split() if word.endswith(":")}


def _property(meta: Element, declared: set[str], name: str) -> Iterator[Finding]:
    prop = (meta.get("property") or "").strip()
    prefix, colon, _ = prop.partition(":")
    if colon and prefix not in declared | _RESERVED:
        yield found("package-prefix-unknown", prop[:80], file=name, line=line_of(meta))
    elif prop and not colon and prop not in _PROPERTIES:
        yield found("package-property-unknown", prop[:80], file=name, line=line_of(meta))


CHECKS: Final = (identifier, titles, languages, dates, refinements)
