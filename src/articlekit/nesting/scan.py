"""Goes through a page's tags, and writes what has to change so that few are open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from articlekit.nesting import tags
from articlekit.nesting.plain import is_plain
from articlekit.nesting.stack import Stack

# Where there are no more tags, the worst that they can do takes 0.3 s.
_FEW: Final = 1_000
_SHORT: Final = 20_000  # characters, in which no element's attributes take longer
# A parser looks for a repeated attribute among all of its element's.
_MOST_ATTRIBUTES: Final = 512

_S = r"[ \t\n\r\f]"
_ATTRIBUTE: Final = (
    rf"[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+"
    rf"(?>{_S}*+=(?>{_S}*+(?>\"[^\"]*+\"|'[^']*+'|[^ \t\n\r\f\"'>][^ \t\n\r\f>]*+|(?=>))))?+"
)
_TAG: Final = re.compile(
    rf"<(?:(?P<end>/)?(?P<name>[A-Za-z][^ \t\n\r\f/>]*+)"
    rf"(?P<attributes>(?>[ \t\n\r\f/]++|{_ATTRIBUTE})*+)(?P<close>>)?"
    r"|(?P<remark>!--)|(?P<data>!\[CDATA\[)|(?P<bogus>[!?/]))"
)
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_REMARK_END: Final = re.compile(r"(?<=<!--)-?>|--!?>")
_WORD: Final = re.compile(r"[^ \t\n\r\f]")
_RAW_END: Final = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.I) for name in tags.RAW}


@dataclass(frozen=True, slots=True)
class Bounded:
    """A page whose nesting is bounded, and how many elements and attributes that took."""

    text: str
    flattened: int = 0
    attributes: int = 0


def bound_nesting(text: str, most: int) -> Bounded:
    """Return `text` so that hardly more than `most` of its elements are open at a time."""
    if is_plain(text) or not _may_explode(text):
        return Bounded(text)
    scan = _Scan(text, most)
    scan.run()
    return scan.result()


def _may_explode(text: str) -> bool:
    """Tell whether a page has tags or attributes enough for trouble."""
    if text.count("<") > _FEW:
        return True
    return len(text) > _SHORT and any(
        len(found["attributes"]) > 2 * _MOST_ATTRIBUTES or not found["close"]
        for found in _TAG.finditer(text)
        if found["name"]
    )


class _Scan:
    """Follows the tags of a page, and writes what has to change."""

    def __init__(self, text: str, most: int) -> None:
        self.text = text
        self.stack = Stack(most)
        self.attributes = 0
        self.roots = 0
        self.parts: list[str] = []
        self.copied = 0  # how far `text` is in `parts`

    def run(self) -> None:
        """Go through all tags."""
        position: int | None = 0
        while position is not None and (found := _TAG.search(self.text, position)):
            self.see_text(position, found.start())
            self.stack.copies_left += 1
            position = self.see(found)
        if position is not None:
            self.see_text(position, len(self.text))

    def see_text(self, start: int, end: int) -> None:
        if start < end and self.stack.formats[-1] and _WORD.search(self.text, start, end):
            self.write(start, start, self.stack.reopen())

    def see(self, found: re.Match[str]) -> int | None:
        """Deal with a tag or remark; return where it ends, None at the end of the page."""
        if found["name"] is None:
            return self.skip(found)
        if found["close"] is None:
            return None
        name = found["name"].lower()
        if found["end"]:
            instead = self.stack.end(name)
            if instead is not None:
                self.write(found.start(), found.end(), instead)
            return found.end()
        if name in tags.RAW and not self.stack.in_foreign():
            return self.skip_raw(name, found)
        self.start(name, found)
        return found.end()

    def skip(self, found: re.Match[str]) -> int | None:
        if found["remark"]:
            end = _REMARK_END.search(self.text, found.end())
            return end.end() if end else None
        closing = "]]>" if found["data"] and self.stack.in_foreign() else ">"
        place = self.text.find(closing, found.end())
        return place + len(closing) if place >= 0 else None

    def skip_raw(self, name: str, found: re.Match[str]) -> int | None:
        if name not in tags.RAW_ASIDE:
            self.write(found.start(), found.start(), self.stack.reopen())
        end = _RAW_END[name].search(self.text, found.end())
        return end.start() if end else None

    def start(self, name: str, found: re.Match[str]) -> None:
        is_empty = found["attributes"].endswith("/")
        before, is_lost = self.stack.start(name, found[0], is_empty=is_empty)
        self.roots += name in ("html", "body")
        if is_lost or (name in ("html", "body") and self.roots > _MOST_ATTRIBUTES):
            self.write(found.start(), found.end(), f"{before} ")
            return
        self.write(found.start(), found.start(), before)
        self.bound_attributes(found)

    def bound_attributes(self, found: re.Match[str]) -> None:
        written = found["attributes"]
        if len(written) <= 2 * _MOST_ATTRIBUTES:
            return
        ends = [each.end() for each in _ATTRIBUTES.finditer(written)]
        if len(ends) > _MOST_ATTRIBUTES:
            self.attributes += len(ends) - _MOST_ATTRIBUTES
            kept = found.start("attributes") + ends[_MOST_ATTRIBUTES - 1]
            self.write(kept, found.end("attributes"), "")

    def write(self, start: int, end: int, instead: str) -> None:
        """Replace a part of the source, which is behind all that was replaced before."""
        if start < end or instead:
            self.parts += self.text[self.copied : start], instead
            self.copied = end

    def result(self) -> Bounded:
        text = "".join((*self.parts, self.text[self.copied :]))
        return Bounded(text, self.stack.flattened, self.attributes)
