"""One request, one answer: what is sent, what may come back, and how it can fail."""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import requests
from requests import exceptions as failures
from urllib3 import exceptions as causes

from articlekit.fetch.http.connect import Adapter, Meter, TooLarge
from articlekit.fetch.http.guard import BlockedAddress, Guard
from articlekit.report import Hop

_CHUNK: Final = 1 << 16

# What can go into a book as it is comes first; the rest has to be converted.
_ACCEPT: Final = "image/jpeg,image/png,image/gif,image/svg+xml,image/*;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one image may cost. Sizes are in bytes, times in seconds.

    `deadline` is for all of an image's requests together, `stall` for a silence within
    one, `pause` the first wait before another try; a Retry-After beyond `retry_after` is
    not waited for. Connections are counted to a host and in all.
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


class FetchFailed(Exception):
    """An image that could not be had.

    `reason` is a permanent name (docs/decisions/0010-reasons.md), `detail` a line for
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


class Exchange:
    """A lane to a host: asks one address at a time, over a connection it keeps."""

    def __init__(self, guard: Guard, context: ssl.SSLContext, limits: Limits, agent: str) -> None:
        self._meter = Meter()
        self._limits = limits
        self._agent = agent
        # No Session: its `send` would read a redirect's whole body, remember cookies, and
        # ask the environment for proxies and passwords.
        self._adapter = Adapter(guard, self._meter, context)

    def get(self, url: str, referer: str | None, extra: Mapping[str, str], ends: float) -> Answer:
        """Ask for `url` until `ends`, in `time.monotonic`; raises FetchFailed.

        Returns redirects, 2xx, and 304 when `extra` has conditions; all else is raised.
        """
        self._meter.start(ends - time.monotonic(), self._limits.stall, self._limits.size)
        try:
            return self._get(url, referer, extra)
        except TooLarge:
            raise FetchFailed("too_large", f"over {self._limits.size} bytes") from None
        except BlockedAddress as error:
            raise FetchFailed("blocked_address", str(error)) from None
        except (failures.RequestException, causes.HTTPError, OSError, ValueError) as error:
            raise self._explain(error) from error

    def stop(self) -> None:
        """End the exchange that is going on, from another thread."""
        self._meter.stop()

    def close(self) -> None:
        """Close the connection."""
        self._adapter.close()

    def _get(self, url: str, referer: str | None, extra: Mapping[str, str]) -> Answer:
        headers = {
            "User-Agent": self._agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "identity",
            **extra,
        }
        if referer is not None:
            headers["Referer"] = referer
        prepared = requests.Request("GET", headers=headers, url=url).prepare()
        prepared.url = url  # preparing it decodes escapes, which a signature may cover
        waits = (self._limits.connect, self._limits.stall)
        response = self._adapter.send(prepared, stream=True, timeout=waits)
        try:
            return self._answer(response, bool(extra))
        finally:
            # Half-read bodies cost the connection; what was read to its end is kept.
            response.close()

    def _answer(self, response: requests.Response, conditional: bool) -> Answer:
        headers = _headers(response)
        status = response.status_code
        if 300 <= status < 400 and not (status == 304 and not conditional):
            return Answer(status, headers, b"")
        if not 200 <= status < 300:
            raise _refusal(response, headers)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._limits.size:
            raise TooLarge
        parts, size = list[bytes](), 0
        for part in response.raw.stream(_CHUNK, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > self._limits.size:
                raise TooLarge
        body = _decoded(b"".join(parts), headers.get("content-encoding"), self._limits.size)
        return Answer(status, headers, body)

    def _explain(self, error: Exception) -> FetchFailed:
        """Name what went wrong beneath the layers that `requests` and urllib3 wrap it in."""
        if self._meter.over:
            return FetchFailed("timeout_total", f"not done in {self._limits.deadline:g} s")
        chain = list(_causes(error))
        for kind, reason, detail in _REASONS:
            if any(isinstance(cause, kind) for cause in chain):
                return FetchFailed(reason, detail)
        return FetchFailed("connection", _line(chain[-1]))


# In this order: the first kind found among an error's causes names the reason.
_REASONS: Final = (
    (causes.NameResolutionError, "dns", "the host's name has no address"),
    (ssl.SSLError, "tls", "no secure connection could be made"),
    (causes.SSLError, "tls", "no secure connection could be made"),
    (causes.NewConnectionError, "connection", "no connection to the host"),
    (causes.ConnectTimeoutError, "timeout_connect", "the host did not answer"),
    (causes.ReadTimeoutError, "timeout_total", "the host fell silent"),
    (TimeoutError, "timeout_total", "the host fell silent"),
    (causes.IncompleteRead, "connection", "the image broke off"),
)


def _causes(error: BaseException) -> list[BaseException]:
    """Return `error` and all that it was made of, outermost first."""
    found: list[BaseException] = []
    pending: list[object] = [error]
    while pending:
        each = pending.pop(0)
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            pending += [*each.args, getattr(each, "reason", None), each.__cause__]
    return found


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _headers(response: requests.Response) -> dict[str, str]:
    """Return the headers with repeated ones joined, as http.client decoded them."""
    return {name.lower(): value for name, value in response.headers.items()}


def _refusal(response: requests.Response, headers: Mapping[str, str]) -> FetchFailed:
    status = response.status_code
    detail = f"{status} {response.reason or ''}".strip()
    wait = _seconds(headers.get("retry-after"))
    if status == 429:
        return FetchFailed("rate_limited", detail, status=status, retry_after=wait)
    if 400 <= status < 500:
        return FetchFailed("http_4xx", detail, status=status)
    if 500 <= status < 600:
        return FetchFailed("http_5xx", detail, status=status, retry_after=wait)
    return FetchFailed("not_image", f"an answer without an image: {detail}", status=status)


def _seconds(value: str | None) -> float | None:
    """Read Retry-After, seconds or a date: RFC 9110, section 10.2.3."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip())
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _decoded(body: bytes, encoding: str | None, limit: int) -> bytes:
    """Undo a compression that was not asked for, up to `limit` bytes; else TooLarge.

    What cannot be undone is returned as it is: it may be an image with a wrong header.
    """
    if (encoding or "").strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return body
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = inflate.decompress(body, limit)
    except zlib.error:
        return body
    if inflate.unconsumed_tail:
        raise TooLarge
    return plain if inflate.eof else body
