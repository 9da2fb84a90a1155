"""The same over TLS: names, deadlines and limits hold inside of it."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from articlekit.fetch.http.client import ImageClient
from articlekit.fetch.http.guard import Guard
from articlekit.fetch.http.messages import FetchFailed, Limits, Request
from articlekit.fetch.referrer import ReferrerPolicy
from server import picture

PNG = picture()
ALLOWED = ("127.0.0.1", "images.example")


@dataclass(frozen=True)
class Keys:
    certificate: Path
    key: Path


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    # The server's own certificate is the one to trust, as no chain is under test.
    made = Keys(folder / "cert.pem", folder / "key.pem")
    authority = trustme.CA()
    issued = authority.issue_cert("images.example")
    issued.private_key_and_cert_chain_pem.write_to_path(str(made.key))
    issued.cert_chain_pems[0].write_to_path(str(made.certificate))
    authority.cert_pem.write_to_path(str(made.certificate), append=True)
    return made


Serve = Callable[[ssl.SSLSocket, threading.Event], None]


@dataclass
class TLSServer:
    """Answers connection after connection with `serve`; notes names and requests."""

    port: int
    names: list[str | None] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)


@contextmanager
def tls_server(keys: Keys, serve: Serve) -> Iterator[TLSServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys.certificate, keys.key)
    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = TLSServer(listener.getsockname()[1])
        context.sni_callback = lambda _, name, __: server.names.append(name)

        def work() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                with suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as tls:
                    server.requests.append(tls.recv(65536))
                    serve(tls, closing)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            closing.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let images.example be at 127.0.0.1."""
    real = socket.getaddrinfo

    def resolve(host: str, *more: object, **named: object) -> object:
        return real("127.0.0.1" if host == "images.example" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@contextmanager
def trusting(keys: Keys, limits: Limits | None = None) -> Iterator[ImageClient]:
    context = ssl.create_default_context(cafile=str(keys.certificate))
    with ImageClient(
        Guard(ALLOWED), limits or Limits(), context=context, sleep=lambda _: None
    ) as client:
        yield client


def send(answer: bytes) -> Serve:
    return lambda tls, _: tls.sendall(answer)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PNG) + PNG


def test_the_name_stays_though_the_address_is_what_is_connected_to(keys: Keys) -> None:
    with tls_server(keys, send(OK)) as server, trusting(keys) as client:
        url = f"https://images.example:{server.port}/a.png"
        page = "https://blog.example/post"
        policy = ReferrerPolicy.NO_REFERRER_WHEN_DOWNGRADE
        response = client.get(Request(url, policy.referrer(page, url), policy, page))
    assert response.body == PNG
    assert server.names == ["images.example"]
    assert f"Host: images.example:{server.port}".encode() in server.requests[0]
    assert b"Referer: https://blog.example/post\r\n" in server.requests[0]


def test_from_https_to_http_the_referer_is_dropped(keys: Keys) -> None:
    with tls_server(keys, send(OK)) as plain, trusting(keys) as client:
        moved = (
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://images.example:1/\r\n\r\n"
        )
        with tls_server(keys, send(moved)) as server:
            url = f"https://images.example:{server.port}/a.png"
            policy = ReferrerPolicy.NO_REFERRER_WHEN_DOWNGRADE
            with pytest.raises(FetchFailed) as caught:
                client.get(Request(url, "https://blog.example/post", policy))
        assert plain.requests == []
    first, *rest = caught.value.hops[:2]
    assert first.referer == "https://blog.example/post"
    assert [(hop.url, hop.referer) for hop in rest] == [("http://images.example:1/", None)]


def test_pages_by_https_follow_redirects_by_https(keys: Keys) -> None:
    moved = (
        b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: http://images.example:%d/b\r\n\r\n"
    )
    with tls_server(keys, send(OK)) as last:
        with tls_server(keys, send(moved % last.port)) as server, trusting(keys) as client:
            url = f"https://images.example:{server.port}/a.png"
            response = client.get(Request(url, page_url="https://blog.example/"))
        assert response.url == f"https://images.example:{last.port}/b"


def test_who_is_not_trusted_is_not_asked(keys: Keys) -> None:
    with tls_server(keys, send(OK)) as server, ImageClient(Guard(ALLOWED)) as client:
        with pytest.raises(FetchFailed) as caught:
            client.get(Request(f"https://images.example:{server.port}/a.png"))
        assert caught.value.reason == "tls"
        assert server.requests == []


def test_a_certificate_of_another_name_is_refused(keys: Keys) -> None:
    with tls_server(keys, send(OK)) as server, trusting(keys) as client:
        with pytest.raises(FetchFailed) as caught:
            client.get(Request(f"https://127.0.0.1:{server.port}/a.png"))
        assert caught.value.reason == "tls"


def drip(tls: ssl.SSLSocket, closing: threading.Event) -> None:
    tls.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    with suppress(OSError):
        while not closing.wait(0.02):
            tls.sendall(b"x")


def test_a_dripping_server_is_left_at_the_deadline(keys: Keys) -> None:
    with tls_server(keys, drip) as server, trusting(keys, Limits(deadline=0.4)) as client:
        started = time.monotonic()
        with pytest.raises(FetchFailed) as caught:
            client.get(Request(f"https://images.example:{server.port}/a.png"))
        assert caught.value.reason == "timeout_total"
        assert time.monotonic() - started < 1.5


def test_stop_ends_it_at_once(keys: Keys) -> None:
    with tls_server(keys, drip) as server, trusting(keys) as client:
        threading.Timer(0.2, client.stop).start()
        started = time.monotonic()
        with pytest.raises(FetchFailed):
            client.get(Request(f"https://images.example:{server.port}/a.png"))
        assert time.monotonic() - started < 1.5


def test_an_endless_answer_is_cut(keys: Keys) -> None:
    def flood(tls: ssl.SSLSocket, closing: threading.Event) -> None:
        tls.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError):
            while not closing.is_set():
                tls.sendall(b"0" * 65536)

    with tls_server(keys, flood) as server, trusting(keys, Limits(size=100_000)) as client:
        with pytest.raises(FetchFailed) as caught:
            client.get(Request(f"https://images.example:{server.port}/a.png"))
        assert caught.value.reason == "too_large"


def test_a_handshake_that_never_comes(keys: Keys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        limits = Limits(connect=0.2, tries=1)
        started = time.monotonic()
        with trusting(keys, limits) as client, pytest.raises(FetchFailed) as caught:
            client.get(Request(f"https://images.example:{listener.getsockname()[1]}/a.png"))
        assert caught.value.reason in ("timeout_connect", "timeout_total")
        assert time.monotonic() - started < 1.5
