"""`articlekit cache`: look at the image cache, check it, make it smaller.

Numbers and names go to standard output, what was done to standard error. None of it
prompts: what is deleted can be fetched again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from articlekit.fetch.store.cache import ImageCache

_FOLDER: Final = click.option(
    "--cache-dir",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="The cache in DIR instead of the user's cache folder (or ARTICLEKIT_CACHE).",
)


def _size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    from articlekit.fetch.store.sizes import parse_size

    try:
        return None if value is None else parse_size(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


@click.group()
def cache() -> None:
    """Look at the image cache, check it, or make it smaller."""


@cache.command()
@_FOLDER
def info(cache_dir: str | None) -> None:
    """Say where the cache is, how large, and when it was used."""
    _with_cache(cache_dir, _info)


@cache.command()
@_FOLDER
def verify(cache_dir: str | None) -> None:
    """Check every file against its hash; name and remove those that are damaged.

    Exits with 1 when there were any. They are fetched again when they are needed.
    """
    _with_cache(cache_dir, _verify)


@cache.command()
@click.option(
    "--size",
    callback=_size,
    metavar="SIZE",
    help="Leave at most SIZE, such as 500MB; the default is ARTICLEKIT_CACHE_SIZE, or 2GB.",
)
@_FOLDER
def prune(size: int | None, cache_dir: str | None) -> None:
    """Remove the images that were not used for longest, down to a size.

    What was used within the last hour stays: a book may be waiting for it.
    """
    _with_cache(cache_dir, lambda cache: _prune(cache, size))


@cache.command()
@_FOLDER
def clear(cache_dir: str | None) -> None:
    """Remove everything, without asking."""
    _with_cache(cache_dir, _clear)


def _with_cache(cache_dir: str | None, work: Callable[[ImageCache], None]) -> None:
    """Do the work on the cache that is there; a folder that holds none is not made one."""
    from articlekit.fetch.store.cache import ImageCache
    from articlekit.fetch.store.place import cache_folder

    folder = Path(cache_dir) if cache_dir is not None else cache_folder()
    if not (folder / "index.sqlite").exists() and not (folder / "cas").exists():
        click.echo(f"{folder}: no image cache is here yet", err=True)
        return
    with ImageCache(folder) as cache:
        work(cache)


def _info(cache: ImageCache) -> None:
    from articlekit.fetch.store.sizes import format_size, size_cap

    held = cache.info()
    images = held.responses - held.failures
    click.echo(f"folder       {held.folder}")
    click.echo(f"size         {format_size(held.size)} of at most {format_size(size_cap())}")
    click.echo(f"files        {held.files}")
    click.echo(f"entries      {held.responses}: {images} images, {held.failures} failures")
    click.echo(f"oldest use   {_when(held.oldest)}")
    click.echo(f"newest use   {_when(held.newest)}")


def _verify(cache: ImageCache) -> None:
    damaged = cache.verify()
    for sha in damaged:
        click.echo(sha)
    if damaged:
        click.echo(f"{cache.folder}: removed damaged files: {len(damaged)}", err=True)
        sys.exit(1)
    click.echo(f"{cache.folder}: files sound: {cache.info().files}", err=True)


def _prune(cache: ImageCache, size: int | None) -> None:
    from articlekit.fetch.store.sizes import format_size, size_cap

    cap = size_cap() if size is None else size
    freed, left = cache.prune(cap), cache.info().size
    kept = ", all used within the last hour" if left > cap else ""
    click.echo(
        f"{cache.folder}: freed {format_size(freed)}; {format_size(left)} left{kept}", err=True
    )


def _clear(cache: ImageCache) -> None:
    from articlekit.fetch.store.sizes import format_size

    click.echo(f"{cache.folder}: freed {format_size(cache.clear())}", err=True)


def _when(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "minutes")
