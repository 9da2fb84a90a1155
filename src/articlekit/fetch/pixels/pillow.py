"""Pillow's global switches, as they must stand while images are judged."""

from __future__ import annotations

import threading
import warnings
from types import TracebackType
from typing import Final


class StrictPillow:
    """A context, for any number of threads, in which Pillow is strict and silent.

    Strict: a file that breaks off is an error. Other libraries switch that off for the
    whole program (WeasyPrint does, when it is imported). Silent: its warnings are
    ignored. Both are the interpreter's own state, so the first to enter sets them and
    the last to leave restores them; `warnings.catch_warnings` alone would restore what
    another thread has set.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._lenient = False
        self._caught: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        from PIL import ImageFile

        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._lenient = ImageFile.LOAD_TRUNCATED_IMAGES
                ImageFile.LOAD_TRUNCATED_IMAGES = False
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.filterwarnings("ignore", module=r"(PIL|pillow_heif|pillow_jxl)(\.|\Z)")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        from PIL import ImageFile

        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._caught is not None:
                ImageFile.LOAD_TRUNCATED_IMAGES = self._lenient
                self._caught.__exit__(None, None, None)
                self._caught = None


#: There is one interpreter, so there can be only one that minds its switches.
STRICT_PILLOW: Final = StrictPillow()
