"""`--config`: flags from a file, under those of the command line."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from articlekit.cli import cli
from articlekit.config import check_kind, read_config
from articlekit.errors import UsageError
from articlekit.flags import FLAGS

ARTICLE = "---\ntitle: T\nlang: en\n---\n<p>A sentence of the article.</p><p class=mine>x</p>"


def write(folder: Path, text: str) -> str:
    (folder / "rules.toml").write_text('[[rule]]\nselector = ".mine"\nreason = "mine"\n')
    (folder / "post.html").write_text(ARTICLE)
    path = folder / "articlekit.toml"
    path.write_text(text)
    return str(path)


def convert(folder: Path, *flags: str) -> str:
    target = folder / "post.md"
    cli.main(
        ["convert", str(folder / "post.html"), "-o", str(target), "-q", "--force", *flags],
        standalone_mode=False,
    )
    return target.read_text("utf-8")


def test_a_file_gives_flags_and_paths_beside_it(tmp_path: Path) -> None:
    config = write(tmp_path, 'clutter = "rules.toml"\noffline = true\ntheme = "sans"\n')
    assert "A sentence" in convert(tmp_path, "--config", config)
    assert "\nx\n" not in convert(tmp_path, "--config", config)
    assert "\nx\n" in convert(tmp_path)


def test_the_command_line_wins(tmp_path: Path) -> None:
    config = write(tmp_path, 'markdown-dialect = "jekyll"\n')
    assert "layout: post" in convert(tmp_path, "--config", config)
    assert "layout: post" not in convert(
        tmp_path, "--config", config, "--markdown-dialect", "commonmark"
    )


def test_flags_of_other_commands_are_passed_over(tmp_path: Path) -> None:
    config = write(tmp_path, 'theme = "sans"\noffline = true\njobs = 2\n')
    cli.main(["fetch", str(tmp_path), "-q", "--config", config], standalone_mode=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("job = 3", r"unknown key 'job'; did you mean 'jobs'\?"),
        ('output = "x.md"', "unknown key 'output'"),
        ("jobs = true", "'jobs' cannot be True; it is a text or a number"),
        ('strict = "yes"', "'strict' cannot be 'yes'; it is true or false"),
        ("allow-private = [3]", r"'allow-private' cannot be \[3\]; it is a list of texts"),
        ("[jobs]", "'jobs' cannot be {}; it is a text or a number"),
        ("= 3", "not TOML"),
        ("x = " + "[" * 5000, "not TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=rf"articlekit\.toml: {message}"):
        convert(tmp_path, "--config", write(tmp_path, text))


def test_values_are_checked_as_the_flags_are(tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter):
        convert(tmp_path, "--config", write(tmp_path, 'jobs = "many"'))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_config(tmp_path / "no.toml", FLAGS)
    (tmp_path / "latin.toml").write_bytes(b"x = '\xe9'")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_config(tmp_path / "latin.toml", FLAGS)


def test_one_text_is_a_list_of_one() -> None:
    assert check_kind(Path("a.toml"), "font", "a.ttf", list) == ["a.ttf"]
