"""Dates in the forms that feeds, blogs and their generators write."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

_DATE: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T,\s]*(上午|下午|晚上)?\s*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d+)?)?[分秒]?)?"
)
_AFTERNOON: Final = frozenset({"下午", "晚上"})
# What programs write behind an offset, or before it, that only repeats it: Go, JavaScript.
_ZONE_AGAIN: Final = re.compile(
    r"(?<=[+-]\d{4}) [A-Z+-][A-Z0-9+-]*$|\s*\([^()]*\)$|(?:GMT|UTC)(?=[+-]\d{4})"
)
_LONGEST: Final = 100  # characters that a date may have


def parse_date(value: object) -> datetime | None:
    """Read a date in any of the forms that feeds and blogs write; without a zone it is UTC.

    RFC 822, ISO 8601, `2021-03-22 08:20:42`, `2021/3/22`, `2021年3月22日`, and seconds or
    milliseconds since 1970. None for what is none of them.
    """
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    text = _ZONE_AGAIN.sub("", str(value).strip()[:_LONGEST])
    for read in (_read_iso, _read_epoch, _read_parts, _read_rfc822, _read_words):
        try:
            return _aware(read(text))
        except (ValueError, TypeError, IndexError, OverflowError, OSError):
            continue
    return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_iso(text: str) -> datetime:
    if not re.match(r"\d{4}-\d\d|\d{8}(?:T|$)", text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _read_epoch(text: str) -> datetime:
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        raise ValueError(text)
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _read_rfc822(text: str) -> datetime:
    if not re.search(r"\d{1,2} [A-Za-z]{3} (\d\d|\d{4}) \d{1,2}:\d\d", text):
        raise ValueError(text)
    return parsedate_to_datetime(text)


def _read_words(text: str) -> datetime:
    """Read `22 Mar 2021`, `March 22, 2021 8:20 PM`, `2021-03-22 08:20 +0800`."""
    from dateutil import parser

    told = re.search(r"[A-Za-z]{3}|[+-]\d\d:?\d\d$|\d ?[AaPp][Mm]$", text)
    if told is None or not re.search(r"\b\d{4}\b", text):
        raise ValueError(text)

    def zone(_: str | None, offset: int | None) -> timezone | None:
        # Letters that are no zone, as the T of ISO 8601, would be a warning on stderr.
        return None if offset is None else timezone(timedelta(seconds=offset))

    # What the text leaves out is not today's, as dateutil would have it.
    return parser.parse(text, default=datetime(1, 1, 1), tzinfos=zone)


def _read_parts(text: str) -> datetime:
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    *before, half, hour, minute, second = found.groups()
    year, month, day = map(int, before)
    hours = int(hour or 0)
    if half in _AFTERNOON and hours < 12:
        hours += 12
    return datetime(year, month, day, hours, int(minute or 0), int(second or 0))
