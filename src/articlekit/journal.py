"""What a run found, told to `logging` for programs that listen there."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from articlekit.report import Level, Report

_LEVELS: Final[Mapping[Level, int]] = MappingProxyType(
    {"info": logging.DEBUG, "warning": logging.WARNING, "loss": logging.WARNING}
)
_LOGGER: Final = logging.getLogger("articlekit")
# Who does not ask hears nothing; without it, Python would print warnings on standard error.
_LOGGER.addHandler(logging.NullHandler())


@contextmanager
def noted(report: Report) -> Iterator[None]:
    """Log what is added to `report` within, when it ends, well or not.

    A record's message is the code and the diagnostic's text; `record.diagnostic` has the
    diagnostic itself.
    """
    diagnostics, outputs = len(report.diagnostics), len(report.outputs)
    try:
        yield
    finally:
        for found in report.diagnostics[diagnostics:]:
            extra = {"diagnostic": found}
            _LOGGER.log(_LEVELS[found.level], "%s: %s", found.code, _plain(found), extra=extra)
        for output in report.outputs[outputs:]:
            _LOGGER.info("wrote %s", _plain(output))


def _plain(said: object) -> str:
    """Spell what is no text, as a file's name may have it; who writes a log down expects text."""
    return str(said).encode("utf-8", "backslashreplace").decode()
