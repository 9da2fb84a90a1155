"""Fewer pixels: by Pillow, or by libvips, which takes a third of the time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

# What libvips mixes as Pillow does. Pillow weighs colours by their alpha.
_VIPS_MODES: Final = frozenset({"L", "RGB", "CMYK"})


@cache  # it looks at the disk, and every recipe asks
def best_engine() -> str:
    """Return the name of the fastest engine there is, a key of ENGINES."""
    # The compiled binding is there only when libvips is; pyvips alone may fail to load it.
    return "vips" if find_spec("pyvips") and find_spec("_libvips") else "pillow"


def by_pillow(image: Image, size: tuple[int, int]) -> Image:
    """Return an 8-bit image without a palette at a smaller size."""
    from PIL.Image import Resampling

    return image.resize(size, Resampling.LANCZOS, reducing_gap=2.0)


@cache  # so that a forked process still knows the first one
def _home_of_vips() -> int:
    """Return the process that libvips began in: its threads are gone in a fork of that.

    There it would wait for them forever (seen in 4 of 10 forks).
    """
    return os.getpid()


def by_vips(image: Image, size: tuple[int, int]) -> Image:
    """Do as `by_pillow`; the two differ by rounding (measured: 49 to 55 dB)."""
    if image.mode not in _VIPS_MODES or os.getpid() != _home_of_vips():
        return by_pillow(image, size)
    import pyvips
    from PIL import Image as Pillow

    # It is given pixels, never a file: none of its loaders meets a stranger's bytes.
    pixels = pyvips.Image.new_from_memory(
        image.tobytes(), image.width, image.height, len(image.getbands()), "uchar"
    )
    try:
        small = pixels.resize(size[0] / image.width, vscale=size[1] / image.height)
        mixed = small.write_to_memory()
    except pyvips.Error as error:
        raise MemoryError(str(error)) from None  # there is no other way for it to fail
    return Pillow.frombytes(image.mode, (small.width, small.height), mixed)


ENGINES: Final[Mapping[str, Callable[[Image, tuple[int, int]], Image]]] = MappingProxyType(
    {"pillow": by_pillow, "vips": by_vips}
)
