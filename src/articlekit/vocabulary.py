"""The elements that content is made of, and what may stand where (docs/normal-form.md).

The normal form and Markdown's document hold the same; each adds what it makes of the rest.
"""

from __future__ import annotations

from typing import Final

#: Blocks that hold blocks.
FLOW: Final = frozenset({"body", "blockquote", "div", "figure", "details"})
#: Blocks that hold phrasing, blocks, or phrasing followed by blocks.
MIXED: Final = frozenset({"li", "dd", "th", "td", "figcaption"})
#: Blocks that hold phrasing only.
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
_SECTIONS: Final = frozenset({"thead", "tbody", "tfoot"})
#: Blocks that stand only in certain blocks.
PARENTS: Final = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "caption": frozenset({"table"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "tr": _SECTIONS,
    "th": frozenset({"tr"}),
    "td": frozenset({"tr"}),
    "figcaption": frozenset({"figure"}),
    "summary": frozenset({"details"}),
}
#: What is put around such a block when its parent is another; for the rest there is no help.
MISSING_PARENT: Final = {"li": "ul", "dt": "dl", "dd": "dl"}

FORMATS: Final = frozenset(
    "a em strong kbd samp var mark small sub sup u cite dfn abbr q ins del bdi bdo ruby rt "
    "rp".split()
)
#: Names that mean the same.
SAME: Final = {
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
    "image": "img",
}
