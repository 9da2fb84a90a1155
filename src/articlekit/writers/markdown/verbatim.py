"""A `pre` while it is read."""

from __future__ import annotations

import re

from articlekit.writers.markdown.tree import Code, Token


class Verbatim:
    """A `pre` being read: its text as it is, and what else is in it."""

    def __init__(self, language: str) -> None:
        self.parts: list[str] = []
        self.language = language
        self.images: list[Token] = []

    def new_line(self) -> None:
        """End the line, unless one has just begun."""
        last = next((part for part in reversed(self.parts) if part), "\n")
        if not last.endswith("\n"):
            self.parts.append("\n")

    def block(self) -> Code:
        text = "".join(self.parts)
        if "\r" in text:
            text = re.sub(r"\r\n?", "\n", text)
        return Code(text, self.language)
