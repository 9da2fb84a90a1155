"""`articlekit cache`: look at what is kept between runs, check it, make it smaller.

Numbers and names go to standard output, what was done to standard error. None of it
prompts: what is deleted can be fetched, or read, again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

if TYPE_CHECKING:
    from articlekit.fetch.store.cache import ImageCache
    from articlekit.shelf import Shelf

T = TypeVar("T")

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


@click.group(short_help="Look at the cache, check it, or make it smaller.")
def cache() -> None:
    """Look at the cache of images and articles, check it, or make it smaller."""


@cache.command()
@_FOLDER
def info(cache_dir: str | None) -> None:
    """Say where the cache is, how large, and when it was used."""
    _with_cache(cache_dir, _info)


@cache.command(short_help="Check every file against its hash; remove damaged ones.")
@_FOLDER
def verify(cache_dir: str | None) -> None:
    """Check every file against its hash; name and remove those that are damaged.

    Exits with 1 when there were any. They are fetched again when they are needed.
    """
    _with_cache(cache_dir, _verify)


@cache.command(short_help="Remove what was not used for longest, down to a size.")
@click.option(
    "--size",
    callback=_size,
    metavar="SIZE",
    help="Leave at most SIZE, such as 500MB; the default is ARTICLEKIT_CACHE_SIZE, or 2GB.",
)
@_FOLDER
def prune(size: int | None, cache_dir: str | None) -> None:
    """Remove the images that were not used for longest, down to a size; and old articles.

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
    if not any((folder / name).exists() for name in ("index.sqlite", "cas", "articles.sqlite")):
        click.echo(f"{folder}: no cache is here yet", err=True)
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
    articles, size = _on_shelf(cache.folder, lambda shelf: shelf.total())
    click.echo(f"articles     {articles} files read, {format_size(size)}")
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
    _on_shelf(cache.folder, lambda shelf: shelf.prune())
    freed, left = cache.prune(cap), cache.info().size
    kept = ", all used within the last hour" if left > cap else ""
    click.echo(
        f"{cache.folder}: freed {format_size(freed)}; {format_size(left)} left{kept}", err=True
    )


def _clear(cache: ImageCache) -> None:
    from articlekit.fetch.store.sizes import format_size

    freed = cache.clear() + _on_shelf(cache.folder, lambda shelf: shelf.prune(0))
    click.echo(f"{cache.folder}: freed {format_size(freed)}", err=True)


def _on_shelf(folder: Path, work: Callable[[Shelf], T]) -> T:
    from articlekit.shelf import Shelf

    with closing(Shelf(folder)) as shelf:
        return work(shelf)


def _when(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "minutes")
