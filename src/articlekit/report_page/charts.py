"""Small charts: tables whose rows have a bar, so that those who see none read the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from articlekit.report_page.words import shown

_WIDTH: Final = 100
_HEIGHT: Final = 10
# A value that is not nothing shows, be it ever so small.
_LEAST: Final = 0.6


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: what it is of, how long the bar is, the figure as a text, and a class to colour it."""

    label: str
    value: float
    text: str
    kind: str = "plain"


def chart(title: str, bars: Sequence[Bar]) -> str:
    """Return a chart, the longest bar as wide as it can be; nothing for no bars."""
    most = max((bar.value for bar in bars), default=0)
    if not bars:
        return ""
    rows = "\n".join(_row(bar, most) for bar in bars)
    caption = f"<caption>{shown(title)}</caption>"
    return f'<table class="chart">{caption}\n<tbody>\n{rows}\n</tbody></table>\n'


def _row(bar: Bar, most: float) -> str:
    width = max(_LEAST, bar.value / most * _WIDTH) if bar.value > 0 else 0
    return (
        f'<tr><th scope="row"><bdi>{shown(bar.label)}</bdi></th><td class="bar">'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="{bar.kind}" width="{width:.4g}" height="{_HEIGHT}"/></svg></td>'
        f"<td>{shown(bar.text)}</td></tr>"
    )
