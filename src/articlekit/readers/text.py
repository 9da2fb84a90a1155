"""Bytes to text: encodings, byte order marks, line ends."""

from __future__ import annotations

import codecs
import re
from typing import Final

from articlekit.errors import NotAnArticle
from articlekit.model import Source
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
# What browsers read these labels as (WHATWG Encoding Standard, section 4.2).
_LABELS: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
}
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

    A mark decides, then a declaration, then UTF-8 if it fits, then detection. Raises
    NotAnArticle for bytes that are no text.
    """
    data = source.data
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise NotAnArticle(
                f"{source.name}: this is {kind}; articlekit reads front matter + HTML"
            )
    text = _decode_marked(data) or _decode_declared(data) or _decode_utf8(data)
    if text is None:
        text = _detect(source, report)
    if _looks_binary(text):
        raise NotAnArticle(f"{source.name}: this is no text; articlekit reads front matter + HTML")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decode_marked(data: bytes) -> str | None:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    return None if encoding is None else data.decode(encoding, "replace")


def _decode_declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:1024])
    if found is None:
        return None
    label = found[1].decode("ascii").lower()
    try:
        return data.decode(_LABELS.get(label, label))
    except (LookupError, UnicodeError):
        return None  # a wrong declaration is common; the bytes themselves say more


def _decode_utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _detect(source: Source, report: Report) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(source.data, preemptive_behaviour=False).best()
    if best is None or b"\0" in source.data:
        text = source.data.decode("utf-8", "replace")
        count = text.count("\ufffd")
        report.add(
            "encoding-errors", f"{count} bytes are no UTF-8 and were replaced", source=source.name
        )
        return text
    message = f"not UTF-8; read as {best.encoding}. Save it as UTF-8 to be sure"
    report.add("encoding-guessed", message, source=source.name)
    return str(best)


def _looks_binary(text: str) -> bool:
    """Tell whether a file is no text: more than one character in ten is a control or unknown."""
    sample = text[:4096]
    odd = sum(char == "\ufffd" or (char < " " and char not in "\t\n\r\f") for char in sample)
    return odd * 10 > len(sample)
