"""One request, one answer: what is sent, what may come back, and how it can fail."""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead
from typing import Final

import requests
from requests.structures import CaseInsensitiveDict
from urllib3 import Timeout
from urllib3 import exceptions as causes

from articlekit.fetch.http.connect import Adapter, Meter, TooLarge
from articlekit.fetch.http.guard import BlockedAddress, Guard
from articlekit.fetch.http.messages import Answer, FetchFailed, Limits

# Digits of a Content-Length that is worth reading as a number.
_DIGITS: Final = 18


class Exchange:
    """A lane to a host: asks one address at a time, over a connection it keeps."""

    def __init__(self, guard: Guard, context: ssl.SSLContext, limits: Limits, agent: str) -> None:
        self._meter = Meter()
        self._limits = limits
        self._agent = agent
        self._status: int | None = None
        self._waits = Timeout(connect=limits.connect, read=limits.stall)
        # No Session: its `send` would read a redirect's whole body, remember cookies, and
        # ask the environment for proxies and passwords.
        self._adapter = Adapter(guard, self._meter, context)

    def get(self, url: str, referer: str | None, extra: Mapping[str, str], ends: float) -> Answer:
        """Ask for `url` until `ends`, in `time.monotonic`; raises FetchFailed.

        Returns redirects, 2xx, and 304 when `extra` has conditions; all else is raised.
        """
        self._status = None
        self._meter.start(ends - time.monotonic(), self._limits.stall, self._limits.size)
        try:
            return self._get(url, referer, extra)
        except TooLarge:
            detail = f"over {self._limits.size} bytes"
            raise FetchFailed("too_large", detail, status=self._status) from None
        except BlockedAddress as error:
            raise FetchFailed("blocked_address", str(error)) from None
        except (causes.HTTPError, OSError, ValueError) as error:
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
            "Accept": self._limits.accept,
            "Accept-Encoding": "identity",
            **extra,
        }
        if referer is not None:
            headers["Referer"] = referer
        # Prepared by hand: `requests` would decode escapes, which a signature may cover.
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url = "GET", url
        prepared.headers = CaseInsensitiveDict(headers)
        response = self._adapter.send(prepared, timeout=self._waits)
        try:
            return self._answer(response, bool(extra))
        finally:
            # Half-read bodies cost the connection; what was read to its end is kept.
            response.close()

    def _answer(self, response: requests.Response, conditional: bool) -> Answer:
        headers = _headers(response)
        status = self._status = response.status_code
        if 300 <= status < 400 and not (status == 304 and not conditional):
            return Answer(status, headers, b"")
        if not 200 <= status < 300:
            raise _refusal(response, headers)
        length = headers.get("content-length", "")
        if length.isdecimal() and (len(length) > _DIGITS or int(length) > self._limits.size):
            raise TooLarge
        # The meter ends a body that says too little, or nothing, of its length.
        raw = response.raw.read(decode_content=False)
        if len(raw) > self._limits.size:
            raise TooLarge
        if not raw and headers.keys().isdisjoint(("content-length", "transfer-encoding")):
            # The end of a connection ends headers, too, wherever they are cut.
            detail = "the answer broke off before the image"
            raise FetchFailed("connection", detail, status=status)
        body = _decoded(raw, headers.get("content-encoding"), self._limits.size)
        return Answer(status, headers, body)

    def _explain(self, error: Exception) -> FetchFailed:
        """Name what went wrong beneath the layers that `requests` and urllib3 wrap it in."""
        if self._meter.over:
            detail = f"not done in {self._limits.deadline:g} s"
            return FetchFailed("timeout_total", detail, status=self._status)
        chain = list(_causes(error))
        for kind, reason, detail in _REASONS:
            if any(isinstance(cause, kind) for cause in chain):
                return FetchFailed(reason, detail, status=self._status)
        return FetchFailed("connection", _line(chain[-1]), status=self._status)


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
    (IncompleteRead, "connection", "the image broke off"),
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
