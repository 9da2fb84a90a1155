"""The Referer as servers see it: through redirects, and where hotlink guards ask for one."""

from __future__ import annotations

import json
import socket
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import articlekit
from articlekit.fetch import compat
from articlekit.fetch.compat import load_compat_sites, own_site
from articlekit.fetch.images import ImageFetcher
from articlekit.fetch.referrer import DEFAULT_POLICY, ReferrerPolicy
from articlekit.fetch.wanted import ImageRequest, ImageResult
from articlekit.model import Origin
from server import ImageServer, Reply, Route, Seen, picture

PNG = picture()
SITE = "https://own.example/"

MakeFetcher = Callable[..., ImageFetcher]


@pytest.fixture
def other() -> Iterator[ImageServer]:
    with ImageServer() as server:
        yield server


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to loopback, so that servers can have names that are not trustworthy."""
    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **options: Any) -> Any:
        return real("127.0.0.1", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def want(src: str, page: str | None = None, policy: str = DEFAULT_POLICY) -> ImageRequest:
    return ImageRequest(src, Origin("post.html"), page, ReferrerPolicy(policy))


def one(fetcher: ImageFetcher, request: ImageRequest) -> ImageResult:
    return fetcher.fetch([request])[request]


# Redirects: Fetch, HTTP-redirect fetch

STRICT = "strict-origin-when-cross-origin"
OWCO = "origin-when-cross-origin"
NRWD = "no-referrer-when-downgrade"

# The page is on A. B is another origin; P, too, and reached by plain http, so that a
# Referer from A is a downgrade. Each hop is a place, and after a colon what its redirect
# says in Referrer-Policy. Expected is what each hop sees: F(ull), O(rigin) or nothing.
CHAINS = [
    ("no-referrer", "A B", "- -"),
    ("no-referrer", "A:unsafe-url B", "- -"),
    ("origin", "A A", "O O"),
    ("origin", "A B", "O O"),
    ("origin", "A P", "O O"),
    ("strict-origin", "A B", "O O"),
    ("strict-origin", "A P", "O -"),
    ("strict-origin", "A P A", "O - -"),
    ("same-origin", "A A", "F F"),
    ("same-origin", "A B", "F -"),
    ("same-origin", "A B A", "F - -"),
    ("same-origin", "B A", "- -"),
    ("unsafe-url", "A B", "F F"),
    ("unsafe-url", "A P", "F F"),
    ("unsafe-url", "A P B A", "F F F F"),
    ("unsafe-url", "A A A A B", "F F F F F"),
    (NRWD, "A B", "F F"),
    (NRWD, "A P", "F -"),
    (NRWD, "A P A", "F - -"),
    (OWCO, "A A", "F F"),
    (OWCO, "A B", "F O"),
    (OWCO, "A B A", "F O O"),
    (OWCO, "A P", "F O"),
    (OWCO, "P A", "O O"),
    (STRICT, "A A", "F F"),
    (STRICT, "A B", "F O"),
    (STRICT, "A P", "F -"),
    (STRICT, "A B A", "F O O"),
    (STRICT, "A P B", "F - -"),
    (STRICT, "B A", "O O"),
    # A redirect's own policy counts from there on, stricter or looser …
    (STRICT, "A:no-referrer A", "F -"),
    (STRICT, "A:unsafe-url B", "F F"),
    ("same-origin", "A:unsafe-url B", "F F"),
    ("unsafe-url", "A:origin B", "F O"),
    ("unsafe-url", "A:same-origin B", "F -"),
    ("unsafe-url", "A:strict-origin B P", "F O -"),
    ("unsafe-url", "A:origin A B", "F O O"),
    # … but what was cut stays cut.
    (STRICT, "B:unsafe-url A", "O O"),
    ("unsafe-url", "A:origin B:unsafe-url A", "F O O"),
    ("unsafe-url", "A:no-referrer B:unsafe-url A", "F - -"),
    # The last token that is known; the legacy names are for <meta>.
    ("unsafe-url", "A:bogus,origin B", "F O"),
    ("unsafe-url", "A:origin,bogus B", "F O"),
    ("unsafe-url", "A:no-referrer,unsafe-url B", "F F"),
    ("unsafe-url", "A:bogus B", "F F"),
    ("unsafe-url", "A:never B", "F F"),
]


@pytest.mark.parametrize(("policy", "chain", "expected"), CHAINS)
def test_redirect_chains(
    make: MakeFetcher,
    server: ImageServer,
    other: ImageServer,
    policy: str,
    chain: str,
    expected: str,
) -> None:
    places = {"A": (server, "127.0.0.1"), "B": (other, "localhost"), "P": (other, "plain.example")}
    hops = [hop.partition(":") for hop in chain.split()]
    urls = []
    for number, (place, _, said) in enumerate(hops):
        at, host = places[place]
        urls.append(at.url(f"/{number}", host))
        headers = {"Referrer-Policy": said} if said else {}
        at.routes[f"/{number}"] = Reply(PNG, headers=headers)
    for number, (place, _, said) in enumerate(hops[:-1]):
        headers = {"Location": urls[number + 1], **({"Referrer-Policy": said} if said else {})}
        places[place][0].routes[f"/{number}"] = Reply(b"", 302, headers)
    page = server.url("/post?id=1")
    result = one(make(), want(urls[0], f"{page}#part", policy))
    assert result.image is not None
    seen = {each.path: each.referer for each in [*server.seen, *other.seen]}
    forms = {page: "F", server.url("/"): "O", None: "-"}
    assert " ".join(forms[seen[f"/{number}"]] for number in range(len(hops))) == expected
    assert [hop.referer for hop in result.outcome.hops] == [
        seen[f"/{number}"] for number in range(len(hops))
    ]
    assert (result.outcome.status, result.outcome.tries) == (200, 1)


# compat: the table


def test_every_row_of_the_table_has_its_reason() -> None:
    text = Path(compat.__file__).with_suffix(".toml").read_text("utf-8")
    for row in tomllib.loads(text)["host"]:
        assert set(row) == {"suffix", "referer", "reason"}
        assert row["reason"]
        # A bare origin, as any other would tell more than the host can want to know.
        assert ReferrerPolicy.ORIGIN.referrer(row["referer"], SITE) == row["referer"]
        assert row["referer"].startswith("https://")
        assert own_site(f"https://x.{row['suffix']}/a.png", load_compat_sites()) == row["referer"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("sinaimg.cn", "https://weibo.com/"),
        ("wx1.sinaimg.cn", "https://weibo.com/"),
        ("WX1.SinaImg.cn.", "https://weibo.com/"),
        ("pic4.zhimg.com", "https://www.zhihu.com/"),
        ("i0.hdslb.com", "https://www.bilibili.com/"),
        ("cdn.sspai.com", "https://sspai.com/"),
        ("notsinaimg.cn", None),
        ("sinaimg.cn.example", None),
        ("mmbiz.qpic.cn", None),
        ("127.0.0.1", None),
        ("[::1]", None),
    ],
)
def test_own_site(host: str, expected: str | None) -> None:
    assert own_site(f"https://{host}/large/a.jpg", load_compat_sites()) == expected


# compat: the order of tries

SITES = {"127.0.0.1": SITE}


def only_for(*referers: str | None, body: bytes = PNG, refusal: Reply | None = None) -> Route:
    """A guard that lets these Referers in, and sends others `refusal`."""

    def answer(seen: Seen) -> Reply:
        return Reply(body) if seen.referer in referers else refusal or Reply(b"no", 403)

    return answer


@pytest.fixture
def page(other: ImageServer) -> str:
    return other.url("/post?id=1", "localhost")


@pytest.mark.parametrize("refusal", [Reply(b"no", 403), Reply(b"<html>no"), Reply(b"", 404)])
def test_compat_comes_after_the_policy_and_after_none(
    make: MakeFetcher, server: ImageServer, other: ImageServer, page: str, refusal: Reply
) -> None:
    server.routes["/a"] = only_for(SITE, refusal=refusal)
    result = one(make("compat", SITES), want(server.url("/a"), page))
    assert result.image is not None
    assert server.referers == [other.url("/", "localhost"), None, SITE]
    outcome = result.outcome
    assert (outcome.reason, outcome.compat_referer) == (None, SITE)
    assert outcome.detail == f"{SITE} was sent as Referer, which the page's policy does not give"
    assert [hop.referer for hop in outcome.hops] == server.referers
    assert (outcome.status, outcome.tries) == (200, 3)


@pytest.mark.parametrize("mode", ["policy", "none"])
def test_other_modes_never_send_it(
    make: MakeFetcher, server: ImageServer, page: str, mode: str
) -> None:
    server.routes["/a"] = only_for(SITE)
    outcome = one(make(mode, SITES), want(server.url("/a"), page)).outcome
    assert (outcome.reason, outcome.compat_referer) == ("http_4xx", None)
    assert outcome.tries == len(server.seen) == (2 if mode == "policy" else 1)
    assert SITE not in server.referers


@pytest.mark.parametrize("allowed", ["policy", "nothing"])
def test_compat_sends_no_more_than_is_needed(
    make: MakeFetcher, server: ImageServer, other: ImageServer, page: str, allowed: str
) -> None:
    wanted = other.url("/", "localhost") if allowed == "policy" else None
    server.routes["/a"] = only_for(wanted, SITE)
    outcome = one(make("compat", SITES), want(server.url("/a"), page)).outcome
    assert (outcome.reason, outcome.compat_referer, outcome.detail) == (None, None, None)
    assert SITE not in server.referers


def test_compat_leaves_other_hosts_alone(make: MakeFetcher, server: ImageServer, page: str) -> None:
    server.routes["/a"] = only_for(SITE)
    fetcher = make("compat", {"elsewhere.example": SITE})
    assert one(fetcher, want(server.url("/a"), page)).outcome.reason == "http_4xx"
    assert len(server.seen) == 2


def test_compat_repeats_no_referer_that_the_policy_gave(
    make: MakeFetcher, server: ImageServer
) -> None:
    server.routes["/a"] = Reply(b"no", 403)
    outcome = one(make("compat", SITES), want(server.url("/a"), SITE)).outcome
    assert server.referers == [SITE, None]
    assert outcome.compat_referer is None


def test_compat_does_not_press_a_server_that_is_down(
    make: MakeFetcher, server: ImageServer, page: str
) -> None:
    server.add("/a", b"oops", 500)
    outcome = one(make("compat", SITES), want(server.url("/a"), page)).outcome
    assert (outcome.reason, outcome.status, outcome.tries) == ("http_5xx", 500, 3)
    assert SITE not in server.referers


def test_when_compat_fails_the_first_failure_is_told(
    make: MakeFetcher, server: ImageServer, page: str
) -> None:
    server.routes["/a"] = lambda seen: Reply(b"no", 403 if seen.referer != SITE else 404)
    outcome = one(make("compat", SITES), want(server.url("/a"), page)).outcome
    assert (outcome.reason, outcome.status, outcome.tries) == ("http_4xx", 403, 3)
    assert outcome.compat_referer == SITE
    assert (outcome.detail or "").startswith("403 ")
    assert (outcome.detail or "").endswith("which the page's policy does not give")


@pytest.mark.parametrize(
    ("host", "said", "expected"),
    [
        ("localhost", "", SITE),
        ("localhost", "no-referrer", None),
        ("localhost", "same-origin", None),
        ("localhost", "unsafe-url", SITE),
        ("plain.example", "", None),
        ("plain.example", "unsafe-url", SITE),
    ],
)
def test_the_compat_referer_shrinks_at_redirects(
    make: MakeFetcher,
    server: ImageServer,
    other: ImageServer,
    page: str,
    host: str,
    said: str,
    expected: str | None,
) -> None:
    other.add("/b", PNG)
    headers = {"Location": other.url("/b", host), "Referrer-Policy": said}
    moved = Reply(b"", 302, headers)
    server.routes["/a"] = lambda seen: moved if seen.referer == SITE else Reply(b"no", 403)
    # The page's own policy is no matter any more: the request is as from that site's page.
    result = one(make("compat", SITES), want(server.url("/a"), page, "no-referrer"))
    assert result.image is not None
    assert server.referers == [None, SITE]
    assert other.referers == [expected]


def test_what_compat_brought_is_told_from_the_cache_too(
    make: MakeFetcher, server: ImageServer, page: str
) -> None:
    answer = only_for(SITE)
    server.routes["/a"] = lambda seen: Reply(
        answer(seen).body, answer(seen).status, {"Cache-Control": "max-age=60"}
    )
    request = want(server.url("/a"), page)
    one(make("compat", SITES), request)
    for fetcher in (make("compat", SITES), make("compat", SITES, offline=True)):
        outcome = one(fetcher, request).outcome
        assert (outcome.reason, outcome.from_cache, outcome.status) == (None, True, 200)
        assert (outcome.compat_referer, outcome.hops, outcome.tries) == (SITE, (), 0)
    # Who did not allow it does not get what it brought.
    assert one(make("policy", SITES, offline=True), request).outcome.reason == "offline_miss"
    assert len(server.seen) == 3


def test_the_report_tells_of_a_cover_too(tmp_path: Path, server: ImageServer) -> None:
    server.routes["/a.png"] = only_for("https://weibo.com/", body=picture(size=(300, 300)))
    url = server.url("/a.png", "wx1.sinaimg.cn")
    source = tmp_path / "post.html"
    source.write_text(f"---\ntitle: A\nlang: en\ncover: {url}\n---\n<p>x</p>")
    report = articlekit.convert(
        source, tmp_path / "a.epub", referrer="compat", allow_private=["127.0.0.1"]
    )
    assert report.counts() == {"referrer-compat": 1}


def test_the_report_says_so(tmp_path: Path, server: ImageServer) -> None:
    server.routes["/a.png"] = only_for("https://weibo.com/", body=picture(size=(300, 300)))
    url = server.url("/a.png", "wx1.sinaimg.cn")
    source = tmp_path / "post.html"
    source.write_text(
        f"---\ntitle: A\nlang: en\nurl: http://blog.example/post\ncover: {url}\n---\n"
        f"<p>x <img src='{url}' alt='a'> <img src='{url}' alt='b'></p>"
    )
    options: Any = {"allow_private": ["127.0.0.1"], "cache_dir": tmp_path / "cache"}
    report = articlekit.convert(source, tmp_path / "a.md", referrer="compat", **options)
    found = [each for each in report.diagnostics if each.code == "referrer-compat"]
    assert [(each.url, each.level, each.source) for each in found] == [(url, "info", str(source))]
    row = json.loads(report.to_json())["images"][0]
    assert (row["status"], row["tries"], row["compat_referer"]) == (200, 3, "https://weibo.com/")
    assert [hop["referer"] for hop in row["hops"]] == [
        "http://blog.example/",
        None,
        "https://weibo.com/",
    ]
    plain = articlekit.convert(source, tmp_path / "b.md", **options)
    assert "referrer-compat" not in plain.counts()
    assert plain.images[0].reason == "http_4xx"


# What the report counts


def test_status_and_tries(make: MakeFetcher, server: ImageServer) -> None:
    answers = [Reply(b"", 503), Reply(b"", 302, {"Location": "/b"})]
    server.routes["/a"] = lambda _: answers.pop(0)
    server.add("/b", PNG)
    outcome = one(make(), want(server.url("/a"))).outcome
    assert (outcome.status, outcome.tries, len(outcome.hops)) == (200, 2, 3)
    gone = one(make(), want(server.add("/gone", b"", 410))).outcome
    assert (gone.status, gone.tries) == (410, 1)
    again = one(make(), want(server.url("/gone"))).outcome
    assert (again.status, again.tries, again.from_cache) == (410, 0, True)
    local = one(make(), want("data:,")).outcome
    assert (local.status, local.tries) == (None, 0)


# The documentation

GUIDE = (Path(__file__).parent.parent / "docs" / "referrer-policy.md").read_text("utf-8")
EXAMPLES = [block.partition("```")[0] for block in GUIDE.split("```python\n")[1:]]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_guides_examples_hold(example: str) -> None:
    exec(compile(example, "referrer-policy.md", "exec"), {})


def test_the_guide_lists_every_policy_and_guarded_host() -> None:
    assert len(EXAMPLES) == 2
    for policy in ReferrerPolicy:
        assert f"| `{policy}`" in GUIDE
        assert f'sent("{policy}")' in GUIDE
    for host, referer in load_compat_sites().items():
        assert f"| `{host}` | `{referer}` |" in GUIDE
