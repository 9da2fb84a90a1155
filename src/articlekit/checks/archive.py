"""The zip of a book, opened so that nothing in it can do harm: every read is bounded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self

#: Bytes that one file may unpack to before it is not read.
FILE_CAP: Final = 64_000_000
#: Bytes that are unpacked of one book, all in all.
BOOK_CAP: Final = 1_000_000_000
# Text of one repeated letter packs to a thousandth; books pack to a third.
_RATIO: Final = 200
_SMALL: Final = 2_000_000
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
# What zipfile raises on hostile bytes, by reading its source and by fuzzing.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError,
    NotImplementedError, ValueError, OverflowError, UnicodeError, KeyError, IndexError,
)  # fmt: skip


class Unreadable(Exception):
    """A file of the book whose bytes are not to be had; the text says why."""


class NotAZip(Exception):
    """The book is no zip at all; the text says why."""


class Archive:
    """The files of a book by name; of two files of one name, the last, as readers see it.

    Raises NotAZip. Reading raises Unreadable for what is missing, damaged, encrypted or
    larger than the caps, and never holds more than `FILE_CAP` bytes of one file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise NotAZip(str(error) or type(error).__name__) from error
        self.infos: tuple[zipfile.ZipInfo, ...] = tuple(self._zip.infolist())
        self._left = BOOK_CAP
        self._unreadable: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    @cached_property
    def by_name(self) -> Mapping[str, zipfile.ZipInfo]:
        """The files, without folders, by name."""
        return MappingProxyType({info.filename: info for info in self.infos if not info.is_dir()})

    @property
    def unreadable(self) -> Mapping[str, str]:
        """What could not be unpacked so far, and why; encrypted and huge files not among it."""
        return self._unreadable

    def refuses(self, info: zipfile.ZipInfo) -> str | None:
        """The code of the reason not to open a file, or None."""
        if info.flag_bits & _ENCRYPTED:
            return "zip-encrypted"
        if info.compress_type not in _METHODS:
            return "zip-compression"
        absurd = info.file_size > max(_SMALL, _RATIO * info.compress_size)
        return "zip-bomb" if info.file_size > FILE_CAP or absurd else None

    def read(self, name: str, cap: int = FILE_CAP) -> bytes:
        """Return a file whole; raises Unreadable, also when it is larger than `cap` bytes."""
        info = self.by_name.get(name)
        if info is None:
            raise Unreadable("not in the book")
        if self.refuses(info) or info.file_size > cap or info.file_size > self._left:
            raise Unreadable("encrypted, or too large to be checked")
        return self._unpack(info, cap + 1)

    def head(self, name: str, size: int) -> bytes:
        """Return at most the first `size` bytes of a file; raises Unreadable."""
        info = self.by_name.get(name)
        if info is None or info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise Unreadable("encrypted, or not in the book")
        return self._unpack(info, size)

    def _unpack(self, info: zipfile.ZipInfo, size: int) -> bytes:
        try:
            with self._zip.open(info) as file:
                data = file.read(size)
        except _BROKEN as error:
            reason = str(error) or type(error).__name__
            self._unreadable[info.filename] = reason
            raise Unreadable(reason) from error
        self._left -= len(data)
        return data

    def start(self, size: int) -> bytes:
        """Return the first bytes of the zip itself."""
        with self.path.open("rb") as file:
            return file.read(size)
