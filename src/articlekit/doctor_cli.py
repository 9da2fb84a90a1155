"""`articlekit doctor`: what this machine lacks for making books.

Findings go to standard output, one a line, the sum to standard error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from articlekit.doctor import Finding


@click.command()
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
def doctor(as_json: bool, report_file: str | None, cache_dir: str | None) -> None:
    """Name the libraries and fonts that are missing here, and the command that mends it.

    A `lack` is needed; a `hint` is missing, too, but only some books want it. Installs
    nothing and opens no connection.

    Exit codes: 0 nothing is lacking, 1 something is.

    Example: articlekit doctor
    """
    from articlekit.doctor import examine
    from articlekit.publish import check_target, write_whole

    if report_file:
        check_target(Path(report_file))
    findings = examine(cache_dir)
    text = json.dumps(
        {"version": 1, "findings": [asdict(each) for each in findings]},
        ensure_ascii=False,
        indent=2,
    )
    if report_file:
        write_whole(Path(report_file), text.encode() + b"\n")
    click.echo(text if as_json else "\n".join(map(str, findings)))
    _leave(findings)


def _leave(findings: list[Finding]) -> None:
    lacks = sum(each.state == "lack" for each in findings)
    click.echo(f"lacks: {lacks}" if lacks else "all is well", err=True)
    if lacks:
        sys.exit(1)
