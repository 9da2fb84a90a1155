"""Keep screenshots of what a browser shows of a column, by day and by night, to look at.

python tests/bench/screens.py FOLDER BOOK.epub PAGE.html SITE/ …

Of an EPUB its cover, contents and chapters; of HTML the page; of a folder every page in it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from browser import WIDTHS, View, look, screenshot, unpack

# A phone's pixels are three to a CSS pixel; two show as much and take half the room.
_DEVICES = {"phone": (390, 844, 2), "desk": (1280, 900, 1)}


def shoot_epub(epub: Path, folder: Path) -> None:
    """Write a PNG for every page in every size, light and dark."""
    with tempfile.TemporaryDirectory() as unpacked:
        for page in unpack(epub, Path(unpacked)):
            for size in WIDTHS:
                for dark in (False, True):
                    light = "dark" if dark else "light"
                    target = folder / f"{page.stem}-{size}-{light}.png"
                    screenshot(page, target.absolute(), size, dark=dark)
                    print(target)


def views_of(pages: list[Path], folder: Path) -> Iterator[View]:
    """Every page as a whole, on every device, light and dark."""
    for page in pages:
        for device, (width, height, scale) in _DEVICES.items():
            for dark in (False, True):
                name = f"{page.parent.name}-{page.stem}-{device}-{'dark' if dark else 'light'}.png"
                yield View(
                    page,
                    width,
                    height,
                    dark,
                    scale,
                    full=True,
                    measure=False,
                    shot=(folder / name).absolute(),
                )


def main(folder: Path, sources: list[Path]) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    pages: list[Path] = []
    for source in sources:
        if source.suffix == ".epub":
            shoot_epub(source, folder)
        else:
            pages += sorted(source.glob("*.html")) if source.is_dir() else [source]
    views = list(views_of(pages, folder))
    with tempfile.TemporaryDirectory() as profile:
        look(views, Path(profile))
    for view in views:
        print(view.shot)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
