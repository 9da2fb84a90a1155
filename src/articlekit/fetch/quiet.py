"""Keeps Pillow's warnings from the console, in however many threads it works."""

from __future__ import annotations

import threading
import warnings
from types import TracebackType
from typing import Final


class Quiet:
    """A context in which warnings from one package are ignored, in all threads.

    `warnings.catch_warnings` alone restores what another thread has set, so the first
    to enter sets the filter and the last to leave takes it back.
    """

    def __init__(self, package: str) -> None:
        self._module = rf"{package}(\.|\Z)"
        self._lock = threading.Lock()
        self._inside = 0
        self._caught: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.filterwarnings("ignore", module=self._module)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._caught is not None:
                self._caught.__exit__(None, None, None)
                self._caught = None


#: The interpreter has one list of filters, so there can be only one that minds it.
PILLOW: Final = Quiet("PIL")
