"""The PDF writer: a book as pages, laid out by WeasyPrint."""

from articlekit.writers.pdf.writer import PdfWriter

__all__ = ["PdfWriter"]
