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
# HTML Standard 13.2.3.2: a declaration is looked for in the first 1024 bytes.
_DECLARED: Final = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE
)
# Supersets that real files need: characters newer than the encoding they name.
_WIDER: Final = {"gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949"}
_ODD: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffd]")
_SAMPLE: Final = 200_000  # bytes, which a detector reads in a second
_BINARY: Final = {
    b"PK\x03\x04": "a ZIP, EPUB or Office file",
    b"%PDF-": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a gzip file",
    b"\x7fELF": "a program",
}


def decode(source: Source, report: Report) -> str:
    """Return the source's text with line feeds for line ends and no byte order mark.

    A mark decides; then UTF-8 if the bytes fit it and are more than ASCII; then a
    declaration by the WHATWG's labels; then detection. Characters that XML has no place
    for are removed and counted. Raises NotAnArticle for bytes that are no text.
    """
    data = source.data
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise NotAnArticle(
                f"{source.name}: this is {kind}; articlekit reads front matter + HTML"
            )
    text = _decode_marked(source, report)
    for attempt in (_decode_utf8, _decode_declared, _decode_ascii):
        text = attempt(data) if text is None else text
    if text is None:
        text = _detect(source, report)
    if _looks_binary(text):
        raise NotAnArticle(f"{source.name}: this is no text; articlekit reads front matter + HTML")
    clean = strip_controls(text)
    if removed := len(text) - len(clean):
        report.add(
            "control-characters", f"{removed} control characters removed", source=source.name
        )
    return clean.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decode_marked(source: Source, report: Report) -> str | None:
    encoding = next((name for mark, name in _MARKS if source.data.startswith(mark)), None)
    if encoding is None:
        return None
    try:
        return source.data.decode(encoding)
    except UnicodeDecodeError:
        return _replace_errors(source, encoding, report)


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
    return data.decode("ascii") if data.isascii() else None


def _replace_errors(source: Source, encoding: str, report: Report) -> str:
    text = source.data.decode(encoding, "replace")
    message = f"{text.count(chr(0xFFFD))} characters are no {encoding.upper()} and were replaced"
    report.add("encoding-errors", message, source=source.name)
    return text


def _detect(source: Source, report: Report) -> str:
    encoding = guess_east_asian(source.data) or _guess_any(source.data)
    if encoding is None or b"\0" in source.data:
        return _replace_errors(source, "utf-8", report)
    message = f"not UTF-8; read as {encoding}. Save it as UTF-8 to be sure"
    report.add("encoding-guessed", message, source=source.name)
    try:
        return source.data.decode(encoding)
    except UnicodeDecodeError:
        return _replace_errors(source, encoding, report)


def _guess_any(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], preemptive_behaviour=False).best()
    return None if best is None else best.encoding


def _looks_binary(text: str) -> bool:
    """Tell whether a file is no text: more than one character in ten is a control or unknown."""
    sample = text[:4096]
    return len(_ODD.findall(sample)) * 10 > len(sample)
