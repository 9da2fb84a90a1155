"""The PDF writer: a book as pages."""

from articlekit.writers.pdf.options import PdfOptions
from articlekit.writers.pdf.writer import PdfWriter

__all__ = ["PdfOptions", "PdfWriter"]
