"""Runs that need not be made again: what one was made of, and what it left, is as it was.

Nothing here opens an article, so that finding nothing to do takes a moment.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from articlekit.facts import ArticleEntry, OutputFile, Written, fields_of
from articlekit.machine import fonts_stamp
from articlekit.publish import PREFIX
from articlekit.report import Diagnostic, Hop, ImageOutcome, Report

if TYPE_CHECKING:
    from articlekit.model import Memory

# A file system's clock may stand still for some milliseconds, and some systems' for two
# seconds; a file that changed so shortly before is told by its content.
_GRAIN: Final = 2.0
# In a folder of more files a look at each is no moment any more.
_MOST: Final = 200_000
# Options that change nothing of what is written.
_IDLE: Final = frozenset({"progress", "jobs", "scheduler", "per_host", "cache_dir", "overwrite"})
_VARIABLES: Final = ("SOURCE_DATE_EPOCH", "TZ")
#: What each file that a run may read was like, by path.
State = Mapping[str, object]


class CannotTell(Exception):
    """What a run is made of cannot be told for certain, so it has to be made."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a column's folder: what it is told, and the files that it may read.

    `besides` are files that the run reads or writes for other ends, as its report; `cover`
    is what is named for one.
    """

    folder: str
    told: str
    given: tuple[str, ...]
    besides: tuple[str, ...]
    cover: str | None

    @classmethod
    def of(
        cls,
        source: str | os.PathLike[str],
        targets: Sequence[str],
        said: Sequence[Mapping[str, object] | None],
        besides: Iterable[str],
    ) -> Run:
        """Describe a run by its source, targets and options; raises CannotTell."""
        place = Path(source)
        if "-" in targets or not (place.is_dir() or (place.suffix == ".toml" and place.is_file())):
            raise CannotTell
        options = [{k: v for k, v in (each or {}).items() if k not in _IDLE} for each in said]
        if any(each.get("executor") for each in options):  # whose workers may have other code
            raise CannotTell
        told = json.dumps(
            [str(Path.cwd()), str(place), list(targets), options], default=_plain, sort_keys=True
        )
        folder = place if place.is_dir() else place.parent
        column_file = place / "column.toml" if place.is_dir() else place
        table = _read_toml(column_file)
        # An empty text is no path, but would be this folder.
        named = [Path(text) for text in _texts(options) if text]
        named += [folder / text for text in _texts(table) if text]
        given = sorted({str(path) for path in named if _exists(path)})
        covers = [each.get("cover") for each in (*reversed(options), table)]
        cover = next((each for each in covers if isinstance(each, str)), None)
        return cls(str(folder), told, tuple(given), tuple(besides), cover)

    @property
    def key(self) -> bytes:
        """A name for the run in a memory."""
        return b"run " + hashlib.sha256(self.told.encode("utf-8", "surrogatepass")).digest()

    def look(self, began: float) -> State:
        """Look at all that the run may read; raises CannotTell.

        Files that had changed shortly before `began` are told by their content.
        """
        state: dict[str, object] = {}
        try:
            for place in (self.folder, *self.given):
                for path, stat in _files(str(Path(place).absolute())):
                    recent = stat.st_ctime >= began - _GRAIN
                    state[path] = _content(path) if recent else _stamp(stat)
                    if len(state) > _MOST:
                        raise CannotTell
        except OSError as error:
            raise CannotTell from error
        return state

    def digest(self, state: State, outputs: Iterable[str]) -> str:
        """Digest a state without what the run writes, and with what is around it."""
        aside = tuple(str(Path(each).absolute()) for each in (*outputs, *self.besides))
        inside = tuple(each + os.sep for each in aside)
        digest = hashlib.sha256()
        for path, what in sorted(state.items()):
            if path not in aside and not path.startswith(inside):
                digest.update(f"{path}\0{what}\0".encode("utf-8", "surrogatepass"))
        for name in _VARIABLES:
            digest.update(f"{name}={os.environ.get(name)}\0".encode("utf-8", "surrogatepass"))
        digest.update(fonts_stamp())
        return digest.hexdigest()


def recall_run(run: Run, memory: Memory, report: Report) -> bool:
    """Tell whether an earlier run still stands; the report then has what that run told."""
    data = memory.recall(run.key)
    if data is None:
        return False
    record = json.loads(data)
    if record["until"] is not None and record["until"] < time.time():
        return False
    try:
        now = run.digest(run.look(record["began"]), record["report"]["outputs"])
        if (now, _left(record["report"]["outputs"])) != (record["state"], record["left"]):
            return False
    except (CannotTell, OSError):
        return False
    _restore(record["report"], report)
    return True


def keep_run(
    run: Run, memory: Memory, began: float, state: State, until: float | None, report: Report
) -> None:
    """Remember a run that found a state when it began; it stands `until` then, or for good."""
    told = {name: getattr(report, name) for name in ("outputs", *_TOLD)}
    try:
        left, digest = _left(report.outputs), run.digest(state, report.outputs)
    except OSError:  # someone takes files away meanwhile
        return
    record = {"began": began, "state": digest, "until": until, "left": left, "report": told}
    memory.keep(run.key, json.dumps(record, default=fields_of).encode())


_TOLD: Final = ("diagnostics", "images", "articles", "written")


def _restore(told: Mapping[str, Any], report: Report) -> None:
    """Fill a report with what another told; what took time then took none now."""
    report.unchanged = True
    report.outputs += told["outputs"]
    report.diagnostics += [Diagnostic(**each) for each in told["diagnostics"]]
    report.articles += [ArticleEntry(**each) for each in told["articles"]]
    for each in told["images"]:
        hops = tuple(Hop(**hop) for hop in each["hops"])
        report.images.append(ImageOutcome(**{**each, "hops": hops}))
    for each in told["written"]:
        files = tuple(OutputFile(**file) for file in each["files"])
        report.written.append(Written(each["target"], 0.0, files))


def _left(outputs: Iterable[str]) -> list[object]:
    """What is at a run's targets; raises OSError where nothing is."""
    return [[path, list(_stamp(stat))] for place in outputs for path, stat in sorted(_files(place))]


def _files(place: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield a file, or all files of a folder but those of runs that are going on."""
    if not Path(place).is_dir():
        yield place, Path(place).stat()
        return
    waiting = [place]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for each in entries:
                if each.name.startswith(PREFIX):
                    continue
                if each.is_dir(follow_symlinks=False):
                    waiting.append(each.path)
                else:
                    yield each.path, each.stat()


def _stamp(stat: os.stat_result) -> tuple[int, ...]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _content(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _read_toml(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}  # reading the column says what is wrong with it


def _texts(value: object) -> Iterator[str]:
    """Yield all texts and paths in options or a table."""
    if isinstance(value, (str, os.PathLike)):
        yield os.fspath(value)
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a text that is no path
        return False


def _plain(value: object) -> object:
    """An option that is not JSON's: a path, or else one whose effect cannot be told."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise CannotTell
