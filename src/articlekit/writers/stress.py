"""How words are stressed: Latin ones lean, Han ones get dots."""

from __future__ import annotations

import re
from typing import Final

from articlekit.html import text_of
from articlekit.model import Element

_HAN: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Dots below letters would be taken for accents, or for a spelling checker's marks.
_LETTERS: Final = re.compile(r"[A-Za-z]")


def mark_dotted(element: Element) -> None:
    """Tell what is stressed by dots, as no selector knows its script."""
    text = text_of(element) if len(element) else element.text or ""
    if _HAN.search(text) and not _LETTERS.search(text):
        element.set("class", "dotted")
