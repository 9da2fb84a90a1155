"""EPUB 3.3 books, made with EbookLib, which only `package.py` meets."""

from articlekit.writers.epub.options import EpubOptions
from articlekit.writers.epub.writer import EpubWriter

__all__ = ["EpubOptions", "EpubWriter"]
