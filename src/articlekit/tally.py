"""What became of a run's images, counted by host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from articlekit.fetch.http.urls import host_of
from articlekit.fetch.store.sizes import format_size
from articlekit.report import ImageOutcome
from articlekit.tables import plain_table

#: What stands for the host of images that are files or `data:` URLs.
LOCAL: Final = "(local)"

#: The columns of `HostTally.cells`; all but the first and the last are numbers.
HEADINGS: Final = ("host", "images", "cached", "fetched", "failed", "size", "reasons")


@dataclass(slots=True)
class HostTally:
    """The images of a host; `size` is in bytes, as they go into the book."""

    host: str
    images: int = 0
    cached: int = 0
    fetched: int = 0
    size: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def count(self, outcome: ImageOutcome) -> None:
        """Add one image. One that a server confirmed counts as cached."""
        self.images += 1
        if outcome.reason is not None:
            self.reasons[outcome.reason] += 1
            return
        self.size += outcome.size or 0
        self.cached += outcome.from_cache
        self.fetched += not outcome.from_cache and bool(outcome.hops)

    def cells(self) -> tuple[str, ...]:
        """The row of a table under `HEADINGS`."""
        reasons = ", ".join(f"{name} {count}" for name, count in self.reasons.most_common())
        numbers = (self.images, self.cached, self.fetched, self.reasons.total())
        return (self.host, *map(str, numbers), format_size(self.size), reasons)


def by_host(outcomes: Iterable[ImageOutcome]) -> list[HostTally]:
    """Count images by host, most images first; an image of several articles counts once."""
    tallies: dict[str, HostTally] = {}
    seen = {(each.url, each.reason, each.size): each for each in outcomes}
    for outcome in seen.values():
        host = _host(outcome)
        tallies.setdefault(host, HostTally(host)).count(outcome)
    return sorted(tallies.values(), key=lambda tally: (-tally.images, tally.host))


def plain_lines(tallies: Sequence[HostTally]) -> list[str]:
    """The table as lines whose columns stand one under the other; none for no images."""
    rows = [tally.cells() for tally in tallies]
    return plain_table([HEADINGS, *rows], left=(0, len(HEADINGS) - 1)) if rows else []


def _host(outcome: ImageOutcome) -> str:
    if not outcome.url.startswith(("http:", "https:")):
        return LOCAL
    try:
        return host_of(outcome.url)
    except ValueError:
        return LOCAL
