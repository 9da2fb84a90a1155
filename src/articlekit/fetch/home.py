"""One image's way home: its bytes from a file, a `data:` URL, the cache or the network."""

from __future__ import annotations

import os
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote_to_bytes

from articlekit.errors import reason_of
from articlekit.fetch.compat import own_site
from articlekit.fetch.http.client import ImageClient, Request, Response
from articlekit.fetch.http.exchange import FetchFailed, Limits
from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import BadImage, Recipe
from articlekit.fetch.referrer import DEFAULT_POLICY
from articlekit.fetch.store.blobs import digest
from articlekit.fetch.store.cache import Entry, ImageCache
from articlekit.fetch.store.freshness import (
    FAILURE_LIFETIME,
    Freshness,
    freshness,
    may_be_stale,
    validators,
)
from articlekit.model import Image
from articlekit.report import Hop

# Answers that a hotlink guard gives to a Referer; without one the image may come.
_GUARDED: Final = frozenset({401, 403, 404})

_NO_SITES: Final[Mapping[str, str]] = MappingProxyType({})

# What a server said is remembered for an hour. What a network did is not: it may be the
# reader's own, mended by the next run.
_REMEMBERED: Final = frozenset({"http_4xx", "http_5xx", "too_large", "redirects", "bad_scheme"})

# Failures in which an older image is better than none: RFC 5861, section 4.
_STALE_IF: Final = frozenset(
    {"http_5xx", "rate_limited", "dns", "tls", "timeout_connect", "timeout_total", "connection"}
)


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


class Home:
    """Gets one image at a time for any number of threads, each through `cache`.

    Without a client nothing is asked for, and the cache is used however stale. `sites`
    maps hosts to the Referer that opens them when all else failed; docs/referrer-policy.md.
    Methods raise CacheError when the cache cannot be used.
    """

    def __init__(
        self,
        client: ImageClient | None,
        cache: ImageCache,
        recipe: Recipe,
        sites: Mapping[str, str] = _NO_SITES,
    ) -> None:
        self._client = client
        self._cache = cache
        self._recipe = recipe
        self._sites = sites
        self._limit = (client.limits if client else Limits()).size
        # Decoding is work for a processor and takes up to a few hundred MB at a time.
        self._desks = threading.BoundedSemaphore(os.cpu_count() or 1)

    def from_file(self, path: Path) -> Fetched:
        """Read and process a local file."""
        try:
            if path.stat().st_size > self._limit:
                return Fetched(None, "too_large", f"over {self._limit} bytes")
            data = path.read_bytes()
        except OSError as error:
            return Fetched(None, "file_missing", reason_of(error))
        return self._made(digest(data), data)

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
        return self._made(digest(data), data)

    def from_web(self, request: Request) -> Fetched:
        """Get an image by its address: with the policy's Referer, with none, with its site's.

        Sending less than a policy allows is always allowed. When all fail, the first
        failure is told, with the hops of all.
        """
        return self._in_turn(self._asked(request), self._others(request), _worth_another)

    def again(self, brought: Fetched) -> Fetched:
        """Ask anew for an image, with the Referers that are left, until another one comes.

        What comes back may be the same image, or a failure; without Referers left it is
        `brought` itself.
        """

        def is_the_same(found: Fetched) -> bool:
            return found.image is None or found.image == brought.image

        if brought.request is None or brought.compat_referer is not None:
            return brought
        return self._in_turn(brought, self._others(brought.request), is_the_same)

    def _others(self, request: Request) -> Iterator[Request]:
        """The requests that are left after `request`, with other Referers."""
        if request.referer is not None:
            yield replace(request, referer=None)
        site = own_site(request.url, self._sites)
        if site not in (None, request.referer):
            # As for a page of that site, so that it shrinks at redirects like any other.
            yield replace(request, referer=site, policy=DEFAULT_POLICY)

    def _in_turn(
        self, first: Fetched, others: Iterator[Request], go_on: Callable[[Fetched], bool]
    ) -> Fetched:
        """Ask `others` as long as `go_on`; when no image comes, `first` is told."""
        last, hops, tries, compat = first, first.hops, first.tries, first.compat_referer
        while go_on(last) and (other := next(others, None)) is not None:
            last = self._asked(other)
            hops, tries = hops + last.hops, tries + last.tries
            if other.referer is not None and (last.image is not None or last.hops):
                compat = other.referer
        told = last if last.image is not None or first.reason == "offline_miss" else first
        if compat is not None:
            told = replace(told, detail=with_compat(told.detail, compat))
        return replace(told, hops=hops, tries=tries, compat_referer=compat)

    def _asked(self, request: Request) -> Fetched:
        """Answer one request, and count what it took."""
        fetched = self._answered(request)
        statuses = [hop.status for hop in fetched.hops if hop.status is not None]
        return replace(
            fetched,
            status=statuses[-1] if statuses else fetched.status,
            # No try comes back to where it began: a circle of redirects is left before.
            tries=sum(hop.url == request.url for hop in fetched.hops),
            request=request,
        )

    def _answered(self, request: Request) -> Fetched:
        """Answer a request from the cache when that is allowed, else from the network."""
        entry = self._cache.lookup(request.url, request.referer)
        if self._client is None:
            if entry is None or entry.blob is None:
                return Fetched(None, "offline_miss", "not in the cache, and offline")
            return replace(self._kept(entry.blob), status=entry.status)
        if entry is not None and entry.is_fresh(self._cache.now()):
            if entry.blob is not None:
                return replace(self._kept(entry.blob), status=entry.status)
            return Fetched(None, entry.reason, entry.detail, entry.status, from_cache=True)
        if entry is not None and entry.blob is not None:
            conditions = validators(entry.etag, entry.last_modified)
            request = replace(request, validators=conditions, validates=entry.final_url)
        try:
            response = self._client.get(request)
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
                return replace(self._kept(old), detail=detail, hops=failure.hops)
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
        now = self._cache.now()
        expires = self._freshness(replace(response, headers=headers)).expires
        etag, control = headers.get("etag", entry.etag), headers.get("cache-control")
        known = replace(entry, stored=now, expires=expires, etag=etag, cache_control=control)
        self._cache.update(request.url, request.referer, replace(known, final_url=response.url))
        return replace(self._kept(entry.blob), hops=response.hops)

    def _arrived(self, request: Request, response: Response) -> Fetched:
        """Process an image that came, and remember it as long as its headers allow."""
        sha, now = digest(response.body), self._cache.now()
        made = replace(self._made(sha, response.body), hops=response.hops)
        fresh = self._freshness(response)
        if not fresh.keep:
            self._cache.forget(request.url, request.referer)
            return made
        if made.image is None:
            self._remember_failure(request, made.reason or "", made.detail, response.status)
            return replace(made, status=response.status)
        headers = response.headers
        entry = Entry(
            self._cache.put(response.body),
            final_url=response.url,
            status=response.status,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            stored=now,
            expires=fresh.expires,
            cache_control=headers.get("cache-control"),
        )
        self._cache.update(request.url, request.referer, entry)
        return made

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

    def _kept(self, sha: str) -> Fetched:
        """Return the image made of bytes that the cache has."""
        return replace(self._made(sha, None), from_cache=True)

    def _made(self, sha: str, data: bytes | None) -> Fetched:
        """Return the image made of the bytes named `sha`, which `data` are if at hand."""
        recipe = self._recipe.key
        known = self._cache.derived(sha, recipe)
        if known is not None:
            return Fetched(known[0], detail=known[1])
        data = self._cache.read(sha) if data is None else data
        if data is None:
            return Fetched(None, "decode_error", "its bytes in the cache are damaged")
        try:
            with self._desks:
                made = process(data, self._recipe)
        except BadImage as bad:
            return Fetched(None, bad.reason, bad.detail)
        return Fetched(self._cache.store_derived(sha, recipe, made), detail=made.note)


def _worth_another(fetched: Fetched) -> bool:
    """Whether a request without a Referer may do better."""
    if fetched.reason == "http_4xx":
        return fetched.status in _GUARDED
    return fetched.reason in ("not_image", "offline_miss")


def with_compat(detail: str | None, referer: str) -> str:
    """Add to a detail that `referer` was sent, though the page's policy does not give it."""
    said = f"{referer} was sent as Referer, which the page's policy does not give"
    return f"{detail}; {said}" if detail else said
