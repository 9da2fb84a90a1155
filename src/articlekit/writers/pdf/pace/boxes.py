"""Boxes, where nothing is to be worked out: sizes without percentages, lines beside no float."""

from __future__ import annotations

from typing import Any, Final

from weasyprint.css import functions
from weasyprint.css.tokens import Dimension
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import float as floats
from weasyprint.layout import percent

_SIDES: Final = ("top", "right", "bottom", "left")
_BORDERS: Final = tuple(f"border_{side}_width" for side in _SIDES)
_LENGTHS: Final = (
    *(f"margin_{side}" for side in _SIDES),
    *(f"padding_{side}" for side in _SIDES),
    *(f"{bound}{axis}" for axis in ("width", "height") for bound in ("", "min_", "max_")),
)
_RADII: Final = tuple(
    f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")
)
_NOWHERE: Final = ("static", "relative")
_SHARP: Final = (0, "px")


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set the used lengths of a box, as `resolve_percentages` does."""
    style = box.style
    used = style.__dict__.get("pace_used")
    if used is None:
        used = style.pace_used = _used(style)
    if used is False:
        resolve_all(box, containing_block)
        return
    lengths, borders = used
    held = box.__dict__
    if borders is None:  # of a table whose borders collapse: those that are set hold
        for name in _BORDERS:
            if name not in held:
                held[name] = style[name]
        held.update(lengths)
    else:
        held.update(lengths)
        held.update(borders)


def _used(style: Any) -> Any:
    """Return lengths and borders that depend on no other box, or False where some do."""
    if style["box_sizing"] != "content-box":
        return False
    lengths = {}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto":
            lengths[name] = 0 if name in ("min_width", "min_height") else value
        elif isinstance(value, Dimension) and value.unit.lower() == "px":
            lengths[name] = value.value
        else:
            return False
    collapse = style["border_collapse"] == "collapse"
    return lengths, None if collapse else {name: style[name] for name in _BORDERS}


def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> Any:
    """Return where a box may begin and how wide it may be, as `avoid_collisions` does."""
    line = type(box).__name__ == "LineBox"
    if context.excluded_shapes or not line or containing_block.style["direction"] != "ltr":
        return avoid_shapes(context, box, containing_block, outer)
    left = containing_block.content_box_x()
    width = containing_block.width
    if outer:
        return left, box.position_y, width
    right = left + width - box.margin_right
    left += box.margin_left
    return left - box.margin_left, box.border_box_y() - box.margin_top, right - left


def is_in_normal_flow(box: Any) -> bool:
    """Tell whether a box is in the flow, as `Box.is_in_normal_flow` does."""
    style = box.style
    if style["float"] == "none" and style["position"] in _NOWHERE:
        return True
    return bool(is_in_any_flow(box))


def resolve_radii(box: Any) -> None:
    """Set the radii of a box; those of most styles are none."""
    style = box.style
    sharp = style.__dict__.get("pace_sharp")
    if sharp is None:
        sharp = style.pace_sharp = all(_SHARP in style[name] for name in _RADII)
    if sharp:
        box.__dict__.update(dict.fromkeys(_RADII, (0, 0)))
    else:
        resolve_all_radii(box)


def check_math(token: Any) -> Any:
    """Tell whether a value is a function of CSS; words, numbers and lengths are none."""
    if type(token) in _PLAIN:
        return None
    return check_function(token)


_PLAIN: Final = frozenset({str, int, float, bool, type(None), Dimension})
resolve_all: Final = percent.resolve_percentages
resolve_all_radii: Final = percent.resolve_radii_percentages
avoid_shapes: Final = floats.avoid_collisions
is_in_any_flow: Final = Box.is_in_normal_flow
check_function: Final = functions.check_math
