"""The user's own style sheet, which a book of any format may have behind its own."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any, Final

from articlekit.errors import UsageError, reason_of

# Functions whose texts are addresses (CSS Values 4, CSS Images 4).
_ADDRESSING: Final = frozenset({"url", "src", "image", "image-set", "-webkit-image-set"})


def read_user_css(path: Path, forbidden: Container[str] = ()) -> str:
    """Read the user's sheet, which may name nothing that is not in the book.

    `forbidden` are properties that the format has no place for. Raises UsageError.
    """
    from tinycss2 import parse_stylesheet

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        cause = reason_of(error) if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"{path}: not a style sheet: {cause}") from error
    for rule in parse_stylesheet(text):
        _check(rule, path, forbidden)
    return text


def _check(node: Any, path: Path, forbidden: Container[str]) -> None:
    """Raise UsageError at the first thing in a rule that no book may have."""
    waiting = [node]
    before = None
    while waiting:
        token = waiting.pop()
        if complaint := _complaint(token) or _property(token, before, forbidden):
            raise UsageError(f"{path}:{token.source_line}: {complaint}")
        # Children come from the end, so that they are met in order.
        inner = [
            *(getattr(token, name, None) or () for name in ("prelude", "content", "arguments"))
        ]
        waiting += [each for part in reversed(inner) for each in reversed(part)]
        if token.type not in ("whitespace", "comment"):
            before = token


def _complaint(token: Any) -> str | None:
    """Say what is wrong with a token; None for those that may stand in a book."""
    if token.type == "error":
        return f"not CSS: {token.message}"
    if token.type == "at-rule" and token.lower_at_keyword == "import":
        return "@import cannot be in a book; put those rules into this file"
    address = _address(token)
    if address is not None and not address.lower().startswith("data:"):
        return f"{address[:60]!r} is not in the book, and remote ones are refused; use a data: URL"
    return None


def _address(token: Any) -> str | None:
    """Return the address that a token names, "" for one that cannot be told."""
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name in _ADDRESSING:
        strings = [each.value for each in token.arguments if each.type == "string"]
        return strings[0] if strings else ""
    return None


def _property(token: Any, before: Any, forbidden: Container[str]) -> str | None:
    """Refuse properties that an EPUB may not set: `before` is the name, `token` the colon."""
    name = getattr(before, "lower_value", "")
    if token.type == "literal" and token.value == ":" and name in forbidden:
        return f"'{name}' cannot be in an EPUB's style sheet; set dir in the article"
    return None
