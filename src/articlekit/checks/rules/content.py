"""HTML's vocabulary and content models, as far as books break them.

Of EPUB 2, which has XHTML 1.1, only the names of elements are looked at. Source: HTML
Standard, "The elements of HTML" and "Non-conforming features".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from articlekit.checks.finding import Finding, found
from articlekit.checks.page import Page
from articlekit.checks.parsing import OPS, XHTML, line_of, local, space
from articlekit.model import Element

_KNOWN: Final = frozenset(
    """html head title base link meta style body article section nav aside h1 h2 h3 h4 h5 h6
    hgroup header footer address p hr pre blockquote ol ul menu li dl dt dd figure figcaption
    main search div a em strong small s cite q dfn abbr ruby rt rp rb rtc data time code var samp
    kbd sub sup i b u mark bdi bdo span br wbr ins del picture source img iframe embed object
    video audio track map area table caption colgroup col tbody thead tfoot tr td th form label
    input button select datalist optgroup option textarea output progress meter fieldset legend
    details summary dialog script noscript template slot canvas""".split()
)
# OPS 2.0.1, section 2.2: the modules of XHTML 1.1 that EPUB 2 has.
_KNOWN_2: Final = frozenset(
    """html head title base link meta style body h1 h2 h3 h4 h5 h6 address p hr pre blockquote
    ul ol li dl dt dd div a em strong cite q dfn abbr acronym code var samp kbd sub sup i b tt
    big small bdo span br ins del img object param map area table caption colgroup col tbody
    thead tfoot tr td th script noscript ruby rb rbc rt rtc rp form fieldset input select
    optgroup option label legend textarea button iframe""".split()
)
_OBSOLETE: Final = frozenset(
    """acronym applet basefont bgsound big blink center dir font frame frameset isindex keygen
    listing marquee menuitem multicol nextid nobr noembed noframes param plaintext rb rtc spacer
    strike tt xmp""".split()
)
_EVERYWHERE: Final = frozenset("align bgcolor background vlink alink marginwidth".split())
_TABLE_ATTRIBUTES: Final = frozenset(
    "align valign width height bgcolor char charoff nowrap axis".split()
)
_ATTRIBUTES: Final = {
    "table": frozenset("align bgcolor cellpadding cellspacing frame rules summary width".split()),
    **dict.fromkeys(("td", "th"), _TABLE_ATTRIBUTES),
    **dict.fromkeys(("tr", "tbody", "thead", "tfoot", "col", "colgroup"), _TABLE_ATTRIBUTES),
    "img": frozenset("align border hspace vspace name longdesc lowsrc".split()),
    "a": frozenset("name charset coords shape rev".split()),
    "body": frozenset("text link vlink alink bgcolor background".split()),
    "hr": frozenset("align color noshade size width".split()),
    "br": frozenset({"clear"}),
    "ul": frozenset("type compact".split()),
    "ol": frozenset({"compact"}),
    "li": frozenset({"type"}),
    "pre": frozenset({"width"}),
    "html": frozenset({"version"}),
    "script": frozenset({"language"}),
    "link": frozenset("charset rev target".split()),
    "iframe": frozenset("align frameborder marginheight marginwidth scrolling longdesc".split()),
    "object": frozenset(
        "align archive border classid code codebase declare hspace standby vspace".split()
    ),
}

_PHRASING_ONLY: Final = frozenset(
    """p h1 h2 h3 h4 h5 h6 pre em strong small s cite q dfn abbr code var samp kbd sub sup i b u
    mark bdi bdo span label""".split()
)
_BLOCKS: Final = frozenset(
    """p div section article aside nav header footer h1 h2 h3 h4 h5 h6 ul ol dl table blockquote
    pre hr figure form fieldset address main details hgroup search menu""".split()
)
_VOID: Final = "img br hr wbr input col embed source track area meta link base".split()
# Who may hold whom: the children that an element can have at all.
_CHILDREN: Final = {
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "menu": frozenset({"li"}),
    "dl": frozenset({"dt", "dd", "div"}),
    "table": frozenset("caption colgroup thead tbody tfoot tr".split()),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tfoot": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
    "colgroup": frozenset({"col"}),
    "head": frozenset("title base link meta style script noscript template".split()),
    "html": frozenset({"head", "body"}),
    "picture": frozenset({"source", "img"}),
    **dict.fromkeys(_VOID, frozenset[str]()),
}
# The elements that stand in nothing but these.
_PARENTS: Final = {
    "li": frozenset({"ul", "ol", "menu"}),
    "dt": frozenset({"dl", "div"}),
    "dd": frozenset({"dl", "div"}),
    "tr": frozenset({"table", "thead", "tbody", "tfoot"}),
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
    "caption": frozenset({"table"}),
    "figcaption": frozenset({"figure"}),
    "legend": frozenset({"fieldset"}),
    "summary": frozenset({"details"}),
    "rt": frozenset({"ruby", "rtc"}),
    "rp": frozenset({"ruby"}),
    "title": frozenset({"head"}),
    "body": frozenset({"html"}),
    "head": frozenset({"html"}),
}
_SCRIPTING: Final = frozenset({"script", "template"})
_TEXTLESS: Final = frozenset("ul ol dl table thead tbody tfoot tr head html".split())
_REQUIRED: Final = {"img": "src", "bdo": "dir", "meta": "content", "area": "alt"}


def is_obsolete(name: str, key: str) -> bool:
    """Whether an attribute is one that its element had once."""
    return key in _ATTRIBUTES.get(name, _EVERYWHERE) or key in _EVERYWHERE


def vocabulary(page: Page) -> Iterator[Finding]:
    """Every element and attribute is one that HTML has today."""
    if not page.is_html:
        return
    if page.package.is_old:
        yield from _vocabulary_2(page)
        return
    for element in page.elements():
        name, line = local(element), line_of(element)
        if space(element) not in (XHTML, ""):
            continue
        if name in _OBSOLETE:
            yield found("page-element-obsolete", f"<{name}>", file=page.name, line=line)
        elif name not in _KNOWN and "-" not in name:
            yield found("page-element-unknown", f"<{name[:40]}>", file=page.name, line=line)
        for key in element.attrib:
            if is_obsolete(name, str(key)):
                cause = f"{key} on <{name}>"
                yield found("page-attribute-obsolete", cause, file=page.name, line=line)


def _vocabulary_2(page: Page) -> Iterator[Finding]:
    for element in page.elements():
        if space(element) == XHTML and local(element) not in _KNOWN_2:
            cause = f"EPUB 2 has no <{local(element)[:40]}>"
            yield found("page-element-unknown", cause, file=page.name, line=line_of(element))


def placement(page: Page) -> Iterator[Finding]:
    """Elements stand where HTML allows them, and have what they must have."""
    if page.package.is_old or not page.is_html:
        return
    for element in page.elements():
        if space(element) == XHTML:
            for cause in _misplaced(element):
                yield found("page-misplaced", cause, file=page.name, line=line_of(element))
    if page.body is None:
        yield found("page-misplaced", "there is no body", file=page.name)
    if page.root is not None and page.root.find(f"{{{XHTML}}}head") is None:
        yield found("page-misplaced", "there is no head", file=page.name)


def _misplaced(element: Element) -> Iterator[str]:
    name = local(element)
    parent = element.getparent()
    if parent is not None and space(parent) == XHTML:
        yield from _under(name, local(parent))
    if name in ("a", "button", "label"):
        above = next(element.iterancestors(f"{{{XHTML}}}{name}"), None)
        if above is not None:
            yield f"<{name}> inside <{name}>"
    if name in _TEXTLESS and _has_text(element):
        yield f"text directly in <{name}>"
    lacking = _REQUIRED.get(name)
    if lacking and element.get(lacking) is None and not _excused(element):
        yield f"<{name}> without {lacking}"


def _under(name: str, parent: str) -> Iterator[str]:
    allowed = _CHILDREN.get(parent)
    wrong = allowed is not None and name not in allowed and name not in _SCRIPTING
    homeless = name in _PARENTS and parent not in _PARENTS[name] and parent != "template"
    blocked = parent in _PHRASING_ONLY and name in _BLOCKS
    if wrong or homeless or blocked:
        yield f"<{name}> inside <{parent}>"


def _has_text(element: Element) -> bool:
    parts = (element.text, *(child.tail for child in element))
    return any(part and part.strip() for part in parts)


def _excused(element: Element) -> bool:
    """A meta may have charset instead; an area without href needs no alt."""
    name = local(element)
    if name == "meta":
        return element.get("charset") is not None
    return name == "area" and element.get("href") is None


def switches(page: Page) -> Iterator[Finding]:
    """No element of EPUB 3.0's first years that was taken back."""
    if page.root is None or page.package.is_old:
        return
    for each in page.root.iter(f"{{{OPS}}}switch", f"{{{OPS}}}trigger"):
        cause = f"<epub:{local(each)}>"
        yield found("page-element-obsolete", cause, file=page.name, line=line_of(each))


CHECKS: Final = (vocabulary, placement, switches)
