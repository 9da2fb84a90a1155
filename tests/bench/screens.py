"""Keep screenshots of an EPUB's cover, contents and chapters, by day and by night, to look at.

python tests/bench/screens.py BOOK.epub FOLDER
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from browser import WIDTHS, screenshot, unpack


def main(epub: Path, folder: Path) -> None:
    """Write a PNG for every page in every size, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as unpacked:
        for page in unpack(epub, Path(unpacked)):
            for size in WIDTHS:
                for dark in (False, True):
                    light = "dark" if dark else "light"
                    target = folder / f"{page.stem}-{size}-{light}.png"
                    screenshot(page, target.absolute(), size, dark=dark)
                    print(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
