"""Bytes to text: encodings, byte order marks, line ends."""

from __future__ import annotations

import codecs
import re
from typing import Final

import webencodings

from articlekit.errors import NotAnArticle
from articlekit.html import strip_controls
from articlekit.model import Source
from articlekit.readers.guess import guess_east_asian
from articlekit.report import Report

# UTF-32's mark begins with UTF-16's, so it is looked for first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# HTML Standard 13.2.3.2: a declaration is looked for in the first 1024 bytes; XHTML has XML's.
_DECLARED: Final = re.compile(
    rb"(?:<meta[^>]{0,200}charset|\A\s*<\?xml[^>]{0,100}encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)",
    re.IGNORECASE,
)
# Supersets that real files need: characters newer than the encoding they name.
_WIDER: Final = {"gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949"}
_ODD: Final = re.compile("[\x01-\x08\x0b\x0e-\x1f\ufffd]")
_SHIFT_IN: Final = b"\x1b$"  # ISO-2022-JP is ASCII but for this
# A detector's names for what has a mark or NULs, and for what no web page was ever in.
_NEVER_GUESSED: Final = (
    "utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le utf_7 "
    "cp037 cp273 cp424 cp500 cp875 cp1026 cp1140"
).split()
_TIE: Final = 0.07  # of a detector's measure of disorder, within which its measure of sense counts
_SAMPLE: Final = 200_000  # bytes, which a detector reads in a second
_BINARY: Final = {
    b"PK\x03\x04": "a ZIP, EPUB or Office file",
    b"%PDF-": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a gzip file",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "a database",
}


def decode(source: Source, report: Report) -> str:
    """Return the source's text with line feeds for line ends and no byte order mark.

    A mark decides; then UTF-8 if the bytes fit it and are more than ASCII; then a
    declaration by the WHATWG's labels; then detection. Characters that XML has no place
    for are removed and counted. Raises NotAnArticle for bytes that are no text.
    """
    data = source.data
    if data.startswith(tuple(_BINARY)):
        kind = next(kind for magic, kind in _BINARY.items() if data.startswith(magic))
        raise NotAnArticle(f"{source.name}: this is {kind}; articlekit reads front matter + HTML")
    text = _decode_marked(source, report)
    for attempt in (_decode_utf16, _decode_utf8, _decode_declared, _decode_ascii):
        text = attempt(data) if text is None else text
    if text is None:
        text = _detect(source, report)
    clean = strip_controls(text)
    removed = len(text) - len(clean)
    if (removed or "\ufffd" in text) and _looks_binary(text):
        raise NotAnArticle(f"{source.name}: this is no text; articlekit reads front matter + HTML")
    if removed:
        report.add(
            "control-characters", f"{removed} control characters removed", source=source.name
        )
    clean = clean.lstrip("\ufeff")
    return clean.replace("\r\n", "\n").replace("\r", "\n") if "\r" in clean else clean


def _decode_marked(source: Source, report: Report) -> str | None:
    encoding = next((name for mark, name in _MARKS if source.data.startswith(mark)), None)
    if encoding is None:
        return None
    try:
        return source.data.decode(encoding)
    except UnicodeDecodeError:
        return _replace_errors(source, encoding, report)


def _decode_utf16(data: bytes) -> str | None:
    """Decode UTF-16 without a mark: every second byte of its markup is NUL."""
    if b"\0" not in data[:_LOOK]:
        return None
    even, odd = data[:_LOOK:2].count(0), data[1:_LOOK:2].count(0)
    most = max(even, odd)
    if most < _SHARE * len(data[:_LOOK:2]) or min(even, odd) > most / 10:
        return None
    try:
        return data.decode("utf-16-be" if even > odd else "utf-16-le")
    except UnicodeDecodeError:
        return None


_LOOK: Final = 1024  # bytes
_SHARE: Final = 0.3


def _decode_utf8(data: bytes) -> str | None:
    """Decode what is UTF-8 beyond doubt: text in another encoding hardly ever fits its rules."""
    try:
        return None if data.isascii() else data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode_declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:1024])
    encoding = None if found is None else webencodings.lookup(found[1].decode("ascii"))
    if encoding is None or encoding.name.startswith("utf-16"):
        return None  # a declaration that can be read as ASCII cannot be in UTF-16
    try:
        return data.decode(_WIDER.get(encoding.name, encoding.codec_info.name))
    except UnicodeError:
        return None  # a wrong declaration is common; the bytes themselves say more


def _decode_ascii(data: bytes) -> str | None:
    if not data.isascii():
        return None
    try:
        return data.decode("iso2022_jp" if _SHIFT_IN in data else "ascii")
    except UnicodeDecodeError:
        return data.decode("ascii")


def _replace_errors(source: Source, encoding: str, report: Report) -> str:
    text = source.data.decode(encoding, "replace")
    message = f"{text.count(chr(0xFFFD))} characters are no {encoding.upper()} and were replaced"
    report.add("encoding-errors", message, source=source.name)
    return text


def _detect(source: Source, report: Report) -> str:
    plain = source.data.replace(b"\0", b"")  # they are no part of any text
    encoding = guess_east_asian(plain)
    if encoding is None and plain is source.data:
        encoding = _guess_any(plain)
    if encoding is None:
        return _replace_errors(source, "utf-8", report)
    message = f"not UTF-8; read as {encoding}. Save it as UTF-8 to be sure"
    report.add("encoding-guessed", message, source=source.name)
    try:
        return source.data.decode(encoding)
    except UnicodeDecodeError:
        return _replace_errors(source, encoding, report)


def _guess_any(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    found = from_bytes(
        data[:_SAMPLE], preemptive_behaviour=False, cp_exclusion=_NEVER_GUESSED, threshold=0.3
    )
    best = found.best()
    if best is None:
        return None
    # Neighbours of the West's encoding differ from it in a few letters, and often tie with it.
    near = [each for each in found if each.chaos <= best.chaos + _TIE]
    near.sort(key=lambda each: (-each.coherence, each.encoding != "cp1252"))
    return near[0].encoding


def _looks_binary(text: str) -> bool:
    """Tell whether a file is no text: more than one character in ten is a control or unknown.

    NULs are counted apart, as disks and old editors leave them in texts and behind them.
    """
    sample = text[:4096].rstrip("\0")
    nuls = sample.count("\0")
    return (
        (bool(text) and not sample)
        or nuls * 3 > len(sample)
        or len(_ODD.findall(sample)) * 10 > len(sample) - nuls
    )
