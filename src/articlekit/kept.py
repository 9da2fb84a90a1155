"""Articles whose body is kept as bytes: a tree takes eight times the memory of its text.

What the rest of a book has to know of a body stands beside the bytes, so that binding ten
thousand articles together makes no tree at all.
"""

from __future__ import annotations

import hashlib
import zlib
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from articlekit.changes import Changes
from articlekit.inventory import Inventory, take_inventory
from articlekit.model import Article, Chapter, Element, Meta, Origin

# The best of deflate saves a tenth more and takes three times as long.
_LEVEL: Final = 1


@dataclass(slots=True)
class Kept:
    """A body as XML, the SHA-256 of it, and its inventory; as deflated XML from a while on."""

    digest: bytes
    inventory: Inventory
    _text: bytes | None = field(default=None, compare=False, repr=False)
    _data: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def of(cls, body: Element) -> Kept:
        """Keep a tree; nothing in it that is not XML is lost, as there is nothing else."""
        text = etree.tostring(body, encoding="utf-8", with_tail=False)
        return cls(hashlib.sha256(text).digest(), take_inventory(body, len(text)), text)

    @classmethod
    def deflated(cls, data: bytes, digest: bytes, inventory: Inventory) -> Kept:
        """Keep what `data` of another was."""
        return cls(digest, inventory, None, data)

    @property
    def data(self) -> bytes:
        """The XML deflated, which alone is kept from then on; for another thread, if there is."""
        text = self._text
        if text is not None:
            self._data = zlib.compress(text, _LEVEL)
            self._text = None  # behind the line above, as threads may share it
        return self._data

    def tree(self) -> Element:
        """Make the tree; every call makes another."""
        text = self._text
        parser = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
        return etree.fromstring(zlib.decompress(self._data) if text is None else text, parser)


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


class KeptChapter(Chapter):
    """A chapter whose `body` is made each time it is looked at, of an article's bytes."""

    __slots__ = ("changes", "kept")
    kept: Kept
    changes: Changes

    def __init__(self, id: str, article: KeptArticle, changes: Changes) -> None:
        digest = hashlib.sha256(article.kept.digest + changes.as_bytes()).digest()
        for name, value in (
            ("id", id), ("slug", article.slug), ("meta", article.meta), ("digest", digest),
            ("kept", article.kept), ("changes", changes),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    @property
    def body(self) -> Element:
        """The tree, made anew."""
        return self.changes.make(self.kept.tree())


def inventory_of(whole: Article | Chapter) -> Inventory:
    """Return what stands beside a kept body, or look at the tree."""
    if isinstance(whole, KeptArticle):
        return whole.kept.inventory
    if isinstance(whole, KeptChapter):
        return whole.changes.foresee(whole.kept.inventory)
    return take_inventory(whole.body)


def own_body(chapter: Chapter) -> Element:
    """Return a chapter's body to be changed: a copy, as it is the book's, unless it is new."""
    return chapter.body if isinstance(chapter, KeptChapter) else deepcopy(chapter.body)
