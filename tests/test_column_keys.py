"""The keys of column.toml: one table, and what schema, documentation and flags make of it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft7Validator

import articlekit
from articlekit.column_flags import COLUMN_FLAGS
from articlekit.errors import ColumnFileError
from articlekit.flags import FLAGS
from articlekit.readers.column import column_of, parse_column_file
from articlekit.readers.keys import ARTICLE_KEYS, KEYS, PART_KEYS, Key
from articlekit.readers.kinds import choices_of
from articlekit.readers.schema import column_schema
from articlekit.settings import Settings
from golden import check

DOCS = Path(__file__).parent.parent / "docs"
OPTIONS = [name for name, key in KEYS.items() if key.option]


def value_of(toml: str) -> Any:
    return tomllib.loads(f"x = {toml}")["x"]


def as_json(value: Any) -> Any:
    """A value as editors hand it to a schema: a date is its text."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def parameter(option: Any) -> click.Option:
    @option
    def command() -> None: ...

    (made,) = command.__click_params__  # type: ignore[attr-defined]  # click sets it
    assert isinstance(made, click.Option)
    return made


FLAG_OF = {name: parameter(option) for name, option in {**FLAGS, **COLUMN_FLAGS}.items()}


# the table and the reader


@pytest.mark.parametrize("name", KEYS)
def test_every_example_is_taken_and_keeps_to_the_schema(name: str) -> None:
    values = {name: value_of(KEYS[name].example)}
    values |= {"series": "S"} if name == "number" else {}
    column_of(values, "column.toml")
    assert list(Draft7Validator(column_schema()).iter_errors(as_json(values))) == []


@pytest.mark.parametrize("name", ARTICLE_KEYS)
def test_every_example_of_an_article_is_taken(name: str) -> None:
    values = {"articles": {"a.html": {name: value_of(ARTICLE_KEYS[name].example)}}}
    column_of(values, "column.toml")
    assert list(Draft7Validator(column_schema()).iter_errors(as_json(values))) == []


SAMPLES: list[Any] = [
    "", "date", "listed", "year", "part", "auto", "*", "-", "md/", "a/b.css", "../a", "/a",
    "a/../b", "C:/a", "~/a", "a\nb", "..", "a..b", "https://example.org/x", "2024-05-01", "1.2",
    "1.", "45MB", True, 0, 1, 7, 20, -1, 1.5, [], ["a"], ["../a"], ["a", 1], [[]], 10**7,
]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in KEYS if name not in ("parts", "articles")])
def test_reader_and_schema_take_the_same(name: str) -> None:
    validator = Draft7Validator(column_schema()["properties"][name])
    taken = [value for value in SAMPLES if KEYS[name].kind.takes(value)]
    assert taken == [value for value in SAMPLES if validator.is_valid(value)]
    assert len(taken) < len(SAMPLES)


@pytest.mark.parametrize(
    "values",
    [
        {"tilte": "x"},
        {"number": 2},
        {"author": "A", "authors": ["B"]},
        {"group_by": "year", "parts": [{"title": "T", "articles": ["a"]}]},
        {"parts": [{"title": "T"}]},
        {"parts": [{"title": "T", "articles": ["a"], "x": 1}]},
        {"articles": {"a.html": {"titel": "T"}}},
        {"articles": {"a.html": {"author": "A", "authors": ["B"]}}},
        {"articles": {"a.html": {"date": 7}}},
        {"articles": {"a.html": "T"}},
    ],
)
def test_reader_and_schema_refuse_the_same(values: dict[str, Any]) -> None:
    with pytest.raises(ColumnFileError):
        column_of(values, "column.toml")
    assert not Draft7Validator(column_schema()).is_valid(values)


# the published schema and documentation


def test_the_published_schema_is_that_of_the_table(accept: bool) -> None:
    Draft7Validator.check_schema(column_schema())
    text = json.dumps(column_schema(), indent=2, ensure_ascii=False) + "\n"
    check(DOCS / "column.schema.json", text, accept)


def rows(keys: Mapping[str, Key]) -> str:
    """The table of the documentation."""
    lines = ["| key | kind | default | example | meaning |", "|---|---|---|---|---|"]
    for name, key in keys.items():
        default = f"`{key.default}`" if re.match(r'["\[\dtf]\S*$', key.default) else key.default
        words = key.kind.words.replace("|", "\\|")
        lines.append(f"| `{name}` | {words} | {default} | `{key.example}` | {key.meaning} |")
    return "\n".join(lines)


def test_the_documentation_has_every_key(accept: bool) -> None:
    path = DOCS / "column.md"
    text = path.read_text("utf-8")
    for name, keys in (("keys", KEYS), ("articles", ARTICLE_KEYS)):
        table = f"<!-- {name} -->\n\n{rows(keys)}\n\n<!-- /{name} -->"
        before, _, rest = text.partition(f"<!-- {name} -->")
        text = before + table + rest.partition(f"<!-- /{name} -->")[2]
    check(path, text, accept)


def test_the_documentations_example_makes_its_book(tmp_path: Path) -> None:
    page = (DOCS / "column.md").read_text("utf-8")
    example, first, *_ = re.findall(r"```toml\n(.*?)```", page, re.S)
    assert parse_column_file(first, "column.toml") == parse_column_file("", "column.toml")
    assert Draft7Validator(column_schema()).is_valid(as_json(tomllib.loads(example)))
    (tmp_path / "column.toml").write_text(example, "utf-8")
    for name in ("one", "three", "2024/two", "four-old", "drafts/five", "six"):
        path = tmp_path / f"{name}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\ntitle: {path.stem}\nlang: en\ndate: 2023-01-01\n---\n<p>x", "utf-8")
    report = articlekit.compile_column(tmp_path)
    assert report.outputs == [str(tmp_path / "paper.epub"), f"{tmp_path / 'md'}/"]
    index = (tmp_path / "md" / "index.md").read_text("utf-8")
    shown = re.findall(r"^# .*|^## .*|(?<=\[)[^\]]+(?=\]\()", index, re.M)
    assert shown == [
        "# Paper and Screen", "## On paper", "three", "A better title", "## On screens", "two",
        "## Other articles", "six",
    ]  # fmt: skip
    assert "*Notes on reading*\n\nCollected Columns · 2\n" in index
    assert "date: 2024-05-01" in (tmp_path / "md" / "A-better-title.md").read_text("utf-8")


def test_a_part_has_the_keys_that_its_schema_has() -> None:
    assert list(PART_KEYS) == column_schema()["properties"]["parts"]["items"]["required"]


# flags and options


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_is_a_flag_with_the_same_choices_and_default(name: str) -> None:
    key = KEYS[name]
    flag = FLAG_OF[name.replace("_", "-")]
    assert flag.name == key.option
    if isinstance(flag.type, click.Choice):
        assert tuple(flag.type.choices) == choices_of(key.kind)
    default = getattr(Settings(), key.option or "")
    assert (value_of(key.default) if key.default else None) == (
        list(default) if isinstance(default, tuple) else default
    )


def test_flags_stand_at_the_defaults_of_the_settings() -> None:
    """As only flags that are given reach the settings."""
    known = {each.name for each in fields(Settings)}
    defaults = Settings()
    for flag in FLAG_OF.values():
        if flag.name in known and not flag.multiple:
            default = click.Command("x", params=[flag]).make_context("x", []).params[flag.name]
            assert (default or None) == (getattr(defaults, flag.name) or None), flag.name


def test_every_key_is_a_flag_but_those_of_tables() -> None:
    flags = {name.replace("-", "_") for name in FLAG_OF}
    renamed = {"authors": "author", "url": "source_url", "outputs": "output"}
    missing = {name for name in KEYS if renamed.get(name, name) not in flags}
    assert missing == {"parts", "articles"}


def test_every_setting_is_a_key_but_those_of_a_machine_or_a_run() -> None:
    told = {key.option for key in KEYS.values() if key.option}
    assert {each.name for each in fields(Settings)} - told == {
        "scheduler", "overwrite", "strict", "cache_dir", "source_url", "writers", "progress",
    }  # fmt: skip
