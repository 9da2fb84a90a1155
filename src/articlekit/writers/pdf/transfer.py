"""The objects of one PDF, written into another under new numbers.

An object goes as text, in which the references are put right. A copy by qpdf would keep every
object of all parts in memory until the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from hashlib import md5
from typing import Any, Final

from pikepdf import Array, Object, Pdf, Stream

from articlekit.writers.pdf.assembly import Assembly

# As qpdf writes objects: what is within a string is passed over. Parentheses in one are escaped.
_TEXT: Final = rb"\((?:[^\\()]|\\.)*\)"
_PLACES: Final = re.compile(rb"(\d+) 0 R\b|(/StructParents? )(\d+)|" + _TEXT, re.DOTALL)
# In tags of tables' cells: their names, and those of the headers that they are under.
_NAMES: Final = re.compile(
    rb"(/ID |/Headers \[ ?)(" + _TEXT + rb"(?: " + _TEXT + rb")*)|" + _TEXT, re.DOTALL
)


class Transfer:
    """Writes what `pdf` holds and is referred to. `streams` has those of other PDFs by content."""

    def __init__(
        self, pdf: Pdf, target: Assembly, streams: dict[bytes, int], first_key: int, mark: bytes
    ) -> None:
        self._pdf = pdf
        self._target = target
        self._streams = streams
        self._first_key = first_key
        self._mark = mark
        # What is written for a reference, by the number in it.
        self._references: dict[bytes, bytes] = {}
        self._waiting: list[tuple[int, Object]] = []

    def stands_for(self, old: Object, number: int) -> None:
        """Let references to an object lead to one that is written by others."""
        self._references[b"%d" % old.objgen[0]] = b"%d 0 R" % number

    def add(self, old: Object, number: int) -> None:
        """Let an object be written under a number."""
        self.stands_for(old, number)
        self._waiting.append((number, old))

    def text(self, old: Object) -> bytes:
        """Return an object as it is to be written: a reference where it is one."""
        return self._rewritten(old.unparse())

    def whole(self, old: Object) -> bytes:
        """Return the object itself, where it is a reference, too."""
        return self.named(self._rewritten(old.unparse(resolved=True)))

    def named(self, data: bytes) -> bytes:
        """Mark the names of tables' cells as this PDF's; others have cells of the same names."""
        return _NAMES.sub(self._name, data) if b"/ID" in data or b"/Headers" in data else data

    def drain(self) -> None:
        """Write all that was added, and all that it refers to."""
        while self._waiting:
            wave, self._waiting = self._waiting, []
            streams = [each for each in wave if isinstance(each[1], Stream)]
            plain = [each for each in wave if not isinstance(each[1], Stream)]
            # In one go, which is faster. Objects have no line breaks: strings have theirs escaped.
            text = b"\n".join([old.unparse(resolved=True) for _, old in plain])
            for (number, _), data in zip(plain, self._rewritten(text).split(b"\n"), strict=False):
                self._target.put(number, self.named(data))
            for number, old in streams:
                self._target.put_stream(number, self._entries(old), old.read_raw_bytes())

    def _reference(self, old: bytes) -> bytes:
        """Reserve a number for an object that nothing referred to yet, and let it be written."""
        each = self._pdf.get_object(int(old), 0)
        if _is_leaf(each):
            number = self._shared(each)
        else:
            number = self._target.reserve()
            self._waiting.append((number, each))
        made = self._references[old] = b"%d 0 R" % number
        return made

    def _shared(self, leaf: Object) -> int:
        """Write what is the same for the same bytes once: pictures, profiles, fonts, colours."""
        is_stream = isinstance(leaf, Stream)
        text = self._entries(leaf) if is_stream else self.whole(leaf)
        data = leaf.read_raw_bytes() if is_stream else b""
        key = md5(b"%d:%b%b" % (len(text), text, data), usedforsecurity=False).digest()
        if (number := self._streams.get(key)) is None:
            number = self._streams[key] = self._target.reserve()
            if is_stream:
                self._target.put_stream(number, text, data)
            else:
                self._target.put(number, text)
        return number

    def _entries(self, stream: Object) -> bytes:
        return self._rewritten(stream.stream_dict.unparse(resolved=True))

    def _rewritten(self, data: bytes) -> bytes:
        return _PLACES.sub(self._place, data)

    def _place(self, match: re.Match[bytes]) -> bytes:
        old, name, key = match.groups()
        if old is not None:
            return self._references.get(old) or self._reference(old)
        if name is not None:
            return b"%b%d" % (name, self._first_key + int(key))
        return match[0]

    def _name(self, match: re.Match[bytes]) -> bytes:
        # Engines name cells by letters and digits: a parenthesis begins a name.
        return match[1] + match[2].replace(b"(", b"(" + self._mark) if match[1] else match[0]


def _is_leaf(each: Object) -> bool:
    """Tell whether an object refers to nothing, or to nothing but such objects."""
    if isinstance(each, Stream):
        return each.get("/Subtype") == "/Image" or b" 0 R" not in each.stream_dict.unparse()
    return isinstance(each, Array) and len(each) == 2 and each[0] == "/ICCBased"


def pairs(tree: Any, key: str) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of a name tree ("/Names") or a number tree ("/Nums"), in order."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        held = node.get(key, ())
        for at in range(0, len(held), 2):
            yield held[at], held[at + 1]
        waiting.extend(reversed(list(node.get("/Kids", ()))))


def kids(element: Object) -> list[Any]:
    """Return what a structure element holds, one or many."""
    held: Any = element.get("/K", [])
    return list(held) if isinstance(held, Array) else [held]


def without(element: Object, *keys: str) -> Object:
    """Return a copy of a dictionary without some of its entries; what it refers to is the same."""
    made = copy(element)
    for key in keys:
        if key in made:
            del made[key]
    return made
