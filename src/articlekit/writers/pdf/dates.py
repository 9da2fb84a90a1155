"""When a PDF says that it was made: never by the clock, which no two runs read alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from articlekit.model import Book
from articlekit.writers.html.document import published


def created(book: Book, environment: Mapping[str, str]) -> datetime | None:
    """Return when the book was published, else SOURCE_DATE_EPOCH, else None.

    That is in seconds since 1970 (https://reproducible-builds.org/specs/source-date-epoch/).
    """
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    when = published(book)
    if when is None and epoch.isdecimal():
        when = datetime.fromtimestamp(int(epoch), UTC)
    return when
