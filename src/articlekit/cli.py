"""The command: flags to the pipeline's options, reports to words and exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from articlekit import __version__
from articlekit.cache_cli import cache
from articlekit.check_cli import check
from articlekit.completion_cli import completion
from articlekit.doctor_cli import doctor
from articlekit.errors import EXIT_STRICT, ArticlekitError, UsageError
from articlekit.flag_sets import COMPILING, FETCHING, READING, with_flags
from articlekit.flags import FLAGS, files
from articlekit.given import Given, given_by
from articlekit.misuse import hint_for, no_target
from articlekit.plugins_cli import plugins
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

# What shells give a command that Ctrl-C ended: 128 and the signal's number.
_INTERRUPTED: Final = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", "-V", message="articlekit %(version)s")
def cli() -> None:
    """Turn articles (front matter + HTML) into books: EPUB, Markdown, PDF, HTML.

    Begin with: articlekit convert post.html -o post.epub

    Or, with a folder of articles: articlekit column blog/ -o blog.epub

    And 'articlekit COMMAND --help' tells the rest.

    Exit codes: 0 written, 1 failed, 2 wrong use, 3 something was lost under --strict.
    """


@cli.command(short_help="Write one article, or several as one book.")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|- …", shell_complete=files)
@with_flags(FLAGS)
def convert(sources: tuple[str, ...], **flags: Any) -> None:
    """Write one article, or several as one book. `-` reads standard input.

    A file may be a whole page; an address is fetched. The article is found on the page.

    Example: articlekit convert post.html -o post.epub -o post.md -o post.pdf
    """
    from articlekit import pipeline

    if not flags["outputs"]:
        raise no_target(click.get_current_context())
    given = [sys.stdin.buffer if source == "-" else source for source in sources]
    _run(
        lambda report, said: pipeline.convert(
            given, *flags["outputs"], report=report, **said.all_options
        ),
        flags,
        sources,
    )


@cli.command(short_help="Compile a folder of articles, or a feed, into one book.")
@click.argument("source", metavar="DIR|FILE|URL", shell_complete=files)
@click.option("--init", is_flag=True, help="Write a column.toml of what is found; make no book.")
@click.option("--watch", is_flag=True, help="Make the book again whenever a file changes.")
@with_flags(COMPILING)
def column(source: str, init: bool, watch: bool, **flags: Any) -> None:
    """Compile a folder of articles into one book.

    column.toml in the folder may say all that these flags do, and more; flags stand over it,
    and it over --config. Without it, articles stand in the order of their dates. A feed (RSS,
    Atom, JSON Feed), an OPML file or a list of addresses, a line each, is a column, too.

    Example: articlekit column blog/ -o blog.epub -o blog.pdf -o md/
    """
    from articlekit.columns import compile_beside

    if init and watch:
        raise UsageError("--init makes no book that --watch could make again; leave one out")
    if init:
        _start(source, flags)
        return
    written: set[str] = set()  # by this run, which may write it again

    def make(report: Report, said: Given) -> None:
        options = said.options.copy()
        options["strict"] = flags["strict"]
        if written:
            options["overwrite"] = True
        given = {"column": said.column, "defaults": said.defaults, **options}
        compile_beside(flags["reports"], source, flags["outputs"], report, given)
        written.update(report.outputs)

    if watch:
        _watch(source, written, lambda: _run(make, flags, [source], source=source), flags)
    else:
        _run(make, flags, [source], source=source)


def _start(source: str, flags: dict[str, Any]) -> None:
    """Write a column.toml; what is told of the folder's articles is told as ever."""
    from articlekit.settings import Settings
    from articlekit.starter import start_column_file

    if flags["outputs"]:
        raise UsageError("--init writes column.toml and no book; leave out -o")
    places: list[Path] = []

    def work(report: Report, said: Given) -> None:
        settings = Settings.of(said.all_options)
        places.append(start_column_file(source, settings, said.column, report))

    _run(work, flags, [source], lambda *_: _say(f"wrote {places[0]}", flags), source)


def _watch(source: str, written: set[str], make: Callable[[], None], flags: dict[str, Any]) -> None:
    from articlekit.folders import column_place, is_folder_column, read_column_file
    from articlekit.watching import Own, keep_making

    if not is_folder_column(source):
        raise UsageError(f"{source}: no folder; --watch looks at a folder's files")
    given = [*flags["reports"], flags["cache_dir"]]
    own = Own(column_place(source).parent, written, tuple(Path(each) for each in given if each))

    def make_and_note() -> None:
        make()
        named = (flags["assets"], read_column_file(source, {}).options.get("assets"))
        own.assets.update(str(each) for each in named if each)

    others = [Path(each) for each in (flags["css"], flags["clutter"], *flags["font"]) if each]
    keep_making(make_and_note, own, others, lambda words: _say(words, flags))


def _say(words: str, flags: dict[str, Any]) -> None:
    """Say something of the run that is no result of it."""
    if flags["log_json"]:
        json_lines().tell("note", message=words)
    elif not flags["quiet"]:
        click.echo(words, err=True)


@cli.command(short_help="Fetch a column's images into the cache; write no book.")
@click.argument("source", metavar="DIR|column.toml", shell_complete=files)
@with_flags(FETCHING)
def fetch(source: str, **flags: Any) -> None:
    """Fetch the images of a folder of articles into the cache; write no book.

    At the end a table tells by host how many came, and why others did not.

    Example: articlekit fetch blog/ && articlekit column blog/ --offline -o blog.epub
    """
    from articlekit import pipeline

    _run(
        lambda report, said: pipeline.fetch_images(
            source, report=report,
            column=said.column, defaults=said.defaults, **said.options,
        ),
        flags,
        [source],
        tell_hosts,
        source,
    )  # fmt: skip


@cli.command("list", short_help="List a column's articles: date, title, words, problems.")
@click.argument("source", metavar="DIR|FILE|URL", shell_complete=files)
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
@with_flags(READING)
def list_articles(source: str, as_json: bool, **flags: Any) -> None:
    """List a column's articles in their order: date, title, words, images, problems.

    Nothing is written, and nothing fetched but a feed or list that is an address.

    Example: articlekit list blog/
    """
    from articlekit import contents, pipeline

    found: list[Column] = []

    def work(report: Report, said: Given) -> None:
        found.append(
            pipeline.list_column(
                source, report=report,
                column=said.column, defaults=said.defaults, **said.options,
            )
        )  # fmt: skip

    def show(report: Report, _: dict[str, Any]) -> None:
        rows = contents.rows_of(found[0], report)
        if as_json:
            click.echo(contents.to_json(found[0], rows))
        else:
            show_contents(rows)

    _run(work, flags, [source], show, source)


for _each in (cache, check, completion, doctor, plugins):
    cli.add_command(_each)


def _run(
    work: Callable[[Report, Given], object],
    flags: dict[str, Any],
    sources: Sequence[str],
    conclude: Callable[[Report, dict[str, Any]], None] | None = None,
    source: str = "",
) -> None:
    """Do the work under a progress bar, then say what came of it and exit accordingly."""
    from articlekit.report import Report
    from articlekit.reporting import BUDGET, check_reports, write_reports

    report = Report()
    check_reports(flags["reports"], sources, flags.get("outputs", ()))
    try:
        with progress_of(flags) as progress:
            work(report, given_by(click.get_current_context(), progress, source))
    except ArticlekitError as error:
        if not flags["log_json"]:
            raise
        json_lines().tell("error", message=str(error), code=error.exit_code)
        sys.exit(error.exit_code)
    finally:
        # Who ends a run by Ctrl-C does not wait for thumbnails.
        budget = 0 if isinstance(sys.exception(), KeyboardInterrupt) else BUDGET
        write_reports(report, flags["reports"], flags["cache_dir"], budget)
    if flags["log_json"]:
        log_all(report)
    elif not flags["quiet"]:
        tell_findings(report, flags)
    (conclude or tell_outputs)(report, flags)
    if flags["strict"] and report.losses:
        sys.exit(EXIT_STRICT)


def main() -> None:
    """Run the command; an error is one line on stderr, never a traceback."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        _end("interrupted; nothing was left half written", _INTERRUPTED)
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.UsageError) and (hint := hint_for(error)):
            click.echo(f"Try: {hint}", err=True)
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
