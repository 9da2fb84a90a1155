"""Files to articles in the normal form."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final, TypeAlias

from articlekit.errors import InputError, SourceNotFound, reason_of
from articlekit.model import Article, Reader, Source, Transform
from articlekit.readers.feed import feed_kind, read_feed
from articlekit.registry import find_reader, find_transforms, reader_suffixes
from articlekit.report import Report
from articlekit.transforms import standard_transforms
from articlekit.transforms.normalise import normalise
from articlekit.web import is_address

Readable: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes]

# Bytes. The largest article seen had 321 kB; this keeps /dev/zero from filling the memory.
_LARGEST: Final = 256 << 20

_MARKDOWN: Final = (".md", ".markdown")


def all_transforms(clutter: str | os.PathLike[str] | None = None) -> tuple[Transform, ...]:
    """The standard transforms, then installed ones, whose work is made safe once more.

    `clutter` is a file of further rules for what is no part of an article.
    """
    plugins = find_transforms()
    return (*standard_transforms(clutter), *plugins, *((normalise,) if plugins else ()))


def apply(transforms: Iterable[Transform], article: Article, report: Report) -> Article:
    """Pass an article through transforms, in order."""
    for transform in transforms:
        article = transform(article, report)
    return article


def load(source: Readable, url: str | None = None) -> Source:
    """Read a file's bytes; raises SourceNotFound or InputError with the mend."""
    if not isinstance(source, (str, os.PathLike)):
        data = source.read()
        name = getattr(source, "name", None)
        shown = name if isinstance(name, str) else "<stream>"
        return Source(shown, data.encode() if isinstance(data, str) else data, url=url)
    if is_address(source):
        raise InputError(f"{source}: an address; convert() and compile_column() fetch it")
    path = source if isinstance(source, Path) else Path(source)
    try:
        with path.open("rb") as file:
            data = _read(file)
    except FileNotFoundError as error:
        raise SourceNotFound(f"{path}: no such file; check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: this is a folder; use 'articlekit column {path}'") from error
    except (OSError, ValueError) as error:
        cause = reason_of(error) if isinstance(error, OSError) else str(error)
        raise InputError(f"{path}: cannot be read: {cause}") from error
    if len(data) > _LARGEST:
        raise InputError(f"{path}: larger than {_LARGEST >> 20} MB; no article is")
    return Source(str(path), data, path, url)


def _read(file: IO[bytes]) -> bytes:
    """Read a file, as far as one byte more than is allowed.

    To ask for so much at once would take a quarter of a millisecond to find room for it.
    """
    most = min(os.fstat(file.fileno()).st_size, _LARGEST)
    data = file.read(most + 1)
    if len(data) > most:  # it has grown, or is none that has a size
        data += file.read(_LARGEST + 1 - len(data))
    return data


def read_source(source: Source, transforms: Iterable[Transform], report: Report) -> list[Article]:
    """Return the articles of one source, in the normal form."""
    read = reader_of(source)
    if _is_markdown(source):
        message = "this is Markdown, and was read as HTML; convert it first, as pandoc does"
        report.add("source-is-markdown", message, source=source.name)
    return [apply(transforms, article, report) for article in read(source, report)]


def _is_markdown(source: Source) -> bool:
    """Tell by the suffix; a site's pages may have it and hold HTML, which has paragraphs."""
    suffix = source.path.suffix.lower() if source.path else ""
    return (
        suffix in _MARKDOWN and suffix not in reader_suffixes() and b"<p" not in source.data.lower()
    )


def reader_of(source: Source) -> Reader:
    """The reader for a file's suffix; without one that is known, for what the bytes are."""
    path = source.path
    if path is not None and path.suffix.lower() in reader_suffixes():
        return find_reader(path)
    return read_feed if feed_kind(source.data) else find_reader(Path("page.html"))
