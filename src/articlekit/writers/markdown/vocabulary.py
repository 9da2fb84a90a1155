"""What Markdown makes of the elements that are no content of the normal form.

What is not named here or in `articlekit.vocabulary` dissolves into its content.
"""

from __future__ import annotations

from typing import Final

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
