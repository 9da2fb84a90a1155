"""The table of codes: how grave each is, what it means, how it is mended, where the rule stands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Level = Literal["error", "warning", "advice"]


@dataclass(frozen=True, slots=True)
class Code:
    """One row of codes.toml."""

    group: str
    level: Level
    meaning: str
    mend: str
    source: str


def _load() -> Mapping[str, Code]:
    text = files(__package__).joinpath("codes.toml").read_text("utf-8")
    return MappingProxyType(
        {
            name: Code(group["title"], *row)
            for group in tomllib.loads(text)["group"]
            for name, *row in group["codes"]
        }
    )


#: By name, in the order of the documentation.
CODES: Mapping[str, Code] = _load()
