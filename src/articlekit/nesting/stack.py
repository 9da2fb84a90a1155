"""The stack of open elements and the active formatting elements, as far as they matter here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from articlekit.nesting import tags

# Copies of formatting elements that a page may ask for, and one more for each tag.
_COPIES: Final = 10_000
_LOOKS: Final = re.compile(r"[\s/](color|face|size)[\s=/>]", re.IGNORECASE)
_ROOM_FOR_TABLE: Final = 8  # a table's own levels


@dataclass(slots=True, eq=False)
class Open:
    """An element on the stack; `is_open` is False when an end tag was written for it."""

    name: str
    is_open: bool
    key: str | None = None  # a formatting element's tag, as it is written
    on_stack: bool = True
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.kinds = self.kinds or tags.KINDS.get(self.name) or (self.name,)


class Stack:
    """The elements that are open, and the formatting elements that hold.

    What ends elements returns the end tags that the source needs for it: an element whose
    end tag was written long ago does not end those in it.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.flattened = 0
        self.elements: list[Open] = []
        self.opened: list[Open] = []  # those that are open for the parser, too
        self.places: dict[str, list[int]] = {}  # where the elements of a name or kind stand
        self.formats: list[list[Open]] = [[]]  # the active formatting elements, by marker
        self.copies_left = _COPIES

    def last(self, *names: str) -> int:
        """The place of the innermost element of these names or kinds, or -1."""
        place = -1
        for name in names:
            where = self.places.get(name)
            if where and where[-1] > place:
                place = where[-1]
        return place

    def in_foreign(self) -> bool:
        root = self.last("svg", "math")
        return root >= 0 and root > self.last("*html")

    def start(self, name: str, tag: str, *, is_empty: bool) -> tuple[str, bool]:
        """Follow a start tag; return what to write before it, and whether to leave it out."""
        foreign = self.in_foreign()
        if foreign and not (name in tags.BREAKS_OUT or (name == "font" and _LOOKS.search(tag))):
            return self.enter_foreign(name, is_empty=is_empty)
        before = self.leave_foreign() if foreign else ""
        within = self.last("select") if name == "select" else -1
        ends = within > self.last(*tags.MARKERS, "table") and self.elements[within].is_open
        before += self.end_implied(name)
        if ends:
            return before, False  # it only ends the one it stands in
        if name in tags.ROOTS or (name in tags.TABLE_CONTEXT and not self.enter_context(name)):
            return before, False  # a part of no table is not read
        is_whole = name in tags.VOID or (is_empty and name in ("svg", "math"))
        if is_whole or (name == "form" and self.last("form") >= 0):
            return before + self.reopen(), False
        inside, is_lost = self.enter(name, tag)
        return before + inside, is_lost

    def end_implied(self, name: str) -> str:
        """End what a start tag of this name ends without saying so."""
        ended = ""
        if name not in tags.ENDS_OTHERS:
            return ended
        innermost = self.last("*hard")
        if innermost >= 0 and self.elements[innermost].name in tags.SIBLINGS.get(name, ()):
            ended += self.pop_to(innermost)
        if name in tags.CLOSES_P and self.last("p") > self.last("*scope", "button"):
            ended += self.pop_to(self.last("p"))
        alone = "select" if name == "input" else name
        if alone in ("button", "select") and self.last(alone) >= max(self.last("*scope"), 0):
            ended += self.pop_to(self.last(alone))
        if self.elements and self.elements[-1].name in _ENDS_ABOVE.get(name, ()):
            ended += self.pop_to(len(self.elements) - 1)
        if name in ("a", "nobr") and any(each.name == name for each in self.formats[-1]):
            ended += self.end_format(name) or ""
        if name == "table" and self.last("table") > self.last(*tags.MARKERS):
            ended += self.pop_to(self.last("table"))
        return ended

    def enter_context(self, name: str) -> bool:
        """Go back to where a part of a table may stand; False outside of tables."""
        table = self.last("table", "template")
        if table < 0 or not self.elements[table].is_open:
            return table >= 0
        context = max(table, self.last(*tags.TABLE_CONTEXT[name]))
        if len(self.elements) > context + 1:
            self.pop_to(context + 1)
        if name in (*tags.CELLS, "tr") and self.elements[-1].name == "table":
            self.push(Open("tbody", is_open=True))
        if name in tags.CELLS and self.elements[-1].name in ("tbody", "thead", "tfoot"):
            self.push(Open("tr", is_open=True))
        return True

    def enter(self, name: str, tag: str) -> tuple[str, bool]:
        """Put an element on the stack, as a sibling where it would stand too deep."""
        before = "" if name in tags.BLOCKS else self.reopen()
        if self.has_no_room(name):
            self.flattened += 1
            self.push(Open(name, is_open=False))
            return before, True
        if len(self.opened) >= self.most:
            self.flattened += 1
            above = self.opened.pop()
            above.is_open = False
            self.unformat(above)
            before += f"</{above.name}>"
        self.push(Open(name, is_open=True, key=tag if name in tags.FORMATTING else None))
        return before, False

    def enter_foreign(self, name: str, *, is_empty: bool) -> tuple[str, bool]:
        """Put an element of SVG or MathML on the stack; what is too deep is left out."""
        is_open = len(self.opened) < self.most and self.elements[self.last("svg", "math")].is_open
        if not is_empty:
            self.flattened += not is_open
            self.push(Open(name, is_open, kinds=tags.FOREIGN_KINDS.get(name, (name, "*foreign"))))
        return "", not is_open

    def leave_foreign(self) -> str:
        place = len(self.elements) - 1
        while place and self.elements[place - 1].kinds[1:] == ("*foreign",):
            place -= 1
        return self.pop_to(place)

    def has_no_room(self, name: str) -> bool:
        """Tell whether an element must be left out, as no end tag could make it a sibling."""
        if name in tags.TABLE_CONTEXT:
            return not self.elements[self.last("table", "template")].is_open
        return name in tags.KEPT_WHOLE and len(self.opened) >= self.most - _ROOM_FOR_TABLE

    def push(self, element: Open) -> Open:
        for kind in element.kinds:
            self.places.setdefault(kind, []).append(len(self.elements))
        self.elements.append(element)
        if element.is_open:
            self.opened.append(element)
        if element.name in tags.MARKERS:
            self.formats.append([])
        if element.key is not None:
            level = self.formats[-1]
            # Of equal ones three hold at most (section 13.2.4.3).
            if len(level) > 2 and all(each.key == element.key for each in level[-3:]):
                del level[-3]
            level.append(element)
        return element

    def pop_to(self, place: int) -> str:
        """Take elements off the stack, `place`'s last."""
        is_closed = not self.elements[place].is_open
        ended = []
        while len(self.elements) > place:
            element = self.elements.pop()
            if not element.on_stack:
                continue
            if is_closed and element.is_open:
                ended.append(f"</{element.name}>")
                self.unformat(element)
            self.forget(element)
            if element.name in tags.MARKERS and len(self.formats) > 1:
                self.formats.pop()
        return "".join(ended)

    def forget(self, element: Open) -> None:
        for kind in element.kinds:
            self.places[kind].pop()
        if element.is_open:
            self.opened.remove(element) if self.opened[-1] is not element else self.opened.pop()
        element.on_stack = False

    def unformat(self, element: Open) -> None:
        if element in self.formats[-1]:
            self.formats[-1].remove(element)

    def end(self, name: str) -> str | None:
        """Follow an end tag; return what to write in its place, None to leave it."""
        if name in tags.FORMATTING:
            return self.end_format(name)
        place = self.last(*tags.HEADINGS) if name in tags.HEADINGS else self.last(name)
        if place < 0 or place < self.last(*tags.BARRIERS.get(name, ("*special",))):
            return None
        if "*html" in self.elements[place].kinds and place + 1 < len(self.elements):
            return None  # HTML in a formula does not end it
        if name == "form":  # it goes from amid the stack: what it does not close stays open
            self.forget(self.elements[place])
            return None if self.elements[place].is_open else ""
        return self.end_at(place)

    def end_at(self, place: int) -> str | None:
        is_open = self.elements[place].is_open
        ended = self.pop_to(place)
        return None if is_open else ended

    def end_format(self, name: str) -> str | None:
        """Follow the end tag of a formatting element, as the adoption agency does."""
        place = self.last(name)
        level = self.formats[-1]
        held = next((each for each in reversed(level) if each.name == name), None)
        if place < 0 or (held is not None and not held.on_stack):
            if held is not None:
                level.remove(held)
            return None
        element = self.elements[place]
        if place < self.last("*scope") or (held is None and place < self.last("*special")):
            return None
        if held is not None and element.is_open:
            level.remove(held)
        if place > self.last("*special"):
            return self.end_at(place)
        self.forget(element)  # from amid the stack: the blocks in it stay
        return None if element.is_open else ""

    def reopen(self) -> str:
        """Open anew the formatting elements that a block's end closed, or end them for good."""
        level = self.formats[-1]
        pending = list(takewhile(lambda each: not each.on_stack, reversed(level)))
        if not pending:
            return ""
        first = len(level) - len(pending)
        room = min(self.copies_left, self.most - len(self.opened))
        del level[first:]
        if len(pending) > room:
            return "".join(f"</{each.name}>" for each in pending)
        self.copies_left -= len(pending)
        for each in reversed(pending):
            self.push(Open(each.name, is_open=True, key=each.key))
        return ""


#: An element right inside one of these ends it.
_ENDS_ABOVE: Final = {
    **dict.fromkeys(tags.HEADINGS, tags.HEADINGS),
    "option": frozenset({"option"}),
    "optgroup": frozenset({"option"}),
}
