"""Connections that are guarded, counted and on time.

`requests` and urllib3 bound each read alone: a server that drips a byte a second holds
one for hours. So the limits live in the socket, where every byte passes, be it of the
handshake's answer, the headers or the body.
"""

from __future__ import annotations

import socket
import ssl
import time
from http.client import HTTPResponse, parse_headers
from typing import Any, Final

from requests import Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from articlekit.fetch.http.guard import Endpoint, Guard

# What a response may have beside its body: headers, and the lines between chunks.
_OVERHEAD: Final = 1 << 20


class TooLarge(Exception):
    """More bytes came than were allowed. No OSError, or it would be tried again."""


class Meter:
    """The time and the bytes that one exchange may still take.

    A connection keeps its meter for life; `start` sets it anew for every exchange.
    Times are in seconds, of `time.monotonic`.
    """

    def __init__(self) -> None:
        self._ends = 0.0
        self._stall = 0.0
        self._bytes = 0
        self._socket: socket.socket | None = None

    def start(self, seconds: float, stall: float, size: int) -> None:
        """Allow `seconds` in all, `stall` without a byte, and a body of `size` bytes."""
        self._ends = time.monotonic() + seconds
        self._stall = stall
        self._bytes = size + size // 64 + _OVERHEAD

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._ends

    def patience(self) -> float:
        """How long the next read may wait; raises TimeoutError when the time is up."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this image is up")
        return min(left, self._stall)

    def count(self, size: int) -> None:
        """Note `size` bytes as read; raises TooLarge past what is allowed."""
        self._bytes -= size
        if self._bytes < 0:
            raise TooLarge

    def watch(self, connection: socket.socket) -> None:
        """Remember the socket that `stop` is to wake."""
        self._socket = connection

    def stop(self) -> None:
        """End the exchange from another thread: its next or present read fails."""
        self._ends = 0.0
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was not connected, or is closed already


def _wait_at_most(connection: socket.socket, seconds: float) -> None:
    # Setting it is a system call, that gives way to other threads.
    if connection.gettimeout() != seconds:
        connection.settimeout(seconds)


class MeteredSocket(socket.socket):
    """A socket whose reads obey a meter."""

    meter: Meter

    def recv_into(self, *args: Any) -> int:
        """Read as `socket.recv_into`; raises TimeoutError and TooLarge by the meter."""
        _wait_at_most(self, self.meter.patience())
        size = super().recv_into(*args)
        self.meter.count(size)
        return size


class MeteredTLSSocket(ssl.SSLSocket):
    """The same under TLS. `SSLContext` makes it, so the meter is set afterwards."""

    meter: Meter

    def recv_into(self, *args: Any) -> int:
        """Read as `ssl.SSLSocket.recv_into`; raises TimeoutError and TooLarge by the meter."""
        _wait_at_most(self, self.meter.patience())
        size = super().recv_into(*args)
        self.meter.count(size)
        return size


def tls_context() -> ssl.SSLContext:
    """Return a context that trusts certifi's authorities and the system's.

    Loading them takes some 20 ms, so all connections of a client share one.
    """
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def metered(context: ssl.SSLContext) -> ssl.SSLContext:
    """Make `context` wrap connections in sockets with a meter, and return it."""
    context.sslsocket_class = MeteredTLSSocket
    return context


class FinalResponse(HTTPResponse):
    """A response that comes after any number of interim ones: RFC 9110, section 15.2.

    `http.client` passes over 100 alone, and takes 103 (Early Hints) for an answer.
    """

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]  # of no stub
            if not 102 <= status < 200:
                return version, status, reason
            parse_headers(self.fp)


class Adapter(HTTPAdapter):
    """One connection to one host at a time, all of it under `guard` and `meter`.

    Its requests go to the address as it is: `requests` would fold leading slashes, and
    load the authorities again for every connection. What `requests` does for sessions is
    left out, which is half of its time: docs/decisions/0011.
    """

    def __init__(self, guard: Guard, meter: Meter, context: ssl.SSLContext) -> None:
        self._guard, self.meter, self._context = guard, meter, context
        self._known: dict[str, Any] = {}
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *_: Any, **__: Any) -> None:
        """Pool connections that ask the guard; one at most, to one host."""
        self.poolmanager = PoolManager(num_pools=1, maxsize=1, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard, self.meter)

    def send(self, request: Any, *_: Any, timeout: Any = None, **__: Any) -> Response:
        """Send a prepared request, and return the response with its body unread.

        Raises urllib3's errors, which `requests` would wrap in its own.
        """
        answer = self._pool(request.url).urlopen(
            request.method,
            "/"
            + request.url.split("/", 3)[3],  # as it stands in the address, which has no fragment
            headers=request.headers,
            retries=self.max_retries,
            timeout=timeout,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
        return self.build_response(request, answer)

    def _pool(self, url: str) -> Any:
        """Return the pool of an address's host; there are no proxies and no other contexts."""
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in self._known:
            # Of its pools the manager keeps one, as this does.
            self._known = {origin: self.poolmanager.connection_from_url(url)}
        return self._known[origin]

    def build_response(self, req: Any, resp: Any) -> Response:
        """Wrap urllib3's response, without cookies, history and an encoding of its text."""
        response = Response()
        response.status_code, response.reason = resp.status, resp.reason
        response.headers, response.raw = resp.headers, resp
        return response


def _pools(guard: Guard, meter: Meter) -> dict[str, type[HTTPConnectionPool]]:
    """Return urllib3's pools by scheme, with connections that ask `guard` first."""

    class Plain(HTTPConnection):
        response_class = FinalResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, guard, meter)

    class Secure(HTTPSConnection):
        response_class = FinalResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, guard, meter)

        def connect(self) -> None:
            """Connect, and hand the meter to the socket that TLS put in the first one's place."""
            super().connect()
            if isinstance(self.sock, MeteredTLSSocket):
                self.sock.meter = meter
                meter.watch(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(connection: HTTPConnection, guard: Guard, meter: Meter) -> socket.socket:
    """Connect to the first address that answers; errors as urllib3 raises them."""
    try:
        endpoints = guard.resolve(connection._dns_host, connection.port)
    except (socket.gaierror, UnicodeError) as error:
        unknown = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(connection.host, connection, unknown) from error
    failure: OSError = OSError("the host has no address")
    for endpoint in endpoints:
        try:
            return _open(endpoint, connection, meter)
        except OSError as error:
            failure = error
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, f"no answer from {connection.host}") from failure
    raise NewConnectionError(connection, str(failure)) from failure


def _open(endpoint: Endpoint, connection: HTTPConnection, meter: Meter) -> socket.socket:
    plain = MeteredSocket(endpoint.family, socket.SOCK_STREAM)
    try:
        plain.meter = meter
        for option in connection.socket_options or ():
            plain.setsockopt(*option)
        limit = connection.timeout if isinstance(connection.timeout, int | float) else 10.0
        plain.settimeout(min(meter.patience(), limit))
        meter.watch(plain)
        plain.connect(endpoint.address)
    except BaseException:
        plain.close()
        raise
    return plain
