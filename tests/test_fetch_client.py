"""The client alone: redirects, limits, tries, and who is let in."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from articlekit.fetch.http.client import ImageClient
from articlekit.fetch.http.guard import BlockedAddress, Guard, is_public
from articlekit.fetch.http.messages import FetchFailed, Limits, Request
from articlekit.fetch.referrer import ReferrerPolicy
from server import ImageServer, Reply, picture

LOOPBACK = ("127.0.0.0/8", "::1")
PNG = picture()


@pytest.fixture
def other() -> Iterator[ImageServer]:
    with ImageServer() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(pauses: list[float]) -> Iterator[ImageClient]:
    limits = Limits(size=200_000, deadline=5, connect=1)
    with ImageClient(Guard(LOOPBACK), limits, sleep=pauses.append, jitter=lambda: 0.5) as client:
        yield client


def failure(client: ImageClient, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        client.get(Request(url))
    return caught.value


def test_an_image_comes_with_its_headers_and_hops(client: ImageClient, server: ImageServer) -> None:
    url = server.add("/a.png", PNG, ETag='"1"', Content_Type="image/png")
    response = client.get(Request(url, referer="https://blog.example/"))
    assert response.body == PNG
    assert response.headers["etag"] == '"1"'
    assert response.url == url
    assert [(hop.url, hop.referer, hop.status) for hop in response.hops] == [
        (url, "https://blog.example/", 200)
    ]
    sent = server.seen[0].headers
    assert sent["referer"] == "https://blog.example/"
    assert sent["accept-encoding"] == "identity"
    assert sent["user-agent"].startswith("articlekit/")
    assert "cookie" not in sent
    assert "authorization" not in sent


def test_user_info_and_fragments_stay_at_home(client: ImageClient, server: ImageServer) -> None:
    server.add("/a.png", PNG)
    url = f"http://me:secret@127.0.0.1:{server.port}/a.png#part"
    response = client.get(Request(url))
    assert response.url == server.url("/a.png")
    assert "authorization" not in server.seen[0].headers


def test_an_address_arrives_as_it_was_written(client: ImageClient, server: ImageServer) -> None:
    server.routes["//a%7Eb%2F.png"] = Reply(PNG)
    client.get(Request(server.url("//a%7Eb%2F.png?x=%7e&y=[1]|2")))
    assert server.paths == ["//a%7Eb%2F.png?x=%7E&y=%5B1%5D%7C2"]


def test_connections_are_kept(client: ImageClient, server: ImageServer) -> None:
    url = server.add("/a.png", PNG)
    for _ in range(5):
        client.get(Request(url))
    assert len(server._server.connections) == 1


def test_at_most_four_connections_to_a_host(server: ImageServer) -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def slow(_: object) -> Reply:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.02)
        with lock:
            busy -= 1
        return Reply(PNG)

    server.routes["/a"] = slow
    with ImageClient(Guard(LOOPBACK)) as client:
        threads = [
            threading.Thread(target=client.get, args=(Request(server.url("/a")),))
            for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == 4
        assert len(server._server.connections) == 4


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(
    client: ImageClient, server: ImageServer, other: ImageServer, status: int
) -> None:
    target = other.add("/b.png", PNG).replace("127.0.0.1", "localhost")
    url = server.redirect("/a.png", target, status)
    response = client.get(Request(url, referer="https://blog.example/"))
    assert response.url == target
    assert [hop.status for hop in response.hops] == [status, 200]
    assert other.seen[0].headers["host"] == f"localhost:{other.port}"


PAGE = "http://127.0.0.1:1/post?id=1"


def hop_referers(client: ImageClient, policy: str, url: str, page: str) -> list[str | None]:
    chosen = ReferrerPolicy(policy)
    first = chosen.referrer(page, url)
    return [hop.referer for hop in client.get(Request(url, first, chosen, page)).hops]


def test_the_referer_is_computed_anew_at_every_hop(
    client: ImageClient, server: ImageServer, other: ImageServer
) -> None:
    url = server.redirect("/a", other.add("/b", PNG).replace("127.0.0.1", "localhost"))
    page = server.url("/post?id=1")
    origin = server.url("/")
    assert hop_referers(client, "unsafe-url", url, page) == [page, page]
    assert hop_referers(client, "origin-when-cross-origin", url, page) == [page, origin]
    assert hop_referers(client, "same-origin", url, page) == [page, None]
    assert hop_referers(client, "origin", url, page) == [origin, origin]
    assert hop_referers(client, "no-referrer", url, page) == [None, None]
    assert server.referers == [page, page, page, origin, None]
    assert other.referers == [page, origin, None, origin, None]


def test_a_redirect_has_its_say(
    client: ImageClient, server: ImageServer, other: ImageServer
) -> None:
    page = server.url("/post")
    last = other.add("/c", PNG)
    middle = server.redirect("/b", last, Referrer_Policy="bogus, unsafe-url")
    first = server.redirect("/a", middle, Referrer_Policy="origin, nonsense")
    # The first hop cuts it to the origin; the second one's leave to tell all is too late.
    assert hop_referers(client, "unsafe-url", first, page) == [
        page,
        server.url("/"),
        server.url("/"),
    ]
    silent = server.redirect("/d", middle, Referrer_Policy="no-referrer")
    assert hop_referers(client, "unsafe-url", silent, page) == [page, None, None]


def test_a_circle_of_redirects_is_noticed(client: ImageClient, server: ImageServer) -> None:
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    found = failure(client, server.url("/a"))
    assert (found.reason, len(found.hops)) == ("redirects", 2)


def test_redirects_end(client: ImageClient, server: ImageServer) -> None:
    for number in range(20):
        server.redirect(f"/{number}", f"/{number + 1}")
    found = failure(client, server.url("/0"))
    assert (found.reason, len(found.hops)) == ("redirects", 11)


def test_a_redirect_without_a_location(client: ImageClient, server: ImageServer) -> None:
    assert failure(client, server.add("/a", status=302)).reason == "redirects"


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "data:image/png,x", "ftp://127.0.0.1/a", "javascript:1", "http://"],
)
def test_redirects_elsewhere_are_refused(
    client: ImageClient, server: ImageServer, target: str
) -> None:
    found = failure(client, server.redirect("/a", target))
    assert found.reason == "bad_scheme"
    assert len(found.hops) == 1


def test_a_location_in_utf_8(client: ImageClient, server: ImageServer) -> None:
    server.add("/%C3%BC.png", PNG)
    server.redirect("/a", "/ü.png".encode().decode("latin-1"))
    assert client.get(Request(server.url("/a"))).body == PNG


def test_the_body_of_a_redirect_is_not_waited_for(client: ImageClient, server: ImageServer) -> None:
    target = server.add("/b", PNG)

    def endless(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + target.encode() + b"\r\n\r\n")
        closing.wait(5)

    server.raw["/a"] = endless
    started = time.monotonic()
    assert client.get(Request(server.url("/a"))).body == PNG
    assert time.monotonic() - started < 1


# Limits


def dripping(head: bytes) -> Callable[[socket.socket, threading.Event], None]:
    def drip(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(head)
        while not closing.wait(0.02):
            connection.sendall(b"x")

    return drip


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5000\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["status line", "headers", "body", "body to the end", "chunk", "chunk size"],
)
def test_a_dripping_server_is_left_at_the_deadline(server: ImageServer, head: bytes) -> None:
    server.raw["/a"] = dripping(head)
    with ImageClient(Guard(LOOPBACK), Limits(deadline=0.3)) as client:
        started = time.monotonic()
        found = failure(client, server.url("/a"))
        took = time.monotonic() - started
    assert found.reason in ("timeout_total", "connection")
    assert 0.25 < took < 3 or found.reason == "connection"


def test_a_silent_server_is_left_too(server: ImageServer) -> None:
    server.raw["/a"] = lambda _, closing: closing.wait(5) and None
    with ImageClient(Guard(LOOPBACK), Limits(deadline=5, stall=0.1)) as client:
        started = time.monotonic()
        assert failure(client, server.url("/a")).reason == "timeout_total"
        assert time.monotonic() - started < 1


def test_too_large_by_its_own_word(client: ImageClient, server: ImageServer) -> None:
    url = server.add("/a", b"x", Content_Length="200001")
    assert failure(client, url).reason == "too_large"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"",
    ],
    ids=["body", "chunk", "chunk size", "header", "status line"],
)
def test_an_endless_answer_is_cut(client: ImageClient, server: ImageServer, head: bytes) -> None:
    sent = 0

    def flood(connection: socket.socket, closing: threading.Event) -> None:
        nonlocal sent
        sent = 0
        connection.sendall(head)
        while not closing.is_set():
            sent += connection.send(b"0" * 65536)

    server.raw["/a"] = flood
    assert failure(client, server.url("/a")).reason in ("too_large", "connection")
    assert sent < 20_000_000


def test_gzip_that_nobody_asked_for_is_undone(client: ImageClient, server: ImageServer) -> None:
    url = server.add("/a", gzip.compress(PNG), Content_Encoding="gzip")
    assert client.get(Request(url)).body == PNG


def test_a_gzip_bomb_is_too_large(client: ImageClient, server: ImageServer) -> None:
    url = server.add("/a", gzip.compress(b"\0" * 10_000_000), Content_Encoding="gzip")
    assert failure(client, url).reason == "too_large"


def test_a_wrong_content_encoding_is_no_harm(client: ImageClient, server: ImageServer) -> None:
    url = server.add("/a", PNG, Content_Encoding="gzip")
    assert client.get(Request(url)).body == PNG


def test_a_body_that_breaks_off(
    client: ImageClient, server: ImageServer, pauses: list[float]
) -> None:
    def cut(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + PNG)

    server.raw["/a"] = cut
    found = failure(client, server.url("/a"))
    assert found.reason == "connection"
    assert len(found.hops) == 3
    assert pauses == [0.5, 1.0]


# Tries


@pytest.mark.parametrize(
    ("status", "reason", "tries"),
    [
        (400, "http_4xx", 1),
        (403, "http_4xx", 1),
        (404, "http_4xx", 1),
        (410, "http_4xx", 1),
        (429, "rate_limited", 3),
        (500, "http_5xx", 3),
        (503, "http_5xx", 3),
        (304, "not_image", 1),
    ],
)
def test_refusals(
    client: ImageClient, server: ImageServer, status: int, reason: str, tries: int
) -> None:
    found = failure(client, server.add("/a", b"no", status))
    assert (found.reason, found.status, len(found.hops)) == (reason, status, tries)
    assert [hop.status for hop in found.hops] == [status] * tries
    assert found.detail.startswith(str(status)) or status == 304


def test_what_passes_is_tried_again(
    client: ImageClient, server: ImageServer, pauses: list[float]
) -> None:
    answers = [Reply(b"", 503), Reply(b"", 429, {"Retry-After": "7"}), Reply(PNG)]
    server.routes["/a"] = lambda _: answers.pop(0)
    response = client.get(Request(server.url("/a")))
    assert response.body == PNG
    assert [hop.status for hop in response.hops] == [503, 429, 200]
    assert pauses == [0.5, 7.0]


def test_a_long_retry_after_is_not_waited_for(
    client: ImageClient, server: ImageServer, pauses: list[float]
) -> None:
    url = server.add("/a", b"", 429, Retry_After="61")
    assert failure(client, url).reason == "rate_limited"
    assert pauses == []


def test_retry_after_may_be_a_date(
    client: ImageClient, server: ImageServer, pauses: list[float]
) -> None:
    server.add("/a", b"", 503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")
    failure(client, server.url("/a"))
    assert pauses == [0.0, 0.0]


def test_nobody_listens(client: ImageClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        found = failure(client, f"http://127.0.0.1:{port}/a")
    assert (found.reason, len(found.hops)) == ("connection", 3)


def test_a_host_that_does_not_exist(client: ImageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(client, "http://nowhere.example/a").reason == "dns"


def test_a_host_that_stays_silent_is_left_alone(
    client: ImageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def unknown(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    found = [failure(client, f"http://nowhere.example/{number}") for number in range(10)]
    assert len(asked) == 4
    assert [each.reason for each in found] == ["dns"] * 4 + ["connection"] * 6
    assert found[-1].hops == ()
    assert found[-1].detail.startswith("left alone")


def test_stop_ends_what_is_going_on(server: ImageServer) -> None:
    server.raw["/a"] = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    with ImageClient(Guard(LOOPBACK)) as client:
        threading.Timer(0.1, client.stop).start()
        started = time.monotonic()
        failure(client, server.url("/a"))
        assert time.monotonic() - started < 1
        assert failure(client, server.url("/a")).detail == "stopped"


# Who is let in


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "203.0.113.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.88.99.1",
        "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:168.63.129.16", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "3fff::1",
        "5f00::1", "100::1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    from ipaddress import ip_address

    assert not is_public(ip_address(address))
    assert not Guard().allows("host.example", address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1"]
)
def test_public_addresses(address: str) -> None:
    assert Guard().allows("host.example", address)


def test_exceptions_are_hosts_addresses_and_networks() -> None:
    guard = Guard(["127.0.0.1", "10.0.0.0/8", "Intranet.Example.", "::1", "例え.jp"])
    assert guard.allows("a.example", "127.0.0.1")
    assert guard.allows("a.example", "::ffff:127.0.0.1")
    assert guard.allows("a.example", "::1")
    assert guard.allows("a.example", "10.255.0.1")
    assert guard.allows("intranet.example", "192.168.0.1")
    assert guard.allows("INTRANET.example.", "192.168.0.1")
    assert guard.allows("xn--r8jz45g.jp", "192.168.0.1")
    assert not guard.allows("a.example", "127.0.0.2")
    assert not guard.allows("sub.intranet.example", "192.168.0.1")


@pytest.mark.parametrize(
    "entry", ["", "a b", "http://x/", "x/y", "host:80", "me@host", "10.0.0.0/99"]
)
def test_exceptions_that_are_neither(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host nor a network"):
        Guard([entry])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "0",
        "[::ffff:127.0.0.1]", "me@127.0.0.1", "１２７.0.0.1",
    ],
)  # fmt: skip
def test_loopback_in_any_spelling_is_blocked(server: ImageServer, host: str) -> None:
    with ImageClient() as client:
        found = failure(client, f"http://{host}:{server.port}/a")
    assert found.reason == "blocked_address"
    assert server.seen == []


def test_a_backslash_does_not_hide_the_host(server: ImageServer) -> None:
    with ImageClient() as client:
        found = failure(client, f"http://127.0.0.1:{server.port}\\@1.1.1.1/a")
    assert found.reason == "blocked_address"


def test_a_redirect_to_a_private_address_is_blocked(server: ImageServer) -> None:
    url = server.redirect("/a", f"http://127.0.0.2:{server.port}/b")
    with ImageClient(Guard(["127.0.0.1"])) as client:
        found = failure(client, url)
    assert found.reason == "blocked_address"
    assert [hop.status for hop in found.hops] == [302, None]
    assert server.paths == ["/a"]


def test_one_private_answer_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def answers(host: str, port: int, **_: object) -> list[object]:
        calls.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("1.1.1.1", port)), (*kind, ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    with pytest.raises(BlockedAddress):
        Guard().resolve("mixed.example", 80)
    with ImageClient() as client:
        assert failure(client, "http://mixed.example/a").reason == "blocked_address"
    assert calls == ["mixed.example"] * 2


def test_the_environment_is_not_asked_for_proxies(
    client: ImageClient, server: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    assert client.get(Request(server.add("/a", PNG))).body == PNG


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/", "", "a.png", "http://"])
def test_other_addresses_are_refused(client: ImageClient, url: str) -> None:
    assert failure(client, url).reason == "bad_scheme"
