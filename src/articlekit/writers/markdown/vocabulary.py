"""What each element of HTML is to Markdown: a leaf, a container, a format, or nothing.

Names that mean the same are one; what is not named here dissolves into its content.
"""

from __future__ import annotations

from typing import Final

#: Blocks that hold blocks.
FLOW: Final = frozenset({"body", "blockquote", "div", "figure", "details"})
#: Blocks that hold phrasing, blocks, or phrasing followed by blocks.
MIXED: Final = frozenset({"li", "dd", "th", "td", "figcaption"})
#: Blocks that hold phrasing only.
LEAVES: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption"})
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
#: What is put around such a block when its parent is another; the rest dissolve.
MISSING_PARENT: Final = {"li": "ul", "dt": "dl", "dd": "dl"}

FORMATS: Final = frozenset(
    "a em strong kbd samp var mark small sub sup u cite dfn abbr q ins del bdi bdo ruby rt "
    "rp".split()
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
    "image": "img",
}
#: Dissolve, and leave the border of a block.
BORDERS: Final = frozenset(
    "div section article main header footer nav aside hgroup address center form fieldset "
    "legend search dialog optgroup option noframes frameset noscript".split()
)
#: Show nothing themselves; scripts and styles are no content anywhere.
DROPPED: Final = frozenset(
    "script style template link meta base title head col colgroup source track param area "
    "datalist".split()
)
#: Show something from elsewhere; a link to it is what can be kept.
EMBEDS: Final = frozenset({"iframe", "frame", "video", "audio", "embed", "object"})
VOID: Final = frozenset({"br", "hr", "img", "input", "wbr"})

#: The attributes that HTML written into Markdown may have, by element.
ATTRIBUTES: Final = {
    "a": ("href", "title", "id"),
    "abbr": ("title",),
    "bdo": ("dir",),
    "img": ("src", "alt", "title", "width", "height"),
    "ol": ("start", "reversed", "type"),
    "li": ("value",),
    "details": ("open",),
    "th": ("colspan", "rowspan", "scope"),
    "td": ("colspan", "rowspan"),
    "span": ("lang", "dir"),
    "div": ("lang", "dir"),
}
#: Those of them that say all with their name.
BOOLEANS: Final = frozenset({"reversed", "open"})
