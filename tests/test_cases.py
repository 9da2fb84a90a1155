"""Golden cases: `in.*` becomes `out.xhtml` (the normal form), `out.md` and `report.json`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import articlekit
from articlekit.binding import Picture, bind
from articlekit.model import Column
from articlekit.transforms.normalise import normalise
from articlekit.writers.markdown import MarkdownWriter
from golden import check, findings, readable

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/*/in.*"))


def case_id(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_case(folder: Path, accept: bool) -> None:
    report = articlekit.Report()
    article = articlekit.read(next(folder.glob("in.*")), report=report)
    check(folder / "out.xhtml", readable(article.body), accept)
    check(folder / "report.json", findings(report, folder), accept)

    pictures = [[Picture(None, img.get("src", "")) for img in article.body.iter("img")]]
    book = bind(Column(article.meta, (article,)), pictures, None, articlekit.Report())
    stream = io.BytesIO()
    MarkdownWriter().write(book, stream, articlekit.Report())
    check(folder / "out.md", stream.getvalue().decode(), accept)


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_normal_form_is_a_fixed_point(folder: Path) -> None:
    article = articlekit.read(next(folder.glob("in.*")))
    before = readable(article.body)
    again = articlekit.Report()
    assert readable(normalise(article, again).body) == before
    assert again.diagnostics == []


def test_there_are_cases() -> None:
    assert len(CASES) >= 12
