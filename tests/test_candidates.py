"""Which address of a picture is tried first, and which when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import articlekit
from articlekit.transforms.srcset import Candidate, choose, parse_srcset
from server import ImageServer, picture


@pytest.mark.parametrize(
    ("value", "candidates"),
    [
        ("", []),
        (" , ,, ", []),
        ("a.png", [Candidate("a.png")]),
        ("a.png, b.png 2x", [Candidate("a.png"), Candidate("b.png", None, 2.0)]),
        ("a.png,b.png", [Candidate("a.png,b.png")]),
        ("a.png 100w,b.png 200w", [Candidate("a.png", 100), Candidate("b.png", 200)]),
        ("a,b.png 1.5x", [Candidate("a,b.png", None, 1.5)]),
        ("a.png,, b.png", [Candidate("a.png"), Candidate("b.png")]),
        (
            "data:image/png;base64,AAA= 1x, b.png 2x",
            [Candidate("data:image/png;base64,AAA=", None, 1.0), Candidate("b.png", None, 2.0)],
        ),
        ("a.png 100w 50h", [Candidate("a.png", 100)]),
        ("a.png 50h", []),
        ("a.png 0w", []),
        ("a.png -1x, b.png", [Candidate("b.png")]),
        ("a.png 1x 2x, b.png", [Candidate("b.png")]),
        ("a.png 100w 1x, b.png", [Candidate("b.png")]),
        ("a.png big, b.png", [Candidate("b.png")]),
        ("a.png (1x, 2x), b.png", [Candidate("b.png")]),
        ("a.png 1e2x", [Candidate("a.png", None, 100.0)]),
        ("\n a.png\t100w\n,\n b.png 200w ", [Candidate("a.png", 100), Candidate("b.png", 200)]),
    ],
)
def test_srcset(value: str, candidates: list[Candidate]) -> None:
    assert parse_srcset(value) == candidates


@given(st.text(alphabet="ab.png ,()wxh0123456789\n", max_size=60))
def test_any_srcset_is_read(value: str) -> None:
    for candidate in parse_srcset(value):
        assert candidate.url
        assert candidate.url in value
        assert not candidate.url.startswith(",")


@pytest.mark.parametrize(
    ("widths", "order"),
    [
        ([400, 800, 1600, 3200], [1600, 3200, 800, 400]),
        ([3200, 2000, 100], [2000, 3200, 100]),
        ([100, 900, 400], [900, 400, 100]),
        ([], []),
    ],
)
def test_the_smallest_that_is_wide_enough_comes_first(widths: list[int], order: list[int]) -> None:
    assert [each.width for each in choose(Candidate("u", width) for width in widths)] == order


def addresses(html: str) -> list[str]:
    img = next(articlekit.parse(f"<p>{html}</p>").body.iter("img"))
    return [img.get("src", ""), *img.get("data-also", "").split()]


@pytest.mark.parametrize(
    ("html", "order"),
    [
        ("<img src=a.jpg>", ["a.jpg"]),
        ("<img src=s.jpg srcset='m.jpg 800w, l.jpg 1600w'>", ["l.jpg", "s.jpg", "m.jpg"]),
        ("<img src=a.jpg data-original=b.jpg>", ["a.jpg", "b.jpg"]),
        ("<img src=/img/blank.gif data-original=b.jpg data-src=c.jpg>", ["b.jpg", "c.jpg"]),
        (
            "<img src=data:image/gif;base64,R0lG data-srcset='a.jpg 1x, b.jpg 2x'>",
            ["b.jpg", "a.jpg"],
        ),
        (
            "<picture><source type=image/webp srcset='w.webp 1600w'>"
            "<source type=image/jpeg srcset='j.jpg 1600w'><img src=i.jpg></picture>",
            ["j.jpg", "i.jpg", "w.webp"],
        ),
        (
            "<picture><source media='(max-width: 600px)' srcset='small.jpg'>"
            "<source media='(prefers-color-scheme: dark)' srcset='dark.jpg'>"
            "<img src=i.jpg></picture>",
            ["i.jpg", "small.jpg", "dark.jpg"],
        ),
        (
            "<picture><source type=image/webp srcset=only.webp><img alt=x></picture>",
            ["only.webp"],
        ),
        ("<img src=a.jpg srcset='java\tscript:x 2000w, b.jpg 1600w'>", ["b.jpg", "a.jpg"]),
    ],
)
def test_order(html: str, order: list[str]) -> None:
    assert addresses(html) == order


def test_no_unsafe_address_is_kept() -> None:
    html = "<img src=a.jpg srcset='javascript:x 1600w, data:text/html,x 1700w, file:///x 1800w'>"
    assert addresses(f"{html}") == ["a.jpg"]


def test_the_next_is_tried_when_one_fails(server: ImageServer, tmp_path: Path) -> None:
    server.add("/page", b"<html>no image</html>", Content_Type="text/html")
    server.add("/good.png", picture(), Content_Type="image/png")
    server.add("/never.png", picture(), Content_Type="image/png")
    (tmp_path / "a.html").write_text(
        f"<p>x<img src='{server.url('/never.png')}' srcset='{server.url('/gone.png')} 3000w, "
        f"{server.url('/page')} 2000w, {server.url('/good.png')} 4000w'></p>"
    )
    report = articlekit.convert(tmp_path / "a.html", tmp_path / "a.md", allow_private=["127.0.0.1"])
    assert report.losses == []
    (outcome,) = report.images
    assert outcome.url == server.url("/never.png")
    assert [hop.url for hop in outcome.hops] == [server.url("/page"), server.url("/never.png")]
    assert server.paths == ["/page", "/never.png"]


def test_when_all_fail_the_first_failure_is_told(server: ImageServer, tmp_path: Path) -> None:
    server.add("/page", b"<html>no image</html>", Content_Type="text/html")
    (tmp_path / "a.html").write_text(
        f"<p>x<img src='{server.url('/page')}' data-original='{server.url('/gone.png')}'></p>"
    )
    report = articlekit.convert(tmp_path / "a.html", tmp_path / "a.md", allow_private=["127.0.0.1"])
    assert [(each.url, each.reason) for each in report.images] == [
        (server.url("/page"), "not_image")
    ]
    assert server.paths[0] == "/page"
    assert "/gone.png" in server.paths
