"""Styles of elements and pages, computed once for all that have the same.

WeasyPrint 70 makes seven styles for every element, six of them for pseudo-elements such as
`::footnote-call` that hardly any element has, and nineteen for every page. Each works out
some forty properties. In a book nearly all are the same: a paragraph is styled as the one
before it, in the next article too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any, Final, NamedTuple, TypeAlias

from weasyprint import css
from weasyprint.css import StyleFor
from weasyprint.layout import page as page_layout

#: By pseudo-element, None for the element itself: properties with their values and weights.
_Cascade: TypeAlias = dict[str | None, dict[str, tuple[Any, Any]]]
# What names an element and is not inherited; a child's style is the same without it.
_NAMES: Final = frozenset({"-weasy-anchor"})
# Pseudo-elements whose styles are changed one by one later, as each gets an address.
_ALONE: Final = frozenset({"note-call", "note-marker", "note-callback"})


class _Rule(NamedTuple):
    """Declarations that match an element, by what decides which of two rules wins."""

    pseudo: str | None
    origin: str
    layer: float
    specificity: tuple[int, int, int]
    declarations: Iterable[tuple[str, Any, bool]]


class SharedStyles(StyleFor):  # type: ignore[misc]  # WeasyPrint publishes no types
    """Tells the style of an element as `StyleFor` does, from a store of distinct styles."""

    def __init__(
        self,
        html: Any,
        sheets: Any,
        presentational_hints: bool,
        font_config: Any,
        target_collector: Any,
    ) -> None:
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        self._sheets, self.font_config = sheets, font_config
        self.initial_page_sizes = {"box": None, "area": None}
        self.pages: dict[Any, dict[str | None, Any]] = {}
        self._root, self._base_url = html.etree_element, html.base_url
        self._collector = target_collector
        self._pseudos: dict[Any, tuple[_Cascade, int]] = {}
        self._made: dict[Any, Any] = {}
        self._style(html, dict(_hints(html, presentational_hints)))

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        if pseudo_type is not None and (element, pseudo_type) not in self._computed_styles:
            self._add_pseudo(element, pseudo_type)
        return super().__call__(element, pseudo_type)

    def _style(self, html: Any, hints: dict[Any, tuple[Any, Any, list[_Rule]]]) -> None:
        cascades: dict[Any, _Cascade] = {}
        families: dict[Any, int] = {}
        known: dict[Any, int] = {}
        for wrapper in html.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            parent = None if wrapper.parent is None else wrapper.parent.etree_element
            names, looks, rules = hints.get(element, ((), (), []))
            matched = list(self._matching(wrapper))
            selected = tuple((rule.pseudo, rule.specificity, id(of)) for rule, of in matched)
            key = (looks, names, selected)
            if (cascade := cascades.get(key)) is None:
                cascade = cascades[key] = _cascade([*rules, *(rule for rule, _ in matched)])
            # Elements of one family have children that inherit the same.
            above = families.get(parent, 0)
            families[element] = known.setdefault((above, looks, selected), len(known) + 1)
            self._share((above, key), element, None, parent, cascade)
            if len(cascade) > 1:
                self._pseudos[element] = cascade, families[element]
                for pseudo in cascade:
                    # Its place must be known before it is asked for.
                    if pseudo is not None and "anchor" in cascade[pseudo]:
                        self._add_pseudo(element, pseudo)

    def _matching(self, wrapper: Any) -> Iterator[tuple[_Rule, Any]]:
        for sheet, origin, sheet_specificity in self._sheets:
            for specificity, _, pseudo, (declarations, layer) in sheet.matcher.match(wrapper):
                order = inf if layer is None else sheet.layers.index(layer)
                weight = sheet_specificity or specificity
                yield _Rule(pseudo, origin, order, weight, declarations), declarations

    def _add_pseudo(self, element: Any, pseudo: str) -> None:
        cascade, family = self._pseudos.get(element, ({}, 0))
        if pseudo in cascade:
            alone = element if pseudo in _ALONE else None
            key = (family, id(cascade), pseudo, alone)
            self._share(key, element, pseudo, element, cascade)

    def _share(
        self, key: Any, element: Any, pseudo: str | None, parent: Any, cascade: _Cascade
    ) -> None:
        """Give the element the style that an equal one has, or make it."""
        if key in self._made:
            self._computed_styles[element, pseudo] = self._made[key]
            return
        self._cascaded_styles = {(element, pseudo): cascade.get(pseudo, {})}
        self.set_computed_styles(
            element,
            pseudo_type=pseudo,
            root=self._root,
            parent=parent,
            base_url=self._base_url,
            target_collector=self._collector,
        )
        self._made[key] = self._computed_styles[element, pseudo]
        self._cascaded_styles = {}

    def page_key(self, page_type: Any) -> tuple[Any, ...]:
        """Which rules are those of a page, and whether its size is known yet."""
        matching = tuple(
            self._page_type_match(selector, page_type)
            for sheet, _, _ in self._sheets
            for _, selectors, _ in sheet.page_rules
            for _, _, selector in selectors
        )
        return (page_type.index == 0, *matching)


def _hints(html: Any, presentational: bool) -> Iterator[tuple[Any, tuple[Any, Any, list[_Rule]]]]:
    """Yield elements with attributes that are style: keys by which two are equal, and rules."""
    gathered: dict[Any, list[tuple[Any, Any, str]]] = {}
    for specificity, element, found, base_url in css.find_style_attributes(
        html.etree_element, presentational, html.base_url
    ):
        row = (specificity, tuple(found), base_url)
        gathered.setdefault(element, []).append(row)
    for element, rows in gathered.items():
        names: list[Any] = []
        looks: list[Any] = []
        rules = []
        for specificity, found, base_url in rows:
            for each in found:
                name = getattr(each, "lower_name", "")
                (names if name in _NAMES else looks).append((specificity, each.serialize()))
            declarations = list(css.preprocess_declarations(base_url, found))
            rules.append(_Rule(None, "author", inf, specificity, declarations))
        yield element, (tuple(names), tuple(looks), rules)


def _cascade(rules: Iterable[_Rule]) -> _Cascade:
    """Sort out which declaration of each property holds (CSS Cascading 4, section 6)."""
    cascade: _Cascade = {}
    for rule in rules:
        style = cascade.setdefault(rule.pseudo, {})
        for name, value, important in rule.declarations:
            precedence = css.declaration_precedence(rule.origin, important)
            weight = (precedence, rule.layer, rule.specificity)
            if name not in style or style[name][1] <= weight:
                style[name] = value, weight
    return cascade


def share_page_styles(page_type: Any, html: Any, style_for: Any) -> None:
    """Give a page and its margins the styles of a page with the same rules."""
    key = style_for.page_key(page_type)
    computed = style_for.get_computed_styles()
    if key not in style_for.pages:
        set_page_styles(page_type, html, style_for)
        style_for.pages[key] = {
            pseudo: style for (of, pseudo), style in computed.items() if of is page_type
        }
        style_for.get_cascaded_styles().clear()
    for pseudo, style in style_for.pages[key].items():
        computed[page_type, pseudo] = style


set_page_styles: Final = page_layout.set_page_type_computed_styles
