"""One image's way home from the web: by which Referers it is asked for, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from articlekit.fetch.answers import Answers
from articlekit.fetch.compat import own_site
from articlekit.fetch.fetched import Fetched, with_compat
from articlekit.fetch.http.messages import Request
from articlekit.fetch.referrer import DEFAULT_POLICY

# Answers that a hotlink guard gives to a Referer; without one the image may come.
_GUARDED: Final = frozenset({401, 403, 404})


class Home:
    """Gets one image at a time, for any number of threads.

    `sites` maps hosts to the Referer that opens them when all else failed;
    docs/referrer-policy.md. Methods raise CacheError when the cache cannot be used.
    """

    def __init__(self, answers: Answers, sites: Mapping[str, str]) -> None:
        self._answers = answers
        self._sites = sites

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
        if last is first:
            return first
        told = last if last.image is not None or first.reason == "offline_miss" else first
        if compat is not None:
            told = replace(told, detail=with_compat(told.detail, compat))
        return replace(told, hops=hops, tries=tries, compat_referer=compat)

    def _asked(self, request: Request) -> Fetched:
        """Answer one request, and count what it took."""
        fetched = self._answers.answer(request)
        statuses = [hop.status for hop in fetched.hops if hop.status is not None]
        return replace(
            fetched,
            status=statuses[-1] if statuses else fetched.status,
            # No try comes back to where it began: a circle of redirects is left before.
            tries=sum(hop.url == request.url for hop in fetched.hops),
            request=request,
        )


def _worth_another(fetched: Fetched) -> bool:
    """Whether a request without a Referer may do better."""
    if fetched.reason == "http_4xx":
        return fetched.status in _GUARDED
    return fetched.reason in ("not_image", "offline_miss")
