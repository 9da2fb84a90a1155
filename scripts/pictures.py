"""Draw docs/images/: a page of the example column as EPUB and as PDF. `make pictures` runs it.

Chromium shows the EPUB's page, poppler the PDF's; both are reduced to few colours, as a
picture in a repository is kept for ever.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

import articlekit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import screenshot, unpack  # noqa: E402  # a helper of the tests

ARTICLE = ROOT / "examples" / "column" / "04-footnotes.html"
CHINESE = ROOT / "examples" / "column" / "01-line-length.html"
HEIGHT = 620


def main(folder: Path) -> None:
    """Write epub.png and pdf.png into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        articlekit.convert(ARTICLE, work / "a.epub")
        articlekit.convert(CHINESE, work / "a.pdf", pdf_engine="weasyprint")
        pages = unpack(work / "a.epub", work / "book")
        page = next(each for each in pages if each.name == "0001.xhtml")
        screenshot(page, work / "epub.png", "phone", dark=False)
        command = ["pdftoppm", "-r", "76", "-f", "3", "-l", "3", "-singlefile", "-png"]
        subprocess.run([*command, work / "a.pdf", work / "pdf"], check=True, timeout=60)
        for kind in ("epub", "pdf"):
            keep(work / f"{kind}.png", folder / f"{kind}.png")


def keep(source: Path, target: Path) -> None:
    """Keep a picture's upper part, in 64 colours, with a line around it."""
    with Image.open(source) as opened:
        image = opened.convert("RGB")
    image = image.crop((0, 0, image.width, min(HEIGHT, image.height)))
    framed = Image.new("RGB", (image.width + 2, image.height + 2), "#c8c8c8")
    framed.paste(image, (1, 1))
    framed.quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
