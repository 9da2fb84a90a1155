"""What a check says: a code, a place, a cause and a mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from articlekit.checks.codes import CODES, Level


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `file` is a name inside the book, None for the book itself; lines count from 1."""

    code: str
    level: Level
    message: str
    mend: str
    file: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """`EPUB/text/1.xhtml:12`, or nothing for the book itself."""
        return ":".join(str(part) for part in (self.file, self.line) if part is not None)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.level} {self.code}: {self.message}; {self.mend}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by file, the book itself first, then by line."""
    return sorted(findings, key=lambda each: (each.file or "", each.line or 0, each.code))


def found(
    code: str, message: str = "", *, file: str | None = None, line: int | None = None
) -> Finding:
    """Make a finding of a code in the table; without a message, it says what the code means.

    Raises KeyError for a code that the table does not have.
    """
    row = CODES[code]
    return Finding(code, row.level, message or row.meaning, row.mend, file, line)
