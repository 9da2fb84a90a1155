from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from articlekit import doctor, needs
from articlekit.cli import cli
from articlekit.doctor import Finding, examine
from articlekit.errors import SourceNotFound
from articlekit.fetch.store.cache import ImageCache
from articlekit.needs import command_for, no_pdf_engine
from server import picture


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {each.name: each for each in findings}


def test_a_library_that_somebody_removed_is_a_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those do who want nothing under the AGPL."""
    monkeypatch.setattr(doctor, "_LIBRARIES", ("lxml", "no-such-library"))
    assert str(by_name(examine())["no-such-library"]) == (
        "lack  no-such-library: not installed; pip install no-such-library"
    )


def test_here_nothing_is_lacking() -> None:
    found = by_name(examine())
    assert [each for each in found.values() if each.state == "lack"] == []
    assert {"weasyprint", "typst", "chinese fonts", "image cache", "epubcheck"} <= set(found)
    assert found["harfbuzz-subset"].state == "ok"


@pytest.mark.parametrize(
    ("program", "command"),
    [
        ("apt-get", "apt-get install fonts-noto-cjk"),
        ("dnf", "dnf install google-noto-serif-cjk-fonts google-noto-sans-cjk-fonts"),
        ("pacman", "pacman -S noto-fonts-cjk"),
        ("apk", "apk add font-noto-cjk"),
    ],
)
def test_the_command_is_this_systems(
    program: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def which(name: str) -> str | None:
        return f"/usr/bin/{name}" if name == program else None

    monkeypatch.setattr(needs, "_is_root", lambda: True)
    assert command_for("fonts", which) == command
    monkeypatch.setattr(needs, "_is_root", lambda: False)
    assert command_for("fonts", which) == f"sudo {command}"


def test_brew_is_never_run_by_root() -> None:
    assert command_for("pango", lambda name: name if name == "brew" else None) == (
        "brew install pango"
    )


def test_a_system_without_a_package_manager_is_told_where_to_look() -> None:
    for need in ("pango", "fonts", "emoji", "scripts", "java"):
        assert command_for(need, lambda name: None)


def test_one_engine_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "_CHECKS", {"typst": lambda: None, "weasyprint": lambda: "does not load: pango"}
    )
    found = by_name(examine())
    assert found["weasyprint"].state == "hint"
    assert found["weasyprint"].mend == command_for("pango")
    assert "harfbuzz-subset" not in found


def test_no_engine_is_a_lack_and_says_what_the_writer_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost = {name: (lambda: "does not load: x") for name in ("typst", "weasyprint")}
    monkeypatch.setattr(doctor, "_CHECKS", lost)
    found = by_name(examine())
    assert (found["weasyprint"].state, found["typst"].state) == ("lack", "lack")
    assert found["weasyprint"].mend is not None
    assert found["weasyprint"].mend in no_pdf_engine("x")


def test_without_harfbuzz_subset_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.text import ffi

    monkeypatch.setattr(ffi, "harfbuzz_subset", None)
    assert by_name(examine())["harfbuzz-subset"].state == "lack"


def test_missing_fonts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    monkeypatch.setattr("articlekit.writers.pdf.faces.machine_faces", lambda: ())
    found = by_name(examine())
    assert found["chinese fonts"].state == "lack"
    assert "articlekit[fonts-zh]" in str(found["chinese fonts"])
    assert found["emoji font"].state == "hint"


def test_a_cache_that_cannot_be_written_is_a_lack(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    found = by_name(examine(file / "cache"))["image cache"]
    assert found.state == "lack"
    assert str(file) in found.message


def test_a_cache_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    found = by_name(examine(tmp_path / "new" / "cache"))["image cache"]
    assert found.state == "ok"
    assert not (tmp_path / "new").exists()


def test_a_damaged_cache_is_a_lack(tmp_path: Path) -> None:
    with ImageCache(tmp_path / "cache") as cache:
        path = cache._blobs.path(cache.put(picture()))
    assert by_name(examine(tmp_path / "cache"))["image cache"].state == "ok"
    path.chmod(0o644)
    path.write_bytes(b"other bytes")
    found = by_name(examine(tmp_path / "cache"))["image cache"]
    assert (found.state, found.mend) == ("lack", "articlekit cache verify removes them")
    assert path.exists()  # nothing is changed
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "index.sqlite").write_text("no database")
    assert by_name(examine(tmp_path / "broken"))["image cache"].state == "lack"


def test_fonts_are_looked_for_by_the_column_s_own_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articlekit.writers.pdf.faces.machine_faces", lambda: ())
    (tmp_path / "a.html").write_text("---\ntitle: T\nlang: th\n---\n<p>ไทย Ωλ 汉字 ሰላም ж", "utf-8")
    run = CliRunner().invoke(cli, ["doctor", str(tmp_path)])
    assert run.exit_code == 1
    lines = run.stdout.splitlines()
    assert f"lack  fonts for thai: no font has 3 of 3 characters: ทยไ; {scripts()}" in lines
    assert (
        f"lack  fonts for other scripts: no font has 3 of 3 characters: ላምሰ; {scripts()}" in lines
    )
    assert "ok    fonts for han: Noto Serif SC" in lines
    assert not [line for line in lines if "emoji" in line or "arabic" in line]
    assert "lacks: 2" in run.stderr


def scripts() -> str:
    return f"{command_for('scripts')}, or --font FILE"


def test_what_typst_has_itself_is_a_hint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    monkeypatch.setattr("articlekit.writers.pdf.faces.machine_faces", lambda: ())
    (tmp_path / "a.html").write_text("---\ntitle: T\nlang: en\n---\n<p>abc")
    run = CliRunner().invoke(cli, ["doctor", str(tmp_path / "a.html"), "--json"])
    assert run.exit_code == 0
    (found,) = [each for each in json.loads(run.stdout)["findings"] if "latin" in each["name"]]
    assert found["state"] == "hint"


def test_a_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    run = CliRunner().invoke(cli, ["doctor", str(tmp_path / "gone.toml")])
    assert isinstance(run.exception, SourceNotFound)


def test_epubcheck_without_java_is_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    found = by_name(examine())["epubcheck"]
    assert found.state == "hint"
    assert found.mend == command_for("java")


NO_PANGO = """
import cffi
load = cffi.FFI.dlopen
def dlopen(self, name, flags=0):
    if "pango" in str(name):
        raise OSError(f"cannot load library '{name}'")
    return load(self, name, flags)
cffi.FFI.dlopen = dlopen
"""


def test_without_pango_weasyprint_is_a_hint_and_its_own_advice_is_not_printed(
    tmp_path: Path,
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_PANGO, "utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "articlekit", "doctor"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert [line for line in lines if not re.match(r"ok |hint |lack ", line)] == []
    [found] = [line for line in lines if line.startswith("hint  weasyprint")]
    assert "cannot load library 'libpango-1.0-0'" in found
    assert command_for("pango") in found


def test_the_command(tmp_path: Path) -> None:
    report = tmp_path / "found.json"
    run = CliRunner().invoke(cli, ["doctor", "--json", "--report", str(report)])
    assert run.exit_code == 0
    assert json.loads(run.stdout) == json.loads(report.read_text("utf-8"))
    assert json.loads(run.stdout)["version"] == 1
    assert "all is well" in run.stderr


def test_the_command_fails_where_something_is_lacking(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = CliRunner().invoke(cli, ["doctor", "--cache-dir", str(tmp_path / "file" / "x")])
    assert run.exit_code == 1
    assert "lack  image cache" in run.stdout
    assert "lacks: 1" in run.stderr
