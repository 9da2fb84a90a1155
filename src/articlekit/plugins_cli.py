"""`articlekit plugins`: which readers, transforms and writers are installed, and from where."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from articlekit.registry import Plugin

_HEADINGS: Final = ("kind", "name", "package", "version", "entry point", "state")
_LEFT: Final = frozenset(range(len(_HEADINGS)))


@click.command(short_help="List readers, transforms and writers, and their packages.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def plugins(as_json: bool) -> None:
    """List the readers, transforms and writers that are installed, and where each is from.

    The name of a reader or writer is the suffix of its files. Of two with one name, that of
    another package is used before articlekit's own. One that does not load is named, with
    the reason; everything else works without it.

    Exit codes: 0 all of them load, 1 some do not.

    Example: articlekit plugins
    """
    from articlekit.registry import survey
    from articlekit.tables import plain_table

    found = list(survey())
    if as_json:
        told = {"version": 1, "plugins": [asdict(each) for each in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(plain_table([_HEADINGS, *map(_cells, found)], _LEFT)))
    if any(each.problem for each in found):
        sys.exit(1)


def _cells(plugin: Plugin) -> tuple[str, ...]:
    state = "ok"
    if plugin.hidden_by:
        state = f"not used; {plugin.hidden_by} has one, too"
    if plugin.problem:
        state = f"does not load: {plugin.problem}; update or uninstall {plugin.package}"
    kind = plugin.group.removesuffix("s")
    return (kind, plugin.name, plugin.package, plugin.version, plugin.value, state)
