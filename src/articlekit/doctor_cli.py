"""`articlekit doctor`: what this machine lacks for making books.

Findings go to standard output, one a line, the sum to standard error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from articlekit.doctor import Finding
    from articlekit.model import Article

_FILES: Final = click.Path().shell_complete


@click.command(short_help="Name what is missing here, and the command that mends it.")
@click.argument("column", required=False, metavar="[DIR|FILE]", shell_complete=_FILES)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option(
    "--report",
    "report_file",
    metavar="FILE.json",
    type=click.Path(dir_okay=False),
    help="Write the findings to FILE.json, too.",
)
@click.option(
    "--cache-dir",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="The cache in DIR instead of the user's cache folder (or ARTICLEKIT_CACHE).",
)
def doctor(
    column: str | None, as_json: bool, report_file: str | None, cache_dir: str | None
) -> None:
    """Name the libraries and fonts that are missing here, and the command that mends it.

    With a folder of articles, or an article, fonts are looked for that have every character
    of it, script by script. A `lack` is needed; a `hint` is missing, too, but only some books
    want it. Installs nothing, changes nothing and opens no connection.

    Exit codes: 0 nothing is lacking, 1 something is, 2 wrong use.

    Example: articlekit doctor blog/
    """
    from articlekit.doctor import examine
    from articlekit.publish import check_target, write_whole

    if report_file:
        check_target(Path(report_file))
    findings = examine(cache_dir, _articles(column, cache_dir) if column else ())
    text = json.dumps(
        {"version": 1, "findings": [asdict(each) for each in findings]},
        ensure_ascii=False,
        indent=2,
    )
    if report_file:
        write_whole(Path(report_file), text.encode() + b"\n")
    click.echo(text if as_json else "\n".join(map(str, findings)))
    _leave(findings)


def _articles(source: str, cache_dir: str | None) -> tuple[Article, ...]:
    """The articles of a folder, or of a file that is one itself."""
    from articlekit import pipeline

    if Path(source).is_dir() or Path(source).suffix == ".toml":
        return pipeline.list_column(source, offline=True, cache_dir=cache_dir).articles
    return (pipeline.read(source),)


def _leave(findings: list[Finding]) -> None:
    lacks = sum(each.state == "lack" for each in findings)
    click.echo(f"lacks: {lacks}" if lacks else "all is well", err=True)
    if lacks:
        sys.exit(1)
