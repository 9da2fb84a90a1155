"""The flags that say what column.toml may say of a column, and stand over it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

#: By name; each is the key of column.toml that has `_` for its hyphens.
COLUMN_FLAGS: Final = {
    "title": click.option("--title", metavar="TEXT", help="Give the book this title."),
    "subtitle": click.option(
        "--subtitle", metavar="TEXT", help="Put this below the title; on covers, too."
    ),
    "author": click.option(
        "--author",
        "authors",
        multiple=True,
        metavar="NAME",
        help="Name this author of the book. May be repeated.",
    ),
    "language": click.option("--language", metavar="TAG", help="Give the book this language."),
    "description": click.option(
        "--description", metavar="TEXT", help="Describe the book in a sentence or two."
    ),
    "cover": click.option(
        "--cover", metavar="FILE|URL", help="Take this picture, inside the folder, as cover."
    ),
    "series": click.option("--series", metavar="TEXT", help="Make the book one of this series."),
    "number": click.option(
        "--number", metavar="N", help="Give the book this place in its series: 2, or 2.5."
    ),
    "order": click.option(
        "--order",
        type=click.Choice(["date", "title", "name", "listed"]),
        help="Sort articles by this; listed is as --include lists them.",
    ),
    "descending": click.option(
        "--descending/--ascending", default=None, help="Put the newest or last first, or last."
    ),
    "include": click.option(
        "--include",
        multiple=True,
        metavar="PATTERN",
        help="Take the files of the folder that match, as '*.html' or '2024/**'. May be repeated.",
    ),
    "exclude": click.option(
        "--exclude",
        multiple=True,
        metavar="PATTERN",
        help="Leave out the files and folders that match. May be repeated.",
    ),
    "group-by": click.option(
        "--group-by",
        type=click.Choice(["category", "year", "month", "none"]),
        help="Make parts of the book by this.",
    ),
}


def told_of_column(given: Mapping[str, Any], source: str) -> dict[str, object]:
    """Return those of the flags that were given as column.toml has them.

    A cover may be named as the shell completes it, from the working folder.
    """
    names = [flag.replace("-", "_") for flag in COLUMN_FLAGS] + ["authors"]
    told = {name: given[name] for name in names if name in given}
    told |= {name: list(value) for name, value in told.items() if isinstance(value, tuple)}
    if "cover" in told:
        told["cover"] = _within(source, told["cover"])
    return told


def _within(source: str, name: str) -> str:
    given = Path(source)
    folder = given if given.is_dir() else given.parent
    path = Path(os.path.relpath(name, folder))
    return path.as_posix() if Path(name).is_file() and ".." not in path.parts else name
