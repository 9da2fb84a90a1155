"""Pages as they look: a Chinese and an English article by each engine on each size of page.

`pages/` has the articles, and a picture of every page that was accepted (50 dpi, grey).
Fonts come from wheels alone, so that every machine draws the same: fontconfig is told of
these folders and no others. `--accept` writes the pictures anew: look at each.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from articlekit.writers.pdf.sizes import SIZES

PAGES = Path(__file__).parent / "pages"
FONTS = (
    "pylopdf_fonts_zh_cn",
    "font_source_serif_pro",
    "font_source_sans_pro",
    "fontpkg_ibm_plex_mono",
)
ARTICLES = ("en", "zh")
ENGINES = ("typst", "weasyprint")
DPI = 50
# Of 255: less is a rasteriser's doing. And of a page's pixels.
SHADE = 48
MOST = 0.005
WRITE = """
import sys, articlekit
source, engine, folder, *sizes = sys.argv[1:]
for size in sizes:
    target = f"{folder}/{size}.pdf"
    report = articlekit.convert(source, target, offline=True, pdf_engine=engine, page_size=size)
    assert not [each for each in report.diagnostics if each.level == "loss"], report.diagnostics
"""


def font_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None, f"pip install --group dev: {package} is missing"
    assert found.origin is not None
    return Path(found.origin).parent


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make a fontconfig that knows the wheels' fonts and no others."""
    folder = tmp_path_factory.mktemp("fontconfig")
    places = "".join(f"<dir>{font_folder(name)}</dir>" for name in FONTS)
    config = folder / "fonts.conf"
    config.write_text(
        f"<fontconfig>{places}<cachedir>{folder / 'cache'}</cachedir></fontconfig>", "utf-8"
    )
    return {**os.environ, "FONTCONFIG_FILE": str(config), "SOURCE_DATE_EPOCH": "1700000000"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ARTICLES)
def test_pages(
    name: str, engine: str, environment: dict[str, str], tmp_path: Path, accept: bool
) -> None:
    command = [sys.executable, "-c", WRITE, str(PAGES / f"{name}.html"), engine, str(tmp_path)]
    subprocess.run([*command, *SIZES], check=True, env=environment)
    for size in SIZES:
        draw = ["pdftoppm", "-r", str(DPI), "-gray", "-png", f"{size}.pdf", size]
        subprocess.run(draw, check=True, cwd=tmp_path)
    drawn = {path.name: Image.open(path) for path in tmp_path.glob("*.png")}
    folder = PAGES / f"{name}-{engine}"
    if accept:
        keep(folder, drawn)
    accepted = {path.name: path for path in folder.glob("*.png")}
    assert sorted(drawn) == sorted(accepted)
    differing = {each: share(drawn[each], Image.open(accepted[each])) for each in drawn}
    assert {each: found for each, found in differing.items() if found > MOST} == {}


def keep(folder: Path, drawn: dict[str, Image.Image]) -> None:
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.png"):
        path.unlink()
    for name, image in drawn.items():
        # Sixteen greys are enough to see by, and take half the bytes.
        image.quantize(16).save(folder / name, optimize=True)


def share(one: Image.Image, other: Image.Image) -> float:
    """How many of the pixels are not the same, as a share; 1 for pages of two sizes."""
    if one.size != other.size:
        return 1.0
    difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    counts = difference.histogram()
    return sum(counts[SHADE:]) / sum(counts)
