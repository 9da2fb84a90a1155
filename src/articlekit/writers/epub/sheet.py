"""The book's style sheet: the common one, a theme's, a profile's, and the user's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from articlekit.writers.epub.options import PROFILES, EpubOptions
from articlekit.writers.user_css import read_user_css

# Properties that an EPUB's sheet may not have (EPUB 3.3, "CSS requirements").
_FORBIDDEN: Final = frozenset({"direction", "unicode-bidi"})


def style_sheet(options: EpubOptions) -> bytes:
    """Put the style sheet together; raises UsageError for the user's when it cannot be taken."""
    profile = PROFILES[options.profile]
    dots = None if profile.simple else "dots"
    names = ["book", dots, f"theme-{options.theme}", profile.sheet]
    sheets = [_own(name) for name in names if name is not None]
    if options.css is not None:
        sheets.append(read_user_css(Path(options.css), _FORBIDDEN))
    return "\n".join(sheets).encode("utf-8")


def _own(name: str) -> str:
    return files(__package__).joinpath("styles", f"{name}.css").read_text("utf-8")
