"""Check an EPUB, one's own or another's, as readers, stores and validators would.

    for finding in articlekit.check("book.epub"):
        print(finding)

The codes are in docs/check.md.
"""

from __future__ import annotations

import os
from pathlib import Path

from articlekit.checks.codes import CODES as CODES
from articlekit.checks.codes import Code as Code
from articlekit.checks.finding import Finding as Finding


def check(path: str | os.PathLike[str]) -> list[Finding]:
    """Return what is wrong with an EPUB or a PDF, ordered by file and line; [] when nothing is.

    Any file can be given: damage is a finding, not an exception. Raises InputError when
    the path is no file that can be read, MissingDependency for a PDF without pikepdf.
    """
    path = Path(path)
    if path.suffix.lower() == ".pdf":
        from articlekit.checks.pdf import check_pdf

        return check_pdf(path)
    from articlekit.checks.runner import check_epub

    return check_epub(path)
