"""What images are made to be, and the two ways that can end."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final, TypeAlias

from articlekit.fetch.pixels.resample import best_engine

# Raised when the rules of this package change, so that images made by older ones are made
# again.
_RULES: Final = 2


@dataclass(frozen=True, slots=True)
class Recipe:
    """What images are made to be. Sizes are in pixels, `png_bytes` and `most_bytes` in bytes.

    `pixels` bounds width × height × frames before anything is decoded: 80 million are
    240 MB as RGB. A photograph with transparency stays PNG up to `png_bytes`; what takes
    over `most_bytes` is encoded again. `grayscale` is for screens without colours; it
    makes animations their first frame, as `animation=False` does. Drawings stay SVG.
    Without `transparency` rasters are put on white. `engine` is a key of
    `resample.ENGINES`.
    """

    width: int = 1600
    height: int = 2560
    quality: int = 85
    pixels: int = 80_000_000
    frames: int = 2_000
    png_bytes: int = 4 * 1024 * 1024
    most_bytes: int | None = None
    grayscale: bool = False
    animation: bool = True
    transparency: bool = True
    engine: str = field(default_factory=best_engine)

    @property
    def key(self) -> str:
        """A name for everything that decides the output: this, the rules, the library."""
        import PIL

        values = " ".join(f"{each.name}={getattr(self, each.name)}" for each in fields(self))
        return f"{_RULES} {values} pillow={PIL.__version__}"


#: The recipes of the profiles. The default's size is what Amazon advises for covers, and no
#: reader's screen has more pixels (KDP help, "Cover image guidelines": 1600×2560).
#: kindle: at most 5 MB an image (Kindle Publishing Guidelines since 2014), no GIFs of several
#: frames, nothing transparent (KDP help, "Image Guidelines - Reflowable").
#: kobo: nothing that the default does not keep; WebP becomes JPEG in all of them.
#: eink: the pixels of a 7-inch screen at 300 ppi, 1264×1680, which shows 16 greys.
PROFILES: Final[Mapping[str, Recipe]] = MappingProxyType(
    {
        "default": Recipe(),
        "kindle": Recipe(most_bytes=5_000_000, animation=False, transparency=False),
        "kobo": Recipe(),
        "eink": Recipe(width=1264, height=1680, grayscale=True),
    }
)


#: Held while an image is decoded whole: as many at once as there are processors, say.
Desk: TypeAlias = AbstractContextManager[object]


@dataclass(frozen=True, slots=True)
class Processed:
    """An image that may go into a book; `note` says what it lost on the way."""

    data: bytes
    media_type: str
    width: int
    height: int
    note: str | None = None


class BadImage(Exception):
    """Bytes that no image can be made of; `reason` is a permanent name."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
