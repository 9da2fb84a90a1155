"""Draw every picture of the example column, the same way each time.

    python examples/make_images.py [FOLDER]

writes the pictures into FOLDER, by default `column/images` beside this file. Only Pillow
is needed: the Latin labels are set in its built-in font, the Chinese characters are
bitmaps, given here row by row.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Bitmap = tuple[str, ...]
Box = tuple[float, float, float, float]

PAPER: Colour = (248, 244, 234)
SHADE: Colour = (232, 225, 209)
INK: Colour = (38, 42, 54)
FAINT: Colour = (166, 160, 148)
RED: Colour = (190, 62, 48)
BLUE: Colour = (44, 98, 148)
NIGHT: Colour = (22, 27, 40)
GLOW: Colour = (238, 242, 250)
WHITE: Colour = (255, 255, 255)

# Pictures are drawn this many times too large and shrunk: Pillow draws without
# anti-aliasing, and diagrams with stairs on every slope look cheap.
OVERSAMPLING = 2

# Characters of 16 x 16, two hexadecimal bytes a row, the highest bit leftmost: the layout
# of the fonts in GB 2312 days, which the second article takes apart.
GLYPHS: Mapping[str, str] = {
    "字": "0100 0080 7FFE 4002 8004 0FF0 0020 0040 0080 FFFE 0080 0080 0080 0080 0280 0100",
    "纸": "1000 101C 21E0 2520 4520 7920 1120 2120 45FE 7D20 0120 0120 1910 E152 018A 0104",
    "与": "0800 0800 0808 0FFC 0800 0800 0800 0FF8 0008 0008 FFC8 0008 0008 0010 0050 0020",
    "屏": "0000 3FFC 2004 2004 3FFC 2210 2120 2FFC 2120 2120 2FFE 2120 4120 4220 8220 0420",
}


def level_at(image: Image.Image, x: int, y: int) -> float:
    """Return the level of a pixel of an image with one channel, 0 to 255."""
    level = image.getpixel((x, y))
    if not isinstance(level, (int, float)):
        raise TypeError(f"{image.mode} has more than one channel")
    return float(level)


def bitmap(character: str) -> Bitmap:
    """Give the rows of a character, `#` for ink and `.` for none."""
    rows = (f"{int(word, 16):016b}" for word in GLYPHS[character].split())
    return tuple(row.replace("1", "#").replace("0", ".") for row in rows)


def pixels(character: str) -> Iterator[tuple[int, int]]:
    """Name the column and the row of each inked pixel of a character."""
    for y, row in enumerate(bitmap(character)):
        for x, mark in enumerate(row):
            if mark == "#":
                yield x, y


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Give Pillow's own Latin font: no machine lacks it."""
    return ImageFont.load_default(size)


def blend(below: Colour, above: Colour, share: float) -> Colour:
    """Mix two colours; `share` of 1 gives the upper one alone."""
    red, green, blue = (round(b + (a - b) * share) for b, a in zip(below, above, strict=True))
    return red, green, blue


class Canvas:
    """A sheet to draw on in final pixels, kept larger inside so that edges come out smooth."""

    def __init__(self, width: int, height: int, background: Colour = PAPER) -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), background)
        self.draw = ImageDraw.Draw(self.image)

    def scaled(self, numbers: tuple[float, ...]) -> list[float]:
        return [number * OVERSAMPLING for number in numbers]

    def box(
        self,
        box: Box,
        fill: Colour | None = None,
        outline: Colour | None = None,
        width: float = 1,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle: left, top, right, bottom, the last two outside it."""
        left, top, right, bottom = self.scaled(box)
        self.draw.rounded_rectangle(
            (left, top, right - 1, bottom - 1),
            radius=radius * OVERSAMPLING,
            fill=fill,
            outline=outline,
            width=round(width * OVERSAMPLING),
        )

    def disc(
        self, x: float, y: float, radius: float, fill: Colour, outline: Colour | None = None
    ) -> None:
        edges = (x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(self.scaled(edges), fill=fill, outline=outline, width=OVERSAMPLING)

    def line(self, *points: tuple[float, float], fill: Colour = INK, width: float = 2) -> None:
        flat = [number for point in points for number in self.scaled(point)]
        self.draw.line(flat, fill=fill, width=round(width * OVERSAMPLING), joint="curve")

    def polygon(
        self,
        points: list[tuple[float, float]],
        fill: Colour | None = None,
        outline: Colour | None = None,
    ) -> None:
        flat = [number for point in points for number in self.scaled(point)]
        self.draw.polygon(flat, fill=fill, outline=outline, width=2 * OVERSAMPLING)

    def arrow(
        self, start: tuple[float, float], end: tuple[float, float], fill: Colour, width: float = 3
    ) -> None:
        """Draw a line with a head at its end."""
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        head = 5 * width
        back = (end[0] - head * math.cos(angle), end[1] - head * math.sin(angle))
        self.line(start, back, fill=fill, width=width)
        wings = [
            (end[0] - head * math.cos(angle + turn), end[1] - head * math.sin(angle + turn))
            for turn in (-0.42, 0.42)
        ]
        self.polygon([end, *wings], fill=fill)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 20,
        fill: Colour = INK,
        anchor: str = "lm",
    ) -> None:
        self.draw.text(
            (x * OVERSAMPLING, y * OVERSAMPLING),
            words,
            fill=fill,
            font=font(size * OVERSAMPLING),
            anchor=anchor,
        )

    def finished(self) -> Image.Image:
        return self.image.resize(self.size, Image.Resampling.LANCZOS)


def text_bars(
    canvas: Canvas, box: Box, pitch: float, colour: Colour, seed: int, last: float = 0.6
) -> None:
    """Fill a box with lines of grey words; `last` is the length of the last line, 0 to 1."""
    chance = random.Random(seed)  # noqa: S311 -- a pattern, not a secret
    left, top, right, bottom = box
    thick = pitch * 0.36
    lines = int((bottom - top) // pitch)
    for index in range(lines):
        y = top + index * pitch
        end = left + (right - left) * (last if index == lines - 1 else 1)
        x = left
        while end - x > pitch * 0.5:
            word = min(chance.uniform(1.1, 4.2) * pitch * 0.62, end - x)
            canvas.box((x, y, x + word, y + thick), fill=colour, radius=thick / 2)
            x += word + pitch * 0.26


def inked(canvas: Canvas, left: float, top: float, cell: int) -> None:
    """Print 纸 amid pale text that runs around it, as around a picture."""
    right = canvas.size[0] - 120
    text_bars(canvas, (120, 114, right, 160), cell, SHADE, seed=7, last=1)
    text_bars(canvas, (120, 160, left - 24, 988), cell, SHADE, seed=8, last=1)
    text_bars(canvas, (left + 16 * cell - 10, 160, right, 988), cell, SHADE, seed=9, last=1)
    text_bars(canvas, (120, 988, right, 1080), cell, SHADE, seed=10, last=0.31)
    for x, y in pixels("纸"):
        x1, y1 = left + x * cell, top + y * cell
        # A hair wider than its cell, so that neighbours join into strokes of ink.
        canvas.box((x1 - 1, y1 - 1, x1 + cell + 1, y1 + cell + 1), fill=INK)


def lit(canvas: Canvas, left: float, top: float, cell: int) -> None:
    """Light 屏 on a dark screen, every pixel in its red, green and blue third."""
    width, height = canvas.size
    canvas.box((0, height / 2, width, height), fill=NIGHT)
    grid = blend(NIGHT, GLOW, 0.06)
    for column in range(-9, 27):
        x1 = left + column * cell
        canvas.line((x1, height / 2), (x1, height), fill=grid, width=1)
    for row in range(-5, 23):
        y1 = top + row * cell
        canvas.line((0, y1), (width, y1), fill=grid, width=1)
    thirds: tuple[Colour, ...] = ((255, 96, 84), (112, 226, 132), (96, 150, 255))
    for x, y in pixels("屏"):
        for index, colour in enumerate(thirds):
            x1 = left + x * cell + 3 + index * 14
            y1 = top + y * cell + 4
            canvas.box((x1, y1, x1 + 11, y1 + 38), fill=blend(GLOW, colour, 0.62), radius=4)


def sealed(canvas: Canvas, x: float, y: float, cell: int) -> None:
    """Stamp 与 in a red seal around a point."""
    half = 8 * cell + 35
    canvas.box((x - half, y - half, x + half, y + half), fill=RED, radius=10)
    for column, row in pixels("与"):
        x1, y1 = x + (column - 8) * cell, y + (row - 8) * cell
        canvas.box((x1, y1, x1 + cell, y1 + cell), fill=PAPER)


def cover() -> Image.Image:
    """Draw 纸, 与 and 屏, the upper half on paper, the lower one lit on a screen."""
    width, height, cell = 1600, 2560, 46
    canvas = Canvas(width, height)
    left = (width - 16 * cell) / 2
    inked(canvas, left, 206, cell)
    lit(canvas, left, height / 2 + 236, cell)
    sealed(canvas, width / 2, height / 2, 15)
    canvas.text(width / 2, height - 232, "PAPER  &  SCREEN", 58, GLOW, anchor="mm")
    caption = blend(NIGHT, GLOW, 0.6)
    canvas.text(width / 2, height - 150, "five short pieces on reading", 36, caption, anchor="mm")
    return canvas.finished()


def line_length() -> Image.Image:
    """Compare three measures, with the way the eye travels back to the next line."""
    canvas = Canvas(1080, 560)
    columns = ((60, 150, "A", "12"), (270, 310, "B", "34"), (640, 380, "C", "70 ..."))
    for index, (left, width, name, count) in enumerate(columns):
        top, bottom, pitch = 96, 480, 24
        canvas.text(left, 50, name, 34, RED if name == "B" else INK)
        right = left + width
        if name == "C":
            # The widest column runs off the sheet: nobody sees both of its ends at once.
            right = 1080
        text_bars(canvas, (left, top, right, bottom), pitch, FAINT, seed=20 + index, last=0.55)
        canvas.arrow((left, 508), (min(right, 1060), 508), INK, 2)
        canvas.text(left, 536, count, 20)
        start, end = (min(right, 1070) + 2, top + 4 * pitch + 4), (left - 4, top + 5 * pitch + 4)
        canvas.arrow(start, end, RED, 2.4)
    return canvas.finished()


def measure_chart() -> Image.Image:
    """Plot the characters a line holds against the window's width, for three style sheets."""
    canvas = Canvas(1000, 600, WHITE)
    left, top, right, bottom = 90, 40, 960, 520

    def spot(window: float, count: float) -> tuple[float, float]:
        x = left + (right - left) * (window - 320) / (1920 - 320)
        return x, bottom - (bottom - top) * count / 120

    canvas.box((left, spot(0, 40)[1], right, spot(0, 25)[1]), fill=(228, 240, 229))
    for count in range(0, 121, 20):
        y = spot(0, count)[1]
        canvas.line((left, y), (right, y), fill=(216, 216, 216), width=1)
        canvas.text(left - 14, y, str(count), 19, anchor="rm")
    for window in range(320, 1921, 320):
        x = spot(window, 0)[0]
        canvas.line((x, bottom), (x, bottom + 8), width=1.5)
        canvas.text(x, bottom + 26, f"{window}", 19, anchor="mm")
    canvas.text(right, bottom + 58, "px", 19, anchor="rm")

    padding = 16
    sheets: tuple[tuple[str, Colour, Callable[[float], float], int], ...] = (
        ("16 px", FAINT, lambda window: (window - 2 * padding) / 16, 1500),
        ("20 px", BLUE, lambda window: (window - 2 * padding) / 20, 1560),
        ("20 px, max 34 em", RED, lambda window: min(34.0, (window - 2 * padding) / 20), 1480),
    )
    for label, colour, held, anchor in sheets:
        points = [spot(window, held(window)) for window in range(320, 1921, 8)]
        canvas.line(*points, fill=colour, width=4)
        x, y = spot(anchor, held(anchor))
        if "max" in label:
            canvas.text(x, y - 20, label, 21, colour, anchor="mm")
        else:
            canvas.text(x - 16, y - 14, label, 21, colour, anchor="rm")
    canvas.line((left, top), (left, bottom), (right, bottom), width=2)
    return canvas.finished()


def glyph_grid() -> Image.Image:
    """Show the 256 pixels of 字, and the two bytes that hold each row of them."""
    cell, left, top = 34, 40, 36
    canvas = Canvas(860, 616, WHITE)
    for x, y in pixels("字"):
        x1, y1 = left + x * cell, top + y * cell
        canvas.box((x1, y1, x1 + cell, y1 + cell), fill=INK)
    for step in range(17):
        colour, width = (RED, 2.0) if step == 8 else (FAINT, 1.0)
        x = left + step * cell
        canvas.line((x, top), (x, top + 16 * cell), fill=colour, width=width)
        y = top + step * cell
        canvas.line((left, y), (left + 16 * cell, y), fill=FAINT, width=1)
    for y, word in enumerate(GLYPHS["字"].split()):
        middle = top + (y + 0.5) * cell
        canvas.line((left + 16 * cell + 14, middle), (640, middle), fill=FAINT, width=1)
        canvas.text(690, middle, word[:2], 23, INK, anchor="mm")
        canvas.text(760, middle, word[2:], 23, BLUE, anchor="mm")
    return canvas.finished()


def subpixels() -> Image.Image:
    """Enlarge one letter as black and white, as greys, and as thirds of coloured pixels."""
    canvas = Canvas(1080, 460)
    wide, cell, columns, rows = 8, 22, 14, 17
    # One large drawing, sampled three ways, so that the panels differ in nothing else.
    big = Image.new("L", (columns * 3 * wide, rows * 3 * wide), 0)
    ImageDraw.Draw(big).text(
        (columns * 1.5 * wide, rows * 1.5 * wide - 42), "a", 255, font(17 * 3 * wide), anchor="mm"
    )
    grey = big.resize((columns, rows), Image.Resampling.BOX)
    thirds = big.resize((columns * 3, rows), Image.Resampling.BOX)
    for panel in range(3):
        left, top = 46 + panel * 344, 46
        for y in range(rows):
            for x in range(columns):
                level = level_at(grey, x, y) / 255
                shades = (level, level, level)
                if panel == 0:
                    shades = (1.0, 1.0, 1.0) if level > 0.5 else (0.0, 0.0, 0.0)
                elif panel == 2:
                    red, green, blue = (
                        level_at(thirds, 3 * x + part, y) / 255 for part in range(3)
                    )
                    shades = (red, green, blue)
                colour = tuple(round(255 - 225 * shade) for shade in shades)
                x1, y1 = left + x * cell, top + y * cell
                canvas.box(
                    (x1, y1, x1 + cell - 1, y1 + cell - 1), fill=(colour[0], colour[1], colour[2])
                )
        canvas.text(left + columns * cell / 2, 440, "ABC"[panel], 24, anchor="mm")
    return canvas.finished()


def particles(canvas: Canvas, x: float, y: float, radius: float, white_up: float) -> None:
    """Draw one microcapsule; `white_up` of its upper side is white, 0 to 1."""
    canvas.disc(x, y, radius, (214, 226, 234), outline=(120, 138, 152))
    chance = random.Random(round(x))  # noqa: S311 -- a pattern, not a secret
    grain = 6.4
    for layer in range(4):
        for upper in (True, False):
            dy = (radius - 13 - layer * 14) * (-1 if upper else 1)
            half = math.sqrt(max(0.0, (radius - 9) ** 2 - dy**2))
            count = int(2 * half // (2 * grain + 1))
            for index in range(count):
                dx = (index - (count - 1) / 2) * (2 * grain + 1)
                left_share = (dx + radius) / (2 * radius)
                white = (left_share < white_up) == upper
                canvas.disc(
                    x + dx + chance.uniform(-0.8, 0.8),
                    y + dy + chance.uniform(-0.8, 0.8),
                    grain,
                    (255, 255, 255) if white else (34, 34, 38),
                    outline=(150, 150, 150) if white else None,
                )


def electrode(canvas: Canvas, box: Box, *, positive: bool) -> None:
    """Draw an electrode with its sign, which the built-in font lacks for the negative."""
    canvas.box(box, fill=RED if positive else BLUE, radius=4)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    canvas.line((x - 9, y), (x + 9, y), fill=WHITE, width=3)
    if positive:
        canvas.line((x, y - 9), (x, y + 9), fill=WHITE, width=3)


def eink_particles() -> Image.Image:
    """Cut through electronic paper: electrodes, capsules, and the particles inside them."""
    canvas = Canvas(1040, 470)
    states = (1.0, 1.0, 0.0, 0.5)
    left, right = 90, 990
    canvas.box((left, 118, right, 138), fill=(176, 208, 226), outline=BLUE)
    canvas.box((left, 138, right, 372), fill=(240, 236, 224))
    for index, white_up in enumerate(states):
        x = 202 + index * 225
        particles(canvas, x, 255, 100, white_up)
        # White is charged positively: where the electrode below repels it, the page is white.
        border = x - 100 + 200 * white_up
        for start, end, white in ((x - 100, border, True), (border, x + 100, False)):
            if start < end:
                seen = (246, 246, 242) if white else (52, 52, 56)
                canvas.box((start, 64, end, 92), fill=seen, outline=FAINT)
                electrode(canvas, (start + 3, 374, end - 3, 408), positive=white)
    for row, name in ((78, "1"), (128, "2"), (255, "3"), (390, "4")):
        canvas.disc(48, row, 19, INK)
        canvas.text(48, row, name, 22, WHITE, anchor="mm")
    canvas.box((left, 412, right, 424), fill=FAINT)
    return canvas.finished()


def refresh_frames() -> list[Image.Image]:
    """Play a full refresh: 纸, inverted, all black, all white, and 屏 the same way back."""

    def page(character: str, ground: int, ink: int) -> Image.Image:
        image = Image.new("L", (320, 320), ground)
        draw = ImageDraw.Draw(image)
        for x, y in pixels(character) if character else ():
            draw.rectangle((32 + x * 16, 32 + y * 16, 47 + x * 16, 47 + y * 16), fill=ink)
        return image

    light, dark = 232, 48
    return [
        page("纸", light, dark),
        page("纸", dark, light),
        page("", dark, light),
        page("", light, dark),
        page("屏", dark, light),
        page("屏", light, dark),
    ]


def diffuse(image: Image.Image, levels: int) -> Image.Image:
    """Reduce a grey image to few levels by Floyd and Steinberg's error diffusion."""
    width, height = image.size
    rows = [[level_at(image, x, y) for x in range(width)] for y in range(height)]
    step = 255 / (levels - 1)
    for y in range(height):
        for x in range(width):
            wanted = rows[y][x]
            given = min(255.0, max(0.0, round(wanted / step) * step))
            rows[y][x] = given
            for dx, dy, share in ((1, 0, 7), (-1, 1, 3), (0, 1, 5), (1, 1, 1)):
                if 0 <= x + dx < width and y + dy < height:
                    rows[y + dy][x + dx] += (wanted - given) * share / 16
    result = Image.new("L", image.size)
    result.putdata([round(value) for row in rows for value in row])
    return result


def lit_ball(side: int) -> Image.Image:
    """Shade a ball that stands on a table, by the angle of its surface to the lamp."""
    image = Image.new("L", (side, side))
    centre, radius = side * 0.5, side * 0.36
    lamp = (-0.5, -0.62, 0.6)
    for y in range(side):
        for x in range(side):
            dx, dy = (x - centre) / radius, (y - centre * 0.92) / radius
            height = 1 - dx * dx - dy * dy
            shade = 150 + 95 * (1 - y / side)
            shadow = ((x - centre * 1.18) / (radius * 1.15)) ** 2 + ((y - side * 0.84) / 20) ** 2
            if shadow < 1:
                shade *= 0.45 + 0.55 * shadow
            if height > 0:
                light = dx * lamp[0] + dy * lamp[1] + math.sqrt(height) * lamp[2]
                shade = 34 + 200 * max(0.0, light)
            image.putpixel((x, y), min(255, round(shade)))
    return image


def grey_dither() -> Image.Image:
    """Set one picture side by side in 256 greys, in sixteen, in four, and in black and white."""
    side, gap = 240, 16
    ball = lit_ball(side)
    panels = [ball, diffuse(ball, 16), diffuse(ball, 4), diffuse(ball, 2)]
    sheet = Image.new("L", (len(panels) * (side + gap) + gap, side + 2 * gap), 255)
    for index, panel in enumerate(panels):
        x = gap + index * (side + gap)
        sheet.paste(110, (x - 1, gap - 1, x + side + 1, gap + side + 1))
        sheet.paste(panel, (x, gap))
    return sheet


def page_layers() -> Image.Image:
    """Lift the layers of an annotated page apart: sheet, text, margin, notes."""
    canvas = Canvas(990, 680, WHITE)

    def place(x: float, y: float, layer: int) -> tuple[float, float]:
        """Turn a place on a sheet of 1 x 1 into one on the canvas, seen from the side."""
        return 40 + layer * 235 + x * 205, 30 + y * 440 + (1 - x) * 90

    def patch(box: Box, layer: int, fill: Colour, outline: Colour | None = None) -> None:
        left, top, right, bottom = box
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        canvas.polygon([place(x, y, layer) for x, y in corners], fill, outline)

    tints = (PAPER, (236, 242, 247), (247, 238, 234), (238, 244, 236))
    for layer, tint in enumerate(tints):
        patch((0, 0, 1, 1), layer, tint, FAINT)
    for line in range(14):
        y = 0.1 + line * 0.042
        patch((0.26, y, 0.9 if line != 13 else 0.6, y + 0.017), 1, INK)
    for line in range(3):
        patch((0.07, 0.18 + line * 0.03, 0.22, 0.193 + line * 0.03), 2, RED)
        patch((0.07, 0.44 + line * 0.03, 0.22, 0.453 + line * 0.03), 2, RED)
    patch((0.26, 0.755, 0.52, 0.76), 3, INK)
    for line in range(5):
        y = 0.79 + line * 0.03
        patch((0.26, y, 0.9 if line not in (1, 4) else 0.68, y + 0.012), 3, (72, 122, 76))
    for layer, name in enumerate(("paper", "text", "margin", "foot")):
        x, y = place(0.5, 1, layer)
        canvas.text(x, y + 90, name, 24, anchor="mm")
    canvas.disc(*place(0.72, 0.33, 1), 7, RED)
    canvas.disc(*place(0.2, 0.797, 3), 7, RED)
    canvas.arrow(place(0.74, 0.35, 1), place(0.18, 0.785, 3), RED, 2.4)
    return canvas.finished()


def referrer_flow() -> Image.Image:
    """Follow one request for a picture: what the page is, and what the picture's host is told."""
    canvas = Canvas(1080, 560, WHITE)

    canvas.box((40, 150, 330, 410), fill=PAPER, outline=INK, width=2, radius=10)
    canvas.box((40, 150, 330, 190), fill=INK, radius=10)
    canvas.text(58, 170, "https://a.example/read/7?u=42", 16.5, WHITE)
    text_bars(canvas, (64, 212, 306, 280), 22, FAINT, seed=3)
    canvas.box((64, 290, 306, 386), fill=SHADE, outline=RED, width=2)
    canvas.polygon([(84, 376), (146, 312), (190, 352), (222, 326), (284, 376)], fill=FAINT)
    canvas.disc(262, 314, 11, RED)

    answers = (
        (70, "no-referrer", "(none)", BLUE),
        (235, "strict-origin-when-cross-origin", "https://a.example/", INK),
        (400, "unsafe-url", "https://a.example/read/7?u=42", RED),
    )
    for top, policy, told, colour in answers:
        canvas.box((830, top, 1040, top + 96), fill=PAPER, outline=INK, width=2, radius=10)
        for shelf in range(3):
            y = top + 18 + shelf * 24
            canvas.box((850, y, 990, y + 14), fill=SHADE, radius=4)
            canvas.disc(1012, y + 7, 5, colour)
        middle = top + 48
        canvas.line((330, 283), (380, 283), (420, middle), fill=colour, width=2.5)
        canvas.arrow((420, middle), (822, middle), colour, 2.5)
        canvas.text(434, middle - 24, policy, 20, colour)
        canvas.text(434, middle + 24, f"Referer: {told}", 18, colour)
    canvas.text(42, 440, "a.example", 22)
    canvas.text(830, 520, "img.example", 22)
    return canvas.finished()


def palette(image: Image.Image, colours: int) -> Image.Image:
    """Reduce a diagram to few colours: a quarter of the bytes, and no eye sees it."""
    return image.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def write_all(folder: Path) -> None:
    """Write every picture into the folder, over any of the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    cover().save(folder / "cover.jpg", quality=78, optimize=True, progressive=True)
    subpixels().save(folder / "subpixels.jpg", quality=88, optimize=True)
    diagrams = (line_length, measure_chart, glyph_grid, eink_particles, page_layers, referrer_flow)
    for draw in diagrams:
        name = draw.__name__.replace("_", "-")
        palette(draw(), 64).save(folder / f"{name}.png", optimize=True)
    grey_dither().save(folder / "grey-dither.webp", lossless=True, quality=100, method=6)
    first, *others = refresh_frames()
    first.save(
        folder / "eink-refresh.gif",
        save_all=True,
        append_images=others,
        duration=[1500, 220, 220, 220, 220, 1500],
        loop=0,
        optimize=True,
    )


if __name__ == "__main__":
    here = Path(__file__).parent / "column" / "images"
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
