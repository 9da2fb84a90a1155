"""Ask for one image over HTTP: redirects, tries, limits, and a Referer at every hop."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from ssl import SSLContext
from types import TracebackType
from typing import TYPE_CHECKING, Final

from articlekit.fetch.http.guard import Guard
from articlekit.fetch.http.lanes import LaneBusy, Lanes, Tokens
from articlekit.fetch.http.messages import Answer, FetchFailed, Limits, Request, Response
from articlekit.fetch.http.urls import clean, host_of, join, upgrade
from articlekit.fetch.referrer import ReferrerPolicy
from articlekit.report import Hop

if TYPE_CHECKING:
    from articlekit.fetch.http.exchange import Exchange

# Fetch, section 2.2.6, redirect statuses; 300 and 304 are none.
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

# Reasons that may pass by themselves. A certificate or a missing host will not.
_PASSING: Final = frozenset({"http_5xx", "rate_limited", "timeout_connect", "connection"})

# Reasons that say something about a host, not about one image of it.
_HOST_DOWN: Final = frozenset({"dns", "tls", "timeout_connect", "timeout_total", "connection"})

#: After so many images in a row that a host did not answer, it is left alone.
PATIENCE: Final = 4


class ImageClient:
    """Fetches images, from any number of threads; close it, or use it in a `with`.

    `sleep` waits between tries, by default such that `stop` ends it; `jitter` returns
    numbers from 0 to 1.
    """

    def __init__(
        self,
        guard: Guard | None = None,
        limits: Limits | None = None,
        *,
        sleep: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
        context: SSLContext | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._stopped = threading.Event()
        self._sleep = sleep or self._stopped.wait
        self._jitter = jitter
        self._lock = threading.Lock()
        self._silent: dict[str, int] = {}
        self._guard = guard or Guard()
        self._context = context
        self._connections = Tokens(self.limits.connections)
        self._lanes = Lanes(self._open, per_host=self.limits.per_host, idle=self.limits.connections)

    def get(self, request: Request) -> Response:
        """Return the image's bytes, or raise FetchFailed with every hop that was made.

        What may pass is tried again, after a pause that doubles or that the server asked
        for. The deadline is for all tries together; pauses do not count, nor does waiting
        until fewer threads than there are connections are asking.
        """
        url = clean(request.url)
        if url is None:
            raise FetchFailed("bad_scheme", f"not an http(s) address: {request.url[:200]}")
        self._connections.take()
        try:
            return self._get(replace(request, url=url))
        finally:
            self._connections.give()

    def _get(self, request: Request) -> Response:
        left = self.limits.deadline
        hops: tuple[Hop, ...] = ()
        for attempt in range(1, self.limits.tries + 1):
            started = time.monotonic()
            try:
                response = self._follow(request, started + left)
            except FetchFailed as failure:
                hops += failure.hops
                left -= time.monotonic() - started
                pause = self._pause(failure, attempt)
                if pause is None or left <= 0 or self.is_stopped():
                    self._note_silence(failure)
                    raise failure.after(hops) from failure
                self._sleep(pause)
            else:
                return replace(response, hops=hops + response.hops)
        raise AssertionError("the last try returns or raises")

    def stop(self) -> None:
        """End every request at once, from whatever thread; later ones fail."""
        self._stopped.set()
        self._lanes.stop()

    def prepare(self) -> None:
        """Import what `get` needs, in this thread: `requests` sets warnings as it is imported."""
        import articlekit.fetch.http.exchange  # noqa: F401 - imported for what follows

    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def close(self) -> None:
        """Close the idle connections; those in use close when they come back."""
        self._lanes.close()

    def __enter__(self) -> ImageClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> Exchange:
        """Make a lane; `Lanes` makes one at a time."""
        # A book whose images are at hand needs no HTTP, which takes 0.1 s to import.
        from articlekit.fetch.http.connect import metered, tls_context
        from articlekit.fetch.http.exchange import Exchange

        # Loading the authorities takes 20 ms, which a book without images on the net saves.
        self._context = metered(self._context or tls_context())
        return Exchange(self._guard, self._context, self.limits, self._agent)

    @cached_property
    def _agent(self) -> str:
        from importlib.metadata import version

        return f"articlekit/{version('articlekit')} (+image fetcher)"

    def _pause(self, failure: FetchFailed, attempt: int) -> float | None:
        """How long to wait before another try, in seconds, or None for no other try."""
        if failure.reason not in _PASSING or attempt >= self.limits.tries:
            return None
        if failure.retry_after is not None:
            wait = failure.retry_after
            return wait if wait <= self.limits.retry_after else None
        # Full back-off with jitter, so that 32 threads don't come back as one.
        return float(self.limits.pause * 2 ** (attempt - 1) * (0.5 + self._jitter()))

    def _follow(self, request: Request, ends: float) -> Response:
        """Make one try: follow redirects to a final answer."""
        hops: list[Hop] = []
        url, referer, policy = request.url, request.referer, request.policy
        seen, via = set[str](), list[Answer]()
        while True:
            host = self._willing(url, tuple(hops))
            try:
                answer = self._ask(host, url, referer, request, ends)
            except FetchFailed as failure:
                hops.append(Hop(url, referer, failure.status))
                raise failure.after(tuple(hops)) from failure
            hops.append(Hop(url, referer, answer.status))
            if answer.status not in _REDIRECTS:
                return _final(answer, url, hops, via)
            via.append(answer)
            seen.add(url)
            target = _target(url, answer, request, tuple(hops))
            if target in seen or len(hops) > self.limits.redirects:
                detail = f"{len(hops)} redirects, to {target[:200]}"
                raise FetchFailed("redirects", detail, tuple(hops), status=answer.status)
            # Fetch, HTTP-redirect fetch: the 3xx's own policy counts from here on, and the
            # Referer is computed from what was sent, so it only ever shrinks.
            policy = ReferrerPolicy.from_header(answer.headers.get("referrer-policy")) or policy
            url, referer = target, policy.referrer(referer, target)

    def _willing(self, url: str, hops: tuple[Hop, ...]) -> str:
        """Return the host of `url`; raises FetchFailed when it is not to be asked any more."""
        host = host_of(url)
        if self.is_stopped():
            raise FetchFailed("connection", "stopped", hops)
        if self._silent.get(host, 0) >= PATIENCE:
            detail = f"left alone, as {host} did not answer for {PATIENCE} images"
            raise FetchFailed("connection", detail, hops)
        return host

    def _ask(
        self, host: str, url: str, referer: str | None, request: Request, ends: float
    ) -> Answer:
        """Make one request on a lane of its host."""
        headers = request.validators if url == request.validates else {}
        try:
            with self._lanes.lane(host, max(0.0, ends - time.monotonic())) as lane:
                answer = lane.get(url, referer, headers, ends)
        except LaneBusy:
            raise FetchFailed("timeout_total", f"too many images wait for {host}") from None
        if self._silent.get(host):
            self._silent[host] = 0
        return answer

    def _note_silence(self, failure: FetchFailed) -> None:
        """Count an image that its host did not answer; a body that broke off is an answer."""
        broke_off = failure.reason == "connection" and failure.status is not None
        if failure.reason in _HOST_DOWN and failure.hops and not broke_off:
            host = host_of(failure.hops[-1].url)
            with self._lock:
                self._silent[host] = self._silent.get(host, 0) + 1


def _final(answer: Answer, url: str, hops: list[Hop], via: list[Answer]) -> Response:
    return Response(
        answer.status, answer.headers, answer.body, url, hops=tuple(hops), via=tuple(via)
    )


def _target(url: str, answer: Answer, request: Request, hops: tuple[Hop, ...]) -> str:
    """Return where a redirect leads; raises FetchFailed when that is not http(s)."""
    location = answer.headers.get("location")
    if location is None:
        detail = f"{answer.status} without a Location"
        raise FetchFailed("redirects", detail, hops, status=answer.status)
    # http.client reads headers as Latin-1; servers that don't escape mean UTF-8.
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    target = join(location, url)
    if target is None:
        detail = f"a redirect to {location[:200]}"
        raise FetchFailed("bad_scheme", detail, hops, status=answer.status)
    return upgrade(target, request.page_url)
