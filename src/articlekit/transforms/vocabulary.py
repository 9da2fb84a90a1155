"""The normal form as tables: which element becomes what, and which attributes it keeps.

docs/normal-form.md says the same in prose.
"""

from __future__ import annotations

from typing import Final

from articlekit.vocabulary import (
    FLOW,
    FORMATS,
    MISSING_PARENT,
    MIXED,
    PARENTS,
    PHRASING_ONLY,
    SAME,
    WRAPPER,
)

__all__ = ["FLOW", "MISSING_PARENT", "MIXED", "PARENTS", "PHRASING_ONLY", "WRAPPER"]

#: What CSS collapses (CSS Text 3, section 4.1.1); U+3000 and U+00A0 are characters.
WHITE_SPACE: Final = " \t\n\r\f"

BLOCKS: Final = FLOW | MIXED | PHRASING_ONLY | WRAPPER.keys() | {"hr", "pre"}

INLINES: Final = FORMATS | {"code", "span"}

RENAMED: Final = {**SAME, "legend": "p"}
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
