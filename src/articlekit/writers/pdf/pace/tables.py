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
    if max_width == 0 and minimum and _breaks_between_words(style):
        piece = text[:_LOOK]
        end = _first_break(piece, style) if _SPECIAL.isdisjoint(piece) else None
        if end is None and len(piece) == len(text):
            end = len(text)
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


def _breaks_between_words(style: Any) -> bool:
    """Tell whether no word of the style is ever broken, for which a column would be narrower."""
    kept: bool | None = getattr(style, "pace_unbroken", None)
    if kept is None:
        lang = style["lang"]
        hyphenated = style["hyphens"] == "auto" and lang and pyphen.language_fallback(lang)
        kept = style.pace_unbroken = (
            style["white_space"] == "normal"
            and style["overflow_wrap"] != "anywhere"
            and style["word_break"] != "break-all"
            and style["word_spacing"] == 0
            and 0 < style["font_size"] < inf
            and not hyphenated
        )
    return kept


def _first_break(piece: str, style: Any) -> int | None:
    """Where a line may first be broken, if that is not too near to the end to tell."""
    last = len(piece) - _AHEAD if len(piece) == _LOOK else len(piece)
    found = get_log_attrs(piece, style["lang"])
    return next((at for at in range(1, last) if found[at].is_line_break), None)


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
