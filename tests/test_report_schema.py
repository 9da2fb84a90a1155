"""Reports as JSON: held against their published schema, and the schema against the code."""

from __future__ import annotations

import json
import random
import re
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import jsonschema
import pytest
from click.testing import CliRunner

import articlekit
from articlekit.cli import cli
from articlekit.facts import ArticleEntry, OutputFile, Stage, Written
from articlekit.report import CODES, Diagnostic, Hop, ImageOutcome, Report
from server import ImageServer, picture

ROOT = Path(__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
CLASSES = (ArticleEntry, Diagnostic, Hop, ImageOutcome, OutputFile, Stage, Written)
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def valid(text: str) -> dict[str, Any]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    report: dict[str, Any] = json.loads(text)
    assert [error.message for error in validator.iter_errors(report)] == []
    return report


def expected(hint: Any) -> dict[str, Any]:
    """What the schema has to say of a field with this type, descriptions and limits aside."""
    if is_dataclass(hint):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": expected(get_args(hint)[0])}
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is types.UnionType:
        return {"type": [PLAIN[each] for each in get_args(hint)]}
    return {"type": PLAIN[hint]}


def without_notes(schema: dict[str, Any]) -> dict[str, Any]:
    notes = ("description", "minimum", "pattern")
    return {key: value for key, value in schema.items() if key not in notes}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("made_of", CLASSES)
def test_the_schema_has_every_field_with_its_type(made_of: type) -> None:
    schema = SCHEMA["$defs"][made_of.__name__]
    hints = get_type_hints(made_of)
    names = [each.name for each in fields(made_of)]
    assert schema["required"] == names
    assert {name: without_notes(each) for name, each in schema["properties"].items()} == {
        name: expected(hints[name]) for name in names
    }
    assert schema["additionalProperties"] is False


def test_the_schema_knows_no_other_objects_and_keys() -> None:
    assert set(SCHEMA["$defs"]) == {each.__name__ for each in CLASSES}
    report = json.loads(Report().to_json())
    assert SCHEMA["required"] == list(SCHEMA["properties"])
    assert set(SCHEMA["properties"]) == set(report)


def test_every_code_is_spelled_as_the_schema_says() -> None:
    pattern = SCHEMA["$defs"]["Diagnostic"]["properties"]["code"]["pattern"]
    assert [code for code in CODES if not re.fullmatch(pattern, code)] == []


def test_reports_of_runs_are_valid(tmp_path: Path, server: ImageServer) -> None:
    server.add("/a.png", picture(), Content_Type="image/png")
    server.add("/gone.png", b"", status=404)
    (tmp_path / "one.html").write_text(
        f"---\ntitle: One\ndate: 2024-05-01\nurl: {server.url('/one')}\n---\n"
        "<p>text <img src=/a.png><img src=/gone.png><img src=no.png></p><script>x</script>"
    )
    (tmp_path / "two.html").write_text("---\ntitle: [broken\n---\n<p onclick=x>words</p>")
    (tmp_path / "three.html").write_bytes(b"\x00\x01\x02\x03PNG")
    report = articlekit.compile_column(
        tmp_path, tmp_path / "c.epub", f"{tmp_path}/site/", allow_private=["127.0.0.1"]
    )
    told = valid(report.to_json())
    assert [each["name"] for each in told["stages"]] == ["reading", "images", "binding", "writing"]
    assert {each["title"]: each["images"] for each in told["articles"]}["One"] == 3
    assert {each["reason"] for each in told["images"]} == {None, "http_4xx"}
    sizes = {each["target"]: each["files"][0]["size"] for each in told["written"]}
    assert sizes[str(tmp_path / "c.epub")] == (tmp_path / "c.epub").stat().st_size
    site = [each for each in (tmp_path / "site").rglob("*") if each.is_file()]
    assert sizes[f"{tmp_path}/site/"] == sum(each.stat().st_size for each in site)
    assert told["losses"] == 3
    had = next(each for each in told["images"] if each["reason"] is None)
    assert had["hops"][0]["status"] == 200
    assert len(had["id"]) == 64


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["convert", "a.html", "-o", "a.md"], 0),
        (["convert", "a.html", "-o", "-"], 0),
        (["convert", "a.html", "-o", "b.md", "--strict"], 3),
        (["convert", "nothing.html", "-o", "c.md"], None),
        (["fetch", "."], 0),
        (["list", "."], 0),
    ],
)
def test_reports_of_commands_are_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], code: int | None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.html").write_text("---\ntitle: A\nlang: en\n---\n<p>x<img src=no.png></p>")
    run = CliRunner().invoke(cli, [*args, "--report", "r.json"])
    if code is not None:
        assert run.exit_code == code, run.output
    told = valid((tmp_path / "r.json").read_text("utf-8"))
    assert len(told["articles"]) == (code is not None)


def test_volumes_are_named_with_their_sizes(tmp_path: Path) -> None:
    for number in range(4):
        noise = random.Random(number).randbytes(20_000).hex(" ", 4)
        text = f"---\ntitle: T{number}\nlang: en\n---\n<p>{noise}</p>"
        (tmp_path / f"{number}.html").write_text(text)
    report = articlekit.compile_column(tmp_path, tmp_path / "b.epub", max_size=60_000)
    (written,) = report.written
    assert len(written.files) > 1
    assert [each.name for each in written.files] == report.outputs
    assert [each.size for each in written.files] == [
        Path(name).stat().st_size for name in report.outputs
    ]


def test_stages_are_timed_even_when_they_fail() -> None:
    report = Report()
    with pytest.raises(ZeroDivisionError), report.timed("reading"):
        raise ZeroDivisionError
    assert [stage.name for stage in report.stages] == ["reading"]
    assert report.stages[0].seconds >= 0
