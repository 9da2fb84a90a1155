"""What the image cache's rows say: of an address, of an image made, of a file held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import chain
from operator import attrgetter
from typing import Final

from articlekit.fetch.pixels.recipe import Processed
from articlekit.fetch.store.index import Schema, Statement
from articlekit.model import Image

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS responses (
    url TEXT NOT NULL, referer TEXT NOT NULL,
    blob TEXT, final_url TEXT, status INTEGER, reason TEXT, detail TEXT,
    etag TEXT, last_modified TEXT, stored REAL NOT NULL, expires REAL NOT NULL,
    cache_control TEXT,
    PRIMARY KEY (url, referer)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS derived (
    source TEXT NOT NULL, recipe TEXT NOT NULL, blob TEXT NOT NULL,
    media_type TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, note TEXT,
    PRIMARY KEY (source, recipe)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs (
    sha TEXT PRIMARY KEY, size INTEGER NOT NULL, used REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS blobs_by_use ON blobs (used);
"""
SCHEMA: Final = Schema(2, {0: _TABLES, 1: "ALTER TABLE responses ADD COLUMN cache_control TEXT"})

_FIELDS: Final = """blob, final_url, status, reason, detail, etag, last_modified, stored, expires,
    cache_control"""
LOOKUP: Final = f"""
    SELECT (SELECT used FROM blobs WHERE sha = blob), {_FIELDS}
    FROM responses WHERE url = ? AND referer = ?"""  # noqa: S608 - no value of a user's
_AT_HAND: Final = f"""
    WITH asked (number, url, referer) AS (VALUES %s)
    SELECT asked.number, source.used, made.used, made.sha, made.size,
        derived.media_type, derived.width, derived.height, derived.note,
        {", ".join(f"responses.{name.strip()}" for name in _FIELDS.split(","))}
    FROM asked
    CROSS JOIN responses ON responses.url = asked.url AND responses.referer = asked.referer
    LEFT JOIN blobs AS source ON source.sha = responses.blob
    LEFT JOIN derived ON derived.source = responses.blob AND derived.recipe = ?
    LEFT JOIN blobs AS made ON made.sha = derived.blob"""  # noqa: S608 - no value of a user's either
UPDATE: Final = "INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
FORGET: Final = "DELETE FROM responses WHERE url = ? AND referer = ?"
DERIVED: Final = """
    SELECT (SELECT used FROM blobs WHERE sha = blob), blob, media_type, width, height, note
    FROM derived WHERE source = ? AND recipe = ?"""
DERIVE: Final = "INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?, ?, ?, ?)"
USED: Final = "SELECT used FROM blobs WHERE sha = ?"
USE: Final = "UPDATE blobs SET used = ? WHERE sha = ?"
HOLD: Final = "INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a URL asked for with a Referer: an image's bytes, or a failure.

    `blob` names the bytes as they came; `reason` is set when there are none. Times are
    in seconds since the epoch. `cache_control` is the header as it came.
    """

    blob: str | None
    final_url: str | None = None
    status: int | None = None
    reason: str | None = None
    detail: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    stored: float = 0.0
    expires: float = 0.0
    cache_control: str | None = None

    def is_fresh(self, now: float) -> bool:
        """Whether it may be used without asking; a clock set back makes nothing fresh."""
        return self.stored - 60 <= now < self.expires


_VALUES: Final = attrgetter(*(each.name for each in fields(Entry)))


@dataclass(frozen=True, slots=True)
class AtHand:
    """What is known of a URL, and the image made of its bytes when that is held, too."""

    entry: Entry
    image: Image | None = None
    note: str | None = None


def at_hand(keys: Sequence[tuple[str, str | None]], recipe: str) -> Statement:
    """The query for many addresses, each with its Referer; rows begin with their number."""
    asked = chain(*((n, url, referer or "") for n, (url, referer) in enumerate(keys)))
    return _AT_HAND % ", ".join(["(?, ?, ?)"] * len(keys)), (*asked, recipe)


def response_row(url: str, referer: str | None, entry: Entry) -> Statement:
    return UPDATE, (url, referer or "", *_VALUES(entry))


def derived_row(source: str, recipe: str, sha: str, made: Processed) -> Statement:
    return DERIVE, (source, recipe, sha, made.media_type, made.width, made.height, made.note)
