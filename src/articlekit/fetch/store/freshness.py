"""How long a response may be used unasked: RFC 9111, for a private cache."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

#: Failures are remembered for an hour, in seconds, so that a dead link costs one request.
FAILURE_LIFETIME: Final = 3600.0

# RFC 9111, section 4.2.2, leaves it to the cache when a response says nothing at all; an
# hour is enough to build a book a few times.
_SILENT_LIFETIME: Final = 3600.0

# The same section's hint: a tenth of the age, here of at most ten years.
_TENTH: Final = 0.1
_LONGEST: Final = 365 * 86400.0

# RFC 9110, section 15.1: the statuses whose lifetime may be guessed, of those met here.
_LASTING: Final = frozenset({200, 203, 301, 304, 308})

# Statuses whose meaning to a cache is known here: RFC 9111, section 5.2.2.3.
_UNDERSTOOD: Final = frozenset({200, 203, 301, 302, 303, 304, 307, 308})

# Directives of an origin that wants no copy used without its word: section 4.2.4.
_STRICT: Final = frozenset({"must-revalidate", "no-cache"})

_DIRECTIVE: Final = re.compile(r'([^\s=,]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*))?')


@dataclass(frozen=True, slots=True)
class Freshness:
    """Until when a response may be used unasked, in seconds since the epoch.

    `keep` is False for one that must not be remembered at all.
    """

    expires: float
    keep: bool = True


def freshness(headers: Mapping[str, str], now: float, status: int = 200) -> Freshness:
    """Judge a response by its headers, names in lower case, received at `now`.

    Cache-Control's max-age comes first, then Expires, each less the Age that it has
    already; then, for a status that lasts, a tenth of the time since Last-Modified, or
    an hour. A temporary redirect that says nothing is stale at once.
    """
    control = _directives(headers.get("cache-control", ""))
    # Section 5.2.2.3: who understands the status ignores the no-store beside must-understand.
    understood = "must-understand" in control and status in _UNDERSTOOD
    if "no-store" in control and not understood:
        return Freshness(now, keep=False)
    if "no-cache" in control or _varies_by_all(headers.get("vary", "")):
        return Freshness(now)
    sent = _date(headers.get("date"))
    sent = now if sent is None else sent
    age = max(0.0, now - sent, _age(headers.get("age", "")))
    return Freshness(now + max(0.0, _lifetime(headers, control, sent, status) - age))


def _lifetime(
    headers: Mapping[str, str], control: Mapping[str, str], sent: float, status: int
) -> float:
    """Seconds that the response stays fresh from when it was sent: section 4.2.1."""
    if "max-age" in control:
        # Section 4.2.1: an invalid value is taken for stale.
        return min(_seconds(control["max-age"]) or 0.0, _LONGEST)
    if "expires" in headers:
        expires = _date(headers["expires"])
        return 0.0 if expires is None else min(expires - sent, _LONGEST)
    if status not in _LASTING:
        return 0.0
    modified = _date(headers.get("last-modified"))
    if modified is not None:
        return min(max(0.0, sent - modified) * _TENTH, _LONGEST)
    return _SILENT_LIFETIME


def may_be_stale(cache_control: str | None) -> bool:
    """Whether a stored response may be used past its time when its server cannot be reached.

    An origin forbids it with must-revalidate or no-cache (RFC 9111, 5.2.2.2 and 5.2.2.4);
    proxy-revalidate and s-maxage bind shared caches alone.
    """
    return _STRICT.isdisjoint(_directives(cache_control or ""))


def validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The conditional headers that ask whether a response still holds: section 4.3.1."""
    pairs = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
    # A value that was folded over two lines cannot be sent back.
    return {name: value for name, value in pairs if value and value.isprintable()}


def _directives(value: str) -> dict[str, str]:
    """Read Cache-Control; of a directive given twice the first counts: section 4.2.1."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(value):
        found.setdefault(match[1].lower(), (match[2] or "").strip('"'))
    return found


def _varies_by_all(vary: str) -> bool:
    """Whether the response fits no second request: section 4.1.

    Other members need no look: every request has the same headers but for its Referer,
    which is part of the key.
    """
    return "*" in (member.strip() for member in vary.split(","))


def _age(value: str) -> float:
    """Read Age; of several members the first counts, and one that is no number is ignored.

    RFC 9111, section 5.1.
    """
    return _seconds(value.partition(",")[0]) or 0.0


def _seconds(value: str | None) -> float | None:
    text = (value or "").strip()
    return float(text) if text.isdecimal() and text.isascii() else None


def _date(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        when = parsedate_to_datetime(value)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
