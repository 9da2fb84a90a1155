"""How narrow a column can be, which is how wide the widest piece is that cannot be broken.

WeasyPrint 70 finds such a piece by laying out all that is left of the text, with no room for
it, again for each piece: in Chinese, for each character.
"""

from __future__ import annotations

from math import inf
from typing import Any, Final

import pyphen
from weasyprint.text.line_break import get_log_attrs

from articlekit.writers.pdf.pace.text import Layout, line_size, split_first_line, type_of

# What begins a line, or may break a word, otherwise than space between words.
_SPECIAL: Final = frozenset("\n\t\f\u0085\u2028\u2029\u00ad")
# Characters looked at for a place to break, and how many of these are only seen to look on.
_LOOK: Final = 40
_AHEAD: Final = 8


def split_narrow(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """Split the first piece off a text as `split_first_line` does, its layout left out."""
    kind = _break_of(style, is_line_start)
    if max_width == 0 and minimum and kind is not None:
        end = _end_of_piece(text, style, kind)
        if end is not None and (shown := text[:end].rstrip(" ")):
            resume = None if end == len(text) else len(text[:end].encode())
            return None, len(shown.encode()), resume, _width(shown, style), None, None
    return split_first_line(
        text,
        style,
        context,
        max_width,
        justification_spacing,
        is_line_start=is_line_start,
        minimum=minimum,
    )


def _break_of(style: Any, is_line_start: bool) -> str | None:
    """Name the attribute of characters before which a line may begin; None where it depends."""
    kept: tuple[str | None, str | None] | None = getattr(style, "pace_breaks", None)
    if kept is None:
        plain = (
            style["white_space"] == "normal"
            and style["word_break"] != "break-all"
            and style["word_spacing"] == 0
            and 0 < style["font_size"] < inf
        )
        lang = style["lang"]
        hyphenated = style["hyphens"] == "auto" and lang and pyphen.language_fallback(lang)
        words = "is_line_break" if plain and not hyphenated else None
        anywhere = style["overflow_wrap"] == "anywhere"
        start = "is_char_break" if anywhere and plain else words
        kept = style.pace_breaks = (words, start)
    return kept[is_line_start]


def _end_of_piece(text: str, style: Any, kind: str) -> int | None:
    """Where a line ends that has no room, if that is not too far away to tell."""
    piece = text[:_LOOK]
    if not _SPECIAL.isdisjoint(piece):
        return None
    whole = len(piece) == len(text)
    found = get_log_attrs(piece, style["lang"])
    last = len(piece) if whole else len(piece) - _AHEAD
    end = next((at for at in range(1, last) if getattr(found[at], kind)), None)
    if end is None:
        return len(text) if whole else None
    # A space stays with the letter before it, wherever lines may break.
    return None if kind == "is_char_break" and text[end] == " " else end


def _width(text: str, style: Any) -> float:
    """How wide a piece is, remembered: pieces of Chinese text are single characters."""
    widths = type_of(style).widths
    key = (text, style["letter_spacing"])
    if key not in widths:
        layout = Layout(style)
        layout.set_text(text)
        line, _ = layout.get_first_line()
        widths[key], _ = line_size(line, style)
    return widths[key]
