"""Placeholders of hotlink guards, and the many pictures that only look like them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest

from articlekit.fetch.images import ImageFetcher
from articlekit.fetch.referrer import DEFAULT_POLICY
from articlekit.fetch.wanted import ImageRequest, ImageResult
from articlekit.model import Origin
from server import ImageServer, Reply, Seen, picture

FOREIGN = picture(size=(20, 10))
PAGE = "https://blog.example/post"
SITE = "https://own.example/"
COUNT = 6

MakeFetcher = Callable[..., ImageFetcher]


def fetch(fetcher: ImageFetcher, urls: list[str], page: str | None = PAGE) -> list[ImageResult]:
    wanted = [ImageRequest(url, Origin("post.html"), page, DEFAULT_POLICY) for url in urls]
    return list(fetcher.fetch(wanted).values())


def own(number: int) -> bytes:
    return picture(size=(8 + number, 6))


def guarded(
    server: ImageServer, count: int = COUNT, lets_in: str | None = None, hidden: int = COUNT
) -> list[str]:
    """Addresses that show FOREIGN to all but one Referer; past `hidden`, to that one, too."""

    def route(number: int) -> Callable[[Seen], Reply]:
        body = own(number) if number < hidden else b"<html>gone"
        return lambda seen: Reply(
            body if seen.referer == lets_in else FOREIGN,
            headers={"Cache-Control": "max-age=60"},
        )

    for number in range(count):
        server.routes[f"/{number}/640"] = route(number)
    return [server.url(f"/{number}/640") for number in range(count)]


def bodies(results: list[ImageResult]) -> list[bytes | None]:
    return [result.image and result.image.read() for result in results]


# Placeholders


def test_what_a_placeholder_hides_comes_home(make: MakeFetcher, server: ImageServer) -> None:
    results = fetch(make(), guarded(server))
    assert bodies(results) == [own(number) for number in range(COUNT)]
    for result in results:
        outcome = result.outcome
        assert [hop.referer for hop in outcome.hops] == ["https://blog.example/", None]
        assert (outcome.reason, outcome.status, outcome.tries) == (None, 200, 2)
    assert len(server.seen) == 2 * COUNT


def test_the_next_run_has_it_from_the_cache(make: MakeFetcher, server: ImageServer) -> None:
    urls = guarded(server)
    fetch(make(), urls)
    for fetcher in (make(), make(offline=True)):
        results = fetch(fetcher, urls)
        assert bodies(results) == [own(number) for number in range(COUNT)]
        assert all(result.outcome.from_cache for result in results)
    assert len(server.seen) == 2 * COUNT


def test_what_cannot_be_had_is_a_placeholder(make: MakeFetcher, server: ImageServer) -> None:
    urls = guarded(server, hidden=COUNT - 1)
    results = fetch(make(), urls)
    assert [each.outcome.reason for each in results] == [None] * 5 + ["hotlink_placeholder"]
    last = results[-1]
    assert last.image is None
    assert last.outcome.detail
    assert (last.outcome.media_type, last.outcome.size) == (None, None)
    assert [hop.status for hop in last.outcome.hops] == [200, 200]


def test_the_same_placeholder_without_a_referer(make: MakeFetcher, server: ImageServer) -> None:
    urls = guarded(server)
    server.routes["/5/640"] = Reply(FOREIGN)
    assert [each.outcome.reason for each in fetch(make(), urls)][-1] == "hotlink_placeholder"


def test_compat_sees_behind_it(make: MakeFetcher, server: ImageServer) -> None:
    urls = guarded(server, lets_in=SITE)
    results = fetch(make("compat", {"127.0.0.1": SITE}), urls)
    assert bodies(results) == [own(number) for number in range(COUNT)]
    assert {result.outcome.compat_referer for result in results} == {SITE}
    assert [hop.referer for hop in results[0].outcome.hops] == ["https://blog.example/", None, SITE]


def test_a_placeholder_in_spite_of_compat_says_what_was_sent(
    make: MakeFetcher, server: ImageServer
) -> None:
    urls = guarded(server, lets_in=SITE, hidden=COUNT - 1)
    outcome = fetch(make("compat", {"127.0.0.1": SITE}), urls)[-1].outcome
    assert (outcome.reason, outcome.compat_referer, outcome.tries) == (
        "hotlink_placeholder",
        SITE,
        3,
    )
    assert f"{SITE} was sent as Referer" in (outcome.detail or "")


def test_compat_after_no_referer_at_all(make: MakeFetcher, server: ImageServer) -> None:
    results = fetch(make("compat", {"127.0.0.1": SITE}), guarded(server, lets_in=SITE), None)
    assert bodies(results) == [own(number) for number in range(COUNT)]
    assert [hop.referer for hop in results[0].outcome.hops] == [None, SITE]


# Pictures that are what they seem


def same(server: ImageServer, paths: list[str], body: bytes = FOREIGN) -> list[str]:
    for path in paths:
        server.add(path.partition("?")[0], body)
    return [server.url(path) for path in paths]


@pytest.mark.parametrize("mode", ["policy", "compat"])
def test_a_divider_uploaded_with_each_article_stays(
    make: MakeFetcher, server: ImageServer, mode: str
) -> None:
    urls = same(server, [f"/{number}/divider.png" for number in range(20)])
    fetcher = make(mode, {"localhost": SITE})
    results = fetch(fetcher, urls)
    assert bodies(results) == [FOREIGN] * 20
    assert {result.outcome.reason for result in results} == {None}
    # Three are asked again, not all of them.
    assert len(server.seen) == 23
    assert sorted(result.outcome.tries for result in results) == [1] * 17 + [2] * 3


def test_a_divider_stays_where_compat_was_tried_and_that_is_said(
    make: MakeFetcher, server: ImageServer
) -> None:
    urls = same(server, [f"/{number}/divider.png" for number in range(5)])
    results = fetch(make("compat", {"127.0.0.1": SITE}), urls)
    assert bodies(results) == [FOREIGN] * 5
    sent = [result.outcome.compat_referer for result in results]
    assert sent == [SITE] * 3 + [None] * 2
    assert [bool(result.outcome.detail) for result in results] == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    "paths",
    [
        ["/a.png", "/b.png"],
        ["/a.png?x=1", "/a.png?x=2", "/a.png?x=3", "/a.png?x=4"],
        ["/a.png", "/b.png?x=1", "/b.png?x=2"],
    ],
    ids=["two", "variants", "two with variants"],
)
def test_few_addresses_are_no_suspicion(
    make: MakeFetcher, server: ImageServer, paths: list[str]
) -> None:
    assert bodies(fetch(make(), same(server, paths))) == [FOREIGN] * len(paths)
    assert len(server.seen) == len(paths)


def test_without_a_referer_nothing_is_asked_again(make: MakeFetcher, server: ImageServer) -> None:
    urls = same(server, [f"/{number}.png" for number in range(5)])
    assert bodies(fetch(make(), urls, None)) == [FOREIGN] * 5
    assert bodies(fetch(make("none"), urls)) == [FOREIGN] * 5
    assert {seen.referer for seen in server.seen} == {None}
    assert len(server.seen) == 5


@pytest.mark.parametrize("reply", [Reply(b"no", 403), Reply(b"<html>no"), Reply(own(1))])
def test_what_the_second_answer_does_not_disprove_stays(
    make: MakeFetcher, server: ImageServer, reply: Reply
) -> None:
    # A refusal proves nothing, nor does one other image for all: a divider redrawn.
    for number in range(4):
        server.routes[f"/{number}.png"] = lambda seen: Reply(FOREIGN) if seen.referer else reply
    results = fetch(make(), [server.url(f"/{number}.png") for number in range(4)])
    assert bodies(results) == [FOREIGN] * 4
    assert {result.outcome.reason for result in results} == {None}


def test_hosts_are_not_lumped_together(make: MakeFetcher, server: ImageServer) -> None:
    same(server, ["/a.png", "/b.png"])
    with ImageServer() as other:
        same(other, ["/c.png", "/d.png"])
        urls = [server.url("/a.png"), server.url("/b.png")]
        names = [other.url(path, "localhost") for path in ("/c.png", "/d.png")]
        assert bodies(fetch(make(), urls + names)) == [FOREIGN] * 4
        assert len(server.seen + other.seen) == 4


def test_files_and_data_urls_have_no_guard(make: MakeFetcher) -> None:
    src = "data:image/png;base64," + b64encode(FOREIGN).decode()
    assert bodies(fetch(make(), [src, f"{src} ", f" {src}"])) == [FOREIGN] * 3
