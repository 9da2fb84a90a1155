"""Numbers and texts as the page shows them; every text goes through `shown`."""

from __future__ import annotations

from urllib.parse import urlsplit

from articlekit.cards import shown
from articlekit.fetch.store.sizes import format_size
from articlekit.report import ImageOutcome

__all__ = ["address", "count", "duration", "file_name", "format_size", "shown", "state"]

_MINUTE = 60


def count(number: int, noun: str) -> str:
    """Write "1 image" or "1,200 images"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """Write "120 ms", "1.25 s" or "2 min 5 s"."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < _MINUTE:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes:,} min {rest} s"


def address(url: str, text: str) -> str:
    """Return a link to an http(s) address, or else only the text, which is HTML already."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return text
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return text
    return f'<a href="{shown(url, len(url))}" rel="noreferrer">{text}</a>'


def file_name(url: str) -> str:
    """Return the last part of an address, by which people know an image."""
    if url.startswith("data:"):
        return url.partition(",")[0]
    path = url.partition("#")[0].partition("?")[0].rstrip("/")
    return path.rpartition("/")[2] or url


def state(image: ImageOutcome) -> str:
    """Say what became of an image, in a word."""
    if image.reason is not None:
        return "missing"
    if image.from_cache:
        return "cached"
    return "fetched" if image.hops else "local"
