"""The HTML writer: a book as one file for the browser."""

from articlekit.writers.html.writer import HtmlWriter

__all__ = ["HtmlWriter"]
