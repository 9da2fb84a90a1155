"""What is said to someone who calls the command wrongly: what would have been right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

_Hint = Callable[[click.UsageError, click.Context], str | None]

# What people type first.
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "help": "articlekit --help",
        "version": "articlekit --version",
        "build": "articlekit column blog/ -o blog.epub",
        "compile": "articlekit column blog/ -o blog.epub",
        "epub": "articlekit convert post.html -o post.epub",
        "pdf": "articlekit convert post.html -o post.pdf",
    }
)


def hint_for(error: click.UsageError) -> str | None:
    """Return a command line that may be what was meant, or None where none is known."""
    context = error.ctx
    if context is None:
        return None
    return next(filter(None, (hint(error, context) for hint in _HINTS)), None)


def no_target(context: click.Context) -> click.MissingParameter:
    """The error of a command that writes a file and was not told which."""
    output = next(each for each in context.command.params if each.name == "outputs")
    return click.MissingParameter(ctx=context, param=output)


def _of_command(error: click.UsageError, context: click.Context) -> str | None:
    """For a word where a command should stand: a file is to be converted, a folder compiled."""
    if not isinstance(context.command, click.Group) or "'" not in error.message:
        return None
    word = error.message.split("'")[1]  # older versions of click have it nowhere else
    if word in _WORDS:
        return _WORDS[word]
    if Path(word).is_dir():
        return f"articlekit column {word} -o book.epub"
    if Path(word).suffix in (".epub", ".pdf"):
        return f"articlekit check {word}"
    if Path(word).suffix or "://" in word:
        return f"articlekit convert {word} -o {Path(word).stem or 'post'}.epub"
    return None


def _of_target(error: click.UsageError, context: click.Context) -> str | None:
    """For `convert post.html book.epub`: a target has -o before it."""
    if not isinstance(error, click.MissingParameter) or error.param is None:
        return None
    if "--output" not in error.param.opts:
        return None
    given = context.params.get("sources") or context.params.get("source") or ()
    words = [given] if isinstance(given, str) else list(given)
    targets = [each for each in words if Path(each).suffix in (".epub", ".pdf", ".md")]
    sources = [each for each in words if each not in targets]
    if not words:
        return None
    stem = Path(words[0]).stem or "book"
    target = " ".join(f"-o {each}" for each in targets or [f"{stem}.epub"])
    return f"articlekit {context.info_name} {' '.join(sources or words)} {target}"


def _of_choice(error: click.UsageError, _context: click.Context) -> str | None:
    """For a value that is nearly one of those to choose from."""
    if not isinstance(error, click.BadParameter) or not isinstance(error.param, click.Option):
        return None
    kind = error.param.type
    if not isinstance(kind, click.Choice):
        return None
    words = error.message.split("'")
    near = get_close_matches(words[1], map(str, kind.choices), n=1) if len(words) > 1 else []
    return f"{error.param.opts[-1]} {near[0]}" if near else None


def _example(_error: click.UsageError, context: click.Context) -> str | None:
    """The example that ends every command's help."""
    example = (context.command.help or "").partition("Example: ")[2]
    return example.strip() or None


_HINTS: Final[tuple[_Hint, ...]] = (_of_command, _of_target, _of_choice, _example)
