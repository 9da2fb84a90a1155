"""A web server on loopback that does everything wrong, each host of it something else.

The first label of the Host names the behaviour, so that what one host does is no news
about another. A behaviour that returns True leaves its connection open for more.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

OK: Final = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True)
class Visit:
    """One request: where it came in, and which one of its host and path it is, from 1."""

    connection: socket.socket
    server: FaultServer
    path: str
    headers: Mapping[str, str]
    number: int

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.sendall(piece)

    def left(self, seconds: float) -> bool:
        """Wait; tell whether the client has left, or the server is closing, meanwhile."""
        self.connection.settimeout(seconds)
        try:
            return not self.connection.recv(65536) or self.server.closing.is_set()
        except TimeoutError:
            return self.server.closing.is_set()
        finally:
            self.connection.settimeout(10)


Behaviour = Callable[[Visit], bool | None]


@dataclass
class Host:
    """What a host was asked, and when: the first request, and the end of the last."""

    paths: list[str] = field(default_factory=list)
    referers: list[str | None] = field(default_factory=list)
    connections: int = 0
    began: float = 0.0
    ended: float = 0.0

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class FaultServer:
    """Serves `behaviours` by the name of the host, in threads; use it in a `with`."""

    def __init__(self, behaviours: Mapping[str, Behaviour]) -> None:
        self.behaviours = behaviours
        self.closing = threading.Event()
        self.hosts: dict[str, Host] = {}
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._deaf, self._callers = deaf_listener()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def deaf_port(self) -> int:
        """A port that nobody accepts connections at."""
        return int(self._deaf.getsockname()[1])

    def url(self, host: str, path: str = "/a", scheme: str = "http") -> str:
        return f"{scheme}://{host}.test:{self.port}{path}"

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):  # clients leave early, as they should
            known: Host | None = None
            while (head := read_head(connection)) is not None:
                host, visit = self._visit(connection, head)
                host.connections += known is None
                known = host
                try:
                    if not self.behaviours[label(visit.headers)](visit):
                        break
                finally:
                    host.ended = time.monotonic()
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _visit(self, connection: socket.socket, head: bytes) -> tuple[Host, Visit]:
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs if name}
        path = first.split()[1]
        with self._lock:
            host = self.hosts.setdefault(label(headers), Host(began=time.monotonic()))
            host.paths.append(path)
            host.referers.append(headers.get("referer"))
            number = host.paths.count(path)
        return host, Visit(connection, self, path, headers, number)

    def __enter__(self) -> FaultServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.closing.set()
        with suppress(OSError):  # `close` alone does not wake `accept`
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        with self._lock:
            left = list(self._open)
        for each in left:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for each in (self._listener, self._deaf, *self._callers):
            each.close()


def label(headers: Mapping[str, str]) -> str:
    return headers["host"].partition(".")[0]


def read_head(connection: socket.socket) -> bytes | None:
    """Read a request without a body; None when no other comes. A TLS handshake is reset."""
    connection.settimeout(10)
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if piece.startswith(b"\x16") and not head:
            abort(connection)
            return None
        if not piece:
            return None
        head += piece
    return head.partition(b"\r\n\r\n")[0]


def abort(connection: socket.socket) -> None:
    """Close a connection with a reset instead of a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def deaf_listener() -> tuple[socket.socket, list[socket.socket]]:
    """Listen with a queue that is full, so that the system leaves callers without an answer."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    callers = []
    while len(callers) < 64:
        caller = socket.socket()
        caller.settimeout(0.1)
        callers.append(caller)
        try:
            caller.connect(listener.getsockname())
        except OSError:
            break
    return listener, callers


# Behaviours


def answer(
    body: bytes, status: str = "200 OK", length: int | None = None, **headers: str
) -> Behaviour:
    """Answer as HTTP has it; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named = {"Content-Length": str(len(body) if length is None else length), **named}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    message = f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body

    def behave(visit: Visit) -> bool:
        visit.send(message)
        return True

    return behave


def redirect(target: str | Callable[[Visit], str], status: str = "302 Found") -> Behaviour:
    """Send elsewhere: to an address, in which `{port}` is the server's, or what is computed."""

    def behave(visit: Visit) -> bool:
        location = target(visit) if callable(target) else target
        location = location.replace("{port}", str(visit.server.port))
        return bool(answer(b"", status, Location=location)(visit))

    return behave


def raw(*pieces: bytes) -> Behaviour:
    """Send these very bytes, and close."""
    return lambda visit: visit.send(*pieces)


def drip(head: bytes, pause: float = 0.2) -> Behaviour:
    """Send `head`, then a byte at a time, until the client leaves."""

    def behave(visit: Visit) -> None:
        visit.send(head)
        while not visit.left(pause):
            visit.send(b"x")

    return behave


def flood(head: bytes, piece: bytes) -> Behaviour:
    """Send `head`, then `piece` until the client leaves, or 20 MB of them."""

    def behave(visit: Visit) -> None:
        visit.send(head)
        for _ in range(20_000_000 // len(piece)):
            visit.send(piece)

    return behave


def silence(visit: Visit) -> None:
    """Say nothing until the client leaves."""
    while not visit.left(0.5):
        continue


def reset(*pieces: bytes) -> Behaviour:
    """Send these bytes, then reset the connection."""

    def behave(visit: Visit) -> None:
        visit.send(*pieces)
        if pieces:
            time.sleep(0.05)  # a reset would overtake them
        abort(visit.connection)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave as the first at the first request for a path, and so on; then as the last."""
    return lambda visit: behaviours[min(visit.number, len(behaviours)) - 1](visit)


def unless_referred(refused: Behaviour, otherwise: Behaviour) -> Behaviour:
    """Behave as a hotlink guard: as `refused` to whoever names a page."""
    return lambda visit: (refused if "referer" in visit.headers else otherwise)(visit)


def at_first(first: Behaviour, then: Behaviour) -> Behaviour:
    """Behave as `first` where an image is asked for, and as `then` at any other path."""
    return lambda visit: (first if visit.path == "/a" else then)(visit)


def keeping(behaviour: Behaviour) -> Behaviour:
    """Behave so, and leave the connection open."""

    def behave(visit: Visit) -> bool:
        behaviour(visit)
        return True

    return behave
