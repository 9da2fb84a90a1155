"""The cache: nothing lost, nothing mixed, nothing believed that is damaged."""

from __future__ import annotations

import errno
import os
import pickle
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from articlekit.errors import CacheError, UsageError
from articlekit.fetch.pixels.recipe import Processed
from articlekit.fetch.store import upkeep
from articlekit.fetch.store.blobs import digest
from articlekit.fetch.store.cache import Entry, ImageCache
from articlekit.fetch.store.freshness import freshness, may_be_stale, validators
from articlekit.fetch.store.sizes import format_size, parse_size, size_cap

URL = "https://a.example/a.png"
NOW = 1_700_000_000.0


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ImageCache]:
    with ImageCache(tmp_path / "cache", clock=lambda: NOW) as cache:
        yield cache


def remember(cache: ImageCache, data: bytes, url: str = URL, referer: str | None = None) -> str:
    sha = cache.put(data)
    cache.update(url, referer, Entry(sha, final_url=url, status=200, stored=NOW, expires=NOW + 9))
    return sha


def test_what_was_stored_is_found(cache: ImageCache) -> None:
    sha = remember(cache, b"image")
    entry = cache.lookup(URL, None)
    assert entry == Entry(sha, final_url=URL, status=200, stored=NOW, expires=NOW + 9)
    assert cache.read(sha) == b"image"
    assert cache.lookup("https://a.example/other.png", None) is None


def test_the_referer_is_part_of_the_key(cache: ImageCache) -> None:
    remember(cache, b"with", referer="https://blog.example/")
    remember(cache, b"without")
    found = [cache.lookup(URL, referer) for referer in ("https://blog.example/", None, "x")]
    assert [entry and cache.read(entry.blob or "") for entry in found] == [
        b"with",
        b"without",
        None,
    ]


def test_it_is_still_there_after_closing(tmp_path: Path) -> None:
    with ImageCache(tmp_path) as cache:
        sha = remember(cache, b"image")
    with ImageCache(tmp_path) as cache:
        entry = cache.lookup(URL, None)
        assert entry is not None
        assert entry.blob == sha


def test_a_closed_cache_opens_again(cache: ImageCache) -> None:
    remember(cache, b"image")
    cache.close()
    assert cache.lookup(URL, None) is not None


def test_a_copy_in_another_process_opens_the_same_folder(cache: ImageCache) -> None:
    remember(cache, b"image")
    with pickle.loads(pickle.dumps(cache)) as copy:
        assert copy.lookup(URL, None) is not None


def test_failures_are_remembered_without_bytes(cache: ImageCache) -> None:
    entry = Entry(None, status=404, reason="http_4xx", detail="404", stored=NOW, expires=NOW + 5)
    cache.update(URL, None, entry)
    assert cache.lookup(URL, None) == entry
    assert cache.info().failures == 1


def test_freshness_ends_and_a_clock_set_back_is_not_believed() -> None:
    entry = Entry("x", stored=NOW, expires=NOW + 10)
    assert entry.is_fresh(NOW)
    assert entry.is_fresh(NOW + 9)
    assert not entry.is_fresh(NOW + 10)
    assert not entry.is_fresh(NOW - 3600)


def damage(cache: ImageCache, sha: str, data: bytes) -> None:
    (cache.folder / "cas" / sha[:2] / sha).write_bytes(data)


@pytest.mark.parametrize("data", [b"", b"imagE", b"image and more"])
def test_a_damaged_file_is_a_miss_and_is_mended(cache: ImageCache, data: bytes) -> None:
    sha = remember(cache, b"image")
    damage(cache, sha, data)
    assert cache.lookup(URL, None) is None
    assert cache.read(sha) is None
    assert remember(cache, b"image") == sha
    assert cache.read(sha) == b"image"


def test_a_file_that_is_gone_is_a_miss(cache: ImageCache) -> None:
    sha = remember(cache, b"image")
    (cache.folder / "cas" / sha[:2] / sha).unlink()
    assert cache.lookup(URL, None) is None
    assert cache.read(sha) is None


MADE = Processed(b"made", "image/png", 3, 4, "a note")


def test_derived_images(cache: ImageCache) -> None:
    image = cache.store_derived("source", "recipe", MADE)
    assert (image.media_type, image.width, image.height, image.size) == ("image/png", 3, 4, 4)
    assert image.read() == b"made"
    assert cache.derived("source", "recipe") == (image, "a note")
    assert cache.derived("source", "another recipe") is None
    damage(cache, image.id, b"MADE")
    assert cache.derived("source", "recipe") is None


def test_verify_deletes_what_is_damaged(cache: ImageCache) -> None:
    sha, sound = remember(cache, b"image"), remember(cache, b"sound", "https://a.example/b")
    damage(cache, sha, b"x")
    assert cache.verify() == [sha]
    assert cache.verify() == []
    assert cache.read(sound) == b"sound"
    assert cache.info().files == 1


def test_clear_leaves_nothing(cache: ImageCache) -> None:
    sha = remember(cache, b"image")
    cache.store_derived(sha, "recipe", MADE)
    assert cache.clear() == 9
    info = cache.info()
    assert (info.files, info.size, info.responses) == (0, 0, 0)
    assert list(cache.folder.glob("cas/??/*")) == []


def test_prune_deletes_the_longest_unused_but_nothing_in_use(tmp_path: Path) -> None:
    now = NOW
    with ImageCache(tmp_path, clock=lambda: now) as cache:
        old = remember(cache, b"o" * 100, "https://a.example/old")
        now += 7200
        used = remember(cache, b"u" * 100, "https://a.example/used")
        now += 7200
        new = remember(cache, b"n" * 100, "https://a.example/new")
        assert cache.prune(300) == 0
        assert cache.prune(250) == 100
        assert [cache.read(sha) is None for sha in (old, used, new)] == [True, False, False]
        assert cache.lookup("https://a.example/old", None) is None
        assert cache.prune(0) == 0  # both were read just now


def test_what_a_run_used_stays_however_long_it_takes(tmp_path: Path) -> None:
    now = NOW
    with ImageCache(tmp_path, clock=lambda: now) as cache:
        old = remember(cache, b"o" * 100, "https://a.example/old")
        now += 7200
        used = remember(cache, b"u" * 100, "https://a.example/used")
        now += 500  # within the grain: the use by the run is not written down again
        started = now
        assert cache.read(used)
        now += 10**6
        assert cache.trim(200, since=started) == 0
        assert cache.trim(50, since=started) == 100
        assert cache.read(old) is None
        assert cache.trim(50) == 100


def test_an_image_used_through_what_was_made_of_it_stays(tmp_path: Path) -> None:
    now = NOW
    with ImageCache(tmp_path, clock=lambda: now) as cache:
        sha = remember(cache, b"image")
        cache.store_derived(sha, "recipe", MADE)
        now += 10**6
        assert cache.lookup(URL, None) is not None
        assert cache.derived(sha, "recipe") is not None
        assert cache.prune(0) == 0
        assert cache.lookup(URL, None) is not None


def test_prune_forgets_old_failures_and_files_that_no_row_knows(tmp_path: Path) -> None:
    with ImageCache(tmp_path) as cache:
        stray, fresh = cache.put(b"stray"), cache.put(b"fresh")
        os.utime(tmp_path / "cas" / stray[:2] / stray, (1, 1))
    (tmp_path / "index.sqlite").rename(tmp_path / "lost")
    with ImageCache(tmp_path) as cache:
        cache.update(URL, None, Entry(None, reason="http_4xx", stored=1, expires=2))
        assert cache.prune(10**9) == 5
        assert cache.info().failures == 0
        assert [path.name for path in tmp_path.glob("cas/??/*")] == [fresh]


def test_a_file_used_while_others_are_pruned_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = NOW
    with (
        ImageCache(tmp_path, clock=lambda: now) as cache,
        ImageCache(tmp_path, clock=lambda: now) as other,
    ):
        first, second = cache.put(b"first"), cache.put(b"second")
        now += 10**6
        chosen = upkeep._drop_unused

        def meanwhile(*given: Any) -> int:
            assert other.read(first) == b"first"
            return chosen(*given)

        monkeypatch.setattr(upkeep, "_drop_unused", meanwhile)
        assert cache.prune(0) == 6
        assert cache.read(first) == b"first"
        assert cache.read(second) is None


def test_verify_drops_rows_whose_file_is_gone(tmp_path: Path) -> None:
    now = NOW
    with ImageCache(tmp_path, clock=lambda: now) as cache:
        sha = remember(cache, b"image")
        (tmp_path / "cas" / sha[:2] / sha).unlink()
        assert cache.verify() == []
        assert cache.info().files == 1  # it may be on its way
        now += 10**6
        assert cache.verify() == []
        assert (cache.info().files, cache.info().responses) == (0, 0)


def test_the_first_and_last_use_are_told(tmp_path: Path) -> None:
    now = NOW
    with ImageCache(tmp_path, clock=lambda: now) as cache:
        assert (cache.info().oldest, cache.info().newest) == (None, None)
        cache.put(b"one")
        now += 1000
        cache.put(b"two")
        assert (cache.info().oldest, cache.info().newest) == (NOW, NOW + 1000)


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("4096", 4096), ("500MB", 500 * 10**6), ("1.5 gb", 1_500_000_000),
     ("2GiB", 2 << 30), ("3k", 3000), (" 1TB ", 10**12)],
)  # fmt: skip
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size
    assert size_cap({"ARTICLEKIT_CACHE_SIZE": text}) == size


@pytest.mark.parametrize("text", ["much", "-1", "5 XB", "1e9", "GB", "1.GB", "iB", "5i"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"ARTICLEKIT_CACHE_SIZE: .* is not a size; write 500MB"):
        size_cap({"ARTICLEKIT_CACHE_SIZE": text})


def test_sizes_are_written() -> None:
    sizes = (0, 999, 1000, 123456, 1_500_000_000, 2 * 10**13)
    written = ["0 bytes", "999 bytes", "1 kB", "123 kB", "1.5 GB", "20 TB"]
    assert [format_size(size) for size in sizes] == written
    assert size_cap({}) == 2 * 10**9


def test_prune_sweeps_what_a_dead_process_left(cache: ImageCache) -> None:
    left = cache.folder / "cas" / "ab" / ".left"
    left.parent.mkdir()
    left.write_bytes(b"half")
    cache.prune(10**9)
    assert left.exists()
    os.utime(left, (1, 1))
    cache.prune(10**9)
    assert not left.exists()


# Several at once


def test_threads_share_it(cache: ImageCache) -> None:
    def work(number: int) -> None:
        for turn in range(20):
            data = b"%d" % (turn * 7 % 10)
            sha = remember(cache, data, f"https://a.example/{turn}", str(number))
            assert cache.read(sha) == data

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert cache.info().responses == 160
    assert cache.info().files == 10


WORK = """
import sys
from articlekit.fetch.store.cache import Entry, ImageCache
with ImageCache(sys.argv[1]) as cache:
    for turn in range(60):
        data = b"%d" % (turn % 12) * 5000
        sha = cache.put(data)
        cache.update(f"https://a.example/{turn}", sys.argv[2], Entry(sha, stored=1, expires=2))
        assert cache.read(sha) == data
        entry = cache.lookup(f"https://a.example/{turn}", sys.argv[2])
        assert entry is not None and entry.blob == sha
"""


def test_processes_share_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORK, str(tmp_path / "cache")]
    running = [
        subprocess.Popen([*command, name], stderr=subprocess.PIPE)
        for name in ("one", "two", "three")
    ]
    for process in running:
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, b"")
    with ImageCache(tmp_path / "cache") as cache:
        assert cache.info().responses == 180
        assert cache.info().files == 12
        assert cache.verify() == []


LOAD = """
import hashlib, random, sys, threading, time
from articlekit.fetch.store.cache import Entry, ImageCache
from articlekit.fetch.pixels.recipe import Processed

cache, ends, wrong = ImageCache(sys.argv[1]), time.monotonic() + float(sys.argv[2]), []

def work(seed):
    dice, turns = random.Random(seed), 0
    while time.monotonic() < ends:
        number = dice.randrange(60)
        data = hashlib.sha256(b"%d" % number).digest() * (500 + number)
        url = f"https://a.example/{number}"
        entry = cache.lookup(url, None)
        if entry is None or dice.random() < 0.3:
            sha = cache.put(data)
            cache.update(url, None, Entry(sha, stored=1, expires=2))
            cache.store_derived(sha, "recipe", Processed(data[::-1], "image/png", 1, 1, None))
        elif cache.read(entry.blob) != data:
            wrong.append(url)
        else:
            made = cache.derived(entry.blob, "recipe")
            if made is not None and made[0].read() != data[::-1]:
                wrong.append(url)
        turns += 1
        if turns == 1:
            sys.stdout.write("busy\\n"), sys.stdout.flush()

def careful(seed):
    try:
        work(seed)
    except BaseException as error:
        wrong.append(repr(error))

threads = [threading.Thread(target=careful, args=(seed,)) for seed in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
cache.close()
sys.exit(f"{wrong[:3]}" if wrong else 0)
"""


def test_two_of_four_busy_processes_are_killed(tmp_path: Path) -> None:
    """4 × 8 threads on one cache: no lock error, no wrong byte, nothing damaged after."""
    command = [sys.executable, "-c", LOAD, str(tmp_path)]
    with ExitStack() as stack:
        running = []
        for seconds in ("30", "30", "2", "2"):
            process = subprocess.Popen(
                [*command, seconds], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            running.append(stack.enter_context(process))
            stack.callback(process.kill)
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "busy\n"
        for process in running[:2]:
            process.kill()
            assert process.wait(20) == -signal.SIGKILL
        for process in running[2:]:
            _, errors = process.communicate(timeout=20)
            assert (process.returncode, errors) == (0, "")
    with ImageCache(tmp_path) as cache:
        assert cache.verify() == []
        assert cache.info().responses > 0
        for path in tmp_path.glob("cas/??/[!.]*"):
            data = path.read_bytes()
            assert digest(data) == path.name
            # One whose row was never written is a stray, which pruning takes.
            assert cache.read(path.name) in (data, None)


FORK = """
import os, sys
from articlekit.fetch.store.cache import ImageCache
with ImageCache(sys.argv[1]) as cache:
    sha = cache.put(b"image")
    child = os.fork()
    if child == 0:
        sound = cache.read(sha) == b"image" and cache.put(b"child")
        cache.close()
        os._exit(0 if sound else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert cache.info().files == 2
"""


def test_a_fork_opens_the_index_for_itself(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", FORK, str(tmp_path)], check=True)


# Folders that cannot be used


def refused(folder: Path) -> str:
    with pytest.raises(CacheError) as caught:
        ImageCache(folder)
    message = str(caught.value)
    assert message.startswith(str(folder))
    assert message.endswith("; choose another with --cache-dir")
    assert "\n" not in message
    return message


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "not a directory" in refused(tmp_path / "file" / "cache")
    refused(tmp_path / "file")


def test_an_index_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"this is no database" * 100)
    assert "not a database" in refused(tmp_path)


def test_an_index_of_another_version(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "version 99" in refused(tmp_path)


def test_an_index_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    with ImageCache(tmp_path) as cache:
        sha = remember(cache, b"image")
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    connection.execute("ALTER TABLE responses DROP COLUMN cache_control")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with ImageCache(tmp_path) as cache:
        entry = Entry(sha, final_url=URL, status=200, stored=NOW, expires=NOW + 9)
        assert cache.lookup(URL, None) == entry
        cache.update(URL, None, replace(entry, cache_control="no-cache"))
        assert cache.lookup(URL, None) == replace(entry, cache_control="no-cache")


def test_a_folder_that_must_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # as root, no real folder refuses
    assert "permission denied" in refused(tmp_path / "cache")


FULL = """
import resource, sys
from articlekit.errors import CacheError
from articlekit.fetch.store.cache import ImageCache
with ImageCache(sys.argv[1]) as cache:
    small = cache.put(b"small")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        cache.put(b"x" * 200_000)
    except CacheError as error:
        print(error)
    assert cache.read(small) == b"small"
"""


def test_a_full_disk_is_an_error_and_leaves_no_broken_file(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE  # the limit stands in for a disk that is full
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout == f"{tmp_path}: file too large; choose another with --cache-dir\n"
    assert list((tmp_path / "cas").glob("??/.*")) == []
    with ImageCache(tmp_path) as cache:
        assert cache.verify() == []
        assert cache.info().files == 1


def test_the_default_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLEKIT_CACHE", str(tmp_path / "named"))
    with ImageCache.default() as cache:
        assert cache.folder == tmp_path / "named"
    monkeypatch.delenv("ARTICLEKIT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with ImageCache.default() as cache:
        assert cache.folder.is_relative_to(tmp_path)
        assert cache.folder.name == "articlekit"


# Freshness


def when(offset: float) -> str:
    return formatdate(NOW + offset, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=60"}, 60),
        ({"cache-control": "public, Max-Age=60, immutable"}, 60),
        ({"cache-control": 'max-age="60"'}, 60),
        ({"cache-control": "max-age=60, max-age=90"}, 60),
        ({"cache-control": "s-maxage=60"}, 3600),
        ({"cache-control": "max-age=60", "age": "20"}, 40),
        ({"cache-control": "max-age=60", "age": "70"}, 0),
        ({"cache-control": "max-age=60", "date": when(-25)}, 35),
        ({"cache-control": "max-age=60", "date": when(+25)}, 60),
        ({"cache-control": "max-age=x"}, 0),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age=60", "expires": when(5)}, 60),
        ({"cache-control": 'private="a, max-age=9"'}, 3600),
        ({"cache-control": "max-age=99999999999999999"}, 365 * 86400),
        ({"cache-control": "no-cache, max-age=60"}, 0),
        ({"vary": "*", "cache-control": "max-age=60"}, 0),
        ({"vary": "Accept", "cache-control": "max-age=60"}, 60),
        ({"vary": "Accept, *", "cache-control": "max-age=60"}, 0),
        ({"cache-control": "max-age=60, must-revalidate"}, 60),
        ({"cache-control": "max-age=60, proxy-revalidate"}, 60),
        ({"cache-control": 'no-cache="set-cookie", max-age=60'}, 0),
        ({"cache-control": "must-understand, no-store, max-age=60"}, 60),
        ({"cache-control": "max-age = 60 ,"}, 60),
        ({"cache-control": "x-max-age=9, max-age=60"}, 60),
        ({"cache-control": "max-age=60.5"}, 0),
        ({"cache-control": "max-age=60", "age": "20, 50"}, 40),
        ({"cache-control": "max-age=60", "age": "-20"}, 60),
        ({"cache-control": "max-age=60", "age": "2.5"}, 60),
        ({"cache-control": "max-age=60", "age": "9" * 30}, 0),
        ({"cache-control": "max-age=60", "age": "20", "date": when(-25)}, 35),
        ({"expires": when(90), "age": "30"}, 60),
        ({"expires": when(90), "date": when(-10), "age": "30"}, 70),
        ({"expires": "Tuesday, 14-Nov-23 22:14:50 GMT"}, 90),
        ({"expires": "Tue Nov 14 22:14:50 2023"}, 90),
        ({"pragma": "no-cache"}, 3600),
        ({"expires": when(90)}, 90),
        ({"expires": when(90), "date": when(-10)}, 90),
        ({"expires": "0"}, 0),
        ({"expires": when(-90)}, 0),
        ({"last-modified": when(-1000)}, 100),
        ({"last-modified": when(-1000), "age": "30"}, 70),
        ({"last-modified": when(50)}, 0),
        ({"last-modified": "yesterday"}, 3600),
        ({}, 3600),
    ],
)
def test_how_long_a_response_stays_fresh(headers: dict[str, str], seconds: float) -> None:
    judged = freshness(headers, NOW)
    assert judged.keep
    assert abs(judged.expires - NOW - seconds) <= 1


def test_no_store_is_not_kept() -> None:
    assert not freshness({"cache-control": "max-age=60, no-store"}, NOW).keep


def test_a_temporary_redirect_is_stale_unless_it_says_otherwise() -> None:
    assert freshness({}, NOW, 302).expires == NOW
    assert freshness({"cache-control": "max-age=60"}, NOW, 302).expires == NOW + 60
    assert freshness({}, NOW, 301).expires == NOW + 3600


def test_no_store_counts_where_the_status_is_not_understood() -> None:
    assert not freshness({"cache-control": "must-understand, no-store"}, NOW, 299).keep


@pytest.mark.parametrize(
    ("control", "allowed"),
    [
        (None, True),
        ("max-age=60", True),
        ("max-age=60, proxy-revalidate", True),
        ("max-age=60, Must-Revalidate", False),
        ("no-cache", False),
        ('private="must-revalidate"', True),
    ],
)
def test_whether_an_old_copy_may_stand_in(control: str | None, allowed: bool) -> None:
    assert may_be_stale(control) is allowed


def test_conditions() -> None:
    assert validators('"1"', when(0)) == {"If-None-Match": '"1"', "If-Modified-Since": when(0)}
    assert validators(None, "") == {}
    assert validators('"folded\r\n over"', None) == {}
