"""How programs use the public names, for the type checker alone: mypy must agree with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, assert_type

import articlekit
from articlekit.model import Element, Origin, Reader, Source, Transform, Writer


def reading() -> None:
    article = articlekit.read("post.html", url="https://blog.example/")
    assert_type(article, articlekit.Article)
    assert_type(articlekit.read(Path("post.html")), articlekit.Article)
    with Path("post.html").open("rb") as file:
        assert_type(articlekit.read(file), articlekit.Article)
    assert_type(articlekit.parse("<p>x</p>"), articlekit.Article)
    assert_type(article.body, Element)
    assert_type(article.meta.title, str)
    assert_type(article.meta.authors, tuple[str, ...])
    assert_type(article.meta.published, datetime | None)
    articlekit.read(1)  # type: ignore[arg-type]


def writing() -> None:
    report = articlekit.convert("post.html", "post.epub", Path("post.md"), dialect="hugo")
    assert_type(report, articlekit.Report)
    assert_type(articlekit.convert(["a.html", "b.html"], "c.epub"), articlekit.Report)
    with ThreadPoolExecutor() as pool:
        articlekit.compile_column("blog/", "blog.epub", executor=pool, jobs=2, max_size="45MB")
    assert_type(articlekit.fetch_images("blog/", per_host=2), articlekit.Report)
    assert_type(articlekit.html_to_markdown("<p>x</p>", bullet="*"), str)
    articlekit.convert("post.html", "post.epub", ofline=True)  # type: ignore[call-arg]
    articlekit.convert("post.html", "post.epub", images="embde")  # type: ignore[arg-type]
    articlekit.html_to_markdown("<p>x</p>", bullet="?")  # type: ignore[arg-type]


def reports(report: articlekit.Report) -> None:
    assert_type(report.losses, list[articlekit.Diagnostic])
    assert_type(report.counts(), Counter[str])
    assert_type(report.to_json(), str)
    for found in report.diagnostics:
        assert_type(found.line, int | None)
    for outcome in report.images:
        assert_type(outcome.reason, str | None)
    assert_type(articlekit.check("book.epub"), list[articlekit.Finding])


def images() -> None:
    policy = articlekit.ReferrerPolicy("strict-origin")
    assert_type(policy.referrer("https://a.example/", "https://b.example/"), str | None)
    assert_type(articlekit.ReferrerPolicy.from_header("origin"), articlekit.ReferrerPolicy | None)
    with articlekit.ImageCache.default() as cache:
        assert_type(cache, articlekit.ImageCache)
        assert_type(cache.damaged(), list[str])


def failing() -> None:
    try:
        articlekit.read("gone.html")
    except articlekit.ArticlekitError as error:
        assert_type(error.exit_code, int)


def read_nothing(source: Source, report: articlekit.Report) -> Iterator[articlekit.Article]:
    """A reader of a plugin's."""
    report.add("article-empty", "nothing", source=source.name)
    yield from ()


def change_nothing(article: articlekit.Article, report: articlekit.Report) -> articlekit.Article:
    """A transform of a plugin's."""
    assert_type(article.origin, Origin)
    return article


class NothingWriter:
    """A writer of a plugin's."""

    suffix = ".nothing"

    def write(
        self, book: articlekit.Book, target: BinaryIO | Path, report: articlekit.Report
    ) -> None:
        for chapter in book.chapters:
            assert_type(chapter.body, Element)
        for image in book.images.values():
            assert_type(image.read(), bytes)


reader: Reader = read_nothing
transform: Transform = change_nothing
writer: Writer = NothingWriter()
articlekit.convert("post.html", "post.nothing", writers={".nothing": writer})
