"""Golden cases: `in.*` becomes `out.xhtml` (the normal form), `out.md` and `report.json`.

Where a case is not about Markdown it has no `out.md`; `meta.json`, where there is one, is
written by hand and has what must be read from the front matter.
"""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path

import pytest

import articlekit
from articlekit.binding import Picture, bind
from articlekit.model import Column
from articlekit.transforms.normalise import normalise
from articlekit.writers.markdown import MarkdownWriter
from golden import check, findings, readable

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/in.*"))
WITH_MARKDOWN = sorted(path.parent for path in FOLDER.glob("*/*/out.md"))
WITH_META = sorted(path.parent for path in FOLDER.glob("*/*/meta.json"))


def case_id(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_case(folder: Path, accept: bool) -> None:
    report = articlekit.Report()
    article = articlekit.read(next(folder.glob("in.*")), report=report)
    check(folder / "out.xhtml", readable(article.body), accept)
    check(folder / "report.json", findings(report, folder), accept)


@pytest.mark.parametrize("folder", WITH_MARKDOWN, ids=case_id)
def test_markdown(folder: Path, accept: bool) -> None:
    article = articlekit.read(next(folder.glob("in.*")))
    pictures = [[Picture(None, img.get("src", "")) for img in article.body.iter("img")]]
    book = bind(Column(article.meta, (article,)), pictures, None, articlekit.Report())
    stream = io.BytesIO()
    MarkdownWriter().write(book, stream, articlekit.Report())
    check(folder / "out.md", stream.getvalue().decode(), accept)


def plain(value: object) -> object:
    """A field of `Meta` as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("folder", WITH_META, ids=case_id)
def test_metadata(folder: Path) -> None:
    meta = articlekit.read(next(folder.glob("in.*"))).meta
    expected = json.loads((folder / "meta.json").read_text("utf-8"))
    assert {key: plain(getattr(meta, key)) for key in expected} == expected


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_normal_form_is_a_fixed_point(folder: Path) -> None:
    article = articlekit.read(next(folder.glob("in.*")))
    before = readable(article.body)
    again = articlekit.Report()
    assert readable(normalise(article, again).body) == before
    assert again.diagnostics == []


def test_there_are_cases() -> None:
    assert len(CASES) >= 140
    assert len(WITH_MARKDOWN) >= 70
    assert len(WITH_META) >= 30
