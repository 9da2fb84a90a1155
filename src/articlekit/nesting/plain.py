"""Tells nearly all pages to be harmless, in a small part of the time that parsing takes.

Elements with both their tags, and no element but those in them, leave nothing open behind
them. Taken out of the source again and again, from the innermost to the outermost, they
leave what is open for longer; of a well-formed page that is next to nothing.
"""

from __future__ import annotations

import re
from typing import Final

# What a parser can have to do for the rest is about this many tags by all tags: 1 s.
_MOST: Final = 4_000_000
_ROUNDS: Final = 12

# Tags as everybody writes them. Others are left, and so are attributes that may hide a tag,
# or that are so many that looking for repeated ones takes long.
_ATTRIBUTES: Final = (
    r"(?:[ \t\n\r\f]++[A-Za-z][\w:.-]*+"
    r"(?:=(?:\"[^\"<]*+\"|'[^'<]*+'|[^ \t\n\r\f\"'<>=`]++))?+){0,64}+[ \t\n\r\f]*+"
)
# A form's end tag may end another form than the one that it stands in.
_LEAF: Final = re.compile(
    rf"<(?:(?:br|img|hr|wbr|input|source|col){_ATTRIBUTES}/?>"
    rf"|((?![Ff][Oo][Rr][Mm]\b)[A-Za-z][A-Za-z0-9]*+){_ATTRIBUTES}>[^<]*+</\1>)"
)
# Whose start ends the one before it, so that they do not nest without others in between.
_FLAT: Final = re.compile(rf"</?(?:p|li|tr|td|th)\b{_ATTRIBUTES}>", re.I)
# A tag with so many characters may have attributes enough for trouble.
_LONG: Final = re.compile(r"<[^<]{2048}")


def is_plain(text: str) -> bool:
    """Tell whether few elements of a page are open at a time, for certain.

    False means that it has to be looked at more closely.
    """
    most = _MOST // max(1, text.count("<"))
    return _becomes_little(text, most) or _becomes_little(_FLAT.sub("", text), most)


def _becomes_little(left: str, most: int) -> bool:
    """Take the innermost elements out, round by round, until few tags are left."""
    for _ in range(_ROUNDS):
        if left.count("<") <= most and _LONG.search(left) is None:
            return True
        shorter = _LEAF.sub("", left)
        if len(shorter) == len(left):
            return False
        left = shorter
    return False
