"""Processes that read articles: as many as were asked for, started when there is work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")


class Crew:
    """Hands work to an executor: the one that is given, or processes of its own.

    `jobs` is how many; with one, or without an executor and `jobs`, it takes no work. Its
    processes are started by the first `submit` and gone after the `with` block.
    """

    def __init__(self, executor: Executor | None, jobs: int | None) -> None:
        self._given = executor
        self._own: ProcessPoolExecutor | None = None
        self._jobs = jobs or 1

    @property
    def takes_work(self) -> bool:
        """Whether there is anyone to do it."""
        return self._given is not None or self._jobs > 1

    @property
    def ahead(self) -> int:
        """How many pieces of work should wait, so that nobody is idle; none without anybody."""
        if not self.takes_work:
            return 0
        return 4 * max(self._jobs, (os.cpu_count() or 1) if self._given is not None else 1)

    def submit(self, work: Callable[[A], T], what: A) -> Future[T]:
        """Let someone do a piece of work."""
        if self._given is not None:
            return self._given.submit(work, what)
        if self._own is None:
            self._own = ProcessPoolExecutor(
                self._jobs, multiprocessing.get_context(_start_method()), _leave_interrupts
            )
        return self._own.submit(work, what)

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._own is not None:
            self._own.shutdown(cancel_futures=True)


def _start_method() -> str:
    """A fork starts in milliseconds, but is only safe where no other thread runs."""
    alone = threading.active_count() == 1
    return "fork" if sys.platform == "linux" and alone else "spawn"


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
