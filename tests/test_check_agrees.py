"""On every sample, `articlekit check` is as strict as epubcheck, and says where it is stricter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

import articlekit
from articlekit.checks.epubcheck import find_validator
from check_samples import SAMPLES, good, pack

LEVELS: Final = ("", "advice", "warning", "error")
THEIRS: Final = {
    "FATAL": "error", "ERROR": "error", "WARNING": "warning", "INFO": "advice", "USAGE": "advice",
}  # fmt: skip

#: Errors here that are none to epubcheck 5.3, which opens any zip and decodes no image.
STRICTER: Final = {"zip-bomb", "zip-name-leaves", "zip-name-long", "image-broken"}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("samples")
    return {code: pack(spoil(good()), folder / f"{code}.epub") for code, spoil in SAMPLES.items()}


@pytest.fixture(scope="module")
def told(books: dict[str, Path]) -> dict[str, list[dict[str, Any]]]:
    """What epubcheck says of each."""
    script = Path(__file__).with_name("epubcheck_all.py")
    command = [sys.executable, script, find_validator().jar, *books.values()]
    done = subprocess.run(command, check=True, capture_output=True, timeout=250)
    said = json.loads(done.stdout)
    return {code: said[str(path)] for code, path in books.items()}


def test_no_sample_is_worse_to_epubcheck_and_few_are_to_us(
    books: dict[str, Path], told: dict[str, list[dict[str, Any]]]
) -> None:
    laxer, stricter = [], set()
    for code, path in books.items():
        ours = max((each.level for each in articlekit.check(path)), key=LEVELS.index, default="")
        levels = (THEIRS[each["severity"]] for each in told[code])
        theirs = max(levels, key=LEVELS.index, default="")
        if LEVELS.index(theirs) > LEVELS.index(ours):
            laxer.append((code, ours, theirs))
        if ours == "error" != theirs:
            stricter.add(code)
    assert laxer == []
    assert stricter == STRICTER
