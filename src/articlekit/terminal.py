"""What the command draws on a terminal: a progress bar, and tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Literal

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from articlekit import contents
from articlekit.contents import Row
from articlekit.progress import Pace
from articlekit.tally import HEADINGS, HostTally


class ProgressBar:
    """A line for each stage of a run, on standard error; gone when the run ends."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description:8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None
        self._pace = Pace("", 0)

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
        self._pace = Pace(stage, total)
        self._task = self._bar.add_task(stage, total=total, pace="")

    def advance(self) -> None:
        """Count one step of the stage."""
        self._pace.done += 1
        if self._task is not None:
            failed = f"[red]{self._pace.failed} failed[/]" if self._pace.failed else ""
            self._bar.update(self._task, advance=1, pace=f"{self._pace.rate:.3g}/s {failed}")

    def fail(self) -> None:
        """Count a step that failed."""
        self._pace.failed += 1


def draw_hosts(tallies: Sequence[HostTally]) -> None:
    """Draw the table of images by host on standard error."""
    marked = [(tally.cells(), bool(tally.reasons)) for tally in tallies]
    _draw(HEADINGS, marked, (0, len(HEADINGS) - 1), Console(stderr=True))


def draw_contents(rows: Sequence[Row]) -> None:
    """Draw the table of a column's articles on standard output."""
    marked = [(row.cells(), bool(row.problems)) for row in rows]
    _draw(contents.HEADINGS, marked, contents.LEFT, Console())


def _draw(
    headings: Sequence[str],
    rows: Sequence[tuple[Sequence[str], bool]],
    left: Collection[int],
    console: Console,
) -> None:
    """Draw a table; a row that is marked is red."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, heading in enumerate(headings):
        side: Literal["left", "right"] = "left" if number in left else "right"
        table.add_column(heading, justify=side, overflow="fold")
    for cells, marked in rows:
        # Text, as a host and a title are no markup.
        table.add_row(*(Text(cell) for cell in cells), style="red" * marked)
    console.print(table)
