"""Bytes from anywhere to an image that any book may hold.

EPUB 3.3 knows WebP too, but Kindle and shops refuse it: what comes out is JPEG, PNG, GIF
or clean SVG, the same bytes for the same input and the same libraries.
"""

from __future__ import annotations

from contextlib import nullcontext

from articlekit.fetch.pixels.raster import process_raster
from articlekit.fetch.pixels.recipe import BadImage, Desk, Processed, Recipe
from articlekit.fetch.pixels.sniff import sniff
from articlekit.fetch.pixels.svg import process_svg


def process(data: bytes, recipe: Recipe | None = None, desk: Desk | None = None) -> Processed:
    """Make `data` an image that any book may hold; raises BadImage.

    JPEG, PNG and GIF that are in bounds, upright and tell no place are returned as they
    are. The type is what the bytes say. HEIC and JPEG XL are read where the extras
    `heif` and `jxl` are installed. `desk` is held while much memory is needed.
    """
    media_type = sniff(data)
    if media_type is None:
        raise BadImage("not_image", _describe(data))
    if media_type == "image/svg+xml":
        return process_svg(data)
    return process_raster(data, media_type, recipe or Recipe(), desk or nullcontext())


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
