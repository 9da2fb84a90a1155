"""A web server on loopback that tests tell what to answer, and ask what it was sent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from types import TracebackType

from PIL import Image


@dataclass(frozen=True)
class Seen:
    """One request that came; header names are in lower case."""

    path: str
    headers: Mapping[str, str]

    @property
    def referer(self) -> str | None:
        return self.headers.get("referer")


@dataclass(frozen=True)
class Reply:
    """One answer. Without a Content-Length in `headers` the body's own is sent."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] | None = None


Route = Reply | Callable[[Seen], Reply]
Raw = Callable[[socket.socket, threading.Event], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, owner: ImageServer) -> None:
        self.owner = owner
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: socket.socket, client_address: object) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        return  # clients of these tests leave early, on purpose


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes, 40 ms apart with it
    server: _Server

    def do_GET(self) -> None:
        owner = self.server.owner
        target = self.requestline.split()[1]  # `self.path` has leading slashes folded
        seen = Seen(target, {name.lower(): value for name, value in self.headers.items()})
        owner.seen.append(seen)
        path = target.partition("?")[0]
        raw = owner.raw.get(path)
        if raw is not None:
            self.close_connection = True
            raw(self.connection, owner.closing)
            return
        route = owner.routes.get(path, Reply(b"nothing here", 404))
        self.answer(route if isinstance(route, Reply) else route(seen))

    def answer(self, reply: Reply) -> None:
        headers = {"Content-Length": str(len(reply.body)), **(reply.headers or {})}
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.status != 304:
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        return


class ImageServer:
    """A server in threads of its own; use it in a `with`.

    `routes` maps paths, without their query, to what is answered; `raw` to functions that
    write to the connection themselves. `seen` lists every request in the order it came.
    """

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.raw: dict[str, Raw] = {}
        self.seen: list[Seen] = []
        self.closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def add(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Answer `path`; header names are given with underscores. Returns the URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = Reply(body, status, named)
        return self.url(path)

    def redirect(self, path: str, location: str, status: int = 302, **headers: str) -> str:
        return self.add(path, b"", status, Location=location, **headers)

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    @property
    def referers(self) -> list[str | None]:
        return [seen.referer for seen in self.seen]

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        for connection in list(self._server.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._server.server_close()

    def __enter__(self) -> ImageServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()


def picture(
    format: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: object
) -> bytes:
    """Return the bytes of a small image."""
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, format, **options)
    return out.getvalue()
