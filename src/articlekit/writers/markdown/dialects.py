"""What each dialect of Markdown can say. The rest is written as HTML, which all of them allow.

Sources: CommonMark 0.31.2; GitHub Flavored Markdown 0.29 and GitHub's pages on footnotes and
alerts; the pandoc User's Guide, "Pandoc's Markdown"; Obsidian Help, "Obsidian Flavored
Markdown"; goldmark's extensions that Hugo turns on; kramdown's syntax, with its GFM parser.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypedDict

from articlekit.errors import UsageError, did_you_mean


class _Sayings(TypedDict):
    tables: bool
    strikethrough: bool
    tasks: bool
    footnotes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A dialect, as a list of what it can say beyond CommonMark.

    `bare_tables` are tables whose header is left blank; `markdown_in_html` tells whether
    Markdown between an element's tags is read when blank lines stand around it, and
    `markdown_in_tags` that it is read without them; `figures` are images alone in a
    paragraph, their text being the caption; `low_lines` tells whether emphasis between
    them is read beside stars; `paired` has the characters that mark something up when two
    of them stand in a line, and `lines` is a pattern of what else is markup where a line
    begins, its first group being what stands before the character to escape.
    """

    name: str
    tables: bool = False
    bare_tables: bool = False
    strikethrough: bool = False
    tasks: bool = False
    footnotes: bool = False
    alerts: bool = False
    callouts: bool = False
    definition_lists: bool = False
    subscripts: bool = False
    attributes: bool = False
    figures: bool = False
    math: bool = False
    highlights: bool = False
    wikilinks: bool = False
    markdown_in_html: bool = True
    markdown_in_tags: bool = False
    low_lines: bool = True
    shortcodes: bool = False
    paired: str = ""
    always: str = ""
    lines: str = ""
    front_matter: str = "articlekit"


_GITHUB: Final[_Sayings] = {"tables": True, "strikethrough": True, "tasks": True, "footnotes": True}
_TASKS: Final = r"|()\[(?=[ xX]\](?:\s|$))|()\[(?=!\w)"
_DEFINITIONS: Final = r"|()[:~](?=\s)"

DIALECTS: Final = MappingProxyType(
    {
        each.name: each
        for each in (
            Dialect(name="commonmark"),
            Dialect(name="gfm", **_GITHUB, alerts=True, paired="~", lines=_TASKS),
            Dialect(
                name="pandoc",
                **_GITHUB,
                bare_tables=True,
                definition_lists=True,
                subscripts=True,
                attributes=True,
                figures=True,
                markdown_in_tags=True,
                low_lines=False,
                math=True,
                paired="~^$",
                # TeX commands, citations, and attributes behind a bracket or code.
                always=r"|\\|@(?=[\w{])|\{",
                lines=_TASKS
                + _DEFINITIONS
                + r"|()[|%](?=\s)|(\(?(?:[A-Za-z]+|#|@\w*|\d+))[.)](?=\s|$)|()\((?=@)",
            ),
            Dialect(
                name="obsidian",
                **_GITHUB,
                callouts=True,
                math=True,
                highlights=True,
                wikilinks=True,
                markdown_in_html=False,
                paired="~$",
                always=r"|\[(?=\[)|=(?==)|%(?=%)|(?<![^\s])#(?=\w)",
                lines=_TASKS,
            ),
            Dialect(
                name="hugo",
                **_GITHUB,
                definition_lists=True,
                paired="~",
                lines=_TASKS + _DEFINITIONS,
                shortcodes=True,
                front_matter="hugo",
            ),
            Dialect(
                name="jekyll",
                **_GITHUB,
                definition_lists=True,
                markdown_in_html=False,
                paired="~$",
                # kramdown makes a table of any line with a bar.
                always=r"|\||\{(?=[:%{])",
                lines=_TASKS + _DEFINITIONS,
                front_matter="jekyll",
            ),
        )
    }
)


def find_dialect(name: str) -> Dialect:
    """Return the dialect of this name; raises UsageError."""
    if name not in DIALECTS:
        raise UsageError(f"dialect cannot be {name!r}{did_you_mean(name, list(DIALECTS))}")
    return DIALECTS[name]
