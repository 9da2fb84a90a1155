"""Media types: which ones readers know, and what bytes say of themselves."""

from __future__ import annotations

from typing import Final

from articlekit.fetch.pixels.sniff import sniff

#: How many bytes `kind_of` looks at.
HEAD: Final = 4096

#: EPUB 3.3, "Core media types".
CORE: Final = frozenset(
    """image/gif image/jpeg image/png image/svg+xml image/webp
    audio/mpeg audio/mp4 audio/ogg text/css
    font/ttf font/otf font/woff font/woff2 font/collection application/font-sfnt
    application/font-woff application/vnd.ms-opentype
    application/xhtml+xml application/javascript application/ecmascript text/javascript
    application/x-dtbncx+xml application/smil+xml application/pls+xml""".split()
)
#: OPS 2.0.1, section 1.3.7: what EPUB 2 has beside pages and styles.
CORE_2: Final = frozenset(
    """image/gif image/jpeg image/png image/svg+xml text/css application/xhtml+xml
    application/x-dtbook+xml text/x-oeb1-document text/x-oeb1-css application/xml
    application/x-dtbncx+xml""".split()
)
#: Types of core resources under the names of other times, and what is written today.
OLD: Final = {
    "text/html": "application/xhtml+xml",
    "text/x-oeb1-document": "application/xhtml+xml",
    "text/x-oeb1-css": "text/css",
    "text/xml": "application/xhtml+xml",
    "image/jpg": "image/jpeg",
    "application/x-font-ttf": "font/ttf",
    "application/x-font-truetype": "font/ttf",
    "application/x-font-opentype": "font/otf",
    "application/x-font-otf": "font/otf",
    "application/x-font-woff": "font/woff",
    "application/vnd.ms-opentype": "font/otf",
    "application/font-woff": "font/woff",
    "application/font-sfnt": "font/ttf or font/otf",
}
_FONTS: Final = (
    (b"\x00\x01\x00\x00", "font"),
    (b"true", "font"),
    (b"OTTO", "font"),
    (b"ttcf", "font"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
)
_OTHERS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"PK\x03\x04", "application/zip"),
)
#: The suffixes that an image of a type may have.
SUFFIXES: Final = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/svg+xml": (".svg",),
}


def is_font(media_type: str) -> bool:
    """Whether a media type is a font's, under any of its names."""
    return media_type.startswith("font/") or "font" in media_type or "opentype" in media_type


def kind_of(head: bytes) -> str | None:
    """What the first bytes of a file say that it is: a media type, "font", or None."""
    for signature, kind in (*_FONTS, *_OTHERS):
        if head.startswith(signature):
            return kind
    return sniff(head)


def agrees(kind: str, media_type: str) -> bool:
    """Whether bytes of a kind may be declared as a media type."""
    if kind == "font":
        return is_font(media_type)
    if kind == "audio/ogg":
        return media_type.startswith(("audio/", "video/", "application/ogg"))
    if kind == "image/svg+xml":
        return media_type in ("image/svg+xml", "application/xml", "text/xml")
    return media_type.partition(";")[0] in (kind, "image/jpg" if kind == "image/jpeg" else kind)
