"""What the accessibility metadata may claim, read from the content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from articlekit.html import MATHML, SVG
from articlekit.model import Book, Element
from articlekit.writers.epub.layout import Layout
from articlekit.writers.epub.outline import image_key
from articlekit.writers.epub.words import words_for
from articlekit.writers.missing import describes

_SVG = f"{{{SVG}}}svg"
_SVG_TITLE = f"{{{SVG}}}title"
_MATH = f"{{{MATHML}}}math"
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
    bodies = [chapter.body for chapter in book.chapters]
    pictures = [each for body in bodies for each in _pictures(body, layout)]
    described = all(pictures)
    features = list(_ALWAYS)
    if pictures and described:
        features.append("alternativeText")
    if _has(bodies, _MATH):
        features.append("MathML")
    if _has(bodies, "rt"):
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


def _pictures(body: Element, layout: Layout) -> Iterator[bool]:
    """Yield for every picture of the book whether its content is there in words too."""
    for each in body.iter("img", _SVG):
        if each.tag == _SVG:
            title = each.find(_SVG_TITLE)
            yield bool(each.get("aria-label")) or (title is not None and describes(title.text))
        elif image_key(each) in layout.images:
            yield describes(each.get("alt"))


def _hazards(layout: Layout) -> tuple[str, ...]:
    # A GIF may flash or move; the normal form lets in nothing else that does. "unknown" is
    # for the whole, as Ace knows unknownMotionSimulationHazard only with a letter too much.
    if any(image.media_type == "image/gif" for image in layout.files.values()):
        return ("unknown",)
    return ("noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard")


def _has(bodies: list[Element], tag: str) -> bool:
    return any(next(body.iter(tag), None) is not None for body in bodies)
