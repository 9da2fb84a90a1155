"""Accessibility: what EPUB Accessibility 1.1 asks of the package, and WCAG of the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.page import EPUB_TYPE, Page
from articlekit.checks.parsing import MATHML, OPF, SVG, XHTML, line_of, text_of
from articlekit.checks.rules.whole import Whole
from articlekit.model import Element

_WANTED: Final = {
    "accessMode": "access-no-mode",
    "accessibilityFeature": "access-no-feature",
    "accessibilityHazard": "access-no-hazard",
    "accessibilitySummary": "access-no-summary",
    "accessModeSufficient": "access-no-sufficient",
}
# Schema.org Accessibility Properties for Discoverability Vocabulary, approved terms.
_VALUES: Final = {
    "accessMode": frozenset(
        """auditory chartOnVisual chemOnVisual colorDependent diagramOnVisual mathOnVisual
        musicOnVisual tactile textOnVisual textual visual""".split()
    ),
    "accessModeSufficient": frozenset("auditory tactile textual visual".split()),
    "accessibilityFeature": frozenset(
        """alternativeText annotations ARIA audioDescription bookmarks braille captions ChemML
        closedCaptions describedMath displayTransformability taggedPDF fullRubyAnnotations
        highContrastAudio highContrastDisplay horizontalWriting index largePrint latex
        latex-chemistry longDescription MathML MathML-chemistry none openCaptions pageBreakMarkers
        pageBreakSource pageNavigation printPageNumbers readingOrder rubyAnnotations signLanguage
        structuralNavigation synchronizedAudioText tableOfContents tactileGraphic tactileObject
        timingControl transcript ttsMarkup unlocked verticalWriting withAdditionalWordSegmentation
        withoutAdditionalWordSegmentation unknown""".split()
    ),
    "accessibilityHazard": frozenset(
        """flashing noFlashingHazard motionSimulation noMotionSimulationHazard sound
        noSoundHazard unknown unknownFlashingHazard unknownMotionSimulationHazard
        unknownSoundHazard none""".split()
    ),
}
_HAZARDS: Final = (
    ("flashing", "noFlashingHazard", "unknownFlashingHazard"),
    ("motionSimulation", "noMotionSimulationHazard", "unknownMotionSimulationHazard"),
    ("sound", "noSoundHazard", "unknownSoundHazard"),
)
# EPUB Accessibility 1.1, "Conformance reporting", and the addresses of version 1.0.
_CONFORMS: Final = re.compile(
    r"EPUB Accessibility 1\.[1-9] - WCAG 2\.[0-2] Level A{1,3}"
    r"|https?://www\.idpf\.org/epub/a11y/accessibility-20170105\.html#wcag-a{1,3}"
)
# EPUB Type to ARIA Role Authoring Guide 1.1: types whose role has the same meaning, on
# elements other than body.
_ROLES: Final = frozenset(
    """abstract acknowledgments afterword appendix bibliography colophon conclusion credit
    credits dedication endnotes epigraph epilogue errata footnote foreword glossary index
    introduction noteref preface prologue pullquote qna""".split()
)


def _said(epub: Epub, name: str) -> list[Element]:
    """The metadata of this name; EPUB 2 says it with name and content."""
    package = epub.package
    if package is None:
        return []
    metas = package.metas(f"schema:{name}")
    old = [e for e in package.metadata if e.get("name") == f"schema:{name}"]
    return [*metas, *old]


def _value(meta: Element) -> str:
    return text_of(meta) or (meta.get("content") or "").strip()


def metadata(epub: Epub) -> Iterator[Finding]:
    """The package says how the book can be read, in the vocabulary's words."""
    package = epub.package
    if package is None or package.is_old:
        return
    for name, code in _WANTED.items():
        if not _said(epub, name):
            yield found(code, file=package.name)
        if name in _VALUES:
            yield from _unknown(epub, name)
    hazards = {_value(each) for each in _said(epub, "accessibilityHazard")}
    alone = hazards & {"none", "unknown"}
    several = [row for row in _HAZARDS if len(hazards & set(row)) > 1]
    if several or (alone and len(hazards) > 1):
        cause = ", ".join(sorted(hazards))[:120]
        yield found("access-hazard-contradicts", cause, file=package.name)


def _unknown(epub: Epub, name: str) -> Iterator[Finding]:
    for each in _said(epub, name):
        for value in re.split(r"[\s,]+", _value(each)):
            # A feature may be qualified: ttsMarkup/SSML.
            if value and value.partition("/")[0] not in _VALUES[name]:
                yield found(
                    "access-value-unknown", f"{name}: {value[:60]}",
                    file=epub.package_name, line=line_of(each),
                )  # fmt: skip


def conformance(epub: Epub) -> Iterator[Finding]:
    """A claim to conform is in the standard's words, and somebody stands behind it."""
    package = epub.package
    if package is None:
        return
    claims = package.metas("dcterms:conformsTo")
    links = [
        each
        for each in package.metadata
        if each.tag == f"{{{OPF}}}link" and "dcterms:conformsTo" in (each.get("rel") or "").split()
    ]
    certified = any(e.get("property") == "a11y:certifiedBy" for e in package.metadata)
    for each, said in [(e, text_of(e)) for e in claims] + [(e, e.get("href") or "") for e in links]:
        about = "a11y" in said.lower() or "accessib" in said.lower() or "wcag" in said.lower()
        if about and not _CONFORMS.fullmatch(said):
            yield found("access-conforms-unknown", said[:80], file=package.name, line=line_of(each))
        elif about and not certified:
            yield found("access-conforms-uncertified", file=package.name, line=line_of(each))


def claims(whole: Whole) -> Iterator[Finding]:
    """Alternative texts that the package claims are there."""
    features = {_value(each) for each in _said(whole.epub, "accessibilityFeature")}
    bare = sum(facts.bare_images for facts in whole.facts.values())
    if "alternativeText" in features and bare:
        yield found("access-alt-claimed", f"{bare} have none", file=whole.package.name)


def tables(page: Page) -> Iterator[Finding]:
    """A table of data has cells that head the others."""
    for table in page.elements("table"):
        layout = table.get("role") in ("presentation", "none")
        rows = list(table.iter(f"{{{XHTML}}}tr"))[:2]
        headed = next(table.iter(f"{{{XHTML}}}th"), None) is not None
        if not layout and not headed and len(rows) > 1:
            yield found("access-table-headers", file=page.name, line=line_of(table))


def roles(page: Page) -> Iterator[Finding]:
    """An epub:type that has a role in ARIA is paired with it."""
    if page.package.is_old:
        return
    for each in page.elements("section", "aside", "div", "a", "p", "article"):
        kinds = set((each.get(EPUB_TYPE) or "").split()) & _ROLES
        if kinds and not each.get("role"):
            kind = min(kinds)
            cause = f'epub:type="{kind}" without role="doc-{kind}"'
            yield found("access-no-role", cause, file=page.name, line=line_of(each))


def drawings(page: Page) -> Iterator[Finding]:
    """Drawings and formulas have words for those who do not see them."""
    if page.root is None or page.item.media_type == "image/svg+xml":
        return
    for svg in page.root.iter(f"{{{SVG}}}svg"):
        parent = svg.getparent()
        inner = parent is not None and str(parent.tag).startswith(f"{{{SVG}}}")
        named = any(svg.get(key) for key in ("aria-label", "aria-labelledby", "aria-hidden"))
        titled = next(svg.iter(f"{{{SVG}}}title", f"{{{SVG}}}text"), None) is not None
        if not (inner or named or titled or svg.get("role") in ("presentation", "none")):
            yield found("access-svg-unnamed", file=page.name, line=line_of(svg))
    for math in page.root.iter(f"{{{MATHML}}}math"):
        if not (math.get("alttext") or "").strip():
            yield found("access-math-unnamed", file=page.name, line=line_of(math))


CHECKS: Final = (metadata, conformance)
WHOLE_CHECKS: Final = (claims,)
PAGE_CHECKS: Final = (tables, roles, drawings)
