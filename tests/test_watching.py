"""`column --watch`: a change makes the book anew, and what the run writes is none."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from articlekit.cli import cli
from articlekit.errors import ArticlekitError, UsageError
from articlekit.watching import Own

ARTICLE = "---\ntitle: {title}\nlang: en\n---\n<p>One sentence of the text.</p>\n"


class Watched:
    """A command that watches, and the lines it says."""

    def __init__(self, *args: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "articlekit", "column", *map(str, args), "--watch"],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.put(line.strip())
        self.lines.put("")

    def until(self, words: str) -> list[str]:
        """The lines up to the next with these words; fails when none comes for 30 seconds."""
        found = [self.lines.get(timeout=30)]
        while words not in found[-1]:
            assert found[-1], found
            found.append(self.lines.get(timeout=30))
        return found

    def says_nothing(self, seconds: float) -> bool:
        try:
            self.lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def end(self, number: int | None = None) -> int:
        """The exit code, when it has got this signal or ended by itself."""
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.reader.join(timeout=30)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "c"
    made.mkdir()
    (made / "a.html").write_text(ARTICLE.format(title="First"))
    return made


@pytest.fixture
def watched(folder: Path) -> Iterator[Watched]:
    """One that writes all that it can into the folder it watches."""
    (folder / "cache").mkdir()
    running = Watched(
        folder, "-o", folder / "b.epub", "-o", f"{folder}/md/", "-o", folder / "one.md",
        "--report", folder / "r.json", "--cache-dir", folder / "cache",
    )  # fmt: skip
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.end(signal.SIGTERM)


def test_changes_make_the_book_anew(folder: Path, watched: Watched) -> None:
    told = watched.until("watching")
    assert told[-2].startswith("wrote ")
    assert watched.says_nothing(1)  # of its own outputs

    (folder / "a.html").replace(folder / "b.html")  # as editors save
    watched.until("wrote")
    (folder / "new.html").write_text(ARTICLE.format(title="Second"))
    (told,) = [each for each in watched.until("wrote") if each.startswith("changed")][-1:]
    assert told.startswith("changed: ")
    assert "new.html" in told
    assert "[Second]" in (folder / "md" / "index.md").read_text("utf-8")

    (folder / "column.toml").write_text("titel = 'x'\n")
    assert "unknown key 'titel'; did you mean 'title'?" in watched.until("articlekit:")[-1]
    (folder / "column.toml").write_text("title = 'Mended'\n")
    watched.until("wrote")
    assert "# Mended" in (folder / "md" / "index.md").read_text("utf-8")
    assert watched.says_nothing(1)
    assert watched.end(signal.SIGINT) == 0
    assert watched.lines.get(timeout=30) == "stopped watching"


def test_a_folder_that_is_gone_ends_it(folder: Path, tmp_path: Path) -> None:
    running = Watched(folder, "-o", tmp_path / "b.epub", "-q", "--log-json")
    running.until("watching")
    folder.replace(tmp_path / "moved")
    assert "the folder is gone" in running.until("gone")[-1]
    assert running.end() == 1


def test_only_folders_are_watched(folder: Path, tmp_path: Path) -> None:
    for source, message in (
        ("https://a.example/feed.xml", "no folder; --watch looks at a folder's files"),
        (folder / "a.html", "no folder"),
    ):
        with pytest.raises(UsageError, match=message):
            cli.main(["column", str(source), "--watch", "-o", "x.epub"], standalone_mode=False)
    with pytest.raises(ArticlekitError, match="gone: no such file or folder"):
        cli.main(["column", str(tmp_path / "gone"), "--watch", "-o", "x.md"], standalone_mode=False)


def test_what_cannot_be_meant_ends_it_at_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b.epub").write_text("mine")
    wrong = {"b.epub": "exists already", "b.xyz": "no writer", "x/b.md": "not there"}
    for target, message in wrong.items():
        with pytest.raises(ArticlekitError, match=message):
            cli.main(
                ["column", str(folder), "--watch", "-q", "-o", str(tmp_path / target)],
                standalone_mode=False,
            )


@pytest.mark.parametrize(
    ("written", "own", "others"),
    [
        (
            "c/b.epub",
            "c/b.epub c/.articlekit-x1/b.epub c/.a.html.swp c/a.html~",
            "c/a.html c/c.epub",
        ),
        ("c/md/", "c/md c/md/index.md c/md/assets/x.png", "c/mdx c/images/x.png"),
        ("c/one.md", "c/one.md c/one.assets/x.png c/assets/x.png", "c/one.html c/two.assets/x.png"),
        ("c/", "c/index.md c/assets/x.png", "c/a.html c/x/y.md c/images/x.png"),
        ("b.epub", "b.epub else/x.html", "c/a.html"),
        ("./", "x.md", "c/a.html c/images/a.png"),
    ],
)
def test_what_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, own: str, others: str
) -> None:
    (tmp_path / "c").mkdir()
    monkeypatch.chdir(tmp_path)
    known = Own(Path("c"), {written})
    assert [each for each in own.split() if not known.has(tmp_path / each)] == []
    assert [each for each in others.split() if known.has(tmp_path / each)] == []
