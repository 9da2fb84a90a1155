"""What the accessibility metadata may claim, read from the content."""

from __future__ import annotations

from dataclasses import dataclass

from articlekit.model import Book
from articlekit.writers.epub.layout import Layout
from articlekit.writers.epub.look import MATH, READING
from articlekit.writers.epub.words import words_for

_ALWAYS = ("displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents")


@dataclass(frozen=True, slots=True)
class Access:
    """Values of schema.org's properties (EPUB Accessibility 1.1, "Discovery metadata")."""

    modes: tuple[str, ...]
    sufficient: str
    features: tuple[str, ...]
    hazards: tuple[str, ...]
    summary: str


def survey_access(book: Book, layout: Layout, language: str | None) -> Access:
    """Find what senses the book needs and what helps it gives.

    Alternative text is claimed only when every picture has one that describes it; an
    image without `alt` may be an ornament or not, and nobody here can tell.
    """
    words = words_for(language)
    pictures = [
        picture.described
        for look in layout.looks
        for picture in look.pictures
        if picture.key is None or picture.key in layout.images
    ]
    tags = frozenset().union(*(look.tags for look in layout.looks))
    described = all(pictures)
    features = list(_ALWAYS)
    if pictures and described:
        features.append("alternativeText")
    if MATH in tags:
        features.append("MathML")
    if READING in tags:
        features.append("rubyAnnotations")
    visual = bool(pictures) or book.cover is not None
    summary = words.undescribed if not described else words.described
    return Access(
        modes=("textual", "visual") if visual else ("textual",),
        sufficient="textual" if described else "textual,visual",
        features=tuple(sorted(features)),
        hazards=_hazards(layout),
        summary=summary if visual else words.all_text,
    )


def _hazards(layout: Layout) -> tuple[str, ...]:
    # A GIF may flash or move; the normal form lets in nothing else that does. "unknown" is
    # for the whole, as Ace knows unknownMotionSimulationHazard only with a letter too much.
    if any(image.media_type == "image/gif" for image in layout.files.values()):
        return ("unknown",)
    return ("noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard")
