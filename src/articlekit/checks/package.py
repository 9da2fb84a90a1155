"""The package document as the checks see it: read leniently, so that all its faults are met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from articlekit.checks.parsing import DC, OPF, line_of, text_of
from articlekit.checks.urls import Target, locate
from articlekit.model import Element


@dataclass(frozen=True, slots=True)
class Item:
    """A manifest item; what it lacks is empty. `target` is where its href leads."""

    id: str
    href: str
    media_type: str
    properties: frozenset[str]
    fallback: str
    target: Target
    line: int | None

    @property
    def name(self) -> str:
        """The file's name in the book; empty for a remote one."""
        return self.target.name or ""


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An entry of the spine."""

    idref: str
    linear: bool
    properties: frozenset[str]
    line: int | None


class Package:
    """A package document; `name` is its file's."""

    def __init__(self, name: str, root: Element) -> None:
        self.name = name
        self.root = root

    @cached_property
    def version(self) -> str:
        """What the version attribute says, such as 3.0."""
        return (self.root.get("version") or "").strip()

    @property
    def is_old(self) -> bool:
        """Whether the rules of EPUB 2 hold: what has no known version is taken for EPUB 3."""
        return self.version.startswith(("1", "2"))

    @cached_property
    def metadata(self) -> tuple[Element, ...]:
        """The elements of the metadata, those of OPF 1's dc-metadata among them."""
        part = self.part("metadata")
        return tuple(part.iter("*"))[1:] if part is not None else ()

    def part(self, name: str) -> Element | None:
        """The first part of the package of this name: metadata, manifest, spine, guide."""
        return next(self.root.iterchildren(f"{{{OPF}}}{name}"), None)

    def dc(self, name: str) -> list[Element]:
        """The Dublin Core elements of this name."""
        return [each for each in self.metadata if each.tag == f"{{{DC}}}{name}"]

    def metas(self, prop: str) -> list[Element]:
        """The meta elements with this property, of the book itself."""
        return [
            each
            for each in self.metadata
            if each.tag == f"{{{OPF}}}meta"
            and (each.get("property") or "").strip() == prop
            and not each.get("refines")
        ]

    def legacy_meta(self, name: str) -> str | None:
        """The content of EPUB 2's `<meta name="…">`."""
        for each in self.metadata:
            if each.tag == f"{{{OPF}}}meta" and each.get("name") == name:
                return each.get("content")
        return None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The manifest, in its order."""
        part = self.part("manifest")
        return tuple(self._items(part)) if part is not None else ()

    def _items(self, manifest: Element) -> Iterator[Item]:
        for each in manifest.iterchildren(f"{{{OPF}}}item"):
            href = each.get("href") or ""
            yield Item(
                id=(each.get("id") or "").strip(),
                href=href,
                media_type=(each.get("media-type") or "").strip(),
                properties=frozenset((each.get("properties") or "").split()),
                fallback=(each.get("fallback") or "").strip(),
                target=locate(href, self.name) if href.strip() else Target(),
                line=line_of(each),
            )

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items by id."""
        return MappingProxyType({item.id: item for item in reversed(self.items) if item.id})

    @cached_property
    def by_name(self) -> Mapping[str, Item]:
        """The items inside the book by their files' names."""
        return MappingProxyType({item.name: item for item in reversed(self.items) if item.name})

    @cached_property
    def spine(self) -> tuple[ItemRef, ...]:
        """The reading order."""
        part = self.part("spine")
        if part is None:
            return ()
        return tuple(
            ItemRef(
                (each.get("idref") or "").strip(),
                (each.get("linear") or "yes").strip() != "no",
                frozenset((each.get("properties") or "").split()),
                line_of(each),
            )
            for each in part.iterchildren(f"{{{OPF}}}itemref")
        )

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Where in the spine a file stands, by name."""
        places: dict[str, int] = {}
        for place, ref in enumerate(self.spine):
            item = self.by_id.get(ref.idref)
            if item is not None and item.name:
                places.setdefault(item.name, place)
        return MappingProxyType(places)

    @cached_property
    def nav(self) -> Item | None:
        """The navigation document's item."""
        return next((item for item in self.items if "nav" in item.properties), None)

    @cached_property
    def ncx(self) -> Item | None:
        """The NCX's item: the one that the spine names, else the first of its type."""
        spine = self.part("spine")
        named = self.by_id.get((spine.get("toc") or "").strip()) if spine is not None else None
        ncxes = [item for item in self.items if item.media_type == "application/x-dtbncx+xml"]
        return named if named in ncxes else next(iter(ncxes), None)

    @cached_property
    def cover(self) -> Item | None:
        """The cover image's item, by property or by EPUB 2's meta."""
        for item in self.items:
            if "cover-image" in item.properties:
                return item
        return self.by_id.get((self.legacy_meta("cover") or "").strip())

    @cached_property
    def fixed(self) -> bool:
        """Whether the book as a whole has a fixed layout."""
        return any(text_of(each) == "pre-paginated" for each in self.metas("rendition:layout"))

    def is_fixed(self, name: str) -> bool:
        """Whether a page has a fixed layout, by its own word or else the book's."""
        place = self.order.get(name)
        said = self.spine[place].properties if place is not None else frozenset()
        if "rendition:layout-reflowable" in said:
            return False
        return self.fixed or "rendition:layout-pre-paginated" in said
