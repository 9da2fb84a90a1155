"""WeasyPrint, imported without the sixty processes that it starts to look for libraries."""

from __future__ import annotations

import ctypes.util
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from types import ModuleType


def import_engine() -> ModuleType:
    """Import `engine`. Raises ImportError without WeasyPrint, OSError without its libraries.

    cffi asks compilers and linkers where a library is before it tries the next of its names,
    0.6 s in all. On Linux the last name is one that the system's loader finds by itself;
    where it does not, all is looked for as cffi does.
    """
    # WeasyPrint prints advice where a library is missing; ours is on its way in the error.
    with redirect_stdout(io.StringIO()):
        if sys.platform == "linux":
            try:
                with _loader_alone():
                    return _import()
            except OSError:
                pass  # the other way says by what it failed
        return _import()


def _import() -> ModuleType:
    from articlekit.writers.pdf import engine

    return engine


def _nowhere(name: str) -> str | None:  # noqa: ARG001  # its name is ctypes's
    return None


@contextmanager
def _loader_alone() -> Iterator[None]:
    original = ctypes.util.find_library
    ctypes.util.find_library = _nowhere
    try:
        yield
    finally:
        ctypes.util.find_library = original
