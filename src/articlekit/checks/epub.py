"""An opened book: its archive, its package, and its pages one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from articlekit.checks.archive import Archive, Unreadable
from articlekit.checks.package import Item, Package
from articlekit.checks.page import Page
from articlekit.checks.parsing import CONTAINER, OPF, XML_CAP, Parsed, parse_xml
from articlekit.checks.urls import locate
from articlekit.model import Element

CONTAINER_NAME: Final = "META-INF/container.xml"
PACKAGE_TYPE: Final = "application/oebps-package+xml"
#: The media types of pages: XHTML, what EPUB 2 also had, and SVG.
PAGE_TYPES: Final = frozenset(
    {"application/xhtml+xml", "text/html", "text/x-oeb1-document", "image/svg+xml"}
)


class Epub:
    """A book that checks ask; whatever is missing or broken in it is None or empty."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def parse(self, name: str) -> Parsed | None:
        """Parse an XML file of the book; None when its bytes are not to be had."""
        try:
            return parse_xml(self.archive.read(name, XML_CAP))
        except Unreadable:
            return None

    @cached_property
    def container(self) -> Parsed | None:
        """META-INF/container.xml."""
        return self.parse(CONTAINER_NAME)

    @cached_property
    def rootfiles(self) -> tuple[Element, ...]:
        """The rootfile elements that name package documents."""
        if self.container is None or self.container.root is None:
            return ()
        every = self.container.root.iter(f"{{{CONTAINER}}}rootfile")
        return tuple(
            each
            for each in every
            if each.get("media-type") == PACKAGE_TYPE and (each.get("full-path") or "").strip()
        )

    @cached_property
    def package_name(self) -> str | None:
        """The package document's name: the container's word, else the first .opf there is."""
        for each in self.rootfiles:
            if each.get("full-path") in self.archive.by_name:
                return each.get("full-path")
        return next((n for n in self.archive.by_name if n.lower().endswith(".opf")), None)

    @cached_property
    def package_document(self) -> Parsed | None:
        """The package document as it was parsed."""
        return self.parse(self.package_name) if self.package_name is not None else None

    @cached_property
    def package(self) -> Package | None:
        """The package, when there is one that can be read at all."""
        document = self.package_document
        if document is None or document.root is None or self.package_name is None:
            return None
        root = document.root
        is_package = root.tag == f"{{{OPF}}}package"
        return Package(self.package_name, root) if is_package else None

    @cached_property
    def encrypted(self) -> frozenset[str]:
        """The names of files that encryption.xml says are encrypted or obfuscated."""
        parsed = self.parse("META-INF/encryption.xml")
        if parsed is None or parsed.root is None:
            return frozenset()
        uris = (each.get("URI") for each in parsed.root.iter("{*}CipherReference"))
        return frozenset(name for uri in uris if uri and (name := locate(uri, "").name))

    @cached_property
    def page_items(self) -> tuple[Item, ...]:
        """The items that are pages and whose files are there, each file once."""
        if self.package is None:
            return ()
        return tuple(
            item
            for item in self.package.by_name.values()
            if item.media_type in PAGE_TYPES
            and item.name in self.archive.by_name
            and item.name not in self.encrypted
        )

    def pages(self) -> Iterator[Page]:
        """Parse the pages one after the other; only the one that is asked for is in memory."""
        assert self.package is not None
        for item in self.page_items:
            try:
                data = self.archive.read(item.name, XML_CAP)
            except Unreadable:
                continue
            yield Page(item, self.package, parse_xml(data), len(data))
