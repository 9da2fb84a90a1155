"""Wrong commands, flags and values get a line that would have been right; shells complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from articlekit.cli import cli, main
from articlekit.misuse import hint_for


@pytest.fixture
def tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "post.html").write_text("<p>x</p>")
    (tmp_path / "blog").mkdir()
    return monkeypatch


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("convrt post.html", "Did you mean 'convert'?"),
        ("post.html", "Try: articlekit convert post.html -o post.epub"),
        (
            "https://example.org/post",
            "Try: articlekit convert https://example.org/post -o post.epub",
        ),
        ("blog", "Try: articlekit column blog -o book.epub"),
        ("book.epub", "Try: articlekit check book.epub"),
        ("help", "Try: articlekit --help"),
        ("compile blog", "Try: articlekit column blog/ -o blog.epub"),
        ("convert", "Try: articlekit convert post.html -o post.epub -o post.md -o post.pdf"),
        ("convert post.html", "Try: articlekit convert post.html -o post.epub"),
        ("convert post.html new.epub new.md", "convert post.html -o new.epub -o new.md"),
        ("column blog", "no target; name at least one file to write, such as book.epub"),
        ("convert post.html -o a.epub --profile kindel", "Try: --profile kindle"),
        ("convert post.html --ouput a.epub", "'--output'"),
        ("convert post.html -o a.epub --jobs 0", "0 is not in the range x>=1"),
        ("list", "Try: articlekit list blog/"),
        ("cache inof", "Did you mean 'info'?"),
        ("completion csh", "'csh' is not one of 'bash', 'zsh', 'fish'"),
    ],
)
def test_a_wrong_line_is_answered_by_a_right_one(
    tried: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, wanted: str
) -> None:
    tried.setattr(sys, "argv", ["articlekit", *line.split()])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert (end.value.code, said.out) == (2, "")
    assert wanted in said.err
    assert sorted(each.name for each in Path().iterdir()) == ["blog", "post.html"]


def test_an_error_without_a_command_has_no_hint() -> None:
    assert hint_for(click.UsageError("x")) is None


def test_alone_it_says_how_to_begin() -> None:
    said = CliRunner().invoke(cli, []).output
    assert "Begin with: articlekit convert post.html -o post.epub" in said
    for command in cli.commands.values():
        assert command.get_short_help_str(62) in said, command.name


def test_every_command_has_help_that_ends_in_an_example() -> None:
    for name, command in cli.commands.items():
        if not isinstance(command, click.Group):
            assert f"Example: {command.help}".rpartition("Example: ")[2].strip(), name
            assert "articlekit " in (command.help or "").rpartition("Example: ")[2], name
        assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def complete(folder: Path, *words: str) -> list[str]:
    """What bash offers when Tab is pressed behind the last word."""
    program = folder / "bin" / "articlekit"
    program.parent.mkdir(exist_ok=True)
    code = "from articlekit.cli import main; main()"
    program.write_text(f"#!{sys.executable}\n{code}\n")
    program.chmod(0o755)
    script = (
        "source <(articlekit completion bash)\n"
        "compopt() { COMPREPLY+=(files); }\n"  # which works only while a key is pressed
        f"COMP_WORDS=({' '.join(words)}) COMP_CWORD={len(words) - 1}\n"
        '_articlekit_completion articlekit; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stderr == ""
    return run.stdout.split()


def test_bash_completes_commands_flags_values_and_files(tmp_path: Path) -> None:
    assert complete(tmp_path, "articlekit", "co") == ["column", "completion", "convert"]
    assert complete(tmp_path, "articlekit", "convert", "--prof") == ["--profile"]
    assert complete(tmp_path, "articlekit", "convert", "--profile", "ko") == ["kobo"]
    assert complete(tmp_path, "articlekit", "convert", "a") == ["files"]
    assert complete(tmp_path, "articlekit", "column", "x", "-o", "b") == ["files"]
    flags = ["--config", "gone.toml", "--pro"]
    assert complete(tmp_path, "articlekit", "convert", *flags) == ["--profile"]


@pytest.mark.parametrize(
    ("shell", "line"),
    [("zsh", "#compdef articlekit"), ("fish", "complete --no-files --command articlekit")],
)
def test_other_shells_have_their_script(shell: str, line: str) -> None:
    run = CliRunner().invoke(cli, ["completion", shell])
    assert run.exit_code == 0
    assert line in run.stdout
    assert "_ARTICLEKIT_COMPLETE" in run.stdout
