"""Time a column with images on the web into an EPUB, beside pandoc doing the same.

    python tests/bench/remote.py                                100 articles, three rounds
    python tests/bench/remote.py --articles 20 --rounds 1

The articles are those of column.py, each with two photographs that a server on loopback
holds: JPEG, PNG and WebP in turn, 600 to 1,600 pixels wide. Both programs run as whole
processes, in turn; articlekit once with an empty cache and once with a full one.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
import zipfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import pypandoc
from column import Run, make_column, run, show
from PIL import Image, ImageFilter

#: What is measured, in the order of the runs.
KINDS: Final = ("cold", "warm", "pandoc")
_FORMATS: Final = {"jpg": {"quality": 85}, "png": {"compress_level": 4}, "webp": {"quality": 80}}
# The one image that column.py puts into every article.
_IMAGE: Final = re.compile(r'<p><img src="images/[^>]*></p>')


def photograph(chance: random.Random, width: int, height: int) -> Image.Image:
    """Return smooth patches of colour under a little grain, as a camera gives them."""

    def noise(size: tuple[int, int]) -> Image.Image:
        return Image.frombytes("RGB", size, chance.randbytes(size[0] * size[1] * 3))

    patches = noise((width // 80, height // 80)).resize((width, height), Image.Resampling.BICUBIC)
    grain = noise((width, height)).filter(ImageFilter.GaussianBlur(1))
    return Image.blend(patches, grain, 0.2)


def make_images(folder: Path, count: int) -> list[str]:
    """Write `count` photographs, the same every time; return their names."""
    folder.mkdir()
    chance, names = random.Random(7), []
    for number in range(count):
        width = chance.randrange(600, 1601)
        suffix = list(_FORMATS)[number % len(_FORMATS)]
        picture = photograph(chance, width, width * 2 // 3)
        picture.save(folder / f"{number}.{suffix}", **_FORMATS[suffix])
        names.append(f"{number}.{suffix}")
    return names


def serve(folder: Path, ready: Connection) -> None:
    """Answer with the files of `folder`, from memory; tell the port through `ready`."""
    files = {f"/{path.name}".encode(): path.read_bytes() for path in folder.iterdir()}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                body, suffix = files[path], path.rpartition(b".")[2].replace(b"jpg", b"jpeg")
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: image/%b\r\nContent-Length: %d\r\n"
                    b"Cache-Control: max-age=3600\r\n\r\n" % (suffix, len(body))
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def point_at(folder: Path, names: list[str], port: int) -> None:
    """Put two of the server's images in the place of every article's own."""
    for kind in ("articles", "pages"):
        for number, path in enumerate(sorted((folder / kind).glob("*.html"))):
            shown = "\n".join(
                f'<p><img src="http://127.0.0.1:{port}/{name}" alt="图 {name}"></p>'
                for name in names[2 * number : 2 * number + 2]
            )
            path.write_text(_IMAGE.sub(shown, path.read_text("utf-8")), "utf-8")


def check(book: Path, count: int) -> None:
    """Raise RuntimeError unless the EPUB holds `count` images."""
    suffixes = (".jpg", ".jpeg", ".png", ".webp")
    with zipfile.ZipFile(book) as opened:
        names = [name for name in opened.namelist() if name.endswith(suffixes)]
    found = sum("cover" not in name for name in names)  # articlekit draws one
    if found != count:
        raise RuntimeError(f"{book.name} holds {found} images, not {count}")


def measure(folder: Path, rounds: int, count: int) -> dict[str, list[Run]]:
    """Run each kind `rounds` times in turn; every book has to hold `count` images."""
    ours = [
        sys.executable, "-m", "articlekit", "column", str(folder / "articles"), "-q", "--force",
        "--allow-private", "127.0.0.0/8", "-o", str(folder / "ours.epub"),
    ]  # fmt: skip
    pages = sorted(str(each) for each in (folder / "pages").glob("*.html"))
    peer = [
        pypandoc.get_pandoc_path(), "-f", "html", "--quiet", "--metadata", "title=Bench",
        *pages, "-o", str(folder / "pandoc.epub"),
    ]  # fmt: skip
    # Untimed: pip compiles what it installs, a checkout is compiled when it first runs.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    for command in (ours, peer):
        run(command, folder)
    results: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        shutil.rmtree(folder / "cache", ignore_errors=True)
        for kind, command in zip(KINDS, (ours, ours, peer), strict=True):
            results[kind].append(run(command, folder))
        check(folder / "ours.epub", count)
        check(folder / "pandoc.epub", count)
    return results


def main() -> None:
    options = argparse.ArgumentParser(description="Time articlekit beside pandoc, images remote.")
    options.add_argument("--articles", type=int, default=100)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    count = 2 * given.articles
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = make_images(folder / "photographs", count)
        ready, told = multiprocessing.Pipe(duplex=False)
        server = multiprocessing.Process(
            target=serve, args=(folder / "photographs", told), daemon=True
        )
        server.start()
        try:
            make_column(folder, given.articles)
            point_at(folder, names, ready.recv())
            results = measure(folder, given.rounds, count)
        finally:
            server.terminate()
    print(f"{given.articles} articles, {count} images to EPUB, median of {given.rounds} runs")
    show("articlekit, cache empty", results["cold"], results["pandoc"])
    show("articlekit, cache full", results["warm"], results["pandoc"])
    show(f"pandoc {pypandoc.get_pandoc_version()}", results["pandoc"], results["pandoc"])


if __name__ == "__main__":
    main()
