"""The normal form as tables: which element becomes what, and which attributes it keeps.

docs/normal-form.md says the same in prose.
"""

from __future__ import annotations

from typing import Final

#: What CSS collapses (CSS Text 3, section 4.1.1); U+3000 and U+00A0 are characters.
WHITE_SPACE: Final = " \t\n\r\f"

#: Blocks that hold blocks: phrasing in them gets a `p`.
FLOW: Final = frozenset({"body", "blockquote", "div", "figure", "details"})
#: Blocks that hold phrasing, blocks, or phrasing followed by blocks.
MIXED: Final = frozenset({"li", "dd", "th", "td", "figcaption"})
#: Blocks that hold phrasing only; a block inside them dissolves, but ends a `p`.
PHRASING_ONLY: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption"}
)
#: Blocks that hold only certain blocks, and the one that stray content in them gets.
WRAPPER: Final = {
    "ul": "li",
    "ol": "li",
    "dl": "dd",
    "table": "tbody",
    "thead": "tr",
    "tbody": "tr",
    "tfoot": "tr",
    "tr": "td",
}
#: Blocks that stand only in certain blocks.
PARENTS: Final = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "caption": frozenset({"table"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "tr": frozenset({"thead", "tbody", "tfoot"}),
    "th": frozenset({"tr"}),
    "td": frozenset({"tr"}),
    "figcaption": frozenset({"figure"}),
    "summary": frozenset({"details"}),
}
#: What is put around such a block when its parent is another; the rest become a `p`.
MISSING_PARENT: Final = {"li": "ul", "dt": "dl", "dd": "dl"}

BLOCKS: Final = FLOW | MIXED | PHRASING_ONLY | WRAPPER.keys() | {"hr", "pre"}

INLINES: Final = frozenset(
    "a em strong code kbd samp var mark small sub sup u cite dfn abbr q ins del bdi bdo "
    "ruby rt rp span".split()
)

RENAMED: Final = {
    "b": "strong",
    "i": "em",
    "s": "del",
    "strike": "del",
    "tt": "code",
    "acronym": "abbr",
    "menu": "ul",
    "dir": "ul",
    "xmp": "pre",
    "listing": "pre",
    "plaintext": "pre",
    "legend": "p",
    "image": "img",
}
#: Dissolve, and leave the border of a block.
BORDERS: Final = frozenset(
    "body html div article main header footer nav aside hgroup address center form fieldset "
    "section search dialog noscript optgroup noframes frameset".split()
)
#: Dissolve without a trace.
TRACELESS: Final = frozenset(
    "span font big nobr blink marquee label time data output rb rtc picture basefont slot "
    "content meter progress map noembed".split()
)
#: Hold nothing that a book shows, with the code their removal is reported under; None is
#: for what is never content: the head's furniture, column widths.
DROPPED: Final = {
    "script": "script-removed",
    "style": "script-removed",
    "template": "script-removed",
    "link": None,
    "meta": None,
    "base": None,
    "title": None,
    "head": None,
    "col": None,
    "colgroup": None,
    "source": None,
    "track": None,
    "param": None,
    "area": None,
    "frame": "embed-lost",
    "iframe": "embed-lost",
    "object": "embed-lost",
    "embed": "embed-lost",
    "applet": "embed-lost",
    "video": "embed-lost",
    "audio": "embed-lost",
    "canvas": "embed-lost",
    "button": "control-removed",
    "select": "control-removed",
    "textarea": "control-removed",
    "datalist": "control-removed",
}

GLOBAL_ATTRIBUTES: Final = frozenset({"id", "lang", "dir"})
ATTRIBUTES: Final = {
    "a": frozenset({"href", "title", "role"}),
    "div": frozenset({"role"}),
    "abbr": frozenset({"title"}),
    "img": frozenset("src data-also alt title width height referrerpolicy".split()),
    "ol": frozenset({"start", "reversed", "type"}),
    "li": frozenset({"value"}),
    "details": frozenset({"open"}),
    "th": frozenset({"colspan", "rowspan", "scope", "class"}),
    "td": frozenset({"colspan", "rowspan", "class"}),
    "input": frozenset({"type", "checked", "disabled"}),
    "code": frozenset(),
}
ALIGNMENTS: Final = frozenset({"left", "center", "right"})
ALLOWED_VALUES: Final = {
    "dir": frozenset({"ltr", "rtl", "auto"}),
    "role": frozenset({"doc-noteref", "doc-backlink", "doc-endnotes"}),
    "scope": frozenset({"row", "col", "rowgroup", "colgroup"}),
    "type": frozenset({"1", "a", "A", "i", "I", "checkbox"}),
    "class": ALIGNMENTS,
    "referrerpolicy": frozenset(
        "no-referrer no-referrer-when-downgrade same-origin origin strict-origin "
        "origin-when-cross-origin strict-origin-when-cross-origin unsafe-url".split()
    ),
}
#: Whole numbers, with the least and the most that a book has use for.
NUMBERS: Final = {
    "start": (-(2**31), 2**31 - 1),
    "value": (-(2**31), 2**31 - 1),
    "colspan": (2, 1000),  # the HTML Standard's own cap; 1 is the default and says nothing
    "rowspan": (2, 65534),
    "width": (1, 65535),
    "height": (1, 65535),
}
BOOLEANS: Final = frozenset({"reversed", "open", "checked", "disabled"})
HREF_SCHEMES: Final = frozenset({"http:", "https:", "mailto:", "tel:", "ftp:"})
SRC_SCHEMES: Final = frozenset({"http:", "https:"})
RASTER_DATA: Final = tuple(
    f"data:image/{kind}" for kind in ("png", "jpeg", "jpg", "gif", "webp", "avif", "bmp")
)
