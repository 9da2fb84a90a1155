"""Articles come back from bytes as they went in."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from articlekit.model import Article, Meta, Origin, Source
from articlekit.packing import NotPackable, Reading, pack, unpack
from articlekit.reading import all_transforms, read_source
from articlekit.report import Report

CASES = Path(__file__).parent / "cases"
TRANSFORMS = all_transforms()


def canonical(article: Article) -> str:
    return str(etree.tostring(article.body, method="c14n"), "utf-8")


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*/in.*")), ids=lambda path: path.parent.name)
def test_every_sample_comes_back_equal(path: Path) -> None:
    report = Report()
    source = Source(str(path), path.read_bytes(), path, "https://example.org/a")
    articles = read_source(source, TRANSFORMS, report)
    back = unpack(pack(Reading(articles, report.diagnostics)))
    assert list(back.diagnostics) == report.diagnostics
    for ours, theirs in zip(articles, back.articles, strict=True):
        assert canonical(ours) == canonical(theirs)
        assert (ours.slug, ours.meta, ours.origin) == (theirs.slug, theirs.meta, theirs.origin)
        assert list(ours.meta.extra) == list(theirs.meta.extra)  # in order


ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.none() | ZONES),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.sets(st.integers() | st.text())
        | st.dictionaries(st.text() | st.integers() | st.dates(), inner)
    ),
    max_leaves=12,
)


def typed(value: Any) -> Any:
    """A value that is equal only to one of the same types all the way down."""
    if isinstance(value, dict):
        return [(typed(key), typed(each)) for key, each in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), [typed(each) for each in value]
    return type(value), value


@given(VALUES)
def test_any_front_matter_keeps_its_values_and_their_types(value: Any) -> None:
    meta = Meta("\ud800 a lone surrogate", extra={"key": value})
    article = Article("a", meta, etree.Element("body"), Origin("a.html"))
    (back,) = unpack(pack(Reading([article], []))).articles
    assert back.meta.title == meta.title
    assert typed(back.meta.extra["key"]) == typed(value)


def test_a_date_is_no_datetime() -> None:
    values = [date(2024, 5, 1), datetime(2024, 5, 1, tzinfo=UTC), time(8, 30)]
    article = Article("a", Meta("t", extra={"v": values}), etree.Element("body"), Origin("a"))
    (back,) = unpack(pack(Reading([article], []))).articles
    assert typed(back.meta.extra["v"]) == typed(values)


def test_a_value_of_an_unknown_type_is_refused() -> None:
    article = Article("a", Meta("t", extra={"v": object()}), etree.Element("body"), Origin("a"))
    with pytest.raises(NotPackable, match="object"):
        pack(Reading([article], []))


@given(st.binary())
def test_other_bytes_are_a_value_error(data: bytes) -> None:
    for each in (data, zlib.compress(data), zlib.compress(b'{"articles": [{}]}\0' + data)):
        with pytest.raises(ValueError, match="no packed articles"):
            unpack(each)
