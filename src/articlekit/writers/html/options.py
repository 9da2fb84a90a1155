"""How a site is to be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from articlekit.errors import UsageError, did_you_mean

_NAMES = ("unicode", "ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlOptions:
    """What may be chosen: `names` of a site's files are "unicode" or "ascii"."""

    names: Literal["unicode", "ascii"] = "unicode"

    def __post_init__(self) -> None:
        """Refuse what is no choice, with the nearest that is one."""
        if self.names not in _NAMES:
            hint = did_you_mean(str(self.names), _NAMES)
            raise UsageError(f"names cannot be {self.names!r}{hint}")
