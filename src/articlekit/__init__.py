"""Turn articles (front matter + HTML) into EPUB, Markdown, PDF and HTML.

    import articlekit

    article = articlekit.read("post.html")
    report = articlekit.convert("post.html", "post.epub", "post.md")
    report = articlekit.compile_column("column/", "column.epub")
    for finding in articlekit.check("column.epub"):
        print(finding)

Names are imported when they are used, so that `import articlekit` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from articlekit.checks import Finding as Finding
    from articlekit.checks import check as check
    from articlekit.columns import compile_column as compile_column
    from articlekit.errors import ArticlekitError as ArticlekitError
    from articlekit.fetch.images import ImageFetcher as ImageFetcher
    from articlekit.fetch.referrer import ReferrerPolicy as ReferrerPolicy
    from articlekit.fetch.store.cache import ImageCache as ImageCache
    from articlekit.model import Article as Article
    from articlekit.model import Book as Book
    from articlekit.model import Column as Column
    from articlekit.model import Image as Image
    from articlekit.model import Meta as Meta
    from articlekit.pipeline import convert as convert
    from articlekit.pipeline import fetch_images as fetch_images
    from articlekit.pipeline import html_to_markdown as html_to_markdown
    from articlekit.pipeline import parse as parse
    from articlekit.pipeline import read as read
    from articlekit.report import Diagnostic as Diagnostic
    from articlekit.report import Report as Report

__version__ = "0.1.0"

_HOMES = {
    "Article": "model",
    "ArticlekitError": "errors",
    "Book": "model",
    "Column": "model",
    "Diagnostic": "report",
    "Finding": "checks",
    "Image": "model",
    "ImageCache": "fetch.store.cache",
    "ImageFetcher": "fetch.images",
    "Meta": "model",
    "ReferrerPolicy": "fetch.referrer",
    "Report": "report",
    "check": "checks",
    "compile_column": "columns",
    "convert": "pipeline",
    "fetch_images": "pipeline",
    "html_to_markdown": "pipeline",
    "parse": "pipeline",
    "read": "pipeline",
}

__all__ = [  # noqa: PLE0604  # the table above is the list
    *_HOMES,
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Import a public name from the module it lives in (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'articlekit' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"articlekit.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
