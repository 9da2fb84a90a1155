"""A Dask cluster as an executor: the same work, on other computers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from articlekit.errors import MissingDependency, UsageError
from articlekit.needs import pip_command

# Seconds for a scheduler to answer.
_PATIENCE = 10


@contextmanager
def cluster(scheduler: str) -> Iterator[Executor]:
    """Give an executor whose work the workers of a Dask scheduler do.

    `scheduler` is its address, as "tcp://10.0.0.5:8786". Raises MissingDependency without
    Dask, and UsageError where nothing answers.
    """
    try:
        import distributed
    except ImportError as error:
        raise MissingDependency(
            f"--scheduler needs Dask: {pip_command('dask')} ({error})"
        ) from None
    _knock(scheduler)
    # The package has types in places only.
    connect: Any = distributed.Client
    with connect(scheduler, timeout=_PATIENCE, set_as_default=False) as client:
        executor: Executor = client.get_executor()
        yield executor


def _knock(scheduler: str) -> None:
    """See that something answers; a client that finds nobody takes half a minute to say so."""
    try:
        address = urlsplit(scheduler)
        place = (address.hostname or "", address.port or 0)  # at port 0 nothing answers
        socket.create_connection(place, _PATIENCE).close()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"scheduler: nothing answers at {scheduler!r} ({error}); start 'dask scheduler', and "
            f"write its address as tcp://host:8786"
        ) from None
