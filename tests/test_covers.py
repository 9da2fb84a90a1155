"""Covers that are drawn: right to the pixel's size, the same every time, in any script."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFont

from articlekit.writers.covers import CoverText, draw_cover
from articlekit.writers.covers import faces as faces_module
from articlekit.writers.covers.draw import HEIGHT, WIDTH
from articlekit.writers.covers.faces import Face, find_face, missing_from
from articlekit.writers.covers.lines import fit

LATIN = Face(None)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_cover_is_as_large_as_stores_ask() -> None:
    cover = draw_cover(CoverText("纸与屏：五篇短文", "编辑部", "2024年", "zh-Hans"))
    image = opened(cover.data)
    assert (image.size, image.format, cover.missing) == ((WIDTH, HEIGHT), "PNG", "")
    assert len(cover.data) < 300_000


def test_the_same_words_are_the_same_bytes_and_others_are_not() -> None:
    first, again = (draw_cover(CoverText("题", "甲", "", "zh")).data for _ in range(2))
    assert first == again
    assert draw_cover(CoverText("题目", "甲", "", "zh")).data != first


def test_a_screen_without_colours_gets_none() -> None:
    assert opened(draw_cover(CoverText("A title"), gray=True).data).mode == "L"


def ink(data: bytes) -> int:
    """Count the dark pixels of the lower part, where the words are."""
    panel = opened(data).convert("L").crop((0, 1620, WIDTH, HEIGHT))
    return sum(panel.histogram()[:120])


@pytest.mark.parametrize("title", ["纸", "Paper", "ورق", "กระดาษ", "Бумага", "x" * 400, "长" * 400])
def test_titles_of_any_script_and_length_are_drawn(title: str) -> None:
    language = {"纸": "zh", "ورق": "ar"}.get(title)
    cover = draw_cover(CoverText(title, language=language))
    if not cover.missing:  # the machine has a font for it
        assert ink(cover.data) > 1_000


def test_words_without_a_font_are_told_and_the_pattern_stays() -> None:
    cover = draw_cover(CoverText("\U0001f389\ue000 ab", "", "", "en"))
    assert set(cover.missing) >= {"\ue000"}
    assert ink(cover.data) > 1_000
    bare = draw_cover(CoverText("\ue000"))
    assert (bare.missing, ink(bare.data)) == ("\ue000", 0)


def test_a_machine_without_fonts_draws_latin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces_module, "_bundled", lambda: iter(()))
    monkeypatch.setattr(faces_module.shutil, "which", lambda _: None)
    assert find_face("Title é", "fr") == LATIN
    assert missing_from(LATIN, "Title 题") == "题"
    cover = draw_cover(CoverText("题 A title", language="zh"))
    assert cover.missing == "题"
    assert ink(cover.data) > 1_000


def test_a_broken_font_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    broken = Face(tmp_path / "none.otf")  # type: ignore[operator]
    monkeypatch.setattr(faces_module, "_candidates", lambda _: iter((broken, LATIN)))
    assert find_face("A", "en") == LATIN


def test_a_language_that_is_no_tag_reaches_no_command() -> None:
    assert find_face("A", "en:file=/etc/passwd --verbose") is not None


def lines(text: str, width: float, sizes: tuple[float, float] = (40, 40)) -> tuple[str, ...]:
    face = find_face(text, "zh")
    return fit(text, face, width, 2_000, sizes).lines


def test_lines_keep_to_the_rules_of_chinese() -> None:
    text = "读书，写字；“引文”在此（注）。完了" * 3
    for width in range(200, 500, 30):
        for line in lines(text, width):
            assert line[0] not in "，；”）。"
            assert line[-1] not in "“（"


def test_words_are_whole_and_lines_even() -> None:
    found = lines("The quick brown fox jumps over the lazy dog", 400)
    assert " ".join(found) == "The quick brown fox jumps over the lazy dog"
    font = find_face("The", "zh").at(40)
    widths = [font.getlength(line) for line in found]
    assert max(widths) <= 400
    assert min(widths) > max(widths) / 2


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    found = fit("word " * 200, LATIN, 400, 100, (60, 30))
    assert found.lines[-1].endswith("…")
    assert found.height <= 110
    assert isinstance(found.font, ImageFont.FreeTypeFont)
