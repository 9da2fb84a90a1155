"""A long book through the compiler share by share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from articlekit.model import Book, Chapter
from articlekit.report import Report
from articlekit.writers.pdf.joining import join
from articlekit.writers.pdf.parting import Laid, lay_out_apart
from articlekit.writers.pdf.plan import Plan, Share
from articlekit.writers.pdf.typst.apart import (
    front_files,
    laid_front,
    laid_part,
    listed,
    part_files,
    piece_of,
)
from articlekit.writers.pdf.typst.compiler import NOT_STANDARD, forget
from articlekit.writers.pdf.typst.document import Files, Numbered, Targets, find_targets
from articlekit.writers.pdf.typst.press import Make, Press, print_chapters


def print_apart(
    book: Book, plan: Plan, press: Press, target: BinaryIO, report: Report
) -> tuple[Files, list[str]] | None:
    """Write the shares of the plan, laid out one by one, as one PDF.

    Returns what is to be told of the files, and the compiler's warnings; None, and has written
    nothing, for a book of one share and one that cannot be divided.
    """
    if len(plan.shares) < 2:
        return None
    with TemporaryDirectory(prefix="articlekit-") as name:
        printer = _Printer(book, press, report, find_targets(book))
        laid = lay_out_apart(plan, printer.front, printer.body, Path(name))
        if laid is None:
            return None
        pieces = [
            piece_of(path, each, printer.told[path].notes)
            for path, each in zip(printer.told, laid, strict=True)
        ]
        join(pieces, target)
    told = Files(flattened=sum(each.flattened for each in printer.told.values()))
    return told, list(dict.fromkeys(printer.warnings))


@dataclass(slots=True)
class _Printer:
    """Prints the parts of a book; chapters that had to be made plain stay so."""

    book: Book
    press: Press
    report: Report
    targets: Targets
    told: dict[Path, Files] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    plain: dict[str, Chapter] = field(default_factory=dict)

    def front(self, starts: Mapping[str, int], path: Path) -> Laid:
        def make(_: Sequence[Chapter]) -> Files:
            return front_files(self.book, self.press.pictures, self.press.usual, starts)

        self._write(Numbered((), 1), make, path)
        return laid_front(path, self.book)

    def body(self, share: Share, page: int, path: Path) -> Laid:
        numbered = Numbered(
            [self.plain.get(each.id, each) for each in share.chapters], share.first + 1
        )

        def make(chapters: Sequence[Chapter]) -> Files:
            return part_files(
                self.book,
                Numbered(chapters, numbered.first),
                self.targets,
                self.press.pictures,
                self.press.usual,
                page,
            )

        # What is before, that is; the last part may stay.
        forget(self.press.workshop)
        self._write(numbered, make, path)
        return laid_part(path, listed(share.chapters, self.targets))

    def _write(self, numbered: Numbered, make: Make, path: Path) -> None:
        made, chapters = print_chapters(self.book, numbered, make, self.press, self.report)
        files, data, warnings = made
        self.plain.update((each.id, each) for each in chapters)
        path.write_bytes(data)
        # Their text is long.
        self.told[path] = replace(files, sources={}, drawings={})
        self.warnings += warnings
        if any(each.startswith(NOT_STANDARD) for each in warnings):
            # What is said of the whole must be true of each part: of those to come, too.
            self.press = replace(self.press, standard="")
