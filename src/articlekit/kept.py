"""Articles whose body is kept as bytes: a tree takes eight times the memory of its text.

What the rest of a book has to know of a body stands beside the bytes, so that binding ten
thousand articles together makes no tree at all.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Final

from lxml import etree

from articlekit.html import count_characters
from articlekit.model import Article, Element, Meta, Origin

# The best of deflate saves a tenth more and takes three times as long.
_LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """An `<img>` of a body: its address, its referrer policy, and its other addresses."""

    src: str
    policy: str | None
    also: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a body has that others may point at, and what it points at, in document order.

    An id that stands twice is here twice. `links` are of every `<a>` that has an address;
    `characters` are those of the text, white space aside.
    """

    ids: tuple[str, ...]
    links: tuple[str, ...]
    images: tuple[Shown, ...]
    characters: int


def take_inventory(body: Element) -> Inventory:
    """List what is in a body of the normal form."""
    return Inventory(
        ids=tuple(each.get("id", "") for each in WITH_ID(body)),
        links=tuple(href for each in body.iter("a") if (href := each.get("href")) is not None),
        images=tuple(
            Shown(each.get("src", ""), each.get("referrerpolicy"), each.get("data-also", ""))
            for each in body.iter("img")
        ),
        characters=count_characters(body),
    )


#: The elements of a tree that have an id, its root among them.
WITH_ID: Final = etree.XPath("descendant-or-self::*[@id]")


@dataclass(frozen=True, slots=True)
class Kept:
    """A body as deflated XML, the SHA-256 of the XML, and its inventory."""

    data: bytes
    digest: bytes
    inventory: Inventory

    @classmethod
    def of(cls, body: Element) -> Kept:
        """Keep a tree; nothing in it that is not XML is lost, as there is nothing else."""
        text = etree.tostring(body, encoding="utf-8", with_tail=False)
        digest = hashlib.sha256(text).digest()
        return cls(zlib.compress(text, _LEVEL), digest, take_inventory(body))

    def tree(self) -> Element:
        """Make the tree; every call makes another."""
        parser = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
        return etree.fromstring(zlib.decompress(self.data), parser)


class KeptArticle(Article):
    """An article whose `body` is another tree each time it is looked at.

    So a change inside of it is lost; `dataclasses.replace(article, body=changed)` keeps it.
    """

    __slots__ = ("kept",)
    kept: Kept

    def __init__(self, slug: str, meta: Meta, body: Element | Kept, origin: Origin) -> None:
        for name, value in (("slug", slug), ("meta", meta), ("origin", origin)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "kept", body if isinstance(body, Kept) else Kept.of(body))

    @property
    def body(self) -> Element:
        """The tree, made anew."""
        return self.kept.tree()


def inventory_of(article: Article) -> Inventory:
    """Return what stands beside a kept body, or look at the tree."""
    if isinstance(article, KeptArticle):
        return article.kept.inventory
    return take_inventory(article.body)
