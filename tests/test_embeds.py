"""Embeds: a figure with poster, title and link; never nothing, never twice."""

from __future__ import annotations

from pathlib import Path

import pytest

import articlekit
from articlekit.html import text_of
from articlekit.report import Report
from articlekit.transforms.providers import load_providers, recognise

PROVIDERS = load_providers()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://www.youtube.com/embed/abcDEF12345?start=3", "https://www.youtube.com/watch?v=abcDEF12345"),
        ("https://www.youtube-nocookie.com/embed/abc_EF-2345", "https://www.youtube.com/watch?v=abc_EF-2345"),
        ("http://www.youtube.com/v/abcDEF12345&hl=en", "https://www.youtube.com/watch?v=abcDEF12345"),
        ("https://www.youtube.com/embed/videoseries?list=PL1", "https://www.youtube.com/playlist?list=PL1"),
        ("https://player.bilibili.com/player.html?aid=1&bvid=BV1xx&p=1", "https://www.bilibili.com/video/BV1xx"),
        ("https://player.bilibili.com/player.html?aid=170001", "https://www.bilibili.com/video/av170001"),
        ("https://player.vimeo.com/video/123?h=1", "https://vimeo.com/123"),
        ("https://www.dailymotion.com/embed/video/x1", "https://www.dailymotion.com/video/x1"),
        ("https://player.youku.com/embed/XNDA==", "https://v.youku.com/v_show/id_XNDA==.html"),
        ("https://v.qq.com/txp/iframe/player.html?vid=x01", "https://v.qq.com/x/page/x01.html"),
        ("https://open.douyin.com/player/video?vid=72&autoplay=0", "https://www.douyin.com/video/72"),
        ("https://music.163.com/outchain/player?type=2&id=33&auto=0", "https://music.163.com/song?id=33"),
        ("https://open.spotify.com/embed/track/4u?theme=0", "https://open.spotify.com/track/4u"),
        ("https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b", "https://soundcloud.com/a/b"),
        ("https://platform.twitter.com/embed/Tweet.html?id=77", "https://twitter.com/i/status/77"),
        ("https://www.instagram.com/p/Ab-1/embed/", "https://www.instagram.com/p/Ab-1/"),
        ("https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Ffb.example%2Fv", "https://fb.example/v"),
        ("https://gist.github.com/ann/0123abcd.js?file=a.py", "https://gist.github.com/ann/0123abcd"),
        ("https://codepen.io/ann/embed/xYz?tab=css", "https://codepen.io/ann/pen/xYz"),
        ("https://codesandbox.io/embed/new-1", "https://codesandbox.io/s/new-1"),
        ("https://jsfiddle.net/ann/ab12/embedded/result/", "https://jsfiddle.net/ann/ab12/"),
        ("https://www.google.com/maps/embed?pb=1", "https://www.google.com/maps/embed?pb=1"),
        ("https://unknown.example/embed/1", "https://unknown.example/embed/1"),
        ("https://w.soundcloud.com/player/?url=javascript:x", "https://w.soundcloud.com/player/?url=javascript:x"),
        ("https://w.soundcloud.com/player/", "https://w.soundcloud.com/player/"),
        ("https://evil.example/www.youtube.com/embed/abcDEF12345", "https://evil.example/www.youtube.com/embed/abcDEF12345"),
        ("https://www.youtube.com/embed/abcDEF123456", "https://www.youtube.com/embed/abcDEF123456"),
    ],
)  # fmt: skip
def test_providers(address: str, page: str) -> None:
    assert recognise(address, PROVIDERS).url == page


def test_posters_that_are_known() -> None:
    found = recognise("https://www.youtube.com/embed/abcDEF12345", PROVIDERS)
    assert (found.name, found.poster) == (
        "YouTube",
        "https://i.ytimg.com/vi/abcDEF12345/hqdefault.jpg",
    )


def links(html: str) -> list[tuple[str | None, str]]:
    body = articlekit.parse(f"<p>Words.</p>{html}").body
    return [(each.get("href"), text_of(each)) for each in body.iter("a")]


YOUTUBE = "https://www.youtube.com/watch?v=abcDEF12345"
SHOWN = "YouTube: youtube.com/watch?v=abcDEF12345"


@pytest.mark.parametrize(
    "html",
    [
        "<iframe src='//www.youtube.com/embed/abcDEF12345' title='YouTube video player'></iframe>",
        "<iframe data-src='https://www.youtube.com/embed/abcDEF12345' src='about:blank'></iframe>",
        "<iframe data-lazy-src='https://www.youtube.com/embed/abcDEF12345'></iframe>"
        "<noscript><iframe src='https://www.youtube.com/embed/abcDEF12345'></iframe></noscript>",
        "<object><param name=movie value='https://www.youtube.com/v/abcDEF12345'>"
        "<embed src='https://www.youtube.com/v/abcDEF12345'></object>",
        "<embed src='https://www.youtube.com/v/abcDEF12345'>",
        "<amp-youtube data-videoid=abcDEF12345></amp-youtube>",
        "<lite-youtube videoid=abcDEF12345></lite-youtube>",
        "<figure><div><iframe src='https://www.youtube.com/embed/abcDEF12345'></iframe></div></figure>",
        "<video src='https://www.youtube.com/embed/abcDEF12345'><iframe src='https://a.example/'>"
        "</iframe></video>",
    ],
)
def test_each_is_shown_once(html: str) -> None:
    assert links(html) == [(YOUTUBE, SHOWN)]


def test_titles_and_posters() -> None:
    body = articlekit.parse(
        "<p>x</p><video poster='/p.jpg' title='The ascent'><source src='/v.mp4'></video>"
        "<iframe class=video_iframe data-src='https://v.qq.com/iframe/preview.html?vid=x01' "
        "data-cover='https%3A%2F%2Fi.example%2Fc.jpg'></iframe>",
        url="https://a.example/x",
    ).body
    assert [img.get("src") for img in body.iter("img")] == ["/p.jpg", "https://i.example/c.jpg"]
    assert [text_of(a) for a in body.iter("a")] == [
        "The ascent",
        "腾讯视频: v.qq.com/x/page/x01.html",
    ]
    assert len(body.findall("figure")) == 2


def test_the_same_embed_in_two_places_is_shown_in_both() -> None:
    frame = "<iframe src='https://www.youtube.com/embed/abcDEF12345'></iframe>"
    assert links(f"{frame}<p>And once more:</p>{frame}") == [(YOUTUBE, SHOWN)] * 2


@pytest.mark.parametrize("kind", ["twitter-tweet", "instagram-media", "tiktok-embed"])
def test_posts_are_quoted(kind: str) -> None:
    body = articlekit.parse(
        f"<p>x</p><blockquote class='{kind}' cite='https://t.example/1'><p>Said.</p>"
        "&mdash; Ann <a href='https://t.example/1'>May 1</a></blockquote>"
    ).body
    figure = body.find("figure")
    assert figure is not None
    assert [each.tag for each in figure] == ["blockquote", "figcaption"]
    assert text_of(figure[0]).strip() == "Said."
    assert text_of(figure[1]) == "— Ann May 1"


def test_a_post_without_a_link_in_it_gets_its_own() -> None:
    html = "<blockquote class=tiktok-embed cite='https://t.example/1'><section>Said.</section></blockquote>"
    assert links(html) == [("https://t.example/1", "t.example/1")]


def test_a_quotation_that_is_no_post_stays() -> None:
    body = articlekit.parse("<blockquote class=tweet><p>Said.</p></blockquote>").body
    assert [each.tag for each in body] == ["blockquote"]


def test_cards_and_voices_of_wechat() -> None:
    html = (
        "<mp-common-profile data-nickname=N data-alias=a data-signature=S></mp-common-profile>"
        "<mpvoice name=Hello voice_encode_fileid=Mz1></mpvoice>"
    )
    body = articlekit.parse(f"<p>x</p>{html}").body
    assert [text_of(each) for each in body.iter("figure")] == ["N · a · S", "Hello"]


def test_pictures_in_frames_are_pictures() -> None:
    body = articlekit.parse(
        "<p>x</p><object type='image/svg+xml' data='https://a.example/a.svg'></object>"
        "<amp-img src='https://a.example/b.png' alt=B><noscript><img src='https://a.example/b.png'>"
        "</noscript></amp-img>"
    ).body
    assert [(i.get("src"), i.get("alt")) for i in body.iter("img")] == [
        ("https://a.example/a.svg", ""),
        ("https://a.example/b.png", "B"),
    ]


def test_what_has_no_address_is_told() -> None:
    report = Report()
    articlekit.parse("<p>x</p><iframe srcdoc='<p>y'></iframe><iframe src='javascript:x'></iframe>"
                     "<amp-youtube></amp-youtube>", report=report)  # fmt: skip
    assert report.counts()["embed-lost"] == 2
    assert "embed-replaced" not in report.counts()


def test_scripts_are_no_embeds() -> None:
    assert links("<script src='https://gist.example.com/a.js'></script><script>x</script>") == []
    found = links("<script src='//gist.github.com/ann/0123abcd.js'></script>")
    assert found == [
        ("https://gist.github.com/ann/0123abcd", "GitHub Gist: gist.github.com/ann/0123abcd")
    ]


def test_a_poster_that_cannot_be_had_is_no_loss(tmp_path: Path) -> None:
    source = tmp_path / "a.html"
    frame = "<iframe src='https://www.youtube.com/embed/abcDEF12345'></iframe>"
    own = "<p><img src='https://i.ytimg.com/vi/abcDEF12345/hqdefault.jpg' alt='mine'></p>"
    source.write_text(f"---\ntitle: T\nlang: en\n---\n<p>x</p>{frame}{own}")
    report = articlekit.convert(source, tmp_path / "o.md", offline=True)
    assert [each.code for each in report.losses] == ["image-failed"]
    assert report.counts()["poster-missing"] == 1
    text = (tmp_path / "o.md").read_text("utf-8")
    assert f"[{SHOWN}]({YOUTUBE})" in text
    assert text.count("ytimg") == 1
