from __future__ import annotations

import pytest
from ada_url import URL
from hypothesis import given
from hypothesis import strategies as st

from articlekit.fetch.referrer import DEFAULT_POLICY, MAX_LENGTH, ReferrerPolicy, is_trustworthy

PAGE = "https://user:secret@blog.example/2024/post?id=1#part"
FULL = "https://blog.example/2024/post?id=1"
ORIGIN = "https://blog.example/"
SAME = "https://blog.example/a.png"
CROSS = "https://cdn.example/a.png"
DOWN = "http://cdn.example/a.png"

# Referrer Policy, section 3, each policy's own examples: same origin, other, downgrade.
TABLE = {
    "no-referrer": (None, None, None),
    "no-referrer-when-downgrade": (FULL, FULL, None),
    "same-origin": (FULL, None, None),
    "origin": (ORIGIN, ORIGIN, ORIGIN),
    "strict-origin": (ORIGIN, ORIGIN, None),
    "origin-when-cross-origin": (FULL, ORIGIN, ORIGIN),
    "strict-origin-when-cross-origin": (FULL, ORIGIN, None),
    "unsafe-url": (FULL, FULL, FULL),
}


@pytest.mark.parametrize(("name", "expected"), TABLE.items())
def test_the_whole_table(name: str, expected: tuple[str | None, ...]) -> None:
    policy = ReferrerPolicy(name)
    assert tuple(policy.referrer(PAGE, target) for target in (SAME, CROSS, DOWN)) == expected


def test_there_are_no_other_policies() -> None:
    assert set(TABLE) == {policy.value for policy in ReferrerPolicy}
    assert DEFAULT_POLICY == "strict-origin-when-cross-origin"


@pytest.mark.parametrize("name", TABLE)
def test_an_http_page_has_nothing_to_downgrade(name: str) -> None:
    policy = ReferrerPolicy(name)
    to_http = policy.referrer("http://blog.example/p", "http://cdn.example/a")
    to_https = policy.referrer("http://blog.example/p", "https://cdn.example/a")
    assert to_http == to_https


@pytest.mark.parametrize(
    ("page", "target"),
    [
        (None, CROSS),
        ("", CROSS),
        ("file:///home/me/post.html", CROSS),
        ("data:text/html,x", CROSS),
        ("blob:https://blog.example/1-2-3", CROSS),
        ("about:blank", CROSS),
        ("not a url", CROSS),
        ("/relative", CROSS),
        ("https://", CROSS),
        (PAGE, "not a url"),
        (PAGE, ""),
        (PAGE, "data:image/png;base64,AAAA"),
        (PAGE, "file:///a.png"),
        ("https://\ud800.example/", CROSS),
        (PAGE, "https://\ud800/"),
    ],
)
def test_what_has_no_referrer_under_any_policy(page: str | None, target: str) -> None:
    assert {policy.referrer(page, target) for policy in ReferrerPolicy} == {None}


def test_ports_and_schemes_are_part_of_an_origin() -> None:
    policy = ReferrerPolicy.SAME_ORIGIN
    assert policy.referrer("https://a.example:443/p", "https://a.example/i") is not None
    assert policy.referrer("https://a.example:444/p", "https://a.example/i") is None
    assert policy.referrer("http://a.example/p", "https://a.example/i") is None
    assert policy.referrer("https://a.example./p", "https://a.example/i") is None
    assert policy.referrer("https://A.EXAMPLE/p", "https://a.example/i") == "https://a.example/p"


def test_default_ports_are_left_out_and_others_kept() -> None:
    assert ReferrerPolicy.ORIGIN.referrer("https://a.example:443/p", CROSS) == "https://a.example/"
    assert (
        ReferrerPolicy.ORIGIN.referrer("https://a.example:8443/p", CROSS)
        == "https://a.example:8443/"
    )


def test_names_that_are_not_ascii_are_sent_as_punycode() -> None:
    sent = ReferrerPolicy.UNSAFE_URL.referrer("https://例え.jp/文?q=é", CROSS)
    assert sent == "https://xn--r8jz45g.jp/%E6%96%87?q=%C3%A9"


@pytest.mark.parametrize(("extra", "is_full"), [(0, True), (1, False)])
def test_a_long_referrer_is_cut_to_its_origin(extra: int, is_full: bool) -> None:
    page = ORIGIN + "x" * (MAX_LENGTH - len(ORIGIN) + extra)
    assert ReferrerPolicy.UNSAFE_URL.referrer(page, CROSS) == (page if is_full else ORIGIN)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/",
        "wss://a.example/",
        "http://127.0.0.1/",
        "http://127.8.9.10:81/",
        "http://2130706433/",
        "http://[::1]/",
        "http://localhost/",
        "http://localhost./",
        "http://LOCALHOST:8000/",
        "http://a.localhost/",
    ],
)
def test_trustworthy(url: str) -> None:
    assert is_trustworthy(url)
    assert ReferrerPolicy.STRICT_ORIGIN.referrer(PAGE, url.replace("wss:", "https:")) == ORIGIN


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "http://128.0.0.1/",
        "http://192.168.0.1/",
        "http://[::2]/",
        "http://localhost.example/",
        "http://notlocalhost/",
        "ftp://a.example/",
        "nonsense",
    ],
)
def test_not_trustworthy(url: str) -> None:
    assert not is_trustworthy(url)
    assert ReferrerPolicy.STRICT_ORIGIN.referrer(PAGE, url) is None


def test_from_loopback_to_plain_http_is_a_downgrade() -> None:
    policy = ReferrerPolicy.NO_REFERRER_WHEN_DOWNGRADE
    assert policy.referrer("http://localhost/p", "http://a.example/i") is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("origin", "origin"),
        ("origin, bogus", "origin"),
        ("no-referrer, origin-when-cross-origin", "origin-when-cross-origin"),
        ("unsafe-url,\tno-referrer ", "no-referrer"),
        ("Strict-ORIGIN", "strict-origin"),
        (",, same-origin ,,", "same-origin"),
        ("origin,", "origin"),
        ("origin;bogus", None),
        ("bogus", None),
        ("never", None),
        ("", None),
        (None, None),
        ("unsafe-url\u2003", None),
        ("\u017ftrict-origin", None),
    ],
)
def test_from_header(header: str | None, expected: str | None) -> None:
    assert ReferrerPolicy.from_header(header) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("never", "no-referrer"),
        ("default", "strict-origin-when-cross-origin"),
        ("always", "unsafe-url"),
        ("origin-when-crossorigin", "origin-when-cross-origin"),
        ("ALWAYS", "unsafe-url"),
        ("Origin", "origin"),
        ("origin, never", None),
        ("bogus", None),
        ("", None),
        (None, None),
        ("alway\u017f", None),
    ],
)
def test_from_meta(content: str | None, expected: str | None) -> None:
    assert ReferrerPolicy.from_meta(content) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("No-Referrer", "no-referrer"), ("never", None), ("", None), (None, None), ("x", None)],
)
def test_from_attribute(value: str | None, expected: str | None) -> None:
    assert ReferrerPolicy.from_attribute(value) == expected


def test_a_redirect_only_ever_shrinks_what_is_sent() -> None:
    first = ReferrerPolicy.ORIGIN.referrer(PAGE, CROSS)
    assert first == ORIGIN
    assert ReferrerPolicy.UNSAFE_URL.referrer(first, SAME) == ORIGIN
    assert ReferrerPolicy.UNSAFE_URL.referrer(None, SAME) is None


hosts = st.sampled_from(
    ["a.example", "b.example", "localhost", "127.0.0.1", "[::1]", "例え.jp", "a.example:81"]
)
schemes = st.sampled_from(["http", "https"])
parts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
policies = st.sampled_from(list(ReferrerPolicy))


@st.composite
def urls(draw: st.DrawFn) -> str:
    user = draw(st.sampled_from(["", "me@", "me:pass@"]))
    path, query, fragment = draw(parts), draw(parts), draw(parts)
    length = draw(st.sampled_from([0, 0, 0, 5000]))
    scheme, host = draw(schemes), draw(hosts)
    return f"{scheme}://{user}{host}/{path.replace('/', '')}{'y' * length}?{query}#{fragment}"


def origin_of(url: str) -> str:
    return str(URL(url).origin)


@given(policies, urls(), urls())
def test_what_is_sent_is_the_page_or_its_origin_and_tells_no_secret(
    policy: ReferrerPolicy, page: str, target: str
) -> None:
    sent = policy.referrer(page, target)
    if sent is None:
        return
    parsed = URL(sent)
    assert len(sent) <= MAX_LENGTH
    assert not parsed.username
    assert not parsed.password
    assert "#" not in sent
    assert parsed.origin == origin_of(page)
    assert sent == f"{parsed.origin}/" or URL(page).href.partition("#")[0].endswith(
        sent.partition("://")[2]
    )


@given(policies, urls(), urls())
def test_strict_policies_never_tell_a_path_or_a_downgrade(
    policy: ReferrerPolicy, page: str, target: str
) -> None:
    sent = policy.referrer(page, target)
    if sent is None or not policy.startswith("strict"):
        return
    assert is_trustworthy(target) or not is_trustworthy(page)
    if origin_of(page) != origin_of(target) or policy == "strict-origin":
        assert sent == f"{origin_of(page)}/"


@given(urls(), st.lists(st.tuples(policies, urls()), max_size=6))
def test_redirects_only_shrink(page: str, hops: list[tuple[ReferrerPolicy, str]]) -> None:
    sent: str | None = page
    sizes = []
    for policy, target in hops:
        before, sent = sent, policy.referrer(sent, target)
        assert sent is None or before is not None
        sizes.append(len(sent or ""))
    assert sizes == sorted(sizes, reverse=True)


@given(st.text(), st.text())
def test_no_text_makes_it_raise(page: str, target: str) -> None:
    for policy in ReferrerPolicy:
        policy.referrer(page, target)
    ReferrerPolicy.from_header(page)
    ReferrerPolicy.from_meta(page)
