"""The charts of a report: times, sizes, and what became of the images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from articlekit.report import Report
from articlekit.report_page.charts import Bar, chart
from articlekit.report_page.entries import Entry
from articlekit.report_page.words import duration, format_size, state

# Articles named in a chart, and reasons for which images are missing.
_MOST: Final = 8
_STATES: Final = ("fetched", "cached", "local")


def charts(report: Report, entries: Sequence[Entry]) -> str:
    """Return all charts that there are figures for."""
    return "".join(
        [
            chart("Time by stage", list(_stages(report))),
            chart("Size of what was written", list(_sizes(report))),
            chart("Time of writing", list(_times(report))),
            chart("Images", list(_images(report))),
            chart("Articles with the most bytes of images", list(_heaviest(entries))),
            chart("Articles with the most characters", list(_longest(entries))),
        ]
    )


def _stages(report: Report) -> Iterator[Bar]:
    for stage in report.stages:
        yield Bar(stage.name, stage.seconds, duration(stage.seconds))


def _sizes(report: Report) -> Iterator[Bar]:
    for written in report.written:
        for file in written.files:
            yield Bar(file.name, file.size, format_size(file.size))


def _times(report: Report) -> Iterator[Bar]:
    for written in report.written:
        yield Bar(written.target, written.seconds, duration(written.seconds))


def _images(report: Report) -> Iterator[Bar]:
    had = Counter(state(image) for image in report.images)
    for name in _STATES:
        if had[name]:
            yield Bar(name, had[name], f"{had[name]:,}")
    lost = Counter(image.reason for image in report.images if image.reason is not None)
    for reason, number in lost.most_common(_MOST):
        yield Bar(f"missing: {reason}", number, f"{number:,}", "loss")
    rest = lost.total() - sum(number for _, number in lost.most_common(_MOST))
    if rest:
        yield Bar("missing: other reasons", rest, f"{rest:,}", "loss")


def _heaviest(entries: Sequence[Entry]) -> Iterator[Bar]:
    sizes = [(sum(image.size or 0 for image in entry.images), entry) for entry in entries]
    for size, entry in _top(sizes):
        yield Bar(entry.title, size, format_size(size))


def _longest(entries: Sequence[Entry]) -> Iterator[Bar]:
    lengths = [(each.article.characters, each) for each in entries if each.article is not None]
    for length, entry in _top(lengths):
        yield Bar(entry.title, length, f"{length:,}")


def _top(found: Sequence[tuple[int, Entry]]) -> list[tuple[int, Entry]]:
    """The largest, if there are several to compare."""
    most = sorted((each for each in found if each[0]), key=lambda each: -each[0])[:_MOST]
    return most if len(most) > 1 else []
