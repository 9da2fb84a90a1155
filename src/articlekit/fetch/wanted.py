"""What an article wants from the fetcher, and what it gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from articlekit.fetch.referrer import DEFAULT_POLICY, ReferrerPolicy
from articlekit.kept import inventory_of
from articlekit.model import Article, Image, Origin
from articlekit.report import ImageOutcome


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """An image that an article wants: `src` as it wrote it, and what decides the Referer.

    `also` has further addresses of the same picture, in the order to try them.
    """

    src: str
    origin: Origin
    page_url: str | None
    policy: ReferrerPolicy
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageResult:
    """The image, or None, and what became of it."""

    image: Image | None
    outcome: ImageOutcome


def image_requests(article: Article) -> list[ImageRequest]:
    """List what an article in the normal form wants: one request for every `<img>`, in order.

    The policy is the element's own, else the page's last valid `<meta name=referrer>`,
    else the default (HTML Standard 2.4.6; Referrer Policy sections 4.2 and 8.3).
    """
    page = DEFAULT_POLICY
    for content in article.origin.referrer:
        page = ReferrerPolicy.from_meta(content) or page
    return [
        ImageRequest(
            each.src,
            article.origin,
            article.meta.url,
            ReferrerPolicy.from_attribute(each.policy) or page,
            tuple(each.also.split()),
        )
        for each in inventory_of(article).images
    ]


def cover_request(
    src: str, origin: Origin, page_url: str | None, shown: Iterable[ImageRequest] = ()
) -> ImageRequest:
    """The request for a cover; one that is `shown` in the text, too, is the same request."""
    same = (request for request in shown if request.src == src)
    return next(same, ImageRequest(src, origin, page_url, DEFAULT_POLICY))
