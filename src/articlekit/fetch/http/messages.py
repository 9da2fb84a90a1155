"""What is asked for, what comes back, what it may cost, and how it can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from articlekit.fetch.referrer import DEFAULT_POLICY, ReferrerPolicy
from articlekit.report import Hop

# What can go into a book as it is comes first; the rest has to be converted.
IMAGES: Final = "image/jpeg,image/png,image/gif,image/svg+xml,image/*;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Request:
    """An image to ask for. `referer` is the first hop's; `policy` decides the later ones.

    `validators` are conditional headers, sent only to `validates`, the address whose
    response they are of.
    """

    url: str
    referer: str | None = None
    policy: ReferrerPolicy = DEFAULT_POLICY
    page_url: str | None = None
    validators: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    validates: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A final answer: 200, or 304 to a request with validators.

    Header names are in lower case; `url` is where the redirects of `via` led.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    hops: tuple[Hop, ...]
    via: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one image may cost. Sizes are in bytes, times in seconds.

    `deadline` is for all of an image's requests together, `stall` for a silence within
    one, `pause` the first wait before another try; a Retry-After beyond `retry_after` is
    not waited for. Connections are counted to a host and in all. `accept` is the header
    that says what is wanted.
    """

    size: int = 40 * 1024 * 1024
    deadline: float = 60.0
    connect: float = 10.0
    stall: float = 20.0
    redirects: int = 10
    tries: int = 3
    pause: float = 0.5
    retry_after: float = 60.0
    per_host: int = 4
    connections: int = 32
    accept: str = IMAGES


class FetchFailed(Exception):
    """An image that could not be had.

    `reason` is a permanent name (docs/decisions/0010-image-reasons.md), `detail` a line for
    people, `status` the last HTTP status and `retry_after` the seconds a server asked
    to wait.
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        hops: tuple[Hop, ...] = (),
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.hops = hops
        self.status = status
        self.retry_after = retry_after

    def after(self, hops: tuple[Hop, ...]) -> FetchFailed:
        """Return the same failure with `hops` as the way that led to it."""
        return FetchFailed(
            self.reason, self.detail, hops, status=self.status, retry_after=self.retry_after
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """One response of one server; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
