"""Time making images, by kind, by engine, and on threads beside processes, as ratios of one run.

    python tests/bench/pixels.py [--images 60] [--rounds 3]

The images are smooth noise, as a column's photographs compress. Each figure is the best of
the rounds, and the rounds of all are interleaved, so that a busy machine slows all alike.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from io import BytesIO

from PIL import Image, ImageDraw

from articlekit.fetch.pixels.process import process
from articlekit.fetch.pixels.recipe import Recipe
from articlekit.fetch.pixels.resample import ENGINES


def photo(width: int, height: int) -> Image.Image:
    """Return blots of 40 pixels under a little grain."""
    small = (width // 40 + 1, height // 40 + 1)
    grain = Image.effect_noise((width, height), 8)
    bands = [
        Image.blend(Image.effect_noise(small, 120).resize((width, height), 3), grain, 0.1)
        for _ in range(3)
    ]
    return Image.merge("RGB", bands)


def drawing(width: int, height: int) -> Image.Image:
    chance = random.Random(7)
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    for _ in range(200):
        ends = [chance.randrange(width) for _ in range(4)]
        pen.line(ends, fill=chance.choice(["black", "red", "navy"]), width=chance.randrange(1, 5))
    return image


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


#: What is made, by its name: the format, the sizes, and what draws it.
KINDS: dict[str, tuple[str, list[tuple[int, int]], Callable[[int, int], Image.Image]]] = {
    "JPEG 420, passes": ("JPEG", [(420, 280)], photo),
    "JPEG 600-1600, passes": ("JPEG", [(600, 400), (1100, 700), (1600, 1000)], photo),
    "PNG 600-1600, passes": ("PNG", [(600, 400), (1100, 700), (1600, 1000)], photo),
    "WebP 600-1600 to JPEG": ("WEBP", [(600, 400), (1100, 700), (1600, 1000)], photo),
    "WebP 1600 to JPEG": ("WEBP", [(1600, 1067)], photo),
    "JPEG 2400 to 1600": ("JPEG", [(2400, 1600)], photo),
    "PNG 1200 photo, passes": ("PNG", [(1200, 800)], photo),
    "TIFF 1600 drawing to PNG": ("TIFF", [(1600, 1000)], drawing),
}
SPREAD = ("JPEG 420, passes", "WebP 1600 to JPEG", "JPEG 2400 to 1600", "PNG 1200 photo, passes")


def inputs(name: str, count: int) -> list[bytes]:
    """Return `count` images of a kind; those of one size are the same bytes."""
    format, sizes, make = KINDS[name]
    whole = [encoded(make(*size), format) for size in sizes]
    return [whole[n % len(whole)] for n in range(count)]


def best(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the least seconds of each."""
    seconds: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            took = time.perf_counter() - start
            seconds[name] = min(took, seconds.get(name, took))
    return seconds


def on(executor: Executor, images: list[bytes]) -> None:
    for _ in executor.map(process, images):
        pass


def one_by_one(images: list[bytes], recipe: Recipe) -> None:
    for image in images:
        process(image, recipe)


def main() -> None:
    options = argparse.ArgumentParser(description="Time making images.")
    options.add_argument("--images", type=int, default=60)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    print(f"{'ms an image':28}" + "".join(f"{engine:>10}" for engine in ENGINES))
    for name in KINDS:
        few = inputs(name, 6)
        works = {each: partial(one_by_one, few, Recipe(engine=each)) for each in ENGINES}
        seconds = best(works, given.rounds)
        print(
            f"{name:28}" + "".join(f"{seconds[each] / len(few) * 1000:10.1f}" for each in ENGINES)
        )
    with (
        ThreadPoolExecutor(1) as one,
        ThreadPoolExecutor(2) as two,
        ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes,
    ):
        heads = ("1 thread", "2 threads", "2 procs", "procs/threads")
        print(f"\n{'images a second':28}" + "".join(f"{head:>14}" for head in heads))
        for name in SPREAD:
            many = inputs(name, given.images)
            pools = {"1": one, "2": two, "p": processes}
            seconds = best(
                {key: partial(on, pool, many) for key, pool in pools.items()}, given.rounds
            )
            rates = "".join(f"{len(many) / seconds[key]:14.0f}" for key in pools)
            print(f"{name:28}{rates}{seconds['2'] / seconds['p']:14.2f}")


if __name__ == "__main__":
    main()
