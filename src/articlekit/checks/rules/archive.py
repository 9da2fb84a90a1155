"""The zip: what EPUB 3.3, "OCF ZIP container", asks of the file itself."""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import Final

from articlekit.checks.archive import Unreadable
from articlekit.checks.epub import Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.parsing import line_of
from articlekit.checks.rules.types import is_font

MIMETYPE: Final = b"application/epub+zip"
# EPUB 3.3, "File paths and file names"; the dot is forbidden at a name's end alone.
_FORBIDDEN: Final = re.compile(
    r"[\"*:<>?\\|\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff"
    r"\U000e0000-\U000e0fff\U000f0000-\U0010ffff]|\.(?=/|\Z)"
)
_LITTER: Final = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$|iTunesMetadata|\.git/)"
)
_NAME_BYTES: Final = 255
_MANY: Final = 65_535
_SPACE: Final = re.compile(r"[ \u00a0\u2000-\u200b\u3000]")


def mimetype(epub: Epub) -> Iterator[Finding]:
    """The first file is mimetype, stored, and readable at byte 38 without unzipping."""
    infos = epub.archive.infos
    if "mimetype" not in epub.archive.by_name:
        yield found("zip-mimetype-missing")
        return
    if infos[0].filename != "mimetype":
        yield found("zip-mimetype-not-first", f"the first file is {infos[0].filename}")
    info = epub.archive.by_name["mimetype"]
    if info.compress_type:
        yield found("zip-mimetype-packed", file="mimetype")
    if _extra(epub) or info.extra:
        yield found("zip-mimetype-extra", file="mimetype")
    try:
        text = epub.archive.head("mimetype", 100)
    except Unreadable:
        return
    if text != MIMETYPE:
        yield found("zip-mimetype-content", f"it says {text[:40]!r}", file="mimetype")


def _extra(epub: Epub) -> bool:
    """Whether the local header of the first file, if it is mimetype's, has an extra field."""
    head = epub.archive.start(38)
    if len(head) < 38 or head[30:] != b"mimetype":
        return False
    (length,) = struct.unpack_from("<H", head, 28)
    return bool(length)


def openable(epub: Epub) -> Iterator[Finding]:
    """Every file can be unpacked, by the methods that EPUB knows, to a sane size."""
    for info in epub.archive.infos:
        code = epub.archive.refuses(info)
        if code == "zip-bomb":
            sizes = f"{info.compress_size:,} bytes that unpack to {info.file_size:,}"
            yield found(code, sizes, file=info.filename)
        elif code is not None:
            yield found(code, file=info.filename)


def names(epub: Epub) -> Iterator[Finding]:
    """Every name stays in the book and can be written on every system."""
    for info in epub.archive.infos:
        name = info.filename
        parts = name.rstrip("/").split("/")
        if ".." in parts or name.startswith("/"):
            yield found("zip-name-leaves", file=name)
        elif _FORBIDDEN.search(name):
            yield found("zip-name-forbidden", file=name)
        elif _SPACE.search(name):
            yield found("zip-name-space", file=name)
        elif not name.isascii():
            yield found("zip-name-not-ascii", file=name)
        if any(len(part.encode(errors="replace")) > _NAME_BYTES for part in parts):
            yield found("zip-name-long", file=name)


def unique(epub: Epub) -> Iterator[Finding]:
    """No two names are the same, nor the same to a file system that knows no case."""
    exact = Counter(info.filename for info in epub.archive.infos)
    folded: dict[str, str] = {}
    for name, count in exact.items():
        if count > 1:
            yield found("zip-name-repeated", f"{count} files of this name", file=name)
        other = folded.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            yield found("zip-name-case", f"the same as {other}, but for case", file=name)


def oddities(epub: Epub) -> Iterator[Finding]:
    """No links, no litter, no empty folders, not too many files."""
    infos = epub.archive.infos
    if len(infos) > _MANY:
        yield found("zip-many-files", f"{len(infos):,} files; over 65,535 takes ZIP64")
    ordered = sorted(info.filename for info in infos)
    for info in infos:
        if stat.S_ISLNK(info.external_attr >> 16):
            yield found("zip-symlink", file=info.filename)
        if _LITTER.search(info.filename):
            yield found("zip-litter", file=info.filename)
        elif info.is_dir() and not _holds(info.filename, ordered):
            yield found("zip-folder-empty", file=info.filename)


def _holds(folder: str, ordered: list[str]) -> bool:
    """Whether a name that begins with the folder's follows it among sorted names."""
    at = bisect_right(ordered, folder)
    return at < len(ordered) and ordered[at].startswith(folder)


def suffix(epub: Epub) -> Iterator[Finding]:
    """The book's own name ends in .epub, in small letters."""
    if epub.archive.path.suffix != ".epub":
        yield found("zip-suffix", f"it ends in {epub.archive.path.suffix or 'nothing'}")


def encryption(epub: Epub) -> Iterator[Finding]:
    """Nothing is encrypted; fonts may be obfuscated."""
    name = "META-INF/encryption.xml"
    if name not in epub.archive.by_name:
        return
    parsed = epub.parse(name)
    if parsed is None or parsed.root is None or parsed.error:
        yield found("container-encryption-broken", file=name)
        return
    for data in parsed.root.iter("{*}EncryptedData"):
        method = next(data.iter("{*}EncryptionMethod"), None)
        algorithm = (method.get("Algorithm") or "") if method is not None else ""
        target = next((e.get("URI") for e in data.iter("{*}CipherReference")), None)
        code = "container-encrypted"
        if algorithm in _OBFUSCATIONS:
            item = epub.package.by_name.get(target or "") if epub.package is not None else None
            font = item is None or is_font(item.media_type)
            code = "container-font-obfuscated" if font else "container-obfuscated-other"
        cause = f"{target}: {algorithm or 'no algorithm'}"
        yield found(code, cause, file=name, line=line_of(data))


# EPUB 3.3, "Font obfuscation", and Adobe's older way.
_OBFUSCATIONS: Final = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)

CHECKS: Final = (mimetype, openable, names, unique, oddities, suffix, encryption)
