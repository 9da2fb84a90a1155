"""What images are made to be, and the two ways that can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Raised when the rules of process.py, raster.py or svg.py change, so that images made by
# older ones are made again.
_RULES: Final = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """What images are made to be. Sizes are in pixels, `png_bytes` in bytes.

    `pixels` bounds width × height × frames before anything is decoded: 80 million are
    240 MB as RGB. A photograph with transparency stays PNG up to `png_bytes`.
    """

    width: int = 1600
    height: int = 2560
    quality: int = 85
    pixels: int = 80_000_000
    frames: int = 2_000
    png_bytes: int = 4 * 1024 * 1024

    @property
    def key(self) -> str:
        """A name for everything that decides the output: this, the rules, the library."""
        import PIL

        sizes = f"{self.width}x{self.height} q{self.quality} p{self.pixels} f{self.frames}"
        return f"{_RULES} {sizes} b{self.png_bytes} pillow {PIL.__version__}"


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
