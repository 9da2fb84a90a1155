"""The command: flags to the pipeline's options, reports to words and exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from articlekit import __version__
from articlekit.cache_cli import cache
from articlekit.check_cli import check
from articlekit.doctor_cli import doctor
from articlekit.errors import EXIT_STRICT, ArticlekitError
from articlekit.flag_sets import FETCHING, READING, with_flags
from articlekit.flags import FLAGS
from articlekit.telling import (
    json_lines,
    log_all,
    progress_of,
    show_contents,
    tell_findings,
    tell_hosts,
    tell_outputs,
)

if TYPE_CHECKING:
    from articlekit.model import Column
    from articlekit.report import Report
    from articlekit.settings import Options, Progress

# What shells give a command that Ctrl-C ended: 128 and the signal's number.
_INTERRUPTED: Final = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", "-V", message="articlekit %(version)s")
def cli() -> None:
    """Turn articles (front matter + HTML) into books: EPUB, Markdown, PDF, HTML.

    Exit codes: 0 written, 1 failed, 2 wrong use, 3 something was lost under --strict.
    """


@cli.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|- …")
@with_flags(FLAGS)
def convert(sources: tuple[str, ...], **flags: Any) -> None:
    """Write one article, or several as one book. `-` reads standard input.

    A file may be a whole page; an address is fetched. The article is found on the page.

    Example: articlekit convert post.html -o post.epub -o post.md -o post.pdf
    """
    from articlekit import pipeline

    given = [sys.stdin.buffer if source == "-" else source for source in sources]
    _run(
        lambda report, options: pipeline.convert(
            given, *flags["outputs"], report=report, **options
        ),
        flags,
        sources,
    )


@cli.command()
@click.argument("source", metavar="DIR|FILE|URL")
@with_flags(FLAGS)
def column(source: str, **flags: Any) -> None:
    """Compile a folder of articles into one book.

    column.toml in the folder may give title, author, language, description, cover and
    order; without it, articles stand in the order of their dates. A feed (RSS, Atom, JSON
    Feed), an OPML file or a list of addresses, a line each, is a column, too.

    Example: articlekit column blog/ -o blog.epub -o blog.pdf -o md/
    """
    from articlekit import pipeline

    _run(
        lambda report, options: pipeline.compile_column(
            source, *flags["outputs"], report=report, **options
        ),
        flags,
        [source],
    )


@cli.command()
@click.argument("source", metavar="DIR|column.toml")
@with_flags(FETCHING)
def fetch(source: str, **flags: Any) -> None:
    """Fetch the images of a folder of articles into the cache; write no book.

    At the end a table tells by host how many came, and why others did not.

    Example: articlekit fetch blog/ && articlekit column blog/ --offline -o blog.epub
    """
    from articlekit import pipeline

    _run(
        lambda report, options: pipeline.fetch_images(source, report=report, **options),
        flags,
        [source],
        tell_hosts,
    )


@cli.command("list")
@click.argument("source", metavar="DIR|FILE|URL")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
@with_flags(READING)
def list_articles(source: str, as_json: bool, **flags: Any) -> None:
    """List a column's articles in their order: date, title, words, images, problems.

    Nothing is written, and nothing fetched but a feed or list that is an address.

    Example: articlekit list blog/
    """
    from articlekit import contents, pipeline

    found: list[Column] = []

    def work(report: Report, options: Options) -> None:
        found.append(pipeline.list_column(source, report=report, **options))

    def show(report: Report, _: dict[str, Any]) -> None:
        rows = contents.rows_of(found[0], report)
        if as_json:
            click.echo(contents.to_json(found[0], rows))
        else:
            show_contents(rows)

    _run(work, flags, [source], show)


cli.add_command(cache)
cli.add_command(check)
cli.add_command(doctor)


def _run(
    work: Callable[[Report, Options], object],
    flags: dict[str, Any],
    sources: Sequence[str],
    conclude: Callable[[Report, dict[str, Any]], None] | None = None,
) -> None:
    """Do the work under a progress bar, then say what came of it and exit accordingly."""
    from articlekit.report import Report
    from articlekit.reporting import check_reports, write_reports

    report = Report()
    check_reports(flags["reports"], sources, flags.get("outputs", ()))
    try:
        with progress_of(flags) as progress:
            work(report, _options(flags, progress))
    except ArticlekitError as error:
        if not flags["log_json"]:
            raise
        json_lines().tell("error", message=str(error), code=error.exit_code)
        sys.exit(error.exit_code)
    finally:
        write_reports(report, flags["reports"], flags["cache_dir"])
    if flags["log_json"]:
        log_all(report)
    elif not flags["quiet"]:
        tell_findings(report, flags)
    (conclude or tell_outputs)(report, flags)
    if flags["strict"] and report.losses:
        sys.exit(EXIT_STRICT)


# Flags that are options under the same name.
_OPTIONS: Final = (
    "offline", "jobs", "scheduler", "per_host", "cache_dir", "source_url", "referrer", "images",
    "allow_private", "clutter", "duplicates", "profile", "theme", "css", "max_size",
    "pdf_engine", "font", "pdf_standard", "page_size",
    "dialect", "markdown_engine", "names", "wrap", "bullet", "links", "headings", "assets", "keys",
)  # fmt: skip


def _options(flags: dict[str, Any], progress: Progress | None) -> Options:
    """The flags that are options of the pipeline; a command has not all of them."""
    options: dict[str, Any] = {name: flags[name] for name in _OPTIONS if name in flags}
    if "force" in flags:
        options["overwrite"] = flags["force"]
    return cast("Options", {**options, "progress": progress})


def main() -> None:
    """Run the command; an error is one line on stderr, never a traceback."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        _end("interrupted; nothing was left half written", _INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ArticlekitError as error:
        _end(str(error), error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; that is no fault of ours.
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  # a traceback is nothing to give a user
        _end(f"internal error, please report it: {_describe(error)}", 1)


def _describe(error: BaseException) -> str:
    """Where an unforeseen error came from, in a line that a maintainer can use."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    cause = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {cause} ({Path(frame.filename).name}:{frame.lineno})"


def _end(message: str, code: int) -> None:
    click.echo(f"articlekit: {message}", err=True)
    sys.exit(code)
