"""Long chapters cut into pieces that every reading system can open.

Older e-readers stop or crash at documents of some 300 kB, and Adobe's engine is known to
refuse them; the cuts fall at headings where there are any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from types import MappingProxyType
from typing import Final, TypeAlias

from lxml import etree

from articlekit.html import MATHML, SVG, append_text
from articlekit.model import Element

#: Bytes of an XHTML file at most.
FILE_SIZE: Final = 250_000
# What stands around the content: the head, and the chapter's opening.
_AROUND: Final = 10_000
PIECE_SIZE: Final = FILE_SIZE - _AROUND
# What a link between two pieces is longer by than one inside: "0001-123.xhtml".
_LINK: Final = 14
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
# A piece is cut at a heading only when it keeps this part of what it may hold.
_LEAST: Final = 0.25

# A head that takes more than this part of a file is not said again.
_MOST_HEAD: Final = 0.2
#: The class of a table's head in all its parts but the first.
REPEATED: Final = "repeated"

# Never cut: what is one picture, one formula, or one column's head.
_WHOLE: Final = frozenset(
    {f"{{{SVG}}}svg", f"{{{MATHML}}}math", "ruby", "thead", "caption", "figcaption", "summary"}
)
# Where a text may be cut: behind a line, behind a sentence, at a space; the best is first.
_SEAMS: Final = tuple(
    map(re.compile, (r"\n", r"[。！？!?…]+[”’」』）)]*|[.][”’)]*\s", r"\s|[，、；：,;:]"))
)

_Item: TypeAlias = Element | str


def split_body(body: Element, limit: int = PIECE_SIZE) -> list[Element]:
    """Cut `body` into bodies of at most `limit` bytes each; their text is the same.

    Only a table's head is said again above each part of it, in the class `repeated`.

    They are cut before headings, the highest first, else between blocks; a block that is
    larger is parted into several of its kind. What cannot be parted, such as a drawing,
    may be larger than the limit. `body` is used up.
    """
    if size_of(body) <= limit:
        return [body]
    items = [piece for item in _items(body) for piece in _parted(item, limit)]
    return [
        _shell(body, group, first=not number) for number, group in enumerate(_grouped(items, limit))
    ]


def size_of(element: Element) -> int:
    """Return the bytes that the element takes in a page, its tail left out."""
    data = etree.tostring(element, encoding="utf-8", with_tail=False)
    return len(data) + _LINK * data.count(b'href="#')


def _size(item: _Item) -> int:
    return len(item.encode("utf-8", "replace")) if isinstance(item, str) else size_of(item)


def _items(element: Element) -> list[_Item]:
    """Take the element apart: its texts and children, in order, none empty."""
    items: list[_Item] = [element.text or ""]
    for child in list(element):
        items += [child, child.tail or ""]
        child.tail = None
    return [item for item in items if not isinstance(item, str) or item]


def _parted(item: _Item, limit: int) -> list[_Item]:
    """Return what is too large as several of its kind; the normal form nests 100 deep at most."""
    if isinstance(item, str):
        return list(_cut_text(item, limit))
    if size_of(item) <= limit or item.tag in _WHOLE or (len(item) == 0 and not item.text):
        return [item]
    head = _take_head(item, limit)
    own = size_of(_shell(item, [], first=True)) + 40 + (0 if head is None else size_of(head))
    room = max(limit - own, limit // 2)
    items = [piece for each in _items(item) for piece in _parted(each, room)]
    shells = [_shell(item, group, first=not n) for n, group in enumerate(_filled(items, room))]
    if head is not None:
        _give_heads(shells, head)
    mend = _MENDERS.get(str(item.tag))
    if mend is not None:
        mend(shells)
    return [*shells]


def _take_head(table: Element, limit: int) -> Element | None:
    """Take the head out of a table, unless it has none or one that leaves no room for rows."""
    head = table.find("thead") if table.tag == "table" else None
    if head is None or size_of(head) > limit * _MOST_HEAD:
        return None
    head.tail = None
    table.remove(head)
    return head


def _give_heads(tables: Sequence[Element], head: Element) -> None:
    """Put the head into the first table, and a copy that nothing links to into the others."""
    for number, table in enumerate(tables):
        own = deepcopy(head) if number else head
        place = sum(each.tag in ("caption", "colgroup") for each in table)
        table.insert(place, own)
        if number:
            own.set("class", REPEATED)
            for element in own.iter(etree.Element):
                if element.get("class") != "koboSpan":  # a Kobo counts by their ids
                    element.attrib.pop("id", None)


def _shell(element: Element, content: Sequence[_Item], *, first: bool) -> Element:
    """Return an element like this one that holds `content`; only the first keeps the id."""
    shell = etree.Element(str(element.tag), dict(element.attrib), element.nsmap)
    if not first:
        shell.attrib.pop("id", None)
        if element.tag in ("p", "li"):
            shell.set("class", " ".join(filter(None, (element.get("class"), "continued"))))
    for item in content:
        if isinstance(item, str):
            append_text(shell, item)
        else:
            shell.append(item)
    return shell


def _filled(items: Sequence[_Item], limit: int) -> Iterator[list[_Item]]:
    """Fill groups with items, each as full as it may be."""
    group: list[_Item] = []
    total = 0
    for item in items:
        size = _size(item)
        if group and total + size > limit:
            yield group
            group, total = [], 0
        group.append(item)
        total += size
    yield group


def _grouped(items: Sequence[_Item], limit: int) -> Iterator[list[_Item]]:
    """Fill groups that begin at headings, where the group before is not too small for it."""
    group: list[tuple[_Item, int]] = []
    total = 0
    for item in items:
        size = _size(item)
        while group and total + size > limit:
            cut = _best_cut(group, item, limit)
            yield [each for each, _ in group[:cut]]
            group = group[cut:]
            total = sum(each for _, each in group)
        group.append((item, size))
        total += size
    if group:
        yield [each for each, _ in group]


def _best_cut(group: Sequence[tuple[_Item, int]], following: _Item, limit: int) -> int:
    """Return how many items stay before the cut: the last place of the highest heading."""
    before = 0
    best, level = len(group), _level(following)
    for place, (item, size) in enumerate(group):
        if place and before >= limit * _LEAST and _level(item) <= level:
            best, level = place, _level(item)
        before += size
    if level < _NO_HEADING and best == len(group):
        return best  # the next block is the heading
    while best > 1 and best == len(group) and _level(group[best - 1][0]) < _NO_HEADING:
        best -= 1
    return best


_NO_HEADING: Final = 7


def _level(item: _Item) -> int:
    return _NO_HEADING if isinstance(item, str) else _HEADINGS.get(str(item.tag), _NO_HEADING)


def _cut_text(text: str, limit: int) -> Iterator[str]:
    """Cut a text into parts of at most `limit` bytes, at the best seam in the latter half."""
    most = limit // 4  # characters; one takes four bytes at most
    start = 0
    while len(text) - start > most:
        end = _seam(text, start + most // 2, start + most)
        yield text[start:end]
        start = end
    yield text[start:]


def _seam(text: str, first: int, last: int) -> int:
    """Return the end of the last seam of the best kind there is, else `last`."""
    for seam in _SEAMS:
        ends = [found.end() for found in seam.finditer(text, first, last)]
        if ends:
            return ends[-1]
    return last


def _number(shells: list[Element]) -> None:
    """Let the numbers of a list go on; the rest of an item has the item's own, unseen."""
    step = -1 if shells[0].get("reversed") is not None else 1
    items = [item for shell in shells for item in shell]
    whole = sum("continued" not in item.get("class", "") for item in items)
    number = int(shells[0].get("start") or (whole if step < 0 else 1)) - step
    for shell in shells:
        for place, item in enumerate(shell):
            if "continued" in item.get("class", ""):
                item.set("value", str(number))
            else:
                number = int(item.get("value") or number + step)
            if place == 0 and shell is not shells[0]:
                shell.set("start", str(number))


def _pair(shells: list[Element]) -> None:
    """A `dl` begins with a `dt` and ends with a `dd` (HTML Standard, "The dl element")."""
    for shell in shells:
        if len(shell) and shell[0].tag == "dd":
            shell.insert(0, etree.Element("dt"))
        if len(shell) and shell[-1].tag == "dt":
            etree.SubElement(shell, "dd")


def _unfold(shells: list[Element]) -> None:
    """Only the first part has the summary, which `details` must have."""
    for shell in shells[1:]:
        shell.tag = "div"
        shell.attrib.pop("open", None)


_MENDERS: Final[Mapping[str, Callable[[list[Element]], None]]] = MappingProxyType(
    {"ol": _number, "dl": _pair, "details": _unfold}
)
