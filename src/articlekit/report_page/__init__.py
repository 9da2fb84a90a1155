"""A report as one page for the browser: every article, its images, and what was found."""

from articlekit.report_page.page import render

__all__ = ["render"]
