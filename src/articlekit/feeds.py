"""Books from more than files: addresses, feeds, and lists of both."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Final

from articlekit.errors import ArticleUnreadable, InputError, NoArticles, PageNotFetched, UsageError
from articlekit.folders import COLUMN_FILE, is_folder_column, read_column
from articlekit.model import Article, Column, Source, Transform
from articlekit.readers.column import ColumnFile, make_column
from articlekit.readers.feed import feed_kind, parse_feed
from articlekit.readers.lists import (
    AddressList,
    is_address_list,
    is_only_addresses,
    read_address_list,
    read_opml,
)
from articlekit.readers.ordering import order_articles
from articlekit.reading import (
    Readable,
    all_transforms,
    apply,
    load,
    read_source,
)
from articlekit.report import Report
from articlekit.settings import Settings
from articlekit.web import fetch_source, fetch_sources, is_address

_LISTS: Final = frozenset({".urls", ".opml"})


def read_book(sources: Sequence[Readable], settings: Settings, report: Report) -> Column:
    """Read what is given as one book, in the order given; a feed alone is a column.

    The first source that cannot be read raises its error.
    """
    transforms = all_transforms(settings.clutter)
    articles: list[Article] = []
    settings.start("reading", len(sources))
    for each in sources:
        source = _obtain(each, settings)
        if len(sources) == 1:
            column = _as_column(source, ColumnFile(), transforms, settings, report)
            if column is not None:
                return column
        articles += read_source(source, transforms, report)
        settings.advance()
    if len(articles) == 1:
        return Column(articles[0].meta, tuple(articles))
    column = make_column(ColumnFile(), articles, "", articles[0].meta.title, report)
    return replace(column, articles=tuple(articles))  # in the order they were given


def gather_column(
    source: str | os.PathLike[str],
    file: ColumnFile,
    settings: Settings,
    executor: Executor | None,
    report: Report,
) -> Column:
    """Read a column: a folder, a column.toml, a feed, an OPML file, or a list of addresses.

    A feed and a list may be addresses, too. An article that cannot be had is reported and
    left out. `file` is what is said of the column. Raises InputError when nothing is left,
    and for what is no column.
    """
    if is_folder_column(source):
        with _executor(settings, executor) as chosen:
            return read_column(source, file, settings, chosen, report)
    if file.names_files:
        raise UsageError(f"{source}: no folder; its articles cannot be told by names of files")
    transforms = all_transforms(settings.clutter)
    found = _obtain(source, settings)
    column = _as_column(found, file, transforms, settings, report)
    if column is None and is_address_list(found.data):
        column = _from_list(read_address_list(found), found, file, transforms, settings, report)
    if column is None:
        message = "this is no column; for an article use 'articlekit convert'"
        raise InputError(f"{found.name}: {message}")
    return column


def _executor(
    settings: Settings, given: Executor | None
) -> AbstractContextManager[Executor | None]:
    """The executor that is given, or a cluster's."""
    if given is not None or settings.scheduler is None:
        return nullcontext(given)
    from articlekit.cluster import cluster

    return cluster(settings.scheduler)


def _obtain(source: Readable, settings: Settings) -> Source:
    """Read a file or a stream, or fetch an address."""
    if isinstance(source, str) and is_address(source):
        fetched = fetch_source(source, settings)
        return replace(fetched, url=settings.source_url or fetched.url)
    return load(source, settings.source_url)


def _as_column(
    source: Source,
    file: ColumnFile,
    transforms: Sequence[Transform],
    settings: Settings,
    report: Report,
) -> Column | None:
    """Read a feed or a list of feeds; None for what is neither."""
    kind = feed_kind(source.data)
    suffix = source.path.suffix.lower() if source.path else ""
    if kind == "opml":
        return _from_list(read_opml(source), source, file, transforms, settings, report)
    if kind is not None:
        return _from_feed(source, file, transforms, report)
    if suffix in _LISTS or is_only_addresses(source.data):
        return _from_list(read_address_list(source), source, file, transforms, settings, report)
    return None


def _from_feed(
    source: Source, file: ColumnFile, transforms: Sequence[Transform], report: Report
) -> Column:
    feed = parse_feed(source, report)
    articles = [apply(transforms, each, report) for each in feed.articles]
    name = source.path.stem if source.path else source.name
    column = make_column(_told(file, feed.values), articles, source.name, name, report)
    return replace(column, folder=source.path.parent if source.path else None)


def _told(file: ColumnFile, values: Mapping[str, object]) -> ColumnFile:
    """What is said of a column, over what a feed or list says of itself."""
    own = {**values, "author": None} if "authors" in file.values else values
    return replace(file, values={**own, **file.values})


def _from_list(
    listed: AddressList,
    source: Source,
    file: ColumnFile,
    transforms: Sequence[Transform],
    settings: Settings,
    report: Report,
) -> Column:
    """Fetch all that a list names; what cannot be had is reported and left out."""
    articles: list[Article] = []
    settings.start("reading", len(listed.addresses))
    for found in fetch_sources(listed.addresses, settings):
        try:
            articles += _articles_of(found, transforms, report)
        except InputError as error:
            if settings.strict:
                message = f"{source.name}: {error}; mend it, or take it off the list"
                raise ArticleUnreadable(message) from error
            report.add("article-skipped", str(error), source=source.name)
            settings.fail()
        settings.advance()
    if not articles:
        cause = report.diagnostics[-1].message if report.diagnostics else "all were empty"
        raise NoArticles(f"{source.name}: none of {len(listed.addresses)} addresses: {cause}")
    name = source.path.stem if source.path else source.name
    column = make_column(_told(file, listed.values), articles, source.name, name, report)
    if file.order or column.parts:
        return column
    return replace(column, articles=tuple(articles))  # in the order of the list


def _articles_of(
    found: Source | PageNotFetched, transforms: Sequence[Transform], report: Report
) -> list[Article]:
    """The articles of one member of a list: a page's one, or a feed's by their dates."""
    if isinstance(found, PageNotFetched):
        raise found
    articles = read_source(found, transforms, report)
    return order_articles(articles, "date", COLUMN_FILE) if len(articles) > 1 else articles
