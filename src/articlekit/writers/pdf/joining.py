"""Parts of a book that were laid out alone, joined into the PDF that one layout would have made.

Pages, tags, bookmarks, names and labels of pages become one tree of each; what a document has
once, as its metadata, is that of the first part. Links to another part become links within the
book.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import pikepdf
from pikepdf import Array, Object, Pdf

from articlekit.writers.pdf.assembly import Assembly
from articlekit.writers.pdf.crossing import turn_links
from articlekit.writers.pdf.transfer import Transfer, kids, pairs, without

# Of the catalog, what is made anew; the rest is the first part's.
_MADE: Final = ("/Metadata", "/Names", "/Outlines", "/PageLabels", "/Pages", "/StructTreeRoot")
_PAGES: Final = re.compile(rb"(<xmpTPg:NPages>)\d+(?=<)")
_IDENTIFIER: Final = re.compile(rb"<xmpMM:InstanceID>([^<]+)<")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part's file. `anchors` are the places in it that links may lead to, and `kept` counts
    its pages that go into the book, where those at its end do not. `prepare` is called with
    the PDF before it is taken.
    """

    path: Path
    anchors: frozenset[str]
    kept: int | None = None
    prepare: Callable[[Pdf], object] | None = None


def join(pieces: Sequence[Piece], target: BinaryIO, fonts_of: int | None = None) -> None:
    """Write the pieces, in their order, as one PDF; the same pieces make the same bytes.

    A link to an anchor that no piece has is left out, and its text stays. With `fonts_of`, a
    number of a piece, all have the fonts of that one. No more than one piece is in memory at a
    time.
    """
    known = frozenset().union(*(piece.anchors for piece in pieces))
    book = _Book(Assembly(target))
    for number, piece in enumerate(pieces):
        with pikepdf.open(piece.path) as pdf:
            if piece.prepare is not None:
                piece.prepare(pdf)
            pages = [page.obj for page in pdf.pages][: piece.kept]
            lost = turn_links(pdf, pages, known)
            transfer = book.transfer(pdf, number)
            if fonts_of is not None:
                book.share_fonts(transfer, pages, fonts_of == number)
            book.take(pdf, pages, lost, transfer)
    book.finish()


@dataclass(slots=True)
class _Book:
    """What is gathered until all pieces are written; numbers are those of objects."""

    target: Assembly
    streams: dict[bytes, int] = field(default_factory=dict)
    pages: list[bytes] = field(default_factory=list)
    owners: list[tuple[int, bytes]] = field(default_factory=list)
    elements: list[bytes] = field(default_factory=list)
    names: dict[bytes, bytes] = field(default_factory=dict)
    cells: dict[bytes, bytes] = field(default_factory=dict)
    labels: list[tuple[int, bytes]] = field(default_factory=list)
    roles: dict[str, bytes] = field(default_factory=dict)
    next_key: int = 0
    bookmarks: int = 0
    first_bookmark: int = 0
    last_bookmark: tuple[int, bytes] | None = None
    catalog_text: bytes = b""
    packet: tuple[bytes, bytes] | None = None
    document_text: bytes = b""
    catalog: int = field(init=False)
    info: int = field(init=False)
    page_tree: int = field(init=False)
    outlines: int = field(init=False)
    tag_tree: int = field(init=False)
    document: int = field(init=False)
    fonts: int = field(init=False)

    def __post_init__(self) -> None:
        for name in ("catalog", "info", "page_tree", "outlines", "tag_tree", "document", "fonts"):
            setattr(self, name, self.target.reserve())

    def transfer(self, pdf: Pdf, number: int) -> Transfer:
        return Transfer(pdf, self.target, self.streams, self.next_key, b"%d-" % number)

    def share_fonts(self, transfer: Transfer, pages: Iterable[Object], written: bool) -> None:
        """Let the pages of all pieces have one dictionary of fonts."""
        for page in pages:
            fonts = page.Resources.Font
            if written:
                transfer.add(fonts, self.fonts)
                return
            transfer.stands_for(fonts, self.fonts)

    def take(self, pdf: Pdf, pages: Sequence[Object], lost: set[int], transfer: Transfer) -> None:
        """Write a piece's pages and all that belongs to them, the owners of `lost` left out."""
        kept = {page.objgen for page in pages}
        root = pdf.Root.StructTreeRoot
        [document] = [each for each in kids(root) if each.S == "/Document"]
        gone, keys = _left_out(pdf, len(pages), root, document)
        transfer.stands_for(document, self.document)
        transfer.stands_for(root, self.tag_tree)
        if not self.catalog_text:
            self._take_document(pdf, document, transfer)
        for page in pages:
            transfer.stands_for(page.Parent, self.page_tree)
        self._take_labels(pdf, len(pages), transfer)
        self.pages += [transfer.text(page) for page in pages]
        self.elements += [transfer.text(e) for e in kids(document) if e.objgen not in gone]
        self._take_tags(root, keys | lost, gone, transfer)
        if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
            for name, place in pairs(pdf.Root.Names.Dests, "/Names"):
                if place[0].objgen in kept:
                    self.names.setdefault(bytes(name), transfer.text(place))
        self._take_outline(pdf, transfer)
        transfer.drain()

    def _take_document(self, pdf: Pdf, document: Object, transfer: Transfer) -> None:
        """Take what a document has once."""
        transfer.add(pdf.trailer.Info, self.info)
        self.catalog_text = transfer.whole(without(pdf.Root, *_MADE))
        self.document_text = transfer.whole(without(document, "/K"))
        packet = pdf.Root.Metadata
        entries = transfer.whole(without(packet.stream_dict, "/Filter", "/DecodeParms", "/Length"))
        self.packet = entries, packet.read_bytes()

    def _take_tags(
        self, root: Object, keys: set[int], gone: set[tuple[int, int]], transfer: Transfer
    ) -> None:
        last = -1
        for key, owner in pairs(root.ParentTree, "/Nums"):
            last = key
            if key in keys:
                continue
            if isinstance(owner, Array) and not owner.is_indirect:
                number = self.target.reserve()
                self.target.put(number, transfer.whole(owner))
                text = b"%d 0 R" % number
            else:
                text = transfer.text(owner)
            self.owners.append((self.next_key + key, text))
        self.next_key += last + 1
        for name, cell in pairs(root.get("/IDTree") or {}, "/Names"):
            if cell.objgen not in gone:
                named = transfer.named(b"/ID " + name.unparse()).removeprefix(b"/ID ")
                self.cells[named] = transfer.text(cell)
        for role, standard in (root.get("/RoleMap") or {}).items():
            self.roles[str(role)] = standard.unparse()

    def _take_labels(self, pdf: Pdf, count: int, transfer: Transfer) -> None:
        for at, label in pairs(pdf.Root.get("/PageLabels") or {}, "/Nums"):
            if at < count:
                self.labels.append((len(self.pages) + at, transfer.text(label)))

    def _take_outline(self, pdf: Pdf, transfer: Transfer) -> None:
        """Hang the piece's bookmarks behind those that are there."""
        outline = pdf.Root.get("/Outlines")
        if outline is None or "/First" not in outline:
            return
        transfer.stands_for(outline, self.outlines)
        self.bookmarks += int(outline.Count)
        only = outline.First.objgen == outline.Last.objgen
        first = self.target.reserve()
        last = first if only else self.target.reserve()
        transfer.stands_for(outline.First, first)
        transfer.stands_for(outline.Last, last)
        before = b""
        if self.last_bookmark is not None:
            number, text = self.last_bookmark
            self.target.put(number, _with(text, b"/Next %d 0 R" % first))
            before = b"/Prev %d 0 R" % number
        self.first_bookmark = self.first_bookmark or first
        text = _with(transfer.whole(outline.First), before)
        if not only:
            self.target.put(first, text)
            text = transfer.whole(outline.Last)
        self.last_bookmark = last, text

    def finish(self) -> None:
        """Write the trees that all pieces are in."""
        put = self.target.put
        made = b"/Pages %d 0 R /StructTreeRoot %d 0 R" % (self.page_tree, self.tag_tree)
        put(
            self.page_tree,
            b"<< /Type /Pages /Count %d /Kids [ %b ] >>" % (len(self.pages), b" ".join(self.pages)),
        )
        put(self.document, _with(self.document_text, b"/K [ %b ]" % b" ".join(self.elements)))
        put(self.tag_tree, self._tag_tree())
        if self.last_bookmark is not None:
            put(*self.last_bookmark)
            made += b" /Outlines %d 0 R" % self.outlines
            ends = (self.bookmarks, self.first_bookmark, self.last_bookmark[0])
            text = b"<< /Type /Outlines /Count %d /First %d 0 R /Last %d 0 R >>" % ends
            put(self.outlines, text)
        if self.names:
            made += b" /Names << /Dests << /Names [ %b ] >> >>" % b" ".join(
                pikepdf.String(name).unparse() + b" " + place
                for name, place in sorted(self.names.items())
            )
        if self.labels:
            made += b" /PageLabels << /Nums [ %b ] >>" % _numbered(self.labels)
        put(self.catalog, _with(self.catalog_text, made + self._metadata()))
        self.target.finish(self.catalog, self.info)

    def _tag_tree(self) -> bytes:
        tree = b"/K [ %d 0 R ] /ParentTreeNextKey %d /ParentTree << /Nums [ %b ] >>" % (
            self.document, self.next_key, _numbered(self.owners),
        )  # fmt: skip
        if self.cells:
            cells = b" ".join(name + b" " + cell for name, cell in sorted(self.cells.items()))
            tree += b" /IDTree << /Names [ %b ] >>" % cells
        if self.roles:
            roles = (b"%b %b" % (role.encode(), to) for role, to in sorted(self.roles.items()))
            tree += b" /RoleMap << %b >>" % b" ".join(roles)
        return b"<< /Type /StructTreeRoot %b >>" % tree

    def _metadata(self) -> bytes:
        """Write the packet of metadata with the number of all pages, and a name of their own."""
        if self.packet is None:
            return b""
        entries, packet = self.packet
        packet = _PAGES.sub(rb"\g<1>%d" % len(self.pages), packet)
        if (found := _IDENTIFIER.search(packet)) is not None:
            packet = packet.replace(found[1], b64encode(self.target.digest))
        number = self.target.reserve()
        self.target.put_stream(number, _with(entries, b"/Length %d" % len(packet)), packet)
        return b" /Metadata %d 0 R" % number


def _with(dictionary: bytes, entries: bytes) -> bytes:
    return b"%b %b >>" % (dictionary.removesuffix(b">>").rstrip(), entries)


def _numbered(entries: Iterable[tuple[int, bytes]]) -> bytes:
    return b" ".join(b"%d %b" % entry for entry in entries)


def _left_out(
    pdf: Pdf, count: int, root: Object, document: Object
) -> tuple[set[tuple[int, int]], set[int]]:
    """Return the document's elements that are on the pages behind the first `count`, and the
    keys of these pages and of their links in the tree of owners.
    """
    pages = [page.obj for page in pdf.pages][count:]
    keys = {int(page.StructParents) for page in pages if "/StructParents" in page}
    for page in pages:
        keys |= {int(each.StructParent) for each in page.get("/Annots", ())}
    gone: set[tuple[int, int]] = set()
    if keys:
        for key, owner in pairs(root.ParentTree, "/Nums"):
            if key in keys:
                for element in owner if isinstance(owner, Array) else [owner]:
                    gone |= set(_ancestry(element, document))
    return gone, keys


def _ancestry(element: Object, document: Object) -> Iterable[tuple[int, int]]:
    while element.objgen != document.objgen:
        yield element.objgen
        element = element.P
