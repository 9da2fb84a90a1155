"""A PDF: the few things that a blind reader and a printer ask of it, by pikepdf."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from articlekit.checks.finding import Finding, found
from articlekit.errors import InputError, MissingDependency, SourceNotFound, reason_of

if TYPE_CHECKING:
    from pikepdf import Pdf

# Pages whose fonts are looked at, and objects that one page may name.
_PAGES: Final = 5_000
_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")


def check_pdf(path: Path) -> list[Finding]:
    """Return what is wrong with a PDF: tags, language, title, fonts.

    Raises MissingDependency without pikepdf, InputError for what cannot be read at all.
    """
    try:
        import pikepdf
    except ImportError:
        message = f"{path}: only EPUB is checked without pikepdf; pip install pikepdf"
        raise MissingDependency(message) from None
    if not path.exists():
        raise SourceNotFound(f"{path}: nothing is there")
    try:
        with pikepdf.open(path) as pdf:
            return list(dict.fromkeys(_findings(pdf)))
    except pikepdf.PasswordError:
        return [found("pdf-encrypted")]
    except OSError as error:
        raise InputError(f"{path}: not read: {reason_of(error)}") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        return [found("pdf-unreadable", str(error).splitlines()[0][:100])]


def _findings(pdf: Pdf) -> Iterator[Finding]:
    root = pdf.Root
    marked = root.get("/MarkInfo")
    if "/StructTreeRoot" not in root or not (marked is not None and marked.get("/Marked")):
        yield found("pdf-untagged")
    if not str(root.get("/Lang", "")).strip():
        yield found("pdf-no-lang")
    with pdf.open_metadata() as said:
        if not said.get("dc:title") and not str(pdf.docinfo.get("/Title", "")).strip():
            yield found("pdf-no-title")
    for number, page in enumerate(pdf.pages, 1):
        if number > _PAGES:
            return
        for font in (page.resources.get("/Font") or {}).values():
            if not _embedded(font):
                yield found("pdf-font-missing", str(font.get("/BaseFont", "a font"))[:80])


def _embedded(font: Any) -> bool:
    """Whether a font is in the file; a Type 3 font is drawn by the page itself."""
    if font.get("/Subtype") == "/Type3":
        return True
    inner = font.get("/DescendantFonts")
    descriptor = (inner[0] if inner else font).get("/FontDescriptor")
    return descriptor is not None and any(name in descriptor for name in _FONT_FILES)
