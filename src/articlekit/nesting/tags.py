"""HTML's elements as its parser sorts them: what ends what, and what hides what.

The tables are those of the HTML Standard's tree construction, section 13.2, in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VOID: Final = frozenset(
    "area base basefont bgsound br col command embed frame hr image img input keygen link meta "
    "param source track wbr".split()
)
#: Their content is text up to their end tag.
RAW: Final = frozenset("iframe noembed noframes plaintext script style textarea title xmp".split())
#: Those of them that stand in the head, or amid a line without being part of it.
RAW_ASIDE: Final = frozenset({"noframes", "script", "style", "title"})
#: Found once; a second tag only adds attributes.
ROOTS: Final = frozenset({"html", "head", "body"})
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS: Final = frozenset({"td", "th"})
#: The parts of a table, and what each stands in.
TABLE_CONTEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "td": ("tr", "tbody", "thead", "tfoot"),
    "th": ("tr", "tbody", "thead", "tfoot"),
    "tr": ("tbody", "thead", "tfoot"),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), ()),
}
FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
#: Formatting elements outside of them do not hold inside.
MARKERS: Final = frozenset("applet caption marquee object td template th".split())
#: No end tag of an element outside of them reaches in.
_SCOPE: Final = MARKERS | {"select", "table"}
SPECIAL: Final = frozenset(
    "address applet article aside blockquote button caption center colgroup dd details dialog dir "
    "div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup "
    "legend li listing main marquee menu nav noscript object ol optgroup p plaintext pre search "
    "section select summary table tbody td template tfoot th thead tr ul xmp".split()
)
#: Blocks: formatting elements open in what they hold, not around them.
BLOCKS: Final = SPECIAL - set("applet button marquee object optgroup option select".split())
#: A list's item looks for the one before it no further than to one of these.
_HARD: Final = SPECIAL - {"address", "div", "p"}
#: Inside SVG and MathML: these hold HTML again.
_HTML_AGAIN: Final = frozenset("annotation-xml desc foreignobject mi mn mo ms mtext title".split())
CLOSES_P: Final = frozenset(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p plaintext "
    "pre search section summary table ul xmp".split()
)
#: An element that ends the one of these names before it.
SIBLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "li": ("li",),
    "dd": ("dd", "dt"),
    "dt": ("dd", "dt"),
}
#: All whose start may end another element.
ENDS_OTHERS: Final = (
    CLOSES_P
    | SIBLINGS.keys()
    | {"a", "button", "input", "nobr", "optgroup", "option", "select", "table"}
)
#: HTML's elements that end a drawing or formula they stand in.
BREAKS_OUT: Final = frozenset(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li "
    "listing menu meta nobr ol p pre ruby s small span strike strong sub sup table tt u ul "
    "var".split()
)
#: Too much depends on their end tag for a sibling to end them.
KEPT_WHOLE: Final = frozenset("applet button marquee math object select svg table template".split())

_KINDS: Final = {"*special": SPECIAL, "*scope": _SCOPE, "*hard": _HARD}
#: A name's own and its groups' names, where it belongs to any.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    name: (name, *(kind for kind, names in _KINDS.items() if name in names))
    for name in SPECIAL | _SCOPE
} | {name: (name, "*foreign") for name in ("svg", "math")}
FOREIGN_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    name: (name, "*html", *_KINDS) for name in _HTML_AGAIN
}
#: What an end tag does not reach beyond; a special element's is the scope, others' is any special.
BARRIERS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(SPECIAL, ("*scope",)),
    **dict.fromkeys(TABLE_CONTEXT, ("table", "template")),
    "p": ("*scope", "button"),
    "li": ("*scope", "ol", "ul"),
    "table": ("template",),
    "template": (),
}
