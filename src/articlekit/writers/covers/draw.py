"""The cover drawn: the title's pattern above, its words below, as PNG."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, features

from articlekit.writers.covers.faces import find_face, missing_from
from articlekit.writers.covers.lines import Setting, fit
from articlekit.writers.covers.pattern import STEPS, TILE, Rgb, blend, colours_of, pattern, ramps
from articlekit.writers.labels import direction

#: What Amazon advises, and no reader's screen has more (KDP help, "Cover image guidelines").
WIDTH: Final = 1600
HEIGHT: Final = 2560
_ROWS: Final = 7
_PANEL: Final = _ROWS * TILE
_MARGIN: Final = 130
_PAPER: Rgb = (250, 247, 240)
_INK: Rgb = (28, 26, 24)
_MUTED: Rgb = (96, 91, 84)
# Sizes in pixels, the largest and the smallest that a line may have.
_TITLE: Final = (205.0, 76.0)
_SUBTITLE: Final = (88.0, 54.0)
_SMALL: Final = (62.0, 40.0)
# Characters; more never fit.
_LONGEST: Final = 240
# "Title: subtitle", as Latin and Han punctuation divide them.
_DIVIDED: Final = re.compile(r"(.{2,40}?)(?:[：∶]\s*|:\s+|\s+[–—|｜-]\s+|——)(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CoverText:
    """What stands on a cover, each on one line of its own or empty; and its language.

    A title without a `subtitle` may have one behind a colon.
    """

    title: str
    authors: str = ""
    dates: str = ""
    language: str | None = None
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover as PNG, and the characters of its words that no font at hand has."""

    data: bytes
    missing: str


def draw_cover(text: CoverText, *, gray: bool = False) -> Cover:
    """Draw a cover of 1600×2560 pixels; the same words are the same bytes with the same fonts.

    Characters without a glyph are left out and told. `gray` is for screens without colours.
    """
    image = pattern(text.title, WIDTH // TILE, _ROWS)
    page = Image.new("P", (WIDTH, HEIGHT))
    page.paste(image, (0, 0))
    colours = colours_of(text.title)
    palette = [*ramps(colours)]
    first = len(palette)
    palette += [*blend(_PAPER, _INK), *blend(_PAPER, _MUTED), colours[0]]
    inks = {_INK: first, _MUTED: first + STEPS + 1}
    page.paste(first, (0, _PANEL, WIDTH, HEIGHT))
    bar = WIDTH - _MARGIN - 220 if direction(text.language) == "rtl" else _MARGIN
    page.paste(len(palette) - 1, (bar, _PANEL + 150, bar + 220, _PANEL + 162))
    missing = _set_words(page, text, inks)
    page.putpalette([value for rgb in palette for value in rgb])
    if gray:
        page = page.convert("L")
    file = io.BytesIO()
    file.name = "cover.png"  # by a name Pillow loads one format, and by `format` five
    # Run lengths alone: 11 ms and 92 kB, where the best of level 9 takes 210 ms for 76 kB.
    page.save(file, compress_type=zlib.Z_RLE)
    return Cover(file.getvalue(), missing)


def _set_words(page: Image.Image, text: CoverText, inks: dict[Rgb, int]) -> str:
    """Set the title from the top of the panel, authors and dates from its foot."""
    pen = _Pen(page, text.language)
    foot = HEIGHT - 120.0
    for words in (text.dates, text.authors):
        if set_small := pen.setting(words, 150, _SMALL):
            foot -= set_small.height
            pen.draw(set_small, foot, inks[_MUTED])
            foot -= 14
    found = None if text.subtitle else _DIVIDED.fullmatch(text.title)
    title, subtitle = (found[1], found[2]) if found else (text.title, text.subtitle)
    top = _PANEL + 225.0
    room = foot - 40 - top
    if upper := pen.setting(title, room * (0.62 if subtitle else 1), _TITLE):
        pen.draw(upper, top, inks[_INK])
        top += upper.height + 30
    if lower := pen.setting(subtitle, foot - 40 - top, _SUBTITLE):
        pen.draw(lower, top, inks[_MUTED])
    return "".join(dict.fromkeys(pen.missing))


class _Pen:
    """Sets words on a page; `missing` gathers the characters that it had no glyph for."""

    def __init__(self, page: Image.Image, language: str | None) -> None:
        self.page = page
        self.language = language
        self.missing = ""

    def setting(self, words: str, height: float, sizes: tuple[float, float]) -> Setting | None:
        """Return the words set into the panel's width; None when nothing of them can be drawn."""
        if not words.strip():
            return None
        face = find_face(words, self.language)
        without = missing_from(face, words)
        self.missing += without
        known = " ".join("".join(c for c in words if c not in without).split())
        if len(known) > _LONGEST:
            known = known[:_LONGEST] + "…"
        try:
            return fit(known, face, WIDTH - 2 * _MARGIN, height, sizes) if known else None
        except OSError:
            return None

    def draw(self, setting: Setting, top: float, ink: int) -> None:
        """Draw the lines, from the side that the language begins at."""
        canvas = Image.new("L", (WIDTH, int(setting.height + setting.leading)), 0)
        draw = ImageDraw.Draw(canvas)
        from_right = direction(self.language) == "rtl"
        shaped = from_right and features.check("raqm")
        for number, line in enumerate(setting.lines):
            place = (WIDTH - _MARGIN if from_right else _MARGIN, (number + 0.8) * setting.leading)
            draw.text(
                place,
                line,
                fill=255,
                font=setting.font,
                anchor="rs" if from_right else "ls",
                direction="rtl" if shaped else None,
            )
        steps = [ink + round(value * STEPS / 255) for value in range(256)]
        mask = canvas.point([255 if value else 0 for value in range(256)])
        self.page.paste(canvas.point(steps), (0, round(top)), mask)
