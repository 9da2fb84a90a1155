"""EPUB 3.3 books, made with EbookLib, which only `package.py` meets."""

from articlekit.writers.epub.writer import EpubWriter

__all__ = ["EpubWriter"]
