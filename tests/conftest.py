"""What all tests share: a server that remembers what it was asked, and `--accept`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server import ImageServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="rewrite golden files with what comes out now"
    )


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def server() -> Iterator[ImageServer]:
    with ImageServer() as running:
        yield running


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test's images out of the user's cache, and the tests' out of each other's."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("ARTICLEKIT_CACHE", str(folder))
    return folder
