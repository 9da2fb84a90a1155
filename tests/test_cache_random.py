"""Whatever is done to a cache, in whatever order, it never gives other bytes than were put in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from articlekit.fetch.store.blobs import digest
from articlekit.fetch.store.cache import Entry, ImageCache

URLS = ("https://a.example/1", "https://a.example/2")
REFERERS = (None, "https://b.example/")
IMAGES = (b"one" * 10, b"two" * 20, b"three" * 40)
KEYS = st.tuples(st.sampled_from(URLS), st.sampled_from(REFERERS))
STEPS = st.one_of(
    st.tuples(st.just("remember"), KEYS, st.sampled_from(IMAGES)),
    st.tuples(st.just("forget"), KEYS),
    st.tuples(st.just("damage"), st.sampled_from(IMAGES)),
    st.tuples(st.just("prune"), st.sampled_from((0, 60, 100, 1000))),
    st.tuples(st.just("verify")),
    st.tuples(st.just("clear")),
    st.tuples(st.just("reopen")),
)
DAY = 86_400.0


class Model:
    """What a cache should know, in two dictionaries, beside the cache itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 1_700_000_000.0
        self.known: dict[tuple[str, str | None], bytes] = {}
        self.damaged: set[bytes] = set()
        self.cache = self.opened()

    def opened(self) -> ImageCache:
        return ImageCache(self.folder, clock=lambda: self.now)

    def remember(self, key: tuple[str, str | None], data: bytes) -> None:
        self.cache.update(*key, Entry(self.cache.put(data), key[0], 200))
        self.known[key] = data
        self.damaged.discard(data)  # what comes again mends what was damaged

    def forget(self, key: tuple[str, str | None]) -> None:
        self.cache.forget(*key)
        self.known.pop(key, None)

    def damage(self, data: bytes) -> None:
        path = self.cache._blobs.path(digest(data))
        if path.exists():
            path.chmod(0o644)
            path.write_bytes(b"other")
            self.damaged.add(data)

    def prune(self, size: int) -> None:
        self.cache.prune(size)
        assert self.cache.info().size <= size
        self.known = {key: data for key, data in self.known.items() if self.cache.lookup(*key)}
        self.damaged = {data for data in self.damaged if self._is_there(data)}

    def verify(self) -> None:
        assert set(self.cache.verify()) == {digest(data) for data in self.damaged}
        assert self.cache.damaged() == []
        self.known = {key: data for key, data in self.known.items() if data not in self.damaged}
        self.damaged = set()

    def clear(self) -> None:
        self.cache.clear()
        assert self.cache.info().files == 0
        self.known, self.damaged = {}, set()

    def reopen(self) -> None:
        self.cache.close()
        self.cache = self.opened()

    def agree(self) -> None:
        """Every key leads to the bytes that were put under it, or to none."""
        for url in URLS:
            for referer in REFERERS:
                entry = self.cache.lookup(url, referer)
                data = self.known.get((url, referer))
                wanted = None if data in self.damaged else data
                found = self.cache.read(entry.blob) if entry and entry.blob else None
                assert found == wanted
        assert set(self.cache.damaged()) == {digest(data) for data in self.damaged}

    def _is_there(self, data: bytes) -> bool:
        return self.cache._blobs.path(digest(data)).exists()


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_cache_gives_what_was_put_in_or_nothing(steps: Iterable[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        model = Model(Path(name))
        for step, *values in steps:
            getattr(model, str(step))(*values)
            model.agree()
            model.now += DAY  # so that nothing is too new to be pruned
        model.cache.close()
