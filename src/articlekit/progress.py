"""How far a run is, as lines: for people who read a log, and for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TextIO

Clock = Callable[[], float]


class Pace:
    """Counts the steps of a stage; tells how many a second, and how long the rest takes."""

    def __init__(self, stage: str, total: int, clock: Clock = time.monotonic) -> None:
        self.stage, self.total = stage, total
        self.done = self.failed = 0
        self._clock = clock
        self._began = clock()

    @property
    def seconds(self) -> float:
        """How long the stage has taken."""
        return self._clock() - self._began

    @property
    def rate(self) -> float:
        """Steps a second; 0 before the first."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds until the stage is done at this rate; None before the first step."""
        return (self.total - self.done) / self.rate if self.rate else None

    def __str__(self) -> str:
        left = "" if self.left is None else f", {_duration(self.left)} left"
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.stage} {self.done} of {self.total}, {self.rate:.3g}/s{left}{failed}"


class Lines:
    """A line every `every` seconds; a run that is shorter says nothing."""

    def __init__(self, file: TextIO, every: float = 10.0, clock: Clock = time.monotonic) -> None:
        self._file, self._every, self._clock = file, every, clock
        self._pace = Pace("", 0, clock)
        self._last = clock()

    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""
        self._pace = Pace(stage, total, self._clock)

    def advance(self) -> None:
        """Count one step."""
        self._pace.done += 1
        if self._clock() - self._last >= self._every:
            self._last = self._clock()
            print(self._pace, file=self._file, flush=True)

    def fail(self) -> None:
        """Count a step that failed, before it is counted as done."""
        self._pace.failed += 1


class JsonLines:
    """A JSON object a line: when a stage starts, how far it is once a second, when it is done."""

    def __init__(self, file: TextIO, every: float = 1.0, clock: Clock = time.monotonic) -> None:
        self._file, self._every, self._clock = file, every, clock
        self._pace = Pace("", 0, clock)
        self._last = clock()

    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""
        self._pace = Pace(stage, total, self._clock)
        self._last = self._clock()
        self.tell("start", stage=stage, total=total)

    def advance(self) -> None:
        """Count one step."""
        self._pace.done += 1
        last = self._pace.done == self._pace.total
        if last or self._clock() - self._last >= self._every:
            self._last = self._clock()
            left = self._pace.left
            self.tell(
                "end" if last else "progress",
                stage=self._pace.stage,
                done=self._pace.done,
                total=self._pace.total,
                failed=self._pace.failed,
                seconds=round(self._pace.seconds, 3),
                left=None if left is None else round(left, 3),
            )

    def fail(self) -> None:
        """Count a step that failed, before it is counted as done."""
        self._pace.failed += 1

    def tell(self, event: str, **what: object) -> None:
        """Write one event."""
        print(json.dumps({"event": event, **what}, ensure_ascii=False), file=self._file, flush=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{rest} s"
