"""Every exception articlekit raises, drawn as a tree.

    ArticlekitError              exit 1
    ├── UsageError               exit 2   the call itself cannot be meant
    │   ├── UnknownFormat                 no writer has the target's suffix
    │   └── UnknownOption                 an option nobody knows, with a suggestion
    ├── InputError               exit 1   a source that cannot be read
    │   ├── SourceNotFound                nothing is there
    │   ├── NotAnArticle                  it is no text, or another kind of file
    │   ├── NoArticles                    a folder without articles
    │   ├── FeedBroken                    a feed or a list of addresses that is none, or is empty
    │   ├── PageNotFetched                a page or feed on the web that cannot be had
    │   ├── ColumnFileError               column.toml is broken
    │   └── ArticleUnreadable    exit 3   one of a column's articles, where nothing may be lost
    ├── OutputError              exit 1   a target that cannot be written
    │   └── TargetExists                  it would be overwritten
    ├── CacheError               exit 1   the image cache cannot be opened or written
    ├── MissingDependency        exit 1   an optional library or a font is not installed
    └── PluginError              exit 1   an entry point that does not load

A message says where, what, and what to do, in one line. An exception is raised
only when there is no result; a result that is merely worse is a Diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ArticlekitError(Exception):
    """Base of every error articlekit raises on purpose; `exit_code` is the command's."""

    exit_code = 1


class UsageError(ArticlekitError):
    exit_code = 2


class UnknownFormat(UsageError):
    pass


class UnknownOption(UsageError):
    pass


class InputError(ArticlekitError):
    pass


class SourceNotFound(InputError):
    pass


class NotAnArticle(InputError):
    pass


class NoArticles(InputError):
    pass


class FeedBroken(InputError):
    pass


class PageNotFetched(InputError):
    pass


class ColumnFileError(InputError):
    pass


#: Left by `--strict` when something was lost, also where the files were written.
EXIT_STRICT = 3


class ArticleUnreadable(InputError):
    exit_code = EXIT_STRICT


class OutputError(ArticlekitError):
    pass


class TargetExists(OutputError):
    pass


class CacheError(ArticlekitError):
    pass


class MissingDependency(ArticlekitError):
    pass


class PluginError(ArticlekitError):
    pass


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'title'?" for the known word nearest to `word`, or a list of them."""
    names = sorted(known)
    near = get_close_matches(word, names, n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(names)}"


def reason_of(error: OSError) -> str:
    """Return the system's own words for `error` in lower case, without path or number."""
    return (error.strerror or str(error) or type(error).__name__).lower()
