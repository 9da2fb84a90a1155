"""Covers for books that bring none: title, author, dates, and a pattern of the title's own."""

from articlekit.writers.covers.draw import CoverText, draw_cover

__all__ = ["CoverText", "draw_cover"]
