"""What comes of asking for one image."""

from __future__ import annotations

from dataclasses import dataclass

from articlekit.fetch.http.messages import Request
from articlekit.model import Image
from articlekit.report import Hop


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an errand brought: an image, or a permanent reason why there is none.

    `status` is the last HTTP status of the try that is told, `tries` how often the address
    was asked, redirects not counted; `request` is the one that brought the image.
    `compat_referer` is set when a Referer was sent that the page's policy does not give.
    """

    image: Image | None
    reason: str | None = None
    detail: str | None = None
    status: int | None = None
    from_cache: bool = False
    hops: tuple[Hop, ...] = ()
    tries: int = 0
    request: Request | None = None
    compat_referer: str | None = None


def with_compat(detail: str | None, referer: str) -> str:
    """Add to a detail that `referer` was sent, though the page's policy does not give it."""
    said = f"{referer} was sent as Referer, which the page's policy does not give"
    return f"{detail}; {said}" if detail else said
