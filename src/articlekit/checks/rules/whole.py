"""What checks of the book as a whole are given: its package, and the facts of every file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.package import Item, Package
from articlekit.checks.page import Facts, Ref
from articlekit.checks.urls import Target, locate


@dataclass(frozen=True, slots=True)
class Use:
    """An address in a file, and where it leads."""

    file: str
    ref: Ref
    target: Target

    @property
    def name(self) -> str:
        """The file of the book that it leads to; empty for other places."""
        return self.target.name or ""

    @property
    def said(self) -> str:
        """The address as it is written, short enough for a message."""
        return self.ref.href.strip()[:80]

    def found(self, code: str, message: str = "") -> Finding:
        """Make a finding at this place."""
        return found(code, message, file=self.file, line=self.ref.line)


class Whole:
    """A book whose pages and style sheets have been read; `facts` is by file name."""

    def __init__(self, epub: Epub, package: Package, facts: Mapping[str, Facts]) -> None:
        self.epub = epub
        self.package = package
        self.facts = facts

    def has(self, name: str) -> bool:
        """Whether the book has a file of this name."""
        return name in self.epub.archive.by_name

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every address of every file, in the order of the manifest."""
        return tuple(self._uses())

    def _uses(self) -> Iterator[Use]:
        for facts in self.facts.values():
            for ref in facts.refs:
                yield Use(facts.name, ref, locate(ref.href, facts.base or facts.name))

    def at(self, item: Item, code: str, message: str = "") -> Finding:
        """Make a finding at an item of the manifest."""
        return found(code, message, file=self.package.name, line=item.line)
