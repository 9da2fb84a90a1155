"""Bytes to images, each once: from a file, a `data:` URL, the cache, or a response."""

from __future__ import annotations

import os
import threading
from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote_to_bytes

from articlekit.errors import reason_of
from articlekit.fetch.fetched import Fetched
from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import BadImage, Processed, Recipe
from articlekit.fetch.store.blobs import digest
from articlekit.fetch.store.cache import ImageCache


class Maker:
    """Makes images by `recipe`, from any number of threads; `cache` holds what was made.

    `limit` is the size of a file in bytes past which it is not read. Methods raise
    CacheError when the cache cannot be used.
    """

    def __init__(self, cache: ImageCache, recipe: Recipe, limit: int) -> None:
        self._cache = cache
        self._recipe = recipe
        self._limit = limit
        # Decoding is work for a processor and takes up to a few hundred MB at a time.
        self._desks = threading.BoundedSemaphore(os.cpu_count() or 1)

    @property
    def key(self) -> str:
        """The name that made images go by in the cache."""
        return self._recipe.key

    def from_file(self, path: Path) -> Fetched:
        """Read and process a local file."""
        try:
            if path.stat().st_size > self._limit:
                return Fetched(None, "too_large", f"over {self._limit} bytes")
            data = path.read_bytes()
        except OSError as error:
            return Fetched(None, "file_missing", reason_of(error))
        return self.from_bytes(data)

    def from_data(self, src: str) -> Fetched:
        """Decode and process a `data:` URL: Fetch, section 6."""
        head, comma, body = src.partition(",")
        if not comma:
            return Fetched(None, "decode_error", "a data: URL without a comma")
        data = unquote_to_bytes(body.partition("#")[0])
        if head.rstrip().lower().endswith(";base64"):
            text = b"".join(data.split()).rstrip(b"=")
            try:
                data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
            except ValueError:
                return Fetched(None, "decode_error", "broken base64 in a data: URL")
        return self.from_bytes(data)

    def from_bytes(self, data: bytes) -> Fetched:
        """Process bytes, unless that was done before."""
        sha = digest(data)
        return self._known(sha) or self._make(sha, data)

    def from_cache(self, sha: str) -> Fetched:
        """Return the image made of bytes that the cache has under that name."""
        known = self._known(sha)
        if known is not None:
            return known
        data = self._cache.read(sha)
        if data is None:
            return Fetched(None, "decode_error", "its bytes in the cache are damaged")
        return self._make(sha, data)

    def process(self, data: bytes) -> Processed:
        """Process bytes; large images wait until a processor is free. Raises BadImage."""
        return process(data, self._recipe, self._desks)

    def _known(self, sha: str) -> Fetched | None:
        known = self._cache.derived(sha, self.key)
        return None if known is None else Fetched(known[0], detail=known[1])

    def _make(self, sha: str, data: bytes) -> Fetched:
        try:
            made = self.process(data)
        except BadImage as bad:
            return Fetched(None, bad.reason, bad.detail)
        return Fetched(self._cache.store_derived(sha, self.key, made), detail=made.note)
