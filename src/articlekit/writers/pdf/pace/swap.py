"""Functions of WeasyPrint that are others for a while, in every module that has them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pydyf
import weasyprint
from weasyprint import css
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import preferred
from weasyprint.text import line_break

from articlekit.writers.pdf.pace import boxes, styles, tables, text, writing

#: The versions of WeasyPrint whose functions were read before they were stood in for; any
#: other is left as it is.
KNOWN: Final = ("70.0",)
# Objects made before rubbish is looked for: a book is millions that all stay to the end.
_SELDOM: Final = (50_000, 20, 100)
# By what is stood in for.
_FUNCTIONS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    boxes.avoid_shapes: boxes.avoid_collisions,
    boxes.check_function: boxes.check_math,
    boxes.resolve_all: boxes.resolve_percentages,
    boxes.resolve_all_radii: boxes.resolve_radii,
    css.StyleFor: styles.SharedStyles,
    line_break.Layout: text.Layout,
    line_break.line_size: text.line_size,
    styles.set_page_styles: styles.share_page_styles,
    text.full_strut: text.strut,
    text.split_whole_line: text.split_first_line,
}
_ATTRIBUTES: Final = (
    (Box, "is_in_normal_flow", boxes.is_in_normal_flow),
    (preferred, "split_first_line", tables.split_narrow),
    (pydyf.PDF, "write", writing.write),
)


@contextmanager
def quickened() -> Iterator[None]:
    """Let WeasyPrint work faster meanwhile; what it makes is the same.

    Threads may do so at once: what is left behind in the worst case makes the same, too.
    """
    if weasyprint.__version__ not in KNOWN:
        yield
        return
    swaps = list(_swaps())
    threshold = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        for holder, name, _, other in swaps:
            setattr(holder, name, other)
        yield
    finally:
        for holder, name, original, _ in reversed(swaps):
            setattr(holder, name, original)
        gc.set_threshold(*threshold)


def _swaps() -> Iterator[tuple[Any, str, Any, Any]]:
    """Yield where something is to be swapped, its name there, what it is and what it will be."""
    for module in [each for name, each in sys.modules.items() if name.startswith("weasyprint")]:
        for name, value in list(vars(module).items()):
            if callable(value) and value.__hash__ and value in _FUNCTIONS:
                yield module, name, value, _FUNCTIONS[value]
    for holder, name, other in _ATTRIBUTES:
        yield holder, name, vars(holder)[name], other
