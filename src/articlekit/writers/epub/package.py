"""The package: EbookLib's book, manifest, spine and guide, with our metadata and zip.

EbookLib 0.20 is AGPL-3.0, so this is the one file that imports it. Its writer would
put the local time and "now" into the file and leave half a book behind an error; what
is overridden here is just that: the package element, the metadata and the zip.
"""

from __future__ import annotations

import posixpath
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from ebooklib import epub
from lxml import etree

from articlekit.html import XML
from articlekit.writers.epub.deflated import LEVEL, Deflated
from articlekit.writers.epub.nav import Landmark

_OPF = "http://www.idpf.org/2007/opf"
_DC = "http://purl.org/dc/elements/1.1/"
_IDENTIFIER_ID = "identifier"
_DIRECTION = "dir"

# "mimetype" has no suffix and must be stored (EPUB 3.3, "OCF ZIP container media type
# identification"); the others are compressed already, and deflating them saves nothing.
_STORED = frozenset({"", ".jpg", ".png", ".gif"})
# What a zip entry can say, APPNOTE.TXT section 4.4.6: 1980 to 2107.
_ZIP_FIRST = (1980, 1, 1, 0, 0, 0)
_ZIP_LAST = (2107, 12, 31, 23, 59, 58)
# Bytes that are written at once: each time, the other thread is waited for.
_BUFFER = 1 << 18
_PERMISSIONS = 0o100644 << 16
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """An element of the metadata; `name` is `meta`, `link` or one of Dublin Core's `dc:…`."""

    name: str
    text: str | None
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the package; its bytes are asked for once, when its turn comes."""

    id: str
    name: str
    media_type: str
    read: Callable[[], bytes | Deflated]
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that the package document says, and the files; `spine` holds ids of parts."""

    language: str
    direction: str | None
    modified: datetime
    metadata: tuple[Statement, ...]
    parts: tuple[Part, ...]
    spine: tuple[str, ...]
    landmarks: tuple[Landmark, ...]


def write_package(package: Package, target: BinaryIO | Path) -> None:
    """Write the package as an EPUB container; an OSError of the target propagates."""
    if isinstance(target, Path):
        with target.open("wb", _BUFFER) as file:
            _Writer(file, package).write()
    elif target.seekable():
        _Writer(target, package).write()
    else:
        # Without seeking, zip puts sizes behind the data, and mimetype's header would
        # not have the fixed form that says what the file is.
        with tempfile.TemporaryFile() as spool:
            _Writer(spool, package).write()
            spool.seek(0)
            shutil.copyfileobj(spool, target)


class _Item(epub.EpubItem):  # type: ignore[misc]  # EbookLib publishes no types
    """An item that goes through byte for byte, read only when it is written."""

    def __init__(self, part: Part) -> None:
        super().__init__(uid=part.id, file_name=part.name, media_type=part.media_type)
        self.properties = list(part.properties)
        self._read = part.read

    def get_content(self, default: object = None) -> bytes | Deflated:  # EbookLib calls it so
        return self._read()


class _Writer(epub.EpubWriter):  # type: ignore[misc]  # EbookLib publishes no types
    """EbookLib's writer, that leaves nothing to the clock and nothing unsaid."""

    def __init__(self, file: Any, package: Package) -> None:
        super().__init__(file, _book(package))
        self.package = package

    def write(self) -> None:
        with zipfile.ZipFile(self.file_name, "w") as archive:
            self.out = _Archive(archive, self.package.modified)
            self.out.writestr("mimetype", b"application/epub+zip")
            self._write_container()
            self._write_opf()
            self._write_items()

    def _write_opf(self) -> None:
        root = etree.Element("package", {"xmlns": _OPF, "version": "3.0"})
        root.set("unique-identifier", _IDENTIFIER_ID)
        root.set(f"{{{XML}}}lang", self.package.language)
        if self.package.direction is not None:
            root.set(_DIRECTION, self.package.direction)
        self._write_opf_metadata(root)
        self._write_opf_spine(root, self._write_opf_manifest(root))
        self._write_opf_guide(root)
        self._write_opf_file(root)

    def _write_opf_metadata(self, root: Any) -> None:
        metadata = etree.SubElement(root, "metadata", nsmap={"dc": _DC})
        for statement in self.package.metadata:
            tag = statement.name.replace("dc:", f"{{{_DC}}}")
            element = etree.SubElement(metadata, tag, dict(statement.attributes))
            element.text = statement.text


class _Archive:
    """A zip whose bytes depend only on what is put into it, as far as zlib's do."""

    def __init__(self, archive: zipfile.ZipFile, when: datetime) -> None:
        self.archive = archive
        # Two seconds are a zip's finest step.
        moment = (*when.timetuple()[:5], when.second - when.second % 2)
        self.moment = min(max(moment, _ZIP_FIRST), _ZIP_LAST)

    def writestr(self, name: str, data: bytes | str | Deflated) -> None:
        info = zipfile.ZipInfo(name, self.moment)
        stored = posixpath.splitext(name)[1] in _STORED
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = _PERMISSIONS
        info.create_system = _UNIX  # else it would tell Windows from the rest
        if isinstance(data, Deflated):
            self._write_deflated(info, data)
        else:
            self.archive.writestr(info, data, compresslevel=LEVEL)

    def _write_deflated(self, info: zipfile.ZipInfo, data: Deflated) -> None:
        """Write what is deflated already, as `zipfile` would have; it has no way to say so."""
        file = self.archive.fp
        assert file is not None
        info.CRC, info.file_size, info.compress_size = data.checksum, data.size, len(data.data)
        # Where the zip's own list would begin is where the next file goes.
        info.header_offset = self.archive.start_dir
        entry = info.FileHeader() + data.data
        file.write(entry)
        self.archive.filelist.append(info)
        self.archive.NameToInfo[info.filename] = info
        self.archive.start_dir += len(entry)


def _book(package: Package) -> Any:
    book = epub.EpubBook()
    book.direction = package.direction  # the spine's page-progression-direction
    items = {part.id: _Item(part) for part in package.parts}
    for item in items.values():
        book.add_item(item)
    # An id here would be looked for among all items, one spine after the other.
    book.spine = [items[each] for each in package.spine]
    book.guide = [
        {"type": mark.guide_type, "title": mark.label, "href": mark.target}
        for mark in package.landmarks
    ]
    return book
