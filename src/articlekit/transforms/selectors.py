"""Find the elements that many CSS selectors match, in one walk over a tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from cssselect import parser as css
from lxml import etree

from articlekit.model import Element

_Test: TypeAlias = Callable[[Element], bool]
# The part of a selector that decides where to look it up: its kind and its value.
_Key: TypeAlias = tuple[str, str]
_ANY: Final = ("any", "")

_WITH_ATTRIBUTES: Final = etree.XPath("descendant-or-self::*[@*]")
_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": lambda found, value: found == value,
    "*=": lambda found, value: bool(value) and value in found,
    "^=": lambda found, value: bool(value) and found.startswith(value),
    "$=": lambda found, value: bool(value) and found.endswith(value),
    "~=": lambda found, value: value in found.split(),
    "|=": lambda found, value: found == value or found.startswith(f"{value}-"),
}


class UnknownSelector(ValueError):
    """A text that is no selector, or one with parts that are not known here."""


@dataclass(slots=True)
class _Drawer:
    """The tests to make of elements that have one thing, each with its selector's number.

    `needles` are texts of which the thing's value must hold one for any of the tests to
    succeed; None when some test has no such text.
    """

    tests: list[tuple[int, _Test]] = field(default_factory=list)
    needles: list[str] | None = field(default_factory=list)
    _any_needle: re.Pattern[str] | None = None

    def add(self, number: int, test: _Test, needle: str | None) -> None:
        self.tests.append((number, test))
        if needle is None:
            self.needles = None
        elif self.needles is not None:
            self.needles.append(needle)
            self._any_needle = None

    def open_for(self, value: str) -> Sequence[tuple[int, _Test]]:
        """The tests, or none when the value rules them all out."""
        if self.needles is None:
            return self.tests
        if self._any_needle is None:
            self._any_needle = re.compile("|".join(map(re.escape, self.needles)))
        return self.tests if self._any_needle.search(value) else ()


@dataclass(slots=True)
class SelectorIndex:
    """Selectors, each with a number, looked up by what an element has.

    XPath would walk the tree once a selector: 60 ms for the clutter rules and an article of
    27 kB, where this takes one. Known are tags, classes, ids, attributes, `:not()` of those,
    and the combinators ` ` and `>`.
    """

    drawers: dict[_Key, _Drawer] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)  # those that are a key

    def add(self, selectors: str, number: int) -> None:
        """Add selectors that are parted by commas; raises UnknownSelector."""
        try:
            parsed = css.parse(selectors)
        except css.SelectorError as error:
            raise UnknownSelector(str(error)) from error
        for each in parsed:
            if each.pseudo_element is not None:
                raise UnknownSelector("a pseudo-element is no element of the page")
            tree = each.parsed_tree
            key = _key(tree)
            if key[0] == "tag":
                self.tags.append(key[1])
            drawer = self.drawers.setdefault(key, _Drawer())
            drawer.add(number, _compile(tree), _needle(tree))

    def find(self, body: Element, applies: Callable[[int], bool]) -> Iterator[tuple[Element, int]]:
        """Yield the elements below `body` that a selector matches, with the least number.

        `applies` tells whether a number counts.
        """
        for element in self._candidates(body):
            numbers = [
                number
                for number, test in self._tests_for(element, element.items())
                if test(element) and applies(number)
            ]
            if numbers and element is not body:
                yield element, min(numbers)

    def _candidates(self, body: Element) -> Iterable[Element]:
        """Return the elements that may match: most have no attribute, and a tag of no rule."""
        asked = self.tags and next(body.iter(*self.tags), None) is not None
        if asked or _ANY in self.drawers:
            return body.iter(etree.Element)
        return cast("list[Element]", _WITH_ATTRIBUTES(body))

    def _tests_for(
        self, element: Element, attributes: Iterable[tuple[str, str]]
    ) -> list[tuple[int, _Test]]:
        """The tests that an element may pass, by what it has."""
        drawers, found = self.drawers, list[tuple[int, _Test]]()
        for name, value in attributes:
            if name == "class":
                for word in value.split():
                    if drawer := drawers.get(("class", word)):
                        found += drawer.tests
            elif name == "id" and (drawer := drawers.get(("id", value))):
                found += drawer.tests
            if drawer := drawers.get(("attribute", name)):
                found += drawer.open_for(value)
        for key in (("tag", str(element.tag)), _ANY):
            if drawer := drawers.get(key):
                found += drawer.tests
        return found


def _needle(tree: css.Tree) -> str | None:
    """The text that an attribute's value must hold for a selector to match, if there is one."""
    if isinstance(tree, css.Attrib) and tree.operator in ("=", "*=", "^=", "$=") and tree.value:
        return str(tree.value.value)
    return None


def _key(tree: css.Tree) -> _Key:
    """The rarest thing that an element must have to match."""
    match tree:
        case css.CombinedSelector():
            return _key(tree.subselector)
        case css.Class():
            return "class", tree.class_name
        case css.Hash():
            return "id", tree.id
        case css.Attrib():
            inner = _key(tree.selector)
            return inner if inner[0] in ("class", "id") else ("attribute", tree.attrib.lower())
        case css.Negation():
            return _key(tree.selector)
        case css.Element() if tree.element:
            return "tag", tree.element.lower()
    return _ANY


def _compile(tree: css.Tree) -> _Test:
    for kind, compiled in _COMPILERS:
        if isinstance(tree, kind):
            return compiled(tree)
    raise UnknownSelector(f"{type(tree).__name__} is not known here: {tree.canonical()}")


def _element(tree: css.Element) -> _Test:
    if not tree.element:
        return lambda _: True
    name = tree.element.lower()
    return lambda element: element.tag == name


def _class(tree: css.Class) -> _Test:
    rest, name = _compile(tree.selector), tree.class_name
    return lambda element: name in (element.get("class") or "").split() and rest(element)


def _hash(tree: css.Hash) -> _Test:
    rest, name = _compile(tree.selector), tree.id
    return lambda element: element.get("id") == name and rest(element)


def _attribute(tree: css.Attrib) -> _Test:
    rest, name = _compile(tree.selector), tree.attrib.lower()
    if tree.operator == "exists":
        return lambda element: element.get(name) is not None and rest(element)
    compare = _OPERATORS.get(tree.operator)
    if compare is None or tree.value is None or tree.value.value is None:
        raise UnknownSelector(f"an operator that is not known here: {tree.operator}")
    value = tree.value.value

    def test(element: Element) -> bool:
        found = element.get(name)
        return found is not None and compare(found, value) and rest(element)

    return test


def _negation(tree: css.Negation) -> _Test:
    rest, inner = _compile(tree.selector), _compile(tree.subselector)
    return lambda element: rest(element) and not inner(element)


def _combined(tree: css.CombinedSelector) -> _Test:
    above, below = _compile(tree.selector), _compile(tree.subselector)
    if tree.combinator == ">":

        def is_child(element: Element) -> bool:
            parent = element.getparent()
            return parent is not None and below(element) and above(parent)

        return is_child
    if tree.combinator != " ":
        raise UnknownSelector(f"a combinator that is not known here: '{tree.combinator}'")
    return lambda element: below(element) and any(map(above, _ancestors(element)))


def _ancestors(element: Element) -> Iterable[Element]:
    return element.iterancestors()


_COMPILERS: Final[tuple[tuple[type, Callable[..., _Test]], ...]] = (
    (css.Element, _element),
    (css.Class, _class),
    (css.Hash, _hash),
    (css.Attrib, _attribute),
    (css.Negation, _negation),
    (css.CombinedSelector, _combined),
)
