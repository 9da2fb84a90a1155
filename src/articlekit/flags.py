"""The flags that commands share, with their help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from articlekit.config import check_kind, read_config

_Command = Callable[..., None]


def _listed(_context: object, _parameter: object, value: str | None) -> tuple[str, ...] | None:
    """Names with commas between them."""
    return None if value is None else tuple(filter(None, map(str.strip, value.split(","))))


#: Lets a shell complete the names of files where the value is also something else.
files: Final = click.Path().shell_complete


def _rule(_context: object, _parameter: object, value: str | None) -> int | str | None:
    """A number of articles, or what else makes volumes, which is checked with the other options."""
    return int(value) if value is not None and value.isdecimal() else value


def _apply_config(context: click.Context, _: click.Parameter, path: str | None) -> None:
    """Let a file's values stand for the flags that the command line does not give.

    The file is for all commands, so a flag that only others have is no fault; a path in it
    is relative to it.
    """
    if path is None or context.resilient_parsing:
        return
    file = Path(path)
    values = read_config(file, FLAGS.keys() - _NO_KEYS)
    defaults: dict[str, object] = {}
    for option in context.command.params:
        key = next((each for each in values if f"--{each}" in option.opts), None)
        if key is None or option.name is None or not isinstance(option, click.Option):
            continue
        kind = bool if option.is_flag else list if option.multiple else str
        value = check_kind(file, key, values[key], kind)
        if isinstance(option.type, click.Path):
            value = _beside(file, value)
        defaults[option.name] = value
    context.default_map = {**(context.default_map or {}), **defaults}


def _beside(file: Path, value: object) -> object:
    if isinstance(value, list):
        return [_beside(file, each) for each in value]
    return str(file.parent / str(value))


# What a command line says each time.
_NO_KEYS: Final = frozenset({"output", "config", "source-url"})

#: By name, in the order of the help.
FLAGS: Final = {
    "output": click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FILE",
        shell_complete=files,
        help="Write FILE; its suffix is the format: .epub .md .pdf .html, or a folder/ of "
        "Markdown, or of HTML when it is site/ or html:folder/, or - for Markdown on standard "
        "output. May be repeated.",
    ),
    "offline": click.option(
        "--offline/--no-offline", help="Open no connection; use cached images only."
    ),
    "jobs": click.option(
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        help="Read the articles of a large column in N processes, and fetch N images at once; "
        "1 process and 32 images unless it is given.",
    ),
    "scheduler": click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Read a column's articles on the Dask cluster at ADDRESS, such as tcp://host:8786.",
    ),
    "per-host": click.option(
        "--per-host",
        type=click.IntRange(1),
        default=4,
        show_default=True,
        metavar="N",
        help="Fetch N images at once from one host.",
    ),
    "report": click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Write everything that was mended, guessed or lost to FILE.json, or as a page to "
        "look at to FILE.html. May be repeated.",
    ),
    "strict": click.option("--strict", is_flag=True, help="Exit with 3 when anything was lost."),
    "force": click.option("--force", is_flag=True, help="Overwrite files that exist."),
    "cache-dir": click.option(
        "--cache-dir",
        metavar="DIR",
        type=click.Path(file_okay=False),
        help="Keep images in DIR instead of the user's cache folder (or ARTICLEKIT_CACHE).",
    ),
    "source-url": click.option(
        "--source-url", metavar="URL", help="The article's address on the web."
    ),
    "referrer": click.option(
        "--referrer",
        type=click.Choice(["policy", "none", "compat"]),
        default="policy",
        show_default=True,
        help="Send the Referer that the page's policy gives, or none; compat tries a guarded "
        "host's own site when both fail.",
    ),
    "images": click.option(
        "--images",
        type=click.Choice(["embed", "remote", "none"]),
        default="embed",
        show_default=True,
        help="Put images into the book, leave their addresses, or drop them.",
    ),
    "allow-private": click.option(
        "--allow-private",
        multiple=True,
        metavar="HOST|CIDR",
        help="Let images come from this host or network, though it is not public. May be repeated.",
    ),
    "clutter": click.option(
        "--clutter",
        metavar="FILE.toml",
        type=click.Path(dir_okay=False),
        help="Take out what these rules find, too: [[rule]] with selector and reason.",
    ),
    "profile": click.option(
        "--profile",
        type=click.Choice(["default", "kindle", "kobo", "eink"]),
        default="default",
        show_default=True,
        help="Make images and EPUBs for this kind of reader; name a Kobo's book .kepub.epub.",
    ),
    "theme": click.option(
        "--theme",
        type=click.Choice(["classic", "plain", "sans"]),
        default="classic",
        show_default=True,
        help="Style EPUBs and PDFs so.",
    ),
    "css": click.option(
        "--css",
        metavar="FILE.css",
        type=click.Path(dir_okay=False),
        help="Put these rules behind the EPUB's or the PDF's own.",
    ),
    "pdf-engine": click.option(
        "--pdf-engine",
        type=click.Choice(["auto", "weasyprint", "typst"]),
        default="auto",
        show_default=True,
        help="Lay PDFs out by WeasyPrint, which needs Pango and takes --css, or by Typst; auto "
        "takes the first of them that works here.",
    ),
    "pdf-standard": click.option(
        "--pdf-standard",
        type=click.Choice(["ua-1", "a-2b", "a-2u", "a-2a", "a-3b", "a-3u", "a-3a"]),
        default="ua-1",
        show_default=True,
        help="Make PDFs for PDF/UA, and with a-… for PDF/A, too.",
    ),
    "page-size": click.option(
        "--page-size",
        metavar="SIZE",
        default="a5",
        show_default=True,
        help="Make a PDF's pages a4, a5, letter, kindle (a screen of 6 inches) or 120x180mm.",
    ),
    "font": click.option(
        "--font",
        multiple=True,
        metavar="PATH",
        type=click.Path(),
        help="Set PDFs in this font, or in those of this folder, first. May be repeated.",
    ),
    "max-size": click.option(
        "--max-size",
        metavar="SIZE",
        help="Part a larger EPUB into volumes, book-1.epub and so on, of at most SIZE: 45MB.",
    ),
    "volume-by": click.option(
        "--volume-by",
        metavar="year|part|N",
        callback=_rule,
        help="Make volumes of an EPUB, one for each year or part, or for every N articles.",
    ),
    "markdown-dialect": click.option(
        "--markdown-dialect",
        "dialect",
        type=click.Choice(["gfm", "commonmark", "pandoc", "obsidian", "hugo", "jekyll"]),
        default="gfm",
        show_default=True,
        help="Write this dialect of Markdown; what it cannot say is kept as HTML.",
    ),
    "markdown-engine": click.option(
        "--markdown-engine",
        type=click.Choice(["walk", "markdownify"]),
        default="walk",
        show_default=True,
        help="Make Markdown by articlekit's own walk of the document, or by markdownify.",
    ),
    "markdown-names": click.option(
        "--markdown-names",
        "names",
        type=click.Choice(["unicode", "ascii"]),
        default="unicode",
        show_default=True,
        help="Name a folder's Markdown or HTML files after titles as they are, or in ASCII.",
    ),
    "markdown-wrap": click.option(
        "--markdown-wrap",
        "wrap",
        type=click.IntRange(20),
        metavar="COLUMNS",
        help="Break lines of Markdown at this width; a Han character takes two columns.",
    ),
    "markdown-bullet": click.option(
        "--markdown-bullet",
        "bullet",
        type=click.Choice(["-", "*", "+"]),
        default="-",
        show_default=True,
        help="Begin the items of Markdown's lists with this sign.",
    ),
    "markdown-links": click.option(
        "--markdown-links",
        "links",
        type=click.Choice(["inline", "reference"]),
        default="inline",
        show_default=True,
        help="Write Markdown's addresses where they are linked, or in a list at the end.",
    ),
    "markdown-headings": click.option(
        "--markdown-headings",
        "headings",
        type=click.Choice(["atx", "setext"]),
        default="atx",
        show_default=True,
        help="Write Markdown's headings behind #, or underline the first two levels.",
    ),
    "markdown-assets": click.option(
        "--markdown-assets",
        "assets",
        metavar="NAME",
        help="Name the folder of Markdown's images so, instead of FILE.assets or assets.",
    ),
    "markdown-keys": click.option(
        "--markdown-keys",
        "keys",
        metavar="KEY,KEY",
        callback=_listed,
        help="Write these keys of Markdown's front matter only, in this order; '' for none.",
    ),
    "duplicates": click.option(
        "--duplicates",
        type=click.Choice(["keep", "report", "merge"]),
        default="keep",
        show_default=True,
        help="Keep articles of a folder whose text another has too, report them, or leave them "
        "out.",
    ),
    "log-json": click.option(
        "--log-json",
        is_flag=True,
        help="Say on standard error what happens as JSON, an object a line.",
    ),
    "config": click.option(
        "--config",
        metavar="FILE.toml",
        type=click.Path(dir_okay=False),
        is_eager=True,
        expose_value=False,
        callback=_apply_config,
        help="Take flags from FILE.toml, too: jobs = 8, strict = true. Those given here win.",
    ),
    "quiet": click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
    "verbose": click.option(
        "-v", "--verbose", is_flag=True, help="Name everything that was mended, too."
    ),
}
