"""A report turned round: what belongs to each article, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from articlekit.facts import ArticleEntry
from articlekit.report import Diagnostic, ImageOutcome, Level, Report

#: The levels, the gravest first.
LEVELS: Final[tuple[Level, ...]] = ("loss", "warning", "info")


@dataclass(slots=True)
class Entry:
    """An article, its images and findings; or a place that is none, such as a file left out.

    `number` is the article's place from 1, and 0 for what is no article.
    """

    number: int
    title: str
    article: ArticleEntry | None = None
    images: list[ImageOutcome] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)

    @property
    def level(self) -> Level | None:
        """The gravest level of the findings."""
        found = {each.level for each in self.findings}
        return next((level for level in LEVELS if level in found), None)

    @property
    def missing(self) -> list[ImageOutcome]:
        """The images that could not be had."""
        return [image for image in self.images if image.reason is not None]

    def by_code(self) -> Iterator[tuple[str, list[Diagnostic]]]:
        """Yield the findings of each code, the gravest codes first."""
        groups: dict[str, list[Diagnostic]] = {}
        for level in LEVELS:
            for found in self.findings:
                if found.level == level:
                    groups.setdefault(found.code, []).append(found)
        yield from groups.items()


def entries_of(report: Report) -> tuple[list[Entry], list[Entry]]:
    """Return the articles in their order, and the other places that something was found in."""
    entries = [
        Entry(number, article.title, article) for number, article in enumerate(report.articles, 1)
    ]
    homes: dict[str | None, Entry] = {}
    for entry in entries:
        if entry.article is not None:
            homes.setdefault(entry.article.source, entry)
    others: dict[str | None, Entry] = {}

    def home(source: str | None) -> Entry:
        if source in homes:
            return homes[source]
        return others.setdefault(source, Entry(0, source or "The whole"))

    for image in report.images:
        home(image.source).images.append(image)
    for found in report.diagnostics:
        home(found.source).findings.append(found)
    return entries, list(others.values())
