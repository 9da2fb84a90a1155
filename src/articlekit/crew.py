"""Processes that read articles: as many as were asked for, started when there is work."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

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
        if self._own is not None:
            return self._own.submit(work, what)
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        context = multiprocessing.get_context(_start_method())
        with _undisturbed():
            self._own = ProcessPoolExecutor(self._jobs, context, _leave_interrupts)
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
    return "fork" if sys.platform == "linux" and _threads() == 1 else "spawn"


def _threads() -> int:
    """How many threads this process has on Linux, those that libraries started included."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:  # no /proc here
        return threading.active_count()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back while processes start.

    Interrupted between two of its steps, the pool leaves processes that nobody ends, and the
    program waits for them for ever (seen once in 120 times). What starts meanwhile has Ctrl-C
    held back from its first moment; for the others it comes afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
