"""The images of a column: what to ask the fetcher for, and what its answers mean for the book."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from articlekit.binding import Picture, absolute
from articlekit.errors import CacheError
from articlekit.html import remove
from articlekit.kept import inventory_of
from articlekit.model import Article, Column, Element, Image, Origin
from articlekit.readers.meta import is_placeholder
from articlekit.report import ImageOutcome, Report
from articlekit.settings import ImageMode, Settings
from articlekit.transforms.mending import mend_figure
from articlekit.transforms.providers import is_own_poster

if TYPE_CHECKING:
    from articlekit.fetch.wanted import ImageRequest, ImageResult

#: The column, without the images that are not wanted; for each of its articles one picture
#: for each `img`; and the book's cover.
Illustrations = tuple[Column, list[list[Picture]], Image | None]

# Pixels of the shorter side: smaller pictures are avatars and logos.
_COVER_LEAST: Final = 200


def illustrate(column: Column, settings: Settings, report: Report) -> Illustrations:
    """Return what stands for every `img` of the column, and its cover if it has one.

    What is not wanted is taken out of the column that is returned.
    """
    return _MODES[settings.images](column, settings, report)


def _embed(column: Column, settings: Settings, report: Report) -> Illustrations:
    """Fetch every image; one that cannot be had is reported and keeps its address."""
    from articlekit.fetch.wanted import image_requests

    wanted: list[Sequence[ImageRequest]] = [image_requests(each) for each in column.articles]
    cover = _wanted_cover(column, wanted, report)
    everything = [request for each in wanted for request in each] + ([cover] if cover else [])
    if not everything:
        return column, [[] for _ in wanted], None
    results = _fetch(everything, settings)
    cleared = [
        _without_posters(article, requests, results, report)
        for article, requests in zip(column.articles, wanted, strict=True)
    ]
    column = replace(column, articles=tuple(article for article, _ in cleared))
    wanted = [requests for _, requests in cleared]
    for requests in wanted:
        _report_results(requests, results, report)
    if cover and all(cover not in each for each in wanted):
        _report_compat(results[cover].outcome, report)
    pictures = [[_picture(request, results[request]) for request in each] for each in wanted]
    return column, pictures, _cover(results[cover], report) if cover else None


def _fetch(requests: Sequence[ImageRequest], settings: Settings) -> dict[ImageRequest, ImageResult]:
    """Fetch images, and keep the cache within its size; what was fetched now stays."""
    from articlekit.fetch.images import CONNECTIONS, ImageFetcher
    from articlekit.fetch.pixels.recipe import PROFILES
    from articlekit.fetch.store.cache import ImageCache
    from articlekit.fetch.store.sizes import size_cap

    def count(reason: str | None) -> None:
        if reason is not None:
            settings.fail()
        settings.advance()

    cap, since = size_cap(), time.time()
    settings.start("images", len(requests))
    with ImageFetcher.create(
        cache_dir=settings.cache_dir,
        offline=settings.offline,
        jobs=settings.jobs or CONNECTIONS,
        per_host=settings.per_host,
        referrer=settings.referrer,
        allow_private=settings.allow_private,
        recipe=PROFILES[settings.profile],
    ) as fetcher:
        results = fetcher.fetch(requests, count)
    # A cache that stays too large is no reason to give the book up.
    with suppress(CacheError), ImageCache.at(settings.cache_dir) as cache:
        cache.trim(cap, since=since)
    return results


def _without_posters(
    article: Article,
    requests: Sequence[ImageRequest],
    results: dict[ImageRequest, ImageResult],
    report: Report,
) -> tuple[Article, Sequence[ImageRequest]]:
    """Take out pictures of videos that could not be had and that the article never showed.

    They are no losses: `replace_embeds` added them, as a player would have. Returns the
    article without them, and the requests for the others.
    """
    if all(results[request].image is not None for request in requests):
        return article, requests
    body, kept = article.body, []
    for img, request in zip(list(body.iter("img")), requests, strict=True):
        if results[request].image is None and is_own_poster(img):
            message = f"the video's picture could not be had: {request.src[:200]}"
            report.add("poster-missing", message, source=article.origin.name, url=request.src)
            _remove_picture(img)
        else:
            kept.append(request)
    return (article if len(kept) == len(requests) else replace(article, body=body)), kept


def _picture(request: ImageRequest, result: ImageResult) -> Picture:
    # The outcome has the resolved address; a data: URL is shortened there, a file's is its name.
    url = result.outcome.url
    return Picture(result.image, url if url.startswith(("http:", "https:")) else request.src)


def _report_results(
    requests: Sequence[ImageRequest], results: dict[ImageRequest, ImageResult], report: Report
) -> None:
    """Put each image of an article into the report once, and its failure among the losses."""
    for request in dict.fromkeys(requests):
        outcome = results[request].outcome
        report.images.append(outcome)
        _report_compat(outcome, report)
        if outcome.reason is not None:
            detail = f": {outcome.detail}" if outcome.detail else ""
            report.add(
                "image-failed",
                f"{outcome.reason}{detail}: {outcome.url[:200]}",
                source=outcome.source,
                url=outcome.url,
                reason=outcome.reason,
            )


def _report_compat(outcome: ImageOutcome, report: Report) -> None:
    """Say where more was sent than the page's policy gives, as the user allowed."""
    if outcome.compat_referer is not None:
        message = f"{outcome.compat_referer} was sent as Referer: {outcome.url[:200]}"
        report.add("referrer-compat", message, source=outcome.source, url=outcome.url)


def _wanted_cover(
    column: Column, wanted: Sequence[Sequence[ImageRequest]], report: Report
) -> ImageRequest | None:
    """The request for the column's own cover, or for that of its only article."""
    from articlekit.fetch.wanted import cover_request

    meta, origin = column.meta, Origin(str(column.folder or ""), column.folder, column.meta.url)
    shown: Sequence[ImageRequest] = ()
    alone = len(column.articles) == 1
    if alone and (meta.cover is None or meta is column.articles[0].meta):
        meta, origin, shown = column.articles[0].meta, column.articles[0].origin, wanted[0]
    if meta.cover is None:
        return None
    if is_placeholder(meta.cover):
        message = f"no cover: a placeholder: {meta.cover[:200]}"
        report.add("cover-unusable", message, source=origin.name, reason="placeholder")
        return None
    return cover_request(meta.cover, origin, meta.url, shown)


def _cover(result: ImageResult, report: Report) -> Image | None:
    image, outcome = result.image, result.outcome
    if image is None:
        message = f"no cover: {outcome.reason}: {outcome.url[:200]}"
        report.add("cover-unusable", message, url=outcome.url, reason=outcome.reason)
    elif min(image.width, image.height) < _COVER_LEAST:
        message = f"no cover: only {image.width}×{image.height} pixels: {outcome.url[:200]}"
        report.add("cover-unusable", message, url=outcome.url, reason="too_small")
    else:
        return image
    return None


def _remote(column: Column, settings: Settings, report: Report) -> Illustrations:
    """Leave every image where it is, its address absolute where that can be told."""
    pictures = [
        [
            Picture(None, absolute(each.src, article.origin.base) or each.src)
            for each in inventory_of(article).images
        ]
        for article in column.articles
    ]
    return column, pictures, None


def _none(column: Column, settings: Settings, report: Report) -> Illustrations:
    """Take every image out, as the user asked; captions stay."""
    articles = tuple(map(_without_images, column.articles))
    return replace(column, articles=articles), [[] for _ in articles], None


def _without_images(article: Article) -> Article:
    if not inventory_of(article).images:
        return article
    body = article.body
    for img in list(body.iter("img")):
        _remove_picture(img)
    return replace(article, body=body)


def _say_nothing(code: str, message: str) -> None:
    """The user asked for no images, so what that does to a figure is no news."""


def _remove_picture(img: Element) -> None:
    """Remove an `<img>`, and what around it held nothing else."""
    gone = img
    while (parent := gone.getparent()) is not None:
        remove(gone)
        if parent.tag == "figure" and len(parent):
            mend_figure(parent, _say_nothing)
        if parent.tag not in ("a", "p", "figure") or len(parent) or (parent.text or "").strip():
            return
        gone = parent


_MODES: Final[dict[ImageMode, Callable[[Column, Settings, Report], Illustrations]]] = {
    "embed": _embed,
    "remote": _remote,
    "none": _none,
}
