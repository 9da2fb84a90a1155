"""The fenced blocks of a Markdown page, and how each kind of them is run.

A page is a session: its blocks run in order, in one folder and one Python namespace. At hand
in the folder are `post.html`, `more.html`, `blog/`, `feed.xml`, `book.epub`, `examples/`, and
the folders `vault/` and `content/`; `articlekit` is imported, and https://example.org is a
server of the test. A block is written to the file that its title names (`html title="a.html"`),
or a comment in its first line.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import yaml
from click.testing import CliRunner
from lxml import etree
from markdown_it import MarkdownIt

import articlekit
from articlekit.cli import cli
from articlekit.config import read_config
from articlekit.flags import FLAGS
from articlekit.readers.column import parse_column_file
from articlekit.transforms import standard_transforms

#: How a line of a shell begins that is not run here, and why.
NOT_RUN: Final[Mapping[str, str]] = {
    "pip install": "asks an index; `make dist` installs the wheel",
    "pipx ": "asks an index",
    "apt-get ": "changes the machine",
    "sudo ": "changes the machine",
    "git ": "needs a remote repository",
    "make ": "runs the tests themselves, or what CI runs beside them",
    ".venv/bin/": "is a clone's; those who write it have run it",
    "crontab ": "changes the user's table",
    "dask ": "stays running",
    "articlekit column blog/ --watch": "stays running; another test ends it",
    "articlekit column /shared": "needs the cluster; tests/test_cluster.py has one",
    "calibredb ": "needs Calibre",
    "ebook-": "needs Calibre",
    "hugo": "needs Hugo",
    "java ": "tests/test_check.py runs it",
    "PUPPETEER_": "tests/test_epub_shown.py runs it",
    "source <(": "only an interactive shell completes; tests/test_misuse.py has one",
    "brew ": "changes the machine",
    "gh ": "needs a remote repository",
    "py-spy ": "watches another process",
}
_NAMED: Final = re.compile(r"\A\s*(?:#|//|/\*)\s*([\w.-]+(?:/[\w.-]+)*\.\w+)\s*(?:\*/)?\s*\n")
_SHELL: Final = re.compile(r"[|&;<>$*?`~{}()]|\bfor\b")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line of the page that it begins at."""

    language: str
    text: str
    line: int
    title: str | None = None

    @property
    def file(self) -> str | None:
        """The file that the block is to be kept as, if its title or its first line names one."""
        found = _NAMED.match(self.text)
        return self.title or (found[1] if found else None)


@dataclass
class Session:
    """Where a page's blocks run, and what those before have left."""

    page: str
    folder: Path
    address: str
    names: dict[str, Any] = field(default_factory=lambda: {"articlekit": articlekit})


def blocks_of(page: Path) -> list[Block]:
    """Return a page's blocks in order; one that is indented is a fault, as it has no language."""
    found = []
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        line = token.map[0] + 1 if token.map else 0
        assert token.type != "code_block", f"{page.name}:{line}: fence this block"
        if token.type == "fence":
            language, _, rest = token.info.strip().partition(" ")
            title = re.fullmatch(r'title="(.+)"', rest)
            found.append(Block(language, token.content, line, title[1] if title else None))
    return found


def run(block: Block, session: Session) -> None:
    """Run a block as its language says."""
    place = f"{session.page}:{block.line}"
    assert block.language in RUNNERS, f"{place}: no test runs '{block.language}'; is it text?"
    if block.file is not None and block.language != "text":
        path = session.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text.replace("https://example.org", session.address), "utf-8")
    RUNNERS[block.language](block, session, place)


def _python(block: Block, session: Session, place: str) -> None:
    code = compile(block.text.replace("https://example.org", session.address), place, "exec")
    if block.file is None:
        exec(code, session.names)


def _shell(block: Block, session: Session, place: str) -> None:
    lines = block.text.replace("\\\n", "").splitlines()
    wanted = [line for line in lines if line.strip() and not _is_left_out(line)]
    if any(_SHELL.search(_unquoted(line)) or not _is_ours(line) for line in wanted):
        _bash("\n".join(wanted), session, place)
    else:
        for line in wanted:
            code, said = _command(line, session)
            assert code == 0, f"{place}: {line}\n{said}"


def _console(block: Block, session: Session, place: str) -> None:
    """Compare what is printed with the page; `…` stands for anything."""
    for piece in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, wanted = piece.partition("\n")
        code, said = _command(line, session)
        assert code is not None, f"{place}: {line}"
        pattern = ".*?".join(map(re.escape, wanted.strip().split("…")))
        assert re.fullmatch(pattern, said.strip(), re.DOTALL), f"{place}: {line}\n{said}"


def _command(line: str, session: Session) -> tuple[int, str]:
    """Run the command in this process, with leave to ask the test's server."""
    words = shlex.split(line.replace("https://example.org", session.address), comments=True)
    assert words[0] == "articlekit", f"{session.page}: {line}: write it in an sh block"
    flags = cli.get_command(click.Context(cli), words[1])
    if flags is not None and any("--allow-private" in each.opts for each in flags.params):
        words += ["--allow-private", "127.0.0.1"]
    done = CliRunner().invoke(cli, words[1:])
    failed = done.exception if not isinstance(done.exception, SystemExit) else None
    said = f"{done.output}articlekit: {failed}" if failed else done.output
    return (1 if failed else done.exit_code), said.replace(session.address, "https://example.org")


def _bash(script: str, session: Session, place: str) -> None:
    program = session.folder / "bin" / "articlekit"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!{sys.executable}\nfrom articlekit.cli import main; main()\n")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("https://example.org", session.address)],
        env={**os.environ, "PATH": path + os.environ["PATH"], "HOME": str(session.folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"{place}: {script}\n{done.stdout}{done.stderr}"


def _toml(block: Block, session: Session, place: str) -> None:
    """Parse it; of a file whose form is ours, every key and value is checked."""
    values = tomllib.loads(block.text)
    name = Path(block.file or "").name
    if name == "column.toml":
        parse_column_file(block.text, name)
    elif name == "articlekit.toml":
        read_config(session.folder / str(block.file), FLAGS.keys())
    elif "rule" in values:
        assert block.file, f"{place}: name the file in a comment"
        standard_transforms(session.folder / block.file)


def _json(block: Block, _: Session, place: str) -> None:
    """Parse it; what is in an object may stand alone, and `…` is what is left out."""
    text = block.text if block.text.lstrip().startswith(("{", "[")) else f"{{{block.text}}}"
    assert json.loads(text) is not None, place


def _html(block: Block, _: Session, __: str) -> None:
    articlekit.parse(block.text)


def _is_left_out(line: str) -> bool:
    return line.lstrip().startswith(("#", *NOT_RUN))


def _is_ours(line: str) -> bool:
    return line.startswith("articlekit ")


def _unquoted(line: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"|\s#.*", "", line)


Runner = Callable[[Block, Session, str], None]
RUNNERS: Final[Mapping[str, Runner]] = {
    "python": _python,
    "sh": _shell,
    "console": _console,
    "toml": _toml,
    "json": _json,
    "yaml": lambda block, _, __: yaml.safe_load(block.text),
    "html": _html,
    "xml": lambda block, _, __: etree.fromstring(block.text.encode()),
    "css": lambda *_: None,
    "markdown": lambda *_: None,
    "text": lambda *_: None,
}
