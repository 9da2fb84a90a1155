"""A PDF's file, written object by object: nothing of it is held but where each object is."""

from __future__ import annotations

import struct
import zlib
from array import array
from hashlib import md5
from typing import BinaryIO, Final

# zlib's: 9 takes twice as long as 6, for a hundredth less.
_LEVEL: Final = 6
# Objects in a stream of objects: more make a smaller file, and more that a reader has to unpack
# for one of them.
_PACKED: Final = 1_000
_ROW: Final = struct.Struct(">BQH")
_FREE, _PLAIN, _IN_STREAM = 0, 1, 2  # kinds of entries (ISO 32000-1, table 18)


class Assembly:
    """A PDF in the making, with object and cross-reference streams (ISO 32000-1, 7.5.7, 7.5.8).

    Objects are handed over as bytes, in any order, each under a number that was reserved.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._position = 0
        self._hash = md5(usedforsecurity=False)
        self._last = 0
        self._kinds = array("B", [_FREE])
        # Where an object is in the file, or the number of the stream that it is in.
        self._places = array("Q", [0])
        self._orders = array("H", [65535])
        self._packed: list[tuple[int, bytes]] = []
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> int:
        """Return a number that no other object has."""
        self._last += 1
        return self._last

    def put(self, number: int, data: bytes) -> None:
        """Write an object that is no stream."""
        self._packed.append((number, data))
        if len(self._packed) >= _PACKED:
            self._flush()

    def put_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Write a stream: its dictionary with `Length`, and its data as they are to lie there."""
        self._grow()
        self._kinds[number], self._places[number] = _PLAIN, self._position
        self._write(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, entries, data))

    @property
    def digest(self) -> bytes:
        """What all that was written so far hashes to."""
        return self._hash.digest()

    def finish(self, root: int, info: int) -> None:
        """Write what is left, and the table of objects. The file's name is made of its bytes."""
        self._flush()
        number = self.reserve()
        self._grow()
        self._kinds[number], self._places[number] = _PLAIN, self._position
        start, name = self._position, self.digest.hex().encode()
        table = b"".join(map(_ROW.pack, self._kinds, self._places, self._orders))
        data = zlib.compress(table, _LEVEL)
        entries = (
            b"<< /Type /XRef /W [ 1 8 2 ] /Size %d /Root %d 0 R /Info %d 0 R /ID [ <%b> <%b> ]"
            b" /Filter /FlateDecode /Length %d >>"
        ) % (number + 1, root, info, name, name, len(data))
        self.put_stream(number, entries, data)
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _flush(self) -> None:
        if not self._packed:
            return
        holder = self.reserve()
        self._grow()
        index, pieces, position = [], [], 0
        for order, (number, data) in enumerate(self._packed):
            self._kinds[number], self._places[number] = _IN_STREAM, holder
            self._orders[number] = order
            index.append(b"%d %d" % (number, position))
            pieces.append(data)
            position += len(data) + 1
        first = b" ".join(index) + b"\n"
        packed = zlib.compress(first + b"\n".join(pieces), _LEVEL)
        entries = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>"
        self.put_stream(holder, entries % (len(pieces), len(first), len(packed)), packed)
        self._packed.clear()

    def _grow(self) -> None:
        """Make room for what was reserved."""
        more = self._last + 1 - len(self._kinds)
        for column in (self._kinds, self._places, self._orders):
            column.frombytes(bytes(more * column.itemsize))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._position += len(data)
        self._hash.update(data)
