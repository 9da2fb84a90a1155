"""The memory that a run takes does not grow with what it fetches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from server import ImageServer, Reply, Seen, picture

SIZE = 120_000  # bytes of an image

_RUN = """
import resource, sys
from articlekit.fetch.images import ImageFetcher
from articlekit.fetch.wanted import ImageRequest
from articlekit.fetch.referrer import DEFAULT_POLICY
from articlekit.model import Origin

base, count, cache = sys.argv[1], int(sys.argv[2]), sys.argv[3]
origin = Origin("post.html")
asked = [ImageRequest(f"{base}?{n}", origin, None, DEFAULT_POLICY) for n in range(count)]
with ImageFetcher.create(cache, allow_private=["127.0.0.1"]) as fetcher:
    came = sum(result.image is not None for result in fetcher.fetch(asked).values())
print(came, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def padded(seen: Seen) -> Reply:
    """A JPEG with comments in it that make it large, and like no other."""
    plain = picture("JPEG", (9, 7))
    comment = seen.path.encode().ljust(SIZE // 2 - 4)
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    return Reply(plain[:2] + segment * 2 + plain[2:])


def run(server: ImageServer, count: int, cache: Path) -> tuple[int, int]:
    """Fetch `count` images in another process; return how many came, and its peak in kB."""
    command = [sys.executable, "-c", _RUN, server.url("/a.jpg"), str(count), str(cache)]
    # Threads that each have an arena of their own would blur the figure.
    done = subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "MALLOC_ARENA_MAX": "2"}
    )
    came, peak = done.stdout.split()
    return int(came), int(peak)


def test_memory_is_flat_in_the_number_of_images(server: ImageServer, tmp_path: Path) -> None:
    server.routes["/a.jpg"] = padded
    few, some = run(server, 50, tmp_path / "few")
    many, more = run(server, 450, tmp_path / "many")
    assert (few, many) == (50, 450)
    # 400 more images are 47 MB; what is kept of each is a kilobyte or two.
    assert more - some < 15_000
    again, warm = run(server, 450, tmp_path / "many")
    assert again == 450
    assert warm - some < 15_000
