"""What a notebook shows of an object: a small piece of HTML that is safe in any page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

# A notebook keeps what it shows in its file, so little is shown.
_LONGEST: Final = 300
# Characters that no HTML may hold, and halves of pairs, which no file of UTF-8 may.
_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def shown(text: str, longest: int = _LONGEST) -> str:
    """Return text as HTML, with what cannot be shown replaced, and its end if it is long."""
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    return escape(_UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", cut))


def card(title: str, facts: Iterable[tuple[str, str]], texts: Iterable[str] = ()) -> str:
    """Return a title, a table of facts without the empty ones, and paragraphs; all are text."""
    rows = "".join(
        f'<tr><th scope="row">{shown(name)}</th><td><bdi>{shown(value)}</bdi></td></tr>'
        for name, value in facts
        if value
    )
    paragraphs = "".join(f"<p><bdi>{shown(text)}</bdi></p>" for text in texts if text)
    head = f"<p><strong><bdi>{shown(title)}</bdi></strong></p>"
    return f"<div>{head}<table>{rows}</table>{paragraphs}</div>"
