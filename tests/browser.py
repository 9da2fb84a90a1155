"""Debian's Chromium, that opens the pages of a book as a reading system does."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

# As a phone and a small tablet have them, in CSS pixels.
WIDTHS = {"phone": 390, "tablet": 820}
_MEASURE = """
<!DOCTYPE html><meta charset="utf-8"><body>%s<pre id="said"></pre><script>
addEventListener("load", () => {
  const said = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument, root = page.documentElement;
    const wide = [...page.body.querySelectorAll("*")].filter(each => {
      const box = each.getBoundingClientRect();
      return box.right > root.clientWidth + 1 && !each.parentElement?.closest(".wide, math, svg");
    });
    return {
      page: frame.dataset.page, width: root.clientWidth, scroll: root.scrollWidth,
      over: wide.slice(0, 3).map(each => each.outerHTML.slice(0, 200)),
      hidden: [...page.images].filter(image => !image.naturalWidth).length,
      images: page.images.length, text: page.body.innerText.length,
    };
  });
  document.querySelector("#said").textContent = JSON.stringify(said);
});
</script>
"""


def chromium(profile: Path, *arguments: str) -> str:
    """Run Chromium without a window; return what it prints."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--allow-file-access-from-files", f"--user-data-dir={profile}", *arguments]
    environment = {**os.environ, "FONTCONFIG_FILE": str(_fonts(profile))}
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=180, env=environment
    )
    return run.stdout


def _fonts(profile: Path) -> Path:
    """The machine's fonts, and the Chinese ones of the `fonts-zh` extra, as phones have some."""
    package = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    folders = package.submodule_search_locations if package is not None else None
    profile.mkdir(parents=True, exist_ok=True)
    path = profile / "fonts.conf"
    own = "".join(f"<dir>{html.escape(folder)}</dir>" for folder in folders or ())
    include = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    path.write_text(f'<?xml version="1.0"?><fontconfig>{include}{own}</fontconfig>', "utf-8")
    return path


def unpack(epub: Path, folder: Path) -> list[Path]:
    """Unpack an EPUB and return its pages, in the order of the zip."""
    with zipfile.ZipFile(epub) as archive:
        archive.extractall(folder)
        return [folder / name for name in archive.namelist() if name.endswith(".xhtml")]


def measure(pages: list[Path], folder: Path) -> list[dict[str, Any]]:
    """Open every page in every width, and tell what of it does not fit or is not shown."""
    frames = "".join(
        f'<iframe data-page="{page.name} {size}" src="{page.as_uri()}" '
        f'style="width:{width}px;height:900px;border:0"></iframe>'
        for page in pages
        for size, width in WIDTHS.items()
    )
    harness = folder / "harness.html"
    harness.write_text(_MEASURE % frames, "utf-8")
    dumped = chromium(
        folder / "profile", "--virtual-time-budget=60000", "--dump-dom", harness.as_uri()
    )
    said = re.search(r'<pre id="said">(.*?)</pre>', dumped, re.DOTALL)
    assert said is not None, dumped[-2000:]
    found: list[dict[str, Any]] = json.loads(html.unescape(said[1]))
    return found


def screenshot(page: Path, target: Path, size: str, *, dark: bool) -> None:
    """Keep what a page looks like, by day or as a reader's night mode turns it."""
    night = ["--enable-features=WebContentsForceDark", "--force-dark-mode"] if dark else []
    # No window is narrower than 500 pixels, so the page gets a frame as wide as the screen.
    width, frame = WIDTHS[size], page.parent / "frame.html"
    frame.write_text(
        '<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">'
        f'<iframe src="{page.as_uri()}" style="width:{width}px;height:2000px;border:0"></iframe>',
        "utf-8",
    )
    chromium(
        page.parent / "profile",
        *night,
        f"--window-size={max(500, width)},2000",
        f"--screenshot={target}",
        frame.as_uri(),
    )
    with Image.open(target) as shot:
        shot.crop((0, 0, width, shot.height)).save(target)


@dataclass(frozen=True, slots=True)
class View:
    """A page as somebody sees it; `shot` is where its picture goes, `ask` is JavaScript.

    `type` has text by the selector of the field that it is typed into.
    """

    page: Path
    width: int = WIDTHS["phone"]
    height: int = 844
    dark: bool = False
    scale: int = 1
    axe: bool = False
    measure: bool = True
    full: bool = False
    shot: Path | None = None
    ask: str | None = None
    type: dict[str, str] | None = None

    def job(self) -> dict[str, Any]:
        """What look.cjs takes."""
        shot = str(self.shot) if self.shot else None
        return {**asdict(self), "url": self.page.resolve().as_uri(), "page": None, "shot": shot}


def look(views: Sequence[View], folder: Path) -> list[dict[str, Any]]:
    """Open pages, each in a window of its own; return what was seen, said and asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    job = {
        "modules": str(Path(sys.prefix) / "ace" / "node_modules"),
        "browser": shutil.which("chromium"),
        "profile": str(folder / "profile"),
        "views": [view.job() for view in views],
    }
    path = folder / "job.json"
    path.write_text(json.dumps(job), "utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(_fonts(folder / "profile"))}
    run = subprocess.run(
        ["node", str(Path(__file__).with_name("look.cjs")), str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=environment,
    )
    assert run.returncode == 0, run.stderr
    seen: list[dict[str, Any]] = json.loads(run.stdout)
    return seen
