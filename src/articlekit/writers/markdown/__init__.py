"""Markdown: one file, or a folder with a file for each article."""

from articlekit.writers.markdown.options import MarkdownOptions
from articlekit.writers.markdown.writer import MarkdownWriter

__all__ = ["MarkdownOptions", "MarkdownWriter"]
