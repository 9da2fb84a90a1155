"""What kind of image some bytes are, by the bytes alone."""

from __future__ import annotations

import re
from typing import Final

#: How many bytes from the start `sniff` looks at.
HEAD: Final = 4096

# First the signatures that stand at the very beginning. Sources: MIME Sniffing, section
# 6.1; TIFF 6.0 and BigTIFF; ISO/IEC 18181-2 for JPEG XL.
_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
)

# ISO/IEC 14496-12, section 4.3: the brands of an `ftyp` box. AVIF first, as its files
# often list the HEIF brand mif1 too.
_BRANDS: Final = (
    (frozenset({b"avif", b"avis"}), "image/avif"),
    (
        frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}),
        "image/heic",
    ),
)

_BMP_HEADERS: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})

# A prolog may hold a declaration, comments, a doctype with an internal subset, and white
# space; the root element may have a prefix (Inkscape's older files do).
_SVG: Final = re.compile(
    rb"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>\s*)*"
    rb"<(?:[A-Za-z_][\w.-]{0,40}:)?svg[\s/>]",
    re.DOTALL | re.IGNORECASE,
)


def sniff(data: bytes) -> str | None:
    """Return the media type that `data` begins like, or None when it is no known image.

    Neither a file's suffix nor a Content-Type is asked: both are wrong often enough.
    """
    head = data[:HEAD]
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    return _sniff_boxes(head) or _sniff_svg(head)


def _sniff_boxes(head: bytes) -> str | None:
    """Tell AVIF and HEIC, which share a container, by the brands they claim."""
    if head[4:8] != b"ftyp":
        return None
    size = min(max(int.from_bytes(head[:4], "big"), 16), 256)
    claimed = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
    for brands, media_type in _BRANDS:
        if claimed & brands:
            return media_type
    return None


def _sniff_svg(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    return "image/svg+xml" if _SVG.match(head.removeprefix(b"\xef\xbb\xbf")) else None
