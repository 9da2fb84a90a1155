"""The HTML writer: a book as one file for the browser, or as a small site."""

from articlekit.writers.html.options import HtmlOptions
from articlekit.writers.html.writer import HtmlWriter

__all__ = ["HtmlOptions", "HtmlWriter"]
