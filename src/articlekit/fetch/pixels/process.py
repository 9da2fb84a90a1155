"""Bytes from anywhere to an image that any book may hold.

EPUB 3.3 knows WebP too, but Kindle and shops refuse it: what comes out is JPEG, PNG, GIF
or clean SVG, the same bytes for the same input and the same libraries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from articlekit.fetch.pixels.raster import process_raster
from articlekit.fetch.pixels.recipe import BadImage, Processed, Recipe
from articlekit.fetch.pixels.sniff import sniff
from articlekit.fetch.pixels.svg import process_svg


def process(data: bytes, recipe: Recipe | None = None) -> Processed:
    """Make `data` an image that any book may hold; raises BadImage.

    JPEG, PNG and GIF that are in bounds, upright and tell no place are returned as they
    are. The type is what the bytes say.
    """
    media_type = sniff(data)
    if media_type is None:
        raise BadImage("not_image", _describe(data))
    handler = _HANDLERS.get(media_type)
    if handler is None:
        raise BadImage("unsupported_format", f"{media_type} cannot be read")
    return handler(data, media_type, recipe or Recipe())


def _describe(data: bytes) -> str:
    """Say what came instead of an image, for a person who wonders."""
    if not data:
        return "nothing came"
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--")):
        return "a web page came"
    if head.startswith((b"{", b"[")):
        return "JSON came"
    return f"unknown bytes came: {data[:8].hex(' ')}"


# HEIC and JPEG XL are known by their bytes, but Pillow alone does not read them.
_HANDLERS: Mapping[str, Callable[[bytes, str, Recipe], Processed]] = MappingProxyType(
    {
        "image/jpeg": process_raster,
        "image/png": process_raster,
        "image/gif": process_raster,
        "image/webp": process_raster,
        "image/avif": process_raster,
        "image/bmp": process_raster,
        "image/tiff": process_raster,
        "image/x-icon": process_raster,
        "image/svg+xml": process_svg,
    }
)
