"""HTML's attributes: the names that an element has, their values, the ids they refer to.

EPUB 3 alone. Sources: HTML Standard, "Attributes" and the elements' own sections; WAI-ARIA
1.2 and DPUB-ARIA 1.1 for roles; EPUB 3.3, "XHTML extensions" for epub:type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from articlekit.checks.finding import Finding, found
from articlekit.checks.page import EPUB_TYPE, Page, is_handler
from articlekit.checks.parsing import OPS, XHTML, line_of, local, space
from articlekit.checks.rules.content import is_obsolete
from articlekit.checks.rules.package import prefixes_of
from articlekit.model import Element

# Global attributes, with those of RDFa and microdata, which EPUB lets in.
_GLOBAL: Final = frozenset(
    """accesskey autocapitalize autofocus class contenteditable dir draggable enterkeyhint hidden
    id inert inputmode is itemid itemprop itemref itemscope itemtype lang nonce popover role slot
    spellcheck style tabindex title translate writingsuggestions about content datatype inlist
    prefix property rel resource rev src typeof vocab xmlns""".split()
)
_OWN: Final = {
    name: frozenset(attributes.split())
    for names, attributes in (
        ("a", "href target download ping hreflang type referrerpolicy"),
        ("area", "alt coords shape href target download ping rel referrerpolicy"),
        ("audio video", "crossorigin preload autoplay loop muted controls poster playsinline "
         "width height"),
        ("base", "href target"),
        ("blockquote q", "cite"),
        ("button input select textarea output fieldset object form label meter progress option "
         "optgroup",
         "accept alt action accept-charset autocomplete checked cols data dirname disabled "
         "enctype for form formaction formenctype formmethod formnovalidate formtarget height "
         "high label list low max maxlength method min minlength multiple name novalidate "
         "optimum pattern placeholder popovertarget popovertargetaction readonly required rows "
         "selected size step target type usemap value width wrap typemustmatch"),
        ("canvas embed", "height width type"),
        ("col colgroup", "span"),
        ("data li", "value"),
        ("del ins", "cite datetime"),
        ("details", "name open"),
        ("dialog", "open"),
        ("html", "manifest"),
        ("iframe", "srcdoc name sandbox allow allowfullscreen width height referrerpolicy "
         "loading"),
        ("img", "alt srcset sizes crossorigin usemap ismap width height referrerpolicy decoding "
         "loading fetchpriority"),
        ("link", "href crossorigin media integrity hreflang type referrerpolicy sizes "
         "imagesrcset imagesizes as blocking color disabled fetchpriority"),
        ("map", "name"),
        ("meta", "name http-equiv charset media scheme"),
        ("ol", "reversed start type"),
        ("script", "type nomodule async defer crossorigin integrity referrerpolicy charset "
         "blocking fetchpriority"),
        ("slot", "name"),
        ("source", "type srcset sizes media width height"),
        ("style", "media type blocking"),
        ("table", "border"),
        ("td th", "colspan rowspan headers scope abbr"),
        ("template", "shadowrootmode"),
        ("time", "datetime"),
        ("track", "kind srclang label default"),
    )
    for name in names.split()
}  # fmt: skip
_INTEGER: Final = re.compile(r"-?[0-9]+")
_NATURAL: Final = re.compile(r"[0-9]+")
_POSITIVE: Final = re.compile(r"0*[1-9][0-9]*")
# HTML Standard, "Dates and times": the first characters of every form it knows.
_TIME: Final = re.compile(
    r"\d{4,}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?"
    r"|--?\d\d-\d\d|\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?|\d{4,}-W\d\d|Z|[+-]\d\d:?\d\d"
    r"|P(?:\d+[A-Z]|T|\d+\.\d+S)+|(?:\s*\d+(?:\.\d+)?\s*[wdhmsWDHMS])+\s*"
)
_VALUES: Final = {
    ("*", "dir"): re.compile("ltr|rtl|auto", re.IGNORECASE),
    ("*", "contenteditable"): re.compile("|true|false|plaintext-only", re.IGNORECASE),
    ("*", "translate"): re.compile("|yes|no", re.IGNORECASE),
    ("*", "tabindex"): _INTEGER,
    ("td", "colspan"): _POSITIVE,
    ("th", "colspan"): _POSITIVE,
    ("td", "rowspan"): _NATURAL,
    ("th", "rowspan"): _NATURAL,
    ("th", "scope"): re.compile("row|col|rowgroup|colgroup", re.IGNORECASE),
    ("img", "width"): _NATURAL,
    ("img", "height"): _NATURAL,
    ("video", "width"): _NATURAL,
    ("video", "height"): _NATURAL,
    ("iframe", "width"): _NATURAL,
    ("iframe", "height"): _NATURAL,
    ("col", "span"): _POSITIVE,
    ("colgroup", "span"): _POSITIVE,
    ("ol", "start"): _INTEGER,
    ("li", "value"): _INTEGER,
    ("ol", "type"): re.compile("[1aAiI]"),
    ("meta", "charset"): re.compile("utf-8", re.IGNORECASE),
    ("time", "datetime"): _TIME,
    ("ins", "datetime"): _TIME,
    ("del", "datetime"): _TIME,
}
_ROLES: Final = frozenset(
    """alert alertdialog application article banner blockquote button caption cell checkbox code
    columnheader combobox comment complementary contentinfo definition deletion dialog directory
    document emphasis feed figure form generic grid gridcell group heading image img insertion
    link list listbox listitem log main mark marquee math menu menubar menuitem menuitemcheckbox
    menuitemradio meter navigation none note option paragraph presentation progressbar radio
    radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider
    spinbutton status strong subscript suggestion superscript switch tab table tablist tabpanel
    term textbox time timer toolbar tooltip tree treegrid treeitem""".split()
)
_BOOK_ROLES: Final = frozenset(
    """abstract acknowledgments afterword appendix backlink biblioentry bibliography biblioref
    chapter colophon conclusion cover credit credits dedication endnote endnotes epigraph epilogue
    errata example footnote foreword glossary glossref index introduction noteref notice pagebreak
    pagefooter pageheader pagelist part preface prologue pullquote qna subtitle tip toc""".split()
)
_IDREFS: Final = frozenset(
    """for headers list form aria-labelledby aria-describedby aria-controls aria-owns aria-details
    aria-flowto aria-activedescendant aria-errormessage""".split()
)
_DATA: Final = re.compile(r"data-[a-z0-9_.\-·]+")
_HEADERS: Final = frozenset("html head title meta link style script base".split())
# EPUB 3.3, "Reserved prefixes" of content documents.
_PREFIXES: Final = frozenset({"msv", "prism", "z3998"})


def names(page: Page) -> Iterator[Finding]:
    """Every attribute is one that its element has."""
    for element in _html(page):
        name = local(element)
        for key in element.attrib:
            key = str(key)
            if not (key.startswith("{") or _known(name, key) or is_obsolete(name, key)):
                cause = f"{key[:40]} on <{name[:40]}>"
                yield found("page-attribute-unknown", cause, file=page.name, line=line_of(element))


def _known(name: str, key: str) -> bool:
    if key.startswith("data-"):
        return _DATA.fullmatch(key) is not None
    own = key in _GLOBAL or key in _OWN.get(name, ())
    # Custom elements have what attributes they like.
    return own or key.startswith("aria-") or is_handler(key) or "-" in name


def _html(page: Page) -> Iterator[Element]:
    """The HTML elements of a page of EPUB 3."""
    if page.package.is_old or not page.is_html or page.root is None:
        return iter(())
    return page.root.iter(f"{{{XHTML}}}*")


def values(page: Page) -> Iterator[Finding]:
    """Values have the form that their attributes ask for."""
    for element in _html(page):
        name = local(element)
        for key, value in element.attrib.items():
            form = _VALUES.get((name, str(key))) or _VALUES.get(("*", str(key)))
            if form is not None and not form.fullmatch(str(value).strip()):
                cause = f"{key!s}={str(value)[:40]!r} on <{name}>"
                yield found("page-attribute-value", cause, file=page.name, line=line_of(element))
        for role in (element.get("role") or "").split():
            if role not in _ROLES and role.removeprefix("doc-") not in _BOOK_ROLES:
                cause = f"role={role[:40]!r}"
                yield found("page-attribute-value", cause, file=page.name, line=line_of(element))


def references(page: Page) -> Iterator[Finding]:
    """Attributes that name ids of the page name ids that it has."""
    ids = {mark for each in page.elements() if (mark := each.get("id")) is not None}
    for element in _html(page):
        for key in _IDREFS & {str(key) for key in element.attrib}:
            missing = [word for word in (element.get(key) or "").split() if word not in ids]
            if missing:
                cause = f"{key}={missing[0][:40]!r}"
                yield found("page-idref-dead", cause, file=page.name, line=line_of(element))


def types(page: Page) -> Iterator[Finding]:
    """epub:type stands on what is shown, and its prefixes are declared."""
    if page.root is None:
        return
    declared = prefixes_of(page.root.get(f"{{{OPS}}}prefix") or "")
    for element in _html(page):
        if element is not page.root and element.get(f"{{{OPS}}}prefix") is not None:
            cause = "epub:prefix on another element than html"
            yield found("page-type", cause, file=page.name, line=line_of(element))
        said = element.get(EPUB_TYPE)
        if said is None:
            continue
        prefixes = {word.partition(":")[0] for word in said.split() if ":" in word}
        if space(element) == XHTML and local(element) in _HEADERS:
            cause = f"epub:type on <{local(element)}>"
            yield found("page-type", cause, file=page.name, line=line_of(element))
        elif prefixes - declared - _PREFIXES:
            cause = f"prefix {min(prefixes - declared - _PREFIXES)[:40]!r}"
            yield found("page-type", cause, file=page.name, line=line_of(element))


CHECKS: Final = (names, values, references, types)
