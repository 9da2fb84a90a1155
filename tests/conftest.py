"""What all tests share: a server that remembers what it was asked, and `--accept`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from articlekit.fetch.http.client import ImageClient
from articlekit.fetch.http.guard import Guard
from articlekit.fetch.http.messages import Limits
from articlekit.fetch.images import ImageFetcher
from articlekit.fetch.store.cache import ImageCache
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


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., ImageFetcher]]:
    """Make fetchers that may ask loopback, do not pause, and share one cache."""
    made: list[ImageFetcher] = []

    def fetcher(
        referrer: str = "policy", sites: Mapping[str, str] | None = None, offline: bool = False
    ) -> ImageFetcher:
        limits = Limits(size=100_000, deadline=5, connect=1)
        client = ImageClient(Guard(["127.0.0.1", "localhost"]), limits, sleep=lambda _: None)
        cache = ImageCache(tmp_path / "cache")
        used = None if offline else client
        made.append(ImageFetcher(used, cache, jobs=4, referrer=referrer, sites=sites))
        return made[-1]

    yield fetcher
    for each in made:
        each.close()
