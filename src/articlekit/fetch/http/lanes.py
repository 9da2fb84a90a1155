"""Lanes: the few connections that a host is given, each used by one thread at a time.

A session for each of 32 threads would leave 32 idle connections at one host. Lanes are
kept by host instead, so what is idle counts as well.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar


class Lane(Protocol):
    """Something with connections of its own."""

    def close(self) -> None:
        """Close what is idle; called by the thread that has the lane, or the last one."""

    def stop(self) -> None:
        """End what is going on; called by any thread."""


L = TypeVar("L", bound=Lane)


class LaneBusy(Exception):
    """Every lane to the host stayed taken for as long as was waited."""


class Tokens:
    """So many threads at once: a semaphore that is C, where `threading`'s is Python."""

    def __init__(self, count: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._free.put(None)

    def take(self, timeout: float | None = None) -> None:
        """Take one; raises `queue.Empty` after `timeout` seconds without any."""
        self._free.get(timeout=timeout)

    def give(self) -> None:
        """Give one back."""
        self._free.put(None)


class Lanes(Generic[L]):
    """Gives out lanes: `per_host` to a host, and at most `idle` kept open unused in all."""

    def __init__(self, make: Callable[[], L], *, per_host: int, idle: int) -> None:
        self._make = make
        self._per_host = per_host
        self._keep = idle
        self._lock = threading.Lock()
        self._slots: dict[str, Tokens] = {}
        self._idle: deque[tuple[str, L]] = deque()
        self._taken: set[L] = set()

    @contextmanager
    def lane(self, host: str, timeout: float) -> Iterator[L]:
        """Lend a lane to `host`; raises LaneBusy after `timeout` seconds without one."""
        with self._lock:
            slots = self._slots.get(host)
            if slots is None:
                slots = self._slots[host] = Tokens(self._per_host)
        try:
            slots.take(timeout)
        except Empty:
            raise LaneBusy(host) from None
        try:
            lane = self._take(host)
            try:
                yield lane
            finally:
                self._give_back(host, lane)
        finally:
            slots.give()

    def stop(self) -> None:
        """End every exchange in every lane at once, from whatever thread."""
        with self._lock:
            taken = list(self._taken)
        for lane in taken:
            lane.stop()

    def close(self) -> None:
        """Close all idle lanes."""
        with self._lock:
            idle = [lane for _, lane in self._idle]
            self._idle.clear()
        for lane in idle:
            lane.close()

    def _take(self, host: str) -> L:
        with self._lock:
            known = next((entry for entry in self._idle if entry[0] == host), None)
            if known is not None:
                self._idle.remove(known)
            lane = self._make() if known is None else known[1]
            self._taken.add(lane)
        return lane

    def _give_back(self, host: str, lane: L) -> None:
        oldest: L | None = None
        with self._lock:
            self._taken.discard(lane)
            self._idle.append((host, lane))
            if len(self._idle) > self._keep:
                oldest = self._idle.popleft()[1]
        if oldest is not None:
            oldest.close()
