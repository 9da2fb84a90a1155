"""Images whose servers want no copy used without their word: RFC 9111, 5.2.2.2, and 4.3.4."""

from __future__ import annotations

import pytest

from server import ImageServer, Reply, Seen
from test_fetch import PNG, Clock, ImageFetcher, cache, clock, fetcher, make, one, want

__all__ = ["cache", "clock", "fetcher", "make"]


@pytest.mark.parametrize("control", ["max-age=0, must-revalidate", "no-cache"])
def test_an_old_image_is_not_used_where_its_server_forbids_it(
    fetcher: ImageFetcher, server: ImageServer, control: str
) -> None:
    url = server.add("/a", PNG, Cache_Control=control, ETag='"1"')
    one(fetcher, want(url))
    server.add("/a", b"oops", 503)
    assert one(fetcher, want(url)).outcome.reason == "http_5xx"
    server.add("/a", b"", 304)
    assert one(fetcher, want(url)).image is not None


def test_a_confirmation_without_terms_leaves_the_old_ones(
    fetcher: ImageFetcher, server: ImageServer, clock: Clock
) -> None:
    def answer(seen: Seen) -> Reply:
        if seen.headers.get("if-none-match") == '"1"':
            return Reply(status=304)
        return Reply(PNG, headers={"ETag": '"1"', "Cache-Control": "max-age=60"})

    server.routes["/a"] = answer
    url = server.url("/a")
    for later in (0, 61, 59, 2):
        clock.now += later
        one(fetcher, want(url))
    assert len(server.seen) == 3
