"""Lines of text, without doing again for each what is the same for all of a style.

WeasyPrint 70 makes a context, a description of the font and a list of attributes for every
line, twice: when it is laid out and when it is painted. And it lays out four times the text
that a line of Chinese has room for, as four Latin letters may be as wide as their height.
"""

from __future__ import annotations

import re
from math import inf
from typing import Any, Final

from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, gobject, pango
from weasyprint.text.fonts import font_features, get_font_description

# What decides on a font, its features and its language, by names of properties.
_DECIDING: Final = (
    "direction", "lang", "font_language_override", "font_family", "font_style", "font_stretch",
    "font_weight", "font_size", "font_variation_settings", "font_kerning",
    "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian",
    "font_feature_settings", "text_decoration_line",
)  # fmt: skip
_LINES: Final = (
    "ascent", "underline_position", "underline_thickness", "strikethrough_position",
    "strikethrough_thickness",
)  # fmt: skip
_BREAKING: Final = ("anywhere", "break-word")
# Characters as wide as the font is high, and so many of them in a line more than it has room
# for: marks and spaces are narrower, and what follows the line says where it may break.
_WIDE: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60]")
_SHARE_OF_WIDE: Final = 0.7
_MORE: Final = 1.4
_BEHIND: Final = 8
_NEXT: Final = 3


class Type:
    """What Pango needs to know of a style, made once for all styles that agree in it."""

    def __init__(self, style: Any) -> None:
        font_map = style.font_config.font_map
        self.context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
        pango.pango_context_set_round_glyph_positions(self.context, False)
        pango.pango_context_set_base_dir(self.context, PANGO_DIRECTION[style["direction"]])
        override = style["font_language_override"]
        lang = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
        if lang:
            self.language = pango.pango_language_from_string(_plain(lang))
            pango.pango_context_set_language(self.context, self.language)
        else:
            self.language = pango.pango_language_get_default()
        self.description = get_font_description(style)
        features = font_features(
            *(style[f"font_{name}"] for name in ("kerning", "variant_ligatures")),
            *(style[f"font_variant_{name}"] for name in ("position", "caps", "numeric")),
            *(style[f"font_variant_{name}"] for name in ("alternates", "east_asian")),
            style["font_feature_settings"],
        )
        self.features = ",".join(f"{key} {value}" for key, value in features.items()).encode()
        self.decoration = _decoration(self, style)
        self.extents = ffi.new("PangoRectangle *")
        self.widths: dict[tuple[str, Any], float] = {}
        self._shared = {whole: self.attributes(whole) for whole in (False, True)}

    def attributes(self, whole: bool, spacing: int = 0) -> Any:
        """Make the attributes of a text; `whole` says that its lines end without hyphens."""
        if not (self.features or whole or spacing):
            return ffi.NULL
        found = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        if self.features:
            pango.pango_attr_list_insert(found, pango.pango_attr_font_features_new(self.features))
        if spacing:
            pango.pango_attr_list_change(found, pango.pango_attr_letter_spacing_new(spacing))
        if whole:
            pango.pango_attr_list_change(found, pango.pango_attr_insert_hyphens_new(False))
        return found

    def kept(self, whole: bool) -> Any:
        """The attributes of a text without spacing of its own."""
        return self._shared[whole]


def _decoration(type_: Type, style: Any) -> dict[str, float | None]:
    """Where lines under and through the text are, as attributes of a layout."""
    if style["text_decoration_line"] == "none":
        return {"ascent": None, "underline_position": None, "strikethrough_position": None}
    metrics = ffi.gc(
        pango.pango_context_get_metrics(type_.context, type_.description, type_.language),
        pango.pango_font_metrics_unref,
    )
    return {
        name: FROM_UNITS * getattr(pango, f"pango_font_metrics_get_{name}")(metrics)
        for name in _LINES
    }


def type_of(style: Any) -> Type:
    """Return what Pango knows of the style. A style that is changed later is copied before."""
    kept: Type | None = getattr(style, "pace_type", None)
    if kept is not None:
        return kept
    key = repr([style[name] for name in _DECIDING])
    # On the document's fonts, as what it refers to lives as long as these.
    known: dict[str, Type] = style.font_config.__dict__.setdefault("pace_types", {})
    if key not in known:
        known[key] = Type(style)
    style.pace_type = known[key]
    return known[key]


class Layout(line_break.Layout):  # type: ignore[misc]  # WeasyPrint publishes no types
    """A line as `Layout` makes it."""

    def setup(self, style: Any) -> None:
        self.style, self.first_line_direction = style, 0
        self.type = type_ = type_of(style)
        self.language = type_.language
        self.layout = ffi.gc(pango.pango_layout_new(type_.context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(self.layout, False)
        pango.pango_layout_set_font_description(self.layout, type_.description)
        self.__dict__.update(type_.decoration)

    def set_text(self, text: str, justify: bool = False) -> None:
        style = self.style
        whole = style["overflow_wrap"] in _BREAKING
        spaced = style["word_spacing"] or (justify and self.justification_spacing)
        if not text or spaced or "\t" in text:
            pango.pango_layout_set_attributes(self.layout, self.type.attributes(False))
            super().set_text(text, justify)
            return
        # Only the first line is asked for, and the character that begins the next.
        end = text.find("\n")
        self.text = text if end == -1 else text[: end + 2]
        spacing = 0 if style["letter_spacing"] == "normal" else style["letter_spacing"]
        spacing = int(spacing * TO_UNITS)
        found = self.type.attributes(whole, spacing) if spacing else self.type.kept(whole)
        pango.pango_layout_set_attributes(self.layout, found)
        pango.pango_layout_set_text(self.layout, _plain(self.text), -1)

    def deactivate(self) -> None:
        super().deactivate()
        del self.type


def _plain(text: str) -> bytes:
    """Text as C has it, which ends at a NUL."""
    return text.encode().replace(b"\0", b"")


def line_size(line: Any, style: Any) -> tuple[float, float]:
    """Return the width and the height of a line, as `line_size` does."""
    extents = type_of(style).extents
    pango.pango_layout_line_get_extents(line, ffi.NULL, extents)
    width = extents.width * FROM_UNITS
    if style["letter_spacing"] != "normal":
        width += style["letter_spacing"]
    return width, extents.height * FROM_UNITS


def strut(style: Any) -> tuple[float, float]:
    """Return the height of a line and its baseline, remembered by the style itself."""
    kept: tuple[float, float] | None = getattr(style, "pace_strut", None)
    if kept is None:
        kept = style.pace_strut = full_strut(style)
    return kept


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    **rest: bool,
) -> Any:
    """Split a line as `split_first_line` does, from no more text than the line may have.

    What follows the line must be Chinese, where a line may break before any character that
    is no mark; so what is left of the text decides nothing.
    """
    size = style["font_size"]
    if max_width is not None and max_width != inf and size > 0:
        most = int(max_width / size * _MORE) + _BEHIND
        piece = text[:most]
        if len(piece) < len(text) and len(_WIDE.findall(piece)) > _SHARE_OF_WIDE * most:
            found = split_whole_line(
                piece, style, context, max_width, justification_spacing, **rest
            )
            if found[2] is not None:
                following = piece.encode()[found[2] :].decode()[:_NEXT]
                if len(_WIDE.findall(following)) == _NEXT:
                    return found
    return split_whole_line(text, style, context, max_width, justification_spacing, **rest)


full_strut: Final = line_break.strut
split_whole_line: Final = line_break.split_first_line
