"""Small pictures of images, as many as a page can carry."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from articlekit.report import ImageOutcome
from articlekit.report_page.entries import Entry

#: Returns the bytes of the image of that name in the cache, or None.
ReadImage: TypeAlias = Callable[[str], bytes | None]

#: The thumbnails that are shown, by the places of an article and of an image in it.
Thumbnails: TypeAlias = dict[tuple[int, int], str]

# The longer side, in pixels: twice what the page shows, for screens of twice the pixels.
_SIDE: Final = 144
_QUALITY: Final = 50
# A drawing is its own thumbnail, if it is small.
_LARGEST_SVG: Final = 6_000


def make_thumbnails(
    entries: Sequence[Entry], read: ReadImage, budget: int
) -> tuple[Thumbnails, int]:
    """Make thumbnails as `data:` URLs until they take `budget` bytes; tell how many had no room.

    The first image of every article comes before the second of any, so that each article is
    known by one for as long as there is room.
    """
    places = [
        (rank, number, image)
        for number, entry in enumerate(entries)
        for rank, image in enumerate(entry.images)
        if image.id is not None
    ]
    places.sort(key=lambda place: place[:2])
    made: dict[str, str | None] = {}
    thumbnails: Thumbnails = {}
    for done, (rank, number, image) in enumerate(places):
        picture = _once(image, read, made)
        if picture is None:
            continue
        budget -= len(picture)
        if budget < 0:
            return thumbnails, len(places) - done
        thumbnails[number, rank] = picture
    return thumbnails, 0


def _once(image: ImageOutcome, read: ReadImage, made: dict[str, str | None]) -> str | None:
    name = image.id or ""
    if name not in made:
        data = read(name)
        made[name] = None if data is None else _thumbnail(data, image.media_type or "")
    return made[name]


def _thumbnail(data: bytes, media_type: str) -> str | None:
    """Return a small picture as a `data:` URL; None for what no picture can be made of."""
    if media_type == "image/svg+xml":
        return _data_url(data, media_type) if len(data) <= _LARGEST_SVG else None
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
            picture.draft("RGB", (_SIDE, _SIDE))
            clear = picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info
            small = picture.convert("RGBA" if clear else "RGB")
        small.thumbnail((_SIDE, _SIDE), reducing_gap=2.0)
        file = io.BytesIO()
        small.save(file, "WEBP", quality=_QUALITY)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return _data_url(file.getvalue(), "image/webp")


def _data_url(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"
