"""A PDF written in one go: pydyf makes every object twice where the file has an identifier."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from hashlib import md5
from typing import Any, BinaryIO, Final

import pydyf

# zlib's: 9 takes twice as long as 6, for a hundredth less.
_LEVEL: Final = 6


class _Counted:
    """A file that knows where it is, and what all that was written to it hashes to."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.position = 0
        self.hash = md5(usedforsecurity=False)

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.position += len(data)
        self.hash.update(data)


def write(pdf: Any, output: BinaryIO, version: Any, identifier: bytes, _compress: bool) -> None:
    """Write `pdf` with object and cross-reference streams (ISO 32000-1, 7.5.7 and 7.5.8)."""
    pdf.add_object(pdf.info)
    file = _Counted(output)
    file.write(b"%PDF-" + to_bytes(version or b"1.7") + b"\n%\xf0\x9f\x96\xa4\n")
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    packed = []
    for each in pdf.objects[1:]:
        if isinstance(each, pydyf.Stream):
            places[each.number] = (1, file.position, 0)
            file.write(_indirect(each.number, _stream(each.stream, each.extra, each.compress)))
        else:
            packed.append(each)
    holder = len(pdf.objects)
    table = holder + 1
    places |= {each.number: (2, holder, at) for at, each in enumerate(packed)}
    places[holder] = (1, file.position, 0)
    file.write(_indirect(holder, _packed(packed)))
    places[table] = (1, file.position, 0)
    start = file.position
    file.write(_indirect(table, _places(pdf, places, identifier, file.hash.hexdigest())))
    file.write(b"startxref\n%d\n%%%%EOF\n" % start)


def _indirect(number: int, data: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, data)


def _packed(objects: list[Any]) -> bytes:
    """All objects that are no streams, in one: numbers and places first."""
    index, pieces, position = [], [], 0
    for each in objects:
        data = to_bytes(each)
        index.append(f"{each.number} {position}")
        pieces.append(data)
        position += len(data) + 1
    first = " ".join(index).encode()
    extra = {"Type": "/ObjStm", "N": len(objects), "First": len(first) + 1}
    return _stream([first, *pieces], extra, True)


def _places(
    pdf: Any, places: Mapping[int, tuple[int, int, int]], identifier: bytes, digest: str
) -> bytes:
    """The cross-reference stream, which is the trailer, too."""
    rows = [places[number] for number in range(len(places))]
    sizes = [1, *((max(row[n] for row in rows).bit_length() + 7) // 8 for n in (1, 2))]
    table = b"".join(
        value.to_bytes(size, "big") for row in rows for size, value in zip(sizes, row, strict=True)
    )
    extra = {
        "Type": "/XRef",
        "Index": pydyf.Array((0, len(rows))),
        "W": pydyf.Array(sizes),
        "Size": len(rows),
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
        "ID": pydyf.Array((pydyf.String(identifier), pydyf.String(digest))),
    }
    return _stream([table], extra, True)


def _stream(pieces: list[Any], extra: Mapping[str, Any], compress: bool) -> bytes:
    data = b"\n".join([to_bytes(piece) for piece in pieces])
    entries = dict(extra)
    if compress:
        entries["Filter"] = "/FlateDecode"
        data = zlib.compress(data, _LEVEL)
    entries["Length"] = len(data)
    return b"%b\nstream\n%b\nendstream" % (_dictionary(entries), data)


def to_bytes(item: Any) -> bytes:
    """Write an object as PDF has it (ISO 32000-1, 7.3)."""
    return _KINDS.get(type(item), _other)(item)


def _other(item: Any) -> bytes:
    for kind in (pydyf.Dictionary, pydyf.Array, pydyf.Object):
        if isinstance(item, kind):
            return _KINDS[kind](item)
    return str(item).encode("ascii")


def _float(item: float) -> bytes:
    if item.is_integer():
        return b"%d" % int(item)
    return b"%f" % item if item != item else f"{item:f}".rstrip("0").encode("ascii")


def _dictionary(item: Mapping[Any, Any]) -> bytes:
    entries = [b"/%b %b" % (to_bytes(key), to_bytes(value)) for key, value in item.items()]
    return b"<<%b>>" % b"".join(entries)


def _array(item: list[Any]) -> bytes:
    return b"[%b]" % b" ".join([to_bytes(each) for each in item])


def _object(item: Any) -> bytes:
    return bytes(item.data)


_KINDS: Final[Mapping[type, Callable[[Any], bytes]]] = {
    bytes: bytes,
    str: lambda item: item.encode("ascii"),
    int: lambda item: b"%d" % item,
    float: _float,
    pydyf.Dictionary: _dictionary,
    pydyf.Array: _array,
    pydyf.Object: _object,
    pydyf.String: _object,
}
