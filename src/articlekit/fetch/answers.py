"""One request, answered from the cache when that is allowed, else from the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from articlekit.fetch.fetched import Fetched
from articlekit.fetch.http.client import ImageClient
from articlekit.fetch.http.messages import FetchFailed, Request, Response
from articlekit.fetch.making import Maker
from articlekit.fetch.pixels.recipe import BadImage
from articlekit.fetch.store.blobs import digest
from articlekit.fetch.store.cache import ImageCache
from articlekit.fetch.store.freshness import (
    FAILURE_LIFETIME,
    Freshness,
    freshness,
    may_be_stale,
    validators,
)
from articlekit.fetch.store.rows import Entry

# What a server said is remembered for an hour. What a network did is not: it may be the
# reader's own, mended by the next run.
_REMEMBERED: Final = frozenset({"http_4xx", "http_5xx", "too_large", "redirects", "bad_scheme"})

# Failures in which an older image is better than none: RFC 5861, section 4.
_STALE_IF: Final = frozenset(
    {"http_5xx", "rate_limited", "dns", "tls", "timeout_connect", "timeout_total", "connection"}
)


class Answers:
    """Answers requests through `cache`, from any number of threads.

    Without a client nothing is asked for, and the cache is used however stale. Methods
    raise CacheError when the cache cannot be used.
    """

    def __init__(self, client: ImageClient | None, cache: ImageCache, maker: Maker) -> None:
        self._client = client
        self._cache = cache
        self._maker = maker

    def at_hand(self, requests: Iterable[Request]) -> Iterator[Fetched | None]:
        """Answer what can be answered at once; None is for what takes a decision or time."""
        asked = list(requests)
        now, keys = self._cache.now(), ((each.url, each.referer) for each in asked)
        found = self._cache.at_hand(keys, self._maker.key)
        for request, known in zip(asked, found, strict=True):
            usable = known is not None and (self._client is None or known.entry.is_fresh(now))
            if known is None or known.image is None or not usable:
                yield None
            else:
                status = known.entry.status
                yield Fetched(
                    known.image, None, known.note, status, from_cache=True, request=request
                )

    def answer(self, request: Request) -> Fetched:
        """Answer a request; who asks for the same at the same time waits for this answer."""
        if self._client is None:
            entry = self._cache.lookup(request.url, request.referer)
            if entry is None or entry.blob is None:
                return Fetched(None, "offline_miss", "not in the cache, and offline")
            return self._kept(entry.blob, entry.status)
        with self._cache.turn(request.url, request.referer, self._client.is_stopped):
            return self._in_turn(self._client, request)

    def _in_turn(self, client: ImageClient, request: Request) -> Fetched:
        entry = self._cache.lookup(request.url, request.referer)
        if entry is not None and entry.is_fresh(self._cache.now()):
            if entry.blob is not None:
                return self._kept(entry.blob, entry.status)
            return Fetched(None, entry.reason, entry.detail, entry.status, from_cache=True)
        if entry is not None and entry.blob is not None:
            conditions = validators(entry.etag, entry.last_modified)
            request = replace(request, validators=conditions, validates=entry.final_url)
        try:
            response = client.get(request)
        except FetchFailed as failure:
            return self._failed(request, failure, entry)
        if response.status == 304 and entry is not None and entry.blob is not None:
            return self._confirmed(request, response, entry)
        return self._arrived(request, response)

    def _failed(self, request: Request, failure: FetchFailed, entry: Entry | None) -> Fetched:
        old = entry.blob if entry is not None and failure.reason in _STALE_IF else None
        if entry is not None and old is not None:
            # Where it must not stand in it is kept all the same: it may be confirmed next time.
            if may_be_stale(entry.cache_control):
                detail = f"an older copy: {failure.detail}"
                return replace(self._kept(old, None), detail=detail, hops=failure.hops)
        elif failure.reason in _REMEMBERED:
            self._remember_failure(request, failure.reason, failure.detail, failure.status)
        return Fetched(None, failure.reason, failure.detail, failure.status, hops=failure.hops)

    def _confirmed(self, request: Request, response: Response, entry: Entry) -> Fetched:
        """Use an older image that the server says is still the one: RFC 9111, 4.3.4."""
        assert entry.blob is not None
        headers = dict(response.headers)
        if entry.last_modified is not None:
            headers.setdefault("last-modified", entry.last_modified)
        if entry.cache_control is not None:
            headers.setdefault("cache-control", entry.cache_control)
        fresh = self._freshness(replace(response, headers=headers))
        kept = replace(self._kept(entry.blob, None), hops=response.hops)
        if not fresh.keep:
            self._cache.forget(request.url, request.referer)
            return kept
        etag, control = headers.get("etag", entry.etag), headers.get("cache-control")
        now = self._cache.now()
        known = replace(entry, stored=now, expires=fresh.expires, etag=etag, cache_control=control)
        self._cache.update(request.url, request.referer, replace(known, final_url=response.url))
        return kept

    def _arrived(self, request: Request, response: Response) -> Fetched:
        """Process an image that came, and remember it as long as its headers allow."""
        fresh = self._freshness(response)
        if not fresh.keep:
            self._cache.forget(request.url, request.referer)
            return replace(self._maker.from_bytes(response.body), hops=response.hops)
        try:
            made = self._maker.process(response.body)
        except BadImage as bad:
            if bad.reason != "unsupported_format":  # the reader may install what reads it
                self._remember_failure(request, bad.reason, bad.detail, response.status)
            return Fetched(None, bad.reason, bad.detail, response.status, hops=response.hops)
        headers = response.headers
        entry = Entry(
            digest(response.body),
            final_url=response.url,
            status=response.status,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            stored=self._cache.now(),
            expires=fresh.expires,
            cache_control=headers.get("cache-control"),
        )
        image = self._cache.store(
            request.url, request.referer, entry, response.body, self._maker.key, made
        )
        return Fetched(image, detail=made.note, hops=response.hops)

    def _freshness(self, response: Response) -> Freshness:
        """The shortest freshness of the answers that led to the image, and of its own."""
        now = self._cache.now()
        judged = [freshness(response.headers, now, response.status)]
        judged += [freshness(answer.headers, now, answer.status) for answer in response.via]
        return Freshness(min(each.expires for each in judged), judged[0].keep)

    def _remember_failure(
        self, request: Request, reason: str, detail: str | None, status: int | None
    ) -> None:
        now = self._cache.now()
        entry = Entry(
            None,
            reason=reason,
            detail=detail,
            status=status,
            stored=now,
            expires=now + FAILURE_LIFETIME,
        )
        self._cache.update(request.url, request.referer, entry)

    def _kept(self, sha: str, status: int | None) -> Fetched:
        """Return the image made of bytes that the cache has."""
        return replace(self._maker.from_cache(sha), status=status, from_cache=True)
