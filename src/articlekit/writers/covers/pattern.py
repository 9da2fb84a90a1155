"""A pattern that belongs to a title: the same title, the same tiles and colours."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from PIL import Image, ImageDraw

TILE: Final = 200  # pixels
#: Steps between two colours, for edges that do not look like stairs.
STEPS: Final = 15
# Drawn so much larger, then shrunk.
_SCALE: Final = 4
_BIG: Final = TILE * _SCALE
_COLOURS: Final = 4

Rgb = tuple[int, int, int]


def _quarter(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((-_BIG, -_BIG, _BIG, _BIG), fill=255)


def _half(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((0, -_BIG // 2, _BIG, _BIG // 2), fill=255)


def _disc(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((_BIG // 4, _BIG // 4, _BIG * 3 // 4, _BIG * 3 // 4), fill=255)


def _slope(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon([(0, 0), (_BIG, 0), (0, _BIG)], fill=255)


def _arcs(draw: ImageDraw.ImageDraw) -> None:
    for radius, fill in ((1.0, 255), (0.75, 0), (0.5, 255), (0.25, 0)):
        reach = int(_BIG * radius)
        draw.ellipse((-reach, -reach, reach, reach), fill=fill)


def _leaf(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, _BIG, _BIG), fill=255)
    for corner in ((0, -_BIG), (-_BIG, 0)):
        x, y = corner
        outside = Image.new("L", (_BIG, _BIG), 0)
        ImageDraw.Draw(outside).ellipse((x, y, x + 2 * _BIG, y + 2 * _BIG), fill=255)
        draw.bitmap((0, 0), outside.point(lambda value: 255 - value), fill=0)


_SHAPES: Final[tuple[Callable[[ImageDraw.ImageDraw], None], ...]] = (
    _quarter, _quarter, _half, _disc, _slope, _arcs, _leaf,
)  # fmt: skip


def colours_of(title: str) -> tuple[Rgb, ...]:
    """Return four colours: the ground, two that go with it, and one that stands out."""
    digest = hashlib.sha256(title.encode("utf-8", "replace")).digest()
    hue = digest[0] / 256
    rows = ((hue, 0.27, 0.42), (hue + 0.04, 0.62, 0.38), (hue - 0.06, 0.84, 0.42),
            (hue + 0.45 + digest[1] / 2560, 0.60, 0.68))  # fmt: skip
    return tuple(_rgb(*row) for row in rows)


def _rgb(hue: float, light: float, strength: float) -> Rgb:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, light, strength)
    return round(red * 255), round(green * 255), round(blue * 255)


def ramps(colours: tuple[Rgb, ...]) -> Iterator[Rgb]:
    """Yield the palette that `pattern` draws in: every pair of colours, and what is between."""
    for low, high in _PAIRS:
        yield from blend(colours[low], colours[high])


def blend(low: Rgb, high: Rgb) -> Iterator[Rgb]:
    """Yield the steps from one colour to another, both among them."""
    for step in range(STEPS + 1):
        part = step / STEPS
        yield (
            round(low[0] + (high[0] - low[0]) * part),
            round(low[1] + (high[1] - low[1]) * part),
            round(low[2] + (high[2] - low[2]) * part),
        )


_PAIRS: Final = tuple((low, high) for low in range(_COLOURS) for high in range(low + 1, _COLOURS))
# The ground is in most tiles, the colour that stands out in few.
_CHOICE: Final = ((0, 1), (0, 1), (0, 2), (0, 2), (1, 2), (0, 1), (1, 2), (0, 3))


def pattern(title: str, columns: int, rows: int) -> Image.Image:
    """Draw tiles of `TILE` pixels in an image of palette numbers, those of `ramps`."""
    image = Image.new("P", (columns * TILE, rows * TILE))
    masks = [_mask(shape) for shape in _SHAPES]
    numbers = _bytes(title)
    scales = {(pair, flip): _scale(pair, flip=flip) for pair in _CHOICE for flip in (False, True)}
    for row in range(rows):
        for column in range(columns):
            pair = _CHOICE[next(numbers) % len(_CHOICE)]
            mask = masks[next(numbers) % len(masks)].rotate(90 * (next(numbers) % 4))
            scale = scales[pair, bool(next(numbers) % 2)]
            image.paste(mask.point(scale), (column * TILE, row * TILE))
    return image


def _scale(pair: tuple[int, int], *, flip: bool) -> list[int]:
    """Map the grey values of a mask to numbers of the palette, those of a pair of colours."""
    first = _PAIRS.index(pair) * (STEPS + 1)
    steps = [round(value * STEPS / 255) for value in range(256)]
    return [first + (STEPS - step if flip else step) for step in steps]


def _mask(shape: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    big = Image.new("L", (_BIG, _BIG), 0)
    shape(ImageDraw.Draw(big))
    return big.resize((TILE, TILE), Image.Resampling.BOX)


def _bytes(title: str) -> Iterator[int]:
    """Yield numbers that depend on the title alone, without end."""
    block = hashlib.sha256(title.encode("utf-8", "replace")).digest()
    while True:
        block = hashlib.sha256(block).digest()
        yield from block
