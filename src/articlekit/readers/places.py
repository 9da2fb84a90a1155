"""Where in column.toml a fault is, and the names that its articles have there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath

from articlekit.errors import ColumnFileError, did_you_mean
from articlekit.model import Article
from articlekit.readers.keys import Key
from articlekit.readers.kinds import Kind, choices_of


def place_of(key: str, name: str, text: str) -> str:
    """Return a file's name with the line that gives a key its value, when only one can be it."""
    quoted = rf"[\"']?{re.escape(key)}[\"']?"
    found = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(rf"\s*(?:\[+\s*)?(?:[\w\"']+\.)?{quoted}\s*[=.\]]", line)
    ]
    return f"{name}:{found[0]}" if len(found) == 1 else name


def check_table(
    values: Mapping[str, object],
    keys: Mapping[str, Key],
    name: str,
    text: str = "",
    inside: str = "",
) -> None:
    """Raise ColumnFileError for a key that nobody knows or a value of another kind.

    `name` is the file's, `text` its text, and `inside` says which table is read.
    """
    where = f" in {inside}" if inside else ""
    for key, value in values.items():
        if key not in keys:
            fault = f"unknown key '{key}'{where}{did_you_mean(key, keys)}"
        elif keys[key].kind.takes(value):
            continue
        else:
            fault = _misfit(key, keys[key].kind, value, where)
        raise ColumnFileError(f"{place_of(key, name, text)}: {fault}")


def _misfit(key: str, kind: Kind, value: object, where: str) -> str:
    choices = choices_of(kind)
    if isinstance(value, str) and choices:
        return f"unknown {key} '{value[:80]}'{where}{did_you_mean(value, choices)}"
    write = kind.write if kind.holds_tables else f"{key} = {kind.write}"
    return f"'{key}' cannot be {_shown(value)}{where}; write {write}"


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"


def file_name(article: Article, home: PurePath) -> str:
    """The name of an article's file as column.toml in `home` has it: `2024/post.html`."""
    name, inside = article.origin.name, f"{home}/"
    if name.startswith(inside) and "//" not in name and "/." not in name:
        return name[len(inside) :]  # as a path would say, in a tenth of the time
    path = PurePath(name)
    if path.is_relative_to(home):
        return path.relative_to(home).as_posix()
    return re.split(r"[/\\]", name)[-1]


def refuse_unknown(listed: Iterable[str], known: Collection[str], name: str, says: str) -> None:
    """Raise ColumnFileError for a listed file that is no article of the column."""
    for file in listed:
        if file not in known:
            raise ColumnFileError(f"{name}: {says} '{file}'{_nearest(file, known)}")


def _nearest(file: str, known: Collection[str]) -> str:
    """Suggest a name, but do not list thousands."""
    hint = did_you_mean(file, known)
    return hint if len(hint) < 200 else "; no article has this name"
