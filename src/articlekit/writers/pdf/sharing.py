"""Fonts of WeasyPrint that several documents share, so that one subset has the glyphs of all."""

from __future__ import annotations

from typing import Any

from weasyprint.text.fonts import get_hb_object_data


class SharedFonts(dict[int, Any]):
    """WeasyPrint's `Font`s by their keys, as `Document.fonts` has them.

    A `Font` gathers the glyphs that it was used for, and keeps them. What it has of Pango may be
    gone with the document that it was made for, and its file is a subset once that was written:
    both are had anew for the next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stale: set[int] = set()

    def renew(self) -> None:
        """Make the fonts ready for the painting of another document."""
        self._stale = set(self)
        for font in self.values():
            font.file_content = get_hb_object_data(font.hb_face)

    def __contains__(self, key: object) -> bool:
        """Tell whether a font can be painted with; if not, WeasyPrint makes another."""
        return key not in self._stale and super().__contains__(key)

    def __setitem__(self, key: int, font: Any) -> None:
        """Keep a font, or of one that is known, what only the other has."""
        known = self.get(key)
        if known is None:
            super().__setitem__(key, font)
        else:
            known.hb_font = font.hb_font
        self._stale.discard(key)
