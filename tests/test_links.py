"""Links: redirectors unwrapped, tracking dropped, and nothing else touched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import articlekit
from articlekit.report import Report
from articlekit.transforms.links import load_link_rules, unwrap, without_trackers

RULES = load_link_rules()


def mended(href: str) -> str:
    return without_trackers(unwrap(href, RULES.redirectors)[0], RULES.trackers)[0]


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://link.juejin.cn?target=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://link.juejin.cn/?target=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "//link.zhihu.com/?target=https%3A//a.example/x%3Fy%3D1%26z%3D2%23q",
        "http://link.zhihu.com/?target=https%253A%252F%252Fa.example%252Fx%253Fy%253D1%2526z%253D2%2523q",
        "https://www.oschina.net/action/GoToLink?url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://link.csdn.net/?target=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q&from_id=9",
        "https://www.jianshu.com/go-wild?ac=2&url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://www.google.com/url?sa=t&q=https://a.example/x%3Fy%3D1%26z%3D2%23q&ved=0",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q&h=AT0",
        "https://steamcommunity.com/linkfilter/?url=https://a.example/x%3Fy=1%26z=2%23q",
        "https://weibo.cn/sinaurl?u=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://out.reddit.com/t3_x?url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q&token=T",
        "https://www.douban.com/link2/?url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://www.youtube.com/redirect?event=d&q=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://links.jianshu.com/go?to=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://docs.qq.com/scenario/link.html?url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://game.bilibili.com/linkfilter/?url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z%3D2%23q",
        "https://link.juejin.cn?target=https%3A%2F%2Flink.zhihu.com%2F%3Ftarget%3Dhttps%253A%252F"
        "%252Fa.example%252Fx%253Fy%253D1%2526z%253D2%2523q",
    ],
)
def test_redirectors(wrapped: str) -> None:
    assert mended(wrapped) == "https://a.example/x?y=1&z=2#q"


@pytest.mark.parametrize(
    "href",
    [
        "https://link.juejin.cn/",
        "https://link.juejin.cn?target=",
        "https://link.juejin.cn?target=javascript%3Aalert(1)",
        "https://link.juejin.cn?target=data%3Atext%2Fhtml%2Cx",
        "https://link.juejin.cn?target=%2F%2Fa.example",
        "https://link.juejin.cn?target=file%3A%2F%2F%2Fetc%2Fpasswd",
        "https://www.google.com/search?q=https://a.example/",
        "https://a.example/url?url=https%3A%2F%2Fb.example%2F",
        "https://notlink.zhihu.com.a.example/?target=https%3A%2F%2Fb.example%2F",
        "https://www.zhihu.com/?target=https%3A%2F%2Fb.example%2F",
        "https://web.archive.org/web/2020/https://a.example/?x=1",
        "mailto:a@b.example?subject=x",
        "https://[?target=x",
        "page?x=1",
        "?x=1",
    ],
)
def test_what_is_no_redirector_stays(href: str) -> None:
    assert mended(href) == href


@pytest.mark.parametrize(
    ("href", "clean"),
    [
        ("https://a.example/?utm_source=x", "https://a.example/"),
        ("https://a.example/?id=1&utm_source=x&from=y#z", "https://a.example/?id=1&from=y#z"),
        ("https://a.example/?UTM_Campaign=x&b", "https://a.example/?b"),
        ("https://a.example/?fbclid=x&gclid=y&q=%E4%B8%AD", "https://a.example/?q=%E4%B8%AD"),
        ("page.html?mc_cid=1&x=2#y", "page.html?x=2#y"),
        ("?utm_medium=x", ""),
        ("https://item.taobao.com/i?spm=a&id=2", "https://item.taobao.com/i?id=2"),
        ("https://help.aliyun.com/x?spm=a", "https://help.aliyun.com/x"),
        ("https://www.bilibili.com/video/BV1?spm_id_from=3&p=2", "https://www.bilibili.com/video/BV1?p=2"),
        ("https://youtu.be/x?si=abc&t=30", "https://youtu.be/x?t=30"),
    ],
)  # fmt: skip
def test_tracking_parameters(href: str, clean: str) -> None:
    assert mended(href) == clean


@pytest.mark.parametrize(
    "href",
    [
        "https://a.example/?from=x&id=1&ref=2&source=3&s=4&t=5",
        "https://a.example/?spm=a1.b2",
        "https://nottaobao.com/?spm=a",
        "https://a.example/?feature=x&si=1",
        "https://a.example/?utm=x",
        "https://a.example/utm_source=x",
        "https://a.example/#?utm_source=x",
        "https://a.example/?x=%zz&&y",
    ],
)
def test_parameters_that_may_be_content_stay(href: str) -> None:
    assert mended(href) == href


@given(st.text(max_size=80) | st.text(max_size=60).map("https://link.zhihu.com/?target={}".format))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_link_makes_it_raise(href: str) -> None:
    again = mended(href)
    assert mended(again) == again or again.count("target=") < href.count("target=")


def test_one_diagnostic_of_each_kind() -> None:
    report = Report()
    one = "<a href='https://link.zhihu.com/?target=https%3A//a.example/{}'>x</a> "
    two = "<a href='https://b.example/?utm_source=x&n={}'>y</a> "
    text = "".join(one.format(n) + two.format(n) for n in range(50))
    article = articlekit.parse(f"<p>{text}</p>", report=report)
    assert [e.message for e in report.diagnostics if e.code.startswith("link-")] == [
        "50 links freed of a redirector: link.zhihu.com",
        "50 links freed of tracking parameters: utm_source",
    ]
    assert article.body.find(".//a").get("href") == "https://a.example/0"


def test_a_link_that_shows_its_address_shows_the_new_one() -> None:
    wrapped = "https://link.zhihu.com/?target=https%3A//a.example/"
    article = articlekit.parse(f"<p>x <a href='{wrapped}'>{wrapped}</a> <a href='{wrapped}'>y</a>")
    assert [link.text for link in article.body.iter("a")] == ["https://a.example/", "y"]


def test_dead_links_are_text_and_anchors_work() -> None:
    article = articlekit.parse(
        "<p><a href='javascript:void(0)'>dead</a> <a href=' JavaScript:x()'>too</a> "
        "<a href='#b'>there</a></p><p id=b>here</p>"
    )
    assert [link.get("href") for link in article.body.iter("a")] == ["#b"]
    assert "dead too" in "".join(article.body.itertext())
