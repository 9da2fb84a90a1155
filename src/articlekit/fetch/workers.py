"""Run many tasks on threads, fairly between hosts, and stop at once when told to."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

T = TypeVar("T")

# How long, in seconds, `run` waits for its threads when it is interrupted.
_FAREWELL: Final = 1.0


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """Something to do for a host; tasks without one have `host` None."""

    host: str | None
    work: Callable[[], T]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


_Results: TypeAlias = "queue.SimpleQueue[tuple[int, T] | _Failed]"


class _Agenda(Generic[T]):
    """What is left to do, by host: a slow one must not hold all the threads."""

    def __init__(self, tasks: Iterable[Task[T]], per_host: int) -> None:
        self._per_host = per_host
        self._changed = threading.Condition()
        self._waiting: dict[str | None, deque[tuple[int, Task[T]]]] = {}
        self._active: dict[str | None, int] = {}
        for number, task in enumerate(tasks):
            self._waiting.setdefault(task.host, deque()).append((number, task))

    def take(self) -> tuple[int, Task[T]] | None:
        """Return the next task whose host has room; None when nothing is left."""
        with self._changed:
            while self._waiting:
                takers = iter(self._waiting.items())
                found = next((item for item in takers if self._has_room(item[0])), None)
                if found is None:
                    self._changed.wait()
                    continue
                host, line = found
                del self._waiting[host]
                number, task = line.popleft()
                if line:
                    self._waiting[host] = line  # at the end: hosts take turns
                elif not self._waiting:
                    self._changed.notify_all()  # there is nothing left to wait for
                self._active[host] = self._active.get(host, 0) + 1
                return number, task
            return None

    def most(self) -> int:
        """How many tasks can be active at once."""
        return sum(
            len(line) if host is None else min(len(line), self._per_host)
            for host, line in self._waiting.items()
        )

    def finish(self, task: Task[T]) -> None:
        """Make room at the task's host."""
        with self._changed:
            self._active[task.host] -= 1
            self._changed.notify()

    def drop(self) -> None:
        """Forget everything that was not begun."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    def _has_room(self, host: str | None) -> bool:
        return host is None or self._active.get(host, 0) < self._per_host


def run(
    tasks: list[Task[T]], *, jobs: int, per_host: int, stop: Callable[[], None]
) -> Iterator[tuple[int, T]]:
    """Yield each task's number and result as they come, at most `per_host` at a host.

    An exception of a task is raised here, and the rest is given up; so it is on Ctrl-C
    and when the caller leaves. Then `stop` is called, to end what is going on, and the
    threads have a second; they are daemons, so the program ends without them.
    """
    agenda = _Agenda(tasks, per_host)
    done: _Results[T] = queue.SimpleQueue()
    threads = [
        threading.Thread(target=_work, args=(agenda, done), name=f"fetch-{n}", daemon=True)
        for n in range(min(jobs, agenda.most()))
    ]
    complete = False
    try:
        for thread in threads:
            thread.start()
        for _ in tasks:
            finished = done.get()
            if isinstance(finished, _Failed):
                raise finished.error
            yield finished
        complete = True
    finally:
        if not complete:
            agenda.drop()
            stop()
        ends = time.monotonic() + _FAREWELL
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, ends - time.monotonic()))


def _work(agenda: _Agenda[T], done: _Results[T]) -> None:
    while (taken := agenda.take()) is not None:
        number, task = taken
        try:
            done.put((number, task.work()))
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            done.put(_Failed(error))
        finally:
            agenda.finish(task)
