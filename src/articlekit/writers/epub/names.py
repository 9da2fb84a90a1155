"""The names of the files that every book has, inside the package's folder."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import Final

CSS: Final = "style/book.css"
NAV: Final = "nav.xhtml"
NCX: Final = "toc.ncx"
COVER: Final = "text/cover.xhtml"
TITLE_PAGE: Final = "text/title.xhtml"
COLOPHON: Final = "text/colophon.xhtml"


def relative(target: str, name: str) -> str:
    """Return the path from the file `name` to `target`, both inside the package's folder."""
    return _from_folder(target, posixpath.dirname(name) or ".")


# A book's thousand pages lie in one folder, and all name the style sheet.
@lru_cache(maxsize=64)
def _from_folder(target: str, folder: str) -> str:
    return posixpath.relpath(target, folder)
