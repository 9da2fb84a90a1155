"""What binding changes in a body: the names of its ids, where its links and images lead."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from articlekit.html import SVG, escaped_size
from articlekit.inventory import WITH_ID, Heading, Inventory, Shown
from articlekit.model import Element

# `href="#part"` and `fill="url(#part)"`.
_REFERENCE: Final = re.compile(r"(^#|url\(\s*['\"]?#)([^'\")\s]+)")


@dataclass(frozen=True, slots=True)
class Changes:
    """What is done to a body: ids get their names in the book, images and links lead on.

    `names` are of ids, `sources` of every `<img>`, `targets` of every `<a>` with an address;
    a link without a target becomes its text.
    """

    names: Mapping[str, str]
    sources: Sequence[str]
    targets: Sequence[str | None]

    def make(self, body: Element) -> Element:
        """Change a body and return it."""
        if self.names:
            self._name(body)
        for img, source in zip(body.iter("img"), self.sources, strict=True):
            for done in ("referrerpolicy", "data-also"):
                img.attrib.pop(done, None)
            img.set("src", source)
        links = [each for each in body.iter("a") if each.get("href") is not None]
        for link, target in zip(links, self.targets, strict=True):
            if target is None:
                del link.attrib["href"]
            else:
                link.set("href", target)
        return body

    def foresee(self, before: Inventory) -> Inventory:
        """Return the inventory that a changed body will have, without its tree."""
        images = tuple(
            Shown(source, None, "", each.alt)
            for source, each in zip(self.sources, before.images, strict=True)
        )
        links = tuple(target for target in self.targets if target is not None)
        ids = tuple(dict.fromkeys(self.names[each] for each in before.ids))
        return Inventory(
            ids=ids,
            unseen=tuple(self.names[each] for each in before.unseen),
            links=links,
            images=images,
            drawings=before.drawings,
            headings=tuple(self._named(each) for each in before.headings),
            tags=before.tags,
            characters=before.characters,
            # What was there instead is not counted out: this is at the most.
            size=before.size + sum(map(escaped_size, (*ids, *links, *self.sources))),
        )

    def as_bytes(self) -> bytes:
        """All of it, so that other changes are other bytes."""
        return json.dumps((self.names, self.sources, self.targets)).encode("ascii")

    def _named(self, heading: Heading) -> Heading:
        name = self.names[heading.id] if heading.id else ""
        same = name == heading.id
        return heading if same else Heading(heading.position, heading.level, heading.label, name)

    def _name(self, body: Element) -> None:
        seen: set[str] = set()
        for element in WITH_ID(body):
            name = element.get("id", "")
            if name in seen:  # browsers go to the first
                del element.attrib["id"]
            else:
                seen.add(name)
                element.set("id", self.names[name])
        _rename_references(body, self.names)


def _rename_references(body: Element, names: Mapping[str, str]) -> None:
    """Let drawings go on naming their own parts, whose ids may be others now."""

    def renamed(found: re.Match[str]) -> str:
        return found[1] + names.get(found[2], found[2])

    for element in body.iter(f"{{{SVG}}}*"):
        for key, value in element.attrib.items():
            if "#" in value:
                element.set(key, _REFERENCE.sub(renamed, value))
