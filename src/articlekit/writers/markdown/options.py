"""How Markdown is to look, where one document can be written in more than one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from articlekit.errors import UsageError, did_you_mean
from articlekit.writers.markdown.dialects import find_dialect

_CHOICES = {
    "bullet": ("-", "*", "+"),
    "links": ("inline", "reference"),
    "headings": ("atx", "setext"),
    "names": ("unicode", "ascii"),
    "markdown_engine": ("walk", "markdownify"),
}
_NARROWEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownOptions:
    """What may be chosen.

    `dialect` is a name in `DIALECTS`; `wrap` is the width in columns that lines are broken
    at, Han characters counting two, or None for one line a paragraph; `bullet` begins the
    items of lists; `links` stand inline or as references collected at the end; `headings`
    of levels 1 and 2 are "atx" (`# …`) or "setext" (underlined); `assets` names the folder
    of images, by default `assets` in a folder and `NAME.assets` beside a file; `keys` are
    the front matter's, in this order, or None for all in the source's own; `names` of a
    column's files are "unicode" or "ascii"; `markdown_engine` is "walk", or "markdownify"
    for the converter that heeds none of the options on how text looks.
    """

    dialect: str = "gfm"
    wrap: int | None = None
    bullet: Literal["-", "*", "+"] = "-"
    links: Literal["inline", "reference"] = "inline"
    headings: Literal["atx", "setext"] = "atx"
    assets: str | None = None
    keys: Sequence[str] | None = None
    names: Literal["unicode", "ascii"] = "unicode"
    markdown_engine: Literal["walk", "markdownify"] = "walk"

    def __post_init__(self) -> None:
        """Refuse what is no choice, with the nearest that is one."""
        find_dialect(self.dialect)
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise UsageError(f"{name} cannot be {value!r}{did_you_mean(str(value), choices)}")
        if isinstance(self.keys, str):
            raise UsageError(f"keys cannot be {self.keys!r}; give a list of names")
        if self.wrap is not None and self.wrap < _NARROWEST:
            raise UsageError(f"wrap cannot be {self.wrap}; lines have {_NARROWEST} columns or more")
        if self.assets is not None and not _is_plain_name(self.assets):
            raise UsageError(f"assets cannot be {self.assets!r}; name a folder beside the files")


def _is_plain_name(name: str) -> bool:
    return name not in ("", ".", "..") and not set(name) & set('/\\:*?"<>|\0')
