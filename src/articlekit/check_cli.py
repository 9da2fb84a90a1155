"""`articlekit check`: what readers and stores would find wrong with a book.

Findings go to standard output, one a line, the sum to standard error.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from articlekit.errors import EXIT_STRICT, MissingDependency

if TYPE_CHECKING:
    from articlekit.checks import Finding

# Findings of one code that are listed of a book without -v.
_SHOWN: Final = 10
_LEVELS: Final = ("error", "warning", "advice")
_NAMES: Final = (("error", "errors"), ("warning", "warnings"), ("advice", "advice"))
# Names come from the book: they must not steer the terminal.
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@click.command("check", short_help="Say what a reader or a store would refuse in a book.")
@click.argument(
    "books",
    nargs=-1,
    required=True,
    metavar="FILE…",
    shell_complete=click.Path().shell_complete,
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option(
    "--report",
    "report_file",
    metavar="FILE.json",
    type=click.Path(dir_okay=False),
    help="Write the findings to FILE.json, too.",
)
@click.option("--strict", is_flag=True, help="Exit with 3 when there are warnings, too.")
@click.option(
    "--epubcheck",
    type=click.Choice(["auto", "never", "always"]),
    default="auto",
    show_default=True,
    help="Ask epubcheck, too: where it and Java are installed, never, or fail without it.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print errors alone.")
@click.option("-v", "--verbose", is_flag=True, help="Print every finding, however often it occurs.")
def check(books: tuple[str, ...], **flags: Any) -> None:
    """Say what a reading system or a store would refuse in an EPUB, and how to mend it.

    Errors are faults by the specifications; warnings are what devices and stores stumble
    over; advice is what would make the book better. Of a PDF, tags, language, title and
    fonts are looked at, where pikepdf is installed.

    Exit codes: 0 no errors, 1 errors, 2 wrong use, 3 warnings under --strict.

    Example: articlekit check book.epub && articlekit check --json book.epub > found.json
    """
    from articlekit.publish import check_target

    if flags["report_file"]:
        check_target(Path(flags["report_file"]))
    found = {book: _findings(Path(book), flags["epubcheck"]) for book in books}
    text = _as_json(found)
    if flags["report_file"]:
        from articlekit.publish import write_whole

        write_whole(Path(flags["report_file"]), text.encode() + b"\n")
    if flags["as_json"]:
        click.echo(text)
    else:
        _tell(found, quiet=flags["quiet"], verbose=flags["verbose"])
    _leave(found, strict=flags["strict"])


def _findings(book: Path, epubcheck: str) -> list[Finding]:
    from articlekit.checks import check
    from articlekit.checks.epubcheck import find_validator, validate
    from articlekit.checks.finding import in_order

    found = check(book)
    broken = any(each.code == "zip-unreadable" for each in found)  # and so not for epubcheck, too
    if epubcheck == "never" or broken or book.suffix.lower() == ".pdf":
        return found
    try:
        validator = find_validator()
    except MissingDependency:
        if epubcheck == "always":
            raise
        return found
    return in_order([*found, *validate(book, validator)])


def _as_json(found: dict[str, list[Finding]]) -> str:
    """The findings by book, keys in a fixed order."""
    books = [
        {
            "book": book,
            **_counts(findings),
            "findings": [asdict(each) for each in findings],
        }
        for book, findings in found.items()
    ]
    return json.dumps({"version": 1, "books": books}, ensure_ascii=False, indent=2)


def _counts(findings: list[Finding]) -> dict[str, int]:
    counts = Counter(each.level for each in findings)
    return {level: counts[level] for level in _LEVELS}


def _tell(found: dict[str, list[Finding]], *, quiet: bool, verbose: bool) -> None:
    """List the findings of every book, and sum them up."""
    for book, findings in found.items():
        wanted = [each for each in findings if each.level == "error" or not quiet]
        met: Counter[str] = Counter()
        for each in wanted:
            met[_kind(each)] += 1
            if verbose or met[_kind(each)] <= _SHOWN:
                click.echo(_clean(f"{book}: {each}"))
        if quiet:
            continue
        for kind, count in met.items():
            if count > _SHOWN and not verbose:
                click.echo(f"{book}: … and {count - _SHOWN} more {kind}; add -v", err=True)
        click.echo(f"{book}: {_sum(findings)}", err=True)


def _kind(found: Finding) -> str:
    """What repeats itself: a code, or of epubcheck its own code."""
    return found.message.partition(":")[0] if found.code == "epubcheck" else found.code


def _clean(line: str) -> str:
    return _CONTROLS.sub(lambda match: f"\\x{ord(match.group()):02x}", line)


def _sum(findings: list[Finding]) -> str:
    counts = _counts(findings)
    if not findings:
        return "nothing to mend"
    return ", ".join(
        f"{counts[level]} {one if counts[level] == 1 else several}"
        for level, (one, several) in zip(_LEVELS, _NAMES, strict=True)
    )


def _leave(found: dict[str, list[Finding]], *, strict: bool) -> None:
    levels = {each.level for findings in found.values() for each in findings}
    if "error" in levels:
        sys.exit(1)
    if strict and "warning" in levels:
        sys.exit(EXIT_STRICT)
