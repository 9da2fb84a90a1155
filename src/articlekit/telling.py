"""What the command says of a run: how far it is, what was found, what came of it.

All of it goes to standard error but the table of `articlekit list`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from articlekit.contents import Row
    from articlekit.progress import JsonLines
    from articlekit.report import Report
    from articlekit.settings import Progress

# Losses named one by one on the terminal; the rest are in --report.
_SHOWN: Final = 20


def show_contents(rows: Sequence[Row]) -> None:
    """Show a column's articles on standard output, as a table or as plain lines."""
    from articlekit import contents

    if sys.stdout.isatty():
        from articlekit.terminal import draw_contents

        draw_contents(rows)
    else:
        from articlekit.tables import plain_table

        table = [contents.HEADINGS, *(row.cells() for row in rows)]
        click.echo("\n".join(plain_table(table, contents.LEFT)))


def progress_of(flags: dict[str, Any]) -> AbstractContextManager[Progress | None]:
    """A bar on a terminal, lines elsewhere, JSON where that is asked for."""
    if flags["quiet"]:
        return nullcontext()
    if flags["log_json"]:
        return nullcontext(json_lines())
    if not sys.stderr.isatty():
        from articlekit.progress import Lines

        return nullcontext(Lines(sys.stderr))
    from articlekit.terminal import ProgressBar

    return ProgressBar()


def json_lines() -> JsonLines:
    """What --log-json writes to."""
    from articlekit.progress import JsonLines

    return JsonLines(sys.stderr)


def log_all(report: Report) -> None:
    """Tell every finding, and what was written, as JSON."""
    from dataclasses import asdict

    lines = json_lines()
    for found in report.diagnostics:
        lines.tell("diagnostic", **asdict(found))
    lines.tell("written", outputs=report.outputs, losses=len(report.losses))


def tell_findings(report: Report, flags: dict[str, Any]) -> None:
    """List the losses and warnings; with -v, what was mended, too."""
    levels = {"info", "warning", "loss"} if flags["verbose"] else {"warning", "loss"}
    shown = [found for found in report.diagnostics if found.level in levels]
    most = len(shown) if flags["verbose"] else _SHOWN
    for found in shown[:most]:
        click.echo(f"{found.level}: {found}", err=True)
    if len(shown) > most:
        click.echo(f"… and {len(shown) - most} more; add -v or --report FILE.json", err=True)


def tell_outputs(report: Report, flags: dict[str, Any]) -> None:
    """Say in a line what was written."""
    if flags["quiet"] or flags["log_json"]:
        return
    images = sum(outcome.reason is None for outcome in report.images)
    parts = [f"{images} of {len(report.images)} images"] if report.images else []
    lost = len(report.losses)
    parts.append(f"{lost} {'loss' if lost == 1 else 'losses'}" if lost else "nothing lost")
    did = "nothing changed:" if report.unchanged else "wrote"
    click.echo(f"{did} {', '.join(report.outputs)} ({', '.join(parts)})", err=True)


def tell_hosts(report: Report, flags: dict[str, Any]) -> None:
    """Show by host what came, as a table on a terminal and as plain lines elsewhere."""
    from articlekit.tally import by_host, plain_lines

    if flags["quiet"] or flags["log_json"]:
        return
    tallies = by_host(report.images)
    if not tallies:
        click.echo("no images", err=True)
    elif sys.stderr.isatty():
        from articlekit.terminal import draw_hosts

        draw_hosts(tallies)
    else:
        click.echo("\n".join(plain_lines(tallies)), err=True)
