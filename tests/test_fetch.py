"""From an article to its images: what is asked for, with which Referer, and how often."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from articlekit.errors import CacheError, UsageError
from articlekit.fetch.http.client import ImageClient
from articlekit.fetch.http.guard import Guard
from articlekit.fetch.http.messages import Limits
from articlekit.fetch.images import ImageFetcher, ReferrerMode
from articlekit.fetch.referrer import DEFAULT_POLICY, ReferrerPolicy
from articlekit.fetch.store.cache import ImageCache
from articlekit.fetch.wanted import ImageRequest, ImageResult, cover_request, image_requests
from articlekit.html import parse_html
from articlekit.model import Article, Meta, Origin
from articlekit.report import Report
from server import ImageServer, Reply, Seen, picture

PNG, JPEG = picture(), picture("JPEG", (9, 7))
NOWHERE = Origin("post.html")


class Clock:
    """A time that tests set, in seconds since the epoch."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def other() -> Iterator[ImageServer]:
    with ImageServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(tmp_path: Path, clock: Clock) -> Iterator[ImageCache]:
    with ImageCache(tmp_path / "cache", clock=clock) as cache:
        yield cache


MakeFetcher = Callable[..., ImageFetcher]


@pytest.fixture
def make(cache: ImageCache) -> Iterator[MakeFetcher]:
    made: list[ImageFetcher] = []

    def fetcher(referrer: ReferrerMode = "policy", jobs: int = 4) -> ImageFetcher:
        limits = Limits(size=100_000, deadline=2, connect=1)
        client = ImageClient(Guard(["127.0.0.1"]), limits, sleep=lambda _: None)
        made.append(ImageFetcher(client, cache, jobs=jobs, referrer=referrer))
        return made[-1]

    yield fetcher
    for each in made:
        each.close()


@pytest.fixture
def fetcher(make: MakeFetcher) -> ImageFetcher:
    return make()


def want(
    src: str, page: str | None = None, policy: str = DEFAULT_POLICY, origin: Origin = NOWHERE
) -> ImageRequest:
    return ImageRequest(src, origin, page, ReferrerPolicy(policy))


def one(fetcher: ImageFetcher, request: ImageRequest) -> ImageResult:
    return fetcher.fetch([request])[request]


def article(body: str, origin: Origin = NOWHERE) -> Article:
    element = parse_html(body, Report()).find("body")
    assert element is not None
    return Article("post", Meta("A post", url=PAGE), element, origin)


# What an article wants


PAGE = "https://blog.example/post"


def test_every_image_with_its_policy() -> None:
    found = image_requests(
        article(
            '<p><img src="a.png"><img src="b.png" referrerpolicy="no-referrer"></p>'
            '<p><img src="a.png"><img alt="x"><img src="c.png" referrerpolicy="bogus"></p>',
        )
    )
    default = "strict-origin-when-cross-origin"
    assert [(each.src, each.policy.value) for each in found] == [
        ("a.png", default),
        ("b.png", "no-referrer"),
        ("a.png", default),
        ("", default),
        ("c.png", default),
    ]
    assert {each.page_url for each in found} == {PAGE}


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        ((), "strict-origin-when-cross-origin"),
        (("origin",), "origin"),
        (("origin", "bogus"), "origin"),
        (("origin", "never"), "no-referrer"),
    ],
)
def test_the_page_has_a_say_where_the_element_is_silent(said: tuple[str, ...], policy: str) -> None:
    origin = Origin("post.html", referrer=said)
    body = '<p><img src="a.png"><img src="b.png" referrerpolicy="same-origin"></p>'
    found = image_requests(article(body, origin))
    assert [each.policy.value for each in found] == [policy, "same-origin"]


def test_a_cover_is_the_same_image_as_in_the_text() -> None:
    shown = image_requests(article('<p><img src="a.png" referrerpolicy="origin"></p>'))
    assert cover_request("a.png", NOWHERE, PAGE, shown) == shown[0]
    assert cover_request("b.png", NOWHERE, PAGE, shown) == want("b.png", PAGE)


# Over the network


def test_images_come_home(fetcher: ImageFetcher, server: ImageServer) -> None:
    url = server.add("/a.png", PNG)
    result = one(fetcher, want(url))
    assert result.image is not None
    assert result.image.read() == PNG
    outcome = result.outcome
    assert (outcome.url, outcome.source, outcome.reason) == (url, "post.html", None)
    assert (outcome.media_type, outcome.width, outcome.height) == ("image/png", 8, 6)
    assert (outcome.size, outcome.from_cache) == (len(PNG), False)
    assert [hop.status for hop in outcome.hops] == [200]


@pytest.mark.parametrize(
    ("policy", "same", "cross"),
    [
        ("no-referrer", None, None),
        ("no-referrer-when-downgrade", "full", "full"),
        ("same-origin", "full", None),
        ("origin", "origin", "origin"),
        ("strict-origin", "origin", "origin"),
        ("origin-when-cross-origin", "full", "origin"),
        ("strict-origin-when-cross-origin", "full", "origin"),
        ("unsafe-url", "full", "full"),
    ],
)
def test_each_policy_on_the_wire(
    fetcher: ImageFetcher,
    server: ImageServer,
    other: ImageServer,
    policy: str,
    same: str | None,
    cross: str | None,
) -> None:
    page = server.url("/post?id=1")
    names = {"full": page, "origin": server.url("/"), None: None}
    requests = [want(each.add("/a.png", PNG), f"{page}#part", policy) for each in (server, other)]
    assert all(result.image for result in fetcher.fetch(requests).values())
    assert server.referers == [names[same]]
    assert other.referers == [names[cross]]


def test_mode_none_sends_no_referer_at_all(make: MakeFetcher, server: ImageServer) -> None:
    assert one(make("none"), want(server.add("/a", PNG), server.url("/p"), "unsafe-url")).image
    assert server.referers == [None]


def test_each_address_and_referer_is_asked_for_once(
    fetcher: ImageFetcher, server: ImageServer
) -> None:
    url, page = server.add("/a", PNG), server.url("/post")
    requests = [
        want(url, page),
        want(url, page),
        want(f"{url}#part", page),
        want(url, page, origin=Origin("another.html")),
        want(url, page, "no-referrer"),
        want(url, page, "no-referrer", origin=Origin("another.html")),
    ]
    calls = []
    results = fetcher.fetch(requests, calls.append)
    assert list(results) == list(dict.fromkeys(requests))
    assert len({result.image for result in results.values()}) == 1
    assert sorted(server.referers, key=str) == [None, page]
    assert (len(calls), len(results)) == (6, 5)
    assert results[requests[3]].outcome.source == "another.html"


def test_results_are_in_the_order_of_the_requests(
    fetcher: ImageFetcher, server: ImageServer
) -> None:
    def late(seen: Seen) -> Reply:
        time.sleep(0.05)
        return Reply(PNG)

    server.routes["/slow"] = late
    requests = [want(server.url("/slow")), want(server.add("/fast", JPEG)), want("data:,")]
    assert list(fetcher.fetch(requests)) == requests


def test_one_slow_host_does_not_hold_the_others(
    cache: ImageCache, server: ImageServer, other: ImageServer
) -> None:
    def patient(seen: Seen) -> Reply:
        ends = time.monotonic() + 2
        while len(other.seen) < 4 and time.monotonic() < ends:
            time.sleep(0.005)
        return Reply(PNG)

    slow = [f"/slow/{number}" for number in range(20)]
    server.routes.update(dict.fromkeys(slow, patient))
    quick = [other.add(f"/{n}", JPEG).replace("127.0.0.1", "localhost") for n in range(4)]
    client = ImageClient(Guard(["127.0.0.1", "localhost"]))
    started = time.monotonic()
    with ImageFetcher(client, cache, jobs=6) as fetcher:
        results = fetcher.fetch([want(url) for url in [*map(server.url, slow), *quick]])
    assert time.monotonic() - started < 1.5
    assert all(result.image for result in results.values())


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_referer_is_left_out_the_second_time(
    fetcher: ImageFetcher, server: ImageServer, status: int
) -> None:
    server.routes["/a"] = lambda seen: Reply(b"no", status) if seen.referer else Reply(PNG)
    result = one(fetcher, want(server.url("/a"), server.url("/post")))
    assert result.image is not None
    assert [(hop.referer, hop.status) for hop in result.outcome.hops] == [
        (server.url("/post"), status),
        (None, 200),
    ]


def test_a_web_page_instead_of_an_image_is_asked_again_without_a_referer(
    fetcher: ImageFetcher, server: ImageServer
) -> None:
    server.routes["/a"] = lambda seen: Reply(b"<html>no" if seen.referer else PNG)
    assert one(fetcher, want(server.url("/a"), server.url("/post"))).image
    assert server.referers == [server.url("/post"), None]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"gone", 404, "http_4xx"),
        (b"gone", 410, "http_4xx"),
        (b"oops", 500, "http_5xx"),
        (b"slow down", 429, "rate_limited"),
        (b"<!DOCTYPE html><p>Please log in", 200, "not_image"),
        (b"", 200, "not_image"),
        (PNG[:40], 200, "decode_error"),
        (b"\xff\x0a\x00", 200, "decode_error"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='a'/></svg>", 200, "svg_unsafe"),
        (b"x" * 100_001, 200, "too_large"),
    ],
)
def test_failures_have_reasons(
    fetcher: ImageFetcher, server: ImageServer, body: bytes, status: int, reason: str
) -> None:
    url = server.add("/a.png", body, status, Content_Type="image/png")
    result = one(fetcher, want(url, server.url("/post")))
    assert result.image is None
    outcome = result.outcome
    assert (outcome.url, outcome.reason) == (url, reason)
    assert outcome.detail
    assert outcome.size is None
    assert outcome.hops


def test_an_image_with_a_wrong_type_and_suffix(fetcher: ImageFetcher, server: ImageServer) -> None:
    url = server.add("/a.png", JPEG, Content_Type="text/plain")
    assert one(fetcher, want(url)).outcome.media_type == "image/jpeg"


def test_private_addresses_are_blocked(cache: ImageCache, server: ImageServer) -> None:
    server.add("/a", PNG)
    with ImageFetcher.create(cache.folder) as fetcher:
        result = one(fetcher, want(server.url("/a")))
        assert result.outcome.reason == "blocked_address"
        assert server.seen == []
    # Whoever is let in later is not held off by an older refusal.
    with ImageFetcher.create(cache.folder, allow_private=["127.0.0.1"]) as fetcher:
        assert one(fetcher, want(server.url("/a"))).image


def test_https_pages_ask_for_images_by_https(fetcher: ImageFetcher) -> None:
    result = one(fetcher, want("http://10.255.255.1.nip.example/a.png", "https://blog.example/"))
    assert result.outcome.url.startswith("https://")


# The cache


def test_a_fresh_image_is_not_asked_for_again(fetcher: ImageFetcher, server: ImageServer) -> None:
    url = server.add("/a", PNG, Cache_Control="max-age=60")
    first, second = one(fetcher, want(url)), one(fetcher, want(url))
    assert first.image == second.image
    assert (first.outcome.from_cache, second.outcome.from_cache) == (False, True)
    assert second.outcome.hops == ()
    assert len(server.seen) == 1


def test_a_stale_image_is_asked_about(
    fetcher: ImageFetcher, server: ImageServer, clock: Clock
) -> None:
    def answer(seen: Seen) -> Reply:
        if seen.headers.get("if-none-match") == '"1"':
            return Reply(status=304, headers={"Cache-Control": "max-age=60"})
        return Reply(PNG, headers={"ETag": '"1"', "Cache-Control": "max-age=60"})

    server.routes["/a"] = answer
    url = server.url("/a")
    one(fetcher, want(url))
    clock.now += 61
    second = one(fetcher, want(url))
    assert second.image is not None
    assert second.outcome.from_cache
    assert [hop.status for hop in second.outcome.hops] == [304]
    clock.now += 59
    one(fetcher, want(url))
    assert len(server.seen) == 2


def test_conditions_go_only_to_where_the_image_came_from(
    fetcher: ImageFetcher, server: ImageServer
) -> None:
    server.add("/b", PNG, ETag='"1"')
    url = server.redirect("/a", "/b")
    one(fetcher, want(url))
    one(fetcher, want(url))
    assert [seen.headers.get("if-none-match") for seen in server.seen] == [None, None, None, '"1"']


def test_a_changed_image_replaces_the_old_one(
    fetcher: ImageFetcher, server: ImageServer, clock: Clock
) -> None:
    url = server.add("/a", PNG, Cache_Control="no-cache", ETag='"1"')
    one(fetcher, want(url))
    server.add("/a", JPEG, Cache_Control="no-cache", ETag='"2"')
    assert one(fetcher, want(url)).outcome.media_type == "image/jpeg"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_old_image_is_better_than_an_error(
    fetcher: ImageFetcher, server: ImageServer, status: int
) -> None:
    url = server.add("/a", PNG, Cache_Control="max-age=0")
    one(fetcher, want(url))
    server.add("/a", b"oops", status)
    result = one(fetcher, want(url))
    assert result.image is not None
    assert (result.outcome.reason, result.outcome.from_cache) == (None, True)
    assert (result.outcome.detail or "").startswith(f"an older copy: {status}")
    assert result.outcome.hops[-1].status == status


def test_an_image_that_is_gone_is_gone(fetcher: ImageFetcher, server: ImageServer) -> None:
    url = server.add("/a", PNG, Cache_Control="max-age=0")
    one(fetcher, want(url))
    server.add("/a", b"", 410)
    assert one(fetcher, want(url)).outcome.reason == "http_4xx"


@pytest.mark.parametrize(("body", "status"), [(b"", 404), (b"", 500), (b"<html>", 200)])
def test_failures_are_remembered_for_an_hour(
    fetcher: ImageFetcher, server: ImageServer, clock: Clock, body: bytes, status: int
) -> None:
    url = server.add("/a", body, status)
    first = one(fetcher, want(url)).outcome
    asked = len(server.seen)
    again = one(fetcher, want(url)).outcome
    assert (again.reason, again.detail, again.from_cache) == (first.reason, first.detail, True)
    assert len(server.seen) == asked
    server.add("/a", PNG)
    clock.now += 3601
    assert one(fetcher, want(url)).image is not None


def test_what_the_network_did_is_not_remembered(
    make: MakeFetcher, server: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.add("/a", PNG)
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", unreachable)
        assert one(make(), want(url)).outcome.reason == "dns"
    assert one(make(), want(url)).image


def unreachable(*_: object, **__: object) -> None:
    raise socket.gaierror(-3, "Temporary failure in name resolution")


def test_no_store_is_asked_for_every_time_but_can_be_used(
    fetcher: ImageFetcher, cache: ImageCache, server: ImageServer
) -> None:
    url = server.add("/a", PNG, Cache_Control="no-store")
    for _ in range(2):
        result = one(fetcher, want(url))
        assert result.image is not None
        assert result.image.read() == PNG
    assert len(server.seen) == 2
    assert cache.info().responses == 0


def test_damaged_files_are_fetched_again(
    fetcher: ImageFetcher, cache: ImageCache, server: ImageServer
) -> None:
    url = server.add("/a", PNG, Cache_Control="max-age=60")
    image = one(fetcher, want(url)).image
    assert image is not None
    image.path.write_bytes(b"damaged")
    again = one(fetcher, want(url)).image
    assert again == image
    assert again.read() == PNG
    assert len(server.seen) == 2


# Offline


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


def test_offline_uses_what_there_is_however_stale(
    make: MakeFetcher, cache: ImageCache, server: ImageServer, clock: Clock,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    url = server.add("/a", PNG, Cache_Control="max-age=0")
    one(make(), want(url, server.url("/post")))
    clock.now += 10**9
    request.getfixturevalue("no_sockets")
    offline = ImageFetcher(None, cache)
    result = one(offline, want(url, server.url("/post")))
    assert result.image is not None
    assert result.outcome.from_cache
    miss = one(offline, want(server.url("/b"), server.url("/post")))
    assert (miss.image, miss.outcome.reason, miss.outcome.hops) == (None, "offline_miss", ())


def test_offline_finds_what_came_without_a_referer(
    make: MakeFetcher, cache: ImageCache, server: ImageServer
) -> None:
    server.routes["/a"] = lambda seen: Reply(b"", 403) if seen.referer else Reply(PNG)
    request = want(server.url("/a"), server.url("/post"))
    one(make(), request)
    assert one(ImageFetcher(None, cache), request).image


@pytest.mark.usefixtures("no_sockets")
def test_offline_reads_local_files(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    with ImageFetcher.create(tmp_path / "cache", offline=True) as fetcher:
        request = want("a.png", origin=Origin("post.html", folder=tmp_path))
        assert one(fetcher, request).image


# Files beside the article


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "articles"
    (home / "images").mkdir(parents=True)
    (home / "images" / "a b.png").write_bytes(PNG)
    (home / "images" / "100%.png").write_bytes(PNG)
    (home / "图.png").write_bytes(PNG)
    (home / "inside.png").symlink_to(home / "images" / "a b.png")
    (tmp_path / "secret.png").write_bytes(PNG)
    (home / "link.png").symlink_to(tmp_path / "secret.png")
    (home / "up").symlink_to(tmp_path)
    (home / "circle.png").symlink_to(home / "circle.png")
    (home / "text.png").write_text("no image")
    os.mkfifo(home / "pipe.png")
    return home


@pytest.mark.parametrize(
    "src",
    [
        "images/a b.png", "images/a%20b.png", "./images/../images/a%20b.png?x=1#y",
        " images/a%20b.png\n", "images/100%.png", "images/100%25.png", "图.png",
        "%E5%9B%BE.png", "inside.png", "images\\a b.png",
    ],
)  # fmt: skip
def test_files_in_the_folder(fetcher: ImageFetcher, folder: Path, src: str) -> None:
    result = one(fetcher, want(src, origin=Origin("post.html", folder=folder)))
    assert result.outcome.reason is None
    assert result.image is not None
    assert result.image.read() == PNG
    assert result.image.path.is_relative_to(folder.parent / "cache")


@pytest.mark.parametrize(
    ("src", "reason"),
    [
        ("../secret.png", "outside_folder"),
        ("images/../../secret.png", "outside_folder"),
        ("%2e%2e/secret.png", "outside_folder"),
        ("..\\secret.png", "outside_folder"),
        ("link.png", "outside_folder"),
        ("up/secret.png", "outside_folder"),
        ("{top}/secret.png", "outside_folder"),
        ("%2Fetc/hostname", "outside_folder"),
        ("file://{top}/secret.png", "outside_folder"),
        ("FILE:secret.png", "outside_folder"),
        ("C:\\secret.png", "outside_folder"),
        ("/no/such/file.png", "no_address"),
        ("missing.png", "file_missing"),
        ("images", "file_missing"),
        ("pipe.png", "file_missing"),
        ("circle.png", "file_missing"),
        ("a\0b.png", "file_missing"),
        ("x" * 5000, "file_missing"),
        ("text.png", "not_image"),
        ("", "no_address"),
        ("javascript:alert(1)", "bad_scheme"),
        ("blob:https://a.example/1", "bad_scheme"),
        ("https://", "bad_scheme"),
    ],
)
def test_files_elsewhere(fetcher: ImageFetcher, folder: Path, src: str, reason: str) -> None:
    src = src.format(top=folder.parent) if "{" in src else src
    result = one(fetcher, want(src, origin=Origin("post.html", folder=folder)))
    assert (result.image, result.outcome.reason) == (None, reason)
    assert len(result.outcome.url) <= 100


def test_a_file_comes_before_an_address(
    fetcher: ImageFetcher, folder: Path, server: ImageServer
) -> None:
    origin = Origin("post.html", folder=folder, base=server.url("/blog/post"))
    server.add("/blog/far.png", JPEG)
    server.add("/secret.png", JPEG)
    near = one(fetcher, want("inside.png", origin=origin))
    far = one(fetcher, want("far.png", origin=origin))
    above = one(fetcher, want("../secret.png", origin=origin))
    root = one(fetcher, want("/secret.png", origin=origin))
    types = [each.outcome.media_type for each in (near, far, above, root)]
    assert types == ["image/png", "image/jpeg", "image/jpeg", "image/jpeg"]
    assert server.paths == ["/blog/far.png", "/secret.png"]


def test_text_without_a_folder_or_an_address(fetcher: ImageFetcher) -> None:
    assert one(fetcher, want("a.png")).outcome.reason == "no_address"
    assert one(fetcher, want("/etc/hostname")).outcome.reason == "no_address"
    assert one(fetcher, want("//127.0.0.2/a.png")).outcome.reason == "blocked_address"


# data: URLs


@pytest.mark.parametrize(
    "src",
    [
        "data:image/png;base64," + b64encode(PNG).decode(),
        "data:;base64," + b64encode(PNG).decode().rstrip("="),
        "DATA:image/png;charset=x;BASE64,\n " + b64encode(PNG).decode().replace("/", "%2F"),
        "data:image/png," + quote_from_bytes(PNG),
    ],
)
def test_data_urls(fetcher: ImageFetcher, src: str) -> None:
    result = one(fetcher, want(src))
    assert result.image is not None
    assert result.image.read() == PNG
    assert len(result.outcome.url) <= 81


@pytest.mark.parametrize(
    ("src", "reason"),
    [
        ("data:", "decode_error"),
        ("data:image/png;base64", "decode_error"),
        ("data:image/png;base64,!!!", "decode_error"),
        ("data:image/png;base64,AAAAA", "decode_error"),
        ("data:text/html,<p>x", "not_image"),
        ("data:,", "not_image"),
    ],
)
def test_broken_data_urls(fetcher: ImageFetcher, src: str, reason: str) -> None:
    assert one(fetcher, want(src)).outcome.reason == reason


# The whole


def test_options_that_cannot_be_meant(tmp_path: Path, cache: ImageCache) -> None:
    with pytest.raises(UsageError, match=r"allow_private: .*'a b'"):
        ImageFetcher.create(tmp_path, allow_private=["a b"])
    with pytest.raises(UsageError, match="jobs: 0"):
        ImageFetcher(None, cache, jobs=0)
    mode: Any = "never"
    with pytest.raises(UsageError, match="'never'"):
        ImageFetcher(None, cache, referrer=mode)


def test_a_cache_that_breaks_ends_the_run(make: MakeFetcher, cache: ImageCache) -> None:
    cache.close()
    (cache.folder / "index.sqlite").write_bytes(b"no database" * 1000)
    for suffix in ("-wal", "-shm"):
        (cache.folder / f"index.sqlite{suffix}").unlink(missing_ok=True)
    with pytest.raises(CacheError):
        make().fetch([want(f"data:,{number}") for number in range(50)])


def test_nothing_to_fetch(fetcher: ImageFetcher) -> None:
    assert fetcher.fetch([]) == {}


INTERRUPTED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & ignores it
import sys
from articlekit.fetch.images import ImageFetcher
from articlekit.fetch.wanted import ImageRequest
from articlekit.fetch.referrer import DEFAULT_POLICY
from articlekit.model import Origin
with ImageFetcher.create(sys.argv[1], allow_private=["127.0.0.1"]) as fetcher:
    print("ready", flush=True)
    src, origin = sys.argv[2], Origin("x")
    wanted = [ImageRequest(f"{src}?{n}", origin, None, DEFAULT_POLICY) for n in range(9)]
    try:
        fetcher.fetch(wanted)
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


def test_ctrl_c_ends_it_at_once(tmp_path: Path, server: ImageServer) -> None:
    server.raw["/a"] = lambda _, closing: closing.wait(20) and None
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path), server.url("/a")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 10
        while len(server.seen) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=10)
        took = time.monotonic() - started
    finally:
        process.kill()
        process.wait()
    assert (output, errors, process.returncode) == ("ready\nstopped\n", "", 0)
    assert took < 2
