"""Time fetching images, beside bare requests on as many threads, as ratios of one run.

    python tests/bench/fetch.py [--images 2000] [--hosts 20] [--latency 0.1]

A server of its own on loopback addresses answers with JPEGs of 50 kB, each another. Bare
requests keeps the bodies in memory and looks at nothing; articlekit decodes every image,
stores it, and flushes it to the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import requests
from PIL import Image

from articlekit.fetch.images import ImageFetcher
from articlekit.fetch.referrer import ReferrerPolicy
from articlekit.fetch.wanted import ImageRequest
from articlekit.model import Origin

THREADS = 32


def make_jpeg(size: int = 50_000) -> bytes:
    """Return a JPEG of about `size` bytes."""
    noise = Image.effect_noise((420, 280), 90)
    for quality in range(30, 96):
        out = BytesIO()
        noise.save(out, "JPEG", quality=quality)
        if out.tell() >= size:
            return out.getvalue()
    return out.getvalue()


def numbered(jpeg: bytes, name: str) -> bytes:
    """Return the JPEG with a comment in it, so that its bytes are like no other's."""
    comment = name.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, jpeg: bytes, latency: float
) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            body = numbered(jpeg, head.split(b" ", 2)[1].decode())
            await asyncio.sleep(latency)
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nCache-Control: max-age=3600\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body) + body
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve(hosts: list[str], port: int, latency: float, ready: threading.Event) -> None:
    async def main() -> None:
        jpeg = make_jpeg()

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await answer(reader, writer, jpeg, latency)

        servers = [await asyncio.start_server(handle, host, port) for host in hosts]
        ready.set()
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(main())


def bare(urls: list[str]) -> int:
    """Fetch with a session a thread and nothing else; return how many came."""
    own = threading.local()

    def get(url: str) -> bytes:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        return bytes(own.session.get(url, timeout=30).content)

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(1 for body in pool.map(get, urls) if body)


def ours(urls: list[str], cache: Path, offline: bool = False) -> int:
    origin = Origin("bench")
    asked = [ImageRequest(url, origin, None, ReferrerPolicy("origin")) for url in urls]
    with ImageFetcher.create(
        cache, jobs=THREADS, allow_private=["127.0.0.0/8"], offline=offline
    ) as fetcher:
        return sum(1 for result in fetcher.fetch(asked).values() if result.image)


def timed(name: str, work: Callable[[], int], count: int, peer: float | None) -> float:
    start = time.perf_counter()
    came = work()
    rate = count / (time.perf_counter() - start)
    share = "" if peer is None else f"{rate / peer:8.2f} of bare requests' rate"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:24}{rate:8.0f} images/s {memory:6.0f} MB{share}   {came}/{count}", flush=True)
    return rate


def main() -> None:
    options = argparse.ArgumentParser(description="Time fetching beside bare requests.")
    options.add_argument("--images", type=int, default=2000)
    options.add_argument("--hosts", type=int, default=20)
    options.add_argument("--latency", type=float, default=0.0)
    given = options.parse_args()
    hosts, port = [f"127.0.0.{n + 1}" for n in range(given.hosts)], 8931
    ready = multiprocessing.Event()
    server = multiprocessing.Process(
        target=serve, args=(hosts, port, given.latency, ready), daemon=True
    )
    server.start()
    ready.wait(30)
    urls = [f"http://{hosts[n % len(hosts)]}:{port}/{n}.jpg" for n in range(given.images)]
    print(f"{given.images} images of 50 kB over {given.hosts} hosts, {given.latency} s latency")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        timed("articlekit, cold", lambda: ours(urls, cache), given.images, None)
        rate = timed("bare requests", lambda: bare(urls), given.images, None)
        other = Path(folder) / "other"
        timed("articlekit, cold again", lambda: ours(urls, other), given.images, rate)
        timed("articlekit, warm", lambda: ours(urls, cache), given.images, rate)
    server.terminate()


if __name__ == "__main__":
    main()
