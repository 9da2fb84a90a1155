"""What the command draws on a terminal: a progress bar, and a table of hosts."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from articlekit.tally import HEADINGS, HostTally


class ProgressBar:
    """A line for each stage of a run, on standard error; gone when the run ends."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description:8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressBar:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def start(self, stage: str, total: int) -> None:
        """Begin the line of a new stage."""
        self._task = self._bar.add_task(stage, total=total)

    def advance(self) -> None:
        """Count one step of the stage."""
        if self._task is not None:
            self._bar.advance(self._task)


def draw_hosts(tallies: Sequence[HostTally]) -> None:
    """Draw the table of images by host on standard error."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, heading in enumerate(HEADINGS):
        words = number in (0, len(HEADINGS) - 1)
        table.add_column(heading, justify="left" if words else "right", overflow="fold")
    for tally in tallies:
        # Text, as a host is no markup.
        table.add_row(*(Text(cell) for cell in tally.cells()), style="red" * bool(tally.reasons))
    Console(stderr=True).print(table)
