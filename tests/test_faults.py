"""Servers that do wrong, all of them in one run, among others that do right.

Every row of `CASES` is a host of its own. Whatever it does, its image fails with its
reason in its time or comes whole, and the other hosts' images come.
"""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from articlekit import ImageFetcher, ReferrerPolicy
from articlekit.fetch.http.messages import Limits
from articlekit.fetch.wanted import ImageRequest, ImageResult
from articlekit.model import Origin
from fault_server import (
    OK,
    Behaviour,
    FaultServer,
    Visit,
    answer,
    at_first,
    drip,
    flood,
    in_turn,
    keeping,
    raw,
    redirect,
    reset,
    silence,
    unless_referred,
)
from server import picture

LIMITS = Limits(
    size=200_000, deadline=3.5, connect=0.6, stall=2.0, pause=0.02, retry_after=5.0, redirects=10
)
# A busy machine needs some of this; a host that is cut off may use all of its deadline, too.
SOON = 2.5
DEADLINE = LIMITS.deadline + SOON
ALL_IN_TIME = 15.0

PNG = picture()
NOISE = picture("PNG", (40, 30))
JPEG = picture("JPEG", (9, 7))
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
UNTIL_CLOSE = OK + b"Connection: close\r\n\r\n"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7">%b'
    b'<rect width="9" height="7"/></svg>'
)
ENTITIES = (
    b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
    + SVG % b"<text>&j;</text>"
)
PAGE_URL = "http://blog.test/post?id=1"
PAGE = b"<!doctype html><title>Log in</title><p>Please log in.</p>"


def sized(body: bytes, length: int) -> bytes:
    return OK + b"Content-Length: %d\r\n\r\n" % length + body


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that says it is very large."""
    from zlib import crc32

    head = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + PNG[24:29]
    return PNG[:12] + head + crc32(head).to_bytes(4) + PNG[33:]


@dataclass(frozen=True)
class Case:
    """A host, what it does, and what has to come of it: an image unless there is a reason.

    `tries` are its image's first addresses asked, `hops` all requests, `seconds` the most
    from the first request it saw to the end of the last. `url` is there when the image is
    not at the host itself; `page` names the page whose address is the Referer.
    """

    name: str
    behave: Behaviour = silence
    reason: str | None = None
    status: int | None = 200
    tries: int = 1
    hops: int | None = None
    seconds: float = SOON
    url: str | None = None
    page: str | None = None


def fails(
    name: str, reason: str, behave: Behaviour, status: int | None = None, **more: Any
) -> Case:
    return Case(name, behave, reason, status, **more)


CASES = [
    # Slow
    fails("drip-status", "timeout_total", drip(b""), seconds=DEADLINE),
    fails("drip-headers", "timeout_total", drip(OK + b"X-Slow: "), seconds=DEADLINE),
    fails("drip-body", "timeout_total", drip(sized(b"", 5000)), seconds=DEADLINE, status=200),
    fails("drip-chunk", "timeout_total", drip(CHUNKED + b"5000\r\n"), seconds=DEADLINE, status=200),
    fails("drip-to-the-end", "timeout_total", drip(UNTIL_CLOSE), seconds=DEADLINE, status=200),
    fails("silent", "timeout_total", silence, seconds=DEADLINE),
    fails("deaf", "timeout_connect", silence, tries=3, url="http://deaf.test:{deaf}/a"),
    fails("nobody", "dns", silence, url="http://nobody.invalid/a"),
    # Broken off
    fails(
        "reset-handshake",
        "connection",
        reset(),
        tries=3,
        url="https://reset-handshake.test:{port}/a",
    ),
    fails("reset-at-once", "connection", reset(), tries=3),
    fails("reset-headers", "connection", reset(OK + b"Content-Le"), tries=3),
    fails("reset-body", "connection", reset(sized(PNG[:30], len(PNG))), tries=3, status=200),
    # Python reads headers that end with the connection as whole, so this is an empty answer.
    fails("cut-headers", "connection", raw(OK + b"Content-Le"), 200, tries=3),
    fails("cut-body", "connection", raw(sized(PNG, len(PNG) + 1)), tries=3, status=200),
    fails("cut-chunk", "connection", raw(CHUNKED, b"FF\r\n", PNG[:50]), tries=3, status=200),
    fails(
        "cut-between-chunks",
        "connection",
        raw(CHUNKED, b"%x\r\n" % len(PNG), PNG, b"\r\n"),
        tries=3,
        status=200,
    ),
    fails("cut-to-the-end", "decode_error", raw(UNTIL_CLOSE, NOISE[:-30]), 200),
    # Lying about length
    fails("length-small", "decode_error", raw(sized(NOISE, len(NOISE) - 30)), 200),
    fails("length-huge", "too_large", raw(sized(PNG, 10_000_000_000)), status=200),
    fails(
        "length-absurd",
        "too_large",
        raw(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + PNG),
        status=200,
    ),
    Case("length-no-number", raw(OK + b"Content-Length: many\r\n\r\n" + PNG)),
    fails("endless", "too_large", flood(UNTIL_CLOSE, b"0" * 65536), status=200),
    fails(
        "endless-chunks",
        "too_large",
        flood(CHUNKED, b"4000\r\n" + b"0" * 16384 + b"\r\n"),
        status=200,
    ),
    fails("endless-headers", "connection", flood(OK, b"X: y\r\n" * 1000), tries=3),
    fails(
        "endless-trailers", "too_large", flood(CHUNKED + b"0\r\n", b"X: y\r\n" * 1000), status=200
    ),
    fails("endless-continue", "too_large", flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)),
    fails("chunk-nonsense", "connection", raw(CHUNKED, b"zz\r\n", PNG), tries=3, status=200),
    fails("chunk-negative", "connection", raw(CHUNKED, b"-5\r\n", PNG), tries=3, status=200),
    fails(
        "lengths-two",
        "connection",
        raw(OK + b"Content-Length: 5\r\n", sized(PNG, len(PNG))[len(OK) :]),
        tries=3,
    ),
    Case("length-and-chunks", answer(chunked(PNG), length=5, Transfer_Encoding="chunked")),
    Case("early-hints", answer(PNG, "103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK")),
    Case("continue", answer(PNG, "100 Continue\r\n\r\nHTTP/1.1 200 OK")),
    # Lying about type
    Case("type-wrong", answer(JPEG, Content_Type="image/png")),
    Case("type-html", answer(PNG, Content_Type="text/html")),
    Case("type-missing", answer(PNG)),
    fails("page-as-image", "not_image", answer(PAGE, Content_Type="image/png"), 200),
    fails("nothing", "not_image", answer(b""), 200),
    # Bombs
    fails(
        "gzip-bomb",
        "too_large",
        answer(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
        status=200,
    ),
    Case("gzip", answer(gzip.compress(PNG), Content_Encoding="gzip")),
    fails("pixel-bomb", "bomb", answer(bomb(50_000, 50_000)), 200),
    fails("entities", "decode_error", answer(ENTITIES, Content_Type="image/svg+xml"), 200),
    Case("script", answer(SVG % b"<script>alert(1)</script>", Content_Type="image/svg+xml")),
    # Redirects
    Case("redirected", at_first(redirect("/b"), answer(PNG)), hops=2),
    Case("redirected-away", redirect("http://helper.test:{port}/noise"), hops=2),
    fails("circle-of-1", "redirects", redirect("/a"), 302),
    fails(
        "circle-of-2", "redirects", redirect("http://helper.test:{port}/circle-of-2"), 302, hops=2
    ),
    fails(
        "circle-of-3",
        "redirects",
        redirect("http://helper.test:{port}/by/circle-of-3"),
        302,
        hops=3,
    ),
    fails(
        "thirty",
        "redirects",
        redirect(lambda visit: f"{visit.path}a"),
        302,
        hops=11,
    ),
    fails("nowhere", "redirects", raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), 302),
    *(
        fails(f"to-{name}", "blocked_address", redirect(target), 302, hops=2)
        for name, target in {
            "private": "http://10.0.0.1/a",
            "metadata": "http://169.254.169.254/latest/meta-data/",
            "six": "http://[::1]:{port}/a",
            "mapped": "http://[::ffff:10.0.0.1]/a",
            "decimal": "http://167772161/a",
            "hex": "http://0xa.0.1/a",
            "name": "http://intranet.test:{port}/a",
        }.items()
    ),
    *(
        fails(f"to-{name}", "bad_scheme", redirect(target), 302)
        for name, target in {
            "file": "file:///etc/passwd",
            "script": "javascript:alert(1)",
            "data": "data:image/png;base64,iVBORw0KGgo=",
            "ftp": "ftp://helper.test/a",
        }.items()
    ),
    # What is no HTTP, or hardly
    fails("long-header", "connection", answer(PNG, X_Long="x" * 100_000), tries=3),
    fails("many-headers", "connection", raw(OK + b"X: y\r\n" * 10_000 + b"\r\n" + PNG), tries=3),
    fails("oldest-http", "connection", raw(PNG), tries=3),
    fails("garbage", "connection", raw(bytes(range(256)) * 20), tries=3),
    fails("status-000", "connection", answer(PNG, "000 None"), tries=3),
    fails("status-words", "connection", answer(PNG, "OK 200"), tries=3),
    fails("left", "connection", raw(), tries=3),
    # Statuses
    fails("status-999", "not_image", answer(PNG, "999 Request denied"), 999),
    fails("status-204", "not_image", answer(b"", "204 No Content"), 204),
    Case("status-206", answer(PNG, "206 Partial Content"), status=206),
    fails("part-206", "decode_error", answer(NOISE[:-30], "206 Partial Content"), 206),
    fails("status-304", "not_image", raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), 304),
    fails("status-404", "http_4xx", answer(PNG, "404 Not Found"), 404),
    fails("status-410", "http_4xx", answer(PNG, "410 Gone"), 410),
    fails("status-503", "http_5xx", answer(b"", "503 Busy"), 503, tries=3),
    Case("recovers", in_turn(answer(b"", "500 Oops"), answer(PNG)), tries=2),
    Case(
        "busy-a-second",
        in_turn(answer(b"", "429 Slow down", Retry_After="1"), answer(PNG)),
        tries=2,
        seconds=1 + SOON,
    ),
    Case(
        "busy-for-nonsense",
        in_turn(answer(b"", "503 Busy", Retry_After="soon, -1"), answer(PNG)),
        tries=2,
    ),
    fails("busy-an-hour", "rate_limited", answer(b"", "429 Slow down", Retry_After="3600"), 429),
    fails(
        "busy-for-ages",
        "rate_limited",
        answer(b"", "429 Slow down", Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
        429,
    ),
    # Guards
    Case(
        "hotlink",
        unless_referred(answer(PAGE, "403 Forbidden"), answer(PNG)),
        tries=2,
        page=PAGE_URL,
    ),
    fails("refused", "http_4xx", answer(PAGE, "403 Forbidden"), 403, tries=2, page=PAGE_URL),
    # Connections that are kept, or seem to be; asked again in a second run
    Case("kept", answer(PNG)),
    Case("closed-after", raw(sized(PNG, len(PNG)))),
    Case("garbage-after", keeping(raw(sized(PNG, len(PNG)) + b"garbage" * 9))),
    Case("answers-twice", keeping(raw(sized(PNG, len(PNG)) + sized(JPEG, len(JPEG))))),
]


def helper(visit: Visit) -> bool | None:
    """Send back to the host that the path ends with, by way of another where it has two parts."""
    *by, host = visit.path.strip("/").split("/")
    if host == "noise":
        return answer(NOISE)(visit)
    there = f"other.test:{visit.server.port}/{host}" if by else visit.server.url(host)[7:]
    return redirect(f"http://{there}")(visit)


GOOD = 20


def good(visit: Visit) -> bool | None:
    """Answer with an image that is like no other: one for many addresses is a placeholder."""
    return answer(picture("PNG", (8 + int(visit.path.strip("/")), 6)))(visit)


def address(server: FaultServer, case: Case) -> str:
    return (case.url or "http://{name}.test:{port}/a").format(
        name=case.name, port=server.port, deaf=server.deaf_port
    )


def want(url: str, page: str | None = None) -> ImageRequest:
    return ImageRequest(url, Origin("faults.html"), page, ReferrerPolicy("unsafe-url"))


def names(real: Callable[..., Any]) -> Callable[..., Any]:
    """Resolve `.test` to loopback, `intranet.test` to an intranet, and no other name."""

    def resolve(host: str, *rest: Any, **more: Any) -> Any:
        if host.endswith(".test"):
            host = "10.0.0.1" if host == "intranet.test" else "127.0.0.1"
        elif host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **more)

    return resolve


AGAIN = ("kept", "closed-after", "garbage-after", "answers-twice", "length-small")


@dataclass(frozen=True)
class Run:
    """What came of all hosts, by name, and of the good images; `again` is a later run's.

    `spent` has the seconds that each host was asked for.
    """

    server: FaultServer
    results: dict[str, ImageResult]
    good: list[ImageResult]
    again: dict[str, ImageResult]
    spent: dict[str, float]
    seconds: float


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Everything asked for once, by one fetcher; then some hosts once more."""
    behaviours = {case.name: case.behave for case in CASES}
    behaviours |= {"helper": helper, "other": helper, "good-0": good, "good-1": good}
    with pytest.MonkeyPatch.context() as patch, FaultServer(behaviours) as server:
        patch.setattr(socket, "getaddrinfo", names(socket.getaddrinfo))
        wanted = {case.name: want(address(server, case), case.page) for case in CASES}
        fine = [want(server.url(f"good-{n % 2}", f"/{n}")) for n in range(GOOD)]
        with ImageFetcher.create(
            tmp_path_factory.mktemp("faults"), allow_private=["127.0.0.0/8"], limits=LIMITS
        ) as fetcher:
            started = time.monotonic()
            found = fetcher.fetch([*wanted.values(), *fine])
            took = time.monotonic() - started
            spent = {name: host.seconds for name, host in server.hosts.items()}
            for path in ("/2", "/3"):  # of the first, no connection need be left
                again = {name: want(server.url(name, path)) for name in AGAIN}
                later = fetcher.fetch(again.values())
        yield Run(
            server,
            {name: found[request] for name, request in wanted.items()},
            [found[request] for request in fine],
            {name: later[request] for name, request in again.items()},
            spent,
            took,
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_fault_has_its_reason_in_its_time(ran: Run, case: Case) -> None:
    result = ran.results[case.name]
    outcome = result.outcome
    told = (outcome.reason, outcome.status, outcome.tries, len(outcome.hops))
    assert told == (case.reason, case.status, case.tries, case.hops or case.tries), outcome
    assert (result.image is None) == (case.reason is not None)
    assert (outcome.detail is None) == (case.reason is None)
    assert ran.spent.get(case.name, 0.0) <= case.seconds


def test_the_good_images_come(ran: Run) -> None:
    assert [result.outcome.reason for result in ran.good] == [None] * GOOD
    assert [result.image.width for result in ran.good if result.image] == list(range(8, 8 + GOOD))


def test_the_run_ends_in_time(ran: Run) -> None:
    assert ran.seconds < ALL_IN_TIME


def test_each_answer_is_of_its_own_request(ran: Run) -> None:
    """What else a host wrote on a connection is not taken for its next answer."""
    expected = dict.fromkeys(AGAIN, (None, 8)) | {"length-small": ("decode_error", None)}
    assert {
        name: (result.outcome.reason, result.image and result.image.width)
        for name, result in ran.again.items()
    } == expected


def test_a_connection_is_kept_where_it_can_be(ran: Run) -> None:
    assert ran.server.hosts["kept"].connections <= 2


def test_the_type_is_what_the_bytes_say(ran: Run) -> None:
    types = {name: ran.results[name].outcome.media_type for name in ("type-wrong", "type-html")}
    assert types == {"type-wrong": "image/jpeg", "type-html": "image/png"}


def test_no_script_survives(ran: Run) -> None:
    image = ran.results["script"].image
    assert image is not None
    assert b"<rect" in image.read()
    assert b"script" not in image.read()
    assert b"alert" not in image.read()


def test_a_guard_is_told_the_page_and_then_nothing(ran: Run) -> None:
    assert ran.server.hosts["hotlink"].referers == [PAGE_URL, None]
    hops = ran.results["hotlink"].outcome.hops
    assert [(hop.referer, hop.status) for hop in hops] == [(PAGE_URL, 403), (None, 200)]


def test_a_server_that_asks_for_a_second_is_given_it(ran: Run) -> None:
    assert ran.spent["busy-a-second"] >= 1


def test_the_outcomes_can_be_told(ran: Run) -> None:
    for result in ran.results.values():
        assert json.loads(json.dumps(asdict(result.outcome)))["url"]
        assert len(result.outcome.detail or "") < 400
