"""Turns: who asks first is waited for, by threads, by other fetchers and by other processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from articlekit.fetch.images import ImageFetcher
from articlekit.fetch.referrer import DEFAULT_POLICY
from articlekit.fetch.store.turns import Turns
from articlekit.fetch.wanted import ImageRequest
from articlekit.model import Origin
from server import ImageServer, Reply, Seen, picture

URL = "https://a.example/1.png"


def never() -> bool:
    return False


def slow(body: bytes) -> Callable[[Seen], Reply]:
    def answer(_: Seen) -> Reply:
        time.sleep(0.3)
        return Reply(body)

    return answer


def fetch(cache: Path, url: str) -> str | None:
    request = ImageRequest(url, Origin("post.html"), None, DEFAULT_POLICY)
    with ImageFetcher.create(cache, allow_private=["127.0.0.1"]) as fetcher:
        return fetcher.fetch([request])[request].outcome.reason


def test_fetchers_in_threads_ask_once(server: ImageServer, tmp_path: Path) -> None:
    server.routes["/a.png"] = slow(picture())
    with ThreadPoolExecutor(6) as pool:
        urls = [server.url("/a.png")] * 6
        assert list(pool.map(fetch, [tmp_path] * 6, urls)) == [None] * 6
    assert len(server.seen) == 1


def test_a_failure_is_waited_for_too(server: ImageServer, tmp_path: Path) -> None:
    server.routes["/a.png"] = slow(b"<html>no image</html>")
    with ThreadPoolExecutor(4) as pool:
        urls = [server.url("/a.png")] * 4
        assert list(pool.map(fetch, [tmp_path] * 4, urls)) == ["not_image"] * 4
    assert len(server.seen) == 1


_PROCESS = """
import sys
from pathlib import Path
from test_turns import fetch
print(fetch(Path(sys.argv[1]), sys.argv[2]))
"""


def test_processes_ask_once(server: ImageServer, tmp_path: Path) -> None:
    server.routes["/a.png"] = slow(picture())
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    command = [sys.executable, "-c", _PROCESS, str(tmp_path), server.url("/a.png")]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths})
        for _ in range(3)
    ]
    assert [each.communicate(timeout=60)[0].strip() for each in running] == [b"None"] * 3
    assert len(server.seen) == 1


def test_different_referers_take_different_turns(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "turns.lock")
    with turns.turn(URL, None, never), turns.turn(URL, "https://b.example/", never):
        pass
    turns.close()


@pytest.mark.parametrize("shared", [True, False])
def test_the_second_waits_for_the_first(tmp_path: Path, shared: bool) -> None:
    first = Turns(tmp_path / "turns.lock")
    second = first if shared else Turns(tmp_path / "turns.lock")
    order: list[str] = []
    begun = threading.Event()

    def hold() -> None:
        with first.turn(URL, None, never):
            begun.set()
            time.sleep(0.2)
            order.append("first")

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(5)
    with second.turn(URL, None, never):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]
    first.close()
    second.close()


def test_who_is_stopped_does_not_wait(tmp_path: Path) -> None:
    first, second = Turns(tmp_path / "turns.lock"), Turns(tmp_path / "turns.lock")
    with first.turn(URL, None, never), second.turn(URL, None, lambda: True):
        pass
    # The first has its turn still, and gives it back but once.
    with second.turn(URL, None, never):
        pass
    first.close()
    second.close()


def test_without_a_file_turns_are_among_threads(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "not" / "there")
    with turns.turn(URL, None, never):
        pass
    turns.close()


_HOLDER = """
import sys, time
from pathlib import Path
from articlekit.fetch.store.turns import Turns
with Turns(Path(sys.argv[1])).turn(sys.argv[2], None, lambda: False):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_leaves_no_turn(tmp_path: Path) -> None:
    lock = tmp_path / "turns.lock"
    command = [sys.executable, "-c", _HOLDER, str(lock), URL]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    began = time.monotonic()
    turns = Turns(lock)
    with turns.turn(URL, None, never):
        assert time.monotonic() - began < 5
    turns.close()
