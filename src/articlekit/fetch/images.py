"""Bring an article's images home: from its folder, the cache, or the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, TypeAlias, get_args

from articlekit.errors import UsageError
from articlekit.fetch.answers import Answers
from articlekit.fetch.compat import load_compat_sites
from articlekit.fetch.fetched import Fetched
from articlekit.fetch.home import Home
from articlekit.fetch.http.client import ImageClient
from articlekit.fetch.http.guard import Guard
from articlekit.fetch.http.messages import Limits, Request
from articlekit.fetch.http.urls import host_of
from articlekit.fetch.making import Maker
from articlekit.fetch.pixels.recipe import Recipe
from articlekit.fetch.placeholders import unmask
from articlekit.fetch.sources import Inline, Local, Nowhere, Remote, Where, locate
from articlekit.fetch.store.cache import ImageCache
from articlekit.fetch.wanted import ImageRequest, ImageResult
from articlekit.fetch.workers import Task, run
from articlekit.report import ImageOutcome

# Threads beside one for each connection: these make and store images while the others wait
# for bytes. Without them 0.1 s of latency left 0.76 of bare requests' rate. A disk that has just
# lost thousands of files takes a millisecond for each new one: with 16 it was 0.82 then, with
# 32 0.94 to 0.98. Without latency 16, 20 and 32 made no difference.
_SPARE: Final = 32

#: Images that are fetched at once, unless told otherwise.
CONNECTIONS: Final = 32

# A data: URL holds a whole image; the report shows how it begins.
_LONGEST: Final = 80

#: Whether Referers are sent by the pages' policies, never, or at last a guarded host's own.
ReferrerMode = Literal["policy", "none", "compat"]


# What is fetched once, for however many requests: a place, and the Referer sent there.
_Errand: TypeAlias = tuple[Where, str | None]


class ImageFetcher:
    """Fetches images with `client`, or from `cache` alone when that is None.

    `jobs` threads work at once. `sites` maps hosts to the Referer that opens them, for the
    mode "compat"; it is the table of compat.toml unless given. Close the fetcher, or use
    it in a `with`; it closes both.
    """

    def __init__(
        self,
        client: ImageClient | None,
        cache: ImageCache,
        *,
        jobs: int = CONNECTIONS,
        referrer: ReferrerMode = "policy",
        recipe: Recipe | None = None,
        sites: Mapping[str, str] | None = None,
    ) -> None:
        if referrer not in (known := get_args(ReferrerMode)):
            modes = ", ".join(known)
            raise UsageError(f"referrer: unknown mode {referrer!r}; known are {modes}")
        if jobs < 1:
            raise UsageError(f"jobs: {jobs} threads can do nothing; write 1 or more")
        self._client = client
        self._cache = cache
        self._jobs = jobs
        self._referrer = referrer
        if referrer != "compat":
            sites = {}
        elif sites is None:
            sites = load_compat_sites()
        limits = client.limits if client else Limits()
        self._maker = Maker(cache, recipe or Recipe(), limits.size)
        self._answers = Answers(client, cache, self._maker)
        self._home = Home(self._answers, sites)

    @classmethod
    def create(
        cls,
        cache_dir: Path | str | None = None,
        *,
        offline: bool = False,
        jobs: int = CONNECTIONS,
        per_host: int = 4,
        referrer: ReferrerMode = "policy",
        allow_private: Iterable[str] = (),
        limits: Limits | None = None,
        recipe: Recipe | None = None,
    ) -> ImageFetcher:
        """Make a fetcher with a client and a cache of its own.

        `cache_dir` is the user's own cache unless given; `offline` opens no socket;
        `jobs` connections are open at once, `per_host` of them to one host, unless `limits`
        says otherwise; `allow_private` names hosts and networks that are not public and
        may be asked all the same. Raises CacheError, and UsageError for an option that
        cannot be meant.
        """
        if per_host < 1:
            raise UsageError(f"per_host: {per_host} connections bring nothing; write 1 or more")
        try:
            guard = Guard(allow_private)
        except ValueError as error:
            raise UsageError(f"allow_private: {error}; write a host or 10.0.0.0/8") from None
        limits = limits or Limits(connections=jobs, per_host=per_host)
        client = None if offline else ImageClient(guard, limits)
        cache = ImageCache.at(cache_dir)
        return cls(client, cache, jobs=jobs, referrer=referrer, recipe=recipe)

    def __enter__(self) -> ImageFetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and the cache."""
        if self._client is not None:
            self._client.close()
        self._cache.close()

    def fetch(
        self,
        requests: Iterable[ImageRequest],
        progress: Callable[[str | None], None] | None = None,
    ) -> dict[ImageRequest, ImageResult]:
        """Bring every image home; the results are in the order of the requests.

        What several requests lead to is fetched once; when it fails, a request's further
        addresses are tried in turn, and when all fail, the first failure is told.
        `progress` is called in this thread, once for every request that was handed in, with
        the reason why its first address failed, or None.
        Raises CacheError when the cache cannot be used; a failed image is a result with a
        reason.
        """
        asked = list(requests)
        results = self._fetch_once(asked, progress)
        trying = {request: request for request, result in results.items() if not result.image}
        while trying := {
            request: replace(last, src=last.also[0], also=last.also[1:])
            for request, last in trying.items()
            if last.also and not results[request].image
        }:
            found = self._fetch_once(list(trying.values()), None)
            results |= {r: _together(results[r], found[other]) for r, other in trying.items()}
        return results

    def _fetch_once(
        self, asked: list[ImageRequest], progress: Callable[[str | None], None] | None
    ) -> dict[ImageRequest, ImageResult]:
        """Bring what `src` names home, for each request."""
        errands = {request: self._errand(request) for request in dict.fromkeys(asked)}
        waiting: dict[_Errand, list[ImageRequest]] = {}
        for request in asked:
            waiting.setdefault(errands[request], []).append(request)
        results: dict[_Errand, Fetched] = {}
        for errand, fetched in self._answered({each: same[0] for each, same in waiting.items()}):
            results[errand] = fetched
            for _ in waiting[errand]:
                if progress is not None:
                    progress(fetched.reason)
        # In the order of the requests, so that every run asks for the same images again.
        results = unmask({each: results[each] for each in waiting}, self._home.again, self._run)
        return {
            request: ImageResult(results[errand].image, _outcome(request, errand, results[errand]))
            for request, errand in errands.items()
        }

    def _errand(self, request: ImageRequest) -> _Errand:
        where = locate(request.src, request.origin, request.page_url)
        if self._referrer == "none" or not isinstance(where, Remote):
            return where, None
        return where, request.policy.referrer(request.page_url, where.url)

    def _answered(
        self, errands: Mapping[_Errand, ImageRequest]
    ) -> Iterator[tuple[_Errand, Fetched]]:
        """Yield each errand with what it brought: at once what is at hand, the rest as it comes.

        What the cache has is read in one thread: it takes a tenth of a millisecond, and
        thirty threads would take it from each other's hands.
        """
        asked = {
            errand: Request(errand[0].url, errand[1], request.policy, request.page_url)
            for errand, request in errands.items()
            if isinstance(errand[0], Remote)
        }
        left = dict(errands)
        found = self._answers.at_hand(asked.values())
        for errand, fetched in zip(asked, found, strict=True):
            if fetched is not None:
                del left[errand]
                yield errand, fetched
        if self._client is not None and any(each in asked for each in left):
            self._client.prepare()
        order = list(left)
        for number, fetched in self._run([self._task(each, asked.get(each)) for each in order]):
            yield order[number], fetched

    def _task(self, errand: _Errand, asked: Request | None) -> Task[Fetched]:
        where, _ = errand
        if asked is not None:
            return Task(host_of(asked.url), partial(self._home.from_web, asked))
        if isinstance(where, Local):
            return Task(None, partial(self._maker.from_file, where.path))
        if isinstance(where, Inline):
            return Task(None, partial(self._maker.from_data, where.src))
        assert isinstance(where, Nowhere)
        return Task(None, partial(Fetched, None, where.reason, where.detail))

    def _run(self, tasks: list[Task[Fetched]]) -> Iterator[tuple[int, Fetched]]:
        return run(tasks, jobs=self._jobs + _SPARE, per_host=self._per_host(), stop=self._stop)

    def _per_host(self) -> int:
        return self._jobs if self._client is None else self._client.limits.per_host

    def _stop(self) -> None:
        if self._client is not None:
            self._client.stop()


def _together(failed: ImageResult, later: ImageResult) -> ImageResult:
    """What came of two addresses of a picture: the later image, or the first failure."""
    told = later.outcome if later.image else failed.outcome
    return ImageResult(
        later.image,
        replace(
            told,
            hops=failed.outcome.hops + later.outcome.hops,
            tries=failed.outcome.tries + later.outcome.tries,
            compat_referer=failed.outcome.compat_referer or later.outcome.compat_referer,
        ),
    )


def _outcome(request: ImageRequest, errand: _Errand, fetched: Fetched) -> ImageOutcome:
    where, _ = errand
    url = where.url if isinstance(where, Remote) else request.src
    image = fetched.image
    return ImageOutcome(
        url if len(url) <= _LONGEST or isinstance(where, Remote) else f"{url[:_LONGEST]}…",
        request.origin.name,
        fetched.reason,
        fetched.detail,
        media_type=image.media_type if image else None,
        width=image.width if image else None,
        height=image.height if image else None,
        size=image.size if image else None,
        from_cache=fetched.from_cache,
        hops=fetched.hops,
        status=fetched.status,
        tries=fetched.tries,
        compat_referer=fetched.compat_referer,
        id=image.id if image else None,
    )
