"""A file of flags: what a user would have to write on every command line."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from articlekit.errors import UsageError, did_you_mean, reason_of

_KINDS: Final[Mapping[type, str]] = MappingProxyType({
    bool: "true or false",
    list: "a list of texts",
    str: "a text or a number",
})  # fmt: skip


def read_config(path: Path, known: Collection[str]) -> dict[str, object]:
    """Return a TOML file's keys, which are flags without their hyphens, and their values.

    Raises UsageError, with the file's name, for a file that cannot be read and for a key
    that is not in `known`.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {reason_of(error)}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8; save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not TOML: {error}; write jobs = 8, strict = true") from error
    for key in table:
        if key not in known:
            raise UsageError(f"{path}: unknown key '{key}'{did_you_mean(key, known)}")
    return table


def check_kind(path: Path, key: str, value: object, kind: type) -> object:
    """Return a value as a flag takes it: `bool`, `list` for one that may repeat, else `str`.

    Raises UsageError for a value of another kind.
    """
    if kind is list and isinstance(value, str):
        return [value]
    if kind is list and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    if kind is bool and isinstance(value, bool):
        return value
    if kind is str and isinstance(value, (str, int)) and not isinstance(value, bool):
        return value
    raise UsageError(f"{path}: '{key}' cannot be {value!r}; it is {_KINDS[kind]}")
