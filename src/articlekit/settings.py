"""What a run may be told: the options of the API and, with the same names, of the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal, Protocol, TypedDict

from articlekit.errors import UnknownOption, UsageError, did_you_mean
from articlekit.model import Writer

ReferrerMode = Literal["policy", "none", "compat"]
Duplicates = Literal["report", "merge", "keep"]
ImageMode = Literal["embed", "remote", "none"]
Profile = Literal["default", "kindle", "kobo", "eink"]
MarkdownEngine = Literal["walk", "markdownify"]
NameKind = Literal["unicode", "ascii"]
Bullet = Literal["-", "*", "+"]
LinkStyle = Literal["inline", "reference"]
HeadingStyle = Literal["atx", "setext"]
VolumeRule = int | Literal["year", "part"] | None

_CHOICES = {
    "referrer": ("policy", "none", "compat"),
    "images": ("embed", "remote", "none"),
    "duplicates": ("report", "merge", "keep"),
    "profile": ("default", "kindle", "kobo", "eink"),
}
_VOLUME_RULES = ("year", "part")


class Progress(Protocol):
    """Is told how far a run is; the command draws a bar from it."""

    def start(self, stage: str, total: int) -> None: ...

    def advance(self) -> None: ...

    def fail(self) -> None: ...


class Options(TypedDict, total=False):
    """The keyword arguments of `convert` and `compile_column`; see `Settings`."""

    offline: bool
    jobs: int | None
    scheduler: str | None
    per_host: int
    overwrite: bool
    cache_dir: str | Path | None
    source_url: str | None
    strict: bool
    referrer: ReferrerMode
    images: ImageMode
    allow_private: Sequence[str]
    clutter: str | Path | None
    duplicates: Duplicates
    profile: Profile
    theme: str
    css: str | Path | None
    pdf_engine: str
    pdf_standard: str
    page_size: str
    font: Sequence[str | Path]
    max_size: int | str | None
    volume_by: VolumeRule
    dialect: str
    markdown_engine: MarkdownEngine
    names: NameKind
    wrap: int | None
    bullet: Bullet
    links: LinkStyle
    headings: HeadingStyle
    assets: str | None
    keys: Sequence[str] | None
    writers: Mapping[str, Writer]
    progress: Progress | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A run's settings, with the defaults.

    - `offline` opens no socket.
    - `jobs` is how much is done at once: the processes that read a large column's articles,
      and the images that are fetched; one process and 32 images unless it is given.
      `per_host` is how many images one host is asked for at once.
    - `scheduler` is the address of a Dask scheduler, as "tcp://host:8786", whose workers read
      the articles instead.
    - `overwrite` replaces targets that exist.
    - `cache_dir` is where images and articles are kept, the user's cache folder by default.
    - `source_url` is the address of the article, for links, images and the Referer.
    - `strict` ends the run at an article that cannot be read, which else is left out.
    - `referrer` is "policy" (what the page's referrer policy gives), "none" or "compat" (as
      "policy", and when that fails the Referer that a guarded host wants).
    - `images` is "embed", "remote" (addresses are left) or "none".
    - `allow_private` names hosts and networks that may be reached though they are not public.
    - `clutter` is a file of rules, as in clutter.toml, for what else is no part of an article.
    - `duplicates` is what becomes of articles that stand twice in a column's folder: "keep",
      "report" or "merge".
    - `profile` is the device that images and EPUBs are made for.
    - `theme` and `css` (a file) are an EPUB's and a PDF's style; `max_size` (bytes, or "45MB")
      is what an EPUB may be at most before it becomes several; `volume_by` makes volumes of it
      by "year", by "part", or of so many articles each.
    - `dialect` of Markdown is "gfm", "commonmark", "pandoc", "obsidian", "hugo" or "jekyll";
      `markdown_engine` is "walk" or "markdownify"; `names` of a column's Markdown files are
      "unicode" or "ascii"; `wrap` is the width that its lines are broken at, in columns;
      `bullet`, `links`, `headings`, `assets` and `keys` are as in `MarkdownOptions`.
    - `pdf_engine` is "weasyprint", "typst" or "auto" (the first of them that works here);
      `font` names font files and folders that a PDF takes before all others; `pdf_standard`
      is "ua-1" or one of PDF/A as "a-2u"; `page_size` is "a4", "a5", "letter", "kindle" or
      "120x180mm".
    - `writers` has writers of your own by suffix, dot included, which come before the
      installed ones.
    - `progress` is told how far the run is.
    """

    offline: bool = False
    jobs: int | None = None
    scheduler: str | None = None
    per_host: int = 4
    overwrite: bool = True
    cache_dir: str | Path | None = None
    source_url: str | None = None
    strict: bool = False
    referrer: ReferrerMode = "policy"
    images: ImageMode = "embed"
    allow_private: Sequence[str] = ()
    clutter: str | Path | None = None
    duplicates: Duplicates = "keep"
    profile: Profile = "default"
    theme: str = "classic"
    css: str | Path | None = None
    pdf_engine: str = "auto"
    pdf_standard: str = "ua-1"
    page_size: str = "a5"
    font: Sequence[str | Path] = ()
    max_size: int | str | None = None
    volume_by: VolumeRule = None
    dialect: str = "gfm"
    markdown_engine: MarkdownEngine = "walk"
    names: NameKind = "unicode"
    wrap: int | None = None
    bullet: Bullet = "-"
    links: LinkStyle = "inline"
    headings: HeadingStyle = "atx"
    assets: str | None = None
    keys: Sequence[str] | None = None
    writers: Mapping[str, Writer] = field(default_factory=dict)
    progress: Progress | None = None

    @classmethod
    def of(cls, options: Options) -> Settings:
        """Check options and fill in defaults; raises UnknownOption or UsageError."""
        known = [each.name for each in fields(cls)]
        for name in options:
            if name not in known:
                raise UnknownOption(f"unknown option '{name}'{did_you_mean(name, known)}")
        settings = replace(cls(**options), max_size=_bytes(options.get("max_size")))
        for name, choices in _CHOICES.items():
            if (value := getattr(settings, name)) not in choices:
                hint = did_you_mean(str(value), choices)
                raise UsageError(f"{name} cannot be {value!r}{hint}")
        if isinstance(rule := settings.volume_by, str) and rule not in _VOLUME_RULES:
            raise UsageError(
                f"volume_by cannot be {rule!r}; write year, part, or a number of articles"
            )
        for name in ("jobs", "per_host", "volume_by"):
            number = getattr(settings, name)
            if isinstance(number, int) and number < 1:
                raise UsageError(f"{name} cannot be {number}; write 1 or more")
        return settings

    def start(self, stage: str, total: int) -> None:
        """Tell the progress, if anyone watches, that a stage of `total` steps begins."""
        if self.progress is not None:
            self.progress.start(stage, total)

    def advance(self) -> None:
        """Tell the progress that a step is done."""
        if self.progress is not None:
            self.progress.advance()

    def fail(self) -> None:
        """Tell the progress that the step which is done next has failed."""
        if self.progress is not None:
            self.progress.fail()


def _bytes(size: int | str | None) -> int | None:
    """Read a size; raises UsageError for a text that is none."""
    from articlekit.fetch.store.sizes import parse_size

    if not isinstance(size, str):
        return size
    try:
        return parse_size(size)
    except ValueError as error:
        raise UsageError(f"max_size: {error}") from None
